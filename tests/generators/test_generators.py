"""Is an article's address, title and date what the site's own generator makes of it, and is it left out where it is?

The tables are what the generators made (record.py), or what the documentation of those says that cannot be built here.
The settings beside a sample site are those that fit its generator's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from article_search import Engine
from article_search.errors import NotFoundError
from article_search.settings import sources
from tests.generators import record
from tests.generators.differences import MEANT

TABLES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(record.TABLES.glob("*.json"))}
ROWS = [(name, path) for name, table in TABLES.items() for path in table["files"]]

Facts = dict[str, Any]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Engine]]:
    made: dict[str, Engine] = {}
    try:
        for name in TABLES:
            config = record.HERE / name / "articles.toml"
            made[name] = Engine(sources.load(config, {}, index=tmp_path_factory.mktemp(name)))
            made[name].index()
        yield made
    finally:
        for engine in made.values():
            engine.close()


def ours(engine: Engine, name: str, path: str) -> Facts:
    """What the index knows of a file, in the form of the tables."""
    content = engine.settings.content.resolve()
    file = (record.HERE / name / "site" / path).resolve()
    try:
        hit = engine.document(file.relative_to(content).as_posix()).hit
    except (ValueError, NotFoundError):
        return {"built": False}
    address = unquote(urlsplit(hit.url).path)
    return {"built": True, "address": address, "title": hit.title, "date": hit.date}


def differences(theirs: Facts, own: Facts, engine: Engine) -> Facts:
    """The facts that are not the same, as the index has them. A title or an address that the generator has none
    for is nobody's error."""
    if theirs["built"] != own["built"]:
        return {"built": own["built"]}
    if not own["built"]:
        return {}
    found = {key: own[key] for key in ("address", "title") if theirs[key] not in (None, own[key])}
    written = theirs["date"] and datetime.fromisoformat(theirs["date"])
    if written and not written.tzinfo:
        written = written.replace(tzinfo=engine.settings.timezone)
    if written != own["date"]:
        found["date"] = own["date"] and own["date"].isoformat()
    return found


@pytest.mark.parametrize(("name", "path"), ROWS, ids=[f"{name}: {path}" for name, path in ROWS])
def test_file(engines: dict[str, Engine], name: str, path: str) -> None:
    found = differences(TABLES[name]["files"][path], ours(engines[name], name, path), engines[name])
    assert found == MEANT.get(name, {}).get(path, ({}, ""))[0]


@pytest.mark.parametrize("name", TABLES)
def test_table_has_the_files_of_its_site(name: str) -> None:
    assert set(TABLES[name]["files"]) == set(record.sources(record.HERE / name / "site"))


def test_differences_are_of_files_there_are() -> None:
    assert {(name, path) for name, files in MEANT.items() for path in files} <= set(ROWS)
