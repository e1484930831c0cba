"""Where are tags of template languages, and what becomes of them? Liquid, Nunjucks, Tera, Hugo's shortcodes.

Also the marks in brackets that are theirs in spirit: WordPress's tags and footnotes. Not here: Blade (blade.py), which
of a tag's words are seen (shortcodes.py), what a template would make of a value.
"""

from __future__ import annotations

import re
from functools import cache

from article_search.reading.markup.attributes import ATTRIBUTES
from article_search.reading.markup.formulas import FORMULA
from article_search.reading.markup.placeholders import BLOCK_END, Placeholders
from article_search.reading.markup.shortcodes import is_a_link, shown

EVERY_TAG = frozenset(("{{<", "{{%", "{{", "{%", "{#"))

_OTHERS = (
    r"|\[\^[^\[\]\s]{1,50}\]:?"  # footnotes
    r"|\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]"
    r"|\[/?(?:caption|embed|gallery|playlist)(?:\s[^\[\]\n]{0,1000})?\]"  # WordPress
)
_TAG = (
    r"\{\{[<%](?:[^{}]|\{(?!\{)|\}(?!\})){0,2000}\}\}"
    r"|\{\{(?:[^{}]|\{(?!\{)|\}(?!\})){0,500}\}\}"
    r"|\{%(?:[^{}%]|\{(?!%)|\}|%(?!\})){0,2000}%\}"
    r"|\{#-?\s(?:[^{}#]|\{(?!#)|\}|#(?!\})){0,2000}#\}"
)
_TAG_NAME = re.compile(r"\{\{?[<%]-?\s{0,10}(/?)\s{0,10}(?:end(?=\w))?(\w+)|\{:(?P<kramdown>:comment|/comment|/)")
_CAPTION = re.compile(r"^\[.*\scaption=\"([^\"]+)\"")
# ``{{</* … */>}}`` shows the tag itself.
_ESCAPED = re.compile(r"(\{\{[<%]|\{%|\{\{(?=/\*\s*\w+\())/\*(.*)\*/([>%]?\}?\})", re.S)
_CODE_TAGS = {"highlight", "codeblock", "code"}
_ADDRESS_BEGINS = ("](", '="', "='")  # there a tag makes an address
_FENCE = "\n~~~~~~~~~~~~\n"


@cache
def _pattern(formulas: bool) -> re.Pattern[str]:
    parts = [rf"(?P<formula>{FORMULA})"] if formulas else []
    return re.compile("|".join([*parts, _TAG, ATTRIBUTES]) + _OTHERS, re.I)


def set_aside(source: str, placeholders: Placeholders, kinds: frozenset[str]) -> str:
    """The source with placeholders for template tags of the ``kinds``; what a template comments out is gone."""
    pieces: list[str] = []
    position = 0
    waits_for = ""  # the tag that ends a stretch which is raw or commented out
    in_code = False
    formulas = "{" in source and ("$" in source or "\\" in source)
    for match in _pattern(formulas).finditer(source):
        tag = match[0]
        if (formulas and match["formula"]) or not _is_of(tag, kinds):
            continue
        name = _name(tag)
        if waits_for == "endcomment" and name != waits_for:
            continue
        before, position = source[position : match.start()], match.end()
        if waits_for == "endcomment":
            waits_for = ""
        elif waits_for == "endraw":
            pieces += before, "" if name == waits_for else placeholders.seen(tag)
            waits_for = "" if name == waits_for else waits_for
        elif name in ("raw", "comment"):
            pieces.append(before)
            waits_for = "end" + name
        elif escaped := _ESCAPED.fullmatch(tag):
            pieces += before, placeholders.seen("".join(escaped.groups()))
        elif name.removeprefix("end") in _CODE_TAGS and name.startswith("end") == in_code:
            pieces += before, "" if in_code else _with_what_is_seen(source, match, placeholders), _FENCE
            in_code = not in_code
        elif caption := _CAPTION.search(tag):
            pieces += before, caption[1] + " "
        else:
            pieces += before, _with_what_is_seen(source, match, placeholders)
    return "".join(pieces) + source[position:]


def _is_of(tag: str, kinds: frozenset[str]) -> bool:
    if not tag.startswith(("{{", "{%", "{# ", "{#-", "{#\n")):
        return True
    return (tag[:3] if tag[:3] in EVERY_TAG else tag[:2]) in kinds


def _with_what_is_seen(source: str, match: re.Match[str], placeholders: Placeholders) -> str:
    tag = match[0]
    before = source[max(0, match.start() - 2) : match.start()]
    spans = shown(tag) if before not in _ADDRESS_BEGINS else []
    if not spans:
        return placeholders.put(tag)
    if is_a_link(tag):
        return placeholders.around(tag, spans)
    if before[-1:] in ("", "\n"):
        return placeholders.around(tag, spans, BLOCK_END, BLOCK_END)
    return placeholders.around(tag, spans, " ")


def _name(tag: str) -> str:
    """``raw`` of ``{% raw %}``, ``endraw`` of its end, nothing for anything but a block of Liquid, Hugo or kramdown."""
    match = _TAG_NAME.match(tag)
    if not match:
        return ""
    if match["kramdown"]:
        return {":comment": "comment", "/comment": "endcomment"}.get(match["kramdown"], "endcomment")
    closing = match[1] or match[0].endswith("end" + match[2])
    return ("end" if closing else "") + match[2].lower()
