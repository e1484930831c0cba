"""What does each generator make of its sample site? ``python -m tests.generators.record [NAME …]`` writes it down.

A sample site is ``NAME/site``, with the generator's own layout; its table is ``tables/NAME.json``. A name may have a
second part, ``mkdocs-flat``: another site of the same generator. Generators are installed, in the versions of
builders.py, in a folder outside the checkout ($GENERATORS, by default ~/.cache/article-search-generators), but for
Jekyll, which is taken from the system. Each site is built in a copy. A file that is not built says in its text why:
``Left out: …``. The tables of Jigsaw, Zola and Obsidian are not made but written by hand, by their documentation.

Not here: how a generator is installed, called and asked (builders.py), and the comparison (test_generators.py).
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.generators import builders

HERE = Path(__file__).parent
TABLES = HERE / "tables"

_MARKDOWN = re.compile(r"\.(?:md|mkdn?|mdown|mkdown|markdown|mdx)$", re.IGNORECASE)
_REASON = re.compile(r"^Left out: (.*?)\.?$", re.MULTILINE)


def record(name: str) -> None:
    """Builds the site ``name`` and writes its table."""
    with tempfile.TemporaryDirectory(prefix="generator-") as folder:
        site = Path(folder) / "site"
        shutil.copytree(HERE / name / "site", site)
        texts = sources(site)
        build = builders.BUILDERS[name.partition("-")[0]](site)
        faults = [
            f"{page['source']}: no file {page['address']}"
            for page in build.pages
            if page["address"] and not builders.was_written(build.output, page["address"])
        ]
    faults += [f"{source}: no such file" for source in sorted({page["source"] for page in build.pages} - texts.keys())]
    files = {}
    for path, text in texts.items():
        pages = [page for page in build.pages if page["source"] == path]
        reason = _REASON.search(text)
        if len({page["address"] for page in pages}) > 1:
            faults.append(f"{path}: more than one address: {[page['address'] for page in pages]}")
        elif bool(pages) == bool(reason):
            faults.append(f"{path}: its text is wrong about whether it is built: {[page['address'] for page in pages]}")
        else:
            files[path] = {"built": False, "why": reason[1]} if reason else _facts(pages[0])
    if faults:
        raise SystemExit(f"{name}:\n" + "\n".join(faults))
    write(name, {"generator": build.generator, "version": build.version, "made": "built", "files": files})


def write(name: str, table: dict[str, Any]) -> None:
    """Writes a table: a line for each fact, files sorted by path."""
    table["files"] = dict(sorted(table["files"].items()))
    (TABLES / f"{name}.json").write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def sources(site: Path) -> dict[str, str]:
    """The Markdown files of a site and their texts."""
    paths = (path for path in sorted(site.rglob("*")) if path.is_file() and _MARKDOWN.search(path.name))
    return {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def _facts(page: dict[str, Any]) -> dict[str, Any]:
    address = page["address"]  # None where the day of the build is part of it
    return {
        "built": True,
        "address": address and unquote(address),
        "title": page.get("title"),
        "date": page.get("date"),
    }


def main(names: list[str]) -> None:
    """Records the named sites, or all that a builder is known for."""
    known = sorted(path.parent.name for path in HERE.glob("*/site"))
    for name in names or [name for name in known if name.partition("-")[0] in builders.BUILDERS]:
        if name not in known or name.partition("-")[0] not in builders.BUILDERS:
            raise SystemExit(f"there is no site to build named {name}; there are {', '.join(known)}")
        record(name)
        sys.stdout.write(f"{name}: written\n")


if __name__ == "__main__":
    main(sys.argv[1:])
