"""What differs where the sample site is published."""

import json
import re
import sys
from pathlib import Path

from pelican import signals

sys.path.append(str(Path(__file__).parent))
from pelicanconf import *

SITEURL = "https://harbour.example/museum"
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
