"""Imports run downward only, each foreign library has one door, and a command pays only for what it uses.

What a docstring sends a reader to is there.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = "article_search"
ROOT = Path(__file__).parents[1] / "src" / PACKAGE

# From the bottom up: a module imports from its own room and those below, and within a room there is no circle.
LAYERS = (
    {"arrays", "digests", "errors", "late", "limits", "quoted", "scoring"},
    {"language"},
    {"query", "reading"},
    {"settings"},
    {"backends"},
    {"answering"},
    {"updating"},
    {"engine"},
    {"web", "wsgi"},
    {"terminal"},
    {"__main__"},
)
# Of two rooms on one floor, and of one that stands above another, some know nothing of each other all the same.
STRANGERS = {
    "query": {"reading"},
    "reading": {"query"},
    "backends": {"settings"},
    "answering": {"backends.embedded", "backends.opensearch"},
}

# library -> the only modules that may import it (a package stands for all in it)
DOORS = {
    "pathspec": {"reading.ignored"},
    "prompt_toolkit": {"terminal.interactive.keys"},
    "babel": {"reading.local_dates"},
    "brotli": {"web.compression"},
    "chardet": {"reading.header.encoding"},
    "click": {"terminal"},
    "flask": {"web"},
    "frontmatter": {"reading.header"},
    "jinja2": {"web.pages"},
    "markdown_it": {"reading.markup.commonmark"},
    "opensearchpy": {"backends.opensearch"},
    "text_unidecode": {"reading.generators.slugs"},
    "tokenizers": {"language.vectors"},
    "waitress": {"web.connections"},
    "watchfiles": {"terminal.watching"},
    "werkzeug": {"web"},
    "whoosh": {"backends.embedded"},
    "yaml": {"reading.header"},
}

TESTS_ONLY = {"hypothesis", "pytest", "schemathesis", "selenium"}
WEB_AND_CONTENT_ONLY = {
    "pathspec",
    "babel",
    "brotli",
    "chardet",
    "flask",
    "frontmatter",
    "jinja2",
    "markdown_it",
    "waitress",
    "sqlite3",
    "werkzeug",
    "yaml",
}
SEMANTIC_ONLY = {"huggingface_hub", "pydantic", "requests", "safetensors", "tokenizers", "wordllama"}
INDEX_ONLY = {"numpy", "Stemmer", "whoosh"}
CLUSTER_ONLY = {"opensearchpy", "urllib3"}
MODULES = 112  # of ours, which a search may load: each takes a quarter of a millisecond
NOT_TO_SEARCH = {  # of the standard library, and what is read of content
    *("asyncio", "calendar", "concurrent.futures", "csv", "email", "fractions", "hashlib", "html", "http"),
    *("importlib.metadata", "logging", "multiprocessing", "random", "shlex", "shutil", "socket", "sqlite3", "ssl"),
    *("subprocess", "tempfile", "traceback", "urllib.request", "uuid", "xml", "zipfile"),
    *(f"{PACKAGE}.reading.{name}" for name in ("files", "report", "article", "loading", "generators")),
}


def modules() -> dict[str, Path]:
    """Dotted name within the package -> file, without the package's own ``__init__``."""
    names = {path: path.relative_to(ROOT).with_suffix("").parts for path in sorted(ROOT.rglob("*.py"))}
    return {
        ".".join(part for part in parts if part != "__init__"): path
        for path, parts in names.items()
        if parts[0] != "__init__"
    }


