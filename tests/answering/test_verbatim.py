"""Words just as they are written: found folded, but in no other form, and never corrected."""

from __future__ import annotations

from typing import Any

import pytest

from article_search.answering.results import Results
from article_search.engine import Engine
from article_search.query.search import Search
from article_search.settings import Settings
from tests.conftest import NewBackend
from tests.shelf import article, commit

ARTICLES = {
    "smalling": ("Chris Smalling", "Smalling joined Roma for a fee"),
    "small": ("A small fee", "it was small, smaller than the others, a small matter for Chris"),
    "smalls": ("Smalls", "the smalls were on page two"),
    "apart": ("Smalling", "Smalling met Chris, and the fees were paid"),
    "title": ("Smallings at home", "Chris smallings and one Smalling"),
    "muller": ("Müller", "Müllers and Muller’s goal"),
    "colour": ("Colour", "the colour of covid 19"),
    "color": ("Color", "the color of covid"),
    "us": ("Them and us", "it is up to us"),
    "usa": ("The US", "in the US senate"),
    "tokyo": ("東京", "東京都に行く"),
    "kyoto": ("京都", "京都に行く"),
    "seoul": ("서울", "서울에 가다"),
    "station": ("서울역", "서울 역"),
    "cpp": ("C++ and node.js", "print() in C++"),
    "c": ("C", "plain C, node and js"),
}


@pytest.fixture(scope="module")
def engine(new_backend: NewBackend) -> Engine:
    backend = new_backend()
    commit(backend, [article(f"{id}.md", title, body) for id, (title, body) in ARTICLES.items()])
    return Engine(Settings(synonyms=(("smalling", ("maguire",)), ("colour", ("color",)))), backend)


def found(engine: Engine, text: str, **options: Any) -> set[str]:
    hits = engine.search(Search(text, limit=100, strict=True, **options)).hits
    return {hit.id.removesuffix(".md") for hit in hits}


def marks(results: Results) -> set[str]:
    pieces = (piece for hit in results.hits for piece in (*hit.title_fragments, *hit.snippet))
    return {piece.text for piece in pieces if piece.match}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=smalling", {"smalling", "apart", "title"}),
        ("=SMALLING", {"smalling", "apart", "title"}),
        ("=small", {"small"}),
        ("=smalls", {"smalls"}),
        ("title:=smalling", {"smalling", "apart"}),
        ("=muller", {"muller"}),
        ("=müllers", {"muller"}),
        ("=mull", set()),
        ("=colour", {"colour"}),
        ("=us", {"us", "usa"}),
        ("=US", {"usa"}),
        ("fee -=small", {"smalling", "apart"}),
        ("smalling -=smalling", {"small", "smalls"}),
        ('="chris smalling"', {"smalling", "title"}),  # which has both words, and them in a row in another form
        ('="a small fee"', {"small"}),
        ('="chris smallings"', {"title"}),
        ('title:="chris smalling"', {"smalling"}),
        ('title:="chris smallings"', set()),
        ("=covid-19", {"colour"}),
        ("=the =smalls", {"smalls"}),
        ("=small OR =smalls", {"small", "smalls"}),
        ("=東京", {"tokyo"}),
        ("=京都", {"tokyo", "kyoto"}),
        ("=東京 =行", {"tokyo"}),
        ("=서울", {"seoul", "station"}),
        ("=서울에", {"seoul"}),
        ("=c++", {"cpp"}),
        ("=node.js", {"cpp"}),
        ("=c", {"c"}),
    ],
)
def test_a_word_is_found_just_as_it_is_written(engine: Engine, text: str, expected: set[str]) -> None:
    assert found(engine, text) == expected


@pytest.mark.parametrize("text", ["smalling", '"smalling"', "smalls"])
def test_other_ways_to_ask_find_other_forms(engine: Engine, text: str) -> None:
    assert found(engine, text, exact=True) >= {"smalling", "small", "smalls"}


def test_every_word_of_a_query_may_be_taken_so(engine: Engine) -> None:
    assert engine.search("chris smalling", verbatim=True).interpreted == "=chris =smalling"
    assert found(engine, "chris smalling", verbatim=True) == {"smalling", "apart", "title"}
    assert found(engine, '"chris smalling" -title:home', verbatim=True) == {"smalling"}
    assert found(engine, "small*", verbatim=True) == found(engine, "small*")
    assert found(engine, "chris smal", verbatim=True, typing=True) == set()


@pytest.mark.parametrize(
    ("text", "verbatim"),
    [("=smaling", False), ('="chris smaling"', False), ("smaling", True), ("=smaling smaling", False)],
)
def test_it_is_never_corrected(engine: Engine, text: str, verbatim: bool) -> None:
    results = engine.search(text, verbatim=verbatim)
    assert (results.total, results.suggestion, results.corrected) == (0, None, False)


def test_words_beside_it_are(engine: Engine) -> None:
    results = engine.search("=smalling rmoa")
    assert (results.suggestion, results.corrected) == ("=smalling roma", True)
    assert results.hits[0].id == "smalling.md"


def test_only_the_word_as_it_is_written_is_marked(engine: Engine) -> None:
    assert marks(engine.search("=smalling")) == {"Smalling"}
    assert marks(engine.search('="chris smallings"')) == {"Chris smallings"}
    view = engine.view("title.md", "smalling", verbatim=True)
    assert [piece.text for row in view.paragraphs for piece in row if piece.match] == ["Smalling"]


def test_an_explanation_tells_of_it(engine: Engine) -> None:
    word = engine.explain("apart.md", "=smalling")
    assert [(one.word, one.articles) for one in word.words] == [("=smalling", 3)]
    scores = {hit.id: hit.score for hit in engine.search("=smalling").hits}
    assert word.score == pytest.approx(scores["apart.md"], rel=1e-5)
    row = engine.explain("smalling.md", '="chris smalling"')
    assert [one.word for one in row.words] == ['="chris smalling"']
    assert row.score == pytest.approx(engine.search('="chris smalling"').hits[0].score, rel=1e-5)
    other = engine.explain("title.md", 'title:="chris smallings" =small')
    assert (other.found, other.words, other.missing) == (False, (), ('title:="chris smallings"', "=small"))


def test_it_is_relaxed_like_any_word(engine: Engine) -> None:
    results = engine.search("=smalling fee")
    assert (results.strict_total, results.relaxed) == (2, True)
    assert {hit.id for hit in results.hits[:2]} == {"smalling.md", "apart.md"}
    assert {hit.id for hit in results.hits[2:]} == {"title.md", "small.md"}
