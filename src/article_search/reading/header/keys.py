"""Which lines of a file name a key, and which keys hold prose, lists or are known at all?

Not here: what a key means for an article (reading/metadata).
"""

from __future__ import annotations

import re

# Keys whose values are prose: an unquoted colon, bracket or hash sign in them is part of the text.
TITLE_KEYS = ("title", "post_title", "headline", "name", "linktitle")
DESCRIPTION_KEYS = (
    "description",
    "summary",
    "excerpt",
    "subtitle",
    "teaser",
    "lead",
    "blurb",
    "seo_description",
    "seodescription",
    "seo-description",
    "meta_description",
    "meta-description",
)
PROSE_KEYS = frozenset((*TITLE_KEYS, *DESCRIPTION_KEYS, "seotitle", "seo_title"))
LIST_KEYS = frozenset(("categories", "category", "tags", "tag"))
# Keys that tell a header from prose where no fence does.
KNOWN_KEYS = (
    PROSE_KEYS
    | LIST_KEYS
    | frozenset(
        "layout author authors date published draft permalink url slug image thumbnail cover comments updated lastmod"
        " aliases keywords toc featured status type weight id lang".split()
    )
)

KEY = re.compile(
    r"(?P<indent> *)(?P<quote>[\"']?)(?P<key>[\w$@.-]{1,80}(?:(?: [\w$@.-]{1,80}){1,3}(?=[\"']?:(?:\s|$)))?)(?P=quote)"
    r"\s*:(?!//)\s*(?P<value>.*)"
)
TOML_KEY = re.compile(r"(?P<indent>\s*)(?P<quote>[\"']?)(?P<key>[\w.-]{1,80})(?P=quote)\s*[=:](?!//)\s*(?P<value>.*)")


def is_known(line: str) -> bool:
    """Whether a line names a key that only headers have."""
    match = TOML_KEY.match(line)
    return match is not None and match["key"].lower() in KNOWN_KEYS
