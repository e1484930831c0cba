"""What does an address say that a template is to fill in, such as ``/notes/{{ page.fileSlug }}/``?

Values and filters that addresses are made with in Liquid and Nunjucks; nothing is ever evaluated. Not here: patterns
of settings (patterns.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from article_search.reading.generators import slugs
from article_search.reading.generators.description import Make, Page

_OUTPUT = re.compile(r"\{\{-?([^{}]{0,200})\}\}")
_VALUE = re.compile(r"[\w.]+(?:\(\))?")
_ARGUMENT = re.compile(r"""[:(]\s*["']([^"']*)["']\s*\)?""")
_FILTERS: Mapping[str, Callable[[str], str]] = {
    "slug": slugs.ascii_words,
    "slugify": slugs.ascii_words,
    "downcase": str.lower,
    "lower": str.lower,
    "upcase": str.upper,
    "upper": str.upper,
    "strip": str.strip,
    "trim": str.strip,
    "url_encode": str,
    "urlencode": str,
    "safe": str,
    "string": str,
}


def filled(template: str, page: Page, values: Mapping[str, Make]) -> str | None:
    """The text of a template, None when it asks for something not known. ``values`` are those beside the header's."""
    made: list[str] = []
    end = 0
    for match in _OUTPUT.finditer(template):
        value = _output(match[1], page, values)
        if value is None:
            return None
        made += [template[end : match.start()], value]
        end = match.end()
    text = "".join(made) + template[end:]
    return None if "{{" in text or "{%" in text else text


def _output(expression: str, page: Page, values: Mapping[str, Make]) -> str | None:
    name, *filters = (part.strip() for part in expression.strip("- \t").split("|"))
    if not _VALUE.fullmatch(name):
        return None
    value = values[name](page) if name in values else page.text(name.removeprefix("page.data.").lower())
    for written in filters:
        filter, argument = re.split(r"[:(]", written, maxsplit=1)[0].strip(), _ARGUMENT.search(written)
        if filter == "date" and argument and name in ("date", "page.date"):
            value = page.date.strftime(argument[1]) if page.date and _is_date_format(argument[1]) else ""
        elif filter in _FILTERS:
            value = _FILTERS[filter](value)
        else:
            return None
    return value or None


def _is_date_format(text: str) -> bool:
    return re.fullmatch(r"(?:%-?[YymdjHMSBbAa]|[\w./ -])+", text) is not None
