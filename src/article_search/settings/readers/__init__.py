"""Which keys may articles.toml have, and who reads each? A reader takes a value and the place to name in its error.

Every reader raises SettingsError with what would be valid. Not here: the file (settings/file.py).
"""

from __future__ import annotations

from article_search.limits import LIMITS
from article_search.settings.readers import articles, cluster, ranking, serving, words
from article_search.settings.readers.plain import Reader, path, whole_number

_WORKERS = 256  # more processes than any machine this runs on has cores; each takes memory

# In the order in which messages name them.
READERS: dict[str, Reader] = {
    "content": path,
    "index": path,
    "title": serving.title,
    "timezone": articles.timezone,
    "language": articles.language,
    "languages": articles.languages,
    "language_folders": articles.language_folders,
    "generator": articles.generator,
    "generator_options": articles.generator_options,
    "base_url": articles.base_url,
    "url": articles.url,
    "urls": articles.urls,
    "page_size": whole_number(1, LIMITS.page_size),
    "workers": whole_number(0, _WORKERS),
    "memory_mb": whole_number(16, 65_536),
    "cache_mb": whole_number(0, 65_536),
    "defaults": articles.defaults,
    "filename_dates": articles.filename_dates,
    "future": articles.future,
    "exclude": articles.patterns,
    "synonyms": words.synonyms,
    "synonym_groups": words.synonym_groups,
    "pinned": words.pinned,
    "semantic": ranking.semantic,
    "recency": ranking.recency,
    "web": serving.web,
    "query_log": serving.query_log,
    "terminal": serving.terminal,
    "opensearch": cluster.opensearch,
}
