"""The guide's commands for backups, tried: what was taken is put back, and is a whole index."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from article_search import Engine, Settings
from article_search.settings import OpenSearch
from tests.opensearch.artefacts import VERSION
from tests.opensearch.cluster import Cluster
from tests.opensearch.fixtures import need
from tests.opensearch.nodes import NEEDED, AnswerError, Nodes

pytestmark = NEEDED
GUIDE = Path(__file__).parents[2] / "content" / "guide" / "opensearch.md"


class Command(NamedTuple):
    """A request that the guide makes by curl."""

    method: str
    path: str
    body: Any

    def ask(self, nodes: Nodes) -> Any:
        return nodes.ask(self.path, self.body, method=self.method, seconds=60)


def commands(repository: Path) -> Iterator[Command]:
    """Those of the guide's section on backups."""
    section = GUIDE.read_text(encoding="utf-8").split("\n## Backups and upgrades\n")[1]
    for block in re.findall(r"(?ms)^```sh\n(.*?)^```$", section):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.replace("/mnt/backups", str(repository)))
            if words and words[0] == "curl":
                (url,) = (word for word in words if "://" in word)
                body = words[words.index("-d") + 1] if "-d" in words else "null"
                path = "/" + url.split("/", 3)[3]
                yield Command(words[words.index("-X") + 1], path, json.loads(body))


def test_what_a_snapshot_has_is_put_back_as_a_whole_index(tmp_path: Path) -> None:
    need(VERSION)
    register, take, remove, restore = commands(tmp_path / "backups")
    for number in range(6):
        text = f"---\ntitle: Harbour bridge {number}\ndate: 2020-09-0{number + 1}\n---\nTwo cables, {number}.\n"
        (tmp_path / "content").mkdir(exist_ok=True)
        (tmp_path / "content" / f"{number}.md").write_text(text)
    with Cluster(tmp_path / "node", 1, settings={"path.repo": str(tmp_path / "backups")}) as node:
        kept = OpenSearch(hosts=tuple(node.hosts), shards=2, replicas=0, timeout=30.0)
        with Engine(Settings(content=tmp_path / "content", workers=1, opensearch=kept)) as engine:
            engine.index()
            before = [hit.id for hit in engine.search("harbour cables").hits]
            assert len(before) == 6
            register.ask(node)
            assert take.ask(node)["snapshot"]["state"] == "SUCCESS"
            (tmp_path / "content" / "0.md").unlink()
            engine.index()
            remove.ask(node)
            assert is_gone(node, "articles.state")
            restored = restore.ask(node)["snapshot"]["shards"]
            assert restored["failed"] == 0
            assert restored["total"] == restored["successful"] == 3
            assert engine.verify() == ()
            assert [hit.id for hit in engine.search("harbour cables").hits] == before
            assert engine.status().stale  # it is as it was, and the content is not
            engine.index()
            assert engine.verify() == ()
            assert len(engine.search("harbour cables").hits) == 5


def is_gone(node: Nodes, index: str) -> bool:
    try:
        node.ask(f"/{index}")
    except AnswerError as error:
        return error.status == 404
    return False
