"""What a word weighs: the form asked for above its stem, repetition where it stands, repetition in the query."""

from __future__ import annotations

import pytest

from article_search.answering.words import Words, counting, repeated
from article_search.backends.base import Backend
from article_search.query.parser import parse
from article_search.query.tree import Form, Forms, Node, Or, Term
from tests.conftest import NewBackend
from tests.shelf import START, article, ask, asked, commit, search

FILLER = "rain along the coast by night"


def names(backend: Backend) -> None:
    """One article with the name once, at the end of a long text, and many that are about something small."""
    small = [article(f"{n}.md", "Small small things", "small " * (5 + n % 7), "A small step") for n in range(40)]
    commit(backend, [*small, article("name.md", "A defender", f"{FILLER} " * 60 + "says Smalling")])


def test_a_name_does_not_drown_in_a_common_word(backend: Backend) -> None:
    names(backend)
    asked: list[Node] = [Term("Smalling"), Or((Term("smalling"), Term("coastline")))]
    asked += [Forms((Form(Term("smallling")), Form(Term("smalling"), 0.5)))]
    for tree in asked:
        results = ask(backend, tree)
        assert results.hits[0].id == "name.md"
        assert results.total == len({hit.id for hit in results.hits})


def test_a_name_in_one_field_is_told_from_its_stem_there(backend: Backend) -> None:
    small = [article(f"{n}.md", f"Small small small {n}") for n in range(20)]
    commit(backend, [*small, article("name.md", "What Smalling told a paper after the match on a rainy night in May")])
    assert ask(backend, Term("smalling", "title")).hits[0].id == "name.md"


def test_equal_forms_are_as_good_as_the_one_typed(backend: Backend) -> None:
    stems = [article(f"{n}.md", "Small", "small") for n in range(30)]
    commit(backend, [*stems, article("a.md", "The smalling of it"), article("b.md", "The smalls of it")])
    tree = Forms((Form(Term("smalling")), Form(Term("smalls"))))
    scores = {hit.id: hit.score for hit in ask(backend, tree, each=True).hits}
    assert scores["a.md"] == scores["b.md"]


def test_nearly_all_words_weigh_what_their_stem_does(backend: Backend) -> None:
    commit(backend, [article(f"{n}.md", ["Run", "Running", "Runs"][n % 3]) for n in range(9)])
    scores = [[hit.score for hit in ask(backend, Term(word)).hits] for word in ("run", "running", "runs")]
    assert len({round(score, 6) for each in scores for score in each}) == 1


def test_words_repeated_where_they_stand_weigh_more_than_equally_rare_ones(backend: Backend) -> None:
    about = [article(f"a{n}.md", "", f"otters otters otters otters {FILLER}") for n in range(3)]
    beside = [article(f"b{n}.md", "", f"besides {FILLER} {FILLER} {FILLER}") for n in range(3)]
    commit(backend, [*about, *beside])
    with backend.reader() as reader:
        (otters, articles), (besides, others) = map(Words(reader).stem, ("otter", "besid"))
    assert articles.articles == others.articles == 3
    assert otters.weight > 2 * besides.weight


def test_deleted_articles_count_for_nothing(new_backend: NewBackend) -> None:
    """What is left weighs as if the rest had never been."""
    articles = [article(f"{n}.md", "Small" if n % 3 else "Smalling", "small " * (n % 5)) for n in range(30)]
    gone = [article(f"x{n}.md", "Small smalling", "smalling small " * 9) for n in range(10)]
    scores = []
    for all in ([*articles, *gone], articles):
        backend = new_backend()
        commit(backend, all)
        commit(backend, [], removed=tuple(each.id for each in all if each.id.startswith("x")))
        scores.append({hit.id: round(hit.score, 4) for hit in ask(backend, Term("smalling"), each=True).hits})
    assert scores[0] == scores[1]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("gulls and harbour", {}),
        ("gulls harbour gulls", {"gull": 1.8}),
        ("gull harbour gulls", {"gull": 0.9}),
        ("gulls gulls gulls", {"gull": 27 / 11}),
        ("", {}),
    ],
)
def test_a_word_typed_again_counts_more_but_less_each_time(typed: str, expected: dict[str, float]) -> None:
    assert repeated(parse(typed, START), "english") == pytest.approx(expected)


def test_a_word_typed_twice_scores_nearly_twice(backend: Backend) -> None:
    commit(backend, [article("a.md", "Gulls"), article("b.md", "Harbour")])
    queries = [asked(parse(typed, START), any=True) for typed in ("gulls harbour", "gulls harbour gulls")]
    once, twice = (search(backend, each).hits for each in queries)
    scores = [{hit.id: hit.score for hit in hits} for hits in (once, twice)]
    assert scores[1]["a.md"] == pytest.approx(1.8 * scores[0]["a.md"], rel=1e-5)
    assert scores[1]["b.md"] == pytest.approx(scores[0]["b.md"], rel=1e-5)


def test_common_words_of_a_long_query_count_less(backend: Backend) -> None:
    """In a short one they count as by themselves."""
    words = "gulls harbour tide mast quay rope".split()
    commit(backend, [article(f"{n}.md", " ".join(words[: n % 6 + 1])) for n in range(60)])
    with backend.reader() as reader:
        short, long = (
            counting(Words(reader), parse(" ".join(typed), START)) for typed in (words[:4], [*words, "and", "the"])
        )
    assert short == {}
    assert long["rope"] == 1 > long["quay"] > long["harbour"] > long["gull"] > 0
