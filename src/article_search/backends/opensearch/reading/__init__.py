"""How does a cluster answer the primitives? Plain trees become its queries, its answers rows and counts.

Not here: what is written of an article (schema.py), the next commit (writing).
"""
