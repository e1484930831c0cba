"""Mistyped words: what was meant is found too, what was typed comes first, and known words are left as they are."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from article_search.answering.results import Results
from article_search.backends.base import Backend
from article_search.backends.embedded import EmbeddedBackend
from article_search.engine import Engine
from article_search.settings import Settings
from tests.conftest import NewBackend
from tests.shelf import article, commit

COMMON = "harbour bridge ferry storm council money weather garden music winter".split()


@pytest.fixture(scope="module")
def engine(new_backend: NewBackend) -> Engine:
    """Three hundred articles of everyday words, and some of their own."""
    chance = random.Random(4)
    articles = [
        article(f"{number:03}.md", " ".join(chance.sample(COMMON, 2)), " ".join(chance.choices(COMMON, k=12)))
        for number in range(300)
    ]
    articles += [article(f"smiling{n}.md", "A smiling winter", f"smiling in the garden {n}") for n in range(20)]
    articles += [article(f"smalling{n}.md", "Defender wanted", f"smalling nears roma again {n}") for n in range(5)]
    articles += [
        article("harbourn.md", "An American visitor", "what she wrote of the harbourn was kind"),
        article("roma.md", "Roma again", "roma without him"),
        article("united.md", "Manchester United win", "a manchester united evening"),
        article("premier.md", "The league", "premier league tables, football and all"),
        article("numbers.md", "Numbers", "It was 123456 pounds"),
        article("zephyr.md", "Zephyrine", "zephyrine speaks of the bridge"),
    ]
    backend = new_backend()
    commit(backend, articles[:200])
    commit(backend, articles[200:])
    return Engine(Settings(), backend)


def ids(results: Results) -> list[str]:
    return [hit.id for hit in results.hits]


def test_a_word_no_article_has_is_searched_as_it_was_meant(engine: Engine) -> None:
    results = engine.search("manchster")
    assert (ids(results), results.corrected, results.suggestion) == (["united.md"], True, "manchester")
    assert results.interpreted == "manchster OR manchester"
    assert any(fragment.match and fragment.text == "Manchester" for fragment in results.hits[0].title_fragments)


def test_exact_asks_for_what_was_typed_and_only_hints(engine: Engine) -> None:
    results = engine.search("manchster", exact=True)
    assert (results.total, results.corrected, results.suggestion) == (0, False, "manchester")


def test_a_single_word_between_quotes_is_meant_as_it_stands(engine: Engine) -> None:
    assert engine.search('"manchster"').total == 0


@pytest.mark.parametrize("typed", ["Smaling Roma", "roma smaling", "smaling AND roma"])
def test_of_several_words_the_one_beside_the_others_is_meant(engine: Engine, typed: str) -> None:
    results = engine.search(typed)
    assert results.suggestion == typed.replace("Smaling", "smalling").replace("smaling", "smalling")
    assert results.hits[0].id.startswith("smalling")
    assert (results.corrected, results.strict_total) == (True, 5)


def test_two_mistyped_words_help_each_other(engine: Engine) -> None:
    assert engine.search("smaling rona").suggestion == "smalling roma"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ('"manchester untied"', '"manchester united"'),
        ("title:manchster", "title:manchester"),
        ("manchster OR premir", "manchester OR premier"),
        ("zephyrine -manchster", None),
        ("zephyrine", None),
        ("manc", None),
        ("123457", None),
        ("xyzzyqwert", None),
        ("…", None),
    ],
)
def test_what_was_meant(engine: Engine, typed: str, meant: str | None) -> None:
    results = engine.search(typed)
    assert results.suggestion == meant
    assert results.corrected == (meant is not None)
    assert meant is None or results.total


def test_a_phrase_is_put_right_only_where_its_words_then_stand_together(engine: Engine) -> None:
    assert ids(engine.search('"manchster united"')) == ["united.md"]
    assert engine.search('"united manchster"').total == 0


def test_a_rare_word_comes_before_what_else_it_may_mean(engine: Engine) -> None:
    results = engine.search("harbourn")
    assert results.corrected
    assert results.suggestion == "harbour"
    assert results.hits[0].id == "harbourn.md"
    assert results.total > 100


def test_a_rare_word_is_a_name_unless_a_hundred_times_as_many_articles_have_another(engine: Engine) -> None:
    results = engine.search("zephyrine")
    assert (ids(results), results.corrected) == (["zephyr.md"], False)


def test_a_rare_word_that_stands_with_the_others_is_known(engine: Engine) -> None:
    assert ids(engine.search("harbourn visitor")) == ["harbourn.md"]


def test_filters_hide_what_was_corrected_without_a_word_of_it(engine: Engine) -> None:
    results = engine.search("manchster", categories=["nowhere"])
    assert (results.total, results.corrected, results.suggestion) == (0, False, "manchester")


def test_any_word_will_do_in_what_was_meant_too(engine: Engine) -> None:
    assert {"united.md", "zephyr.md"} <= set(ids(engine.search("manchster zephyrine", any=True)))


def test_while_typing_a_beginning_is_no_slip(engine: Engine) -> None:
    typing = engine.search("manches", typing=True)
    assert (ids(typing), typing.corrected, typing.suggestion) == (["united.md"], False, None)
    assert ids(engine.search("manchseter", typing=True)) == ["united.md"]


@given(st.lists(st.sampled_from([*COMMON, "roma", "smalling", "-ferry", '"harbour bridge"', "win*"]), max_size=4))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_known_words_are_answered_as_they_are(engine: Engine, words: list[str]) -> None:
    asked, exact = (engine.search(" ".join(words), exact=exact) for exact in (False, True))
    assert (ids(asked), asked.total, asked.interpreted) == (ids(exact), exact.total, exact.interpreted)
    assert not asked.corrected


def test_known_words_do_not_even_import_what_corrects(embedded: EmbeddedBackend) -> None:
    import subprocess
    import sys

    commit(embedded, [article(f"{n}.md", "Roma wait", "United ask for a fee") for n in range(4)])
    program = (
        "import sys; from article_search.terminal.cli import run;"
        f"run(['--index', {str(embedded._folder)!r}, 'search', *sys.argv[1:]]);"
        "print('article_search.answering.correcting' in sys.modules, file=sys.stderr)"
    )
    said = [
        subprocess.run([sys.executable, "-c", program, word], capture_output=True, text=True, check=True).stderr
        for word in ("roma", "rooma")
    ]
    assert [lines.split()[-1] for lines in said] == ["False", "True"]


DOTTED = ["Node.js", "ann.lee@example.org", "O'Grady", "rock'n'roll", "foo_bar", "wi-fi", "1.5kg", "Ça-va", "C.P.T."]


@pytest.mark.parametrize("word", DOTTED)
@pytest.mark.parametrize("query", ["{}", "{} server", '"{}"', "title:{}", "({}) OR nothing", "{}!", "moved {} today"])
def test_no_suggestion_only_takes_punctuation_case_or_accents_away(backend: Backend, word: str, query: str) -> None:
    texts = [f"We moved the server to {one} last week" for one in DOTTED]
    commit(backend, [article(f"{n}.md", one, text) for n, (one, text) in enumerate(zip(DOTTED, texts, strict=True))])
    engine = Engine(Settings(), backend)
    for typed in (word, word.lower(), word.upper()):
        results = engine.search(query.format(typed))
        assert (f"{DOTTED.index(word)}.md" in ids(results), results.suggestion) == (True, None)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nodde.js", "node.js"),
        ("ann.lee@exampel.org", "ann.lee@example.org"),
        ("(Anne-Lee@example.org)", None),
        ("servr, node.js!", "server, node.js!"),
        ("lasst-week", "last-week"),
    ],
)
def test_a_correction_keeps_the_punctuation(backend: Backend, typed: str, meant: str | None) -> None:
    texts = ["We moved the server to node.js last-week", "Write to ann.lee@example.org", "The node of a js tree"]
    commit(backend, [article(f"{number}.md", "Notes", text) for number, text in enumerate(texts)])
    assert Engine(Settings(), backend).search(typed).suggestion == meant


def test_words_in_one_are_suggested_only_where_more_is_found(backend: Backend) -> None:
    commit(backend, [article(f"{n}.md", "New York", "new york, new york") for n in range(3)])
    engine = Engine(Settings(), backend)
    assert engine.search("newyork").suggestion in (None, "new york")
    assert engine.search("newyork", categories=["nowhere"]).suggestion is None


def test_words_of_removed_articles_are_not_meant(backend: Backend) -> None:
    commit(backend, [article("a.md", "Smalling waits"), article("b.md", "Rain")])
    commit(backend, [article("c.md", "Wind")], removed=("a.md",))
    assert Engine(Settings(), backend).search("smaling").suggestion is None


def test_an_empty_index_corrects_nothing(backend: Backend) -> None:
    commit(backend, [])
    engine = Engine(Settings(), backend)
    assert engine.search("smaling roma").total == 0
    assert engine.completions("sma") == ()
