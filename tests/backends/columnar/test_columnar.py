"""The package needs nothing but Whoosh and numpy: any user of Whoosh could take it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from types import ModuleType

import pytest

from article_search import arrays
from article_search.backends import sketches
from article_search.backends.embedded import columnar

HELPERS = {arrays.__name__, sketches.__name__, "article_search.backends"}


def test_the_package_needs_nothing_but_whoosh_numpy_two_helpers_and_itself() -> None:
    allowed = {"whoosh", "numpy", *sys.stdlib_module_names} - {"pickle", "marshal", "shelve"}
    folder = Path(columnar.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                own = name.startswith("article_search.backends.embedded.columnar")
                assert own or name in HELPERS or name.partition(".")[0] in allowed, f"{path.name} imports {name}"


@pytest.mark.parametrize("helper", [arrays, sketches])
def test_its_helpers_need_numpy_and_one_another(helper: ModuleType) -> None:
    for node in ast.walk(ast.parse(Path(str(helper.__file__)).read_text())):
        if isinstance(node, ast.ImportFrom):
            name = node.module or ""
            assert name in HELPERS or name.partition(".")[0] in {"numpy", *sys.stdlib_module_names}
