"""Whatever is amiss with the process that answers from memory, a search has its answer, or an error in one line.

Not here: that the answer is the same (test_resident.py).
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.terminal.conftest import is_one_line, program
from tests.terminal.resident_process import PROGRAM, WAIT, Home, begun, children, new_home

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is no such process")

ASKED = ["search", "bridge", "--paths"]
ANSWER = b"content/bridge.md\ncontent/goal keeper.md\n"


@pytest.fixture
def home() -> Iterator[Home]:
    """A session of its own."""
    with new_home() as made:
        yield made


def until(happened: Callable[[], object]) -> None:
    """Waits for what other processes do."""
    deadline = time.monotonic() + WAIT
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_answered_alone(home: Home, site: Path, **environment: str) -> bool:
    """A search has its answer, all the same; whether it has found it itself."""
    found = home.run(site, ASKED, **environment)
    assert (found.code, found.out, found.err) == (0, ANSWER, b"")
    return found.alone


# Impostors


@contextlib.contextmanager
def impostor(home: Home, says: Callable[[socket.socket], object]) -> Iterator[list[bool]]:
    """Somebody who listens where the process would, and what he says; whether he was asked."""
    path = home.socket()
    path.parent.mkdir(0o700, exist_ok=True)
    asked: list[bool] = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, _ = listener.accept()
                    with line:
                        asked.append(True)
                        says(line)

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield asked
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def lent(line: socket.socket) -> list[int]:
    """Plays the process until it has the files of the terminal."""
    size = int.from_bytes(line.recv(4, socket.MSG_WAITALL), "big")
    line.recv(size, socket.MSG_WAITALL)
    line.sendall(b"r")
    return socket.recv_fds(line, 1, 4)[1]


def closed_after(said: bytes) -> Callable[[socket.socket], object]:
    """Who says so much, once he has the files, and no more."""

    def says(line: socket.socket) -> None:
        for file in lent(line):
            os.close(file)
        line.sendall(said)

    return says


SILENT_UNTIL_LEFT: Callable[[socket.socket], object] = lambda line: line.recv(2**20, socket.MSG_WAITALL)  # noqa: E731

IMPOSTORS: dict[str, Callable[[socket.socket], object]] = {
    "closes": lambda _: None,
    "is silent": SILENT_UNTIL_LEFT,
    "babbles": lambda line: line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    "closes before the answer": closed_after(b""),
    "talks of something else": closed_after(b"?"),
    "gives no code": closed_after(b"d"),
}


@pytest.mark.parametrize("kind", IMPOSTORS)
def test_who_does_not_answer_is_done_without(home: Home, site: Path, kind: str) -> None:
    with impostor(home, IMPOSTORS[kind]) as asked:
        assert is_answered_alone(home, site, PATIENCE="0.5")
        assert asked


def test_an_answer_that_breaks_off_is_an_error(home: Home, site: Path) -> None:
    with impostor(home, closed_after(b"w")):
        found = home.run(site, ASKED)
    assert (found.code, found.out) == (2, b"")
    assert is_one_line(found.err.decode())


def test_a_socket_that_nobody_listens_at_is_no_matter(home: Home, site: Path) -> None:
    with impostor(home, lambda _: None):
        pass
    assert home.socket().is_socket()
    assert is_answered_alone(home, site)
    with home.resident(site):
        assert not is_answered_alone(home, site)


def test_what_is_no_socket_is_no_matter(home: Home, site: Path) -> None:
    home.socket().parent.mkdir(0o700)
    home.socket().write_text("x")
    assert is_answered_alone(home, site)


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_a_folder_that_others_can_enter_is_not_trusted(home: Home, site: Path, mode: int) -> None:
    with impostor(home, closed_after(b"d\0")) as asked:
        home.socket().parent.chmod(mode)
        assert is_answered_alone(home, site)
    assert not asked
    resident = home.run(site, ["resident"])
    assert resident.code == 2
    assert is_one_line(resident.err.decode())


def test_a_folder_of_somebody_else_is_not_trusted(home: Home, site: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can give a folder away")
    with impostor(home, closed_after(b"d\0")) as asked:
        os.chown(home.socket().parent, 12_345, -1)
        assert is_answered_alone(home, site)
    assert not asked


def test_a_link_to_a_folder_is_not_trusted(home: Home, site: Path) -> None:
    with impostor(home, closed_after(b"d\0")) as asked:
        folder = home.socket().parent
        folder.rename(folder.with_name("elsewhere"))
        folder.symlink_to("elsewhere")
        assert is_answered_alone(home, site)
    assert not asked


def test_without_a_session_the_folder_is_in_that_of_temporary_files(home: Home, site: Path) -> None:
    os.chmod(home.folder, 0o755)  # noqa: PTH101
    elsewhere = {"TMPDIR": str(home.folder)}
    with begun([sys.executable, "-m", "article_search", "resident"], site, home, elsewhere):
        assert not home.run(site, ASKED, **elsewhere).alone
        assert home.run(site, ASKED).alone
    assert [one.name for one in home.folder.glob("article-search-*")] == [f"article-search-{os.geteuid()}"]


# Another program


def test_another_version_or_interpreter_is_not_asked(home: Home, site: Path) -> None:
    with home.resident(site):
        assert home.run(site, ASKED, PYTHONPATH="/elsewhere").alone
        assert home.run(site, ASKED, PYTHONOPTIMIZE="1").alone
        assert not home.run(site, ASKED).alone


def test_who_is_another_program_is_turned_away(home: Home, site: Path) -> None:
    with home.resident(site):
        for question in (b"older\0000 0", b"", b"\xff" * 100, b"a\0b\0c", b"a\0-1 -1", b"a\0999 999\0"):
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(WAIT)
                line.connect(str(home.socket()))
                line.sendall(len(question).to_bytes(4, "big") + question)
                with contextlib.suppress(ConnectionResetError):
                    assert line.recv(1) == b""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(home.socket()))
            line.sendall(b"\xff" * 4)  # of 4 GiB
            with contextlib.suppress(ConnectionResetError):
                assert line.recv(1) == b""
        assert not is_answered_alone(home, site)


def test_it_ends_when_its_program_changes(home: Home, site: Path, tmp_path: Path) -> None:
    (tmp_path / "library.py").write_text("")
    start = "import sys, library; sys.argv[1:] = ['resident']; from article_search.__main__ import main; main()"
    library = {"PYTHONPATH": str(tmp_path)}
    with begun([sys.executable, "-c", start], site, home, library) as process:
        assert not home.run(site, ASKED, **library).alone
        (tmp_path / "library.py").write_text("another = 1")
        assert home.run(site, ASKED, **library).alone
        assert process.wait(WAIT) == 0


# Its life


def test_nothing_stays_without_being_asked_for(home: Home, site: Path) -> None:
    assert is_answered_alone(home, site)
    assert is_answered_alone(home, site)
    assert [one.name for one in home.folder.iterdir()] == ["alone"]


@pytest.fixture
def own_site(tmp_path: Path) -> Path:
    """A folder with an article of some size and its index."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "long.md").write_text("---\ntitle: Long\n---\n" + "A bridge is long. " * 50_000)
    assert program("index", cwd=tmp_path).returncode == 0
    return tmp_path


