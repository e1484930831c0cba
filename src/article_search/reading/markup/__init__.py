"""What text would a reader see of Markdown and HTML? ``plain_text`` for bodies, ``inline_text`` for one line.

Text without markup is recognised and only folded (plain.py). Other text goes three ways, one after the other:

    template_tags    tags of template languages are set aside, since Markdown would take their marks for its own
    commonmark       Markdown becomes HTML, by markdown-it
    html_text        HTML becomes text, by a scanner of our own: unlike html.parser it needs linear time on broken and
                     hostile input

Not here: HTML for a page; how text is cut into terms (language).
"""

from article_search.reading.markup.inline import inline_text
from article_search.reading.markup.plain import plain_text

__all__ = ["inline_text", "plain_text"]
