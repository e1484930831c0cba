"""Full-text search for the Markdown articles a static site is made of."""

from importlib.metadata import version

__version__ = version("article-search")
