"""How may an unfinished query go on? With titles that begin so, with words that often follow in titles, and with other
titles that have its words.

The titles come as one run of numbers, a number a term; pairs and threes of words are counted in it as they are needed.
Not here: where the run comes from (backends), searching while the user types, which is a search (query/parser.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from article_search.answering.results import Suggestion
from article_search.answering.spelling import allowed, likeness
from article_search.arrays import distinct, run_starts
from article_search.backends.base import Reader
from article_search.backends.base import Titles as Run
from article_search.language import languages, segmentation, text
from article_search.language.variants import partings
from article_search.limits import LIMITS
from article_search.query.tree import TextField

_FIELD: TextField = "title"
_END = -1  # number between two titles
_WORDS = 12  # words of an unfinished query that are looked at, the last ones
_LONGER = 2  # words more than were typed that are offered
_OFTEN = 2  # titles, at least, that words must stand in to be offered
_ALMOST = 0.7  # if so many of the titles that have some words have the same word after them, it belongs to them
_SAMPLE = 5_000  # places where what follows is counted, out of more of them
_READ = 4  # titles looked into to see how some words are written
_BEGINNING = 2_000  # words of titles that the last one may be, the most frequent
_NEAR_START = 4  # letters from which on a beginning may be mistyped
_NEAR = 12  # words taken for a mistyped one
_FEW = 3  # completions; where there are fewer, the last word may be mistyped
# Words that nobody's query ends with, beside stop words.
_WEAK = (
    "about after all also am been before can could did do does from had has have he her hers him his how i its just"
    " like make makes me more my off our out over says she should so than them us up was we were what when where who"
    " why would you your"
).split()

Places = NDArray[np.int64]  # in the run of all titles
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Choice:
    """What one word of the query may be: plain words, by number of a term whether it is of one of them, and which
    titles have one."""

    words: frozenset[str]
    marks: Mask
    titles: Mask


class _Often(NamedTuple):
    """Words that stand in a row in several titles: where, and how many there are."""

    places: Places
    size: int


class Titles:
    """The titles of one commit."""

    def __init__(self, titles: Run, language: str) -> None:
        self.run = self._index = titles
        self._language = language
        self._run, self._holder = titles.run, titles.holder
        self._names = {number: term for term, number in titles.numbers.items()}
        self._first = self._first_of_copies()
        self._stop_words = languages.stop_words(language)
        weak = _WEAK if language == languages.DEFAULT else ()
        self._weak = self._marked({*self._stop_words, *map(self._term, weak)})

    def _term(self, word: str) -> str:
        return text.term(word, self._language)

    def _marked(self, terms: Iterable[str]) -> Mask:
        """By number of a term, whether it is one of some; the end of a title, the last, is none."""
        marks = np.zeros(len(self._index.numbers) + 1, np.bool_)
        marks[[number for term in terms if (number := self._index.numbers.get(term)) is not None]] = True
        return marks

    def _first_of_copies(self) -> Mask:
        """Which places count: a title that is there twice says nothing twice."""
        ends = np.flatnonzero(self._run == _END).tolist()
        counted = np.ones(len(self._run), np.bool_)
        seen: set[bytes] = set()
        start = 0
        for end in ends:
            title = self._run[start:end].tobytes()
            if title in seen:
                counted[start:end] = False
            seen.add(title)
            start = end + 1
        return counted

    def suggestions(self, reader: Reader, words: Sequence[str], limit: int) -> tuple[Suggestion, ...]:
        """Completions of some folded words, the last one unfinished: titles that begin so and words that often follow,
        at most half of them each, then other titles."""
        words = words[-_WORDS:]
        finished = [self._finished(reader, word) for word in words[:-1]]
        found = self._suggestions([*finished, self._unfinished(words[-1])], words, limit)
        if not found and (parted := self._parted(words[-1])):
            choices = [*finished, self._choice(parted[:1]), self._unfinished(parted[1])]
            found = self._suggestions(choices, [*words[:-1], *parted], limit)
        if len(found) < _FEW and len(words[-1]) >= _NEAR_START:
            near = self._suggestions([*finished, self._near(reader, words[-1])], words, limit)
            found = {**near, **found} if not found else {**found, **near}
        return tuple(found.values())[:limit]

    def _suggestions(self, choices: Sequence[_Choice], words: Sequence[str], limit: int) -> dict[str, Suggestion]:
        """By what is the same to a reader."""
        if not all(choice.words for choice in choices):
            return {}
        where, typed = self._in_a_row(choices), " ".join(words)
        titles = {_key(title.text): title for title in self._titles(choices, where, limit, typed)}
        known = titles.keys() | {typed}
        fresh = (phrase for phrase in self._phrases(choices, where, limit) if _key(phrase) not in known)
        half = (limit + 1) // 2
        enough = max(half, limit - len(titles))
        queries = [Suggestion(phrase, "query") for phrase in islice(dict.fromkeys(fresh), enough)]
        begun = [key for key in titles if key.startswith(typed)][: max(half, limit - len(queries))]
        first = {key: titles[key] for key in begun}
        return {**first, **{_key(one.text): one for one in queries}, **titles}

    # What a word may be

    def _finished(self, reader: Reader, word: str) -> _Choice:
        if self._term(word) in self._index.numbers:
            return self._choice([word])
        near = reader.near(word, allowed(word), _FIELD) if allowed(word) else []
        near.sort(key=lambda one: -likeness(word, one.word, one.edits) * one.frequency**0.5)
        return self._choice([one.word for one in near[:_FEW]])

    def _choice(self, words: Sequence[str]) -> _Choice:
        """Words in any of their endings."""
        terms = set(map(self._term, words))
        return _Choice(frozenset(words), self._marked(terms), self._index.with_terms(terms))

    def _unfinished(self, start: str) -> _Choice:
        words, titles = self._index.beginning(start, _BEGINNING)
        return _Choice(frozenset(words), self._marked(map(self._term, words)), titles)

    def _parted(self, word: str) -> tuple[str, str] | None:
        """The one way to take a word for two run together of which most titles have the beginning in a row."""
        ways = []
        for one, other in partings(word):
            if self._term(one) in self._index.numbers and one not in self._stop_words:
                places = self._in_a_row([self._choice([one]), self._unfinished(other)])
                ways += [(len(places), (one, other))] if len(places) else []
        return max(ways)[1] if ways else None

    def _near(self, reader: Reader, start: str) -> _Choice:
        near = reader.near_beginning(start, 1, _FIELD)
        near.sort(key=lambda one: -one.frequency)
        words = [one.word for one in near[:_NEAR]]
        return _Choice(frozenset(words), self._marked(map(self._term, words)), self._index.with_words(words))

    # Where the words stand

    def _in_a_row(self, choices: Sequence[_Choice]) -> Places:
        """Where all the words stand one after the other."""
        run, having = self._run, self._having(choices)
        places = np.flatnonzero(choices[0].marks[run])
        for number, choice in enumerate(choices[1:], 1):
            places = places[choice.marks[run[np.minimum(places + number, len(run) - 1)]]]
        found: Places = places[having[self._holder[places]]]
        return found

    def _having(self, choices: Sequence[_Choice]) -> Mask:
        """Titles that have all the words; stop words are not insisted upon."""
        telling = [choice for choice in choices if not choice.words <= self._stop_words] or choices
        having: Mask = np.logical_and.reduce([choice.titles for choice in telling])
        return having

    # Titles

    def _titles(self, choices: Sequence[_Choice], where: Places, limit: int, typed: str) -> Iterator[Suggestion]:
        """First titles that begin with the words, as they were ``typed`` before others, then those that have them in a
        row, then others; the newest first."""
        holders = self._holder
        begins = where[(where == 0) | (self._run[where - 1] == _END)]
        seen: set[str] = set()
        offered = np.zeros(self._index.size, np.bool_)
        for titles in (distinct(holders[begins]), distinct(holders[where]), np.flatnonzero(self._having(choices))):
            titles = titles[~offered[titles]]
            offered[titles] = True
            heads = map(self._index.head, self._index.newest(titles, 3 * limit))
            for head in sorted(heads, key=lambda head: not _key(head.title).startswith(typed)):
                if head.title and _key(head.title) not in seen:
                    seen.add(_key(head.title))
                    yield Suggestion(head.title, "title", head.id, head.url)
                if len(seen) == limit:
                    return

    # Words that follow

    def _phrases(self, choices: Sequence[_Choice], where: Places, limit: int) -> Iterator[str]:
        """The words and what often follows, the most frequent first."""
        where = where[self._first[where]]
        where = where[:: 1 + len(where) // _SAMPLE]
        counted: list[tuple[int, _Often]] = []
        longer: list[tuple[int, _Often]] = []
        for size in range(len(choices) + _LONGER, len(choices) - 1, -1):
            groups = self._grouped(where, size, len(choices) == 1, 2 * limit)
            # What nearly always goes on in one way is not offered without that.
            own = [
                (len(group), _Often(group, size))
                for group in groups
                if not any(len(more.places) >= _ALMOST * len(group) and more.places[0] in group for _, more in longer)
            ]
            counted += own
            longer = [(len(group), _Often(group, size)) for group in groups]
        counted.sort(key=lambda pair: (-pair[0], pair[1].size))
        for _, often in counted[: 2 * limit]:
            written = self._written(often, choices)
            if written is not None:
                yield written

    def _grouped(self, where: Places, size: int, alone: bool, most: int) -> list[Places]:
        """Places where the same words follow, as many words as ``size`` together; the most frequent groups.
        ``alone``: of the query there is one word."""
        run = self._run
        rows = run[np.minimum(where[:, None] + np.arange(size), len(run) - 1)]
        fits = (rows != _END).all(axis=1) & ~self._weak[rows[:, -1]]
        if alone:  # nobody asked for a word that says nothing
            fits &= ~self._weak[rows[:, 0]]
        rows, where = rows[fits], where[fits]
        keys = np.zeros(len(rows), np.uint64)
        for column in rows.T:
            keys = keys * np.uint64(0x9E3779B97F4A7C15) + column.astype(np.uint64)
        order = np.argsort(keys, kind="stable")
        starts = run_starts(keys[order])
        counts = np.diff(np.append(starts, len(order)))
        often = np.flatnonzero(counts >= _OFTEN)
        if len(often) > most:
            often = often[counts[often] >= np.partition(counts[often], -most)[-most]]
        # Of words that follow equally often those come first that do so in the alphabet, whatever their numbers.
        best = sorted(often.tolist(), key=lambda one: (-counts[one], self._terms_at(rows[order[starts[one]]])))
        return [where[order[starts[one] : starts[one] + counts[one]]] for one in best[:most]]

    def _terms_at(self, numbers: NDArray[np.int32]) -> list[str]:
        return [self._names[number] for number in numbers.tolist()]

    def _written(self, often: _Often, choices: Sequence[_Choice]) -> str | None:
        """The words as most titles have them, in lower case; None where they are other forms of those asked for."""
        found: Counter[str] = Counter()
        for place in often.places[:_READ].tolist():
            holder = int(self._holder[place])
            nth = place - self._index.place(holder)
            title = self._index.text(holder)
            tokens = list(text.tokens(title))[nth : nth + often.size]
            words = [text.plain(title[token.start : token.end], self._language) for token in tokens]
            if not tokens or segmentation.within_run(title, tokens[-1].end):
                continue  # a word is not offered in part
            if len(words) == often.size and words[len(choices) - 1] in choices[-1].words:
                found[" ".join(title[tokens[0].start : tokens[-1].end].casefold().split())] += 1
        best = max(found, key=lambda one: (found[one], -len(one)), default="")
        return best if found[best] >= _OFTEN else None


def _key(written: str) -> str:
    """What makes two suggestions one."""
    return " ".join(text.words(written))


def suggestions(reader: Reader, prefix: str, limit: int) -> tuple[Suggestion, ...]:
    """Completions of an unfinished query, best first."""
    words = text.words(prefix[: LIMITS.query_chars], reader.languages[0])
    if not words or limit < 1 or not reader.articles:
        return ()
    run = reader.titles(words[-_WORDS:])
    titles: Titles | None = reader.made.get(Titles)
    if titles is None or titles.run is not run:
        titles = reader.made[Titles] = Titles(run, reader.languages[0])
    return titles.suggestions(reader, words, limit)
