"""Is this an Eleventy site, and what do its settings say? Not here: what Eleventy makes of files."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from article_search.settings.recognising.found import Found, ids, settings, text
from article_search.settings.recognising.site import Site

_CONFIGS = (".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs", "eleventy.config.ts")
_IGNORES = re.compile(r"""ignores\.add\(\s*["']([^"'$*\n]{1,300})["']""")
_ENDINGS = ("markdown", "mdown", "mkd", "mkdn", "mkdown")  # which Eleventy does not know unless it is told
_DATA_FILE = re.compile(r"(?:\.11tydata)?\.json|\.11tydata\.[cm]?js")
_FOLDERS = 1_000  # that are looked through for data files


def recognise(site: Site) -> Found | None:
    """By its settings, or as a package that the site needs."""
    config = site.first(*_CONFIGS)
    by = config
    if config is None:
        package = site.data("package.json") if site.first("package.json") else {}
        needed = {**package.get("dependencies", {}), **package.get("devDependencies", {})}
        if "@11ty/eleventy" not in needed:
            return None
        by = "package.json"
    said = site.literals(config) if config else {}
    content = text(said.get(("dir", "input"))) or text(said.get(("input",))) or "."
    output = text(said.get(("dir", "output"))) or "_site"
    prefix = text(said.get(("pathPrefix",))).strip("/")
    root = PurePosixPath(content)
    program = site.text(config) if config else ""
    ignored = [*_ignored(site), *(one.removeprefix("./") for one in _IGNORES.findall(program))]
    exclude = [_below(one, root) for one in ignored]
    exclude += [f"*.{ending}" for ending in _ENDINGS if f'"{ending}"' not in program and f"'{ending}'" not in program]
    exclude += [f"/{output}"] if content == "." else []
    return Found(
        "eleventy",
        by or "",
        settings(
            content=str(root),
            base_url=f"/{prefix}" if prefix else "",
            exclude=[one for one in exclude if one],
            defaults=_data_files(site, str(root)),
        ),
        ["what .eleventy.js works out by itself (collections, ignores, own endings) is not known here"],
    )


def _ignored(site: Site) -> list[str]:
    lines = site.text(".eleventyignore").splitlines() if site.first(".eleventyignore") else []
    return ids([line.strip() for line in lines if line.strip() and line.strip()[0] not in "#!"])


def _below(pattern: str, root: PurePosixPath) -> str:
    """A pattern of the site's folder as one of the content's; empty if it is outside."""
    plain = pattern.strip("/")
    if str(root) == "." or "/" not in plain:
        return f"/{plain}" if "/" in plain else plain
    return f"/{plain[len(str(root)) + 1 :]}" if plain.startswith(f"{root}/") else ""


def _said(site: Site, file: str) -> dict[str, Any]:
    """What a data file says, plainly if it is a program."""
    if file.endswith(".json"):
        return site.data(file)
    return {keys[0]: value for keys, value in site.literals(file).items() if len(keys) == 1}


def _data_files(site: Site, content: str) -> dict[str, dict[str, Any]]:
    """What the data files of folders say of the files in them, and those of a file of it."""
    found: dict[str, dict[str, Any]] = {}
    waiting = [""]
    for _ in range(_FOLDERS):
        if not waiting:
            break
        folder = waiting.pop()
        path = f"{content}/{folder}"
        skipped = ("_", "node_modules")
        waiting += [f"{folder}{name}/" for name in site.folders(path) if not name.startswith(skipped)]
        for file in site.files(path):
            stem = _DATA_FILE.sub("", file)
            if stem == file or stem in ("package", "package-lock", "tsconfig"):
                continue
            own = folder.rstrip("/").rpartition("/")[2] == stem
            place = (
                folder.rstrip("/")
                if own
                else next(
                    (f"{folder}{stem}{end}" for end in (".md", ".markdown") if site.first(f"{path}{stem}{end}")), None
                )
            )
            said = _said(site, f"{path}{file}") if place is not None else {}
            kept = {key: one for key, one in said.items() if key != "layout" and isinstance(one, str | bool | list)}
            if place is not None and kept:
                found[place] = {**found.get(place, {}), **kept}
    return found
