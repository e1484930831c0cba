"""How does text become terms? One analyser for indexing, querying and snippets, so that the three always agree.

A word is folded (case, accents, possessive), then stemmed by the rules of its language. Stop words are terms like
others, so that phrases are exact; a query merely does not insist on them. Not here: Markdown (markup.py), the query
language (query.py), other ways to write a word (variants.py).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import Stemmer

from article_search.language import languages
from article_search.limits import LIMITS

# Part of an index's signature: an index made by another analyser is rebuilt.
VERSION = 2

ENGLISH = languages.DEFAULT
STOP_WORDS = languages.stop_words(ENGLISH)

# Names that in small letters are everyday words: written in capitals or with points they are terms of their own.
_ACRONYMS = frozenset(("us", "it", "who", "aids", "ice"))

_APOSTROPHES = "'’ʼ‘ʻ`´"
_JOINING = "\u0300-\u036f\u00ad"  # accents that are characters of their own, and hyphens nobody sees
# Scripts without blanks between words: each character is one. Thai, Lao, Burmese, Khmer, Chinese, Japanese.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)
_LETTER = rf"[^\W_{_UNSPACED}]"
_INITIALS = rf"[A-Za-z](?:\.[A-Za-z])+(?!{_LETTER}|[{_JOINING}])\.?"
_WORD = re.compile(
    r"(?=[\w%])(?:"  # at most characters between words nothing else is tried
    # Nearly all words are of this kind, and found much faster.
    rf"[A-Za-z]++(?:(?=[ ,\n])|(?<=[A-Za-z]{{2}})(?=\.)|(?![\w{_APOSTROPHES}{_JOINING}.+#]))"
    rf"|\d{{1,3}}(?:,\d{{3}})+(?!,?\d)(?!{_LETTER})"  # with grouped thousands: 100,000 is 100000
    rf"|{_INITIALS}"  # U.S. is one word
    r"|[A-Za-z](?:\+\+(?![^\W\d_])|\#(?![^\W_]))"  # C++, C#
    rf"|{_LETTER}+(?:(?:[{_APOSTROPHES}]|[{_JOINING}]+){_LETTER}+)*[{_JOINING}]*"
    rf"|[{_UNSPACED}]"
    r"|(?<![^\W\d_])(?<!%)%(?![^\W_%])"
    r")"
)
_NOT_ASCII = re.compile(r"(?<!\S)(?:(?=[\x00-\x7f])\S)*+[^\x00-\x7f\s]\S*")  # between blanks
_WITH_POINTS = re.compile(_INITIALS)
_ASCII = bytes(range(128))
_ENDING = 2  # letters of an English stem that may be others in the word, one at most in fact
_DOUBTS = 2  # words of a phrase that may be names or not
_CACHED_WORDS = 500_000  # distinct words remembered, about 60 MB
# Letters that are others with a stroke, or two in one, for all that Unicode says.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
)
_ONE_APOSTROPHE = str.maketrans(dict.fromkeys(_APOSTROPHES, "'"))
_DROPPED = str.maketrans("", "", "',.")


class Token(NamedTuple):
    """A term where it stands: ``text[start:end]`` is the word, ``position`` its number in the text, from 0."""

    term: str
    position: int
    start: int
    end: int


class Match(NamedTuple):
    """A term that was looked for: ``text[start:end]`` is the word."""

    term: str
    start: int
    end: int


def fold(word: str) -> str:
    """A word without case, accents, apostrophes and possessive ending: ``Müller’s`` is ``muller``."""
    word = word[: LIMITS.word_chars].casefold().translate(_ONE_APOSTROPHE)
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", word)
        # Accents are not alphanumeric once they stand alone, nor are the blanks some ligatures are made of.
        word = "".join(char for char in decomposed if char.isalnum() or char in "',.").casefold()
        word = word.translate(_PLAIN_LETTERS)
    if word.endswith("'s") and not word[-3:-2].isdigit():  # 1980's is 1980s
        word = word[:-2]
    return word.translate(_DROPPED)


def category_key(name: str) -> str:
    """What makes two spellings of a category one."""
    return " ".join(filter(None, map(fold, name.split()))) or name.casefold()


class _Folded(dict[str, str]):
    """Word as written -> folded word; each distinct word is folded once."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _CACHED_WORDS:
            self.clear()
        folded = self[word] = fold(word)
        return folded


