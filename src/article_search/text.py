"""How does text become terms? One analyser for indexing, querying and snippets, so that the three always agree.

A word is folded (case, accents, possessive), then stemmed. Stop words are terms like others, so that phrases are exact;
a query merely does not insist on them. Not here: Markdown (markup.py), the query language (query.py).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer

from article_search.limits import LIMITS

# Part of an index's signature: an index made by another analyser is rebuilt.
VERSION = 1

# The words Lucene's EnglishAnalyzer leaves out: too frequent to tell articles apart.
STOP_WORDS = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this"
    " to was will with".split()
)

# A number with grouped thousands is one word (100,000 is 100000), and so are letters joined by an apostrophe or by
# accents that are characters of their own.
_WORD = re.compile(
    r"[A-Za-z]++(?:(?=[ ,.\n])|(?![\w'’ʼ\u0300-\u036f]))"  # nearly all words are of this kind, and found much faster
    r"|\d{1,3}(?:,\d{3})+(?!,?\d)(?![^\W_])|[^\W_]+(?:(?:['’ʼ]|[\u0300-\u036f]+)[^\W_]+)*[\u0300-\u036f]*"
)
_ASCII = bytes(range(128))
_CACHED_WORDS = 500_000  # distinct words remembered, about 60 MB


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
    word = word[: LIMITS.word_chars].casefold()
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", word)
        # Accents are not alphanumeric once they stand alone, nor are the blanks some ligatures are made of.
        word = "".join(char for char in decomposed if char.isalnum() or char in "'’ʼ,").casefold()
    word = word.replace("’", "'").replace("ʼ", "'").removesuffix("'s")
    return word.replace("'", "").replace(",", "")


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

    def __missing__(self, word: str) -> str:
        if len(self) >= _CACHED_WORDS:
            self.clear()
        term = self[word] = self.stemmed(fold(word))
        return term

    def stemmed(self, folded: str) -> str:
        """The term of a folded word."""
        if folded in STOP_WORDS:
            return folded
        with self._lock:
            return str(self._stemmer.stemWord(folded))


_folded = _Folded()
_terms = _Terms("english")


def is_stop_word(word: str) -> bool:
    """Whether a query need not insist on a word."""
    return fold(word) in STOP_WORDS


def tokens(text: str) -> Iterator[Token]:
    """The terms of a text with their places, in order."""
    known = _terms
    for position, match in enumerate(_WORD.finditer(text)):
        yield Token(known[match[0]], position, match.start(), match.end())


def find(text: str, wanted: frozenset[str], prefixes: tuple[str, ...] = ()) -> Iterator[Match]:
    """The words of a text whose term is wanted or whose folded form begins with one of the prefixes, in order.

    Looks for the first letters of what is wanted, which folding and stemming keep, and analyses only words that have
    them: a text is read at the speed of memory, not of words.
    """
    terms, folded = _terms, _folded
    for start, end in _candidates(text, wanted, prefixes):
        word = text[start:end]
        term = terms[word]
        if term in wanted or (prefixes and folded[word].startswith(prefixes)):
            yield Match(term, start, end)


def _candidates(text: str, wanted: frozenset[str], prefixes: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where the words are that may match: at least all that do."""
    beginnings = _beginnings(wanted, prefixes)
    lower = text.lower()
    if beginnings is None or len(lower) != len(text) or _has_foreign_letters(text):
        # Folding and stemming keep a word's first letter, but for what it makes of foreign ones.
        initials = {char for string in (*wanted, *prefixes) for char in (string[:1], string[:1].upper())}
        for match in _WORD.finditer(text):
            initial = match[0][0]
            if initial in initials or initial > "\x7f":
                yield match.span()
        return
    places: set[int] = set()
    for beginning in beginnings:
        place = lower.find(beginning)
        while place >= 0:
            places.add(place)
            place = lower.find(beginning, place + 1)
    for place in sorted(places):
        found = None if _within_word(text, place) else _WORD.match(text, place)
        if found:
            yield found.span()


@lru_cache(maxsize=256)
def _beginnings(wanted: frozenset[str], prefixes: tuple[str, ...]) -> tuple[str, ...] | None:
    """What a word that matches begins with in lower case; None when that is not known (numbers, foreign letters)."""
    if any(not string.isascii() or not string[:1].isalpha() for string in (*wanted, *prefixes)):
        return None
    beginnings: set[str] = set()
    for term in (*wanted, *prefixes):
        # The last letter of a stem may be another one in the word (cri for cry), or two of them (die for dying).
        kept = 1 if term in ("die", "lie", "tie") else max(1, min(3, len(term) - (term in wanted)))
        for length in range(1, kept):  # o'brien is obrien
            beginnings.update(term[:length] + apostrophe for apostrophe in "'’ʼ")
        beginnings.add(term[:kept])
    return tuple(beginnings)


def _has_foreign_letters(text: str) -> bool:
    """Whether there are letters or accents beyond ASCII, which folding may turn into others."""
    if text.isascii():
        return False
    rest = text.encode("utf-8", "replace").translate(None, _ASCII).decode()
    return any(char.isalnum() or unicodedata.combining(char) for char in rest)


def _within_word(text: str, place: int) -> bool:
    """Whether a word that began earlier goes on at a place."""
    before = text[place - 1] if place else " "
    return before.isalnum() or (before in "'’ʼ" and place > 1 and text[place - 2].isalnum())


def has_word(text: str, start: int, end: int) -> bool:
    """Whether there is a word between two places."""
    return _WORD.search(text, start, end) is not None


def term(word: str) -> str:
    """The term of one word."""
    return _terms[word]


def terms(text: str) -> list[str]:
    """The terms of a text in order: what two texts must share to match."""
    return [_terms[word] for word in _WORD.findall(text)]


def words(text: str) -> list[str]:
    """The folded words of a text in order, not stemmed: what prefixes and spelling go by."""
    return [_folded[word] for word in _WORD.findall(text)]


def split(text: str) -> list[str]:
    """The words of a text as written, in order."""
    return _WORD.findall(text)


def analyse(word: str) -> tuple[str, str]:
    """The term and the folded form of one word; for a caller that remembers them."""
    folded = fold(word)
    return _terms.stemmed(folded), folded
