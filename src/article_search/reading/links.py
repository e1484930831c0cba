"""May an address found in content be linked, and how is text written in one?

Not here: which address an article has (addresses.py).
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

LONGEST = 2_000  # characters; what every browser and server takes

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WEB = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
_UNLINKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_RESERVED = "/:?#[]@!$&'()*+,;=%~"


def is_safe(url: str) -> bool:
    """Whether a URL may be linked: http(s) with a host, or relative to the site."""
    if not url or url != url.strip() or len(url) > LONGEST or is_unlinkable(url):
        return False
    if has_scheme(url):
        return is_of_web(url) and _has_host(url)
    return not url.startswith("//")


def _has_host(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:  # https://[web]/
        return False


def is_unlinkable(text: str) -> bool:
    """Whether a text has characters that no address has: controls, a backslash, half a character."""
    return _UNLINKABLE.search(text) is not None


def has_scheme(url: str) -> bool:
    """Whether a URL says by itself how it is to be fetched."""
    return _SCHEME.match(url) is not None


def is_of_web(url: str) -> bool:
    """Whether a URL begins with http(s) and a host."""
    return _WEB.match(url) is not None


def is_absolute(url: str) -> bool:
    """Whether a URL says where it leads, wherever it stands: of the web, or from the root of its site."""
    return url.startswith("/") or is_of_web(url)


def linkable(url: str) -> str | None:
    """A URL found in content, with blanks and letters beyond ASCII percent-encoded; None when it must not be linked."""
    url = url.strip()
    return quote(url, safe=_RESERVED) if is_safe(url) else None


def quoted(text: str, safe: str = "") -> str:
    """A text as part of an address."""
    try:
        return quote(text, safe=safe, errors="surrogateescape")  # a file name may be no Unicode
    except UnicodeEncodeError:
        return quote(text, safe=safe, errors="replace")
