"""Which words of a template tag are seen on the page? Captions, titles and labels; the rest is for the template.

Of Hugo's and Zola's shortcodes, Jekyll's includes, the tags of Hexo, Octopress and Eleventy. Nobody can know what a
site's own tag makes of its values: those that are named as text is named are taken for text. Not here: where tags
are (template_tags.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Span = tuple[int, int]

_HEAD = re.compile(r"\{(?:\{[<%]?|%)[-+~]?\s{0,10}(?P<name>[\w./-]{1,100})\s{0,10}(?P<call>\()?")
# Tags that say something to the template even where they have a title.
_CONTROL = frozenset(
    "assign block call capture case cycle decrement elif elseif elsif else extends filter for from if import increment"
    " layout liquid macro ref relref set unless when with".split()
)
_NAMED = re.compile(
    r"(?<![\w.-])(?P<key>(?:ima?ge?_)?(?:alt|caption)|title|subtitle|label|name|header?|heading|footer|summary|description"
    r"|author|attr|attribution|cite|content|text|quote|source)\s{0,5}[=:]\s{0,5}"
    r"(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>(?:[^'\\]|\\.)*)'|`(?P<raw>[^`]*)`)",
    re.S,
)
_QUOTED = re.compile(
    r"(?P<key>[\w.-]{1,50}\s{0,5}[=:]\s{0,5})?"
    r"(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>(?:[^'\\]|\\.)*)'|“(?P<curly>[^”]*)”)",
    re.S,
)
_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|\S+")
_ADDRESS = re.compile(r"\s*(?:https?:|[/#.(]|\S*[/.]\S*\s*\Z)|[\d\s%x]*\Z")
_FILE = re.compile(r"\S*[./]\S")
_OPTION = re.compile(r"[\w-]{1,20}:\S|https?:")
# Positional values that are shown whatever they are, and those that can be a kind of note or an icon just as well.
_LABELLED = frozenset("accordion collapse details expand expandable spoiler step tab toggle".split())
_TITLED = frozenset("admonition alert callout card hint notice note tip warning".split())
_LINKS = frozenset("asset_link post_link".split())
_IMAGES = frozenset("asset_image asset_img figure image img picture".split())


def is_a_link(tag: str) -> bool:
    """Whether what is seen of a tag is part of the sentence it stands in, rather than an image or a block."""
    head = _HEAD.match(tag)
    return bool(head and head["name"].lower() in _LINKS) or " text=" in tag


def shown(tag: str) -> list[Span]:
    """Start and end, within the tag, of what a reader sees of it: in order, without quotation marks."""
    head = _HEAD.match(tag)
    if not head:
        return []
    name = head["name"].lower()
    if name in _CONTROL or (tag[:3] not in ("{{<", "{{%") and tag.startswith("{{") and not head["call"]):
        return []  # an expression's filters have values as well
    spans = [span for match in _NAMED.finditer(tag, head.end()) if (span := _named(tag, name, match))]
    if not spans and name in _LABELLED | _TITLED | _IMAGES:
        spans = list(_positional(tag, name, head.end()))
    if not spans and tag.startswith("{%") and name in _WORDS:
        words = [match.span() for match in _WORD.finditer(tag, head.end(), len(tag) - 2)]
        spans = _joined(tag, _WORDS[name](tag, words))
    return [(start, end) for start, end in spans if start < end]


def _named(tag: str, name: str, match: re.Match[str]) -> Span | None:
    if match["key"] == "name" and name != "tab":  # elsewhere it is an id
        return None
    span = _inside(match)
    return None if match["key"] in ("cite", "source") and _ADDRESS.match(tag, *span) else span


def _positional(tag: str, name: str, start: int) -> Iterable[Span]:
    for match in _QUOTED.finditer(tag, start):
        if match["key"]:
            continue
        begin, end = _inside(match)
        text = tag[begin:end]
        if name in _IMAGES:
            if not _ADDRESS.match(text):
                yield begin, end
        elif name in _LABELLED or " " in text or text[:1].isupper():
            yield begin, end
            return


def _inside(match: re.Match[str]) -> Span:
    group = match.lastgroup
    return match.span(group) if group and group != "key" else match.span()


def _joined(tag: str, words: list[Span]) -> list[Span]:
    """Words next to each other as one span; those in quotation marks stand alone, without them."""
    spans: list[Span] = []
    for word in words:
        start, end = _unquoted(tag, word)
        if spans and word == (start, end) and tag[spans[-1][1] : start].isspace():
            start = spans.pop()[0]
        spans.append((start, end))
    return spans


def _unquoted(tag: str, span: Span) -> Span:
    start, end = span
    return (start + 1, end - 1) if end - start > 1 and tag[start] in "\"'" and tag[end - 1] == tag[start] else span


def _after_first(tag: str, words: list[Span]) -> list[Span]:
    """``{% post_link slug The title %}``, whose last word can tell whether to escape it."""
    rest = words[1:]
    return rest[:-1] if rest and tag[slice(*rest[-1])] in ("true", "false") else rest


def _after_file(tag: str, words: list[Span]) -> list[Span]:
    """``{% asset_img class pier.jpg 300 200 The title %}``"""
    files = [number for number, span in enumerate(words) if _FILE.match(tag, *_unquoted(tag, span))]
    rest = words[files[0] + 1 :] if files else []
    return [span for span in rest if not tag[slice(*_unquoted(tag, span))].rstrip("%px").isdigit()]


def _before_options(tag: str, words: list[Span]) -> list[Span]:
    """``{% codeblock The title lang:js %}``, ``{% include_code The title lang:js path/to/file.js %}``"""
    options = [number for number, span in enumerate(words) if _OPTION.match(tag, *span)]
    return words[: options[0]] if options else words


def _before_file(tag: str, words: list[Span]) -> list[Span]:
    return _before_options(tag, words[:-1])


def _but_addresses(tag: str, words: list[Span]) -> list[Span]:
    """``{% blockquote Author, Work https://example.org Its title %}``"""
    return [span for span in words if not tag.startswith(("http://", "https://"), span[0])]


_WORDS: dict[str, Callable[[str, list[Span]], list[Span]]] = {
    "asset_image": _after_file,
    "asset_img": _after_file,
    "asset_link": _after_first,
    "blockquote": _but_addresses,
    "codeblock": _before_options,
    "folding": _but_addresses,
    "hidetoggle": _but_addresses,
    "include_code": _before_file,
    "post_link": _after_first,
    "spoiler": _but_addresses,
}
