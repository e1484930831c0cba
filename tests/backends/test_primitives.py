"""What single primitives of base.py promise, where no answer would show a fault. Each test runs on every backend."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from article_search import scoring
from article_search.answering.words import Words
from article_search.backends.base import (
    TEXT_FIELDS,
    AllOf,
    AnyOf,
    Backend,
    Counts,
    Deadline,
    Extra,
    Leaf,
    NoneOf,
    Number,
    Places,
    Plain,
    Question,
    Reader,
    Spelt,
    Text,
    Times,
    Update,
    Way,
    Weighed,
    Word,
)
from article_search.backends.base import Age as AgeOf
from article_search.language import folding, text
from article_search.query.tree import Category, Or, Range, Term, TextField
from article_search.reading.files import FileState, Loaded
from tests.answering.reference import edits
from tests.conftest import NewBackend
from tests.opensearch.backend import PatientBackend
from tests.shelf import START, Shelf, article, commit, made_up, prose


def numbers(reader: Reader, *ids: str) -> tuple[Number, ...]:
    found = [number for id in ids if (number := reader.number(id)) is not None]
    assert len(found) == len(ids)
    return tuple(found)


def ids(reader: Reader, question: Question) -> list[str]:
    return [head.id for head in reader.heads(reader.answer(question).rows.numbers.tolist())]


def leaf(*terms: str) -> Leaf:
    return Leaf((Weighed(Word((Way(terms),)), 1.0),))


# ---- words ----


@pytest.mark.parametrize(("having", "told"), [(2, True), (7, False)])
def test_how_many_have_the_form_is_told_where_it_matters(backend: Backend, having: int, told: bool) -> None:
    words = ["Smalling" if n < having else "Small" for n in range(20)]
    articles = [article(f"{n}.md", word) if n % 2 else article(f"{n}.md", "", word) for n, word in enumerate(words)]
    commit(backend, articles[:10])
    commit(backend, articles[10:])
    word = Word((Way(("small",)),), (("smalling", None),))
    with backend.reader() as reader:
        assert reader.counts([word])[0] == Counts(20, 20)
        assert reader.with_form(word) == having
        found = reader.with_form(word, 7)
        assert found == having if told else found >= 7


def test_frequencies_add_up_over_fields_and_ways(backend: Backend) -> None:
    commit(backend, [article("a.md", "Gull gulls", "a gull", "heron"), article("b.md", "", "herons")])
    birds = Word((Way(("gull",)), Way(("heron",))), (("gulls", None), ("herons", "title")))
    with backend.reader() as reader:
        assert (reader.counts([birds])[0], reader.with_form(birds)) == (Counts(2, 5), 1)
        assert reader.counts([Word((Way(("gull",), "body"),))])[0] == Counts(1, 1)
        (a, b) = numbers(reader, "a.md", "b.md")
        assert [(name, times) for name, times, _ in reader.inside(birds, a)] == [
            ("title", 2),
            ("description", 1),
            ("body", 1),
        ]
        assert [length for _, _, length in reader.inside(birds, a)] == pytest.approx([1, 1, 2 / 1.5])
        assert (reader.has_form(birds, a), reader.has_form(birds, b)) == (True, False)
        assert reader.counts([Word()])[0] == Counts(0, 0)


def test_terms_in_a_row_stand_in_one_field_of_one_article(backend: Backend) -> None:
    commit(backend, [article("a.md", "The harbour", "bridge of harbour bridge harbour bridge"), article("b.md", "Sea")])
    commit(backend, [article("c.md", "Bridge", "harbour"), article("d.md", "", "bridge")])
    row = Word((Way(("harbour", "bridg")),))
    with backend.reader() as reader:
        (a,) = numbers(reader, "a.md")
        assert (reader.counts([row])[0], reader.with_form(row)) == (Counts(1, 2), 1)
        assert [(name, times) for name, times, _ in reader.inside(row, a)] == [("body", 2)]
        assert reader.has_form(row, a), "what stands in a row was asked for as it stands there"
        assert reader.counts([Word((Way(("harbour", "bridg"), "title"),))])[0].articles == 0


def test_words_as_they_are_count_how_many_of_them_there_are(backend: Backend) -> None:
    commit(backend, [article("a.md", "Small smalls small", "smalling"), article("b.md", "Smaller")])
    word = Word(spelt=(Spelt("title", ("small", "smalls", "smallest")), Spelt("body", ("smalling",))))
    with backend.reader() as reader:
        assert reader.counts([Word(spelt=(Spelt("title", ("small",)), Spelt("body", ("smalling",))))])[0][:2] == (1, 2)
        (a,) = numbers(reader, "a.md")
        assert reader.counts([word])[0][:2] == (1, 3)
        assert [(name, times) for name, times, _ in reader.inside(word, a)] == [("title", 2), ("body", 1)]


def test_words_that_begin_so_come_by_how_many_articles_have_them(backend: Backend) -> None:
    commit(backend, [article("a.md", "", "Müller muller mull mull"), article("b.md", "Mule", "muller mulch")])
    commit(backend, [article("c.md", "Mule", "mulch")])
    with backend.reader() as reader:
        assert reader.beginning("mul", "body", 9) == ["mulch", "muller", "mull"]
        assert reader.beginning("mul", "title", 9) == ["mule"]
        assert reader.beginning("x", "title", 9) == reader.beginning("mul", "description", 9) == []


ROOTS = "smalling manchester coronavirus правительство müller government vaccine".split()
letters = st.sampled_from("smaligéпрт")


def edit(word: str, place: int, letter: str, kind: int) -> str:
    place %= len(word) + 1
    head, tail = word[:place], word[place:]
    return [head + letter + tail, head + tail[1:], head + letter + tail[1:], head + tail[1:2] + tail[:1] + tail[2:]][
        kind
    ]


@st.composite
def slips(draw: st.DrawFn) -> str:
    """A word after an edit or two, or three, folded."""
    word = draw(st.sampled_from(ROOTS))
    for place, letter, kind in draw(st.lists(st.tuples(st.integers(0, 30), letters, st.integers(0, 3)), max_size=3)):
        word = edit(word, place, letter, kind)
    return folding.fold(word)


@pytest.fixture(scope="module")
def vocabulary(new_backend: NewBackend) -> tuple[Backend, dict[TextField, list[str]]]:
    """Three commits of words many of which are near one another; and the words of each field, once an article."""
    backend = new_backend()
    near = [[word, word[1:], word[:-1], word[::-1], word + "s", word[1] + word[0] + word[2:]] for word in ROOTS]
    groups = (near[0] + near[1], near[2] + near[3], near[4] + near[5] + near[6])
    articles = [article(f"{n}.md", " ".join(of[:4]), " ".join(of), "covid19 a smalling") for n, of in enumerate(groups)]
    for each in articles:
        commit(backend, [each])
    words = {name: [word for each in articles for word in {*text.words(getattr(each, name))}] for name in TEXT_FIELDS}
    return backend, words


@given(word=slips(), most=st.sampled_from([1, 2]), field=st.sampled_from([None, *TEXT_FIELDS]))
@settings(max_examples=200, deadline=None)
def test_all_words_within_some_edits_are_found_and_no_others(
    vocabulary: tuple[Backend, dict[TextField, list[str]]], word: str, most: int, field: TextField | None
) -> None:
    backend, by_field = vocabulary
    there = [one for name in ((field,) if field else TEXT_FIELDS) for one in by_field[name] if one.isalpha()]
    if not word:
        return
    away = {other: edits(word, other) for other in there if other != word}
    with backend.reader() as reader:
        found = reader.near(word, most, field)
    expected = {word: edits for word, edits in away.items() if edits <= most}
    if isinstance(backend, PatientBackend):  # see tests/opensearch/differences.py
        missed = expected.keys() - {one.word for one in found}
        assert all(expected[other] == 2 and other[0] != word[0] for other in missed)
        expected = {other: edits for other, edits in expected.items() if other not in missed}
    assert {one.word: one.edits for one in found} == expected
    assert {one.word: one.frequency for one in found} == {one.word: there.count(one.word) for one in found}


@given(start=slips(), most=st.sampled_from([0, 1]))
@settings(max_examples=100, deadline=None)
def test_words_that_begin_nearly_so_have_the_first_letter(
    vocabulary: tuple[Backend, dict[TextField, list[str]]], start: str, most: int
) -> None:
    backend, by_field = vocabulary
    if not start:
        return
    nearest = {
        word: min(edits(start, word[:end]) for end in range(len(word) + 1))
        for word in by_field["body"]
        if word[0] == start[0]
    }
    with backend.reader() as reader:
        found = reader.near_beginning(start, most, "body")
    assert {one.word: one.edits for one in found} == {word: away for word, away in nearest.items() if away <= most}


def test_company_is_the_share_of_others_to_a_power_by_their_idf(backend: Backend) -> None:
    commit(backend, [article("a.md", "Gull harbour"), article("b.md", "Gull harbour ferry"), article("c.md", "Gull")])
    commit(backend, [article("d.md", "Heron ferry"), article("e.md", "Harbour")])
    gull, heron, harbour, ferry, nowhere = (
        Word((Way((term,)),)) for term in ("gull", "heron", "harbour", "ferri", "nowher")
    )
    of_harbour, of_ferry = scoring.idf(5, 3), scoring.idf(5, 2)
    share = of_harbour / (of_harbour + of_ferry)
    with backend.reader() as reader:
        found = reader.company([gull, heron, nowhere], [harbour, ferry, nowhere], 4)
        assert found == pytest.approx([share**4 + 1, (1 - share) ** 4, 0], rel=1e-5)
        assert reader.company([gull], [nowhere], 4) is None
        assert reader.company([], [harbour], 4) == []


# ---- trees ----


def test_trees_find_what_they_say_and_filters_narrow_it(backend: Backend) -> None:
    day = timedelta(days=1)
    commit(backend, [article("a.md", "Gull", categories=("Réd",)), article("b.md", "Heron", date=None, categories=())])
    commit(backend, [article("c.md", "Gull heron", date=START + day, categories=("red", "Blue"))])
    gull, heron = leaf("gull"), leaf("heron")
    trees: list[tuple[Plain, set[str]]] = [
        (AllOf(), {"a", "b", "c"}),
        (AnyOf(), set()),
        (gull, {"a", "c"}),
        (Times(gull, 2.0), {"a", "c"}),
        (AllOf((gull, heron)), {"c"}),
        (AnyOf((gull, Category("none"))), {"a", "c"}),
        (NoneOf(gull), {"b"}),
        (AllOf((NoneOf(gull), heron)), {"b"}),
        (Category("RED"), {"a", "c"}),
        (Range(None, None), {"a", "c"}),
        (Range(START, START + day), {"a"}),
        (Range(START + day, None), {"c"}),
        (leaf("nowher"), set()),
    ]
    with backend.reader() as reader:
        for tree, expected in trees:
            assert {id[0] for id in ids(reader, Question(tree))} == expected
            assert reader.count(tree) == len(expected)
            there = {id for id in "abc" if reader.answers(tree, numbers(reader, f"{id}.md")[0])}
            assert there == expected
        assert reader.count(gull, ["blue", "none"]) == reader.count(gull, (), Range(START + day, None)) == 1
        assert reader.count(AllOf(), ["red"], Range(None, START + day)) == 1


def test_scores_add_up_and_of_choices_the_best_counts(backend: Backend) -> None:
    commit(backend, [article("a.md", "Gull heron"), article("b.md", "Tern")])
    gull, heron, tern = (Word((Way((term,)),)) for term in ("gull", "heron", "tern"))
    either = Leaf((Weighed(gull, 1.0), Weighed(heron, 3.0, share=0.5)))
    with backend.reader() as reader:
        (a,) = numbers(reader, "a.md")

        def score(tree: Plain) -> float:
            return reader.answer(Question(tree, about=(a,))).about[0].by_words

        one = score(Leaf((Weighed(gull, 1.0),)))
        assert one == pytest.approx(float(scoring.saturated(scoring.field_weight("title", 2 / 1.5), 1.0)))
        assert score(either) == pytest.approx(1.5 * one)
        assert score(AllOf((either, Times(Leaf((Weighed(heron, 1.0),)), 3.0), Category("sports")))) == pytest.approx(
            4.5 * one
        )
        assert score(AnyOf((either, Leaf((Weighed(tern, 1.0),)), NoneOf(leaf("tern"))))) == pytest.approx(1.5 * one)
        lifted = Leaf((Weighed(Word(gull.ways, (("gull", None),)), 1.0, lift=5.0, share=0.5),))
        assert score(lifted) == pytest.approx(0.5 * (one + 5))
        assert score(leaf("tern")) == 0


# ---- answers ----


@pytest.fixture(scope="module")
def harbour(new_backend: NewBackend) -> Backend:
    """Articles that have a word more and more often, later and later; copies of two of them; one without it."""
    backend = new_backend()
    day = timedelta(days=1)
    articles = [
        article(f"{n}.md", "", f"{'ferry ' * n} {prose(n)}", date=START + n * day, categories=(["Sea", "Land"][n % 2],))
        for n in range(1, 6)
    ]
    commit(backend, articles[:3])
    commit(backend, articles[3:])
    copy = article(
        "copy.md", "", f"ferry ferry ferry ferry {prose(4)}", date=START + 9 * day, categories=("SEA", "Air")
    )
    commit(backend, [copy, article("other.md", "Other", date=None, categories=("Sea",))])
    return backend


FERRY = leaf("ferri")


def test_the_order_is_by_relevance_or_by_date(harbour: Backend) -> None:
    with harbour.reader() as reader:
        assert ids(reader, Question(FERRY)) == ["5.md", "copy.md", "3.md", "2.md", "1.md"]
        assert ids(reader, Question(FERRY, sort="newest")) == ["copy.md", "5.md", "3.md", "2.md", "1.md"]
        assert ids(reader, Question(AllOf(), sort="oldest", each=True))[:2] == ["1.md", "2.md"]
        assert ids(reader, Question(AllOf(), sort="oldest", each=True))[-2:] == ["copy.md", "other.md"]


def test_articles_that_say_the_same_are_told_of_and_counted_once(harbour: Backend) -> None:
    with harbour.reader() as reader:
        four, copy, one = numbers(reader, "4.md", "copy.md", "1.md")
        assert sorted(reader.same(four)) == sorted(reader.same(copy)) == sorted((four, copy))
        assert reader.same(one) == ()
        answer = reader.answer(Question(FERRY, about=(four, copy)))
        assert (answer.total, answer.matches) == (5, 6)
        assert [(about.found, about.shown) for about in answer.about] == [(True, False), (True, True)]
        assert answer.rows.similar.tolist() == [0, 1, 0, 0, 0]
        assert [group >= 0 for group in answer.rows.groups.tolist()] == [False, True, False, False, False]
        # A group has a category if one of its articles that are found has it.
        assert dict(answer.categories) == {"Sea": 2, "Land": 3, "Air": 1}
        each = reader.answer(Question(FERRY, each=True))
        assert (each.total, each.matches, each.rows.similar.tolist()) == (6, 6, [0] * 6)
        assert len({group for group in each.rows.groups.tolist() if group >= 0}) == 1
        assert dict(each.categories) == {"Sea": 3, "Land": 3, "Air": 1}
        only = reader.answer(Question(FERRY, categories=("land",)))
        assert (only.total, dict(only.categories)) == (3, {"Sea": 2, "Land": 3, "Air": 1})


def test_what_is_pinned_has_the_scores_it_is_given_whatever_words_it_has(harbour: Backend) -> None:
    with harbour.reader() as reader:
        one, other, five = numbers(reader, "1.md", "other.md", "5.md")
        answer = reader.answer(Question(FERRY, first=(other, one), scores={other: 7.0, five: 3.0}))
        assert [head.id for head in reader.heads(answer.rows.numbers.tolist())][:3] == ["other.md", "1.md", "5.md"]
        assert (answer.rows.scores[0], answer.rows.scores[2]) == (7, 3)


def test_what_stands_for_copies_by_words_leaves_its_place_to_others_where_it_scores_less(harbour: Backend) -> None:
    with harbour.reader() as reader:
        one, two, three, four = numbers(reader, "1.md", "2.md", "3.md", "4.md")
        scores = {four: 9.0, three: 8.0, two: 7.0, one: 6.0}  # by words 4.md stands behind its copy
        found = Question(FERRY, scores=scores, count=3)
        assert ids(reader, found) == ["3.md", "2.md", "1.md"]
        assert reader.answer(found).rows.similar.tolist() == [0, 0, 0]


def test_months_are_those_of_the_site_within_the_dates_or_all(backend: Backend) -> None:
    late = datetime(2020, 8, 31, 23, 30, tzinfo=UTC)  # in London the first of September
    commit(backend, [article("a.md", date=late, categories=()), article("b.md", categories=("us news",))])
    commit(backend, [article("c.md", date=None), article("d.md", categories=("US News",), date=late)])
    with backend.reader() as reader:
        within = Range(late, None)
        assert sorted(reader.answer(Question(AllOf())).months) == [("2020-08", 1), ("2020-09", 2)]
        assert reader.answer(Question(AllOf(), dates=within)).months == [("2020-09", 2)]
        answer = reader.answer(Question(AllOf(), dates=within, all_months=True, categories=("us news",)))
        assert sorted(answer.months) == [("2020-08", 1), ("2020-09", 1)]
        # Of equally frequent spellings the first by name.
        assert answer.categories == [("US News", 1)]
        without = reader.answer(Question(AllOf(), facets=False))
        assert (without.total, without.months, without.categories) == (4, [], [])


def test_what_is_above_comes_first_whatever_it_scores(harbour: Backend) -> None:
    with harbour.reader() as reader:
        (four,) = numbers(reader, "4.md")
        land, one_only = Category("land"), Range(START, START + timedelta(days=2))
        answer = reader.answer(Question(FERRY, above=(land, one_only)))
        assert [head.id for head in reader.heads(answer.rows.numbers.tolist())] == [
            "1.md",
            "5.md",
            "3.md",
            "copy.md",
            "2.md",
        ]
        assert answer.rows.tiers.tolist() == [2, 1, 1, 0, 0]
        assert (answer.above, answer.total) == (3, 5)
        # Of a group that one is shown which is above.
        answer = reader.answer(Question(FERRY, above=(Range(None, START + timedelta(days=5)),), about=(four,)))
        assert (answer.about[0].shown, answer.above) == (True, 4)
        assert reader.answer(Question(FERRY)).above == 5


def test_what_is_first_is_in_the_answer_and_what_is_hidden_is_not(harbour: Backend) -> None:
    with harbour.reader() as reader:
        other, one, five = numbers(reader, "other.md", "1.md", "5.md")
        question = Question(FERRY, first=(other, one), hidden=(five,), above=(FERRY,))
        answer = reader.answer(question)
        assert ids(reader, question) == ["other.md", "1.md", "copy.md", "3.md", "2.md"]
        assert (answer.total, answer.above) == (5, 5)
        assert ids(reader, Question(FERRY, first=(other,), categories=("land",))) == ["5.md", "3.md", "1.md"]


def test_scores_go_from_words_by_age_over_what_is_given_to_what_is_extra(harbour: Backend) -> None:
    with harbour.reader() as reader:
        one, two, five, other = numbers(reader, "1.md", "2.md", "5.md", "other.md")
        tree = AnyOf((FERRY, leaf("other")))
        now = (START + timedelta(days=5)).timestamp()
        plain = {
            n: about.by_words
            for n, about in zip(
                (one, two, five, other), reader.answer(Question(tree, about=(one, two, five, other))).about, strict=True
            )
        }
        age = AgeOf(now, 4.0, 0.5)
        aged = reader.answer(Question(tree, age=age, about=(one, five, other))).about
        assert [each.by_words for each in aged] == [plain[one], plain[five], plain[other]]
        factors = [each.score / each.by_words for each in aged]
        assert factors == pytest.approx([scoring.recency(4, 4, 0.5), scoring.recency(0, 4, 0.5), 1])
        assert factors[:2] == pytest.approx([1, 1.5])
        given = reader.answer(Question(tree, age=age, scores={one: 99.0}, about=(one,)))
        assert given.rows.numbers[0] == one
        assert given.about[0].score == 99
        assert given.about[0].by_words == plain[one]
        # A word that no article has gives nothing.
        extra = Extra(((FERRY.choices[0], 2.0), (leaf("nowhere").choices[0], 9.0)), most=10.0)
        gained = reader.answer(Question(tree, scores={one: 99.0}, extra=extra, about=(one, two, five, other))).about
        gains = [gained[0].score - 99, *(about.score - about.by_words for about in gained[1:])]
        assert gains == pytest.approx([10 * plain[n] / plain[five] for n in (one, two, five)] + [0], rel=1e-4)
        by_date = reader.answer(Question(tree, sort="oldest", age=age, scores={one: 99.0}, extra=extra, about=(one,)))
        assert by_date.about[0].score == plain[one]


@pytest.mark.parametrize("tree", [Or((Term("roma"), Term("fee"))), Term("goal"), Term("dealings")])
def test_the_best_few_are_the_first_of_all(backend: Backend, tree: Or | Term) -> None:
    commit(backend, made_up(200))
    commit(backend, made_up(300, seed=4)[200:])
    with backend.reader() as reader:
        asked = Words(reader).plain(tree)
        whole = reader.answer(Question(asked, count=300)).rows
        assert len(whole) == reader.count(asked) > 20
        for count in (0, 1, 10):
            some = reader.answer(Question(asked, count=count))
            assert (some.rows.numbers.tolist(), some.total) == (whole.numbers[:count].tolist(), len(whole))
            assert some.rows.scores.tolist() == whole.scores[:count].tolist()


def test_the_best_of_many_words_are_those_with_most_of_them(backend: Backend) -> None:
    words = [f"word{n}" for n in range(30)]
    commit(backend, [article(f"{n:02}.md", "", " ".join(words[: n + 1])) for n in range(30)])
    with backend.reader() as reader:
        asked = Words(reader).plain(Or(tuple(map(Term, words))))
        assert ids(reader, Question(asked, each=True, count=3)) == ["29.md", "28.md", "27.md"]


# ---- time ----


def test_after_the_deadline_words_are_in_no_article_and_nothing_of_it_is_remembered(backend: Backend) -> None:
    commit(backend, [article(f"{n}.md", "Gulls", date=START if n else None) for n in range(3)])
    word = Word((Way(("gull",)), Way(("gull", "gull"))))
    tree = AllOf((Leaf((Weighed(word, 1.0),)), AllOf()))
    with backend.reader(Deadline(at=time.monotonic() - 1)) as reader:
        there = 3 if isinstance(backend, PatientBackend) else 0  # it is asked what is found, while there is time for it
        assert reader.count(tree) == reader.answer(Question(tree)).total == there
        assert reader.counts([word])[0].articles == there
        assert reader.deadline.passed
        assert reader.answer(Question(AllOf())).total == reader.count(Category("sports")) == 3
    with backend.reader() as reader:
        assert reader.count(tree) == reader.counts([word])[0].articles == 3
        assert not reader.deadline.passed


# ---- articles ----


def test_articles_have_numbers_heads_texts_and_dates(backend: Backend) -> None:
    german = article("de/ü.md", "Häuser", "Die Gärten", "Kurz", language="german", date=None, categories=("a", "b"))
    commit(backend, [article("a.md", "A", "One.\n\nTwo.", image="/i.png"), german, article("b.md")])
    commit(backend, [article("c.md")])
    with backend.reader() as reader:
        assert (reader.articles, reader.languages) == (4, ("english", "german"))
        a, other = numbers(reader, "a.md", "de/ü.md")
        assert [reader.number(id) for id in ("", "x.md", "A.md", "\ud800.md", "de/ü.md/")] == [None] * 5
        first, second = reader.heads([other, a])
        assert (first.id, first.title, first.description, first.date, first.categories) == (
            "de/ü.md",
            "Häuser",
            "Kurz",
            None,
            ("a", "b"),
        )
        assert (second.url, second.date, second.image, second.warnings) == ("/a.md", START, "/i.png", ())
        assert list(reader.texts([other, a])) == [Text("Die Gärten", "german"), Text("One.\n\nTwo.", "english")]
        for term in ("gart", "haus"):
            assert ids(reader, Question(leaf(term))) == ["de/ü.md"], "read by the rules of its language"
        assert (reader.heads([]), list(reader.texts([]))) == ([], [])
    commit(backend, [], removed=("a.md", "b.md", "c.md", "de/ü.md"))
    with backend.reader() as reader:
        assert (reader.articles, reader.languages) == (0, ("english",))
        assert reader.number("a.md") is None


def test_places_ascend_over_articles_with_gaps_that_no_sentence_bridges(backend: Backend) -> None:
    commit(backend, [article("a.md", "T", "gull at the harbour, gull"), article("no.md", "gull", "nothing")])
    commit(backend, [article("b.md", "", "harbour gull")])
    with backend.reader() as reader:
        some = np.sort(numbers(reader, "a.md", "no.md", "b.md"))
        names = [head.id for head in reader.heads(some.tolist())]

        def by_id(places: Places) -> dict[str, list[int]]:
            parts = np.split(places.places, np.cumsum(places.counts)[:-1])
            return {id: part.tolist() for id, part in zip(names, parts, strict=True)}

        gull, harbour, nowhere = map(by_id, found := reader.places("body", ["gull", "harbour", "nowher"], some))
        (a,), (b,) = harbour["a.md"], harbour["b.md"]
        assert gull == {"a.md": [a - 3, a + 1], "no.md": [], "b.md": [b + 1]}
        assert (harbour["no.md"], nowhere) == ([], {"a.md": [], "no.md": [], "b.md": []})
        assert abs(a - b) > scoring.NEAR_WITHIN
        assert (np.diff(found[0].places) > 0).all()
        (alone,) = reader.places("title", ["gull"], np.array(numbers(reader, "no.md")))
        assert (len(alone.places), alone.counts.tolist()) == (1, [1])


def test_titles_are_one_run_of_numbers(backend: Backend) -> None:
    commit(backend, made_up(40))
    commit(backend, made_up(70)[40:])
    commit(backend, [article("e.md", "…", date=None), article("m.md", "Müller’s bakery", date=START + timedelta(999))])
    with backend.reader() as reader:
        titles = reader.titles()
        terms = {number: term for term, number in titles.numbers.items()}
        assert len(terms) == len(titles.numbers)
        assert titles.run[-1] == titles.holder[-1] == -1
        holders = sorted(set(titles.holder.tolist()) - {-1})
        assert len(holders) >= reader.articles <= titles.size
        shown = {}
        for title in holders:
            (where,) = np.nonzero(titles.holder == title)
            assert where[0] == titles.place(title) and (np.diff(where) == 1).all()
            run = titles.run[where].tolist()
            assert run.pop() == -1
            if run:
                shown[titles.head(title).id] = title
                assert [terms[number] for number in run] == text.terms(titles.head(title).title)
        of = {id: text.words(titles.head(title).title) for id, title in shown.items()}

        def having(mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> set[str]:
            return {titles.head(title).id for title in np.flatnonzero(mask).tolist()}

        assert having(titles.with_terms({"small", "nowher"})) == {
            id for id, title in shown.items() if "small" in text.terms(titles.head(title).title)
        }
        assert having(titles.with_words({"smalling"})) == {id for id, words in of.items() if "smalling" in words}
        counted = {word: sum(word in words for words in of.values()) for words in of.values() for word in words}
        words, mask = titles.beginning("sm", 200)
        expected = [word for word in counted if word.startswith("sm")]
        assert words == sorted(expected, key=lambda word: (-counted[word], word))
        assert len(titles.beginning("sm", 1)[0]) == 1
        assert having(mask) == {id for id, words in of.items() if any(word.startswith("sm") for word in words)}
        assert titles.beginning("xyz", 9)[0] == []
        every = np.array(list(shown.values()))
        newest = [titles.head(title) for title in titles.newest(every, 1000)]
        assert newest[0].id == "m.md"
        dates = [head.date for head in newest if head.date]
        assert dates == sorted(dates, reverse=True) and not any(head.date for head in newest[len(dates) :])
        assert titles.newest(every, 3) == titles.newest(every, 1000)[:3]


# ---- commits ----


def test_a_reader_keeps_its_commit_and_what_is_made_of_it(backend: Backend) -> None:
    commit(backend, [article("a.md", "Gull")])
    with backend.reader() as reader:
        reader.made["mine"] = 1
        reader.remembered.keep("mine", 2)
        with backend.reader() as other:
            assert (other.made["mine"], other.remembered.get("mine")) == (1, 2)
        commit(backend, [article("b.md", "Gull")], removed=("a.md",))
        assert ids(reader, Question(leaf("gull"))) == ["a.md"]
        assert next(reader.texts([reader.answer(Question(AllOf())).rows.numbers.tolist()[0]])).body == ""
    with backend.reader() as reader:
        assert ids(reader, Question(leaf("gull"))) == ["b.md"]
        assert ("mine" in reader.made, reader.remembered.get("mine")) == (False, None)


def test_a_run_tells_what_was_read_and_what_was_written(backend: Backend) -> None:
    assert not backend.exists()
    commit(backend, [article("a.md", "Gull"), article("b.md", "Gull"), article("c.md", "Gull")])
    states = {
        "a.md": FileState(2, 2, "as before", "indexed"),
        "b.md": FileState(2, 2, "draft", "left_out", "a draft"),
        "c.md": FileState(2, 2, "changed", "indexed"),
        "d.md": FileState(2, 2, "broken", "rejected", "cannot be read", 3),
    }
    rewritten = Shelf([article("c.md", "Heron")])

    def load(id: str) -> Loaded:
        return Loaded(states[id], rewritten.articles.get(id))

    done: list[int] = []
    writer = backend.writer(wait=False, full=False)
    assert (writer.rebuild_reason, set(writer.files())) == (None, {"a.md", "b.md", "c.md"})
    update = writer.update(sorted(states), load, done.append)
    assert (update, done[-1]) == (Update(states, frozenset({"c.md"})), 4)
    writer.commit()
    writer.close()
    with backend.reader() as reader:
        assert (ids(reader, Question(leaf("gull"))), ids(reader, Question(leaf("heron")))) == (["a.md"], ["c.md"])
    assert dict(backend.files()) == states
    assert backend.files().notable().keys() >= {"b.md", "d.md"}
    summary = backend.summary()
    assert summary.articles == 2
    assert abs(datetime.now(UTC) - summary.committed) < timedelta(minutes=5)
    assert (backend.exists(), backend.signature_matches(), backend.verify()) == (True, True, ())
    with_nothing = backend.writer(wait=False, full=True)
    assert dict(with_nothing.files()) == {}
    with_nothing.close()
    assert backend.summary().articles == 2
