"""Is this a Hugo site, and what do its settings say? Not here: what Hugo makes of files."""

from __future__ import annotations

import re
from typing import Any

from article_search.reading.generators import OPTIONS
from article_search.settings.recognising.found import Found, base_url, settings, switched, table, text, texts
from article_search.settings.recognising.site import Site

_ENDINGS = ("toml", "yaml", "yml", "json")
_OWN = tuple(f"{name}.{ending}" for name in ("hugo", "config/_default/hugo") for ending in _ENDINGS)
_SHARED = tuple(f"{name}.{ending}" for name in ("config", "config/_default/config") for ending in _ENDINGS)
_SUFFIX = re.compile(r"(?:\\?\.[\w-]+)+\$")  # an expression that is but the end of a name
_SECTIONS = 5_000  # folders that are looked through for what they say of their files
_CASCADED = ("draft", "build", "_build", "headless", "publishdate", "expirydate")
_FOLDERS = ("archetypes", "layouts", "themes")


def recognise(site: Site) -> Found | None:
    """By ``hugo.toml`` and the like, or ``config.toml`` with a ``baseURL``."""
    config = site.first(*_OWN)
    data = _lower(site.data(config)) if config else {}
    if config is None:
        config = site.first(*_SHARED)
        data = _lower(site.data(config)) if config else {}
        if config is None or not ("baseurl" in data or any(map(site.has_folder, _FOLDERS))) or "base_url" in data:
            return None
    for part in ("permalinks", "languages", "params", "frontmatter"):
        if more := site.first(*(f"config/_default/{part}.{ending}" for ending in _ENDINGS)):
            data.setdefault(part, _lower(site.data(more)))
    notes: list[str] = []
    root, codes, folders = _languages(data)
    content = text(data.get("contentdir")) or "content"
    urls = _permalinks(data.get("permalinks"))
    dates = texts(table(data.get("frontmatter")).get("date"))
    named = dates.index(":filename") if ":filename" in dates else -1
    found = settings(
        content=content,
        title=text(data.get("title")),
        base_url=base_url(text(data.get("baseurl"))),
        timezone=text(data.get("timezone")),
        language=root or text(data.get("languagecode")),
        languages=codes,
        language_folders=_within(folders, content, notes),
        generator_options=[option for option in OPTIONS if switched(data.get(option.lower()))],
        urls=urls,
        defaults=_cascades(site, content),
        filename_dates="first" if named == 0 else "last" if named > 0 else "",
        future="show" if switched(data.get("buildfuture")) else "",
        exclude=_ignored(texts(data.get("ignorefiles")), notes),
    )
    return Found("hugo", config, found, notes)


def _lower(data: dict[str, Any]) -> dict[str, Any]:
    """The table with its first keys in lower case, for Hugo does not tell them apart."""
    return {key.lower(): value for key, value in data.items()}


def _languages(data: dict[str, Any]) -> tuple[str, list[str], dict[str, str]]:
    """The code of the root's language, the codes of all with that one first, and folders of their own."""
    languages = {code.lower(): _lower(table(one)) for code, one in table(data.get("languages")).items()}
    languages = {code: one for code, one in languages.items() if not switched(one.get("disabled"))}
    root = (text(data.get("defaultcontentlanguage")) or ("en" if languages else "")).lower()
    folders = {text(one.get("contentdir")).strip("/"): code for code, one in languages.items()}
    return root, [root, *(code for code in languages if code != root)] if languages else [], folders


def _within(folders: dict[str, str], content: str, notes: list[str]) -> dict[str, str]:
    """The folders of languages that lie in the content folder, without those that are called by the code."""
    found = {}
    for folder, code in folders.items():
        if folder.startswith(f"{content}/"):
            found[folder.removeprefix(f"{content}/")] = code
        elif folder not in ("", content):
            notes.append(f"the folder {folder} of the language {code} lies outside {content} and is not searched")
    return {folder: code for folder, code in found.items() if folder != code and "/" not in folder}


def _permalinks(value: object) -> dict[str, str]:
    """Patterns by section; newer settings tell pages from sections, which have none here."""
    given = table(value)
    given = table(given.get("page")) if isinstance(given.get("page"), dict) else given
    return {
        section.strip("/"): f"/{pattern.lstrip('/')}"
        for section, pattern in given.items()
        if isinstance(pattern, str) and section not in ("section", "taxonomy", "term")
    }


def _cascades(site: Site, content: str) -> dict[str, dict[str, Any]]:
    """Whether pages are made of the files of folders, where their section says so."""
    found: dict[str, dict[str, Any]] = {}
    waiting = [""]
    for _ in range(_SECTIONS):
        if not waiting:
            break
        folder = waiting.pop()
        waiting += [f"{folder}{name}/" for name in site.folders(f"{content}/{folder}")]
        for file in site.files(f"{content}/{folder}"):
            if file.startswith("_index.") and file.endswith((".md", ".markdown")):
                cascade = _lower(site.header(f"{content}/{folder}{file}")).get("cascade")
                for rule in cascade if isinstance(cascade, list) else [cascade]:
                    keys = _lower(table(rule))
                    named = text(table(keys.get("target") or keys.get("_target")).get("path"))
                    target = named or f"/{folder}**"
                    place = target.removesuffix("/**").removesuffix("**").strip("/{}*")
                    if (kept := {key: keys[key] for key in _CASCADED if key in keys}) and "*" not in place:
                        found[place] = {**found.get(place, {}), **kept}
                        if "draft" in kept and named.endswith("/**"):
                            found[f"{place}/_index.md"] = {"draft": False}  # which is not below itself
    return found


def _ignored(expressions: list[str], notes: list[str]) -> list[str]:
    """Those expressions as patterns of ours that are but the end of a name."""
    patterns = []
    for expression in expressions:
        if _SUFFIX.fullmatch(expression):
            patterns.append("*" + expression.replace("\\", "").rstrip("$"))
        else:
            notes.append(f"ignoreFiles: {expression} is left aside; name what it means in exclude")
    return patterns
