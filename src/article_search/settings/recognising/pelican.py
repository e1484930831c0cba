"""Is this a Pelican site, and what do its settings say? Not here: what Pelican makes of files."""

from __future__ import annotations

import re
from typing import Any

from article_search.settings.recognising.found import Found, base_url, settings, text, texts
from article_search.settings.recognising.site import Site

_FIELD = re.compile(r"\{(\w+)(?::([^{}]*))?\}")
_OURS = {"slug": ":slug", "category": "{category}", "lang": ":lang", "author": ":author"}


def recognise(site: Site) -> Found | None:
    """By its settings; those for publishing say what holds in public."""
    config = site.first("pelicanconf.py")
    if config is None:
        return None
    said = site.assignments(config)
    public = site.assignments("publishconf.py") if site.first("publishconf.py") else {}
    said = {**said, **{key: value for key, value in public.items() if value}}
    notes: list[str] = []
    urls = {
        folder: pattern
        for folder, key in (("pages", "PAGE_URL"), ("pages/:lang", "PAGE_LANG_URL"), (":lang", "ARTICLE_LANG_URL"))
        if (pattern := _pattern(text(said.get(key)), key, notes))
    }
    article = _pattern(text(said.get("ARTICLE_URL")), "ARTICLE_URL", notes)
    named = text(said.get("FILENAME_METADATA"))
    if "(?P<slug>" in named:
        article = (article or "/:slug.html").replace(":slug", ":dated_name")
    elif text(said.get("SLUGIFY_SOURCE")) == "basename":
        article = (article or "/:slug.html").replace(":slug", ":basename")
    pages = texts(said.get("PAGE_PATHS"))
    if pages and pages != ["pages"]:
        notes.append(f"PAGE_PATHS: pages in {', '.join(pages)} are taken for articles")
    exclude = [one for one in texts(said.get("ARTICLE_EXCLUDES")) if one not in (pages or ["pages"])]
    category = text(said.get("DEFAULT_CATEGORY")) if said.get("USE_FOLDER_AS_CATEGORY", True) is False else ""
    return Found(
        "pelican",
        config,
        settings(
            content=(text(said.get("PATH")) or "content").removeprefix("./"),
            title=text(said.get("SITENAME")),
            base_url=base_url(text(said.get("SITEURL"))),
            timezone=text(said.get("TIMEZONE")),
            language=text(said.get("DEFAULT_LANG")),
            url=article,
            urls=urls,
            defaults={"": {"default_category": category}} if category else {},
            future="hide" if said.get("WITH_FUTURE_DATES") is False else "",
            exclude=[*exclude, *(one for one in _ignored(said) if not one.startswith("."))],
        ),
        notes,
    )


def _ignored(said: dict[str, Any]) -> list[str]:
    return [one.removeprefix("**/") for one in texts(said.get("IGNORE_FILES"))]


def _pattern(url: str, key: str, notes: list[str]) -> str:
    """A pattern of Pelican's as one of ours; empty if there is none, or one that asks for more."""
    unknown = [name for name, _ in _FIELD.findall(url) if name not in (*_OURS, "date")]
    if unknown:
        notes.append(f"{key}: {{{unknown[0]}}} is not known here; write the pattern as url")
        return ""

    def field(match: re.Match[str]) -> str:
        if match[1] != "date":
            return _OURS[match[1]]
        return "{date:" + re.sub(r"%-([md])", r"%\1", match[2] or "%Y-%m-%d") + "}"

    return f"/{_FIELD.sub(field, url).lstrip('/')}" if url else ""
