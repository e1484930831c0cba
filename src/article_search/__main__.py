"""``python -m article_search`` is the command ``articles``. Nothing else is here."""

from article_search.cli import main

if __name__ == "__main__":
    main()
