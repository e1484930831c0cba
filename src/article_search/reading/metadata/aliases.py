"""What else is an article called? The aliases of its header, its address and file, and the headings of its text.

Not here: its title (titles.py), how names are compared (language/text.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote

from article_search.limits import LIMITS
from article_search.reading.metadata.values import Values, clean
from article_search.reading.names import Name

# Names, and addresses of old that lead to the page: of Hugo, MkDocs, Jekyll's plugins, Hexo, Docusaurus, Obsidian.
_KEYS = ("aliases", "alias", "redirect_from", "redirects", "linktitle", "slug", "sidebar_label", "short_title")
_HEADING = re.compile(r" {0,3}#{2,6}[ \t]+([^\n]+)")
_UNDERLINE = re.compile(r" {0,3}-{2,}[ \t]*")
_CLOSING = re.compile(r"(?:[ \t]#+)?[ \t]*(?:\{[^{}]{0,300}\})?[ \t]*$")
_HIDDEN = re.compile(r"\]\([^()\n]{0,1000}\)|<[^<>\n]{0,1000}>")  # addresses of links, tags
_PAGE = re.compile(r"(?:/index)?(?:\.html?|\.md|/)*$")


def aliases(values: Values, body: str, name: Name, url: str) -> tuple[str, ...]:
    """The other names of an article, each once: those it is given first, then the headings of its Markdown source
    below the title's. At most ``LIMITS.names``."""
    found = (clean(one) for one in _all(values, body, name, url))
    return tuple(islice(dict.fromkeys(one for one in found if one), LIMITS.names))


def _all(values: Values, body: str, name: Name, url: str) -> Iterator[str]:
    for key in _KEYS:
        value = values.by_key.get(key)
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, str):
                yield _last(one)
    yield name.undated[: LIMITS.title_chars]
    yield _last(unquote(url))
    yield from _headings(body)


def _last(address: str) -> str:
    """The last part of an address; a name stays as it is, though a slash may be in it."""
    address = address[: LIMITS.title_chars]
    return _PAGE.sub("", address).rpartition("/")[2] if address.startswith(("/", "http:", "https:")) else address


def _headings(body: str) -> Iterator[str]:
    """The headings of a Markdown source, outside fenced code, without what nobody sees."""
    if "\n#" not in body and "\n--" not in body and not body.startswith("#"):
        return
    fence = before = ""
    for line in body.splitlines():
        marker = line.lstrip()[:3]
        if marker in ("```", "~~~"):
            fence = "" if fence == marker else fence or marker
        elif not fence:
            heading = _HEADING.fullmatch(line[: LIMITS.title_chars])
            text = heading[1] if heading else before if _UNDERLINE.fullmatch(line) else ""
            if text:
                yield _CLOSING.sub("", _HIDDEN.sub("", text)).strip()
            before = "" if marker[:1] in ("-", ">", "|", "") else line[: LIMITS.title_chars].strip()
