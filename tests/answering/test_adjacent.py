"""Stop words beside others are not lost: where what was typed stands together comes first, and no others are found."""

from __future__ import annotations

import pytest

from article_search.answering import adjacent
from article_search.answering.words import Words
from article_search.backends.base import Backend
from article_search.query.parser import parse
from article_search.query.tree import Phrase
from article_search.reading.article import Article
from tests.shelf import START, article, asked, commit, explain, search

FILLER = "council is to meet on a day and not to speak of roads or boats for the town but it may be in spring"


def hits(backend: Backend, typed: str, **options: bool) -> list[str]:
    return [hit.id for hit in search(backend, asked(parse(typed, START), **options)).hits]


@pytest.mark.parametrize(
    ("typed", "together", "apart"),
    [
        ("will smith", "will smith", "smith who will be a smith"),
        ("Will Young?", "Will Young", "young and will be young"),
        ("vitamin a", "vitamin a", "a vitamin is a vitamin"),
        ("hepatitis a", "Hepatitis-A", "a hepatitis has a hepatitis"),
        ("the who", "the Who", "who saw the one who"),
        ("let it be", "Let it be", "let us be and let it"),
        ("to be or not to be", "To be, or not to be", "to not be to or not be to be or"),
        ("the the", "the The", "the one in the end of the row"),
        ("in a in a row", "in a in a row", "row in a row in a row"),
        ("out of africa", "Out of Africa", "africa is out and of africa"),
        ("will smith -tomato", "will smith", "smith who will be a smith"),
        ("(will smith) date:2020", "will smith", "smith who will be a smith"),
        ("title:note will smith", "will smith", "smith who will be a smith"),
        ("body:(will smith)", "will smith", "smith who will be a smith"),
    ],
)
@pytest.mark.parametrize("any", [False, True])
def test_where_all_that_was_typed_stands_together_comes_first(
    backend: Backend, typed: str, together: str, apart: str, any: bool
) -> None:
    rest = [article(f"{number}.md", f"Note {number}", f"{FILLER} {number}") for number in range(12)]
    others = [article(f"apart{number}.md", "A note", f"{FILLER} {apart} {number} {FILLER}") for number in range(3)]
    commit(backend, [*rest, *others, article("together.md", "A note", f"{FILLER} {together} {FILLER} {FILLER}")])
    assert hits(backend, typed, each=True, any=any and ":" not in typed)[0] == "together.md"


def test_in_a_short_query_a_stop_word_goes_with_its_neighbour(backend: Backend) -> None:
    decoys = [
        article(f"{n}.md", "Notes", f"oscars for a smith {FILLER} and smith, who will {FILLER}") for n in range(9)
    ]
    commit(backend, [*decoys, article("will.md", "Notes", f"{FILLER} oscars {FILLER} for will smith {FILLER} smith")])
    assert hits(backend, "will smith oscars", each=True)[0] == "will.md"


ARTICLES: list[Article] = [
    article("smith.md", "Will Smith", "and will Smith be here"),
    article("apart.md", "Smith", "he will be a smith"),
    article("other.md", "Other", "they will go"),
]


@pytest.mark.parametrize("typed", ["will smith", "smith will be here", "will be", "a smith OR other", "the smith"])
def test_no_other_articles_are_found(backend: Backend, typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(backend, ARTICLES)
    found = [sorted(hits(backend, typed, any=any)) for any in (False, True)]
    monkeypatch.setattr(adjacent, "rows", lambda index, query: {})
    assert found == [sorted(hits(backend, typed, any=any)) for any in (False, True)]


@pytest.mark.parametrize(
    ("typed", "phrases"),
    [
        ("smith", {}),
        ("will", {}),
        ("smith here", {}),
        ('"will smith"', {}),
        ("will OR smith", {}),
        ("will -smith", {}),
        ("title:will smith", {}),
        ("smith will", {}),  # no article has it
        ("will smith", {Phrase("will smith"): 1.0}),
        ("title:(will smith)", {Phrase("will smith", "title"): 1.0}),
        ("WILL SMITH?", {Phrase("WILL SMITH"): 1.0}),
        ("category:a will smith", {Phrase("will smith"): 1.0}),
        ("go will smith", {Phrase("will smith"): adjacent._PAIR}),
        ("here go he will smith", {}),
    ],
)
def test_phrases_are_what_was_typed_in_a_row_with_a_stop_word(
    backend: Backend, typed: str, phrases: dict[Phrase, float]
) -> None:
    commit(backend, ARTICLES)
    with backend.reader() as reader:
        assert adjacent.rows(Words(reader), parse(typed, START)) == phrases


@pytest.mark.parametrize("typed", ["will smith", "go will smith"])
def test_it_is_explained(backend: Backend, typed: str) -> None:
    commit(backend, ARTICLES)
    request = asked(parse(typed, START))
    for hit in search(backend, request).hits:
        found = explain(backend, request, hit.id)
        words = [word.word for word in found.words]
        assert ('"will smith"' in words) == (hit.id == "smith.md")
        scores = sum(word.score for word in found.words) + found.by_title
        assert scores + found.together == pytest.approx(hit.score, rel=1e-4)
