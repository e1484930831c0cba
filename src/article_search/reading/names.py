"""What does the path of a content file say? Folder, name, language and date.

Not here: what a generator makes of these (generators), which files there are (walking.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from article_search.language import languages

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?=-|$)")
_DATE_PREFIX = re.compile(r"\d{4}-\d{1,2}-\d{1,2}-(?=.)")
_CODE = re.compile(r"[A-Za-z]{2}(?:[-_][A-Za-z]{2,4})?")
_TEMPLATES = frozenset((".blade",))  # a second ending, of the template language in a Markdown file


@dataclass(frozen=True, slots=True)
class Name:
    """A path taken apart. ``folder`` has no slash at either end; ``stem`` is the file's name without its endings and
    ``language``, a code in lower case as the path gives it; ``by_folder``: as the first of its folders.
    ``is_index``: the page is that of its folder.
    """

    folder: str
    stem: str
    language: str = ""
    by_folder: bool = False
    is_index: bool = False

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders it lies in, from the top."""
        return tuple(self.folder.split("/")) if self.folder else ()

    @property
    def own(self) -> str:
        """What tells it from others: its name, or that of its folder when the page is the folder's."""
        return self.folders[-1] if self.is_index and self.folder else self.stem

    @property
    def undated(self) -> str:
        """The same without the date it may begin with."""
        return _DATE_PREFIX.sub("", self.own, count=1)

    @property
    def day(self) -> str | None:
        """The date it begins with, as YYYY-MM-DD; it may be none of the calendar."""
        match = _DATE.match(self.own)
        return f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}" if match else None


def is_index(stem: str) -> bool:
    """Whether a file so named is, on most sites, the page of its folder."""
    return stem.strip("_").lower() == "index"


def take_apart(
    path: str,
    codes: tuple[str, ...] = (),
    is_index: Callable[[str], bool] = is_index,
    language_in_name: bool = True,
    language_in_folder: bool = False,
    language_roots: bool = False,
    folders: tuple[tuple[str, str], ...] = (),
) -> Name:
    """``codes``: of the site's languages; without them any code that is known is one. ``is_index``:
    whether a name is that of the page of a folder. ``language_roots``: the folder of a language is
    taken off. ``folders`` of languages that are not called by a code."""
    folder, _, file = path.rpartition("/")
    stem = file.rpartition(".")[0] or file
    head, dot, ending = stem.rpartition(".")
    if head and f"{dot}{ending}" in _TEMPLATES:
        stem = head
        head, dot, ending = stem.rpartition(".")
    language, by_folder = "", False
    if language_in_name and head and is_code(ending, codes):
        stem, language = head, ending.lower()
    elif language_in_folder:
        first, _, rest = folder.partition("/")
        code = dict(folders).get(first) or (first if is_code(first, codes) else "")
        language, by_folder = code.lower(), bool(code) and not language_roots
        folder = rest if code and language_roots else folder
    return Name(folder, stem, language, by_folder, is_index(stem))


def is_code(text: str, codes: tuple[str, ...]) -> bool:
    """Whether a part of a name is the code of a language."""
    if not _CODE.fullmatch(text):
        return False
    return text.lower() in codes if codes else languages.known(text) is not None
