"""Is this a Nikola site, and what do its settings say? Not here: what Nikola makes of files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from article_search.settings.recognising.found import Found, base_url, settings, text
from article_search.settings.recognising.site import Site


def recognise(site: Site) -> Found | None:
    """By settings that have POSTS or PAGES; Sphinx has a file of that name as well."""
    config = site.first("conf.py")
    if config is None:
        return None
    said = site.assignments(config)
    if "POSTS" not in said and "PAGES" not in said:
        return None
    ending = "/" if said.get("PRETTY_URLS", True) else ".html"
    root = text(said.get("DEFAULT_LANG")) or "en"
    urls: dict[str, str] = {}
    for entry in (*_entries(said.get("POSTS")), *_entries(said.get("PAGES"))):
        folder = entry[0].partition("*")[0].strip("/")
        places = entry[1] if isinstance(entry[1], dict) else {root: entry[1]}
        for code, place in places.items():
            if isinstance(place, str):
                key = folder if code == root else f"{folder}/:lang"
                urls.setdefault(key, f"/{place.strip('/')}/:path".replace("//", "/") + ending)
    others = [code for code in said.get("TRANSLATIONS") or () if isinstance(code, str) and code != root]
    return Found(
        "nikola",
        config,
        settings(
            content=".",
            title=text(said.get("BLOG_TITLE")),
            base_url=base_url(text(said.get("SITE_URL")), text(_path(said))),
            timezone=text(said.get("TIMEZONE")),
            language=root,
            languages=[root, *others] if root and others else [],
            urls=urls,
        ),
    )


def _entries(value: object) -> Iterator[tuple[str, object]]:
    """Globs of content files, and where on the site they are."""
    for entry in value if isinstance(value, list | tuple) else ():
        if isinstance(entry, list | tuple) and len(entry) > 1 and isinstance(entry[0], str):
            yield entry[0], entry[1]


def _path(said: dict[str, Any]) -> str:
    return text(said.get("BASE_URL")) if not text(said.get("SITE_URL")) else ""
