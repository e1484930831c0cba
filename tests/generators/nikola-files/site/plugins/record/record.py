"""``nikola record`` writes what Nikola knows of each post and page it wrote."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from nikola.plugin_categories import Command


class Record(Command):
    """The command."""

    name = "record"
    doc_purpose = "write what is known of each post and page"

    def _execute(self, options, args):
        self.site.scan_posts()
        rows = []
        for post in self.site.timeline:
            for language in sorted(post.translated_to):
                source = Path(post.translated_source_path(language))
                own = abs(datetime.now(UTC) - post.date) > timedelta(days=1)  # a page without a date has today's
                rows.append(
                    {
                        "source": source.as_posix(),
                        "address": urlsplit(post.permalink(language, absolute=True)).path,
                        "title": post.title(language) or None,
                        "date": post.date.isoformat() if own else None,
                    }
                )
        Path("output/record.json").write_text(json.dumps(rows, indent=1))
