"""How does text become terms? One analyser for indexing, querying and snippets, so that the three always agree.

A word (segmentation.py) is stemmed by the rules of its language as it is written, for they know accents; what comes of
it is folded (folding.py). Readers leave accents out: a word that has some is indexed by the stem of what they type as
well, and is found by that. Letters of scripts without blanks, and syllables of Korean, are indexed by pairs of
neighbours besides. Stop words are terms like others, so that phrases are exact; a query merely does not insist on them.
Not here: where in a text words stand that are looked for (finding.py), other ways to write a word (variants.py).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

import Stemmer

from article_search.language import korean, languages, segmentation
from article_search.language.apostrophes import bare
from article_search.language.folding import fold, normal, normal_run, tone_last, unaccented
from article_search.late import pattern
from article_search.limits import LIMITS

# Part of an index's signature: an index made by another analyser is rebuilt.
VERSION = 4

ENGLISH = languages.DEFAULT
STOP_WORDS = languages.stop_words(ENGLISH)

# Names that in small letters are everyday words: written in capitals or with points they are terms of their own.
_ACRONYMS = frozenset(("us", "it", "who", "aids", "ice"))

_NAMES = frozenset(map(str.upper, _ACRONYMS))
NAME_CHARS = 80  # by which a name is told from others
_DOUBTS = 2  # words of a phrase that may be names or not
_REMEMBERED = 24 * 2**20  # bytes of words remembered, of all languages; some 60,000 everyday words
_EACH = 300  # bytes of a word remembered beside its letters, ...
_LETTER, _WIDE_LETTER = 4, 20  # ... which are in its key and in each of its terms
_PARTS = pattern(r"0x((?=[a-f]*[0-9])[0-9a-f]{4,})|[a-z]{1,8}(\d{4,})|v(\d+)|(\d\d)t(\d\d)|(\d{2,9})z")
_NAME_NUMBER = pattern(r"([a-z]{2,})(\d+)")
_BEGINNING_NUMBER = pattern(r"^\d+")
_GROUPS = pattern(rf"(\d+){segmentation.FURTHER_GROUPS}")
_TURKIC_I = str.maketrans({"I": "ı", "İ": "i"})
_JOINER = "\u200c"  # which Persian writes before endings
_SHORT = 2  # characters of Hindi that are no stem of one more: कला is not कल


class Analysed(NamedTuple):
    """What a word is indexed as: its terms, that by which it is looked for first, and its plain form, which prefixes
    and spelling go by."""

    terms: tuple[str, ...]
    plain: str


class Token(NamedTuple):
    """A term where it stands: ``text[start:end]`` is the word, ``position`` its number in the text, from 0."""

    term: str
    position: int
    start: int
    end: int


class _Remembered:
    """What is made of words is remembered while there is room, then all is forgotten: queries may have any."""

    def __init__(self) -> None:
        self._taken = 0

    def has_room(self, word: str) -> bool:
        """Whether what is made of one more word is to be remembered."""
        if len(word) > LIMITS.word_chars:
            return False
        self._taken += _EACH + len(word) * (_LETTER if word.isascii() else _WIDE_LETTER)
        if self._taken > _REMEMBERED:
            self._taken = 0
            folded.clear()
            for each in list(analysers.values()):
                each.clear()
        return True


class _Folded(dict[str, str]):
    """Word as written -> folded word; each distinct word is folded once."""

    def __missing__(self, word: str) -> str:
        found = fold(word)
        if _remembered.has_room(word):
            self[word] = found
        return found


class Analyser(dict[str, Analysed]):
    """Word as written, with all that it is indexed by (segmentation.Span) -> what it is in a language; each distinct
    word is analysed once."""

    def __init__(self, language: str) -> None:
        super().__init__()
        # Its own cache is off: this dict is one.
        self._stemmer = Stemmer.Stemmer(language, 0) if language in languages.STEMMED else None
        self._lock = threading.Lock()  # a Stemmer must not be shared by threads
        self._stop_words = languages.stop_words(language)
        self._language = language
        self._dotless = language in languages.DOTLESS_I

    def __missing__(self, word: str) -> Analysed:
        found = self.of(word)
        if _remembered.has_room(word):
            self[word] = found
        return found

    def of(self, word: str) -> Analysed:
        """What a word is, for a caller that remembers it."""
        if word.isascii() and word.isalnum() and not (self._dotless and "I" in word):
            return self._of_plain(word)
        if groups := _GROUPS.fullmatch(word):
            first = self._of_word(groups[1])
            return first._replace(terms=(*first.terms, normal("".join(filter(str.isdigit, word)))))
        if (own := segmentation.without_version(word)) != word:
            return self._of_versioned(self.of(own))
        before, own, behind = segmentation.unsigned(word)
        if before or behind:
            return self._of_signed(before, self.of(own), behind)
        return self._of_run(word) if segmentation.is_unspaced(word) else self._of_word(word)

    def _of_plain(self, word: str) -> Analysed:
        """What most words are: letters and digits of ASCII."""
        plain = word[: LIMITS.word_chars].casefold()
        if plain in _ACRONYMS and word[: len(plain)].isupper():
            return Analysed((plain.upper(),), plain)
        if plain in self._stop_words or self._language in languages.TONAL:
            return Analysed((plain,), plain)
        stem = self._stem(languages.accented(plain, self._language))
        if plain.isalpha():
            return Analysed((stem,), plain)
        return Analysed((stem, *parts(plain)), plain)

    def _of_signed(self, before: str, word: Analysed, behind: str) -> Analysed:
        """A word with a sign before or behind it: looked for with its sign first, but found by the word alone too."""
        signed = [f"{before}{word.plain}"] if before else []
        if behind:
            signed.append(f"{word.plain}{behind}")
        return word._replace(terms=(*signed, *word.terms))

    def _of_versioned(self, word: Analysed) -> Analysed:
        """A word next to the rest of a version: python3.10 is typed python 3.10, 802.11n also 802.11."""
        if found := _NAME_NUMBER.fullmatch(word.plain):
            apart = (*self.of(found[1]).terms, found[2])
        else:
            apart = tuple(_BEGINNING_NUMBER.findall(word.plain))
        return word._replace(terms=tuple(dict.fromkeys((*word.terms, *apart))))

    def _of_run(self, word: str) -> Analysed:
        """A letter of a script without blanks, with those of its run that follow: any of them in a row, from it on."""
        letters = segmentation.letters(word)
        terms = tuple(normal_run("".join(letters[:size])) for size in range(len(letters), 0, -1))
        return Analysed(terms, terms[-1])

    def _of_word(self, word: str) -> Analysed:
        own = bare(word, self._language)
        if self._dotless:
            own = own.translate(_TURKIC_I)
        written = normal(own)
        plain = unaccented(written)
        if plain in _ACRONYMS and ("." in word or word[: len(plain)].isupper()):
            return Analysed((plain.upper(),), plain)
        if plain in self._stop_words:
            return Analysed((plain,), plain)
        if self._language in languages.TONAL:
            terms = [tone_last(written), plain]
        else:
            typed = self._stem(languages.accented(plain, self._language))
            terms = [typed] if plain == own else [self._stem(self._to_be_stemmed(own, written)), typed]
        if segmentation.is_hangul(written):
            terms += [korean.without_particle(written), *segmentation.parts(written)]
        if len(own) < len(word):
            terms.append(self._stem(languages.accented(fold(word), self._language)))  # L'Oréal is typed loreal as well
        return Analysed(tuple(dict.fromkeys(terms)), plain)

    def _to_be_stemmed(self, own: str, written: str) -> str:
        """A word as its stemmer wants it."""
        if self._language == "persian" and _JOINER in own:
            return _JOINER.join(map(normal, own.split(_JOINER)))
        return written

    def _stem(self, word: str) -> str:
        if self._stemmer is None:
            return unaccented(word)
        with self._lock:
            stem = str(self._stemmer.stemWord(word))
        if self._language == "hindi" and len(stem) <= _SHORT < len(word) == len(stem) + 1:
            stem = word
        return stem if stem.isascii() else fold(stem)


class _Analysers(dict[str, Analyser]):
    """Language -> its analyser."""

    def __missing__(self, language: str) -> Analyser:
        analyser = self[language] = Analyser(language)
        return analyser


_remembered = _Remembered()
folded = _Folded()
analysers = _Analysers()


def parts(folded: str) -> list[str]:
    """The numbers in a word for which it may be looked for by itself: of kb5005565, 0x80070005, v2, 04t05."""
    found = _PARTS.fullmatch(folded)
    return list(filter(None, found.groups())) if found else []


def is_stop_word(word: str, language: str = ENGLISH) -> bool:
    """Whether a query need not insist on a word."""
    stop_words = languages.stop_words(language)
    return folded[word] in stop_words and analysers[language][word].terms[0] in stop_words  # IT is none


def tells(word: str, language: str = ENGLISH) -> bool:
    """Whether a word says what a text is about: no stop word, nor one that only asks."""
    return not is_stop_word(word, language) and not (
        folded[word] in languages.question_words(language) and analysers[language][word].terms[0] not in _NAMES
    )


def telling(text: str, language: str = ENGLISH) -> int:
    """How many words of a text tell; all of them where none does."""
    found = segmentation.pieces(text)
    return sum(tells(segmentation.unsigned(piece)[1], language) for piece in found) or len(found)


def name_key(text: str) -> str:
    """What is the same of two ways to write a name: its letters and digits, folded, however they are parted.
    ``Get-ChildItem`` is *get child item*, and is *getchilditem*."""
    return "".join(folded[word] for word in segmentation.split(text))[:NAME_CHARS]


def name_keys(title: str, others: Iterable[str]) -> tuple[list[str], list[str]]:
    """What an article is found by as a whole: by its title, and by its other names that are written otherwise."""
    called = name_key(title)
    keys = dict.fromkeys(map(name_key, others))
    return [called] if called else [], [key for key in keys if len(key) > 1 and key != called]


def tokens(text: str, language: str = ENGLISH) -> Iterator[Token]:
    """The terms of a text with their places, in order; of each word the first."""
    known = analysers[language]
    for position, (start, end, begin, reach) in enumerate(segmentation.spans(text)):
        yield Token(known[text[begin:reach]].terms[0], position, start, end)


def all_terms(text: str, language: str = ENGLISH) -> Iterator[Token]:
    """Likewise, all that a text is indexed by: what two texts must share to match."""
    known = analysers[language]
    for position, (start, end, begin, reach) in enumerate(segmentation.spans(text)):
        for term in known[text[begin:reach]].terms:
            yield Token(term, position, start, end)


def analysed(text: str, language: str = ENGLISH) -> list[Analysed]:
    """What each word of a text is indexed as, in order."""
    known = analysers[language]
    return [known[piece] for piece in segmentation.pieces(text)]


def indexed(text: str, language: str = ENGLISH) -> list[tuple[str, ...]]:
    """All terms of each word of a text, in order."""
    return [word.terms for word in analysed(text, language)]


def plainness(term: str) -> int:
    """Of the terms of one word the one with most of this is that of its plain form, as far as they tell: the stem of
    what is typed without accents is the longest, a letter alone the shortest; with a sign it is none."""
    if not term.isalnum() and segmentation.unsigned(term)[1] != term:
        return -LIMITS.word_chars - len(term)
    return -len(term) if term.isdigit() or segmentation.is_unspaced(term) else len(term)


def term(word: str, language: str = ENGLISH) -> str:
    """The first term of one word."""
    return analysers[language][word].terms[0]


def terms(text: str, language: str = ENGLISH) -> list[str]:
    """The terms of a text in order, of each word without its signs the first."""
    known = analysers[language]
    return [known[segmentation.unsigned(piece)[1]].terms[0] for piece in segmentation.pieces(text)]


def asked(text: str, language: str = ENGLISH) -> list[str]:
    """The terms by which words are looked for that follow each other."""
    known = analysers[language]
    return [known[piece].terms[0] for piece in _asked(text)]


def _asked(text: str) -> list[str]:
    """The words of a text that say where all of it stands. The last letters of a run without blanks are told by those
    before; they count only where another word follows."""
    if text.isascii() and text.isalnum():  # as most are
        return [text]
    spans = list(segmentation.spans(text))
    # Signs between words may only join them.
    spans[1:] = [span._replace(begin=span.start) for span in spans[1:]]
    spans[:-1] = [span._replace(reach=span.end) if text[span.end : span.reach] == "(" else span for span in spans[:-1]]
    while len(spans) > 1 and spans[-2].reach == spans[-1].reach and segmentation.is_unspaced(text[spans[-2].start]):
        del spans[-1]
    return [text[begin:reach] for _, _, begin, reach in spans]


def readings(text: str, language: str = ENGLISH) -> list[tuple[str, ...]]:
    """``asked``; more than one reading where a name may have been meant that is written in capitals: ``us`` is ``us``
    or ``US``, but ``US`` and ``U.S.`` are the name."""
    known, pieces = analysers[language], _asked(text)
    shouted = len(pieces) > 1 and text.isupper()  # where all is in capitals they say nothing
    choices: list[tuple[str, ...]] = []
    doubts = 0
    for piece in pieces:
        (term, *_), plain = known[piece]
        if plain in _ACRONYMS and (shouted or term != plain.upper()) and doubts < _DOUBTS:
            doubts += 1
            choices.append((known[plain].terms[0], plain.upper()))
        else:
            choices.append((term,))
    return list(product(*choices))


def words(text: str, language: str = ENGLISH) -> list[str]:
    """The plain forms of the words of a text in order: what prefixes and spelling go by."""
    known = analysers[language]
    return [known[piece].plain for piece in segmentation.pieces(text)]


def plain(word: str, language: str = ENGLISH) -> str:
    """The plain form of one word, or of the beginning of one."""
    return analysers[language][word].plain
