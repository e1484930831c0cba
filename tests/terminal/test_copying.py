"""The installed command puts an index into another folder, while that is served."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.terminal.conftest import is_one_line, program


@pytest.fixture
def built(site: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(site, tmp_path / "site"))


def test_the_copy_is_searched_and_replaced(built: Path) -> None:
    done = program("index", "--to", "../served/index", cwd=built)
    assert done.returncode == 0, done.stderr
    assert b"copied to ../served/index" in done.stdout
    served = built.parent / "served"
    (built / "content" / "zebra.md").write_text("---\ntitle: Zebra crossing\n---\nStripes.\n")
    assert program("--index", "index", "search", "zebra", cwd=served).returncode == 1
    done = program("index", "--to", "../served/index", "--json", cwd=built)
    assert json.loads(done.stdout)["copied_to"] == "../served/index"
    assert program("--index", "index", "search", "zebra", cwd=served).returncode == 0
    assert program("--index", "index", "--content", "../site/content", "status", "--verify", cwd=served).returncode == 0


def test_nothing_is_copied_of_a_run_that_fails(built: Path) -> None:
    (built / "content" / "empty.md").write_bytes(b"\0\1\2")
    done = program("index", "--strict", "--to", "../served", "--json", cwd=built)
    assert done.returncode == 2
    assert json.loads(done.stdout)["copied_to"] is None
    assert b"nothing was copied" in done.stderr
    assert not (built.parent / "served").exists()


@pytest.mark.parametrize("to", ["index", "content", "content/a.md", ".", ""])
def test_a_folder_that_will_not_do_is_refused(built: Path, to: str) -> None:
    (built / "content" / "a.md").touch()
    done = program("index", "--to", to, cwd=built)
    assert done.returncode == 2
    assert is_one_line(done.stderr.decode())
    assert program("search", "harbour", cwd=built).returncode in (0, 1)


def test_a_dry_run_copies_nothing(built: Path) -> None:
    done = program("index", "--dry-run", "--to", "../served", cwd=built)
    assert done.returncode == 2
    assert is_one_line(done.stderr.decode())
