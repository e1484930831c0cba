"""Is an article's address, title and date what the site's own generator makes of it, and is it left out where it is?

The tables are what the generators made (record.py), or what the documentation of those says that cannot be built here.
The settings are those that ``articles init`` finds in a sample site.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from article_search import Engine
from article_search.errors import NotFoundError
from article_search.settings import load
from article_search.terminal import cli
from tests.generators import record
from tests.generators.differences import MEANT

TABLES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(record.TABLES.glob("*.json"))}
ROWS = [(name, path) for name, table in TABLES.items() for path in table["files"]]

# What the owner adds, for it stands in no file of the site.
OWNERS = {"obsidian": 'base_url = "https://harbour.example/museum"\n'}

Facts = dict[str, Any]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Engine]]:
    """An index of each sample site, with the settings that ``articles init`` writes for it."""
    with ExitStack() as stack:
        made = {}
        for name in TABLES:
            site = tmp_path_factory.mktemp("sites") / name
            shutil.copytree(record.HERE / name / "site", site)
            assert cli.run(["init", str(site)]) == 0
            config = site / "articles.toml"
            config.write_text(OWNERS.get(name, "") + config.read_text(encoding="utf-8"), encoding="utf-8")
            made[name] = stack.enter_context(Engine(load(config, {})))
            made[name].index()
        yield made


def ours(engine: Engine, path: str) -> Facts:
    """What the index knows of a file of the site, in the form of the tables."""
    site, content = engine.settings.index.resolve().parent, engine.settings.content.resolve()
    try:
        hit = engine.document((site / path).relative_to(content).as_posix()).hit
    except (ValueError, NotFoundError):  # it is not below the content root, or no article
        return {"built": False}
    return {"built": True, "address": unquote(urlsplit(hit.url).path), "title": hit.title, "date": hit.date}


def differences(theirs: Facts, own: Facts, engine: Engine) -> Facts:
    """The facts that are not the same, as the index has them. A title or an address that the generator has none
    for is nobody's error."""
    if theirs["built"] != own["built"]:
        return {"built": own["built"]}
    if not own["built"]:
        return {}
    found = {key: own[key] for key in ("address", "title") if theirs[key] not in (None, own[key])}
    if not _is_same_date(theirs["date"], own["date"], engine.settings.timezone):
        found["date"] = own["date"] and own["date"].isoformat()
    return found


def _is_same_date(written: str | None, date: datetime | None, zone: tzinfo) -> bool:
    """``written`` is a moment, a time of the site's zone, or a day."""
    if written is None or date is None:
        return not written and not date
    if len(written) == len("2020-01-31"):
        return written == str(date.astimezone(zone).date())
    moment = datetime.fromisoformat(written)
    return date == (moment if moment.tzinfo else moment.replace(tzinfo=zone))


@pytest.mark.parametrize(("name", "path"), ROWS, ids=[f"{name}: {path}" for name, path in ROWS])
def test_file(engines: dict[str, Engine], name: str, path: str) -> None:
    found = differences(TABLES[name]["files"][path], ours(engines[name], path), engines[name])
    assert found == MEANT.get(name, {}).get(path, ({}, ""))[0]


@pytest.mark.parametrize("name", TABLES)
def test_table_has_the_files_of_its_site(name: str) -> None:
    assert set(TABLES[name]["files"]) == set(record.sources(record.HERE / name / "site"))


def test_differences_are_of_files_there_are() -> None:
    assert {(name, path) for name, files in MEANT.items() for path in files} <= set(ROWS)
