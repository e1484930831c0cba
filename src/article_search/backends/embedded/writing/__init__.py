"""How does the folder reach its next state? Segments built and merged in worker processes, then the commit.

Not here: what is read of them (reading), the format of a segment (columnar), which files changed (updating).
"""
