"""Which connections are kept, and which request is answered next? Waitress, made fair to all who ask.

Waitress by itself takes connections until it has its fill and answers requests in the order they come, so that one
client can have all of both. Here each client has a share: of connections, whose oldest that asks for nothing makes room
for a new one, and of work (turns.py). A trusted proxy's connections are those of many. A request must be complete in
some time, however steadily it drips. Where the system has no file descriptor left, connections that ask for nothing are
closed, and new ones wait. Not here: listening and stopping (server.py).
"""

from __future__ import annotations

import errno
import logging
import math
import resource
import socket
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from article_search.limits import LIMITS
from article_search.web import clients
from article_search.web.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from article_search.settings import Network

_SILENCE = 30  # seconds in which a request must be complete, and a part of an answer be taken
_TIDYING = 5  # seconds between two looks for those that were silent longer
_SHORTAGE = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_SELECTABLE = 1_024  # the first file descriptor that cannot be selected
_PAUSE = 1.0  # seconds for which no connection is taken where none can be
_TOLD = 60.0  # seconds between two lines in the log on that
_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: %d\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    % LIMITS.retry_seconds
)

_logger = logging.getLogger(__name__)


def fair_server(app: WSGIApplication, sock: socket.socket, trusted: Sequence[Network | str], **more: Any) -> Server:
    """A server for an application on a socket that listens; ``more`` are waitress's own settings. It selects and does
    not poll, which fails while more descriptors are open than are allowed by now."""
    adjustments = Adjustments(sockets=[sock], channel_timeout=_SILENCE, cleanup_interval=_TIDYING, **more)
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.queue = _Queue(trusted)
    dispatcher.set_thread_count(adjustments.threads)
    return Server(app, sock, adjustments, dispatcher, trusted)


# ---- work ----


class _Turn(NamedTuple):
    """A channel with a request, as a task of waitress's."""

    channel: Any
    client: str
    turns: Turns[Any]

    def service(self) -> None:
        try:
            self.channel.service()
        finally:
            self.turns.done(self.client)  # and this thread looks for what is next

    def cancel(self) -> None:
        self.channel.cancel()


class _Queue:
    """What waitress's threads take work from: clients in turn."""

    def __init__(self, trusted: Sequence[Network | str]) -> None:
        self._trusted = trusted
        self._turns: Turns[Any] = Turns(LIMITS.client_requests, LIMITS.client_waiting, LIMITS.waiting_seconds)

    def append(self, channel: Any) -> None:
        environ = {"REMOTE_ADDR": channel.addr[0]}
        if said := channel.requests[0].headers.get("X_FORWARDED_FOR"):
            environ["HTTP_X_FORWARDED_FOR"] = said
        self._turns.add(clients.client(environ, self._trusted), channel)

    def popleft(self) -> _Turn:
        client, channel = self._turns.next()
        return _Turn(channel, client, self._turns)

    def __bool__(self) -> bool:
        return self._turns.is_due()

    def __len__(self) -> int:
        return len(self._turns)


# ---- connections ----


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection: ``since`` when (epoch seconds) it has asked for nothing, ``owner`` whose it is (clients.peer)."""

    def __init__(self, server: Server, sock: socket.socket, addr: Any, adj: Adjustments, map: Any = None) -> None:
        self.since = time.time()
        self.owner = clients.peer(addr[0], server.trusted)
        super().__init__(server, sock, addr, adj, map=map)

    def service(self) -> None:
        self.since = math.inf
        super().service()
        self.since = time.time()

    @property
    def is_waited_for(self) -> bool:
        """Whether it is the other side's turn to do something."""
        return not self.requests and self.since < math.inf and not self.will_close


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Waitress's server with room for a share of connections of each client."""

    channel_class = _Channel

    def __init__(
        self,
        app: WSGIApplication,
        sock: socket.socket,
        adjustments: Adjustments,
        dispatcher: ThreadedTaskDispatcher,
        trusted: Sequence[Network | str],
    ) -> None:
        self.trusted = trusted
        self._paused_until = self._silent_until = self._tidied = 0.0
        # The other half of the descriptors is for the index, logs and what the program reads.
        self._room = min(LIMITS.connections, max(1, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2))
        self._share = min(LIMITS.client_connections, max(1, self._room // 2))
        info = (sock.family, sock.type, sock.proto, sock.getsockname())
        super().__init__(app, {}, _sock=sock, dispatcher=dispatcher, adj=adjustments, bind_socket=False, sockinfo=info)

    def readable(self) -> bool:
        """Whether connections are taken just now."""
        now = time.time()
        if now >= self._tidied + self.adj.cleanup_interval:
            self._tidied = now
            self.maintenance(now)
        return bool(self.accepting) and time.monotonic() >= self._paused_until

    def maintenance(self, now: float) -> None:
        """Closes connections on which nothing happens, or no request comes to its end."""
        cutoff = now - self.adj.channel_timeout
        for channel in self.active_channels.values():
            dripping = not channel.total_outbufs_len and channel.since < cutoff
            if channel.is_waited_for and (dripping or channel.last_activity < cutoff):
                channel.will_close = True

    def handle_accept(self) -> None:
        """Takes a connection, if there is or can be made room for it."""
        try:
            accepted = self.accept()
        except OSError as error:
            if error.errno in _SHORTAGE:
                self._run_short(error)
            return
        if accepted is None:
            return
        connection, address = accepted
        try:
            if connection.fileno() < _SELECTABLE and self._make_room(address[0]):
                self.set_socket_options(connection)
                self.channel_class(self, connection, address, self.adj, map=self._map)
                return
            connection.setblocking(False)
            connection.send(_BUSY)
        except OSError:  # it is gone already
            pass
        connection.close()

    def _make_room(self, address: str) -> bool:
        channels = list(self.active_channels.values())
        owner = clients.peer(address, self.trusted)
        own = [channel for channel in channels if owner is not None and channel.owner == owner]
        if len(own) >= self._share:
            return self._close_one(own)
        return len(channels) < self._room or self._close_one(channels)

    def _close_one(self, channels: Iterable[_Channel]) -> bool:
        """Closes the connection that has asked for nothing longest, of who has most; whether there is one."""
        idle = [channel for channel in channels if channel.is_waited_for]
        owned: Counter[str | None] = Counter(one.owner for one in idle if one.owner is not None)
        if not idle:
            return False
        min(idle, key=lambda one: (-owned[one.owner], bool(one.total_outbufs_len), one.since)).handle_close()
        return True

    def _run_short(self, error: OSError) -> None:
        """Does what can be done where the system has no room for another connection."""
        now = time.monotonic()
        if not self._close_one(self.active_channels.values()):
            self._paused_until = now + _PAUSE
        if now >= self._silent_until:
            self._silent_until = now + _TOLD
            _logger.warning("not all connections can be taken: %s", error.strerror)
