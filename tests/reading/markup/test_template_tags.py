"""Captions and titles of template tags are seen, the rest of them is not; what is no tag stays."""

from __future__ import annotations

import pytest

from article_search.reading.markup import plain_text


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        # Hugo
        ('{{< figure src="a.png" title=\'A title\' caption="By *Ann*, [source](/x)" alt="A pier" width="3" >}}',
         "A title\n\nBy Ann, source\n\nA pier"),
        ('{{< figure src = "a.png" caption = `Raw "text"` >}}', 'Raw "text"'),
        ('{{< figure class="pull-left" width=150 src="/a.jpg" >}}', ""),
        ('{{< figure src="a.png" caption="_Emphasis_" alt="" >}}', "Emphasis"),
        ('{{< img src="a.png" "A positional text" >}}', "A positional text"),
        ("{{% note %}}\nMind *this*.\n{{% /note %}}", "Mind this."),
        ('{{% notice warning "Beware" %}}\nText.\n{{% /notice %}}', "Beware\n\nText."),
        ('{{< tab "npm" >}}One{{< /tab >}}\n{{% tab header="Yarn" %}}Two{{% /tab %}}', "npm\n\nOne\n\nYarn\n\nTwo"),
        ('{{< tabs name="tabs_id" >}}\n{{< tab name="Deno" >}}One{{< /tab >}}\n{{< /tabs >}}', "Deno\n\nOne"),
        ('{{< details "A summary" >}}\nText.\n{{< /details >}}', "A summary\n\nText."),
        ('{{< quote author="Ann" source="A book" cite="https://x.example" >}}Said.{{< /quote >}}',
         "Ann\n\nA book\n\nSaid."),
        ('[a]({{< relref "post.md" >}}) {{< ref path="x" title="no" >}}b {{< youtube w7Ft2ymGmfc >}}', "a b"),
        ('Two {{< tooltip text="Pod" id="x" >}}s', "Two Pods"),
        ('{{</* figure src="x" */>}} and {{%/* note */%}}', '{{< figure src="x" >}} and {{% note %}}'),
        ("```md\n{{< figure src=\"a.png\" caption=\"A *b*\" >}}\n```", '{{< figure src="a.png" caption="A *b*" >}}'),
        ('[a]({{< link title="A title" >}}) <a href="{{< link title="A title" >}}">b</a>', "a b"),
        # Jekyll
        ('{% include figure.html src="a.png" caption="A boat" alt=page.alt %}', "A boat"),
        ("{% include note.html content=\"Mind this.\" %}", "Mind this."),
        ('{% assign title = "no" %}{% if page.title == "no" %}Yes{% else %}No{% endif %}', "YesNo"),
        ("{% highlight ruby linenos %}\nputs '*x*'\n{% endhighlight %}", "puts '*x*'"),
        ("{% raw %}{{ x }} {% y %}{% endraw %}", "{{ x }} {% y %}"),
        ("{% link _posts/a.md %} {% post_url 2020-01-01-a %}x", "x"),
        ("Text{: .class #id}\n{: .note}\n\n{::comment}no{:/comment}a{::nomarkdown}b{:/}", "Text\n\nab"),
        ("Before\n\n* TOC\n{:toc}\n\nAfter", "Before\n\nAfter"),
        ("1. Contents\n{:.no_toc toc}\n\nAfter", "After"),
        # Hexo and Octopress
        ("{% blockquote Ann Lee, A Book https://x.example Its title %}\nSaid.\n{% endblockquote %}",
         "Ann Lee, A Book\n\nIts title\n\nSaid."),
        ("{% img right /a.png 400 'A title' 'A text' %}Then", "A title\n\nA text\n\nThen"),
        ('{% asset_img "pier.jpg" "The pier" %}\n{% asset_img boat.png 300 200 The boat %}', "The pier\n\nThe boat"),
        ("看{% post_link some-slug 这篇文章 %}吧, {% post_link x \"A title\" false %}.", "看这篇文章吧, A title."),
        ("{% codeblock A title lang:js %}\nlet *x*\n{% endcodeblock %}", "A title\n\nlet *x*"),
        ("{% include_code A title lang:js path/a.js %}", "A title"),
        ("{% spoiler Click me %}\nText.\n{% endspoiler %}", "Click me\n\nText."),
        ("Intro\n<!-- more -->\nRest", "Intro\n\nRest"),
        # Zola, Eleventy
        ('{{ figure(src="a.png", caption="A boat") }}\n\n{% quote(author="Ann") %}Said.{% end %}',
         "A boat\n\nAnn\n\nSaid."),
        ('{% image "./cat.jpg", "My cat", "(min-width: 30em) 50vw" %}', "My cat"),
        ("A {# comment #}b {{ title | t: title: 'no' }}c {{- x -}} d {%- y -%}", "A b c d"),
        # All
        ("## Head {#an-id .cls}\n\n![x](y.png){ width=\"300\" .lead }\n\n[a](/b){:target=\"_blank\"}",
         "Head\n\nx\n\na"),
        ("### Head {/*an-id*/}", "Head"),
        ("Text { .card #id }", "Text"),
    ],
)  # fmt: skip
def test_captions_and_texts_are_seen(source: str, seen: str) -> None:
    assert plain_text(source) == seen


@pytest.mark.parametrize(
    "text",
    [
        "The sum $a_{{n}} + b^{{m}}$ and $$\\frac{{a}}{{{b}}}$$ here",
        "Also \\frac{{a}}{b} in $\\mathbf{{x}}_{%n%}$",
        "A set {x, y} of {1: 2} and {}",
        "{.5, .7} and {# 5}",
        "100% {sure} %}",
    ],
)
def test_what_is_no_tag_stays(text: str) -> None:
    seen = plain_text(text)
    assert all(word in seen for word in ("{{n}}", "{{m}}") if word in text)
    if "\\" not in text:
        assert seen == text
    assert seen.count("{") == text.count("{") or "\\frac{{a}}{b} in" in text


def test_prices_are_no_formulas() -> None:
    assert plain_text("It costs $5 {{ tax }} or $6 {{ tax }} in all") == "It costs $5 or $6 in all"
    assert plain_text("`$HOME` {{ site.url }} `$PATH`") == "$HOME $PATH"


@pytest.mark.parametrize(
    ("generator", "seen"),
    [
        ("", "a b c d"),
        ("jekyll", "a b c d"),
        ("hugo", "a {{ x }} b c {% y %} d"),
        ("vuepress", "a b {{< z >}}c {% y %} d"),
        ("jigsaw", "a {{ x }} b {{< z >}}c {% y %} d"),
        ("astro", "a {{ x }} b {{< z >}}c {% y %} d"),
        ("unheard-of", "a b c d"),
    ],
)
def test_tags_a_generator_does_not_know_are_text(generator: str, seen: str) -> None:
    assert plain_text("a {{ x }} b {{< z >}}c {% y %} d", "a.md", generator) == seen
