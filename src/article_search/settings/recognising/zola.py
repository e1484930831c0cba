"""Is this a Zola site, and what does its ``config.toml`` say? Not here: what Zola makes of files."""

from __future__ import annotations

from collections.abc import Iterator

from article_search.settings.recognising.found import Found, base_url, settings, switched, table, text, texts
from article_search.settings.recognising.site import Site

_SECTIONS = 5_000  # folders that are looked through


def recognise(site: Site) -> Found | None:
    """By ``zola.toml``, or a ``config.toml`` with a ``base_url``."""
    config = site.first("zola.toml", "config.toml")
    if config is None:
        return None
    data = site.data(config)
    if "base_url" not in data:
        return None
    root = text(data.get("default_language")) or "en"
    languages = [code for code in table(data.get("languages")) if code != root]
    notes = []
    if text(table(data.get("slugify")).get("paths")) not in ("", "on"):
        notes.append("slugify.paths is taken to be on")
    return Found(
        "zola",
        config,
        settings(
            content="content",
            title=text(data.get("title")),
            base_url=base_url(text(data.get("base_url"))),
            language=root,
            languages=[root, *languages] if languages else [],
            defaults={folder: {"draft": True} for folder in _drafts(site)},
            exclude=[one.removeprefix("**/") for one in texts(data.get("ignored_content"))],
        ),
        notes,
    )


def _drafts(site: Site) -> Iterator[str]:
    """The folders whose section is a draft, and with it all in there."""
    waiting = [""]
    for _ in range(_SECTIONS):
        if not waiting:
            return
        folder = waiting.pop()
        if switched(site.header(f"content/{folder}_index.md").get("draft")):
            yield folder.rstrip("/")
        else:
            waiting += [f"{folder}{name}/" for name in site.folders(f"content/{folder}")]
