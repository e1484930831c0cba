"""What does ``articles …`` do, and how does an answer look in a terminal or a pipe?

Not here: searching and indexing (engine), HTTP (web).
"""
