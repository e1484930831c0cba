"""What a query names comes first, whatever ordinary words are around it and however often others mention it."""

from __future__ import annotations

import pytest

from article_search.backends.base import Backend
from article_search.query.parser import parse, unfinished
from tests.shelf import START, article, asked, commit, explain, prose, search

COMMAND = "Use it how you use others: how to use it is told by example. "


def hits(backend: Backend, typed: str, typing: bool = False, **options: bool) -> list[str]:
    query = parse(typed, START)
    request = asked(unfinished(query) if typing else query, typing=typing, **options)
    return [hit.id for hit in search(backend, request).hits]


@pytest.fixture
def reference(backend: Backend) -> Backend:
    """Pages of commands, and longer ones that mention each command again and again with all ordinary words."""
    named = ["Get-ChildItem", "New-Object", "Set-Location", "Import-Module"]
    pages = [article(f"{name.lower()}.md", name, f"{name}: for this. {prose(n)}") for n, name in enumerate(named)]
    mentions = [
        article(f"about{n}.md", f"about_{word}", f"{COMMAND}{' '.join(named)} {name} {name} {name} {prose(10 + n)}")
        for n, (word, name) in enumerate(zip("boxes paths loops files trees".split() * 4, named * 5, strict=True))
    ]
    commit(backend, [*pages, *mentions])
    return backend


@pytest.mark.parametrize(
    "around", ["{}", "how to use {}", "{} example", "what is {}", "how do I use {}?", "example of {} use"]
)
@pytest.mark.parametrize("name", ["Get-ChildItem", "get-childitem", "New-Object", "Set-Location"])
def test_the_page_of_a_name_is_first(reference: Backend, around: str, name: str) -> None:
    assert hits(reference, around.format(name))[0] == f"{name.lower()}.md"


@pytest.mark.parametrize("typed", ["get child item", "getchilditem", "GET-CHILDITEM", "get_child item"])
def test_a_name_is_the_same_however_its_parts_are_written(reference: Backend, typed: str) -> None:
    assert hits(reference, typed)[0] == "get-childitem.md"


@pytest.mark.parametrize("typed", ["Import-Mo", "import mo", "importmod", "import-module", "Get-C", "new-obj"])
def test_titles_that_begin_with_what_is_typed_are_first(reference: Backend, typed: str) -> None:
    first = {"imp": "import-module.md", "get": "get-childitem.md", "new": "new-object.md"}
    assert hits(reference, typed, typing=True)[0] == first[typed[:3].lower()]


def test_a_word_of_most_titles_names_nothing(reference: Backend) -> None:
    """*about* stands in most titles: of about_Loops it is *loops* that tells."""
    found = hits(reference, "loops")
    assert found[0] in {"about2.md", "about7.md", "about12.md", "about17.md"}


def test_a_title_that_is_the_query_is_first(backend: Backend) -> None:
    many = [article(f"{n}.md", "Will Smith and the oscars", "will smith " * 20 + prose(n)) for n in range(12)]
    commit(backend, [*many, article("film.md", "Will", "A film."), article("name.md", "Will Smith", "An actor.")])
    assert hits(backend, "will smith")[0] == "name.md"


def test_an_article_that_is_named_is_found_without_the_other_words(backend: Backend) -> None:
    every = [article(f"{n:02}.md", f"Page {n}", f"useState hook {prose(n)}") for n in range(12)]
    commit(
        backend,
        [*every, article("named.md", "useState", "Keeps a value."), article("x.md", "useState and more", "It.")],
    )
    request = asked(parse("useState hook", START), limit=20)
    found = search(backend, request)
    assert found.hits[0].id == "named.md"
    assert (found.total, found.strict_total, found.relaxed) == (13, 13, False)
    assert explain(backend, request, "named.md").missing == ("hook",)
    assert not explain(backend, request, "x.md").found


def test_a_short_title_is_not_named_by_a_long_question(backend: Backend) -> None:
    every = [article(f"{n:02}.md", f"Page {n}", f"ferry harbour night tide timetable {prose(n)}") for n in range(12)]
    commit(backend, [*every, article("short.md", "Night", "It is dark.")])
    assert "short.md" not in hits(backend, "ferry harbour night tide timetable")


@pytest.mark.parametrize("name", ["old-harbour", "Quay side", "deep_water", "Mooring rules"])
def test_other_names_count_too(backend: Backend, name: str) -> None:
    others = ("old harbour", "Quay side", "deep-water", "Mooring rules")
    text = "Where the boats are. old harbour, quay side, deep water and mooring rules. "
    pages = [article(f"{n}.md", f"Page {n}", text + prose(n)) for n in range(12)]
    commit(backend, [*pages, article("named.md", "The basin", text + prose(40), names=others)])
    request = asked(parse(f"what is {name}", START))
    assert search(backend, request).hits[0].id == "named.md"
    assert explain(backend, request, "named.md").by_names > 0


def test_a_heading_that_all_articles_have_counts_for_nothing(backend: Backend) -> None:
    commit(backend, [article(f"{n}.md", f"Page {n}", f"examples {prose(n)}", names=("Examples",)) for n in range(30)])
    assert explain(backend, asked(parse("examples", START)), "3.md").by_names < 0.05


def test_what_nearly_every_article_has_is_not_insisted_on(backend: Backend) -> None:
    pages = [
        article(f"{n:02}.md", f"Page {n}", f"PowerShell {prose(n)} {'module' if n % 2 else ''}") for n in range(40)
    ]
    commit(backend, [*pages, article("x.md", "Loading", f"How a module is loaded {prose(50)}")])
    assert "x.md" in [hit.id for hit in search(backend, asked(parse("powershell module", START), limit=40)).hits]
    assert len(hits(backend, "powershell OR module")) == 10  # which was asked for


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("german", "wie funktioniert die Fähre"),
        ("french", "comment prendre le bac"),
        ("spanish", "dónde está el puerto"),
        ("russian", "где находится порт"),
    ],
)
def test_words_that_ask_are_not_insisted_on(backend: Backend, language: str, typed: str) -> None:
    asks, *_, thing = typed.split()
    pages = [article(f"{n:02}.md", f"{n}", f"{typed} {prose(n)}", language=language) for n in range(12)]
    commit(backend, [*pages, article("named.md", f"{' '.join(typed.split()[1:])}", "…", language=language)])
    assert hits(backend, typed)[0] == "named.md"
    assert asks not in thing