def test_a_setting_starts_it_with_the_first_search(home: Home, own_site: Path) -> None:
    (own_site / "articles.toml").write_text("[terminal]\nresident_minutes = 5\n")
    try:
        assert home.run(own_site, ["status"]).code == 0
        assert not home.socket().exists()
        first = home.run(own_site, ["search", "bridge", "--paths"])
        assert (first.code, first.alone) == (0, True)
        until(home.socket().exists)
        second = home.run(own_site, ["search", "bridge", "--paths"])
        assert second == first._replace(alone=False)
        assert home.run(own_site, ["search", "bridge", "--paths"], NO_COLOR="1") == second
    finally:
        stopped = home.run(own_site, ["resident", "--stop"])
    assert stopped.code == 0
    assert not home.socket().exists()
    assert home.run(own_site, ["resident", "--stop"]).code == 1


def test_it_ends_after_an_idle_time(home: Home, site: Path) -> None:
    start = (
        "import sys; from article_search.terminal import cli; from article_search.terminal.resident import hosting,"
        " warming, where; host = hosting.Host(where.socket_path(), cli.run, warming.Sites(), idle=0.3);"
        "host.serve(False, lambda: print(1, flush=True))"
    )
    with begun([sys.executable, "-c", start], site, home) as process:
        assert process.wait(WAIT) == 0
    assert not home.socket().exists()
    assert is_answered_alone(home, site)


