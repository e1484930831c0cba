"""What text would a reader see of Markdown and HTML? ``plain_text`` for bodies, ``inline_text`` for one line.

Text without markup is recognised and only folded. Other text is rendered by markdown-it, and a scanner of our own takes
the words out of the HTML: unlike html.parser it needs linear time on broken and hostile input. Not here: HTML for a
page; how text is cut into terms (text.py).
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererProtocol
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

# Blanks but tab, line feed and the blank itself.
_BLANK = "\x0b\x0c\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Control characters, soft hyphen, zero-width and directional characters, halves of surrogate pairs, noncharacters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff]"
)
_OTHER_BLANK = re.compile(f"[{_BLANK}]")
_ODD_INDENT = re.compile(f"^[ \t]*[{_BLANK}][ \t{_BLANK}]*", re.M)

# Those of _INVISIBLE that Python takes for printable.
_INVISIBLE_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"

# Anything that Markdown, HTML or a template could read as more than text. A false alarm only costs time.
_MARKS = "`\\{~"
_UNDERSCORES = re.compile(r"_(?:(?<![^\W_].)|(?![^\W_]))")  # one between letters or digits is one of them
_TABLES = re.compile(r"\n[^\S\n]*(?:\|[^\S\n]*)?:?-+:?[^\S\n]*[|\n]")  # below the head of a table there is a line
_TAGS_AND_LINKS = re.compile(
    r"<[A-Za-z/!?]|&(?:#|[A-Za-z0-9]+;)|\][(\[:]|\[(?:[\^!]|/?(?:caption|embed|gallery|playlist))", re.I
)
_LINE_STARTS = re.compile(
    r"\n(?:(?: {4}| {0,3}\t)"
    r"|[^\S\n]*(?:#{1,6}(?:\s|\Z)|>|[-+](?:\s|\Z)|\d{1,9}[.)](?:\s|\Z)|[-=]+[^\S\n]*(?:\n|\Z)|:::))"
)
_PARAGRAPH_END = re.compile(r"\n\s*\n")
# What newspapers make of a swear-word: no emphasis begins or ends at these stars.
_CENSORED = re.compile(r"(?<![\w*])([A-Za-z]{1,10}+)(\*+)(?=[A-Za-z]{1,10}(?![\w*]))")
# Stars that could be emphasis, a bullet or a line; those that only follow a word begin nothing.
_STARS = re.compile(r"\*(?:(?<![A-Za-z*].)|(?=[^\s*!-/:-@\[-`{-~’”…]))")


def plain_text(source: str) -> str:
    """The visible text of Markdown or HTML. Blocks are separated by one empty line, blanks within them are folded.

    The texts of links and images stay, their addresses go, and so do scripts, comments and template tags. Any text is
    taken, in time proportional to its length.
    """
    if "\r" in source:
        source = source.replace("\r\n", "\n").replace("\r", "\n")
    prints = source.replace("\n", "").replace("\xa0", "").isprintable()
    if not prints or any(char in source for char in _INVISIBLE_LETTERS):
        source = _INVISIBLE.sub("", source)
    source = f"\n{source}\n"
    if _has_markup(source):
        return _rendered_text(source)
    return _folded_quickly(source) if prints else _folded(source)


def _has_markup(source: str) -> bool:
    return bool(
        any(mark in source for mark in _MARKS)
        or ("_" in source and _UNDERSCORES.search(source))
        or ("|" in source and _TABLES.search(source))
        # What stands at no star to begin with does not after words are taken out.
        or ("*" in source and _STARS.search(source) and _STARS.search(_CENSORED.sub("", source)))
        or _LINE_STARTS.search(source)
        or (any(mark in source for mark in "<&[") and _TAGS_AND_LINKS.search(source))
    )


def _rendered_text(source: str) -> str:
    source, tags = _set_tags_aside(_OTHER_BLANK.sub(" ", _ODD_INDENT.sub("", source)))
    html = _stripped(source) if _is_too_much(source) else _markdown().render(source)
    return _folded("\n\n".join(_Html(html, tags).blocks))


def _folded(text: str) -> str:
    return "\n\n".join(filter(None, [" ".join(block.split()) for block in _PARAGRAPH_END.split(text)]))


def _folded_quickly(text: str) -> str:
    """The same of text whose only blanks are line feeds, no-break spaces and blanks themselves."""
    blocks = []
    for block in _PARAGRAPH_END.split(text.replace("\xa0", " ")):
        block = block.strip()
        if "  " in block or "\n" in block:
            block = " ".join(block.split())
        if block:
            blocks.append(block)
    return "\n\n".join(blocks)


# --- Markdown to HTML

_LARGEST_RENDERED = 500_000  # characters; markdown-it takes a second or more for so many
_MOST_LINES = 20_000  # each can be a block of its own
_DENSEST_BLOCK = 50_000_000  # characters x marks of one block; markdown-it takes time in proportion to their product
_MARK = re.compile(r"[*_`\\~!\[\]<>&|]")

_LINK = re.compile(r"!?\[([^\[\]\n]{0,1000})\]\([^()\s]{0,2000}(?:\s\"[^\"\n]{0,500}\")?\)")
_VERBATIM = re.compile(r"<(?:pre|code|script|style|svg|textarea)\b", re.I)
_BOLD_IN_HTML = re.compile(r"\*\*(?=[^\s*])([^*\n]{1,500})\*\*")
_LINE_MARK = re.compile(
    r"^ {0,3}(?:#{1,6}[ \t]|(?:>[ \t]?)+|[-+*][ \t]|(?:```|~~~).*$|[-=*_][-=*_ \t]*$|\[[^\]\n]{1,200}\]: ?\S.*$)", re.M
)
_EMPHASIS = re.compile(r"(?<!\*)\*+(?=\w)|(?<=\w)\*+|(?<!\w)_+(?=[^\W_])|(?<=[^\W_])_+(?!\w)|`")


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # imported late: a terminal search has no use for it

    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    markdown.add_render_rule("html_block", _html_block)
    return markdown


def _html_block(self: RendererProtocol, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    """HTML as it stands, but for links and bold text that converters of old sites left within it."""
    html = tokens[idx].content
    if ("](" in html or "**" in html) and not _VERBATIM.search(html):
        html = _BOLD_IN_HTML.sub(r"\1", _without_links(html))
    return html


def _is_too_much(source: str) -> bool:
    if len(source) > _LARGEST_RENDERED or source.count("\n") > _MOST_LINES:
        return True
    if len(source) ** 2 <= _DENSEST_BLOCK:
        return False
    return any(len(block) * len(_MARK.findall(block)) > _DENSEST_BLOCK for block in _PARAGRAPH_END.split(source))


def _without_links(text: str) -> str:
    return _LINK.sub(r"\1", _LINK.sub(r"\1", text))  # twice: an image can be a link's text


def _stripped(source: str) -> str:
    """A stand-in for rendering: takes the commonest marks away without looking at what belongs together."""
    source = _EMPHASIS.sub("", _without_links(_LINE_MARK.sub("", source)))
    return "<p>".join(_PARAGRAPH_END.split(source))


# --- Tags of template languages. They are set aside before Markdown is read, since it would take their quotes, stars
# and angle brackets for its own. In code they come back: there a reader does see them.

_TEMPLATE_TAG = re.compile(
    r"\{\{[<%](?:[^{}]|\{(?!\{)|\}(?!\})){0,2000}\}\}"  # Hugo's shortcodes
    r"|\{\{(?:[^{}]|\{(?!\{)|\}(?!\})){0,500}\}\}"
    r"|\{%(?:[^{}%]|\{(?!%)|\}|%(?!\})){0,2000}%\}"
    r"|\{:[^{}\n]{0,300}\}|\{[#.][A-Za-z][^{}\n]{0,300}\}"  # attributes of kramdown and pandoc
    r"|\[\^[^\[\]\s]{1,50}\]:?"  # footnotes
    r"|\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]"
    r"|^[ \t]*:::.*$"
    r"|\[/?(?:caption|embed|gallery|playlist)(?:\s[^\[\]\n]{0,1000})?\]",  # WordPress
    re.M | re.I,
)
_TAG_NAME = re.compile(r"\{\{?[<%]-?\s{0,10}(/?)\s{0,10}(?:end(?=\w))?(\w+)")
_CAPTION = re.compile(r"^\[.*\scaption=\"([^\"]+)\"")
_CODE_TAGS = {"highlight", "codeblock", "code"}
_FENCE = "\n~~~~~~~~~~~~\n"
_PLACEHOLDER = re.compile("\ufdd0([0-9]{1,9})\ufdd1")  # noncharacters: _INVISIBLE has taken them out of the source


class _Tags:
    """Template tags that were set aside, by number."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.always_seen: set[int] = set()

    def placeholder(self, text: str, seen: bool = False) -> str:
        if seen:
            self.always_seen.add(len(self.texts))
        self.texts.append(text)
        return f"\ufdd0{len(self.texts) - 1}\ufdd1"

    def put_back(self, text: str, in_code: bool) -> str:
        """The text with the tags a reader sees, and without the others."""

        def tag(match: re.Match[str]) -> str:
            number = int(match[1])
            return self.texts[number] if (in_code or number in self.always_seen) and number < len(self.texts) else ""

        return _PLACEHOLDER.sub(tag, text)


