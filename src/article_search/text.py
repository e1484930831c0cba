"""How does text become terms? One analyser for indexing, querying and snippets, so that the three always agree.

A word is folded (case, accents, possessive), then stemmed. Stop words are terms like others, so that phrases are exact;
a query merely does not insist on them. Not here: Markdown (markup.py), the query language (query.py).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
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

# A number with grouped thousands is one word (100,000 is 100000), and so are letters joined by an apostrophe.
_WORD = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d,])|[^\W_]+(?:['’ʼ][^\W_]+)*")
_CACHED_WORDS = 500_000  # distinct words remembered, about 60 MB


class Token(NamedTuple):
    """A term where it stands: ``text[start:end]`` is the word, ``position`` its number in the text, from 0."""

    term: str
    position: int
    start: int
    end: int


def fold(word: str) -> str:
    """A word without case, accents, apostrophes and possessive ending: ``Müller’s`` is ``muller``."""
    word = word[: LIMITS.word_chars].casefold()
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", word)
        word = "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
    word = word.replace("’", "'").replace("ʼ", "'").removesuffix("'s")
    return word.replace("'", "").replace(",", "")


class _Terms(dict[str, str]):
    """word as written -> term; each distinct word is analysed once."""

    def __init__(self, language: str = "english") -> None:
        super().__init__()
        self._stemmer = Stemmer.Stemmer(language, 0)  # its own cache is off: this dict is one
        self._lock = threading.Lock()  # a Stemmer must not be shared by threads

    def __missing__(self, word: str) -> str:
        folded = fold(word)
        with self._lock:
            term = folded if folded in STOP_WORDS else str(self._stemmer.stemWord(folded))
            if len(self) >= _CACHED_WORDS:
                self.clear()
            self[word] = term
        return term


_terms = _Terms()


def term(word: str) -> str:
    """The term of one word."""
    return _terms[word]


def tokens(text: str) -> Iterator[Token]:
    """The terms of a text with their places, in order."""
    terms = _terms
    for position, match in enumerate(_WORD.finditer(text)):
        yield Token(terms[match[0]], position, match.start(), match.end())


def terms(text: str) -> list[str]:
    """The terms of a text in order."""
    known = _terms
    return [known[word] for word in _WORD.findall(text)]


def words(text: str) -> list[str]:
    """The words of a text as written, in order."""
    return _WORD.findall(text)