def test_a_second_one_takes_its_place(home: Home, site: Path) -> None:
    with home.resident(site) as first, home.resident(site):
        assert first.wait(WAIT) == 0
        assert not is_answered_alone(home, site)
    assert not home.socket().exists()


def test_it_ends_when_its_socket_is_gone(home: Home, site: Path) -> None:
    with home.resident(site) as process:
        home.socket().unlink()
        os.kill(process.pid, signal.SIGCHLD)  # has it look now, not in half a minute
        assert process.wait(WAIT) == 0


def test_one_that_is_killed_is_done_without(home: Home, site: Path) -> None:
    with home.resident(site) as process:
        assert not is_answered_alone(home, site)
        process.kill()
        process.wait(WAIT)
        assert is_answered_alone(home, site)


def test_one_that_is_held_up_is_done_without(home: Home, site: Path) -> None:
    with home.resident(site) as process:
        assert not is_answered_alone(home, site)
        until(lambda: children(process.pid))
        for pid in (process.pid, *children(process.pid)):
            os.kill(pid, signal.SIGSTOP)
        assert is_answered_alone(home, site, PATIENCE="0.5")
        for pid in (*children(process.pid), process.pid):
            os.kill(pid, signal.SIGCONT)
        until(lambda: not is_answered_alone(home, site))


def test_serving_answers_terminals_too_and_for_as_long(home: Home, site: Path) -> None:
    serve = [sys.executable, "-m", "article_search", "serve", "--port", "0"]
    with begun(serve, site, home):
        assert is_answered_alone(home, site)
    with begun([*serve, "--terminal"], site, home) as process:
        until(home.socket().exists)
        assert not is_answered_alone(home, site)
        process.terminate()
        assert process.wait(WAIT) == 0
        until(lambda: not home.socket().exists())
    with begun([*serve, "--terminal"], site, home) as process:
        until(home.socket().exists)
        process.kill()
        until(lambda: not home.socket().exists())


# Who asks


def asking(home: Home, site: Path, **environment: str) -> subprocess.Popen[bytes]:
    """A terminal that asks for more than a pipe holds, and does not read it."""
    home.alone.unlink(missing_ok=True)
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import signal; signal.signal(2, signal.default_int_handler)\n{PROGRAM}",
            "show",
            "long.md",
        ],
        cwd=site,
        env=home.environment(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupting_who_asks_ends_the_search(home: Home, own_site: Path, sign: signal.Signals) -> None:
    with home.resident(own_site) as process, asking(home, own_site) as asker:
        assert asker.stdout
        assert asker.stderr
        asker.stdout.read(1)
        busy = children(process.pid)
        asker.send_signal(sign)
        code = asker.wait(WAIT)
        if sign == signal.SIGINT:
            assert code == 130
            assert is_one_line(asker.stderr.read().decode())
        asker.stdout.read()  # comes to its end: nobody writes any more
        until(lambda: len(busy & children(process.pid)) < 2)
        assert home.run(own_site, ["search", "bridge"]).alone is False


def test_who_does_not_read_holds_up_nobody(home: Home, own_site: Path) -> None:
    with home.resident(own_site), asking(home, own_site) as slow:
        assert slow.stdout
        start = slow.stdout.read(1)
        assert home.run(own_site, ["search", "bridge"]).alone is False
        assert home.run(own_site, ["search", "bridge"]).alone is False
        rest = slow.stdout.read()
        assert slow.wait(WAIT) == 0
        assert not home.alone.exists()
    assert start + rest == program("show", "long.md", cwd=own_site).stdout


def test_a_reader_that_has_seen_enough_is_no_error(home: Home, own_site: Path) -> None:
    with home.resident(own_site), asking(home, own_site) as asker:
        assert asker.stdout
        assert asker.stderr
        asker.stdout.read(1)
        asker.stdout.close()
        assert asker.wait(WAIT) == 0
        assert asker.stderr.read() == b""


def test_an_output_that_is_full_is_an_error_as_ever(home: Home, site: Path) -> None:
    with home.resident(site), open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *ASKED],
            cwd=site,
            env=home.environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=WAIT,
            check=False,
        )
        assert done.returncode == 2
        assert is_one_line(done.stderr.decode())
        assert not home.alone.exists()


