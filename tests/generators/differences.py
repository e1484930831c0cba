"""Where do we say otherwise than a generator, on purpose? By site and file: our facts, and the reason."""

from __future__ import annotations

from typing import Any

Meant = tuple[dict[str, Any], str]

_MARKUP = "a title is shown as readers see it: without markup, and with single blanks"
_DRAFT = "what calls itself a draft, unpublished or private is not to be found, whether or not its generator heeds that"
_UNLISTED = "what is in no list on the site is in no list of hits"
_SECTION = "Hugo gives the page of a section the date of its newest page; its own header has none"
_DOTTED = "names that begin with a dot are nobody's articles"

MEANT: dict[str, dict[str, Meant]] = {
    "astro": {
        "src/content/blog/First_Boat.Out.md": ({"title": 'The boat with "dots"'}, _MARKUP),
        "src/content/blog/first-boat.md": ({"title": "First boat: Out & about"}, _MARKUP),
        "src/content/guide/_private.md": (
            {"built": True},
            "which names a collection takes is said by its program, which is not run; exclude says it here",
        ),
        "src/pages/draft-page.md": ({"built": False}, _DRAFT),
    },
    "docusaurus": {
        "docs/First_Steps.v2.md": ({"title": "First steps & more"}, _MARKUP),
        "docs/unlisted.md": ({"built": False}, _UNLISTED),
        "news/2019-03-08-First_Boat.Out.md": ({"title": 'First boat: Out & "about"'}, _MARKUP),
        "news/2019-03-19-unlisted.md": ({"built": False}, _UNLISTED),
    },
    "eleventy": {
        "src/.dotted.md": ({"built": False}, _DOTTED),
        "src/2019-03-08-first-boat.md": ({"title": 'First boat: Out & "about"'}, _MARKUP),
        "src/draft.md": ({"built": False}, _DRAFT),
    },
    "eleventy-plain": {"_drafts/idea.md": ({"built": False}, _DRAFT)},
    "hexo": {
        "source/_posts/First_Boat.Out.md": (
            {
                "address": "/museum/en/News/Spring-Fair/2019/3/08/First_Boat.Out/",
                "title": "First boat: Out & about",
            },
            f"{_MARKUP}; articles init says that category_map is not carried over",
        ),
        "source/_posts/draft-flag.md": ({"built": False}, _DRAFT),
        "source/_posts/the ferry to Lykke.md": ({"title": 'The ferry to "Lykke"'}, _MARKUP),
        "source/page-hidden.md": ({"built": False}, _DRAFT),
    },
    "hexo-plain": {
        "source/_posts/lamp.md": (
            {"address": "/museum/lamp"},
            "articles init says what it leaves of post_asset_folder",
        ),
    },
    "hugo": {
        **{
            f"content/{name}.md": ({"date": None}, _SECTION)
            for name in (
                *("_index", "_index.fr", "_index.ru", "guide/_index", "logs/_index", "logs/2021/_index"),
                "news/_index",
            )
        },
        "content/news/2019-03-08-first-boat.md": ({"title": "First boat: Out & about"}, _MARKUP),
        "content/news/2019-03-09-Ferry_To.Lykke.md": ({"title": 'The ferry to "Lykke"'}, _MARKUP),
    },
    "hugo-folders": {f"content/english/{name}.md": ({"date": None}, _SECTION) for name in ("_index", "News/_index")},
    "hugo-plain": {"content/_index.md": ({"date": None}, _SECTION)},
    "jekyll": {
        "_posts/2019-03-08-First_Boat.Out.md": ({"title": "First boat: Out & about"}, _MARKUP),
        "_posts/2020-06-21-escaped-title.md": ({"title": 'A title with stars and \\"strokes\\"'}, _MARKUP),
    },
    "jekyll-plain": {
        "_posts/19-3-9-short-year.md": (
            {"address": "/museum/19-3-9-short-year.html", "date": None},
            "years of two figures are not read, for nobody knows which number is the year",
        ),
    },
    "jigsaw": {
        "source/_posts/The Ferry_to.Lykke.md": ({"title": 'The ferry to "Lykke"'}, _MARKUP),
        "source/_posts/first-boat.md": ({"title": "First boat: Out & about"}, _MARKUP),
    },
    "mkdocs": {
        "docs/about.md": ({"title": "Who we are"}, "a page's own title comes before the one the navigation has for it"),
        "docs/draft.md": ({"built": False}, _DRAFT),
        "docs/guide/own-title.md": ({"title": "A title of its own: quay"}, _MARKUP),
    },
    "nikola": {
        "posts/First_Boat.Out.md": ({"title": "First boat: Out & about"}, _MARKUP),
        "posts/draft.md": ({"built": False}, _DRAFT),
        "posts/meta-beside.md": (
            {"address": "/museum/posts/meta-beside/", "title": "meta-beside", "date": None},
            "a header is read where it stands before its text, not in a file beside it",
        ),
        "posts/private.md": ({"built": False}, _DRAFT),
        "posts/the ferry to Lykke.md": ({"title": 'The ferry to "Lykke"'}, _MARKUP),
    },
    "pelican": {
        "content/news/2019-03-08-First_Boat.Out.md": ({"title": 'First boat: Out & "about"'}, _MARKUP),
        "content/news/the ferry to Lykke.md": (
            {"title": "The ferry: to Lykke"},
            f"{_MARKUP}; quotes around a title are YAML's, which Pelican does not know",
        ),
        "content/talks/underscore_in-slug.md": ({"title": "Under_score -- and blanks"}, _MARKUP),
    },
    "vuepress": {
        "docs/First_Steps.v2.md": ({"title": 'First steps: up "stairs"'}, _MARKUP),
        "docs/heading-id.md": ({"title": "A heading with a name"}, "the name of a heading is no part of it"),
        "docs/posts/draft.md": ({"built": False}, _DRAFT),
    },
    "zola": {
        "content/About_The_Quay.md": ({"title": "The quay: old & new"}, _MARKUP),
    },
}
