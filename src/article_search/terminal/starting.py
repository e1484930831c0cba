"""What does ``articles init`` do? It looks at a site's folder, says what it recognised, and writes an articles.toml.

Not here: how a generator is recognised (settings/recognising), what the settings mean (settings).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from article_search.errors import ArticleSearchError, SettingsError
from article_search.terminal.output import FOUND, note, print_lines

if TYPE_CHECKING:
    from article_search.settings.recognising import Found

_FILE = "articles.toml"
_INDEX = ".articles"  # which no generator takes for content
_TABLES = ("language_folders", "urls", "defaults")
_PLAIN = """\
# Settings of article-search; every line may be left out. What the keys mean is in the guide, under Configuration.

content = "content"              # the folder the articles live in
index = "index"                  # the folder the index is built in
# title = "Search"               # heading of the search page
# timezone = "Europe/London"     # zone of dates without an offset
# language = "en"                # language of articles that name none
# url = "/blog/{slug}/"          # pattern of an article's address
# base_url = "https://www.example.org"
# exclude = ["README.md", "drafts/**"]
"""


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write over an articles.toml that is there.")
def init(folder: Path, force: bool) -> int:
    """Look at a site and write its articles.toml.

    FOLDER is the one that has the settings of the site's generator.  [the working directory]
    """
    from article_search.settings.recognising import recognise

    if not folder.is_dir():
        raise ArticleSearchError(f"there is no folder {folder}; name the one your site's settings are in")
    file = folder / _FILE
    if not force and (file.exists() or file.is_symlink()):
        raise ArticleSearchError(f"{file} is there already and was left as it is; --force writes it anew")
    found = recognise(folder)
    kept, notes = _usable(found[0]) if found else ({}, [])
    text = _text(found[0], kept) if found else _PLAIN
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ArticleSearchError(f"{file} cannot be written: {error.strerror}") from None
    print_lines([*_said(found, folder), f"{file} is written", *_next(folder)])
    content = folder / kept.get("content", "content")
    if not content.is_dir():
        notes.append(f"there is no folder {content}: set content in {_FILE} to the one the articles live in")
    for one in [*(found[0].notes if found else []), *notes]:
        note(one)
    return FOUND


def _said(found: list[Found], folder: Path) -> Iterator[str]:
    if not found:
        where = "this folder" if folder == Path() else str(folder)
        yield f"no generator was recognised in {where}: the file has the defaults"
        return
    first, *others = found
    yield f"{_name(first)} recognised by {first.by}"
    for other in (one for one in others if one.by != first.by):
        yield f"also found: {other.by}, as of {_name(other)}; the one named first is the more telling"


def _name(found: Found) -> str:
    names = {"mkdocs": "MkDocs", "vuepress": "VuePress"}
    return names.get(found.generator, found.generator.capitalize())


def _next(folder: Path) -> Iterator[str]:
    go = "" if folder == Path() else f"cd {folder}, then "
    yield f"next: {go}`articles index` and `articles serve`"


def _usable(found: Found) -> tuple[dict[str, Any], list[str]]:
    """The settings that articles.toml may have, and notes about those that it may not."""
    from article_search.settings.readers import READERS

    kept: dict[str, Any] = {"generator": found.generator}
    notes: list[str] = []
    for key, value in {"index": _INDEX, **found.settings}.items():
        try:
            READERS[key](value, key)
            _toml(value).encode()
        except SettingsError as error:
            notes.append(f"left out: {error}")
        except UnicodeEncodeError:  # JSON and programs can say half a character
            notes.append(f"left out: {key} holds what is no character")
        else:
            kept[key] = value
    return kept, notes


def _text(found: Found, kept: Mapping[str, Any]) -> str:
    """The settings that were kept, as TOML."""
    from article_search.settings.readers import READERS

    order = [key for key in READERS if key in kept and key not in _TABLES]
    lines = [f"# Made by `articles init`, as {found.by} has it; yours to change.", ""]
    lines += [f"{key} = {_toml(kept[key])}" for key in order]
    for key in _TABLES:
        lines += _table(key, kept.get(key, {}))
    return "\n".join((*lines, ""))


def _table(key: str, entries: Mapping[str, Any]) -> Iterator[str]:
    if entries:
        yield ""
        yield f"[{key}]"
        yield from (f"{_toml(name)} = {_toml(value)}" for name, value in entries.items())


def _toml(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        pairs = ", ".join(f"{_toml(key)} = {_toml(one)}" for key, one in value.items())
        return f"{{ {pairs} }}"
    return _toml(str(value))
