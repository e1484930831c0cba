"""What can a search be asked for? ``Search``: the words and every option, with its default and its bounds.

``OPTIONS`` says how each is written and described; the command line, the URL of the search page, the API and its
description are made of that table. A new option is a field and a row here, and whatever acts on it. Not here: what
the words mean (parser.py), which days the date words name (date_words.py), click and Flask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, replace
from typing import Any, Literal

from article_search.errors import OptionError
from article_search.late import dataclass
from article_search.limits import LIMITS

Sort = Literal["relevance", "newest", "oldest"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")

Kind = Literal["text", "texts", "date", "choice", "number", "switch"]

SWITCH = {  # how yes and no are written in a URL, in small letters
    "": False,
    "0": False,
    "1": True,
    "false": False,
    "true": True,
    "no": False,
    "yes": True,
    "off": False,
    "on": True,
}


@dataclass(frozen=True, slots=True)
class Search:
    """A query with its options: ``Search("smalling roma", limit=5)``. Nothing is checked before it is asked."""

    text: str = ""
    _: KW_ONLY
    categories: Sequence[str] = ()  # articles of any of them
    since: str | None = None  # date words (``2020-09``, ``last-week``); the days that they name are included
    until: str | None = None  # likewise
    sort: Sort = "relevance"
    limit: int | None = None  # hits a page; None: as the settings of the site say
    page: int = 1
    any: bool = False  # articles with any of the words, not all
    strict: bool = False  # never articles with only some of the words, however few are found else
    each: bool = False  # also articles that say nearly the same as a better one
    exact: bool = False  # words as typed, never what may have been meant
    verbatim: bool = False  # words just as they are written: no other endings, spellings or synonyms
    typing: bool = False  # the last word may go on
    expand: bool = False  # articles first that have the words the first few of the answer share
    snippets: bool = True  # hits with the passage that matched; they come sooner without

    @classmethod
    def of(cls, text: str | Search, **options: Any) -> Search:
        """A search of words and options by name, or one with other options. Raises TypeError for an unknown name."""
        return replace(text, **options) if isinstance(text, Search) else cls(text, **options)

    def check(self, page_size: int) -> None:
        """Raises OptionError for what cannot be asked, with pages of that size unless the search names one."""
        for option in OPTIONS:
            _check(option, getattr(self, option.field))
        limit = page_size if self.limit is None else self.limit
        last = last_page(limit)
        if self.page > last:
            raise OptionError("page", f"page must be from 1 to {last} with {limit} articles a page, not {self.page}")
        if self.any and self.strict:
            raise OptionError(
                "strict", "any and strict exclude one another: articles with any of the words, or only with all"
            )


def last_page(limit: int) -> int:
    """The last page that can be turned to, of so many hits each, however many there are."""
    return max(1, LIMITS.page_depth // limit)


@dataclass(frozen=True, slots=True)
class Option:
    """How a field of Search is written and described.

    Without a ``flag`` the command line does not offer it, without a ``parameter`` no URL does.
    """

    field: str
    kind: Kind
    flag: str = ""  # on the command line
    help: str = ""  # there
    metavar: str | None = None  # what stands there for the value
    parameter: str = ""  # in the URL of the search page, and of the API
    description: str = ""  # in the description of the API
    chip: str = ""  # a switch that is on, as the search page shows it
    narrows: bool = False  # leaves articles out, so that going without may help
    carried: bool = False  # stays when the search page is asked for other words, but has no field in its form
    choices: tuple[str, ...] = ()
    highest: int = 0  # of a number that counts from 1; how many texts
    chars: int = 100  # read of a text in a URL; what is longer is wrong anyway

    @property
    def default(self) -> Any:
        """What holds when nothing is said."""
        return Search.__dataclass_fields__[self.field].default


OPTIONS = (
    Option(
        "text",
        "text",
        parameter="q",
        description="The query, in the language of the guide.",
        chars=LIMITS.query_chars + 1,  # one over the limit, so that the reader is told of it
    ),
    Option(
        "categories",
        "texts",
        flag="--category",
        metavar="C",
        help="Only of this category; repeat for more.",
        parameter="category",
        description="Only these categories: any of them.",
        narrows=True,
        carried=True,
        highest=LIMITS.filter_values,
        chars=LIMITS.category_chars,
    ),
    Option(
        "since",
        "date",
        flag="--since",
        metavar="DATE",
        help="Not before: 2020, 2020-09, 2020-09-15, yesterday, last-week, …",
        parameter="since",
        description="This day and later, by date words.",
        narrows=True,
    ),
    Option(
        "until",
        "date",
        flag="--until",
        metavar="DATE",
        help="Not after; the day, month or year named is included.",
        parameter="until",
        description="This day and earlier.",
        narrows=True,
    ),
    Option(
        "sort",
        "choice",
        flag="--sort",
        help="What comes first.",
        parameter="sort",
        description="What comes first.",
        carried=True,
        choices=SORTS,
    ),
    Option(
        "limit",
        "number",
        flag="--limit",
        metavar="N",
        help="Hits on a page.",
        parameter="limit",
        description="Hits a page.",
        carried=True,
        highest=LIMITS.page_size,
    ),
    Option(
        "page",
        "number",
        flag="--page",
        metavar="N",
        help="Which page of hits.  [default: 1]",
        parameter="page",
        description=f"Which page; up to hit {LIMITS.page_depth}.",
        highest=LIMITS.page_depth,
    ),
    Option(
        "any",
        "switch",
        flag="--any",
        help="Articles with any of the words, not all.",
        parameter="any",
        description="Articles with any of the words. Not together with strict.",
        chip="any of the words",
    ),
    Option(
        "strict",
        "switch",
        flag="--strict",
        help="Only articles with all of the telling words or named by them, however few.",
        parameter="strict",
        description="Only articles with all of the telling words or named by them, however few. Not together with any.",
        chip="all of the words",
        narrows=True,
    ),
    Option(
        "each",
        "switch",
        flag="--all",
        help="Also articles that say nearly the same as a better one.",
        parameter="each",
        description="Also articles that say nearly the same as a better one.",
        chip="near-copies too",
        carried=True,
    ),
    Option(
        "exact",
        "switch",
        flag="--exact",
        help="The words as typed, without correction of slips.",
        parameter="exact",
        description="The words as typed, without correction of slips.",
        chip="words as typed",
    ),
    Option(
        "verbatim",
        "switch",
        flag="--verbatim",
        help="Each word just as it is written, as =word asks for one: no other ending, spelling or synonym.",
        parameter="verbatim",
        description="Each word just as it is written, as =word asks for one: no other ending, spelling or synonym.",
        chip="words just as written",
        narrows=True,
        carried=True,
    ),
    Option("typing", "switch", parameter="typing", description="The last word may go on."),
    Option(
        "expand",
        "switch",
        flag="--expand",
        help="First what has other words, too, that the first articles share.",
        parameter="expand",
        description="Also articles with words that the first ones share.",
        carried=True,
    ),
    Option("snippets", "switch"),
)


def read(option: Option, written: Sequence[str]) -> Any:
    """The value of an option as a URL says it, in one text or in several. Raises OptionError."""
    name, text = option.parameter, written[0]
    if option.kind == "texts":
        return tuple(written)
    if option.kind == "number":
        return whole_number(name, text, option.highest)
    if option.kind == "choice":
        return _choice(name, text, option.choices)
    if option.kind == "switch":
        return _yes(name, text)
    return text


def whole_number(name: str, text: str, highest: int) -> int:
    """A whole number from 1 to ``highest``. Raises OptionError."""
    if text.isascii() and text.isdigit() and len(text.lstrip("0")) <= len(str(highest)) and 1 <= int(text) <= highest:
        return int(text)
    raise OptionError(name, f"{name}: {text[:40]!r} is not a whole number from 1 to {highest:,}")


def _choice(name: str, text: str, choices: Sequence[str]) -> str:
    if text.lower() in choices:
        return text.lower()
    raise OptionError(name, f"{name}: {text!r} is none of {', '.join(choices)}")


def _yes(name: str, text: str) -> bool:
    if text.lower() in SWITCH:
        return SWITCH[text.lower()]
    raise OptionError(name, f"{name}: {text!r} is neither 1, true, yes or on nor 0, false, no or off")


def _check(option: Option, value: Any) -> None:
    name, highest = option.parameter, option.highest
    if option.kind == "choice" and value not in option.choices:
        raise OptionError(name, f"{name} must be one of {', '.join(option.choices)}, not {str(value)[:40]!r}")
    if option.kind == "number" and value is not None and not (isinstance(value, int) and 1 <= value <= highest):
        raise OptionError(name, f"{name} must be from 1 to {highest}, not {str(value)[:40]}")
    if option.kind == "texts" and len(value) > highest:
        raise OptionError(name, f"at most {highest} {option.field} can be chosen at once")
