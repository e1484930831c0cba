"""What must an index offer? Primitives that say nothing of what a reader means: a place stores, and finds.

A backend gets articles, words as terms and plain trees, never files or the user's raw text; it gives numbers and stored
texts, never answers fit to be shown. What words mean, which answers are relaxed or corrected, what is shown of them:
``answering`` decides it above these primitives, and so it is the same wherever the index is. What a backend cannot do
it raises by name. Not here: any engine of search.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from article_search.backends.cache import Cache
from article_search.late import dataclass
from article_search.limits import LIMITS
from article_search.query.search import Sort
from article_search.query.tree import Category, Range, TextField

if TYPE_CHECKING:  # a search does without the reading of articles
    from article_search.reading.article import Article
    from article_search.reading.files import Files, FileState, Load

TEXT_FIELDS: tuple[TextField, ...] = ("title", "description", "body")
NO_DATE = -(2**63)  # the date of an article without one
T = TypeVar("T")
Number = int  # names an article to one reader, and means nothing to another
Numbers = NDArray[np.int64]

# ---- words ----


def fields_of(only: TextField | None) -> tuple[TextField, ...]:
    """The fields that a word is looked for in: the one that was named, or all."""
    return (only,) if only else TEXT_FIELDS


class Way(NamedTuple):
    """Terms that stand next to each other, in a field or, None, in any."""

    terms: tuple[str, ...]
    field: TextField | None = None


class Spelt(NamedTuple):
    """Words of a field as they are, folded but not stemmed. How many of them an article has is their frequency."""

    field: TextField
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """What counts as one word: an article has it that has any of its ``ways`` or of what is ``spelt`` so; frequencies
    add up. It has it in a form that was asked for if it has one of the ``forms``, folded words and where, or a way of
    several terms."""

    ways: tuple[Way, ...] = ()
    forms: tuple[tuple[str, TextField | None], ...] = ()
    spelt: tuple[Spelt, ...] = ()

    @property
    def term(self) -> str:
        """The term it is, in any field; empty if it is not just one."""
        if len(self.ways) != 1 or self.spelt:
            return ""
        terms, field = self.ways[0]
        return terms[0] if len(terms) == 1 and field is None else ""


class Counts(NamedTuple):
    """How many articles have a word, and how often all of them together."""

    articles: int
    occurrences: int


class TitleCount(NamedTuple):
    """What the words weigh that stand in a title, how many places of it they have, and how many telling words it
    has."""

    told: float
    covered: float
    telling: int


class FieldCount(NamedTuple):
    """How often a field of an article has a word, and its length over the average of those that are not empty."""

    field: TextField
    frequency: float
    length: float


class Near(NamedTuple):
    """A word of the index so many edits from another, and about how many articles have it."""

    word: str
    edits: int
    frequency: int


# ---- plain trees ----


@dataclass(frozen=True, slots=True)
class Weighed:
    """A word and what it tells: an article scores by scoring.py's BM25F with that ``weight``, and ``lift`` besides if
    it has the word in a form that was asked for; all of it times ``share``. So many ``articles`` have it, if that is
    known already."""

    word: Word
    weight: float
    lift: float = 0.0
    share: float = 1.0
    articles: int | None = None


@dataclass(frozen=True)
class Leaf:
    """Articles that have any of some words. Each scores by the one that gives it most."""

    choices: tuple[Weighed, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash(self.choices))

    def __hash__(self) -> int:
        return self._hash  # type: ignore[attr-defined,no-any-return]  # looked up often, and deep


@dataclass(frozen=True, slots=True)
class Times:
    """A leaf whose scores count so many times."""

    leaf: Leaf
    times: float


@dataclass(frozen=True, slots=True)
class AllOf:
    """What all of the children find, with the sum of their scores; with none, every article."""

    children: tuple[Plain, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What any of the children finds, with the sum of their scores; with none, no article."""

    children: tuple[Plain, ...] = ()


@dataclass(frozen=True, slots=True)
class NoneOf:
    """What the child does not find. Scores nothing, like categories and dates."""

    child: Plain


class Titled(NamedTuple):
    """Words that may stand in titles, and what each weighs there. A way of several terms counts as so many words; of
    the ways of a word that are in a title, the one that is most of it. How many telling words a title has was counted
    when it was written (text.telling). Terms ``common`` to many titles count in none but those of nothing else, neither
    there nor among the words.

    A title is named by them if it has no other telling words, and ``least`` of them. There a word weighs no less than
    it would by how few titles have it (scoring.idf): a name may be in every text."""

    words: tuple[tuple[Word, float], ...]
    common: tuple[str, ...] = ()
    least: int = 1