class _Terms(dict[str, str]):
    """Word as written -> term; each distinct word is stemmed once."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._stemmer = Stemmer.Stemmer(language, 0)  # its own cache is off: this dict is one
        self._lock = threading.Lock()  # a Stemmer must not be shared by threads
        self._stop_words = languages.stop_words(language)
        self._language = language

    def __missing__(self, word: str) -> str:
        if len(self) >= _CACHED_WORDS:
            self.clear()
        term = self[word] = self.of(word, fold(word))
        return term

    def of(self, word: str, folded: str) -> str:
        """The term of a word whose folded form is known."""
        if folded in _ACRONYMS and ("." in word or word[: len(folded)].isupper()):
            return folded.upper()
        if folded in self._stop_words:
            return folded
        with self._lock:
            stem = str(self._stemmer.stemWord(languages.accented(folded, self._language)))
        return stem if stem.isascii() else fold(stem)


class _Languages(dict[str, _Terms]):
    """Language -> its terms."""

    def __missing__(self, language: str) -> _Terms:
        terms = self[language] = _Terms(language)
        return terms


_folded = _Folded()
_terms = _Languages()


def is_stop_word(word: str, language: str = ENGLISH) -> bool:
    """Whether a query need not insist on a word."""
    stop_words = languages.stop_words(language)
    return _folded[word] in stop_words and _terms[language][word] in stop_words  # IT is none


def tokens(text: str, language: str = ENGLISH) -> Iterator[Token]:
    """The terms of a text with their places, in order."""
    known = _terms[language]
    for position, match in enumerate(_WORD.finditer(text)):
        yield Token(known[match[0]], position, match.start(), match.end())


def find(text: str, wanted: frozenset[str], prefixes: tuple[str, ...] = (), language: str = ENGLISH) -> Iterator[Match]:
    """The words of a text whose term is wanted or whose folded form begins with one of the prefixes, in order.

    Looks for the first letters of what is wanted, which folding and English stemming keep, and analyses only words that
    have them: a text is read at the speed of memory, not of words.
    """
    terms, folded = _terms[language], _folded
    for start, end in _candidates(text, wanted, prefixes, language):
        word = text[start:end]
        term = terms[word]
        if term in wanted or (prefixes and folded[word].startswith(prefixes)):
            yield Match(term, start, end)


def _candidates(
    text: str, wanted: frozenset[str], prefixes: tuple[str, ...], language: str
) -> Iterator[tuple[int, int]]:
    """Where the words are that may match: at least all that do."""
    if language != ENGLISH:
        yield from (match.span() for match in _WORD.finditer(text))
        return
    beginnings = _beginnings(wanted, prefixes)
    lower = text.lower()
    if beginnings is None or len(lower) != len(text):
        # Folding and stemming keep a word's first letter, but for what it makes of foreign ones.
        firsts = {string[:1] for string in (*wanted, *prefixes)}
        initials = {char for first in firsts for char in (first, first.lower(), first.upper())}
        for match in _WORD.finditer(text):
            initial = match[0][0]
            if initial in initials or initial > "\x7f":
                yield match.span()
        return
    # What has foreign letters may be any word, see fold: it is read whole, and nothing is looked for in it.
    pieces = _foreign_pieces(text)
    spans = dict(match.span() for start, end in pieces for match in _WORD.finditer(text, start, end))
    lower = _blanked(lower, pieces)
    places: set[int] = set()
    absent = {mark for mark in _APOSTROPHES if mark not in lower}
    for beginning, start in beginnings:
        place = -1 if beginning[-1] in absent else lower.find(beginning)
        while place >= 0:
            # Where the next letters are others, it is another word; what is no letter may be left out by folding.
            if lower.startswith(start, place) or not lower[place : place + len(start)].isalpha():
                places.add(place)
            place = lower.find(beginning, place + 1)
    for place in places:
        if place not in spans and not _within_word(text, place) and (found := _WORD.match(text, place)):
            spans[place] = found.end()
    yield from sorted(spans.items())


@lru_cache(maxsize=256)
def _beginnings(wanted: frozenset[str], prefixes: tuple[str, ...]) -> tuple[tuple[str, str], ...] | None:
    """What a word that matches begins with in lower case, and what with if it is of letters only; None when that is
    not known (numbers, foreign letters)."""
    if any(not string.isascii() or not string[:1].isalpha() for string in (*wanted, *prefixes)):
        return None
    beginnings: set[tuple[str, str]] = set()
    for term in (*wanted, *prefixes):
        # The last letter of a stem may be another one in the word (cri for cry), or two of them (die for dying).
        kept = 1 if term[1:] == "ie" else max(1, min(3, len(term) - (term in wanted)))
        start = term[:kept].lower()
        for length in range(1, kept):  # o'brien is obrien
            begun = (start[:length] + apostrophe for apostrophe in _APOSTROPHES)
            beginnings.update((each, each) for each in begun)
        initials = f"{start[0]}.{term[1:2].lower()}"  # u.k. is uk
        beginnings.update(((start, term[: max(kept, len(term) - _ENDING)].lower()), (initials, initials)))
    return tuple(beginnings)


def _has_foreign_letters(text: str) -> bool:
    """Whether there are letters or accents beyond ASCII, which folding may turn into others."""
    if text.isascii():
        return False
    rest = text.encode("utf-8", "replace").translate(None, _ASCII).decode()
    return any(char.isalnum() or char == "\u00ad" or unicodedata.combining(char) for char in rest)


def _foreign_pieces(text: str) -> list[tuple[int, int]]:
    """What stands between blanks and has foreign letters."""
    if not _has_foreign_letters(text):
        return []
    return [piece.span() for piece in _NOT_ASCII.finditer(text) if _has_foreign_letters(piece[0])]


def _blanked(text: str, pieces: list[tuple[int, int]]) -> str:
    """The text with blanks in place of some pieces, in order."""
    kept, read = [], 0
    for start, end in pieces:
        kept += [text[read:start], " " * (end - start)]
        read = end
    return "".join([*kept, text[read:]])


def _within_word(text: str, place: int) -> bool:
    """Whether a word that began earlier goes on at a place."""
    before = text[place - 1] if place else " "
    if before.isalnum():
        return True
    end = place - 1 if before in _APOSTROPHES else place
    if text[end - 1 : end] == ".":
        return _within_initials(text, end, place)
    return end < place and text[end - 1 : end].isalnum()


def _within_initials(text: str, end: int, place: int) -> bool:
    """Whether a place is within letters with points, such as U.S.; one of the points ends at ``end``."""
    start = end
    while start > 1 and text[start - 1] == "." and text[start - 2].isalpha():
        start -= 2
    if start < end and _within_word(text, start):  # as in end.U.S.
        start += 2
    found = _WITH_POINTS.match(text, start) if start < end else None
    return found is not None and found.end() > place


def has_word(text: str, start: int, end: int) -> bool:
    """Whether there is a word between two places."""
    return _WORD.search(text, start, end) is not None


def term(word: str, language: str = ENGLISH) -> str:
    """The term of one word."""
    return _terms[language][word]


def terms(text: str, language: str = ENGLISH) -> list[str]:
    """The terms of a text in order: what two texts must share to match."""
    known = _terms[language]
    return [known[word] for word in _WORD.findall(text)]


def readings(text: str, language: str = ENGLISH) -> list[tuple[str, ...]]:
    """The terms of what a user typed, in order. More than one where a name may have been meant that is written in
    capitals: ``us`` is ``us`` or ``US``, but ``US`` and ``U.S.`` are the name."""
    known, words_ = _terms[language], _WORD.findall(text)
    shouted = len(words_) > 1 and text.isupper()  # where all is in capitals they say nothing
    choices: list[tuple[str, ...]] = []
    doubts = 0
    for word in words_:
        folded = _folded[word]
        if folded in _ACRONYMS and (shouted or known[word] != folded.upper()) and doubts < _DOUBTS:
            doubts += 1
            choices.append((known[folded], folded.upper()))
        else:
            choices.append((known[word],))
    return list(product(*choices))


def words(text: str) -> list[str]:
    """The folded words of a text in order, not stemmed: what prefixes and spelling go by."""
    return [_folded[word] for word in _WORD.findall(text)]


def split(text: str) -> list[str]:
    """The words of a text as written, in order."""
    return _WORD.findall(text)


def analyse(word: str, language: str = ENGLISH) -> tuple[str, str]:
    """The term and the folded form of one word; for a caller that remembers them."""
    folded = fold(word)
    return _terms[language].of(word, folded), folded
