"""How does text become terms? One analyser for indexing, querying and snippets, so that the three always agree.

A word (segmentation.py) is folded (folding.py), then stemmed by the rules of its language. Stop words are terms like
others, so that phrases are exact; a query merely does not insist on them. Not here: where in a text words stand that
are looked for (finding.py), other ways to write a word (variants.py).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import Stemmer

from article_search.language import languages
from article_search.language.folding import fold
from article_search.language.segmentation import WORD

# Part of an index's signature: an index made by another analyser is rebuilt.
VERSION = 2

ENGLISH = languages.DEFAULT
STOP_WORDS = languages.stop_words(ENGLISH)

# Names that in small letters are everyday words: written in capitals or with points they are terms of their own.
_ACRONYMS = frozenset(("us", "it", "who", "aids", "ice"))

_DOUBTS = 2  # words of a phrase that may be names or not
_CACHED_WORDS = 500_000  # distinct words remembered, about 60 MB


class Token(NamedTuple):
    """A term where it stands: ``text[start:end]`` is the word, ``position`` its number in the text, from 0."""

    term: str
    position: int
    start: int
    end: int


class _Folded(dict[str, str]):
    """Word as written -> folded word; each distinct word is folded once."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _CACHED_WORDS:
            self.clear()
        found = self[word] = fold(word)
        return found


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


folded = _Folded()
terms_of = _Languages()


def is_stop_word(word: str, language: str = ENGLISH) -> bool:
    """Whether a query need not insist on a word."""
    stop_words = languages.stop_words(language)
    return folded[word] in stop_words and terms_of[language][word] in stop_words  # IT is none


def tokens(text: str, language: str = ENGLISH) -> Iterator[Token]:
    """The terms of a text with their places, in order."""
    known = terms_of[language]
    for position, match in enumerate(WORD.finditer(text)):
        yield Token(known[match[0]], position, match.start(), match.end())


def term(word: str, language: str = ENGLISH) -> str:
    """The term of one word."""
    return terms_of[language][word]


def terms(text: str, language: str = ENGLISH) -> list[str]:
    """The terms of a text in order: what two texts must share to match."""
    known = terms_of[language]
    return [known[word] for word in WORD.findall(text)]


def readings(text: str, language: str = ENGLISH) -> list[tuple[str, ...]]:
    """The terms of what a user typed, in order. More than one where a name may have been meant that is written in
    capitals: ``us`` is ``us`` or ``US``, but ``US`` and ``U.S.`` are the name."""
    known, words_ = terms_of[language], WORD.findall(text)
    shouted = len(words_) > 1 and text.isupper()  # where all is in capitals they say nothing
    choices: list[tuple[str, ...]] = []
    doubts = 0
    for word in words_:
        plain = folded[word]
        if plain in _ACRONYMS and (shouted or known[word] != plain.upper()) and doubts < _DOUBTS:
            doubts += 1
            choices.append((known[plain], plain.upper()))
        else:
            choices.append((known[word],))
    return list(product(*choices))


def words(text: str) -> list[str]:
    """The folded words of a text in order, not stemmed: what prefixes and spelling go by."""
    return [folded[word] for word in WORD.findall(text)]


def analyse(word: str, language: str = ENGLISH) -> tuple[str, str]:
    """The term and the folded form of one word; for a caller that remembers them."""
    plain = fold(word)
    return terms_of[language].of(word, plain), plain