@dataclass(frozen=True, slots=True)
class ByTitle:
    """Articles that have any of some words in their title; they score by scoring.titled."""

    titled: Titled


@dataclass(frozen=True, slots=True)
class Named:
    """What a tree finds and, besides, articles that some words name. Of these, those that the tree does not find score
    by the ``words`` they have."""

    tree: Plain
    words: tuple[Plain, ...]
    titled: Titled


@dataclass(frozen=True, slots=True)
class Called:
    """Articles whose title has a key (text.name_key), or one that begins so, or that have it for another name. All
    score the same."""

    key: str
    where: Literal["title", "beginning", "other"] = "title"
    score: float = 0.0


Plain = Leaf | Times | AllOf | AnyOf | NoneOf | ByTitle | Named | Called | Category | Range

# ---- questions and answers ----


class Age(NamedTuple):
    """How age counts (scoring.recency): the moment it is counted from in epoch seconds, days, and a weight."""

    now: float
    half_life: float
    weight: float


class Extra(NamedTuple):
    """Words an article scores by besides, of whatever answer it is: each by a factor. The article with the highest sum
    of an answer gets ``most`` of it, the others in proportion."""

    words: tuple[tuple[Weighed, float], ...]
    most: float


@dataclass(frozen=True, slots=True)
class Question:
    """Which articles answer ``tree`` and, by relevance, come first? They score by it, and by the trees that lift those
    of them that answer these as well.

    ``categories`` (any of them) and ``dates`` narrow what is found. ``first``: articles that are in the answer although
    they may not answer the tree; they count as answering what is above. ``hidden`` ones are not in it. Of articles that
    say nearly the same only the one is shown that comes first, by relevance by words alone, unless ``each``.

    By relevance those come first that are ``first``, in this order, then articles that answer more of the trees
    ``above``, whatever they score. Scores of what is shown are changed by ``age``; ``scores`` of some articles are
    taken as they are given; then what is ``extra`` comes on top. By date all this does nothing, and articles without
    one are last. Equals are in order of date, the newest first, then in one that stays the same.

    ``count`` articles are told of, and those of ``about`` wherever they stand. ``facets``: values are counted, months
    within the dates unless ``all_months``.
    """

    tree: Plain
    lifts: tuple[Plain, ...] = ()
    categories: tuple[str, ...] = ()
    dates: Range | None = None
    above: tuple[Plain, ...] = ()
    first: tuple[Number, ...] = ()
    hidden: tuple[Number, ...] = ()
    each: bool = False
    sort: Sort = "relevance"
    age: Age | None = None
    scores: Mapping[Number, float] = field(default_factory=dict)
    extra: Extra | None = None
    count: int = 10
    about: tuple[Number, ...] = ()
    facets: bool = True
    all_months: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """The first articles of an answer, in order, a column each: their numbers, scores, how many trees above they
    answer, dates (epoch seconds or NO_DATE), what equals are in order of at last, how many that say nearly the same
    were left out for each, and the group of those (-1: there are none)."""

    numbers: Numbers
    scores: NDArray[np.float32]
    tiers: NDArray[np.int8]
    dates: NDArray[np.int64]
    order: NDArray[np.int64]
    similar: NDArray[np.int64]
    groups: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, places: NDArray[np.int64], scores: NDArray[np.float32] | None = None) -> Rows:
        """Those at some places, in that order; with other scores, if there are, by where they are now."""
        return Rows(
            self.numbers[places],
            (self.scores if scores is None else scores)[places],
            self.tiers[places],
            self.dates[places],
            self.order[places],
            self.similar[places],
            self.groups[places],
        )


class About(NamedTuple):
    """Of one article: whether it is in the answer, and shown in it; its score by words, 0 where it does not answer the
    tree, and with its age and the rest, which only what is shown has."""

    found: bool
    shown: bool
    by_words: float
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """``total`` articles are shown of all ``matches``, near-copies among these; of the ``total``, ``above`` answer any
    of the trees above or stand for one that does, all if there are none. Counts of ``categories`` in their most
    frequent spelling, without regard to which were asked for, and of ``months`` (``YYYY-MM``, in the site's time zone)
    are of the ``total`` likewise: near-copies count once for each value that any of those found has; in no order."""

    rows: Rows
    total: int
    matches: int
    above: int
    categories: list[tuple[str, int]]
    months: list[tuple[str, int]]
    about: tuple[About, ...] = ()


# ---- what is stored ----


