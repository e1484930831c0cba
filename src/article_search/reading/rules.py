"""What does a site decide about its articles? ``Rules``, as reading needs them.

Not here: what is accepted for them, and where they come from (settings).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from article_search.language import languages

FALLBACK = "/article/{id}"  # the page `articles serve` has for every article


@dataclass(frozen=True, slots=True)
class Rules:
    """The zone of dates without an offset, how addresses are made, and the language of articles that name none.

    ``generator`` is one of generators.NAMES, or empty. ``urls`` has patterns of addresses by folder, ``url`` that of
    all others; FALLBACK stands for the addresses the generator makes, if one is named. ``languages`` are the codes
    that files and folders of the site are named with, the first that of its root; empty: any that is known.
    ``language_folders`` are first folders and the codes of their languages, where they are called otherwise.
    ``generator_options``: which switches of the generator are on, of generators.OPTIONS.
    ``filename_dates``: whether a date at the beginning of a name comes first, before those of the header, last or
    never; empty: as the generator has it. ``future``: "show" or "hide" articles whose date is to come; empty likewise.
    ``root`` is the content folder's own name if that means something to generators, such as ``_posts``.
    ``bundles`` are folders with an index, and names of such files, where they matter to the generator.
    ``defaults`` has the keys that files of a folder have without saying so, the innermost folder first.
    """

    timezone: tzinfo
    url: str = FALLBACK
    language: str = languages.DEFAULT
    generator: str = ""
    base_url: str = ""
    generator_options: tuple[str, ...] = ()
    urls: tuple[tuple[str, str], ...] = ()
    languages: tuple[str, ...] = ()
    language_folders: tuple[tuple[str, str], ...] = ()
    filename_dates: str = ""
    future: str = ""
    root: str = ""
    bundles: frozenset[str] = frozenset()
    defaults: tuple[tuple[str, Mapping[str, object]], ...] = ()
