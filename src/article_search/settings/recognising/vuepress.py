"""Is this a VuePress site, and what do its settings say? Not here: what VuePress makes of files."""

from __future__ import annotations

from article_search.settings.recognising.found import Found, settings, text, texts
from article_search.settings.recognising.site import Site

_ENDINGS = ("js", "ts", "mjs", "mts", "cjs", "yml", "toml")


def recognise(site: Site) -> Found | None:
    """By a folder ``.vuepress``, here or one folder below."""
    content = next((one for one in (".", "docs", "src", *site.folders()) if site.has_folder(f"{one}/.vuepress")), None)
    if content is None:
        return None
    config = site.first(*(f"{content}/.vuepress/config.{ending}" for ending in _ENDINGS))
    said = site.literals(config) if config and config.endswith(("js", "ts")) else {}
    base = text(said.get(("base",))).strip("/")
    codes = {
        keys[1].strip("/"): text(value)
        for keys, value in said.items()
        if len(keys) == 3 and keys[0] == "locales" and keys[2] == "lang"
    }
    root = text(said.get(("lang",))) or codes.get("", "")
    others = [path for path in codes if path]
    patterns = texts(said.get(("pagePatterns",)))
    return Found(
        "vuepress",
        f"{content}/.vuepress".removeprefix("./"),
        settings(
            content=content,
            title=text(said.get(("title",))) or text(said.get(("locales", "/", "title"))),
            base_url=f"/{base}" if base else "",
            language=root,
            languages=[root, *others] if others and root else [],
            exclude=[one[1:] for one in patterns if one[:1] == "!" and one[1:] not in (".vuepress", "node_modules")],
            url=_permalinks(text(said.get(("permalinkPattern",))) or text(said.get(("permalink",)))),
        ),
    )


def _permalinks(pattern: str) -> str:
    return f"/{pattern.lstrip('/')}" if ":" in pattern else ""
