"""Nothing is lost because something cannot be read just now: each call that a run makes of the content fails in turn.

Of what the last commit knew nothing goes but what is gone; what is new or changed comes with this run or the next. A
run that was kept from anything says so, and by what.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from article_search.engine import Engine
from article_search.errors import ArticleSearchError
from article_search.query.search import Search
from article_search.reading.report import Report
from article_search.settings import Settings
from tests.unreliable import END, each_call_failing

KNOWN = ("a.md", "changed.md", "deep/b.md", "deep/er/c.md", "für.md", "gone.md", "z.md")
AFTER = {id: f"Is {id}" for id in KNOWN if id != "gone.md"} | {"changed.md": "Other", "deep/new.md": "Is deep/new.md"}
LONG_AGO = 1_500_000_000


def write(content: Path, id: str, title: str) -> None:
    file = content / id
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"---\ntitle: {title}\n---\nAn albatross.\n")
    os.utime(file, (LONG_AGO, LONG_AGO))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A site that has changed since its index was made: one article each changed, gone and new."""
    content = tmp_path / "content"
    for id in KNOWN:
        write(content, id, f"Is {id}")
    (content / ".gitignore").write_text("built/\n")
    write(content, "built/copy.md", "Copy")
    (content / "link.png").symlink_to("a.png")
    settings = Settings(content=content, index=tmp_path / "before", workers=1)
    with Engine(settings) as engine:
        assert engine.index().added == len(KNOWN)
    (content / "gone.md").unlink()
    write(content, "changed.md", "Other")
    write(content, "deep/new.md", "Is deep/new.md")
    return settings


def titles(settings: Settings) -> dict[str, str]:
    with Engine(settings) as engine:
        return {hit.id: hit.title for hit in engine.search(Search("albatross", limit=100, each=True)).hits}


def indexed(settings: Settings, full: bool = False) -> Report | None:
    """What a run reports; None if it changed nothing and said why."""
    try:
        with Engine(settings) as engine:
            return engine.index(full=full)
    except ArticleSearchError as error:
        assert "\n" not in str(error)
        return None


def indexed_from(index: Path, site: Settings, full: bool = False) -> Report | None:
    """What a run reports of a copy of an index."""
    shutil.rmtree(site.index, ignore_errors=True)
    shutil.copytree(index, site.index)
    return indexed(site, full)


def hold(found: dict[str, str], report: Report | None, code: int, said: str) -> None:
    """What is true after a run, whatever has failed in it."""
    before = {id: f"Is {id}" for id in KNOWN}
    assert set(AFTER) - {"deep/new.md"} <= found.keys() <= {*KNOWN, "deep/new.md"}, said
    assert all(title in (before.get(id), AFTER.get(id)) for id, title in found.items()), said
    if report is None:
        assert found == before, said
        return
    assert report.added == ("deep/new.md" in found), said
    assert report.changed == (found["changed.md"] == "Other"), said
    assert report.removed == ("gone.md" not in found), said
    parts = (report.added, report.changed, report.unchanged, len(report.left_out), len(report.rejected))
    assert report.seen == sum(parts), said
    # Of a list that ends without a word, before what nobody has seen yet, nothing can be known.
    unknown = {"deep/new.md": AFTER["deep/new.md"]} if code == END else {}
    assert report.unreadable or found | unknown == AFTER, said


ALWAYS = ("EIO", "END")
SLOW = ("EACCES", "ESTALE", "EMFILE", "ETIMEDOUT", "ENOMEM", "ENOENT")
FAULTS = [
    pytest.param(
        END if name == "END" else getattr(errno, name),
        lasting,
        id=f"{name}-lasting" if lasting else name,
        marks=() if name in ALWAYS else pytest.mark.slow,
    )
    for name in (*ALWAYS, *SLOW)
    for lasting in (False, True)
    if not (name == "ENOENT" and lasting)  # what is not there by any call is gone
]


@pytest.mark.parametrize(("code", "lasting"), FAULTS)
def test_whatever_call_fails_nothing_is_lost_and_the_run_says_so(
    settings: Settings, tmp_path: Path, code: int, lasting: bool
) -> None:
    calls, site = set[str](), replace(settings, index=tmp_path / "copy")
    for unreliable, report in each_call_failing(
        settings.content, code, lambda: indexed_from(settings.index, site), lasting
    ):
        if code == errno.ENOENT and unreliable.failed.endswith(".gitignore"):
            continue  # there is none: that is no failure
        said = f"call {unreliable.number}, {unreliable.call} of {unreliable.failed}: {report}"
        hold(titles(site), report, code, said)
        assert indexed(site) is not None
        assert titles(site) == AFTER, said
        calls.add(unreliable.call)
    assert calls == {"scandir", "next", "is_dir", "is_symlink", "stat", "lstat", "open", "fstat", "read"}


def test_an_index_made_anew_has_all_that_it_had_or_stays(settings: Settings, tmp_path: Path) -> None:
    site = replace(settings, index=tmp_path / "copy")
    for unreliable, report in each_call_failing(
        settings.content, errno.EIO, lambda: indexed_from(settings.index, site, full=True), lasting=True
    ):
        found = titles(site)
        said = f"call {unreliable.number}, {unreliable.call} of {unreliable.failed}: {report}"
        assert found == ({id: f"Is {id}" for id in KNOWN} if report is None else found), said
        assert report is None or report.unreadable or found == AFTER, said
        assert set(AFTER) - {"deep/new.md"} <= found.keys(), said


NAMES_BY_LOCALE = """
import sys
assert sys.getfilesystemencoding() != "utf-8"
from pathlib import Path
from article_search.engine import Engine
from article_search.settings import Settings
with Engine(Settings(content=Path("content"), index=Path("before"), exclude=("wei\\xdf*",), workers=1)) as engine:
    print(ascii(engine.index()))
"""


def test_ids_are_the_same_in_a_program_that_reads_names_in_another_encoding(settings: Settings, tmp_path: Path) -> None:
    indexed(settings)
    write(settings.content, "süß/東京.md", "Is new")
    write(settings.content, "weiß/left out.md", "Is not")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", NAMES_BY_LOCALE],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        encoding="ascii",
        timeout=60,
        check=True,
    )
    assert "seen=9, added=1, changed=0, unchanged=7, removed=0" in done.stdout
    assert titles(settings) == {**AFTER, "süß/東京.md": "Is new"}