def test_a_closed_output_is_an_error_as_ever(home: Home, site: Path) -> None:
    with home.resident(site):
        command = f"{sys.executable} -m article_search search bridge >&-"
        done = subprocess.run(
            ["sh", "-c", command], cwd=site, env=home.environment(), capture_output=True, timeout=WAIT, check=False
        )
    assert done.returncode == 2
    assert is_one_line(done.stderr.decode())


def test_many_at_once_are_all_answered(home: Home, site: Path) -> None:
    with home.resident(site) as process:
        askers = [
            subprocess.Popen(
                [sys.executable, "-m", "article_search", *ASKED],
                cwd=site,
                env=home.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
            )
            for _ in range(12)
        ]
        assert [asker.communicate(timeout=WAIT)[0] for asker in askers] == [ANSWER] * len(askers)
        assert process.poll() is None
        until(lambda: len(children(process.pid)) == 1)


def test_who_says_nothing_holds_up_nobody(home: Home, site: Path) -> None:
    with home.resident(site), contextlib.ExitStack() as silent:
        for _ in range(5):
            line = silent.enter_context(socket.socket(socket.AF_UNIX))
            line.connect(str(home.socket()))
        until(lambda: not is_answered_alone(home, site))


# Programs that need the terminal

# In place of the program: it shows something by a pager, as the terminal alone has the keys.
PAGES = """
import os, sys
from article_search.terminal.resident import foreground, hosting, warming, where

def run(arguments, opening):
    print("before", flush=True)
    try:
        pager = foreground.start(arguments[1:], {**os.environ, "MORE": "said"}, reads=True)
    except OSError as error:
        print(error.strerror)
        return 2
    pager.stdin.write(b"shown ")
    pager.stdin.close()
    code = pager.wait()
    print("after")
    return code

host = hosting.Host(where.socket_path(), run, warming.Sites())
host.serve(False, lambda: print(1, flush=True))
"""


def test_a_program_of_the_terminal_is_run_by_who_asks(home: Home, site: Path) -> None:
    with begun([sys.executable, "-c", PAGES], site, home):
        pager = "import os, sys; print(sys.stdin.read(), os.environ['MORE']); terminal = os.open('/dev/tty', 0);"
        pager += "sys.exit(7 if os.tcgetpgrp(terminal) == os.getpgrp() else 1)"
        shown = home.on_terminal(site, ["search", sys.executable, "-c", pager], 80)
        assert (shown.code, shown.out.split()) == (7, [b"before", b"shown", b"said", b"after"])
        assert not shown.alone
        lost = home.run(site, ["search", "/nowhere/there"])
        assert (lost.code, lost.out) == (2, b"before\nNo such file or directory\n")
        killed = home.run(site, ["search", "sh", "-c", "cat; kill -9 $$"])
        assert (killed.code, killed.out.split()) == (256 - 9, [b"before", b"shown", b"after"])
