"""What text would a reader see of Markdown and HTML? ``plain_text`` for bodies, ``inline_text`` for one line.

Text without markup is recognised and only folded (plain.py). Other text goes three ways, one after the other:

    syntax           what is more than Markdown is set aside, since Markdown would take its marks for its own; a module
                     for each family: template_tags and shortcodes, blade, mdx, containers, admonitions, obsidian, lines
    commonmark       Markdown becomes HTML, by markdown-it
    html_text        HTML becomes text, by a scanner of our own: unlike html.parser it needs linear time on broken and
                     hostile input

Not here: HTML for a page; how text is cut into terms (language).
"""

from article_search.reading.markup.attributes import without_attributes
from article_search.reading.markup.inline import inline_text
from article_search.reading.markup.plain import plain_text

__all__ = ["inline_text", "plain_text", "without_attributes"]
