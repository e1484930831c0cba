"""Is this a Hexo site, and what does its ``_config.yml`` say? Not here: what Hexo makes of files."""

from __future__ import annotations

from article_search.settings.recognising.found import Found, base_url, settings, table, text, texts
from article_search.settings.recognising.site import Site

_PERMALINK = "/:year/:month/:day/:title/"


def recognise(site: Site) -> Found | None:
    """By ``_config.yml`` beside ``source/_posts`` or ``scaffolds``, or as a package that the site needs."""
    config = site.first("_config.yml", "_config.json")
    if config is None:
        return None
    package = site.data("package.json") if site.first("package.json") else {}
    if not (
        "hexo" in package
        or "hexo" in table(package.get("dependencies"))
        or site.has_folder("source/_posts")
        or site.has_folder("scaffolds")
    ):
        return None
    data = site.data(config)
    permalink = text(data.get("permalink"))
    languages = texts(data.get("language"))
    defaults = {key: one for key, one in table(data.get("permalink_defaults")).items() if isinstance(one, str)}
    if category := text(data.get("default_category")):
        defaults["default_category"] = category
    name = text(data.get("new_post_name"))
    notes = []
    if table(data.get("category_map")):
        notes.append("category_map is not carried over: categories keep their names in addresses")
    exclude = [*texts(data.get("exclude")), *texts(data.get("ignore")), *texts(data.get("skip_render"))]
    slashed = table(data.get("pretty_urls"))
    bare = text(slashed.get("trailing_html")).lower() == "false"
    pages = {"": "/{path}", "_posts": f"/{permalink.lstrip('/')}" if permalink else _PERMALINK} if bare else {}
    if text(data.get("post_asset_folder")).lower() == "true":
        notes.append("post_asset_folder: a permalink without an ending is taken as it is, without a slash at its end")
    include = [one.partition("/")[0] for one in texts(data.get("include"))]
    return Found(
        "hexo",
        config,
        settings(
            content=text(data.get("source_dir")) or "source",
            title=text(data.get("title")),
            base_url=base_url(text(data.get("url")), text(data.get("root"))),
            timezone=text(data.get("timezone")),
            language=languages[0] if languages and languages[0] != "default" else "",
            url=f"/{permalink.lstrip('/')}" if permalink else "",
            urls={folder: "/{path}" if bare else "/{path}.html" for folder in include if folder.startswith("_")}
            | pages,
            defaults={"_posts": defaults} if defaults else {},
            filename_dates="last" if ":year" in name and ":day" in name else "",
            future="hide" if text(data.get("future")).lower() == "false" else "",
            exclude=[one.removeprefix("**/") for one in exclude],
        ),
        notes,
    )
