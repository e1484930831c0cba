"""How does a file become an Article? Walking the content root, reading headers and Markdown, and the report of a run.

Not here: what the words of a text are (language), how an article is stored (backends).
"""
