"""A sample site."""

import json
import re
from pathlib import Path

from pelican import signals

SITENAME = "Harbour Museum"
SITEURL = "https://harbour.example/museum"
AUTHOR = "The keeper"
PATH = "content"
TIMEZONE = "America/St_Johns"
DEFAULT_LANG = "en"
ARTICLE_PATHS = [""]
ARTICLE_EXCLUDES = ["pages", "attic"]
PAGE_PATHS = ["pages"]
ARTICLE_URL = "{category}/{date:%Y}/{date:%m}/{slug}/"
ARTICLE_SAVE_AS = "{category}/{date:%Y}/{date:%m}/{slug}/index.html"
ARTICLE_LANG_URL = "{lang}/{slug}.html"
ARTICLE_LANG_SAVE_AS = "{lang}/{slug}.html"
FILENAME_METADATA = r"(?P<date>\d{4}-\d{2}-\d{2})[-_](?P<slug>.*)"
USE_FOLDER_AS_CATEGORY = True
DEFAULT_DATE_FORMAT = "%Y-%m-%d"
IGNORE_FILES = [".*", "__*"]
THEME = "theme"
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
DIRECT_TEMPLATES = []
AUTHOR_SAVE_AS = TAG_SAVE_AS = ""


GENERATORS = []


def remember(generators):
    """Keeps what has read the content until all is written."""
    GENERATORS.extend(generators)


def record(_pelican):
    """Writes what Pelican knows of each article and page."""
    rows = [
        {
            "source": str(Path(item.source_path).relative_to(Path.cwd())),
            "address": re.sub("(^|/)index.html$", r"\1", f"/museum/{item.url}"),
            "title": getattr(item, "title", None),
            "date": item.date.isoformat() if hasattr(item, "date") else None,
        }
        for generator in GENERATORS
        for kind in ("articles", "translations", "hidden_articles", "hidden_translations", "pages", "hidden_pages")
        for item in getattr(generator, kind, [])
    ]
    Path("output/record.json").write_text(json.dumps(rows, indent=1))


signals.all_generators_finalized.connect(remember)
signals.finalized.connect(record)
