"""What has a generator to be described by, and what is its description of a page made from?

Not here: any one generator.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from article_search.language import languages
from article_search.reading.generators import clocks
from article_search.reading.names import Name, is_index
from article_search.reading.rules import Rules


@dataclass(frozen=True, slots=True)
class Page:
    """One content file, as far as its page depends on it.

    ``place`` is its path, from a content folder on that means something by its own name.
    ``metadata`` has lower-case keys; ``date`` is in the site's zone, or its own; ``categories`` are those of the keys
    for categories, without tags. ``has_header``: whether there is one, be it empty.
    """

    id: str
    place: str
    name: Name
    metadata: Mapping[str, object]
    title: str
    date: datetime | None
    categories: tuple[str, ...]
    has_header: bool
    rules: Rules

    @property
    def language(self) -> str:
        """The code of the language that its path or its header names; empty when neither does."""
        return self.name.language or self.text("lang").lower()

    @property
    def is_foreign(self) -> bool:
        """Whether that is another language than the one of the site's root."""
        code, codes = self.language, self.rules.languages
        at_root = code == codes[0] if codes else languages.known(code) == self.rules.language
        return bool(code) and not at_root

    @property
    def language_folder(self) -> str:
        """The folder of the language its path names, if that is not the one of the site's root: ``/fr``, or nothing."""
        if "defaultContentLanguageInSubdir" in self.rules.generator_options:
            return f"/{self.name.language or self.rules.languages[0]}" if self.rules.languages else ""
        return f"/{self.name.language}" if self.name.language and self.is_foreign else ""

    def text(self, key: str) -> str:
        """The value of a key that holds one text; empty when it has none."""
        value = self.metadata.get(key)
        return value.strip() if isinstance(value, str) else ""


Make = Callable[[Page], str]
Address = Callable[[Page, "Generator"], str]


def always(_: object) -> bool:
    """What holds whatever is asked about."""
    return True


def nothing(_: Name, __: str) -> None:
    """Nothing of its own."""


@dataclass(frozen=True, slots=True)
class Generator:
    """The rules of one generator. Addresses are paths from the root of the site, percent-encoded.

    ``address``: of a page that gives itself none. ``own``: the address or pattern an article gives itself, None when
    it gives none. ``tidied``: what becomes of either at last.
    ``tokens``: what ``:name`` stands for in a pattern; ``slug``: a file's name in an address, ``path_slug`` within
    its path; ``prose_slug``: a title;
    ``own_slug``: the name an article gives itself there; ``categories``: what stands for its categories.
    ``special_folders``: whether folders that begin with an underscore make files something else than pages.
    ``is_page``: whether the file becomes a page of its own; ``awaits``: whether it does so only when its date has come;
    ``day``: what date the name says, as YYYY-MM-DD; ``clock``: which moment a written date is;
    ``keeps_zones``: in an address it has the zone it is written in.
    ``untitled``: what a page of this name and text is called that names no title, None when the first heading is
    looked for.
    ``titled_by_heading``: whether that heading is the title by its own rules, too. ``unfenced``: whether a header may
    stand there without fences.
    ``language_in_name``, ``language_in_folder``: which of them may be the code of a language. ``language_first``: pages
    so named, in another language than that of the site's root, lie below a folder of the code.
    ``language_roots``: the folder of a language is no part of addresses by itself. ``bundles_of``: of
    all ids what the rules of the others depend on: folders with an index, names of the pages of sections.
    ``is_index``: whether the page of a file so named is that of its folder. ``images_beside_file``: paths of images
    start there for every page, not only for that of a folder. ``endings`` are those of Markdown files beyond the
    usual, ``passed_over`` patterns of what is no content.
    """

    name: str
    address: Address
    own: Callable[[Page], str | None]
    tokens: Mapping[str, Make]
    slug: Callable[[str], str]
    prose_slug: Callable[[str], str]
    own_slug: Make
    categories: Make
    tidied: Callable[[str], str] = str
    path_slug: Callable[[str], str] = str
    special_folders: bool = False
    is_page: Callable[[Page], bool] = always
    awaits: Callable[[Page], bool] = always
    day: Callable[[Name], str | None] = operator.attrgetter("day")
    titled_by_heading: bool = False
    unfenced: bool = False
    keeps_zones: bool = False
    clock: Callable[[str, tzinfo], tuple[str, tzinfo]] = clocks.of_site
    untitled: Callable[[Name, str], str | None] = nothing
    language_in_name: bool = False
    language_in_folder: bool = True
    language_first: bool = False
    language_roots: bool = False
    bundles_of: Callable[[Iterable[str]], frozenset[str]] = lambda _: frozenset()
    is_index: Callable[[str], bool] = is_index
    images_beside_file: bool = False
    endings: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
