"""How do many documents get to a cluster? Some megabytes a request, as fast as it takes them, each of them or an error.

Documents go to the alias of an index, so that writing to one that was removed does not make it anew. Not here: what is
in them (schema.py), which are sent (building.py, versions.py).
"""

from __future__ import annotations

import json
import time
from typing import Any, NamedTuple

from article_search.backends.opensearch.cluster import Cluster, Json, is_denial
from article_search.backends.opensearch.records import alias_of
from article_search.errors import ArticleSearchError, IndexBusyError

_REQUEST = 5_000_000  # bytes
_PAUSE, _LONGEST_PAUSE = 0.1, 20.0  # seconds before the cluster is asked again that has too much to do
_PATIENCE = 240.0  # seconds of such pauses
_AGAIN = {429, 500, 502, 503, 504}  # there was no room, or a node has just gone
_DONE = "/_bulk?require_alias=true&filter_path=items.*.status,items.*.error.type,items.*.error.reason"


class _Item(NamedTuple):
    key: str
    id: str
    lines: bytes


class Sender:
    """Sends documents to an index. ``conflicts``: keys of those that another has written first."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        self._waiting: list[_Item] = []
        self._size = 0
        self.conflicts: set[str] = set()

    def index(self, key: str, document: Json, **told: Any) -> None:
        """Writes a document, now or before long; ``told``: which version it must be, or be of."""
        self._add(key, document["id"], {"index": self._meta(key, told)}, document)

    def delete(self, key: str, id: str, **told: Any) -> None:
        """Removes a document likewise."""
        self._add(key, id, {"delete": self._meta(key, told)})

    def _meta(self, key: str, told: Json) -> Json:
        return {"_index": alias_of(self._index), "_id": key, **told}

    def _add(self, key: str, id: str, *lines: Json) -> None:
        # What is no character is a question mark there as everywhere.
        text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines).encode("utf-8", "replace")
        if self._size + len(text) > _REQUEST:
            self.flush()
        self._waiting.append(_Item(key, id, text))
        self._size += len(text)

    def flush(self) -> None:
        """Sends what waits. Raises ArticleSearchError for what the cluster does not take."""
        items, self._waiting, self._size = self._waiting, [], 0
        pause, waited = _PAUSE, 0.0
        while items:
            items, reason = self._sent(items)
            if not items:
                return
            if waited > _PATIENCE:
                raise ArticleSearchError(
                    f"{items[0].id}: OpenSearch at {self._cluster.address.name} has had no room for this article for"
                    f" minutes ({reason}); nothing was changed. See that it is up and green, then run `articles index`"
                    " again, with fewer workers"
                )
            time.sleep(pause)
            waited += pause
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _sent(self, items: list[_Item]) -> tuple[list[_Item], str]:
        """Those of some items that the cluster could not take just now, and why."""
        answer = self._cluster.call("POST", _DONE, b"".join([item.lines for item in items]))
        told = [next(iter(each.values())) for each in answer.get("items", [])]
        if len(told) != len(items):
            raise self._cluster.unavailable("fewer documents were answered for than sent")
        again, why = [], ""
        for item, each in zip(items, told, strict=True):
            status, error = each["status"], each.get("error", {})
            if status in _AGAIN:
                again.append(item)
                why = str(error.get("reason", status))[:200]
            elif status == 409:
                self.conflicts.add(item.key)
            elif error:
                raise self._refused(item, error)
        return again, why

    def _refused(self, item: _Item, error: Json) -> ArticleSearchError:
        if error.get("type") == "index_not_found_exception":
            return IndexBusyError(
                f"the index {self._index} was removed while it was written; nothing was changed. Run `articles index`"
                " again"
            )
        if is_denial(error):
            return self._cluster.denied(str(error.get("reason")))
        reason = " ".join(str(error.get("reason", error.get("type"))).split())[:300]
        return ArticleSearchError(
            f"{item.id}: OpenSearch at {self._cluster.address.name} does not take this article: {reason}; nothing was"
            " changed"
        )
