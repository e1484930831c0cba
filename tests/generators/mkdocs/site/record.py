"""Writes what MkDocs knows of each page it wrote."""

import datetime
import html
import json
from pathlib import Path

ROWS = []


def on_page_context(context, page, config, nav):
    """Called for each page that is written."""
    date = page.meta.get("date")
    ROWS.append(
        {
            "source": f"docs/{page.file.src_uri}",
            "address": page.abs_url,
            "title": html.unescape(str(page.title)),  # of a heading: with entities
            "date": date.isoformat() if isinstance(date, datetime.date) else date,
        }
    )


def on_post_build(config):
    """Called when all is written."""
    Path(config.site_dir, "record.json").write_text(json.dumps(ROWS, indent=1))
