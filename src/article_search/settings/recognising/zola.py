"""Is this a Zola site, and what does its ``config.toml`` say? Not here: what Zola makes of files."""

from __future__ import annotations

from article_search.settings.recognising.found import Found, base_url, settings, table, text, texts
from article_search.settings.recognising.site import Site


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
            exclude=[one.removeprefix("**/") for one in texts(data.get("ignored_content"))],
        ),
        notes,
    )