@dataclass(frozen=True, slots=True)
class Head:
    """What is shown of an article in a list; ``date`` is aware."""

    id: str
    url: str
    title: str
    description: str
    date: datetime | None
    categories: tuple[str, ...]
    image: str | None
    warnings: tuple[str, ...]


class Text(NamedTuple):
    """The text of an article as it was understood, and the language it was read in."""

    body: str
    language: str


class Places(NamedTuple):
    """Where a term stands in a field of some articles, ascending, as if their texts were written one after the other in
    that order with gaps that no sentence bridges; and how often in each."""

    places: NDArray[np.int64]
    counts: NDArray[np.int64]


class Titles(Protocol):
    """The titles of the newest articles, as many as a backend keeps: their terms one after the other, of each word the
    plainest (text.plainness).

    Titles are numbered from 0, places by where they stand in ``run``. ``holder`` tells which title a place is of. Both
    end with a margin that is of no title.
    """

    size: int  # titles
    numbers: dict[str, int]  # of a term
    run: NDArray[np.int32]  # by place the number of a term, -1 between two titles
    holder: NDArray[np.int32]  # by place the title, -1 in the margin

    def with_terms(self, terms: Collection[str]) -> NDArray[np.bool_]:
        """By title, whether it has any of some terms."""

    def with_words(self, words: Collection[str]) -> NDArray[np.bool_]:
        """By title, whether it has any of some words as they are, folded."""

    def beginning(self, start: str, most: int) -> tuple[list[str], NDArray[np.bool_]]:
        """The most frequent words that begin so; and by title, whether it has any that does."""

    def newest(self, titles: Numbers, count: int) -> list[int]:
        """The first of some titles by date."""

    def place(self, title: int) -> int:
        """Where a title begins."""

    def text(self, title: int) -> str:
        """A title as it is written."""

    def head(self, title: int) -> Head:
        """What is shown of the article with a title."""


# ---- protocols ----


@dataclass(slots=True)
class Deadline:
    """When an answer must be there, in seconds of a monotonic clock. What is not found by then is left out."""

    at: float = field(default_factory=lambda: time.monotonic() + LIMITS.search_seconds)
    passed: bool = False  # somebody has noticed

    def late(self) -> bool:
        """Whether time is up; notes it."""
        self.passed = self.passed or time.monotonic() > self.at
        return self.passed


class Reader(Protocol):
    """One commit, for one request. After the deadline words may count as without any article. Every method raises
    IndexStateError for an index that cannot be read, at the latest when the context ends that it is of."""

    @property
    def deadline(self) -> Deadline:
        """When the request must be answered."""

    @property
    def articles(self) -> int:
        """How many there are."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages articles are in, that of most first; never empty."""

    def in_language(self, name: str) -> int:
        """How many articles are in a language."""

    @property
    def remembered(self) -> Cache[object, Any]:
        """What others make of this commit, while there is room."""

    @property
    def made(self) -> dict[object, Any]:
        """Likewise, what is made of it once, whatever is asked."""

    def foresee(self, act: Callable[[], T]) -> T:
        """Does something that asks this reader. Where each question is a journey it may be done several times, first
        with guesses for what is not known, to see what it will ask: that is asked together. Nothing that comes of
        guesses is kept."""

    # Words

    def counts(self, words: Sequence[Word]) -> list[Counts]:
        """How many articles have each of some words."""

    def with_form(self, word: Word, enough: int | None = None) -> int:
        """How many articles have a word in a form that was asked for. As soon as it is sure that ``enough`` have, any
        number from that on will do."""

    def beginning(self, start: str, field: TextField, most: int) -> list[str]:
        """Words of a field that begin so, folded, the most frequent first, then by name."""

    def names(self, keys: Sequence[str]) -> list[int]:
        """How many articles have each of some keys for another name (``Called``)."""

    def common(self, field: TextField, share: float) -> tuple[str, ...]:
        """The terms that such a share of all articles has in a field, in order."""

    def near(self, word: str, edits: int, field: TextField | None) -> list[Near]:
        """Other words, of letters only, within some edits (insert, delete, replace, swap neighbours); in no order."""

    def near_beginning(self, start: str, edits: int, field: TextField) -> list[Near]:
        """Words with the same first letter that begin so or nearly so, likewise."""

    def company(self, words: Sequence[Word], others: Sequence[Word], power: int) -> list[float] | None:
        """Of each of some words, in how good company it is: the sum, over the articles that have it, of the share of
        others they have, each weighed by its idf, to a power. None where no article has any of the others."""

    # Answers

    def count(self, tree: Plain, categories: Sequence[str] = (), dates: Range | None = None) -> int:
        """How many articles answer a tree, near-copies among them."""

    def answer(self, question: Question) -> Answer:
        """The answer to a question."""

    def answers(self, tree: Plain, number: Number) -> bool:
        """Whether an article answers a tree."""

    def inside(self, word: Word, number: Number) -> list[FieldCount]:
        """How often an article has a word, by field that has it."""

    def has_form(self, word: Word, number: Number) -> bool:
        """Whether an article has a word in a form that was asked for."""

    def in_title(self, titled: Titled, number: Number) -> TitleCount | None:
        """How far words name an article; None if none of them is in its title."""

    # Articles

    def number(self, id: str) -> Number | None:
        """The article of an id."""

    def same(self, number: Number) -> tuple[Number, ...]:
        """The articles that say nearly the same as one, itself among them; none where it repeats no other."""

    def heads(self, numbers: Sequence[Number]) -> list[Head]:
        """What is shown of some articles."""

    def texts(self, numbers: Sequence[Number]) -> Iterator[Text]:
        """The texts of some articles, one after the other: all together may be more than there is memory for."""

    def places(self, field: TextField, terms: Sequence[str], numbers: Numbers) -> list[Places]:
        """Where each of some terms stands in a field of some articles, which are in ascending order."""

    def vectors(self, model: str, size: int, numbers: Numbers) -> NDArray[np.int8] | None:
        """What was kept of some articles for likeness, a row of ``size`` numbers each, zeros where nothing was; None if
        nothing was kept of any article by that model."""

    def titles(self, words: Sequence[str] = ()) -> Titles:
        """The titles of the newest articles: of all, or at least of those that have some folded words, the last of
        which may go on, or words spelt nearly so. What is given again is the same."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Size of an index: number of articles, bytes on disk, moment of the last commit (aware)."""

    articles: int
    bytes: int
    committed: datetime


