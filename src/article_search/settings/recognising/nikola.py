"""Is this a Nikola site, and what does its ``conf.py`` say? Not here: what Nikola makes of files."""

from __future__ import annotations

from typing import Any

from article_search.settings.recognising.found import Found, base_url, settings, text
from article_search.settings.recognising.site import Site


def recognise(site: Site) -> Found | None:
    """By a ``conf.py`` that has POSTS or PAGES; Sphinx has a file of that name as well."""
    config = site.first("conf.py")
    if config is None:
        return None
    said = site.assignments(config)
    if "POSTS" not in said and "PAGES" not in said:
        return None
    ending = "/" if said.get("PRETTY_URLS", True) else ".html"
    urls: dict[str, str] = {}
    for key in ("POSTS", "PAGES"):
        for entry in said.get(key) or ():
            if isinstance(entry, (tuple, list)) and len(entry) > 1 and all(isinstance(one, str) for one in entry[:2]):
                folder = entry[0].partition("*")[0].strip("/")
                if not entry[0].endswith((".rst", ".ipynb", ".html", ".txt")) or folder not in urls:
                    urls[folder] = f"/{entry[1].strip('/')}/:path".replace("//", "/") + ending
    root = text(said.get("DEFAULT_LANG"))
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


def _path(said: dict[str, Any]) -> str:
    return text(said.get("BASE_URL")) if not text(said.get("SITE_URL")) else ""
