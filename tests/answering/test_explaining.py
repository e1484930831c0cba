"""The parts of an explanation add up to the score that a search shows, and an article that is not found learns why."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.answering.results import Explanation, explanation_json
from article_search.backends.base import Backend
from article_search.engine import Engine
from article_search.errors import NotFoundError
from article_search.query.parser import parse
from article_search.query.tree import Node, Query
from article_search.settings import Recency
from article_search.terminal import cli
from article_search.terminal.articles import explanation_lines
from article_search.terminal.screen import Screen
from tests.conftest import NewBackend
from tests.shelf import START, article, asked, commit, explain, made_up, search, thorough, trees


@pytest.fixture(scope="module")
def shelf(new_backend: NewBackend) -> Backend:
    backend = new_backend()
    articles = made_up(70)
    commit(backend, articles[:40])
    commit(backend, articles[40:], removed=tuple(each.id for each in articles[5:9]))
    return backend


def explained(backend: Backend, typed: str, id: str) -> Explanation:
    return explain(backend, asked(parse(typed, START)), id)


@thorough
@given(tree=trees, any=st.booleans(), expand=st.booleans(), fresh=st.booleans(), data=st.data())
def test_the_parts_add_up_to_the_score_of_the_search(
    shelf: Backend, tree: Node, any: bool, expand: bool, fresh: bool, data: st.DataObject
) -> None:
    recency = Recency(30, 0.5) if fresh else None
    request = asked(
        Query("fee roma fee", tree), limit=100, any=any, expand=expand, recency=recency, now=START + timedelta(days=40)
    )
    hits = search(shelf, request).hits
    if not hits:
        return
    hit = data.draw(st.sampled_from(hits))
    found = explain(shelf, request, hit.id)
    assert found.found
    assert found.score == pytest.approx(hit.score, rel=1e-5, abs=1e-5)
    words = sum(word.score for word in found.words)
    words += found.by_title + found.by_names
    assert words + found.recency + found.together + found.expansion == pytest.approx(hit.score, rel=1e-4, abs=1e-4)
    for word in found.words:
        fields = sum(field.score for field in word.fields)
        assert word.score == pytest.approx(fields + word.exact_form, rel=1e-5)


@pytest.mark.parametrize("typed", ["smalling fee", "smalls united united", '"roma fee" deal', "sm* club", "dealings"])
def test_every_hit_is_explained(shelf: Backend, typed: str) -> None:
    request = asked(parse(typed, START), limit=100)
    for hit in search(shelf, request).hits:
        found = explain(shelf, request, hit.id)
        words = sum(word.score for word in found.words) + found.by_title + found.by_names
        assert words + found.together == pytest.approx(hit.score, rel=1e-4)
        assert "score" in "\n".join(explanation_lines(found, Screen()))


@pytest.fixture
def small(backend: Backend) -> Backend:
    commit(
        backend,
        [
            article("ferry.md", "Ferry", "The ferry is late", categories=("boats",)),
            article("both.md", "Ferry fare", "A ferry, a fare"),
            *(article(f"{n}.md", "Fare ferry tide", f"Fares of the ferry at tide {n}") for n in range(12)),
        ],
    )
    return backend


@pytest.mark.parametrize(
    ("typed", "id", "missing"),
    [
        ("ferry fare tide", "ferry.md", ("fare", "tide")),
        ("ferry -late", "ferry.md", ("-late",)),
        ("fare OR tide", "ferry.md", ("fare OR tide",)),
        ("ferry category:sports", "ferry.md", ("category:sports",)),
        ('"late ferry"', "ferry.md", ('"late ferry"',)),
    ],
)
def test_an_article_that_is_not_found_learns_what_is_missing(
    small: Backend, typed: str, id: str, missing: tuple[str, ...]
) -> None:
    found = explained(small, typed, id)
    assert (found.found, found.score, found.missing) == (False, 0, missing)
    assert "not found; it does not answer" in "\n".join(explanation_lines(found, Screen()))


def test_words_an_article_has_are_told_though_it_is_not_found(small: Backend) -> None:
    found = explained(small, "ferry fare tide", "ferry.md")
    assert [word.word for word in found.words] == ["ferry"]
    assert [field.field for field in found.words[0].fields] == ["title", "body"]
    assert [field.frequency for field in found.words[0].fields] == [1, 1]


def test_an_article_found_by_some_of_the_words_learns_which_it_lacks(small: Backend) -> None:
    found = explained(small, "late fare", "both.md")
    assert (found.found, found.missing) == (True, ("late",))


def test_an_article_that_is_not_there_is_an_error(small: Backend) -> None:
    with pytest.raises(NotFoundError):
        explained(small, "ferry", "nowhere.md")


def test_the_json_names_every_part(small: Backend) -> None:
    shown = json.loads(json.dumps(explanation_json(explained(small, "ferry fare", "both.md"))))
    assert shown["version"] == 1
    assert shown["words"][0]["fields"][0].keys() == {"field", "frequency", "length", "score"}
    assert {"id", "title", "query", "found", "missing", "repeats", "words"} <= shown.keys()
    assert {"recency", "together", "expansion", "score"} <= shown.keys()


def test_the_command_prints_the_score_of_a_search_or_what_is_missing(
    small: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        return cli.run(arguments, lambda settings: Engine(settings, small)), capsys.readouterr().out

    _, answer = run("search", "ferry", "fare", "--json")
    score = next(hit["score"] for hit in json.loads(answer)["hits"] if hit["id"] == "both.md")
    code, shown = run("explain", "both.md", "ferry", "fare")
    assert (code, f"{score:.4f}  score" in shown) == (0, True)
    code, shown = run("explain", "ferry.md", "ferry", "-late", "--json")
    assert (code, json.loads(shown)["missing"]) == (1, ["-late"])
    assert run("explain", "nowhere.md", "ferry")[0] == 2
