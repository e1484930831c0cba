"""The command ``articles``, also ``python -m article_search``: sets up the process.

Not here: what the program does (terminal/cli.py).
"""

import gc

_OBJECTS = 50_000  # made before garbage is looked for, of which importing and searching make none; 700 are usual


def main() -> None:
    """The command ``articles``."""
    gc.set_threshold(_OBJECTS)
    from article_search.terminal import cli  # what is imported is most of the objects

    cli.main()


if __name__ == "__main__":
    main()