def imports(path: Path) -> Iterator[str]:
    """The dotted names a file imports, wherever in it; ``from a import b`` gives ``a.b``."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_imports(path: Path) -> set[str]:
    """The modules of the package that a file imports."""
    known = modules()
    found = set()
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == PACKAGE:
            candidates = [".".join(parts[1:end]) for end in range(len(parts), 1, -1)]
            found.update(next(([one] for one in candidates if one in known), []))
    return found


def layer(module: str) -> int:
    top = module.partition(".")[0]
    numbers = [number for number, names in enumerate(LAYERS) if top in names]
    assert len(numbers) == 1, f"{module} has no place in LAYERS: decide where it belongs"
    return numbers[0]


@pytest.mark.parametrize("module", modules())
def test_imports_run_downward_only(module: str) -> None:
    upward = {other for other in own_imports(modules()[module]) if layer(other) > layer(module)}
    assert not upward


@pytest.mark.parametrize("room", STRANGERS)
def test_rooms_that_need_not_know_each_other_do_not(room: str) -> None:
    strangers = tuple(f"{stranger}." for stranger in STRANGERS[room])
    for module in modules():
        if f"{module}.".startswith(f"{room}."):
            known = {other for other in own_imports(modules()[module]) if f"{other}.".startswith(strangers)}
            assert not known, module


@pytest.mark.parametrize("module", modules())
def test_a_file_that_a_docstring_names_is_in_its_room_or_named_with_its_folder(module: str) -> None:
    files = {path.relative_to(ROOT).as_posix() for path in modules().values()}
    room = f"{module.partition('.')[0]}/"
    named: set[str] = set()
    for node in ast.walk(ast.parse(modules()[module].read_bytes())):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            named.update(re.findall(r"[\w/]*\w\.py\b", ast.get_docstring(node) or ""))
    lost = {
        name
        for name in named - files
        if not any(f"/{file}".endswith(f"/{name}") and file.startswith(room) for file in files)
    }
    assert not lost


def test_no_modules_import_each_other_in_a_circle() -> None:
    waiting = {module: own_imports(path) - {module} for module, path in modules().items()}
    while ready := {module for module, needs in waiting.items() if not needs & waiting.keys()}:
        waiting = {module: needs for module, needs in waiting.items() if module not in ready}
    assert not waiting


@pytest.mark.parametrize("module", modules())
def test_each_library_has_one_door(module: str) -> None:
    for name in imports(modules()[module]):
        library = name.partition(".")[0]
        doors = DOORS.get(library, {module})
        assert any(module == door or module.startswith(f"{door}.") for door in doors), f"{module} imports {library}"
        assert library not in TESTS_ONLY


def test_the_backend_protocol_knows_no_backend() -> None:
    others = {name for name in own_imports(modules()["backends.base"]) if name.startswith("backends")}
    assert others == {"backends.cache"}


# What a command pays


def said_at_the_end(said: str, arguments: list[str], folder: Path) -> list[str]:
    """What an expression gives at the end of a command; with no arguments, beside its libraries alone."""
    program = f"import atexit, os, sys; atexit.register(lambda: print(*{said}, sep='\\n', file=sys.stderr));"
    program += "from article_search.__main__ import main; main()" if arguments else "import Stemmer, click, numpy"
    own = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=folder, env=own, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stderr.split()


def loaded_by(arguments: list[str], folder: Path) -> set[str]:
    """The modules that a command has imported at its end."""
    return set(said_at_the_end("sys.modules", arguments, folder))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with an index of one article."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "bridge.md").write_text("---\ntitle: The bridge\n---\nIt has *two* cables.\n")
    subprocess.run([sys.executable, "-m", PACKAGE, "index"], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    return tmp_path


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["search", "--help"]])
def test_help_pays_for_no_library_but_click(arguments: list[str], tmp_path: Path) -> None:
    loaded = loaded_by(arguments, tmp_path)
    assert "click" in loaded
    assert not loaded & (WEB_AND_CONTENT_ONLY | INDEX_ONLY | TESTS_ONLY)


def test_a_search_pays_for_nothing_that_serves_or_reads_content(site: Path) -> None:
    loaded = loaded_by(["search", "bridge"], site)
    assert "numpy" in loaded
    assert not loaded & (WEB_AND_CONTENT_ONLY | TESTS_ONLY | SEMANTIC_ONLY | CLUSTER_ONLY | {"tomllib", "whoosh"})
    assert sum(name.startswith(PACKAGE) for name in loaded) <= MODULES
    libraries = loaded_by([], site)  # import some of these themselves, by their version
    assert not (loaded & NOT_TO_SEARCH) - libraries


def test_a_search_makes_at_once_only_what_it_needs(site: Path) -> None:
    known = modules()
    for name in loaded_by(["search", "bridge"], site):
        own = known.get(name.removeprefix(f"{PACKAGE}."))
        if not name.startswith(PACKAGE) or own is None:
            continue
        tree = ast.parse(own.read_bytes())
        at_once = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
        calls = {ast.unparse(node.func) for each in at_once for node in ast.walk(each) if isinstance(node, ast.Call)}
        assert name == f"{PACKAGE}.language.segmentation" or "re.compile" not in calls, f"{name}: see late.pattern"
        if name != f"{PACKAGE}.late":
            assert "dataclasses.dataclass" not in set(imports(own)), f"{name}: see late.dataclass"


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted by Linux")
def test_a_search_starts_no_threads(site: Path) -> None:
    assert len(said_at_the_end("os.listdir('/proc/self/task')", ["search", "bridge"], site)) == 1


def test_a_search_by_likeness_pays_for_one_library_more(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers", reason="the extra semantic is not installed")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "bridge.md").write_text("---\ntitle: The bridge\n---\nIt has *two* cables.\n")
    (tmp_path / "articles.toml").write_text("[semantic]\nenabled = true\n")
    subprocess.run([sys.executable, "-m", PACKAGE, "index"], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    loaded = loaded_by(["search", "bridge"], tmp_path)
    assert loaded & SEMANTIC_ONLY == {"tokenizers"}
    assert not loaded & (WEB_AND_CONTENT_ONLY | TESTS_ONLY | {"whoosh"})
