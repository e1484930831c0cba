"""What is meant, what counts, and what is shown? From the tree of a query to Results, whatever place the index is in.

It asks the primitives of ``backends.base`` and decides the rest. Not here: how text becomes words (language), where
postings lie (backends), how an answer looks (terminal, web).
"""