def _set_tags_aside(source: str) -> tuple[str, _Tags]:
    """The source with placeholders for template tags; what a template language comments out is gone."""
    tags = _Tags()
    pieces: list[str] = []
    position = 0
    waits_for = ""  # the tag that ends a stretch which is raw or commented out
    in_code = False
    for match in _TEMPLATE_TAG.finditer(source):
        name = _name(match[0])
        if waits_for == "endcomment" and name != waits_for:
            continue
        before, position = source[position : match.start()], match.end()
        if waits_for == "endcomment":
            waits_for = ""
        elif waits_for == "endraw":
            pieces += before, "" if name == waits_for else tags.placeholder(match[0], seen=True)
            waits_for = "" if name == waits_for else waits_for
        elif name in ("raw", "comment"):
            pieces.append(before)
            waits_for = "end" + name
        elif name.removeprefix("end") in _CODE_TAGS and name.startswith("end") == in_code:
            pieces += before, _FENCE
            in_code = not in_code
        elif caption := _CAPTION.search(match[0]):
            pieces += before, caption[1] + " "
        else:
            pieces += before, tags.placeholder(match[0])
    source = "".join(pieces) + source[position:]
    if "*" in source:
        source = _CENSORED.sub(lambda match: match[1] + tags.placeholder(match[2], seen=True), source)
    return source, tags


