"""Is this a Pelican site, and what do its settings say? Not here: what Pelican makes of files."""

from __future__ import annotations

import re
from typing import Any

from article_search.settings.recognising.found import Found, base_url, settings, text, texts
from article_search.settings.recognising.site import Site

_FIELD = re.compile(r"\{(\w+)(?::([^{}]*))?\}")
_OURS = {"slug": ":slug", "category": "{category}", "lang": ":lang", "author": ":author"}
_ARTICLE = "/:slug.html"
_PAGES = ["pages"]


def recognise(site: Site) -> Found | None:
    """By its settings; those for publishing say what holds in public."""
    config = site.first("pelicanconf.py")
    if config is None:
        return None
    said = site.assignments(config)
    public = site.assignments("publishconf.py") if site.first("publishconf.py") else {}
    said = {**said, **{key: value for key, value in public.items() if value}}
    notes: list[str] = []
    slug = ":slug"
    if "(?P<slug>" in text(said.get("FILENAME_METADATA")):
        slug = ":dated_name"
    elif text(said.get("SLUGIFY_SOURCE")) == "basename":
        slug = ":basename"

    def pattern(key: str, usual: str) -> str:
        return (_pattern(text(said.get(key)), key, notes) or usual).replace(":slug", slug)

    article = pattern("ARTICLE_URL", _ARTICLE)
    content = (text(said.get("PATH")) or "content").removeprefix("./")
    pages = [one.strip("/") for one in texts(said.get("PAGE_PATHS"))] or _PAGES
    usual = {":lang": ("ARTICLE_LANG_URL", "/:slug-:lang.html")}
    for folder in pages:
        usual[folder] = "PAGE_URL", "/pages/:slug.html"
        usual[f"{folder}/:lang"] = "PAGE_LANG_URL", "/pages/:slug-:lang.html"
    urls = {
        place: pattern(*one) for place, one in usual.items() if one[0] in said or slug != ":slug" or pages != _PAGES
    }
    exclude = [one for one in texts(said.get("ARTICLE_EXCLUDES")) if one not in pages]
    articles = [one.strip("/.") for one in texts(said.get("ARTICLE_PATHS"))]
    if articles and "" not in articles:
        tops = {one.partition("/")[0] for one in (*articles, *pages)}
        exclude += [f"/{name}" for name in site.folders(content) if name not in tops]
    category = text(said.get("DEFAULT_CATEGORY")) if said.get("USE_FOLDER_AS_CATEGORY", True) is False else ""
    return Found(
        "pelican",
        config,
        settings(
            content=content,
            title=text(said.get("SITENAME")),
            base_url=base_url(text(said.get("SITEURL"))),
            timezone=text(said.get("TIMEZONE")),
            language=text(said.get("DEFAULT_LANG")),
            url=article if article != _ARTICLE else "",
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
