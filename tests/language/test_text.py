"""Two spellings a reader takes for one word are one term, wherever they are written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from article_search.language import finding, folding, segmentation, text
from article_search.limits import LIMITS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fee", "fees"),
        ("ROMA", "roma"),
        ("Müller", "Muller"),
        (unicodedata.normalize("NFD", "cafés"), "cafes"),
        ("Smalling's", "Smalling"),
        ("Smalling’s", "Smalling's"),
        ("don’t", "don't"),
        ("100,000", "100000"),
        ("1,234,567", "1234567"),
        ("ﬁnance", "finance"),
        ("Straße", "strasse"),
        ("Ødegård", "odegard"),
        ("Łódź", "lodz"),
        ("Æon", "aeon"),
        ("ÇIĞLI", "çığlı"),
        ("Hawaiʻi", "Hawaii"),
        ("O‘Neill", "O'Neill"),
        ("O´Neill", "ONeill"),
        ("co\u00adoperate", "cooperate"),
        ("1980's", "1980s"),
        ("U.K.", "UK"),
        ("u.k", "uk"),
        ("U.S.", "US"),
        ("U.S.", "u.s"),
        ("J.K.", "JK"),
        ("p.m.", "pm"),
        ("W.H.O.", "WHO"),
        ("C++", "c++"),
    ],
)
def test_spellings_of_one_word_are_one_term(one: str, other: str) -> None:
    assert text.terms(one) == text.terms(other)
    assert len(text.terms(one)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("US", "us"), ("IT", "it"), ("WHO", "who"), ("C++", "C"), ("C#", "C"), ("20%", "20"), ("AIDS", "aids")],
)
def test_names_are_not_the_everyday_words_they_look_like(one: str, other: str) -> None:
    assert text.terms(one) != text.terms(other)


def test_a_name_typed_in_small_letters_may_be_either_and_in_capitals_is_the_name() -> None:
    assert text.readings("the us economy") == [("the", "us", "economi"), ("the", "US", "economi")]
    assert text.readings("the U.S. economy") == text.readings("the US economy") == [("the", "US", "economi")]


def test_where_all_is_in_capitals_they_say_nothing() -> None:
    assert text.readings("LET US PRAY") == [("let", "us", "pray"), ("let", "US", "pray")]


def test_the_readings_of_a_text_are_bounded() -> None:
    assert len(text.readings("us " * 60)) <= 4


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("german", "Häuser", "Haus"),
        ("french", "cheval", "chevaux"),
        ("spanish", "políticas", "político"),
        ("russian", "книги", "книга"),
        ("portuguese", "informações", "informacao"),
        ("french", "journaux", "journal"),
    ],
)
def test_words_are_stemmed_by_their_language(language: str, one: str, other: str) -> None:
    assert text.terms(one, language) == text.terms(other, language)
    assert text.terms(one) != text.terms(other)


def test_stop_words_are_those_of_the_language() -> None:
    assert text.is_stop_word("für", "german")
    assert not text.is_stop_word("the", "german")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("£7,350, they say", ["7350", "they", "say"]),
        ("1,2,3", ["1", "2", "3"]),
        ("1,0000", ["1", "0000"]),
        ("2020-09-15", ["2020", "09", "15"]),
        ("centre-back", ["centre", "back"]),
        ("snake_case", ["snake", "case"]),
        ("the U.S.-led force", ["the", "us", "led", "force"]),
        ("the end.Then", ["the", "end", "then"]),
        ("plan B.Then", ["plan", "b", "then"]),
        ("Disney+ and A+", ["disney", "and", "a"]),
        ("C++, C# and F#.", ["c++", "c#", "and", "f#"]),
        ("20% or 5 %", ["20", "%", "or", "5", "%"]),
        ("a%20b %s", ["a", "20b", "s"]),
        ("東京タワー", ["東", "京", "タ", "ワ", "ー"]),
        ("iPhone発売", ["iphone", "発", "売"]),
        ("ประเทศไทย", ["ป", "ร", "ะ", "เ", "ท", "ศ", "ไ", "ท", "ย"]),
        ("'quoted' words", ["quoted", "words"]),
        ("…!?", []),
        ("", []),
    ],
)
def test_where_words_end(written: str, words: list[str]) -> None:
    assert text.words(written) == words


@pytest.mark.parametrize(
    ("language", "written", "typed"),
    [
        ("french", "L’Oréal", ["Oréal", "oreal", "l'oréal", "loreal"]),
        ("french", "qu'Hélène", ["Hélène", "helene"]),
        ("italian", "nell'università", ["università", "universita"]),
        ("catalan", "l'aigua", ["aigua"]),
        ("turkish", "Ankara'dan", ["Ankara", "ankaradan", "ANKARA", "Ankara’ya"]),
        ("turkish", "Isparta'da", ["ISPARTA", "ısparta"]),
        ("english", "O'Brien's", ["obrien", "O’Brien"]),
    ],
)
def test_a_word_with_an_apostrophe_is_found_by_what_is_typed(language: str, written: str, typed: list[str]) -> None:
    (terms,) = text.indexed(written, language)
    assert all(text.term(each, language) in terms for each in typed)


def test_stop_words_are_terms_with_places() -> None:
    assert [token.term for token in text.tokens("The return of Roma")] == ["the", "return", "of", "roma"]
    assert text.is_stop_word("The")
    assert not text.is_stop_word("Roma")


@given(st.text())
def test_all_ways_through_a_text_agree(value: str) -> None:
    tokens = list(text.tokens(value))
    found = [text.analysers[text.ENGLISH].of(piece) for piece in segmentation.pieces(value)]
    assert [token.term for token in tokens] == [terms[0] for terms, _ in found]
    bare = [segmentation.unsigned(piece)[1] for piece in segmentation.pieces(value)]
    assert text.terms(value) == [text.analysers[text.ENGLISH].of(piece).terms[0] for piece in bare]
    assert [terms for terms, _ in found] == text.indexed(value)
    assert [plain for _, plain in found] == text.words(value)
    assert [token.position for token in tokens] == list(range(len(tokens)))
    every = [(token.position, token.term) for token in text.all_terms(value)]
    assert every == [(place, term) for place, (terms, _) in enumerate(found) for term in terms]
    assert [value[token.start : token.end] for token in tokens] == segmentation.split(value)
    for token in tokens:  # a word by itself is found where it stands
        assert set(text.asked(value[token.start : token.end])) <= set(found[token.position].terms)


@given(st.text())
def test_folding_again_changes_nothing_and_length_is_bounded(value: str) -> None:
    for word in text.words(value):
        assert folding.fold(word) == word or len(word) > LIMITS.word_chars
        assert word
        # The longest decomposition of one character has 18.
        assert len(word) <= 18 * LIMITS.word_chars


surroundings = st.one_of(st.text(), st.text("ofeéROMadyin'’ʼ, ,0193-x\u0301crtls.UuKk+#%\u00ad東", max_size=60))


@settings(max_examples=500)
@given(
    surroundings,
    st.sampled_from(
        [
            "fee",
            "roma",
            "the",
            "dying",
            "cry",
            "O'Féer",
            "100,000",
            "U.K.",
            "us",
            "US",
            "s",
            "c++",
            "%",
            "19",
            "c3",
            "3o",
            "2020",
            "½",
        ]
    ),
    st.sampled_from(["", "ro", "f", "o", "10", "é", "us", "1", "c3"]),
    st.sampled_from(["english", "english", "german"]),
)
@example("0\u0300O", "fee", "o", "english")
def test_find_gives_the_tokens_one_would_find_by_looking_at_all(
    value: str, word: str, prefix: str, language: str
) -> None:
    value = f"{value} fees {value} Roma's U.K. (u.s.) c++"
    prefix = folding.fold(prefix)
    prefixes = (prefix,) if prefix else ()
    wanted = frozenset([text.term(word, language)])
    found = [(token.start, token.end) for token in finding.find(value, wanted, prefixes, language)]
    expected = {
        (token.start, token.end): None
        for token in text.all_terms(value, language)
        if token.term in wanted or (prefix and folding.fold(value[token.start : token.end]).startswith(prefix))
    }
    assert found == list(expected)


@given(st.text())
def test_no_word_reaches_over_a_blank(value: str) -> None:
    assert segmentation.split(value) == [word for chunk in value.split() for word in segmentation.split(chunk)]


@given(
    st.text("abcIiSsuUtTwhoHO019", min_size=1, max_size=8),
    st.sampled_from(["english", "turkish", "french", "vi", "he"]),
)
def test_the_short_way_for_plain_words_leads_where_the_long_one_does(word: str, language: str) -> None:
    analyser = text.analysers[language]
    assert analyser.of(word) == analyser._of_word(word)


@pytest.mark.parametrize(
    ("word", "terms"),
    [
        (".env", (".env", "env")),
        (".map(", (".map", "map(", "map")),
        ("#MeToo", ("#metoo", "metoo")),
        ("KB5005565", ("kb5005565", "5005565")),
        ("0x80070005", ("0x80070005", "80070005")),
        ("0xdecade", ("0xdecad",)),
        ("v1.2", ("v1", "1")),
        ("python3.1", ("python3", "python", "3")),
        (".11n", ("11n", "11")),
        ("04T05", ("04t05", "04", "05")),
        ("07Z", ("07z", "07")),
        ("20m", ("20m",)),
        ("mp3", ("mp3",)),
        ("C++", ("c++",)),
    ],
)
def test_names_and_numbers_are_found_by_what_is_typed_for_them(word: str, terms: tuple[str, ...]) -> None:
    assert text.analysers[text.ENGLISH].of(word).terms == terms
    assert max(terms, key=text.plainness) in (text.plain(word), text.term(text.plain(word)))
