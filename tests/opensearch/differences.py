"""What is not the same on a cluster as in a folder? One table, each line with its cause and what shows it.

The guide has the same table (content/guide/opensearch.md). A test fails where one of these is the same after all; that
nothing else differs is what the contract suite is for. Not here: what differs with each run (times, sizes in bytes).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from article_search.backends.base import AnyOf, Backend, Leaf, Question, Spelt, Weighed, Word
from article_search.errors import ArticleSearchError
from article_search.reading.article import Article
from tests.shelf import article


class Difference(NamedTuple):
    """What differs, why, the articles that show it, and what is told of them."""

    what: str
    why: str
    articles: list[Article]
    told: Callable[[Backend], Any]


def _near(backend: Backend) -> Any:
    with backend.reader() as reader:
        return sorted(reader.near("xmalling", 2, "title"))


def _common(backend: Backend) -> Any:
    with backend.reader() as reader, suppress(ArticleSearchError):
        return reader.common("body", 0.5)
    return None


def _titles(backend: Backend) -> Any:
    with backend.reader() as reader:
        return reader.titles(["roma"]).size


def _very_many(backend: Backend) -> Any:
    beginnings = [tuple(f"{start}{n}" for n in range(200)) for start in "abcdefgh"]
    words = [Leaf((Weighed(Word(spelt=(Spelt("body", each),)), 1.0),)) for each in beginnings]
    with backend.reader() as reader:
        return [round(score, 3) for score in reader.answer(Question(AnyOf(tuple(words)))).rows.scores.tolist()]


def _copied(backend: Backend) -> Any:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder, suppress(ArticleSearchError):
        from pathlib import Path

        backend.copy_to(Path(folder) / "index", wait=False)
        return True
    return False


DIFFERENCES = [
    Difference(
        "A word with two slips, of which one is in its first letter, is not corrected",
        "the cluster's own look at its words keeps the first letter of what is two edits away",
        [article("a.md", "Smallings")],
        _near,
    ),
    Difference(
        "Words that nearly every text has are known of titles only",
        "nothing asks for those of other fields, and they would have to be kept for it",
        [article(f"{n}.md", "", "roma roma") for n in range(3)],
        _common,
    ),
    Difference(
        "Completions look at the 1,000 newest titles that have the words",
        "all titles of an index may be more than one wants to fetch while somebody types",
        [article("a.md", "Roma"), article("b.md", "Gull")],
        _titles,
    ),
    Difference(
        "Of beginnings such as `co*` that stand for hundreds of words together, rarer words count as one",
        "a query may have only so many parts",
        [article("a.md", "", " ".join(f"{start}{n}" for start in "abcdefgh" for n in range(200)))],
        _very_many,
    ),
    Difference(
        "`articles index --to DIR` copies nothing",
        "what is on a cluster is in no folder; snapshots copy it",
        [article("a.md", "Roma")],
        _copied,
    ),
]
