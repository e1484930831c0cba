"""How does an index on a cluster reach its next state? Articles sent by workers, then one record replaced.

Not here: what is read of them (reading), what a document is (schema.py), which files changed (updating).
"""
