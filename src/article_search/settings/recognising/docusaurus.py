"""Is this a Docusaurus site, and what do its settings say? Not here: what Docusaurus makes of files."""

from __future__ import annotations

import re

from article_search.settings.recognising import literals
from article_search.settings.recognising.found import Found, base_url, settings, text, texts
from article_search.settings.recognising.literals import Literal
from article_search.settings.recognising.site import Site

_CONFIGS = tuple(f"docusaurus.config.{ending}" for ending in ("js", "ts", "mjs", "cjs", "mts", "cts"))


# Another set of documents or posts than those of the preset.
_INSTANCE = re.compile(r"plugin-content-(docs|blog)[\"'],\s*(\{[^{}]{0,2000}\})")


def recognise(site: Site) -> Found | None:
    """By its settings."""
    config = site.first(*_CONFIGS)
    if config is None:
        return None
    program = site.text(config)
    said = literals.read(program)
    slash = "/" if text(said.get(("trailingSlash",))) == "true" else ""
    bare = "bare_" if text(said.get(("trailingSlash",))) == "false" else ""
    urls: dict[str, str] = {}
    exclude: list[str] = []
    for kind, token in (("docs", ":doc"), ("blog", ":post"), ("pages", ":page")):
        folder = _option(said, kind, "path") or {"docs": "docs", "blog": "blog", "pages": "src/pages"}[kind]
        folder = folder.removeprefix("./").strip("/")
        route = _option(said, kind, "routeBasePath")
        route = (kind if kind != "pages" else "") if route is None else route.strip("/")
        if _option(said, kind, "numberPrefixParser") == "false":
            token = token.replace(":", ":numbered_")
        token = token.replace(":", f":{bare}")
        if site.has_folder(folder):
            urls[folder] = f"/{route}/{token}{slash}".replace("//", "/")
            exclude += [f"/{folder}/{one}" for one in _list(said, kind, "exclude") if "{" not in one and "_" not in one]
    instances = {"docs": "docs"}
    for kind, block in _INSTANCE.findall(program):
        own = literals.read(block)
        folder = text(own.get(("path",))).removeprefix("./").strip("/")
        if folder and site.has_folder(folder):
            route = text(own.get(("routeBasePath",))).strip("/") or kind
            urls[folder] = f"/{route}/:{bare}{'doc' if kind == 'docs' else 'post'}{slash}".replace("//", "/")
            instances[f"{kind}-{text(own.get(('id',))) or 'default'}"] = folder
    notes = _versions(site, urls)
    codes = texts(said.get(("i18n", "locales")))
    root = text(said.get(("i18n", "defaultLocale")))
    if len(codes) > 1:
        _translations(site, [code for code in codes if code != root], urls, instances)
    return Found(
        "docusaurus",
        config,
        settings(
            content=".",
            title=text(said.get(("title",))),
            base_url=base_url(text(said.get(("url",))), text(said.get(("baseUrl",)))),
            language=root,
            languages=[root, *(code for code in codes if code != root)] if len(codes) > 1 and root else [],
            urls=urls,
            exclude=exclude,
        ),
        notes,
    )


def _option(said: dict[tuple[str, ...], Literal], kind: str, key: str) -> str | None:
    """An option of a plugin, in the preset or by itself."""
    found = next((value for keys, value in said.items() if keys[-2:] == (kind, key)), None)
    return found if isinstance(found, str) else None


def _list(said: dict[tuple[str, ...], Literal], kind: str, key: str) -> list[str]:
    return next((texts(value) for keys, value in said.items() if keys[-2:] == (kind, key)), [])


def _versions(site: Site, urls: dict[str, str]) -> list[str]:
    """Patterns of documents that are kept in versions: the newest version lies where the others' folder does."""
    if not site.has_folder("versioned_docs") or "docs" not in urls:
        return []
    pattern = urls["docs"]
    names = [name for name in site.folders("versioned_docs") if name.startswith("version-")]
    listed = site.text("versions.json")
    newest = min(names, key=lambda name: (listed + f'"{name[8:]}"').index(f'"{name[8:]}"'), default="")
    for name in names:
        urls[f"versioned_docs/{name}"] = pattern if name == newest else pattern.replace(":", f"{name[8:]}/:")
    urls["docs"] = pattern.replace(":", "next/:")
    return [f"of {len(names)} versions each document is found in each; exclude those that are not to be"]


def _translations(site: Site, codes: list[str], urls: dict[str, str], instances: dict[str, str]) -> None:
    """Patterns of translated files."""
    known = dict(urls)
    for code in codes:
        for plugin, own in {**instances, "blog": "blog", "pages": "src/pages"}.items():
            folder = f"i18n/{code}/docusaurus-plugin-content-{plugin}"
            for part in (*site.folders(folder), "") if plugin.startswith("docs") else ("",):
                original = own if part in ("current", "") else f"versioned_docs/{part}"
                if original in known and site.has_folder(folder) and (part or not plugin.startswith("docs")):
                    urls[f"{folder}/{part}".rstrip("/")] = f"/{code}{known[original]}"
