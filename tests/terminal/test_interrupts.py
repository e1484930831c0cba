"""Ctrl-C is told of in one line, with the exit code of a program that was interrupted, whenever it comes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal.conftest import is_one_line

# Presses Ctrl-C at the nth import of those that follow, and says in a file that it has.
AT_IMPORT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it, as a shell's "&" does
left = int(sys.argv.pop(1))
def watch(event, values):
    global left
    if event == "import":
        left -= 1
        if left == 0:
            open("pressed", "w").close()
            os.kill(os.getpid(), signal.SIGINT)
from article_search.__main__ import main
sys.addaudithook(watch)
main()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.md").write_text("---\ntitle: First\n---\nThe first state.\n")
    return tmp_path


def interrupted_at(folder: Path, number: int, *command: str) -> bool:
    """Whether Ctrl-C was pressed at that import; a command that imports less comes to its end."""
    (folder / "pressed").unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", AT_IMPORT, str(number), *command],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    pressed = (folder / "pressed").exists()
    assert done.returncode == (130 if pressed else 0), done.stderr
    assert not pressed or is_one_line(done.stderr), done.stderr
    return pressed


@pytest.mark.parametrize("command", [("index",), ("index", "--full"), ("check",), ("init", ".", "--force")])
def test_ctrl_c_at_an_import_is_one_line(folder: Path, command: tuple[str, ...]) -> None:
    assert interrupted_at(folder, 1, *command)
    number = 5
    while interrupted_at(folder, number, *command):
        number = number * 2 + 1


@pytest.mark.slow
def test_ctrl_c_at_any_import_is_one_line(folder: Path) -> None:
    number = 1
    while interrupted_at(folder, number, "index", "--full"):
        number += 1
    assert number > 100
