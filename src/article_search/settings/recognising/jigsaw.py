"""Is this a Jigsaw site, and what does its ``config.php`` say? Not here: what Jigsaw makes of files."""

from __future__ import annotations

import re

from article_search.settings.recognising.found import Found, base_url, settings, text
from article_search.settings.recognising.site import Site

_FIELD = re.compile(r"\{([-_]?)(\w+)(?:\|([^{}]*))?\}")
_DATES = {"Y": "%Y", "y": "%y", "m": "%m", "d": "%d", "j": "%d", "n": "%m", "H": "%H", "i": "%M", "s": "%S", "z": "%j"}
_NO_COLLECTIONS = frozenset("_layouts _partials _components _assets _includes _nav _core".split())


def recognise(site: Site) -> Found | None:
    """By ``config.php`` beside a folder ``source``."""
    config = site.first("config.php")
    if config is None or not site.has_folder("source"):
        return None
    said = site.literals(config)
    production = site.literals("config.production.php") if site.first("config.production.php") else {}
    notes: list[str] = []
    urls = {}
    for keys, value in said.items():
        if len(keys) == 3 and keys[0] == "collections" and keys[2] == "path" and isinstance(value, str):
            if pattern := _pattern(value, keys[1]):
                urls[f"_{keys[1]}"] = pattern
            else:
                notes.append(f"{config}: the path of {keys[1]}, {value}, is left aside; write it in urls")
    collections = {f"_{keys[1]}" for keys in said if len(keys) > 1 and keys[0] == "collections"}
    unnamed = {name for name in site.folders("source") if name.startswith("_")} - collections - _NO_COLLECTIONS
    return Found(
        "jigsaw",
        config,
        settings(
            content="source",
            title=text(said.get(("title",))) or text(said.get(("siteName",))),
            base_url=base_url(text(production.get(("baseUrl",))) or text(said.get(("baseUrl",)))),
            language=text(said.get(("siteLanguage",))) or text(said.get(("locale",))),
            urls=urls,
            exclude=[f"/{name}" for name in sorted(unnamed)] if collections else [],
        ),
        notes,
    )


def _pattern(path: str, collection: str) -> str | None:
    """A path of Jigsaw's as a pattern of ours; None if it asks for more."""
    unknown = False

    def field(match: re.Match[str]) -> str:
        nonlocal unknown
        slugged, name, dates = match.groups()
        if name == "collection":
            return collection
        if name == "date" and dates:
            return "{date:" + "".join(_DATES.get(char, char) for char in dates) + "}"
        if slugged == "_" and name in ("filename", "title"):
            return f":_{name}"
        known = {"filename": "{slug}" if slugged else "{filename}", "title": "{title}"}
        unknown = unknown or name not in known
        return known.get(name, "")

    made = "/" + _FIELD.sub(field, path.strip("/"))
    if "{" not in made and ":" not in made:
        made += "/{slug}"
    return None if unknown else made
