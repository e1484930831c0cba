"""What are ids, classes and other attributes in braces, that nobody sees? ``{#id}``, ``{: .note}``, ``{/*id*/}``.

Not here: those of containers and JSX elements, which can hold a title (containers.py, mdx.py).
"""

from __future__ import annotations

import re

_KEYS = "align|alt|class|data-[a-z-]{1,20}|height|id|lang|loading|rel|start|style|target|title|type|width"
# kramdown, pandoc, goldmark and Python-Markdown; the last are the comments that pages in JSX keep their ids in.
ATTRIBUTES = (
    r"\{:[^{}\n]{0,300}\}|\{ ?(?:#\w|\.[^\W\d])[^{}\n]{0,300}\}"
    rf"|\{{ ?(?:{_KEYS})=[^{{}}\n]{{0,300}}\}}"
    r"|\{/\*(?:[^*{]|\*(?!/)|\{(?!/\*)){0,1000}\*/\}"
)
_AT_THE_END = re.compile(rf"(?:{ATTRIBUTES})[ \t]*$")


def without_attributes(heading: str) -> str:
    """The heading without the attributes at its end."""
    return _AT_THE_END.sub("", heading).rstrip() if heading.rstrip().endswith("}") else heading
