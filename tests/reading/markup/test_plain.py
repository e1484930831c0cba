"""What a reader would see of Markdown and HTML."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.reading.markup import plain, plain_text
from article_search.reading.markup.characters import INVISIBLE
from article_search.reading.markup.syntax import syntax_of
from tests.effort import at_most
from tests.reading.markup.sources import HOSTILE, MARKUP, PLAIN

WORDS = st.from_regex(r"[A-Za-zéß中][a-z'’-]{0,5}[.,;:!?£$%)(/&]?", fullmatch=True)


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        pytest.param("One two.\n\nThree\nfour.", "One two.\n\nThree four.", id="paragraphs"),
        pytest.param("One\xa0 two.\xa0\n\xa0\n\u2003Three\u200b-fold\xad.", "One two.\n\nThree-fold.", id="blanks"),
        pytest.param("One\r\n\r\nTwo\rthree", "One\n\nTwo three", id="line ends"),
        pytest.param("# A title #\n\nText\n\nOther\n=====", "A title\n\nText\n\nOther", id="headings"),
        pytest.param("*One* **two** ***three*** _four_ __five__ ~~six~~", "One two three four five six", id="emphasis"),
        pytest.param(
            "snake_case, 2*3 = 6, a < b, AT&T, 5 > 4", "snake_case, 2*3 = 6, a < b, AT&T, 5 > 4", id="no emphasis"
        ),
        pytest.param("He f***ing said s**t, *really*.", "He f***ing said s**t, really.", id="censored words"),
        pytest.param(
            "A [link](https://x.example/a_b) and <https://y.example>.", "A link and https://y.example.", id="links"
        ),
        pytest.param(
            "See [this][1] and [that].\n\n[1]: https://x.example 'T'\n[that]: /y", "See this and that.", id="references"
        ),
        pytest.param("![A boat](boat.jpg)text ![](x.png) end", "A boat text end", id="images"),
        pytest.param("- one\n- two\n  - three\n\n1. four", "one\n\ntwo\n\nthree\n\nfour", id="lists"),
        pytest.param("> Quoted\n> words\n\nSaid.", "Quoted words\n\nSaid.", id="quotation"),
        pytest.param("| a | b |\n|---|:-:|\n| 1 | 2 |", "a b\n\n1 2", id="table"),
        pytest.param("Use `a_b*c`:\n\n```py\nif a < b:\n\n    go()\n```", "Use a_b*c:\n\nif a < b:\n\ngo()", id="code"),
        pytest.param("Like:\n\n    x = <b>\n\nEnd", "Like:\n\nx = <b>\n\nEnd", id="indented code"),
        pytest.param("A claim.[^1]\n\n[^1]: The *source*.", "A claim.\n\nThe source.", id="footnotes"),
        pytest.param(
            "one\\\ntwo  \nthree\n\n---\n\nfour \\*five\\*", "one two three\n\nfour *five*", id="breaks and escapes"
        ),
        pytest.param(
            "Fish &amp; chips &lt;b&gt; caf&eacute;&nbsp;&#8203;&shy;!", "Fish & chips <b> café !", id="entities"
        ),
        pytest.param("&amp;lt;", "&lt;", id="entities are decoded once"),
        pytest.param("<p>One<br>two</p><div>Three<b>four</b></div>", "One two\n\nThreefour", id="html"),
        pytest.param("<div>One<br><br>Two</div>", "One\n\nTwo", id="two line breaks"),
        pytest.param("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc", id="html table"),
        pytest.param("<p>It's <b>open", "It's open", id="unclosed"),
        pytest.param("<div class='a>b' title=\"<i>\">x</div>", "x", id="angle brackets in attributes"),
        pytest.param("<div>a <b class=x <i>c</i></div>", "a c", id="tag within a tag"),
        pytest.param("Intro<!--more-->\n\n<!-- no\n\nno --> rest", "Intro\n\nrest", id="comments"),
        pytest.param(
            "a\n\n<script>\nno('<b>')\n\nno()\n</script>\n\n<STYLE>p {}</Style>\n\nb", "a\n\nb", id="scripts and styles"
        ),
        pytest.param("<iframe src=x>no</iframe>a<svg><text>no</text>\n\nno</svg>b", "ab", id="embedded"),
        pytest.param("<td>**Name:** [Ann](/ann) [![A](a.png)](/b)", "Name: Ann A", id="markdown within html"),
        pytest.param('A {{ site.url }} b {% include x.html a="*" %} c', "A b c", id="liquid"),
        pytest.param('{{< figure src="a.png" >}}\n\n{{% note %}}\nMind.\n{{% /note %}}', "Mind.", id="hugo"),
        pytest.param(
            "{% raw %}{{ name }}{% endraw %} is `{{ name }}`", "{{ name }} is {{ name }}", id="templates that are seen"
        ),
        pytest.param(
            "{% highlight c %}\n#include <x.h>\n{% endhighlight %}\nend", "#include <x.h>\n\nend", id="highlighted code"
        ),
        pytest.param("a {% comment %}no *no*{% endcomment %}b", "a b", id="liquid comment"),
        pytest.param("Text{:.lead}\n{: #x .y}\n\n## Head {#id}", "Text\n\nHead", id="attribute lists"),
        pytest.param("> [!NOTE]\n> Mind.\n\n::: moniker\nx\n:::", "Mind.\n\nx", id="alerts and fences"),
        pytest.param('[caption id="a" caption="A hall"]![](x.png)[/caption] Yes', "A hall Yes", id="wordpress"),
    ],
)
def test_shows_what_a_reader_would_see(source: str, seen: str) -> None:
    assert plain_text(source) == seen


def assert_clean(text: str) -> None:
    """Blocks of single-spaced words, without anything invisible."""
    assert all(block and block == " ".join(block.split()) for block in text.split("\n\n") if text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u200b\ufdd0\ufdd1]", text)


@given(MARKUP)
def test_output_is_clean_blocks(source: str) -> None:
    assert_clean(plain_text(source))


@given(PLAIN, MARKUP)
def test_scripts_never_show(before: str, after: str) -> None:
    assert "Zebra" not in plain_text(f"{before}\n\n<script>Zebra</script>\n\n{after}")


@given(st.one_of(PLAIN, MARKUP))
def test_the_short_way_gives_what_the_parser_gives(source: str) -> None:
    normal = "\n" + INVISIBLE.sub("", source.replace("\r\n", "\n").replace("\r", "\n"))
    assert plain_text(source) == plain._rendered_text(normal, syntax_of(normal, path="", generator=""))


@given(st.lists(st.lists(WORDS, min_size=1).map(" ".join)).map("\n\n".join))
def test_plain_text_stays_as_it_is(source: str) -> None:
    assert plain_text(source) == source


@pytest.mark.parametrize(
    "source",
    [
        "Said on Monday - he thinks - it is so.",
        "'It was f**king hard, s***,' he said.\n\nThe £20m deal [sic] is a 3-2 win (a & b < c).",
    ],
)
def test_articles_without_markup_need_no_parser(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(source: str) -> str:
        raise AssertionError(source)

    monkeypatch.setattr(plain, "_rendered_text", never)
    assert plain_text(source) == source


@pytest.mark.parametrize("size", [60_000, 1_000_000])  # below and above what is still rendered
@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_hostile_text_takes_no_more_than_its_share_of_time(piece: str, size: int) -> None:
    source = "x " + piece * (size // len(piece))
    with at_most(10):
        plain_text(source)


@pytest.mark.corpus
@pytest.mark.parametrize("site", ["md-lowescott", "md-misc-blogs", "md-opensuse-news", "md-powershell", "md-ropensci"])
def test_real_articles_come_out_clean(site: str) -> None:
    folder = Path(os.environ.get("ARTICLES_CORPORA") or "/nowhere") / site
    if not folder.is_dir():
        pytest.skip("ARTICLES_CORPORA names no folder with the corpora")
    paths = sorted(path for path in folder.rglob("*.md") if path.is_file())[::7]
    assert paths
    for path in paths:
        assert_clean(plain_text(path.read_text("utf-8", "replace")))
