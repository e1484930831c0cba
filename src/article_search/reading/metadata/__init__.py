"""What do the keys of a header mean for an article? A module for each kind of key; values.py is what all of them ask.

Not here: how a header is read (header), how a written date is (dates.py), what an article's address is (addresses.py).
"""
