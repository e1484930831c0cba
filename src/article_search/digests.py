"""What is the short name of some data? BLAKE2b, from where it comes without OpenSSL.

``hashlib`` loads OpenSSL, which takes a search in a terminal as long as finding the articles does.
"""

try:
    from _blake2 import blake2b
except ImportError:  # no CPython
    from hashlib import blake2b

__all__ = ["blake2b"]
