"""What is more than Markdown in a file, by its name, its first words and the generator of its site?

``set_aside`` takes it out before Markdown is read. What means only one thing holds for every file; what could be
text holds where the file's ending or the site's generator says so. Not here: each syntax itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from article_search.reading.markup import admonitions, blade, containers, lines, mdx, obsidian, template_tags
from article_search.reading.markup.placeholders import Placeholders

# Where a generator reads no tags, or not all, the others are text. Jigsaw's Blade is for files that end so.
_NO_TAGS: frozenset[str] = frozenset()
_TAGS = {
    "astro": _NO_TAGS,
    "docusaurus": _NO_TAGS,
    "hugo": frozenset(("{{<", "{{%")),
    "jigsaw": _NO_TAGS,
    "obsidian": _NO_TAGS,
    "vuepress": frozenset(("{{",)),
}
_IMPORT = re.compile(r"\s*import\s[^\n'\"]{0,500}\sfrom\s+['\"][^'\"\n]{1,500}['\"];?[ \t]*\n")
# What newspapers make of a swear-word: no emphasis begins or ends at these stars.
CENSORED = re.compile(r"(?<![\w*])([A-Za-z]{1,10}+)(\*+)(?=[A-Za-z]{1,10}(?![\w*]))")


@dataclass(frozen=True, slots=True)
class Syntax:
    """Which syntaxes a file has beside those of every file."""

    tags: frozenset[str] = template_tags.EVERY_TAG
    blade: bool = False
    mdx: bool = False
    vault: bool = False  # Obsidian's


def syntax_of(source: str, path: str, generator: str) -> Syntax:
    """The syntax of a file. Without a generator, MDX is also told by the imports that a file begins with."""
    name = path.lower()
    if name.endswith((".blade.md", ".blade.markdown")):
        return Syntax(_NO_TAGS, blade=True)
    if name.endswith(".mdx") or generator == "docusaurus" or (not generator and _IMPORT.match(source)):
        return Syntax(_NO_TAGS, mdx=True)
    return Syntax(_TAGS.get(generator, template_tags.EVERY_TAG), vault=generator == "obsidian")


EVERYWHERE = Syntax()


def set_aside(source: str, syntax: Syntax) -> tuple[str, Placeholders]:
    """The source with placeholders for all that is more than Markdown. In linear time."""
    placeholders = Placeholders()
    if syntax.blade:
        source = blade.set_aside(source, placeholders)
    source = lines.set_aside(source, placeholders)
    # Before the tags, which would take the braces and brackets of these.
    source = containers.set_aside(source, placeholders)
    source = admonitions.admonitions(source, placeholders)
    source = admonitions.callouts(source, placeholders)
    if "{" in source or "[" in source:
        source = template_tags.set_aside(source, placeholders, syntax.tags)
    if syntax.mdx:
        source = mdx.set_aside(source, placeholders)
    if syntax.vault:
        source = obsidian.vault(source, placeholders)
    source = obsidian.links(source, placeholders)
    if "*" in source:
        source = CENSORED.sub(lambda match: match[1] + placeholders.seen(match[2]), source)
    return source, placeholders
