"""How small can a place for the index be? A Backend of plain dictionaries and lists, which looks at every article.

It does each primitive as base.py says it, and no faster: the contract suite shows by it what the primitives mean, and
the folder's fast paths have something to agree with. Not for many articles.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from article_search import scoring
from article_search.backends import base, sketches
from article_search.backends.base import NO_DATE, TEXT_FIELDS, Number, Numbers, Plain, Titled, Word, fields_of
from article_search.backends.cache import Cache
from article_search.digests import blake2b
from article_search.errors import ArticleSearchError, IndexBusyError, NoIndexError
from article_search.language import folding, languages, text
from article_search.limits import LIMITS
from article_search.query.tree import Category, Range, TextField
from article_search.reading.article import Article
from article_search.reading.files import Files, FileState, Load

T = TypeVar("T")
_ROOM = 2**24  # bytes of what others make of a commit
_LAST = 2**63 - 1  # after all dates
_PATIENCE = 60.0  # seconds; how fast this is on a busy machine says nothing of the program

# ---- what is kept ----


class _Entry:
    """One article as it is searched: its words by text field, as terms and folded."""

    def __init__(self, article: Article, vector: bytes | None) -> None:
        self.article, self.vector = article, vector
        texts: dict[TextField, str] = {name: getattr(article, name) for name in TEXT_FIELDS}
        # By place all terms that are there.
        self.terms = {name: text.indexed(value, article.language) for name, value in texts.items()}
        self.words = {name: text.words(value, article.language) for name, value in texts.items()}
        self.called, self.named = text.name_keys(article.title, article.names)
        self.telling = text.telling(article.title, article.language)
        self.categories = {folding.category_key(name) for name in article.categories}
        self.date = int(article.date.timestamp()) if article.date else NO_DATE
        self.order = int.from_bytes(blake2b(article.id.encode(), digest_size=8).digest(), "big", signed=True)
        body = self.words["body"]
        self.sketch = sketches.sketched(np.arange(len(body)), np.array([len(body)]), sketches.hashes(body))
        # What sorts articles from old to new and from new to old, those without a date last.
        self.oldest = self.date if article.date else _LAST
        self.newest = (-self.date if article.date else _LAST), self.order

    def times(self, word: Word) -> dict[TextField, int]:
        """How often it has a word, by field that has it."""
        found: Counter[TextField] = Counter()
        for terms, only in word.ways:
            found.update({name: _in_a_row(self.terms[name], terms) for name in fields_of(only)})
        for name, words in word.spelt:
            found[name] += len({*words} & {*self.words[name]})
        return {name: found[name] for name in TEXT_FIELDS if found[name]}

    def in_title(self, titled: Titled, rare: Sequence[float]) -> base.TitleCount | None:
        """How far words name it, of which each is so rare in titles."""
        terms = self.terms["title"]
        without = self.telling - sum(term in of for term in titled.common for of in terms)
        told, named, covered = 0.0, 0.0, 0
        for (word, weight), in_titles in zip(titled.words, rare, strict=True):
            ways = [len({*words} & {*self.words["title"]}) for only, words in word.spelt if only == "title"]
            for way, only in word.ways:
                if only in (None, "title"):
                    size = sum(term not in titled.common for term in way)
                    ways.append(_in_a_row(terms, way) * (size or (len(way) if without <= 0 else 0)))
            here = max(ways, default=0)
            told, named = told + weight * bool(here), named + max(weight, in_titles) * bool(here)
            covered += here
        telling = max(1, without if without > 0 else self.telling)
        is_named = covered >= max(telling, titled.least)
        return base.TitleCount(named if is_named else told, covered, telling) if covered else None

    def has_form(self, word: Word) -> bool:
        """Whether it has a word in a form that was asked for."""
        forms = any(form in self.words[name] for form, only in word.forms for name in fields_of(only))
        return forms or bool(self.times(Word(tuple(way for way in word.ways if len(way.terms) > 1))))

    def within(self, only: Category | Range) -> bool:
        """Whether it is of a category, or of a time."""
        if isinstance(only, Category):
            return folding.category_key(only.value) in self.categories
        since = only.since is None or self.date >= only.since.timestamp()
        return self.date != NO_DATE and since and (only.until is None or self.date < only.until.timestamp())

    def head(self) -> base.Head:
        """What is shown of it."""
        one, date = self.article, self.article.date and self.article.date.astimezone(UTC)
        notes = tuple(f"line {note.line}: {note.message}" if note.line else note.message for note in one.warnings)
        return base.Head(one.id, one.url, one.title, one.description, date, tuple(one.categories), one.image, notes)


@dataclass(frozen=True)
class _Commit:
    """One state of the index, which never changes. The number of an article is its place."""

    id: str
    signature: str
    model: str | None  # of the vectors
    zone: ZoneInfo
    files: Mapping[str, FileState]
    entries: Mapping[str, _Entry]
    committed: datetime = field(default_factory=lambda: datetime.now(UTC))
    remembered: Cache[object, Any] = field(default_factory=lambda: Cache(_ROOM))
    made: dict[object, Any] = field(default_factory=dict)

    @cached_property
    def articles(self) -> tuple[_Entry, ...]:
        return tuple(self.entries.values())

    @cached_property
    def average(self) -> dict[TextField, float]:
        """The length of a field where it is not empty."""
        sizes = {name: [len(each.terms[name]) for each in self.articles if each.terms[name]] for name in TEXT_FIELDS}
        return {name: sum(of) / max(1, len(of)) for name, of in sizes.items()}

    @cached_property
    def frequencies(self) -> dict[TextField, Counter[str]]:
        """How many articles have each word in a field, folded."""
        return {name: Counter(word for each in self.articles for word in {*each.words[name]}) for name in TEXT_FIELDS}

    @cached_property
    def categories(self) -> list[set[str]]:
        """By article, its categories in their most frequent spelling."""
        counts = Counter(name for each in self.articles for name in {*each.article.categories})
        names: dict[str, str] = {}
        for name in sorted(counts, key=lambda name: (-counts[name], name)):
            names.setdefault(folding.category_key(name), name)
        return [{names[key] for key in each.categories} for each in self.articles]

    @cached_property
    def months(self) -> list[set[str]]:
        """By article, its month where the site is, if it has a date."""
        dated = [[datetime.fromtimestamp(each.date, self.zone)] if each.article.date else [] for each in self.articles]
        return [{f"{moment.year:04}-{moment.month:02}" for moment in of} for of in dated]

    @cached_property
    def groups(self) -> list[int]:
        """By article, the least number of those that say nearly the same, -1 where it repeats no other."""
        leads = list(range(len(self.articles)))
        pairs = sketches.alike(np.concatenate([each.sketch for each in self.articles])) if leads else ()
        for one, other in zip(*(numbers.tolist() for numbers in pairs), strict=True):
            least, most = sorted((leads[one], leads[other]))
            leads = [least if lead == most else lead for lead in leads]
        sizes = Counter(leads)
        return [lead if sizes[lead] > 1 else -1 for lead in leads]


# ---- reading ----


class DictionaryReader:
    """The Reader of base.py."""

    def __init__(self, commit: _Commit, deadline: base.Deadline) -> None:
        self.deadline, self.remembered, self.made = deadline, commit.remembered, commit.made
        self._commit, self._all, self.articles = commit, commit.articles, len(commit.articles)
        counts = Counter(each.article.language for each in self._all)
        self.languages = tuple(sorted(counts, key=lambda name: (-counts[name], name))) or (languages.DEFAULT,)
        self._known: dict[Word, dict[Number, dict[TextField, int]]] = {}
        self._rare: dict[Titled, list[float]] = {}

    def in_language(self, name: str) -> int:
        return sum(each.article.language == name for each in self._all)

    def foresee(self, act: Callable[[], T]) -> T:
        at, passed = self.deadline.at, self.deadline.passed
        act()  # it must not matter how often
        self.deadline.at, self.deadline.passed = at, passed
        return act()

    # Words

    def _having(self, word: Word) -> dict[Number, dict[TextField, int]]:
        """The articles that have a word, and how often by field; none after the deadline."""
        if word not in self._known:
            if self.deadline.late():
                return {}
            found = ((number, each.times(word)) for number, each in enumerate(self._all))
            self._known[word] = {number: times for number, times in found if times}
        return self._known[word]

    def counts(self, words: Sequence[Word]) -> list[base.Counts]:
        found = map(self._having, words)
        return [base.Counts(len(each), sum(sum(times.values()) for times in each.values())) for each in found]

    def with_form(self, word: Word, enough: int | None = None) -> int:
        return sum(self.has_form(word, number) for number in self._having(word))

    def beginning(self, start: str, field: TextField, most: int) -> list[str]:
        return _frequent(word for each in self._all for word in {*each.words[field]} if word.startswith(start))[:most]

    def common(self, field: TextField, share: float) -> tuple[str, ...]:
        counts = Counter(term for each in self._all for term in {term for of in each.terms[field] for term in of})
        return tuple(sorted(term for term, count in counts.items() if count >= max(1, share * self.articles)))

    def near(self, word: str, edits: int, field: TextField | None) -> list[base.Near]:
        others = ((other, count, _edits(word, other)[-1]) for other, count in self._vocabulary(field))
        return [base.Near(other, away, count) for other, count, away in others if away <= edits and other != word]

    def near_beginning(self, start: str, edits: int, field: TextField) -> list[base.Near]:
        others = ((word, count, min(_edits(start, word))) for word, count in self._vocabulary(field))
        return [base.Near(word, away, count) for word, count, away in others if away <= edits and word[0] == start[0]]

    def _vocabulary(self, only: TextField | None) -> Iterable[tuple[str, int]]:
        """The words of letters, and how many articles have each, those with it in two fields twice."""
        total = sum((self._commit.frequencies[name] for name in fields_of(only)), Counter[str]())
        return ((word, count) for word, count in total.items() if word.isalpha())

    def company(self, words: Sequence[Word], others: Sequence[Word], power: int) -> list[float] | None:
        weights: dict[Number, float] = defaultdict(float)
        most = 0.0
        for having in filter(None, map(self._having, others)):
            weight = scoring.idf(self.articles, len(having))
            most += weight
            for number in having:
                weights[number] += weight
        return [sum((weights[n] / most) ** power for n in self._having(word)) for word in words] if most else None

    # Trees

    def _score(self, node: Plain, number: Number) -> float | None:
        """What an article scores for a tree; None where it does not answer it."""
        match node:
            case base.Leaf(choices):
                return max((s for each in choices if (s := self._of_word(each, number)) is not None), default=None)
            case base.Times(leaf, times):
                return None if (score := self._score(leaf, number)) is None else score * times
            case base.AllOf(children):
                scores = [score for each in children if (score := self._score(each, number)) is not None]
                return sum(scores) if len(scores) == len(children) else None
            case base.AnyOf(children):
                scores = [score for each in children if (score := self._score(each, number)) is not None]
                return sum(scores) if scores else None
            case base.ByTitle(titled):
                found = self.in_title(titled, number)
                return None if found is None else float(scoring.titled(*found))
            case base.Named(tree, words, titled):
                found = self.in_title(titled, number)
                if (score := self._score(tree, number)) is not None or found is None:
                    return score
                named = found.covered >= max(found.telling, titled.least)
                return sum(self._score(each, number) or 0.0 for each in words) if named else None
            case base.Called(key, where, score):
                keys = self._all[number].named if where == "other" else self._all[number].called
                same = any(one.startswith(key) if where == "beginning" else one == key for one in keys)
                return score if same else None
            case base.NoneOf(child):
                return 0.0 if self._score(child, number) is None else None
            case Category() | Range():
                return 0.0 if self._all[number].within(node) else None

    def _of_word(self, weighed: base.Weighed, number: Number) -> float | None:
        """BM25F of a word, with what its form adds; None where an article has it not."""
        inside = self.inside(weighed.word, number)
        if not inside:
            return None
        total = sum(times * scoring.field_weight(name, length) for name, times, length in inside)
        lift = weighed.lift if weighed.lift and self.has_form(weighed.word, number) else 0.0
        return weighed.share * float(scoring.saturated(total, weighed.weight) + lift)

    def _found(self, tree: Plain) -> dict[Number, float]:
        """The articles that answer a tree, with their scores."""
        return {n: score for n in range(self.articles) if (score := self._score(tree, n)) is not None}

    def _chosen(self, numbers: Iterable[Number], categories: Sequence[str], dates: Range | None) -> set[Number]:
        """Those of some articles that are of any of some categories, and of a time."""
        any_of = [Category(name) for name in categories]
        some = {n for n in numbers if not any_of or any(map(self._all[n].within, any_of))}
        return {n for n in some if dates is None or self._all[n].within(dates)}

    def count(self, tree: Plain, categories: Sequence[str] = (), dates: Range | None = None) -> int:
        return len(self._chosen(self._found(tree), categories, dates))

    def answers(self, tree: Plain, number: Number) -> bool:
        return self._score(tree, number) is not None

    def names(self, keys: Sequence[str]) -> list[int]:
        return [sum(key in each.named for each in self._all) for key in keys]

    def inside(self, word: Word, number: Number) -> list[base.FieldCount]:
        times = self._having(word).get(number, {})
        lengths = {name: len(self._all[number].terms[name]) / self._commit.average[name] for name in times}
        return [base.FieldCount(name, float(times[name]), lengths[name]) for name in times]

    def has_form(self, word: Word, number: Number) -> bool:
        return self._all[number].has_form(word)

    def in_title(self, titled: Titled, number: Number) -> base.TitleCount | None:
        if titled not in self._rare:
            each = [Titled((pair,), titled.common) for pair in titled.words]
            having = [sum(one.in_title(of, [0.0]) is not None for one in self._all) for of in each]
            self._rare[titled] = [scoring.idf(self.articles, count) for count in having]
        return self._all[number].in_title(titled, self._rare[titled])

    # Answers

    def answer(self, question: base.Question) -> base.Answer:
        found = self._found(question.tree)
        for number in found:
            found[number] += sum(self._score(tree, number) or 0.0 for tree in question.lifts)
        by_words = scores = [float(np.float32(found.get(number, 0.0))) for number in range(self.articles)]
        tiers = Counter(number for tree in question.above for number in self._found(tree))
        tiers.update(number for number in question.first if question.above and not tiers[number])
        everything = (found.keys() | {*question.first}) - {*question.hidden}
        chosen = self._chosen(everything, question.categories, question.dates)
        groups = self._commit.groups
        one_of = [-1 - n if question.each or groups[n] < 0 else groups[n] for n in range(self.articles)]

        def place(number: Number) -> tuple[float, ...]:
            one = self._all[number]
            if question.sort == "newest":
                return one.newest
            if question.sort == "oldest":
                return one.oldest, *one.newest
            pinned = question.first.index(number) if number in question.first else len(question.first)
            return pinned, -tiers[number], -scores[number], *one.newest

        members: dict[int, list[Number]] = defaultdict(list)
        for number in sorted(chosen, key=place):
            members[one_of[number]].append(number)
        shown = {each[0] for each in members.values()}
        if question.sort == "relevance" and not self.deadline.late():
            scores = self._rescored(question, scores, shown)
        first = sorted(shown, key=place)[: question.count]
        rows = base.Rows(
            np.array(first, np.int64),
            np.array([scores[number] for number in first], np.float32),
            np.array([tiers[number] for number in first], np.int8),
            np.array([self._all[number].date for number in first], np.int64),
            np.array([self._all[number].order for number in first], np.int64),
            np.array([len(members[one_of[number]]) - 1 for number in first], np.int64),
            np.array([groups[number] for number in first], np.int64),
        )
        above = {one_of[number] for number in chosen if tiers[number]} if question.above else shown
        dated = self._chosen(everything, (), question.dates) if question.facets else ()
        of_kind = self._chosen(everything, question.categories, None if question.all_months else question.dates)
        return base.Answer(
            rows,
            total=len(shown),
            matches=len(chosen),
            above=len(above),
            categories=_counted(self._commit.categories, dated, one_of),
            months=_counted(self._commit.months, of_kind if question.facets else (), one_of),
            about=tuple(base.About(n in chosen, n in shown, by_words[n], scores[n]) for n in question.about),
        )

    def _rescored(self, question: base.Question, scores: list[float], shown: Collection[Number]) -> list[float]:
        """What is shown with what more there is to its score than words."""
        changed = {number: scores[number] * self._recency(question.age, number) for number in shown}
        changed.update(question.scores)
        if extra := question.extra:
            gains = {n: sum(f * (self._of_word(each, n) or 0.0) for each, f in extra.words) for n in shown}
            highest = max(gains.values(), default=0.0) or 1.0
            changed |= {number: changed[number] + extra.most * gain / highest for number, gain in gains.items()}
        return [float(np.float32(changed.get(number, score))) for number, score in enumerate(scores)]

    def _recency(self, age: base.Age | None, number: Number) -> float:
        if age is None or self._all[number].date == NO_DATE:
            return 1.0
        days = max(age.now - self._all[number].date, 0) / scoring.DAY
        return float(scoring.recency(days, age.half_life, age.weight))

    # Articles

    def number(self, id: str) -> Number | None:
        return next((number for number, known in enumerate(self._commit.entries) if known == id), None)

    def same(self, number: Number) -> tuple[Number, ...]:
        groups = self._commit.groups
        return tuple(other for other, group in enumerate(groups) if group == groups[number] >= 0)

    def heads(self, numbers: Sequence[Number]) -> list[base.Head]:
        return [self._all[number].head() for number in numbers]

    def texts(self, numbers: Sequence[Number]) -> Iterator[base.Text]:
        return (base.Text(one.body, one.language) for number in numbers for one in (self._all[number].article,))

    def places(self, field: TextField, terms: Sequence[str], numbers: Numbers) -> list[base.Places]:
        texts = [self._all[number].terms[field] for number in numbers]
        in_a_row = [of for each in texts for of in (*each, *[()] * LIMITS.query_terms)]
        places = ([place for place, of in enumerate(in_a_row) if term in of] for term in terms)
        counts = ([sum(term in of for of in each) for each in texts] for term in terms)
        return [base.Places(np.array(p, np.int64), np.array(c, np.int64)) for p, c in zip(places, counts, strict=True)]

    def vectors(self, model: str, size: int, numbers: Numbers) -> NDArray[np.int8] | None:
        kept = b"".join(self._all[number].vector or bytes(size) for number in numbers)
        return np.frombuffer(kept, np.int8).reshape(-1, size) if model == self._commit.model else None

    def titles(self, words: Sequence[str] = ()) -> DictionaryTitles:
        return DictionaryTitles(self._all)


class DictionaryTitles:
    """The Titles of base.py: all there are."""

    def __init__(self, articles: Sequence[_Entry]) -> None:
        self._all, self.size = articles, len(articles)
        self.numbers: dict[str, int] = {}
        titles = [[self._number(max(of, key=text.plainness)) for of in each.terms["title"]] for each in articles]
        self.run = np.array([*(number for each in titles for number in (*each, -1)), -1], np.int32)
        self.holder = np.array([*(n for n, each in enumerate(titles) for _ in (*each, -1)), -1], np.int32)

    def _number(self, term: str) -> int:
        return self.numbers.setdefault(term, len(self.numbers))

    def with_terms(self, terms: Collection[str]) -> NDArray[np.bool_]:
        titles = [{term for of in each.terms["title"] for term in of} for each in self._all]
        return np.array([not title.isdisjoint(terms) for title in titles], np.bool_)

    def with_words(self, words: Collection[str]) -> NDArray[np.bool_]:
        return np.array([not {*words}.isdisjoint(each.words["title"]) for each in self._all], np.bool_)

    def beginning(self, start: str, most: int) -> tuple[list[str], NDArray[np.bool_]]:
        words = _frequent(word for each in self._all for word in {*each.words["title"]} if word.startswith(start))
        return words[:most], self.with_words(words)

    def newest(self, titles: Numbers, count: int) -> list[int]:
        numbers: list[int] = titles.tolist()
        return sorted(numbers, key=lambda title: self._all[title].newest)[:count]

    def place(self, title: int) -> int:
        holders: list[int] = self.holder.tolist()
        return holders.index(title)

    def text(self, title: int) -> str:
        return self._all[title].article.title

    def head(self, title: int) -> base.Head:
        return self._all[title].head()


# ---- the index ----


class DictionaryBackend:
    """An index in the memory of one process. ``close`` lets go of nothing, as there is no other place it is in."""

    def __init__(self, *, signature: str, zone: ZoneInfo, vectors: base.Vectors | None = None) -> None:
        self.signature, self.zone, self.vectors = signature, zone, vectors
        self.writing = threading.Lock()
        self.newest: _Commit | None = None

    def exists(self) -> bool:
        return self.newest is not None

    def _commit(self) -> _Commit:
        if self.newest is None:
            raise NoIndexError("there is no index in memory; run `articles index` to make one")
        return self.newest

    def commit_id(self) -> str:
        return self._commit().id

    @contextmanager
    def reader(self, deadline: base.Deadline | None = None) -> Iterator[DictionaryReader]:
        yield DictionaryReader(self._commit(), deadline or base.Deadline(time.monotonic() + _PATIENCE))

    def summary(self) -> base.Summary:
        return base.Summary(len(self._commit().articles), 0, self._commit().committed)

    def files(self) -> Files:
        return Files(self._commit().files)

    def signature_matches(self) -> bool:
        return self._commit().signature == self.signature

    def verify(self) -> tuple[str, ...]:
        self._commit()
        return ()

    def copy_to(self, folder: Path, wait: bool) -> None:
        raise ArticleSearchError("an index in memory is in no folder")

    def writer(self, wait: bool, full: bool) -> DictionaryWriter:
        if not self.writing.acquire(blocking=wait):
            raise IndexBusyError("another run is writing the index; try again later, or use --wait")
        return DictionaryWriter(self, full)

    def close(self) -> None:
        pass


class DictionaryWriter:
    """The Writer of base.py."""

    def __init__(self, backend: DictionaryBackend, full: bool) -> None:
        self._backend = backend
        self.rebuild_reason: str | None = None  # the settings are those of the process, as the index is
        known = None if full else backend.newest
        self._files = dict(known.files) if known else {}
        self._entries = dict(known.entries) if known else {}
        self._before = Files(dict(self._files))
        self._vector_of = backend.vectors.load() if backend.vectors else lambda article: None

    def files(self) -> Files:
        return self._before

    def update(self, ids: Sequence[str], load: Load, progress: Callable[[int], None]) -> base.Update:
        states, written = {}, set()
        for id in ids:
            loaded = load(id)
            states[id] = loaded.state
            if loaded.article is not None:
                written.add(id)
                self._entries[id] = _Entry(loaded.article, self._vector_of(loaded.article))
            elif loaded.state.fate != "indexed":
                self._entries.pop(id, None)
            progress(len(states))
        self._files |= states
        return base.Update(states, frozenset(written))

    def remove(self, ids: Collection[str]) -> None:
        for known in (self._files, self._entries):
            for id in ids:
                known.pop(id, None)

    def commit(self) -> None:
        of, id = self._backend, uuid4().hex
        model = of.vectors.name if of.vectors else None
        of.newest = _Commit(id, of.signature, model, of.zone, dict(self._files), dict(self._entries))

    def close(self) -> None:
        self._backend.writing.release()


# ---- small things ----


def _frequent(words: Iterable[str]) -> list[str]:
    """Each word once, the most frequent first."""
    counts = Counter(words)
    return sorted(counts, key=lambda word: (-counts[word], word))


def _counted(values: Sequence[Collection[str]], numbers: Iterable[Number], one_of: Sequence[int]) -> list[Any]:
    """How many of some articles have each value, those that count as one once."""
    return list(Counter(value for value, _ in {(value, one_of[n]) for n in numbers for value in values[n]}).items())


def _in_a_row(terms: Sequence[Sequence[str]], wanted: tuple[str, ...]) -> int:
    """How often some terms stand in a row."""
    starts = range(len(terms) - len(wanted) + 1 if wanted else 0)
    return sum(all(term in terms[at + nth] for nth, term in enumerate(wanted)) for at in starts)


def _edits(word: str, other: str) -> list[int]:
    """Edits (insert, delete, replace, swap neighbours) from a word to each beginning of another, the shortest first."""
    above: list[int] = []
    before = list(range(len(other) + 1))
    for row, letter in enumerate(word, 1):
        last = [row]
        for column, against in enumerate(other, 1):
            edits = min(before[column] + 1, last[-1] + 1, before[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and word[row - 2] == against:
                edits = min(edits, above[column - 2] + 1)
            last.append(edits)
        above, before = before, last
    return before
