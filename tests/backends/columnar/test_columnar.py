"""The package needs nothing but Whoosh and numpy: any user of Whoosh could take it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from article_search.backends.embedded import columnar


def test_the_package_needs_nothing_but_whoosh_numpy_and_itself() -> None:
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
                assert own or name.partition(".")[0] in allowed, f"{path.name} imports {name}"
