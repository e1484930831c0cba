"""How is a commit of the folder read? Postings, columns and stored texts, and the primitives over them, by array.

Not here: how a commit comes about (writing), the format of a segment (columnar), what a question means (answering).
"""
