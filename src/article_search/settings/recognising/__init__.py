"""Which generator makes this site, and what do its own settings say? ``recognise`` looks at a folder.

    site        the files of a folder, read with caps, none ever run
    literals    what the text of a program sets to plain values
    found       what was recognised, and by what; what several generators have in common
    the others  one generator each: is it this one, and which settings follow

Not here: what a generator makes of content files (reading/generators), how articles.toml is written (terminal).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from article_search.settings.recognising import (
    astro,
    docusaurus,
    eleventy,
    hexo,
    hugo,
    jekyll,
    jigsaw,
    mkdocs,
    nikola,
    obsidian,
    pelican,
    vuepress,
    zola,
)
from article_search.settings.recognising.found import Found
from article_search.settings.recognising.site import Site

__all__ = ["Found", "recognise"]

# Those with settings nobody else has before those that are told by folders.
_RECOGNISERS: tuple[Callable[[Site], Found | None], ...] = (
    docusaurus.recognise,
    eleventy.recognise,
    astro.recognise,
    vuepress.recognise,
    mkdocs.recognise,
    pelican.recognise,
    nikola.recognise,
    jigsaw.recognise,
    hugo.recognise,
    zola.recognise,
    hexo.recognise,
    jekyll.recognise,
    obsidian.recognise,
)


def recognise(folder: Path) -> list[Found]:
    """The generators whose files are in a folder, the most telling first."""
    site = Site(folder)
    return [found for recogniser in _RECOGNISERS if (found := recogniser(site))]