def _name(tag: str) -> str:
    """``raw`` of ``{% raw %}``, ``endraw`` of its end, nothing for anything but a block of Liquid or Hugo."""
    match = _TAG_NAME.match(tag)
    if not match:
        return ""
    closing = match[1] or match[0].endswith("end" + match[2])
    return ("end" if closing else "") + match[2].lower()


# --- HTML to text

_SKIPPED = frozenset(
    "script style iframe svg template noscript noembed noframes object canvas audio video head select".split()
)
_SKIPPED_TO_THE_END = frozenset({"script", "style"})  # what follows one without end is no text
_BREAKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody tfoot thead tr"
    " ul".split()
)
_SPACES = frozenset("td th button input label textarea".split())
_CODE = frozenset("pre code kbd samp".split())
_TAG_START = re.compile(r"</?([A-Za-z][^\s/<>\"'=]{0,100})")
_ATTRIBUTE_OR_END = re.compile(r"=\s{0,10}(?:\"[^\"]*\"|'[^']*')|[<>]")
_ALT = re.compile(r"\salt\s{0,10}=\s{0,10}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.I)
_MOST_ATTRIBUTES = 100
_MOST_BROKEN = 20  # tags without an end; after so many there is no use in looking for ends


class _Html:
    """Scans HTML once. ``blocks`` are the texts of its blocks, blanks not yet folded."""

    def __init__(self, html: str, tags: _Tags) -> None:
        self.blocks: list[str] = []
        self._html = html
        self._lower = ""
        self._tags = tags
        self._pieces: list[str] = []
        self._code = 0  # elements of code that are open
        self._line_breaks = 0  # since the last text
        self._broken = 0
        self._absent: set[str] = set()  # marks there are no more of; each is looked for to the end only once
        self._scan()

    def _scan(self) -> None:
        html, position = self._html, 0
        while (start := html.find("<", position)) >= 0:
            self._text(html[position:start])
            if html.startswith("<!--", start):
                position = self._after("-->", start + 2, otherwise=start + 4)
            elif html.startswith(("<!", "<?"), start):
                position = self._after(">", start, otherwise=start + 2)
            elif match := _TAG_START.match(html, start):
                position = self._tag(match)
            else:
                self._text("<")
                position = start + 1
        self._text(html[position:])
        self._end_block()

    def _after(self, mark: str, start: int, otherwise: int) -> int:
        """The place after the next ``mark``."""
        if mark not in self._absent:
            found = self._html.find(mark, start)
            if found >= 0:
                return found + len(mark)
            self._absent.add(mark)
        return otherwise

    def _text(self, text: str) -> None:
        if not text:
            return
        if "&" in text:
            text = unescape(text)
        if self._tags.texts:
            text = self._tags.put_back(text, in_code=self._code > 0)
        if not text.isspace():
            self._line_breaks = 0
        text = _INVISIBLE.sub("", text.replace("\r", "\n"))
        self._pieces.append(text if self._code else text.replace("\n", " "))

    def _end_block(self) -> None:
        if self._pieces:
            self.blocks.append("".join(self._pieces))
            self._pieces.clear()
        self._line_breaks = 0

    def _tag(self, match: re.Match[str]) -> int:
        """Takes one tag; gives the place after it."""
        html, name, closing = self._html, match[1].lower(), self._html[match.start() + 1] == "/"
        end = self._end_of_tag(match.end())
        if end < 0:
            self._text(match[0])
            return match.end()
        if name in _BREAKS:
            self._end_block()
        elif name == "br":
            self._line_breaks += 1
            self._pieces.append(" ")
            if self._line_breaks == 2:
                self._end_block()
        elif name in _SPACES:
            self._pieces.append(" ")
        elif name == "img" and (alt := _ALT.search(html, match.end(), end)):
            self._text(f" {alt[1] or alt[2] or alt[3] or ''} ")
        if name in _CODE:
            self._code = max(0, self._code + (-1 if closing else 1))
        if name in _SKIPPED and not closing and html[end - 2] != "/":
            return self._after_element(name, end)
        return end

    def _end_of_tag(self, position: int) -> int:
        """The place after a tag's ``>``, or before the ``<`` that shows it has none; -1 if it is no tag."""
        if self._broken > _MOST_BROKEN:
            return -1
        for _ in range(_MOST_ATTRIBUTES):
            match = _ATTRIBUTE_OR_END.search(self._html, position)
            if not match:
                break
            if match[0] == ">":
                return match.end()
            if match[0] == "<":
                return match.start()
            position = match.end()
        self._broken += 1
        return -1

    def _after_element(self, name: str, position: int) -> int:
        """The place of the closing tag of an element whose content is no text."""
        self._lower = self._lower or self._html.translate(_LOWER)
        mark = "</" + name
        if mark not in self._absent:
            found = self._lower.find(mark, position)
            if found >= 0:
                return found
            self._absent.add(mark)
        return len(self._html) if name in _SKIPPED_TO_THE_END else position


_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}  # str.lower can change the length

