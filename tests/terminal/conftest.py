"""Commands with a fake engine in this process, and the installed program with the real one in its own."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from article_search import settings
from article_search.terminal import cli
from tests.fake_engine import FakeEngine

# What says of a terminal or of other programs what these tests say themselves.
_OF_TERMINALS = (
    *("ARTICLES_PAGER", "PAGER", "LESS", "VISUAL", "EDITOR", "BROWSER", "FORCE_HYPERLINK", "COLUMNS", "LINES", "TMUX"),
    *("VTE_VERSION", "TERM_PROGRAM", "WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "DOMTERM"),
)

Outcome = tuple[int, str, str]
Run = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARTICLES_CONTENT", "ARTICLES_INDEX", "ARTICLES_CONFIG", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(engine: FakeEngine, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with the fake engine: exit code, standard output, standard error."""

    def run(*arguments: str) -> Outcome:
        def opened(settings: settings.Settings) -> FakeEngine:
            engine.settings = settings
            return engine

        code = cli.run(arguments, opened)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def program(*arguments: str | bytes, **options: Any) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, **options.pop("environment", {})}
    return subprocess.run(
        [sys.executable, "-m", "article_search", *arguments],
        capture_output=True,
        env=environment,
        timeout=60,
        **options,
    )


def on_terminal(
    *arguments: str, cwd: Path, environment: dict[str, str], rows: int = 24, keys: bytes = b""
) -> tuple[int, str]:
    """The exit code of the program whose three streams are one terminal of so many rows, and what that shows; ``keys``
    are pressed from the start."""
    main, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (rows, 80))
    inherited = {name: value for name, value in os.environ.items() if name not in _OF_TERMINALS}
    process = subprocess.Popen(
        [sys.executable, "-m", "article_search", *arguments],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        cwd=cwd,
        env={**inherited, "TERM": "xterm", **environment},
        start_new_session=True,
    )
    os.close(terminal)
    os.write(main, keys)
    shown = shown_on(main)
    return process.wait(60), shown.decode().replace("\r\n", "\n")


def shown_on(main: int) -> bytes:
    """What a terminal shows by the time all programs on it have ended; it is closed then."""
    shown = b""
    try:
        while piece := os.read(main, 65536):
            shown += piece
    except OSError:  # Linux ends a terminal whose program has ended with an error
        pass
    finally:
        os.close(main)
    return shown


def script(folder: Path, name: str, text: str) -> Path:
    """A program of the shell."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two articles, a draft, a file that is no article, and their index."""
    folder = tmp_path_factory.mktemp("site")
    content = folder / "content"
    content.mkdir()
    (content / "bridge.md").write_text(
        "---\ntitle: The bridge: open again \ndate: 2020-09-15-12-28-00 \ncategories: [latest, transport] \n--- \n"
        "Two **cables** of the bridge were replaced.\n"
    )
    (content / "goal keeper.md").write_text("---\ntitle: Keeper stays\ndate: 2020-09-01\n---\nHe signed. No bridge.\n")
    (content / "draft.md").write_text("---\ntitle: Not yet\ndraft: true\n---\nA bridge too far.\n")
    (content / "image.md").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)))
    made = program("index", cwd=folder)
    assert made.returncode == 0, made.stderr
    return folder


def is_one_line(error: str) -> bool:
    return error.startswith("articles: ") and error.count("\n") == 1 and error.endswith("\n")
