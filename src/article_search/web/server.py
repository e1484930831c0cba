"""How are requests taken from the network? ``serve`` runs the web application on waitress until it is told to stop.

Not here: the application (app.py), which connections and requests come first (connections.py), the entry point for
other servers (wsgi.py).
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

from article_search.engine import Engine
from article_search.errors import SettingsError
from article_search.web.app import URL_BYTES, close_logs, create_app

_THREADS = 8  # searches at once; more would only wait for the processor
_HEADER_BYTES = 16 * 2**10  # of a request, besides its address


def serve(
    engine: Engine, host: str = "127.0.0.1", port: int = 8000, announce: Callable[[str], None] | None = None
) -> None:
    """Answers requests until SIGINT or SIGTERM, then lets those under way finish.

    ``announce`` (default: a line on standard output) is told the address once it answers; port 0 takes a free one.
    Raises SettingsError when the address cannot be listened on, or a log not written.
    """
    from article_search.web.connections import fair_server  # here: only this function needs waitress

    # A busy moment is no fault, and its line would stand among those of the access log.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)

    app = create_app(engine)
    sock = _listen(host.removeprefix("[").removesuffix("]"), port)
    server = fair_server(
        app,
        sock,
        engine.settings.web.proxies,
        threads=_THREADS,
        max_request_header_size=URL_BYTES + _HEADER_BYTES,
        max_request_body_size=2**17,
        ident="",  # the name of the server helps nobody
        clear_untrusted_proxy_headers=False,  # clients.py decides whose word counts
    )
    name, number = sock.getsockname()[:2]
    address = f"http://[{name}]:{number}/" if ":" in name else f"http://{name}:{number}/"
    before = _stop_on_signals()
    try:
        (announce or _say)(address)
        server.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        server.close()
        close_logs(app)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, OverflowError, UnicodeError) as error:
        # Not the text of an OSError of create_server, which says once more what it was at.
        number = error.errno if isinstance(error, OSError) and not isinstance(error, socket.gaierror) else None
        reason = os.strerror(number) if number else getattr(error, "strerror", None) or str(error)
        message = f"cannot listen on {host} port {port}: {reason}; choose another --host or --port"
        raise SettingsError(message) from error


def _stop_on_signals() -> dict[int, Any]:
    """Turns both signals into SystemExit, on which waitress ends its threads; returns the handlers before."""

    def stop(*_: object) -> None:
        raise SystemExit(0)

    if threading.current_thread() is not threading.main_thread():
        return {}
    return {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}


def _say(address: str) -> None:
    sys.stdout.write(f"Searching at {address} (Ctrl-C stops)\n")
    sys.stdout.flush()
