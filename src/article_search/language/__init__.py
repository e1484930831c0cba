"""How does text become words, and words terms? The same for articles and queries, so that the two always agree.

Not here: Markdown (reading), the query language (query), which of several words was meant (answering).
"""
