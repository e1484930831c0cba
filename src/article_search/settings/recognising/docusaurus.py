"""Is this a Docusaurus site, and what do its settings say? Not here: what Docusaurus makes of files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from article_search.settings.recognising import literals
from article_search.settings.recognising.found import Found, base_url, settings, text, texts
from article_search.settings.recognising.literals import Literal
from article_search.settings.recognising.site import Site

_CONFIGS = tuple(f"docusaurus.config.{ending}" for ending in ("js", "ts", "mjs", "cjs", "mts", "cts"))
_FOLDERS = {"docs": "docs", "blog": "blog", "pages": "src/pages"}
_TOKENS = {"docs": ":doc", "blog": ":post", "pages": ":page"}
# A further set of files, under ``plugins``, with its options.
_FURTHER = re.compile(
    r"plugin-content-(docs|blog|pages)[\"'`]\s*,\s*(\{[^{}]{0,999}(?:\{[^{}]{0,999}\}[^{}]{0,999}){0,9}\})"
)


@dataclass(frozen=True, slots=True)
class _Set:
    """The files that one plugin makes pages of. ``id`` is empty for the set that is there without being named;
    ``pattern`` has their addresses."""

    kind: str
    id: str
    folder: str
    pattern: str
    exclude: tuple[str, ...]

    @property
    def versions(self) -> str:
        """The folder of what it was in earlier versions."""
        return f"{self.id}{self.id and '_'}versioned_docs"

    @property
    def plugin(self) -> str:
        """The folder of its translations."""
        return f"docusaurus-plugin-content-{self.kind}{self.id and '-'}{self.id}"


def recognise(site: Site) -> Found | None:
    """By its settings."""
    config = site.first(*_CONFIGS)
    if config is None:
        return None
    said = site.literals(config)
    root = text(said.get(("i18n", "defaultLocale")))
    codes = [code for code in texts(said.get(("i18n", "locales"))) if code != root]
    notes: list[str] = []
    if any(keys[-1] == "numberPrefixParser" and value == "false" for keys, value in said.items()):
        notes.append("numberPrefixParser is not carried over: numbers before names are no part of addresses")
    urls: dict[str, str] = {}
    exclude: list[str] = []
    for one in _sets(site, config, said):
        versions = _versions(site, one, notes)
        urls |= {one.folder: one.pattern.replace(":", "next/:") if versions else one.pattern, **versions}
        exclude += [f"/{one.folder}/{pattern}" for pattern in one.exclude]
        for code in codes:
            urls |= dict(_translations(site, one, code, urls))
    return Found(
        "docusaurus",
        config,
        settings(
            content=".",
            title=text(said.get(("title",))),
            base_url=base_url(text(said.get(("url",))), text(said.get(("baseUrl",)))),
            language=root,
            languages=[root, *codes] if codes and root else [],
            urls=urls,
            exclude=exclude,
        ),
        notes,
    )


def _sets(site: Site, config: str, said: dict[tuple[str, ...], Literal]) -> Iterator[_Set]:
    """The sets there are files of."""
    slash = text(said.get(("trailingSlash",)))
    further = [(match[1], literals.read(match[2])) for match in _FURTHER.finditer(site.text(config))]
    usual = [(kind, {keys[-1:]: value for keys, value in said.items() if keys[-2:-1] == (kind,)}) for kind in _FOLDERS]
    for kind, options in (*usual, *further):
        folder = (text(options.get(("path",))) or _FOLDERS[kind]).removeprefix("./").strip("/")
        if site.has_folder(folder):
            route = text(options[("routeBasePath",)]) if ("routeBasePath",) in options else kind.replace("pages", "")
            token = _TOKENS[kind].replace(":", ":bare_" if slash == "false" else ":")
            pattern = f"/{route.strip('/')}/{token}{'/' if slash == 'true' else ''}".replace("//", "/")
            exclude = (one for one in texts(options.get(("exclude",))) if "{" not in one and "_" not in one)
            yield _Set(kind, text(options.get(("id",))).replace("default", ""), folder, pattern, tuple(exclude))


def _versions(site: Site, one: _Set, notes: list[str]) -> dict[str, str]:
    """Patterns of documents that are kept in versions: the newest lies where, without any, the set would."""
    if one.kind != "docs" or not site.has_folder(one.versions):
        return {}
    names = [name for name in site.folders(one.versions) if name.startswith("version-")]
    listed = site.text(f"{one.versions.removesuffix('ed_docs')}s.json")
    newest = min(names, key=lambda name: (listed + f'"{name[8:]}"').index(f'"{name[8:]}"'), default="")
    notes.append(f"of {len(names)} versions each document is found in each; exclude those that are not to be")
    return {
        f"{one.versions}/{name}": one.pattern if name == newest else one.pattern.replace(":", f"{name[8:]}/:")
        for name in names
    }


def _translations(site: Site, one: _Set, code: str, urls: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Patterns of the translated files of a set, and of its versions."""
    above = f"i18n/{code}/{one.plugin}"
    if one.kind != "docs":
        folders = {above: one.folder}
    else:
        originals = (name for name in urls if name.startswith(f"{one.versions}/"))
        folders = {f"{above}/{name.rpartition('/')[2]}": name for name in originals}
        folders[f"{above}/current"] = one.folder
    yield from ((folder, f"/{code}{urls[own]}") for folder, own in folders.items() if site.has_folder(folder))
