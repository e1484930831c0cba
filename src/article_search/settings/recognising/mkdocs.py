"""Is this a MkDocs site, and what does its ``mkdocs.yml`` say? Not here: what MkDocs makes of files."""

from __future__ import annotations

from typing import Any

from article_search.settings.recognising.found import Found, base_url, settings, table, text
from article_search.settings.recognising.site import Site

_NAV = 5_000  # entries of the navigation that are looked at


def recognise(site: Site) -> Found | None:
    """By ``mkdocs.yml``."""
    config = site.first("mkdocs.yml", "mkdocs.yaml")
    if config is None:
        return None
    data = site.data(config)
    exclude = []
    for key in ("exclude_docs", "draft_docs"):
        for line in text(data.get(key)).splitlines():
            pattern = line.strip()
            if pattern and not pattern.startswith("#"):
                exclude.append(pattern.rstrip("/"))
    languages = _languages(data.get("plugins"))
    titles = _titles(data.get("nav"))
    return Found(
        "mkdocs",
        config,
        settings(
            content=text(data.get("docs_dir")) or "docs",
            title=text(data.get("site_name")),
            base_url=base_url(text(data.get("site_url"))),
            language=languages[0] if languages else text(table(data.get("theme")).get("language")),
            languages=languages,
            url="/{path}.html" if text(data.get("use_directory_urls")).lower() == "false" else "",
            defaults={file: {"title": title} for file, title in titles.items()},
            exclude=exclude,
        ),
    )


def _languages(plugins: object) -> list[str]:
    """The codes of the plugin for several languages, that of the root first."""
    for plugin in plugins if isinstance(plugins, list) else []:
        given = table(table(plugin).get("i18n")).get("languages")
        entries = [table(one) for one in given] if isinstance(given, list) else []
        codes = [text(one.get("locale")) for one in entries if text(one.get("locale")) not in ("", "null")]
        root = [text(one.get("locale")) for one in entries if text(one.get("default")).lower() == "true"]
        if codes:
            return list(dict.fromkeys([*root, *codes]))
    return []


def _titles(nav: object) -> dict[str, str]:
    """Titles the navigation gives to files."""
    found: dict[str, str] = {}
    waiting: list[Any] = [nav]
    for _ in range(_NAV):
        if not waiting:
            break
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            for title, value in item.items():
                if isinstance(value, str) and value.endswith((".md", ".markdown")):
                    found.setdefault(value.removeprefix("./"), title)
                else:
                    waiting.append(value)
    return dict(sorted(found.items()))
