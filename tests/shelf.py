"""What tests over any backend share: made-up articles, a commit of them, questions by a strategy, and asking.

Questions go through the answering room to a backend's reader, as ``Engine`` puts them. Not here: what is right (the
reference of answering, the tests), the backends themselves (conftest.py makes them).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from article_search.answering import documents, hits, relating, suggesting
from article_search.answering.results import Document, Explanation, Hit, Results, Suggestion
from article_search.answering.searching import Request, Rules, Searching
from article_search.answering.words import Words
from article_search.backends.base import Backend, Deadline, Reader, Vectors
from article_search.backends.embedded import EmbeddedBackend
from article_search.query.search import Search
from article_search.query.tree import (
    Category,
    Form,
    Forms,
    Node,
    Phrase,
    Prefix,
    Query,
    Range,
    Term,
    Verbatim,
    all_of,
    any_of,
    as_written,
    negated,
)
from article_search.reading.article import Article
from article_search.reading.files import FileState, Loaded

ZONE = ZoneInfo("Europe/London")
START = datetime(2020, 8, 30, 12, tzinfo=UTC)
WORDS = "the of roma smalling small fee fees united deal club transfer goal season Müller’s 100,000 centre-back".split()
RARE = {9: "Dealings", 13: "smalls"}  # forms of frequent words, in every so many articles
CATEGORIES = ("sports", "latest", "US News", "health")
RULES = Rules(ZONE)
_PATIENCE = 60.0  # seconds; how fast an answer is on a busy machine says nothing of it
T = TypeVar("T")

# ---- articles ----


def article(id: str, title: str = "", body: str = "", description: str = "", **values: Any) -> Article:
    given: dict[str, Any] = {"url": f"/{id}", "date": START, "categories": ("sports",), "image": None}
    given |= {"left_out": None, "due": None}
    return Article(id=id, title=title, description=description, body=body, warnings=(), **(given | values))


def rare(number: int, field: str) -> list[str]:
    return [word for every, word in RARE.items() if number % every == 4 and (number % 2 == 0) == (field == "title")]


def made_up(count: int, seed: int = 1) -> list[Article]:
    chance = random.Random(seed)
    return [
        article(
            f"{number:03}.md",
            title=" ".join(chance.choices(WORDS, k=chance.randint(1, 5)) + rare(number, "title")),
            description=" ".join(chance.choices(WORDS, k=chance.randint(0, 6))),
            body=" ".join(chance.choices(WORDS, k=chance.randint(0, 60)) + rare(number, "body")),
            date=None if number % 11 == 0 else START + timedelta(hours=13 * chance.randint(0, 100)),
            categories=tuple(chance.sample(CATEGORIES, k=chance.randint(0, 3))),
        )
        for number in range(count)
    ]


def prose(seed: int, length: int = 120) -> str:
    """A text that says nearly the same as no other but that of its seed."""
    return " ".join(f"word{number}" for number in random.Random(seed).choices(range(2000), k=length))


# ---- backends ----


class Shelf:
    """Articles as a Loader gives them; can be sent to worker processes."""

    def __init__(self, articles: list[Article]) -> None:
        self.articles = {each.id: each for each in articles}

    def __call__(self, id: str) -> Loaded:
        return Loaded(FileState(1, 1, id, "indexed"), self.articles[id])


def backend_at(folder: Path, workers: int = 1, vectors: Vectors | None = None) -> EmbeddedBackend:
    return EmbeddedBackend(folder, signature="test", zone=ZONE, workers=workers, vectors=vectors)


def commit(backend: Backend, articles: list[Article], removed: tuple[str, ...] = (), full: bool = False) -> None:
    writer = backend.writer(wait=False, full=full)
    try:
        writer.update([each.id for each in articles], Shelf(articles), lambda done: None)
        writer.remove(removed)
        writer.commit()
    finally:
        writer.close()


def stock(backend: Backend) -> list[Article]:
    """Ninety articles in four commits, some rewritten, some removed; gives those that are there in the end."""
    articles = made_up(90)
    commit(backend, articles[:50])
    commit(backend, articles[50:70])
    rewritten = [article(each.id, "rewritten roma", each.body) for each in articles[40:44]]
    commit(backend, articles[70:] + rewritten)
    commit(backend, [], removed=tuple(each.id for each in articles[10:20]))
    return list({each.id: each for each in [*articles[:10], *articles[20:], *rewritten]}.values())


# ---- asking ----


def asked(query: Query, **options: Any) -> Request:
    """A query with options of Search, and with moments in place of its date words."""
    moments = {name: options.pop(name) for name in ("since", "until", "recency", "now", "limit") if name in options}
    return Request(query, Search("", **options), **moments)


def ask(backend: Backend, tree: Node, rules: Rules = RULES, **options: Any) -> Results:
    return search(backend, asked(Query("as typed", tree), **({"limit": 100} | options)), rules)


def reading(backend: Backend, act: Callable[[Reader], T]) -> T:
    """What comes of something that is done with a reader, in the way of an engine but for its haste: a starved machine
    would have answers cut short."""
    with backend.reader(Deadline(time.monotonic() + _PATIENCE)) as reader:
        return reader.foresee(lambda: act(reader))


def search(backend: Backend, request: Request, rules: Rules = RULES) -> Results:
    started = time.perf_counter()
    return reading(backend, lambda reader: Searching(reader, request, rules).results(started))


def meant(backend: Backend, request: Request, rules: Rules = RULES) -> Node:
    return reading(backend, lambda reader: Searching(reader, request, rules).meant())


def explain(backend: Backend, request: Request, id: str, rules: Rules = RULES) -> Explanation:
    return reading(backend, lambda reader: Searching(reader, request, rules).explanation(documents.number(reader, id)))


def suggest(backend: Backend, prefix: str, limit: int) -> tuple[Suggestion, ...]:
    return reading(backend, lambda reader: suggesting.suggestions(reader, prefix, limit))


def related(backend: Backend, id: str, limit: int) -> tuple[Hit, ...]:
    def act(reader: Reader) -> tuple[Hit, ...]:
        return hits.hits(reader, *relating.related(Words(reader), documents.number(reader, id), limit), ZONE)

    return reading(backend, act)


def document(backend: Backend, id: str) -> Document:
    return reading(backend, lambda reader: documents.document(reader, id, ZONE))


# ---- questions ----

words = st.builds(
    Term, st.sampled_from([*WORDS, *RARE.values(), "nowhere", "…"]), st.sampled_from([None, None, "title", "body"])
)
phrases = st.builds(
    Phrase,
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
    st.sampled_from([None, "description"]),
)
forms = st.builds(Form, st.one_of(words, phrases), st.sampled_from([1.0, 1.0, 0.5, 0.3]))
leaves = st.one_of(
    words,
    phrases,
    st.builds(
        Verbatim,
        st.lists(st.sampled_from([*WORDS, *RARE.values(), "deals", "nowhere"]), min_size=1, max_size=2)
        .map(" ".join)
        .map(as_written),
        st.sampled_from([None, None, "title"]),
    ),
    st.builds(Prefix, st.sampled_from(["sm", "fee", "mu", "roma", "10", "zz"]), st.sampled_from([None, "title"])),
    st.builds(Category, st.sampled_from([*CATEGORIES, "us NEWS", "none"])),
    st.builds(
        lambda start, days: Range(START + timedelta(days=start), START + timedelta(days=start + days)),
        st.integers(-5, 60),
        st.integers(0, 30),
    ),
)


def of_leaves(leaves: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4).map(all_of),
            st.lists(inner, max_size=4).map(any_of),
            inner.map(negated),
        ),
        max_leaves=6,
    )


trees = of_leaves(leaves)  # as the parser gives them
trees_with_forms = of_leaves(leaves | st.lists(forms, min_size=1, max_size=4).map(lambda forms: Forms(tuple(forms))))
thorough = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