class Backend(Protocol):
    """An index one can search, and bring up to date. Safe to share between threads."""

    def exists(self) -> bool:
        """Whether there is an index to search."""

    def commit_id(self) -> str:
        """Names the state that is searched; no other commit has its name, of this index or another. Raises
        NoIndexError."""

    def reader(self, deadline: Deadline | None = None) -> AbstractContextManager[Reader]:
        """The newest commit, for one request. Raises NoIndexError."""

    def summary(self) -> Summary:
        """Size and age of the index. Raises NoIndexError."""

    def files(self) -> Files:
        """What the newest commit knows of each content file, by id. Raises NoIndexError."""

    def signature_matches(self) -> bool:
        """Whether the newest commit was made with today's settings and program. Raises NoIndexError."""

    def verify(self) -> tuple[str, ...]:
        """Checks every file of the index; what is wrong, a line each. Raises NoIndexError."""

    def copy_to(self, folder: Path, wait: bool) -> None:
        """Puts what the newest commit holds into another folder, whose readers are never without an index. Raises
        NoIndexError, IndexBusyError unless told to wait, and ArticleSearchError where an index is in no folder."""

    def writer(self, wait: bool, full: bool) -> Writer:
        """The only writer at that moment. Raises IndexBusyError unless told to wait."""

    def close(self) -> None:
        """Lets go of files and memory."""


@dataclass(frozen=True, slots=True)
class Update:
    """Files that were read, by id, and those whose articles were written."""

    files: dict[str, FileState]
    written: frozenset[str]


class Vectors(Protocol):
    """What makes of an article what is kept of it for likeness, ``size`` bytes under a name. Can be sent to worker
    processes; ``load`` has it ready for very many articles."""

    @property
    def name(self) -> str:
        """By what they may be compared."""

    def load(self) -> Callable[[Article], bytes]:
        """Makes them."""


class Writer(Protocol):
    """Brings an index to a new state. Readers see nothing before ``commit``; closing without one changes nothing."""

    rebuild_reason: str | None  # why everything is read again although nobody asked for it

    def files(self) -> Files:
        """What the last commit knew, by id; empty when everything is read again."""

    def update(self, ids: Sequence[str], load: Load, progress: Callable[[int], None]) -> Update:
        """Loads files in worker processes, one a core. Their articles take the place of any of the same id, those of
        files that are not indexed any more are taken out, and the states of all are remembered.

        ``progress`` is told how many files are done.
        """

    def remove(self, ids: Collection[str]) -> None:
        """Forgets files that are gone, and takes out their articles."""

    def commit(self) -> None:
        """Makes the new state visible. What it costs depends on what has changed, not on how much there is."""

    def close(self) -> None:
        """Ends writing; without a commit before it, as if nothing had happened."""
