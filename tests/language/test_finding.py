"""What is found in a text is what one finds by looking at all of its words, whatever the script and the language."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from article_search.language import finding, languages, text
from tests.effort import at_most

PARTS = st.sampled_from(
    "fee Fees fee’s 'fee' “fee” (fee) fee-paying non-fee o'brien O’Brien's rock'n'roll i'm U.K. u.k.'s end.uk us US"
    " covid-19 19 v2 0xff 100,000 50% c++ C# .env --all print( café cafe\u0301 Müller muller Mueller soft\u00adly l·l"
    " Москва москвы 東京 东京都，北京 北京市。 カード ｶｰﾄﾞ กรุงเทพ 서울은 שלום ½ İstanbul ısı \u0300 ´".split()
)
GAPS = st.sampled_from([" ", " ", "\n\n", "", ", ", ". ", "-", "…", "，", "。", "\t", "\xa0", "—", "'"])
TEXTS = st.lists(st.tuples(PARTS | st.text(max_size=5), GAPS), max_size=25).map(
    lambda parts: "".join(part + gap for part, gap in parts)
)
LANGUAGES = st.sampled_from([*languages.STEMMED, "zh", "ja", "th", "vi", "he", "oc", "az"])


def looked_through(
    value: str, wanted: frozenset[str], prefixes: tuple[str, ...], language: str
) -> set[tuple[str, int]]:
    """Terms and where their words begin, of every word of a text."""
    tokens = [token for token in text.all_terms(value, language) if token.term in wanted]
    begun, plains = list(text.tokens(value, language)), text.words(value, language)
    having = {token.start for token in tokens}
    return {(token.term, token.start) for token in tokens} | {
        (token.term, token.start)
        for token, plain in zip(begun, plains, strict=True)
        if prefixes and plain.startswith(prefixes) and token.start not in having
    }


@given(TEXTS, st.lists(PARTS | st.text(max_size=4), max_size=4), st.lists(PARTS, max_size=1), LANGUAGES)
@example("，.env", [".env"], [], "english")
@example("o'brien", ["obrien"], [], "english")
@example("rock'n'roll r'n'b", ["rocknroll", "r'n'b"], [], "english")
def test_what_is_found_is_what_one_finds_by_looking_at_all_words(
    value: str, words: list[str], begun: list[str], language: str
) -> None:
    wanted = frozenset(token.term for word in words for token in text.all_terms(word, language))
    prefixes = tuple(plain for word in begun for plain in text.words(word, language)[:1] if plain)
    found = [(match.term, match.start) for match in finding.find(value, wanted, prefixes, language)]
    assert set(found) == looked_through(value, wanted, prefixes, language)
    assert len(set(found)) == len(found)
    assert [start for _, start in found] == sorted(start for _, start in found)


ENDINGS = "s es e en er ing ation ique eux ando iendo ir ar ies y aux ung heit isch ost nak ului mente idad logia ence"
WORDS = st.tuples(st.text(string.ascii_lowercase, min_size=1, max_size=6), st.sampled_from(["", *ENDINGS.split()]))


@given(st.lists(WORDS.map("".join), min_size=1, max_size=12), LANGUAGES)
def test_a_word_is_found_by_its_stem_in_every_language(words: list[str], language: str) -> None:
    value = " ".join(words)
    for word in words:
        wanted = frozenset(text.analysers[language][word].terms)
        found = {(match.term, match.start) for match in finding.find(value, wanted, (), language)}
        assert found == looked_through(value, wanted, (), language)


def test_a_piece_that_is_long_is_read_as_a_short_one_is() -> None:
    value = "fee and o'brien, “Fees” 100,000 café " * 2_000
    found = list(finding.find(value, frozenset(("fee", "obrien", "cafe"))))
    assert [match.term for match in found] == ["fee", "obrien", "fee", "cafe"] * 2_000
    assert all(value[match.start : match.end].lower() in ("fee", "fees", "o'brien", "café") for match in found)


def test_nothing_more_is_read_once_it_is_late() -> None:
    asked = iter([False, True])
    found = list(finding.find("fee " * 10_000, frozenset(("fee",)), late=lambda: next(asked)))
    assert 0 < len(found) < 10_000
    assert not list(finding.find("fee", frozenset(("fee",)), late=lambda: True))


@pytest.mark.parametrize("value", ["fee" * 400_000, "fee\t" * 300_000, "' " * 500_000, "é'" * 500_000, "北" * 500_000])
def test_hostile_texts_take_bounded_time(value: str) -> None:
    with at_most(30):  # what is quadratic takes hours
        list(finding.find(value, frozenset(("fee", "efg", "京北"))))
