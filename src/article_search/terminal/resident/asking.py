"""How does a terminal have its search answered from memory? It asks, lends its files, and waits for the exit code.

Whatever is amiss, it does not happen: ``ask`` gives None, and the search is done here. Imports nothing that takes time.
Not here: who answers (hosting.py, answering.py).
"""

import os
import sys

from article_search.terminal import interrupts
from article_search.terminal.resident import messages, where

TYPE_CHECKING = False

if TYPE_CHECKING:
    from _socket import socket
    from collections.abc import Sequence

COMMANDS = frozenset({"search", "show", "explain", "related", "suggest"})  # what only asks the index
_WITH_VALUE = ("--config", "--content", "--index")  # options before the command
_PATIENCE = 1.0  # seconds for what takes some thousandths; a process that is held up is not waited for
_FAREWELL = 0.5  # seconds until the process has noticed that nobody listens any more
_ERROR = 2
_BROKEN = "the process that answers from memory ended amid the answer; the same command can be run again"


def ask(arguments: "Sequence[str]") -> int | None:
    """The exit code of a command line that was answered; None if nobody has, and nothing was written."""
    path = where.socket_path() if _is_asking(arguments) else None
    if path is None or not where.is_private(os.path.dirname(path)) or not os.path.lexists(path):  # noqa: PTH120
        return None
    line = None
    try:
        line = _connected(path)
        return _answered(line, arguments) if line else None
    except KeyboardInterrupt:
        if line:
            _hang_up(line)
        return _fail(interrupts.MESSAGE, interrupts.CODE)
    finally:
        if line:
            line.close()


def _is_asking(arguments: "Sequence[str]") -> bool:
    """Whether the command is one of those, or the shell completes one."""
    if os.environ.get("ARTICLES_TRACEBACK"):
        return False  # it shall show where a fault is, not that it was found elsewhere
    if os.environ.get("_ARTICLES_COMPLETE"):
        return os.environ["_ARTICLES_COMPLETE"].endswith("_complete")
    rest = iter(arguments)
    for argument in rest:
        if argument in _WITH_VALUE:
            next(rest, None)
        elif not argument.startswith(tuple(f"{option}=" for option in _WITH_VALUE)):
            return argument in COMMANDS
    return False


def _connected(path: str) -> "socket | None":
    """A line to the process of this user that listens there."""
    import _socket  # all of `socket` that is needed, in a tenth of the time

    line = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        line.settimeout(_PATIENCE)
        line.connect(path)
        who = line.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)  # process, user, group
    except OSError:
        line.close()
        return None
    if int.from_bytes(who[4:8], sys.byteorder) != os.geteuid():
        line.close()
        return None
    return line


def _answered(line: "socket", arguments: "Sequence[str]") -> int | None:
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if None in streams:  # closed by who called the program
        return None
    question = messages.Question(
        where.identity(),
        [word.encode() for stream in streams[1:] for word in (stream.encoding, stream.errors or "strict")],
        [os.fsencode(argument) for argument in arguments],
        dict(os.environb),
    ).encoded()
    if question is None:
        return None
    try:
        line.sendall(question)
        if line.recv(1) != messages.READY:
            return None
        _lend(line)
        line.settimeout(None)
    except OSError:
        return None
    return _end(line)


def _lend(line: "socket") -> None:
    """Says GO, with the three standard files and the working directory. Raises OSError."""
    from _socket import SCM_RIGHTS, SOL_SOCKET

    place = os.open(".", os.O_PATH | os.O_CLOEXEC)
    try:
        files = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2, place))
        line.sendmsg([messages.GO], [(SOL_SOCKET, SCM_RIGHTS, files)])
    finally:
        os.close(place)


def _end(line: "socket") -> int | None:
    """Waits for the exit code. None if the process has ended before it has written anything."""
    writes = False
    while True:
        said, file = _heard(line)
        if said == messages.WRITES:
            writes = True
        elif said == messages.RUNS:
            writes = True
            _run(line, file)
        elif said == messages.DONE and (code := _heard(line)[0]):
            return code[0]
        else:
            return _fail(_BROKEN, _ERROR) if writes else None


def _heard(line: "socket") -> tuple[bytes, int | None]:
    """A sign, and a file if one came with it; no sign if the line has ended."""
    from _socket import CMSG_SPACE, MSG_CMSG_CLOEXEC

    try:
        said, lent, _, _ = line.recvmsg(1, CMSG_SPACE(4), MSG_CMSG_CLOEXEC)
    except OSError:  # it ended with something unread
        return b"", None
    return said, int.from_bytes(lent[0][2][:4], sys.byteorder) if lent else None


def _run(line: "socket", file: int | None) -> None:
    """Runs a program, which has the terminal until it ends, for the process, which has none."""
    try:
        command, environment = messages.decoded(_received(line, int.from_bytes(_received(line, 4), "big")))
        number, pid = _begun(command, environment, file)
        line.sendall(number.to_bytes(messages.NUMBER, "big"))
        if pid:
            line.sendall(_ended(pid).to_bytes(messages.NUMBER, "big", signed=True))
    except (OSError, ValueError):
        pass  # the line has ended: so will what is heard of it


def _begun(command: list[bytes], environment: dict[bytes, bytes], file: int | None) -> tuple[int, int]:
    """Starts a program that reads a file, or what this one reads. The number of the error, of the process."""
    files = [] if file is None else [(os.POSIX_SPAWN_DUP2, file, 0)]
    broken = (13, 25)  # SIGPIPE and SIGXFSZ, which an interpreter ignores
    try:
        return 0, os.posix_spawnp(command[0], command, environment, file_actions=files, setsigdef=broken)
    except OSError as error:
        return error.errno or 1, 0
    finally:
        if file is not None:
            os.close(file)


def _ended(pid: int) -> int:
    """Waits for the end of a program; Ctrl-C is its own affair."""
    while True:
        try:
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        except KeyboardInterrupt:
            pass


def _received(line: "socket", size: int) -> bytes:
    """Exactly so many bytes. Raises OSError when the line ends before."""
    data = b""
    while len(data) < size:
        piece = line.recv(size - len(data))
        if not piece:
            raise OSError
        data += piece
    return data


def _hang_up(line: "socket") -> None:
    """Ends the search, and waits until it has: nothing shall be written after the next prompt of the shell."""
    try:
        line.settimeout(_FAREWELL)
        line.shutdown(1)  # SHUT_WR
        while line.recv(64):
            pass
    except (OSError, KeyboardInterrupt):
        pass


def _fail(message: str, code: int) -> int:
    from article_search.terminal.output import note  # which takes as long as all the rest together

    note(message)
    return code
