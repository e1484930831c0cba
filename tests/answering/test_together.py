"""What the parts of a search do to each other: pins, typing, forms of words, filters, near-copies, expansion."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Literal

import pytest

from article_search import web
from article_search.engine import Engine
from article_search.settings import Pinned, Settings
from article_search.terminal.articles import explanation_lines
from article_search.terminal.screen import Screen
from tests.conftest import NewBackend
from tests.shelf import article, commit, prose
from tests.web.html_page import Page

Make = Callable[..., Engine]


@pytest.fixture
def make(new_backend: NewBackend) -> Make:
    """An engine over articles made of (id, title, body), with pins."""

    def make(articles: list[tuple[str, str, str]], *pinned: Pinned, language: str = "english") -> Engine:
        backend = new_backend()
        commit(backend, [article(id, title, body, language=language) for id, title, body in articles])
        return Engine(Settings(pinned=pinned, language=language), backend)

    return make


def ids(engine: Engine, text: str, **options: bool) -> list[str]:
    return [hit.id for hit in engine.search(text, **options).hits]


FERRIES = [("a.md", "Ferry to the island", "ferry island"), ("b.md", "Island ferry", "ferry island timetable")]


def test_pins_hold_while_the_last_word_is_typed(make: Make) -> None:
    pinned = Pinned("island ferry", ("other.md",), ("a.md",))
    engine = make([*FERRIES, ("other.md", "Something else", "nothing of it")], pinned)
    for typing in (False, True):
        assert ids(engine, "ferry island", typing=typing)[0] == "other.md"
        assert "a.md" not in ids(engine, "ferry island", typing=typing)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_pins_name_articles_however_accents_are_composed(make: Make, form: Literal["NFC", "NFD"]) -> None:
    other: Literal["NFC", "NFD"] = "NFD" if form == "NFC" else "NFC"
    first, hidden = (unicodedata.normalize(form, id) for id in ("Überfahrt/été.md", "한글.md"))
    pinned = Pinned("island ferry", (unicodedata.normalize(other, first),), (unicodedata.normalize(other, hidden),))
    others = [(first, "Something else", "nothing of it"), (hidden, "Island ferry", prose(9))]
    engine = make([*FERRIES, *others], pinned)
    found = [hit.id for hit in engine.search("island ferry").hits]
    assert found[0] == first
    assert hidden not in found
    assert engine.document(unicodedata.normalize(other, first)).hit.id == first


def test_an_explanation_says_what_is_pinned(make: Make) -> None:
    pinned = Pinned("island ferry", ("other.md",), ("a.md",))
    engine = make([*FERRIES, ("other.md", "Something else", "nothing of it")], pinned)
    said = {id: engine.explain(id, "ferry island") for id in ("a.md", "b.md", "other.md")}
    assert [each.pinned for each in said.values()] == ["hidden", None, "first"]
    assert [each.found for each in said.values()] == [False, True, True]
    lines = {id: "\n".join(explanation_lines(each, Screen())) for id, each in said.items()}
    assert "for this query it is not shown" in lines["a.md"]
    assert "pinned" not in lines["b.md"]
    assert "for this query it comes first" in lines["other.md"]


def test_what_repeats_a_hidden_article_is_hidden_with_it(make: Make) -> None:
    story = "ferry " + prose(1)
    articles = [("a.md", "Ferry", story), ("copy.md", "Ferry", story), ("b.md", "Ferry", "ferry " + prose(2))]
    assert ids(make(articles, Pinned("ferry", (), ("a.md",))), "ferry") == ["b.md"]
    assert ids(make(articles, Pinned("ferry", ("copy.md",), ("a.md",))), "ferry") == ["copy.md", "b.md"]


def test_words_on_both_sides_of_or_are_not_one_word(make: Make) -> None:
    engine = make([("a.md", "The old man", "a man"), ("b.md", "Manchester", "manchester")])
    assert ids(engine, "man OR chester") == ["a.md"]
    assert set(ids(engine, "man chester", strict=True)) == {"b.md"}


def test_exactly_what_was_typed_is_not_taken_apart(make: Make) -> None:
    engine = make([("a.md", "Our centre back", "the centre back scored")])
    assert ids(engine, "centreback") == ["a.md"]
    assert "centre back" in engine.search("centreback").interpreted
    assert ids(engine, "centreback", exact=True) == []


def test_a_facet_counts_what_its_filter_leaves_whether_or_not_the_answer_is_relaxed(make: Make) -> None:
    articles = [(f"{n:02}.md", "Ferry island", f"ferry island {prose(n)}") for n in range(12)]
    articles += [(f"some{n:02}.md", "Ferry", f"ferry {prose(40 + n)}") for n in range(30)]
    engine = make(articles)
    months = engine.search("ferry island").facets["month"]
    for facet in months:
        narrowed = engine.search("ferry island", since=facet.value, until=facet.value)
        assert narrowed.total == facet.count


def test_expansion_goes_by_articles_that_have_the_words(make: Make) -> None:
    pinned = Pinned("ferry", ("pinned.md",), ())
    articles = [(f"{n}.md", "Ferry", f"ferry timetable {prose(n)}") for n in range(4)]
    articles += [("more.md", "Other", f"ferry timetable timetable {prose(9)}"), ("pinned.md", "Pinned", prose(10))]
    engine = make(articles, pinned)
    plain, expanded = ({hit.id: hit.score for hit in engine.search("ferry", expand=e).hits} for e in (False, True))
    assert expanded["more.md"] > plain["more.md"]


def test_completions_know_the_language_of_the_site(make: Make) -> None:
    titles = ["Regierung und Wahlen", "Regierung und Wahlen im Mai", "Krankenhäuser schließen"]
    engine = make([(f"{n}.md", title, prose(n)) for n, title in enumerate(titles * 2)], language="german")
    assert any("wahl" in one.casefold() for one in engine.suggest("regierung und wa"))
    assert not any(one.endswith(" und") for one in engine.suggest("krankenhäuser"))


def test_an_article_that_a_reader_opens_has_the_words_marked_that_it_was_found_by(make: Make) -> None:
    engine = make([("a.md", "Sport", "A centre-back signed. The centre-back is Smalling.")])
    client = web.create_app(engine).test_client()
    for asked, marked in {
        "centreback": ["centre-back", "centre-back"],
        "smaling": ["Smalling"],
        "smaling&exact=1": [],
        "": [],
    }.items():
        page = Page(client.get(f"/article/a.md?q={asked}").text)
        assert [mark.text for mark in page.all("mark")] == marked
