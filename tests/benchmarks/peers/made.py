"""What would a far larger site hold? Made-up articles, the same for every run, as files or straight from memory.

The words are made of syllables and as frequent as Zipf's law has it; lengths are log-normal. Article N is a function
of N alone, so that any process can make any article.
"""

from __future__ import annotations

import functools
import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from article_search.reading import article
from article_search.reading.files import FileState, Loaded
from peers.feed import Source

VOCABULARY = 200_000
_MEDIAN_WORDS, _SPREAD = 300, 0.5  # of a body; of the logarithm of its length
_ONSETS = "b c d f g h j k l m n p r s t v w z br ch cl dr fl gr pl pr sh sl st th tr".split()
_VOWELS = "a e i o u ai ea oo".split()
_CODAS = ["", "n", "r", "s", "l", "t", "nd", "ck"]
_CATEGORIES = "world business sport science health travel politics culture food local weather opinion".split()
_DAYS = 3650
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_FOLDER = 1000  # articles a folder


def id(number: int) -> str:
    """The path of an article below the content root."""
    return f"{number // _FOLDER:04}/{number:07}.md"


@functools.cache
def words() -> list[str]:
    """The vocabulary, the most frequent first; frequent words are short."""
    chance = random.Random(1)
    syllables = sorted({onset + vowel + coda for onset in _ONSETS for vowel in _VOWELS for coda in _CODAS})
    found: dict[str, None] = {}
    while len(found) < VOCABULARY:
        place = len(found)
        count = 1 if place < len(syllables) // 2 else 2 if place < VOCABULARY // 10 else chance.randint(2, 4)
        found["".join(chance.choices(syllables, k=count))] = None
    return list(found)


@functools.cache
def _cumulative() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Share of the words up to a rank in all text: Zipf-Mandelbrot, as in English."""
    shares = 1 / (np.arange(VOCABULARY) + 2.7) ** 1.05
    total: np.ndarray[tuple[int], np.dtype[np.float64]] = np.cumsum(shares / shares.sum())
    return total


def markdown(number: int, version: int = 0) -> bytes:
    """One article; another ``version`` has another text under the same title."""
    chance = np.random.default_rng((number, 0))
    title = _sentence(chance, int(chance.integers(4, 10)))
    date = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(days=int(chance.integers(0, _DAYS)))
    category = _CATEGORIES[min(int(chance.exponential(2.5)), len(_CATEGORIES) - 1)]
    chance = np.random.default_rng((number, version))
    description = _sentence(chance, int(chance.integers(12, 25)))
    left = max(20, int(chance.lognormal(np.log(_MEDIAN_WORDS), _SPREAD)))
    sentences: list[str] = []
    while left > 0:
        length = int(chance.integers(5, 25))
        sentences.append(_sentence(chance, length) + ("." if len(sentences) % 4 else ".\n\n"))
        left -= length
    header = f"title: {title}\ndescription: {description}\ndate: {date:%Y-%m-%d}\ncategories: [{category}]"
    return f"---\n{header}\n---\n{' '.join(sentences)}\n".encode()


def _sentence(chance: np.random.Generator, length: int) -> str:
    ranks = np.searchsorted(_cumulative(), chance.random(length))
    vocabulary = words()
    return " ".join(vocabulary[rank] for rank in ranks.tolist()).capitalize()


@dataclass(frozen=True, slots=True)
class MadeLoader:
    """Loads an article that no file holds: what loading.Loader does, without the disk. Its id has its number."""

    version: int = 0

    def __call__(self, id: str) -> Loaded:
        """The article, parsed from its Markdown like any other."""
        data = markdown(int(id[-10:-3]), self.version)
        digest = hashlib.blake2b(data, digest_size=16).hexdigest()
        parsed = article.parse(data, id, article.Rules(timezone=ZoneInfo("UTC")), _NOW)
        return Loaded(FileState(len(data), self.version, digest, "indexed", warnings=parsed.warnings), parsed)


def in_memory(numbers: Sequence[int], version: int = 0) -> Source:
    """Articles that are made where they are parsed."""
    words(), _cumulative()  # once, before worker processes are forked
    return Source([id(number) for number in numbers], MadeLoader(version))


def write(numbers: Sequence[int], content: Path, version: int = 0) -> None:
    """Articles as files below a content root."""
    for number in numbers:
        path = content / id(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(markdown(number, version))
