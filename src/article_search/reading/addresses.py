"""Where on the site does an article live?

The address comes from the article itself, from a pattern of articles.toml, or from the rules of the site's generator.
Not here: those rules (generators), what may be linked (links.py), the routes of the search page (web).
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from article_search.reading import links
from article_search.reading.generators import patterns
from article_search.reading.generators.description import Generator, Page
from article_search.reading.rules import FALLBACK

_SLASHES = re.compile(r"/{2,}")


def article_url(page: Page, generator: Generator) -> str:
    """The address of an article: absolute path or http(s) URL, percent-encoded."""
    base = _base(page)
    address = _own(page, generator)
    if address is None:
        address = generator.address(page, generator)
        if (patterns.of_settings(page) or "").startswith(base):
            address = address.removeprefix(base)
        if generator.language_first and not page.name.by_folder and not links.is_of_web(address):
            address = f"{page.language_folder}/{address}"
    if not links.is_of_web(address):
        address = base + _SLASHES.sub("/", f"/{generator.tidied(address)}")
    return address if links.is_safe(address) else FALLBACK.format(id=links.quoted(page.id, "/"))


def on_site(address: str, page: Page) -> str:
    """An address found in an article as it is from anywhere, where the site does not begin at a host's root."""
    base = _base(page)
    folder = urlsplit(base).path
    if not address.startswith("/"):
        return address
    return urljoin(base, address) if folder and address.startswith(f"{folder}/") else base + address


def _base(page: Page) -> str:
    return page.rules.base_url or patterns.base_of(page.rules.url)


def beside(page: Page, url: str, generator: Generator) -> tuple[str, bool]:
    """The address of what lies beside a file whose page has ``url``, and whether its images do."""
    folder = url if page.name.is_index and url.endswith("/") else url.rstrip("/").rpartition("/")[0] + "/"
    return folder, page.name.is_index or generator.images_beside_file


def _own(page: Page, generator: Generator) -> str | None:
    """The address an article gives itself; None when it gives none, or one that may not be linked."""
    value = generator.own(page)
    if value is None:
        return None
    if value.startswith("//") or links.has_scheme(value):
        return links.linkable(value)
    filled = patterns.without_tokens(value, page, generator.tokens)
    return links.linkable(_SLASHES.sub("/", filled))  # a word without a value leaves two
