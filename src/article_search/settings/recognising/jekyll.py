"""Is this a Jekyll site, and what does its ``_config.yml`` say? Not here: what Jekyll makes of files."""

from __future__ import annotations

from typing import Any

from article_search.reading.generators.jekyll import STYLES
from article_search.settings.recognising.found import Found, base_url, ids, settings, switched, table, text, texts
from article_search.settings.recognising.site import Site

_NO_COLLECTIONS = frozenset("_site _layouts _includes _sass _data _plugins _posts _drafts".split())


def recognise(site: Site) -> Found | None:
    """By ``_config.yml`` or a folder ``_posts``."""
    config = site.first("_config.yml", "_config.yaml", "_config.toml")
    by = config or ("_posts" if site.has_folder("_posts") else None)
    if by is None:
        return None
    data = site.data(config) if config else {}
    permalink = text(data.get("permalink"))
    urls, unseen = _collections(site, data, text(data.get("collections_dir")).strip("/"))
    defaults = _defaults(data)
    exclude = [f"/{one.strip('/')}" if "/" in one.strip("/") else one for one in ids(texts(data.get("exclude")))]
    return Found(
        "jekyll",
        by,
        settings(
            content=text(data.get("source")) or ".",
            title=text(data.get("title")),
            base_url=base_url(text(data.get("url")), text(data.get("baseurl"))),
            timezone=text(data.get("timezone")),
            language=text(data.get("lang")) or text(data.get("locale")),
            url=STYLES.get(permalink, permalink if permalink != "date" else ""),
            urls=urls,
            defaults=defaults,
            future="show" if switched(data.get("future")) else "",
            exclude=[*exclude, *unseen, *_other_endings(data)],
        ),
    )


def _other_endings(data: dict[str, Any]) -> list[str]:
    """Patterns of Markdown files that the site does not take for such."""
    named = [one.strip() for one in text(data.get("markdown_ext")).split(",") if one.strip()]
    return [f"*.{ending}" for ending in ("markdown", "mdown", "mkd", "mkdn", "mkdown") if named and ending not in named]


def _collections(site: Site, data: dict[str, Any], above: str) -> tuple[dict[str, str], list[str]]:
    """Patterns of the collections that have pages, and the folders that have none."""
    named = data.get("collections")
    collections = dict.fromkeys(texts(named)) if isinstance(named, list) else table(named)
    posts = text(data.get("permalink")) or "date"
    posts = STYLES.get(posts, f"/{posts.lstrip('/')}")
    suffix = next((end for end in ("/", ":output_ext") if posts.endswith(end)), "")
    prefix = f"{above}/" if above else ""
    urls = {f"{prefix}_posts": posts} if above else {}
    for name in ids(texts(data.get("include"))):  # of those that would be none of the site's
        if name.startswith("_") and (site.has_folder(name) or site.first(name)):
            urls[name] = f"/{name}/:path{suffix}" if site.has_folder(name) else f"/:path/:basename{suffix}"
    for name, said in collections.items():
        if name != "posts" and switched(table(said).get("output")):
            permalink = text(table(said).get("permalink"))
            pattern = STYLES.get(permalink, f"/{permalink.lstrip('/')}") if permalink else f"/:collection/:path{suffix}"
            urls[f"{prefix}_{name}"] = pattern
    unseen = {f"{prefix}{name}" for name in site.folders(above or ".") if name.startswith("_")} - urls.keys()
    return urls, [f"/{name}" for name in sorted(unseen) if name.removeprefix(prefix) not in _NO_COLLECTIONS]


def _defaults(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Keys by folder that the settings give to files; keys that say nothing of an article are left out."""
    found: dict[str, dict[str, Any]] = {}
    value = data.get("defaults")
    for entry in value if isinstance(value, list) else []:
        scope, keys = table(table(entry).get("scope")), table(table(entry).get("values"))
        path = text(scope.get("path")).strip("/")
        if not path and text(scope.get("type")) not in ("", "posts", "pages", "drafts"):
            path = f"{text(data.get('collections_dir'))}/_{text(scope.get('type'))}".strip("/")
        kept = {key: one for key, one in keys.items() if key != "layout" and isinstance(one, str | list)}
        if kept and "*" not in path:
            found[path] = {**found.get(path, {}), **kept}
    return found
