"""``articles watch``: files change, and a line tells what has come of it."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import pytest

from article_search.backends.embedded import EmbeddedBackend
from article_search.engine import Engine
from article_search.reading.report import Report
from article_search.settings import load
from article_search.terminal import watching
from article_search.terminal.site import Site, open_engine
from tests.terminal.conftest import is_one_line, program

# Whoever runs the tests may ignore Ctrl-C, as a shell's "&" does.
PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from article_search.__main__ import main
main()
"""


class Watched:
    """A running ``articles watch``, and the lines that it writes."""

    def __init__(self, folder: Path, options: Sequence[str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *options, "watch"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout and self.process.stderr
        self.said, self.noted = self._lines(self.process.stdout), self._lines(self.process.stderr)

    @staticmethod
    def _lines(stream: IO[str]) -> queue.Queue[str]:
        lines: queue.Queue[str] = queue.Queue()

        def read() -> None:
            for line in stream:
                lines.put(line.rstrip("\n"))

        threading.Thread(target=read, daemon=True).start()
        return lines

    def says(self) -> str:
        """The next line of standard output, without the time of day and how long it took."""
        time, line = self.said.get(timeout=60).split("  ", 1)
        assert len(time) == len("12:00:00")
        return line.rpartition(", ")[0] if line.endswith(" s") else line

    def notes(self) -> str:
        """The next line of standard error."""
        return self.noted.get(timeout=60)

    def interrupt(self) -> int:
        """Presses Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


@contextmanager
def watched(folder: Path, *options: str) -> Iterator[Watched]:
    found = Watched(folder, options)
    try:
        yield found
    finally:
        found.process.kill()
        found.process.wait()
        for stream in (found.process.stdout, found.process.stderr):
            assert stream
            stream.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    write(tmp_path, "a.md", "The first")
    return tmp_path


def write(folder: Path, name: str, title: str) -> None:
    file = folder / "content" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"---\ntitle: {title}\n---\nText of {title}.\n")


def test_a_line_tells_of_each_change_until_it_is_interrupted(folder: Path) -> None:
    with watched(folder) as watch:
        assert watch.says() == "1 added; 1 article"
        write(folder, "b.md", "The second")
        assert watch.says() == "1 added; 2 articles"
        assert b"b.md" in program("search", "second", cwd=folder).stdout
        write(folder, "b.md", "The second again")
        assert watch.says() == "1 changed; 2 articles"
        write(folder, "new/c.md", "The third")
        assert watch.says() == "1 added; 3 articles"
        write(folder, "new/d.md", "The fourth")
        assert watch.says() == "1 added; 4 articles"
        (folder / "content" / "new").rename(folder / "content" / "old")
        assert watch.says() == "2 added, 2 removed; 4 articles"
        (folder / "content" / "old").rename(folder / "gone")
        assert watch.says() == "2 removed; 2 articles"
        (folder / "content" / "bad.md").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)))
        assert watch.says().startswith("rejected: bad.md: ")
        (folder / "content" / "a.md").unlink()
        assert watch.says() == "1 removed; 1 article"
        assert watch.interrupt() == 130
        assert is_one_line(watch.notes() + "\n")
    assert watch.said.empty()


def test_files_of_editors_and_others_are_told_of_by_no_line(folder: Path) -> None:
    with watched(folder) as watch:
        assert watch.says() == "1 added; 1 article"
        for name in (".b.md.swp", "b.md~", "#b.md#", "4913", "image.png", ".git/x.md", "node_modules/y.md"):
            write(folder, name, "No article")
        (folder / "content" / "4913").unlink()
        (folder / "content" / "image.png").unlink()
        write(folder, "b.md", "An article")
        assert watch.says() == "1 added; 2 articles"


def test_new_settings_are_seen_and_wrong_ones_waited_out(folder: Path) -> None:
    write(folder, "b.md", "The second")
    settings = folder / "articles.toml"
    with watched(folder) as watch:
        assert watch.says() == "2 added; 2 articles"
        settings.write_text('exclude = ["b.md"]\n')
        assert watch.says() == "1 removed; 1 article"
        settings.write_text("exclude = 5\n")
        assert "exclude" in (said := watch.notes()) and said.endswith("; waiting until that has changed")
        settings.unlink()
        assert watch.says() == "1 added; 2 articles"
        (folder / "content" / ".gitignore").write_text("drafts/\n")
        write(folder, "drafts/c.md", "No article yet")
        (folder / "content" / ".gitignore").unlink()
        assert watch.says() == "1 added; 3 articles"


def test_a_content_folder_that_is_gone_is_waited_for(folder: Path) -> None:
    with watched(folder) as watch:
        assert watch.says() == "1 added; 1 article"
        (folder / "content").rename(folder / "away")
        assert "content" in (said := watch.notes()) and said.endswith("; waiting until that has changed")
        write(folder, "a.md", "The first, elsewhere")
        assert watch.says() == "1 changed; 1 article"
        write(folder, "b.md", "The second")
        assert watch.says() == "1 added; 2 articles"


def test_a_run_that_is_writing_is_waited_for(folder: Path) -> None:
    with watched(folder) as watch:
        assert watch.says() == "1 added; 1 article"
        settings = load(None, {}, folder / "content", folder / "index")
        backend = EmbeddedBackend(settings.index, signature="other", zone=settings.timezone, workers=1)
        with closing(backend.writer(wait=True, full=False)):
            write(folder, "b.md", "The second")
            assert watch.notes() == "articles: another run is writing the index; waiting for its end"
        assert watch.says() == "1 added; 2 articles"


def test_without_a_content_folder_there_is_nothing_to_watch(tmp_path: Path) -> None:
    ended = program("watch", cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert is_one_line(ended.stderr.decode())


def test_without_the_extra_it_is_said_how_to_have_it(folder: Path) -> None:
    said = (
        "import sys; sys.modules['watchfiles'] = None\n"
        "from article_search.terminal.cli import run; sys.exit(run(sys.argv[1:]))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", said, "watch"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr == 'articles: articles watch needs the extra: pip install "article-search[watch]"\n'


def test_an_index_within_the_content_causes_no_run(folder: Path) -> None:
    runs = 0

    class Counting(Engine):
        def index(self, **options: object) -> Report:
            nonlocal runs
            runs += 1
            return super().index(full=runs == 2)

    index = folder / "content" / "index"
    one = watching._Watching(Site(Counting, None, folder / "content", index))
    written = threading.Event()

    def add() -> None:
        written.set()
        write(folder, "b.md", "The second")

    one.update()
    one.wait()  # for what was not told of before it was watched
    one.update()  # writes all of the index anew
    timer = threading.Timer(2.5, add)  # the changes of the index are told of before
    timer.start()
    one.wait()
    assert written.is_set()
    one.update()
    assert runs == 3
    with open_engine(load(None, {}, folder / "content", index)) as engine:
        assert engine.status().articles == 2


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", True),
        ("a.md", True),
        ("A.MARKDOWN", True),
        ("page.mdx", True),
        ("deep/er/a.md", True),
        ("gone", True),
        ("gone.d", True),
        ("folder", True),
        (".gitignore", True),
        ("folder/.gitignore", True),
        ("image.png", False),
        (".hidden.md", False),
        (".git/a.md", False),
        (".git/.gitignore", False),
        ("node_modules/a/readme.md", False),
        ("node_modules", False),
        ("idx", False),
        ("idx/segment.md", False),
        ("idx2/a.md", True),
        ("a.md~", True),  # gone, as far as anybody knows
    ],
)
def test_what_matters(tmp_path: Path, path: str, expected: bool) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "image.png").touch()
    matters = watching.matters_in(str(tmp_path), str(tmp_path / "idx"), (".mdx",))
    assert matters(str(tmp_path / path)) == expected


@pytest.mark.parametrize(
    ("report", "always", "expected"),
    [
        (Report(unchanged=3), False, ""),
        (Report(unchanged=3), True, "nothing new; 3 articles, 0.0 s"),
        (Report(added=1200, removed=1, seconds=12), False, "1,200 added, 1 removed; 1,200 articles, 12 s"),
        (
            Report(rebuild_reason="new\x1b"),
            False,
            "nothing new; 0 articles, 0.0 s; everything was read again: new\ufffd",
        ),
    ],
)
def test_a_run_in_a_line(report: Report, always: bool, expected: str) -> None:
    assert watching.summary(report, always) == expected
