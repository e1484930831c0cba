"""Is this an Astro site, and what do its settings say? Not here: what Astro makes of files."""

from __future__ import annotations

from article_search.settings.recognising.found import Found, base_url, settings, table, text, texts
from article_search.settings.recognising.site import Site

_CONFIGS = tuple(f"astro.config.{ending}" for ending in ("mjs", "js", "ts", "mts", "cjs"))


def recognise(site: Site) -> Found | None:
    """By its settings."""
    config = site.first(*_CONFIGS)
    if config is None:
        return None
    said = site.literals(config)
    package = site.data("package.json") if site.first("package.json") else {}
    starlight = "@astrojs/starlight" in table(package.get("dependencies"))
    root = text(said.get(("srcDir",))).removeprefix("./").strip("/") or "src"
    end = "" if text(said.get(("trailingSlash",))) == "never" else "/"
    end = ".html" if text(said.get(("build", "format"))) == "file" else end
    urls = {"content/docs": f"/:id{end}"} if starlight else {}
    if end != "/":
        collections = [name for name in site.folders(f"{root}/content") if f"content/{name}" not in urls]
        urls |= {f"content/{name}": f"/{name}/:id{end}" for name in collections} | {"pages": f"/:page{end}"}
    older = site.first(*(f"{root}/content/config.{ending}" for ending in ("ts", "js", "mjs", "mts")))
    locale = text(said.get(("i18n", "defaultLocale"))) or text(said.get(("defaultLocale",)))
    codes = texts(said.get(("i18n", "locales")))
    notes = ["content collections are taken to lie below their names; write others in urls"]
    return Found(
        "astro",
        config,
        settings(
            content=root,
            base_url=base_url(text(said.get(("site",))), text(said.get(("base",)))),
            language=locale if locale != "root" else "",
            languages=[locale, *(code for code in codes if code != locale)] if codes and locale else [],
            urls=urls,
            exclude=["/content/**/_*"] if older and "loader" not in site.text(older) else [],
        ),
        notes if site.has_folder(f"{root}/content") and not starlight else [],
    )