# --- One line

_INLINE_MARKUP = re.compile(r"[<&*_`\[~]")
_LONGEST_LINE = 20_000  # characters of it that are looked at; descriptions are cut at fewer
_COMMENT = re.compile(r"<!--(?:(?!<!--|-->).)*-->|<(script|style)\b(?:(?!</?\1\b).)*</\1\s*>", re.S | re.I)
_KNOWN_TAG = re.compile(
    r"</?(a|abbr|b|big|blockquote|br|center|cite|code|dd|del|dfn|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p"
    r"|pre|q|s|samp|small|span|strike|strong|sub|sup|table|td|th|tr|tt|u|ul|var|wbr)(?:\s[^<>]*|\s*/)?>",
    re.I,
)
_CODE_SPAN = re.compile(r"(?<!`)(`{1,2})(?!`)([^`]+)(?<!`)\1(?!`)")
_BOLD = re.compile(r"(?<![\w*])\*\*(?=[^\s*])([^*]+)(?<=[^\s*])\*\*(?![\w*])")
_BOLD_UNDERSCORES = re.compile(r"(?<![\w_])__(?=[^\s_])([^\s_]+\s[^_]+)(?<=[^\s_])__(?![\w_])")
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+)(?<=[^\s*])\*(?![\w*])")
_ITALIC_UNDERSCORES = re.compile(r"(?<!\w)_(?=[^\s_])([^_]+)(?<=[^\s_])_(?!\w)")
_STRUCK = re.compile(r"(?<!~)~~(?=[^\s~])([^~]+)(?<=[^\s~])~~(?!~)")
_INLINE_LINK = re.compile(
    r"!?\[([^\[\]]{1,1000})\]\((?:https?:|mailto:|[/#.]|[^\s()]{1,200}\.)[^\s()]{0,2000}(?:\s\"[^\"]{0,500}\")?\)"
)


def inline_text(source: str) -> str:
    """The visible text of a title or description, on one line.

    Takes away only what is surely markup: ``snake_case``, ``C*``, ``a < b``, ``List<int>`` and ``[REVIEW]`` stay, and
    so does what starts a heading or list in a body (``#MeToo``, ``1) …``).
    """
    text = _INVISIBLE.sub("", source[:_LONGEST_LINE])
    if _INLINE_MARKUP.search(text):
        if "<" in text:
            text = _KNOWN_TAG.sub(_tag_on_a_line, _COMMENT.sub(" ", text))
        text = _INLINE_LINK.sub(r"\1", text)
        text = _CODE_SPAN.sub(r"\2", text)
        for pattern in (_BOLD, _BOLD_UNDERSCORES, _ITALIC, _ITALIC_UNDERSCORES, _STRUCK):
            text = pattern.sub(r"\1", text)
        text = _INVISIBLE.sub("", unescape(text)) if "&" in text else text
    return " ".join(text.split())


def _tag_on_a_line(match: re.Match[str]) -> str:
    name = match[1].lower()
    return " " if name in _BREAKS or name in _SPACES or name == "br" else ""
