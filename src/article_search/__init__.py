"""Full-text search for the Markdown articles a static site is made of."""

# Written here, and read from here by the build: looking it up in the installed metadata costs each search 20 ms.
__version__ = "0.1.0"
