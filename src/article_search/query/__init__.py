"""What was typed, as a tree: the query language, its date words, and the options of a search.

Not here: what is meant by it beyond what was typed (answering), which articles answer it (backends).
"""
