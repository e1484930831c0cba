"""Is this an Obsidian vault? Not here: what becomes of its notes."""

from __future__ import annotations

from article_search.settings.recognising.found import Found, settings, text
from article_search.settings.recognising.site import Site


def recognise(site: Site) -> Found | None:
    """By a folder ``.obsidian``."""
    if not site.has_folder(".obsidian"):
        return None
    said = {}
    for file in ("app.json", "templates.json", "daily-notes.json"):
        if name := site.first(f".obsidian/{file}"):
            said[file] = site.data(name)
    templates = text(said.get("templates.json", {}).get("folder")).strip("/")
    ignored = said.get("app.json", {}).get("userIgnoreFilters")
    exclude = (
        [one.strip("/") for one in ignored if isinstance(one, str) and one[:1] != "/"]
        if isinstance(ignored, list)
        else []
    )
    return Found(
        "obsidian",
        ".obsidian",
        settings(
            content=".", title=site.folder.resolve().name, exclude=[*([f"/{templates}"] if templates else []), *exclude]
        ),
    )
