"""Fixtures that several test modules share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import hypothesis
import pytest

from article_search.backends.base import Backend, Vectors
from article_search.backends.embedded import EmbeddedBackend
from article_search.engine import Engine
from article_search.reading.article import Article
from article_search.settings import Settings
from tests.dictionary_backend import DictionaryBackend
from tests.fake_engine import SAMPLE, FakeEngine
from tests.opensearch.backend import PatientBackend
from tests.opensearch.nodes import NEEDED
from tests.shelf import ZONE, backend_at

if TYPE_CHECKING:
    from tests.web.browser import Chrome


class NewBackend(Protocol):
    """What makes an empty backend."""

    def __call__(self, vectors: Vectors | None = None) -> Backend: ...


pytest_plugins = ("tests.opensearch.fixtures",)

MakeEngine = Callable[[Iterable[Article]], Engine]
SLOW = pytest.StashKey[int]()  # how many were left out
NODES = {"cluster", "module_cluster", "newest", "own_cluster"}  # fixtures

# No example is late by the clock: a busy machine is no fault.
hypothesis.settings.register_profile("full", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("fast", hypothesis.settings.get_profile("full"), max_examples=50)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="also run the slow tests, which take longer than all others")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("full" if config.option.full else "fast")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the slow tests out, unless they are asked for: all by --full, some by their names. Whatever asks for nodes
    is one."""
    for item in items:
        if NODES.intersection(getattr(item, "fixturenames", ())):
            for mark in NEEDED:
                item.add_marker(mark)
    if config.option.full or any("::" in argument for argument in config.args):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]
        config.stash[SLOW] = len(slow)
        if output := getattr(config, "workeroutput", None):
            output["slow"] = len(slow)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What a worker left out, as the process that sums up collects nothing itself."""
    node.config.stash[SLOW] = getattr(node, "workeroutput", {}).get("slow", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if left_out := config.stash.get(SLOW, 0):
        what = "browsers, kills, clusters, large properties and corpora"
        terminalreporter.write_line(f"{left_out} slow tests ({what}) were left out; --full runs them")


@pytest.fixture
def engine() -> FakeEngine:
    """An engine over a handful of made-up articles."""
    return FakeEngine(SAMPLE)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs what any backend must do on each; what answering makes of them not on the newest version as well."""
    if "new_backend" in metafunc.fixturenames:
        on_nodes = ["cluster", "newest"] if "backends" in metafunc.definition.path.parts else ["cluster"]
        places = ["embedded", "dictionary", *(pytest.param(name, marks=NEEDED) for name in on_nodes)]
        metafunc.parametrize("new_backend", places, indirect=True, scope="module")


@pytest.fixture(scope="module")
def new_backend(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewBackend]:
    """Makes backends of one kind, each an index of its own and empty: in a folder, in memory, on a cluster."""
    with ExitStack() as stack:

        def new(vectors: Vectors | None = None) -> Backend:
            if request.param == "dictionary":
                return DictionaryBackend(signature="test", zone=ZONE, vectors=vectors)
            if request.param in ("cluster", "newest"):
                return stack.enter_context(PatientBackend(request.getfixturevalue(request.param), vectors))
            return stack.enter_context(closing(backend_at(tmp_path_factory.mktemp("index"), vectors=vectors)))

        yield new


@pytest.fixture
def backend(new_backend: NewBackend) -> Backend:
    """An index of its own, empty, in each place there is."""
    return new_backend()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[EmbeddedBackend]:
    """An index of its own, empty, in a folder: for tests that are about the folder."""
    with closing(backend_at(tmp_path / "index")) as backend:
        yield backend


@pytest.fixture(params=["made up", "indexed"])
def make_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeEngine]:
    """Makes an engine that searches the given articles: the fake one, then a real one that has indexed them."""
    if request.param == "made up":
        yield FakeEngine
        return
    with ExitStack() as stack:

        def indexed(articles: Iterable[Article]) -> Engine:
            settings = Settings(content=tmp_path / "content", index=tmp_path / "index")
            for one in articles:
                write(one, settings.content)
            engine = stack.enter_context(Engine(settings))
            engine.index()
            return engine

        yield indexed


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One browser for all tests of pages."""
    from tests.web.browser import chrome, watch

    with chrome(tmp_path_factory.mktemp("profile")) as started:
        watch(started)
        yield started


def write(article: Article, content: Path) -> None:
    """Writes an article as a file of the content root."""
    header = {
        "title": article.title,
        "description": article.description,
        "date": article.date.isoformat() if article.date else None,
        "categories": list(article.categories),
        "image": article.image,
        "permalink": None if article.url.startswith("/article/") else article.url,
    }
    lines = [f"{key}: {json.dumps(value)}" for key, value in header.items() if value]
    path = content / article.id
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["---", *lines, "---", article.body, ""]), encoding="utf-8")
