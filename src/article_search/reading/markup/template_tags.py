"""Which parts of a text would Markdown take for its own although they are not? Tags of template languages, mostly.

They are set aside before Markdown is read, since it would take their quotes, stars and angle brackets for its own. In
code they come back: there a reader does see them. Not here: what a template would make of them.
"""

from __future__ import annotations

import re

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
_PLACEHOLDER = re.compile("\ufdd0([0-9]{1,9})\ufdd1")  # noncharacters: INVISIBLE has taken them out of the source
# What newspapers make of a swear-word: no emphasis begins or ends at these stars.
CENSORED = re.compile(r"(?<![\w*])([A-Za-z]{1,10}+)(\*+)(?=[A-Za-z]{1,10}(?![\w*]))")


class Tags:
    """Template tags that were set aside, by number."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.always_seen: set[int] = set()

    def placeholder(self, text: str, seen: bool = False) -> str:
        """What stands for a tag in the text; one to be ``seen`` comes back wherever it is."""
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


def set_aside(source: str) -> tuple[str, Tags]:
    """The source with placeholders for template tags; what a template language comments out is gone."""
    tags = Tags()
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
        source = CENSORED.sub(lambda match: match[1] + tags.placeholder(match[2], seen=True), source)
    return source, tags


def _name(tag: str) -> str:
    """``raw`` of ``{% raw %}``, ``endraw`` of its end, nothing for anything but a block of Liquid or Hugo."""
    match = _TAG_NAME.match(tag)
    if not match:
        return ""
    closing = match[1] or match[0].endswith("end" + match[2])
    return ("end" if closing else "") + match[2].lower()
