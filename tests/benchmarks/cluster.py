"""What does a cluster cost beside the folder, and are its answers the same? Three real nodes, and 1,000 questions.

    python tests/benchmarks/cluster.py [--content DIR | --made N] [--questions 1000] [--json FILE]

Builds the same articles in a folder, on the cluster, and as plain fields of OpenSearch's own BM25; changes 170 of them;
puts each question once to all three; prints a table, and each answer that differs. README.md beside this says what each
figure means.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[2]))

from peers import feed, made
from peers.running import conditions, percentile, print_conditions, size, table

from article_search import Engine, Settings
from article_search.backends.embedded import EmbeddedBackend
from article_search.backends.opensearch import OpenSearchBackend
from article_search.backends.opensearch.cluster import Address, Json
from article_search.backends.opensearch.cluster import Cluster as Client
from article_search.reading.files import Load

CHANGED = 170
NAME, PLAIN = "gazette", "plain"
_WORD = re.compile(r"[A-Za-z][A-Za-z']+")
_EXACT = 1e-5  # of a score
_SHOWN = 25  # answers that differ
_BULK = 4_000_000  # bytes


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--content", type=Path, help="a content root; without one, articles are made up")
    parser.add_argument("--made", type=int, default=10_000, help="how many are made up (10000)")
    parser.add_argument("--questions", type=int, default=1000, help="how many are put to each (1000)")
    parser.add_argument("--shards", type=int, default=3)
    parser.add_argument("--heap", default="1g", help="of each node (1g)")
    parser.add_argument("--work", type=Path, help="folder to work in")
    parser.add_argument("--json", type=Path, help="file for the figures")
    arguments = parser.parse_args()
    found = conditions()
    print_conditions(found)
    with tempfile.TemporaryDirectory(dir=arguments.work, prefix="cluster-") as folder, ExitStack() as stack:
        run = _Run(Path(folder), arguments, stack)
        figures = run.figures()
    print(table(["", *_COLUMNS], [[name, *(row.get(each, "") for each in _COLUMNS)] for name, row in figures.items()]))
    print(f"\n{run.same:,} of {arguments.questions:,} answers are the same")
    for each in run.different[:_SHOWN]:
        print(each)
    if arguments.json:
        report = {"conditions": found, "values": figures, "same": run.same, "different": run.different}
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


_COLUMNS = ("folder", "cluster", "multi_match")


@dataclass
class _Run:
    """One comparison."""

    folder: Path
    arguments: argparse.Namespace
    stack: ExitStack
    same: int = 0
    different: list[str] = field(default_factory=list)
    values: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def figures(self) -> dict[str, dict[str, str]]:
        """All of them, by what is measured and where."""
        from tests.opensearch.cluster import Cluster

        jvm = ["-XX:TieredStopAtLevel=4", f"-Xms{self.arguments.heap}", f"-Xmx{self.arguments.heap}"]
        nodes = self.stack.enter_context(Cluster(self.folder / "nodes", 3, jvm=jvm))
        self.nodes = nodes
        self.client = self.stack.enter_context(closing(Client(Address(tuple(nodes.hosts), timeout=60))))
        self.ids, self.load = self._articles()
        zone, places = ZoneInfo("UTC"), self.folder / "index"
        on_cluster = OpenSearchBackend(
            nodes.hosts, index=NAME, signature="bench", zone=zone, shards=self.arguments.shards, timeout=30
        )
        in_folder = EmbeddedBackend(places, signature="bench", zone=zone)
        for name, backend in (("folder", in_folder), ("cluster", on_cluster)):
            self.stack.enter_context(closing(backend))
            self._say(f"building {name}")
            self._written("build, s", name, backend, self.ids, self.load)
        self.values["size, MB"] = {
            "folder": f"{size(places) / 1e6:,.0f}",
            "cluster": f"{on_cluster.summary().bytes / 1e6:,.0f}",
        }
        self._say("building multi_match")
        started = time.perf_counter()
        self._plain()
        self.values["build, s"]["multi_match"] = f"{time.perf_counter() - started:,.1f}"
        settings = Settings()
        self._ask(Engine(settings, in_folder), Engine(settings, on_cluster))
        changed = random.Random(7).sample(self.ids, min(CHANGED, len(self.ids)))
        for name, backend in (("folder", in_folder), ("cluster", on_cluster)):
            self._say(f"updating {name}")
            self._written(f"update of {len(changed)}, s", name, backend, changed, _Changed(self.load))
        return dict(self.values)

    def _say(self, what: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)

    def _articles(self) -> tuple[Sequence[str], Load]:
        if self.arguments.content:
            source = feed.files(Settings(content=self.arguments.content, index=self.folder / "none"))
        else:
            source = made.in_memory(range(self.arguments.made))
        return list(source.ids), source.load

    def _written(self, figure: str, name: str, backend: Any, ids: Sequence[str], load: Load) -> None:
        started = time.perf_counter()
        with closing(backend.writer(wait=False, full=figure.startswith("build"))) as writer:
            writer.update(ids, load, lambda done: None)
            writer.commit()
        self.values[figure][name] = f"{time.perf_counter() - started:,.1f}"

    # OpenSearch's own

    def _plain(self) -> None:
        """The same articles as OpenSearch would have them, by its English analyser."""
        text = {"type": "text", "analyzer": "english"}
        fields = dict.fromkeys(("title", "description", "body"), text)
        fields |= {"categories": {"type": "keyword"}, "date": {"type": "date"}}
        settings = {"number_of_shards": self.arguments.shards, "number_of_replicas": 1, "refresh_interval": "-1"}
        self.client.call("PUT", f"/{PLAIN}", {"settings": settings, "mappings": {"properties": fields}})
        lines: list[str] = []
        room = _BULK
        for id in self.ids:
            if (one := self.load(id).article) is None:
                continue
            date = one.date.isoformat() if one.date else None
            source = {"title": one.title, "description": one.description, "body": one.body, "date": date}
            lines += (json.dumps({"index": {"_id": id}}), json.dumps(source | {"categories": one.categories}))
            room -= len(lines[-1])
            if room < 0:
                self._send(lines)
                lines, room = [], _BULK
        self._send(lines)
        self.client.call("POST", f"/{PLAIN}/_refresh")

    def _send(self, lines: Sequence[str]) -> None:
        if lines:
            done = self.client.call("POST", f"/_bulk?index={PLAIN}", "\n".join([*lines, ""]))
            if done["errors"]:
                raise RuntimeError(str(done)[:500])

    def _plainly(self, asked: _Asked) -> Json:
        """A whole answer: ten hits with fragments, total, counts of categories and months."""
        fields = ["title^4", "description^2", "body"]
        operator = "or" if asked.options.get("any") else "and"
        query: Json = {"multi_match": {"query": asked.text, "fields": fields, "operator": operator}}
        if operator == "and":
            query["multi_match"]["type"] = "cross_fields"
        return {
            "query": query,
            "size": 10,
            "track_total_hits": True,
            "_source": ["title", "description", "date", "categories"],
            "highlight": {"fields": {"title": {}, "body": {"fragment_size": 220, "number_of_fragments": 1}}},
            "aggs": {
                "categories": {"terms": {"field": "categories", "size": 100}},
                "months": {"date_histogram": {"field": "date", "calendar_interval": "month", "min_doc_count": 1}},
            },
        }

    # Questions

    def _ask(self, folder: Engine, cluster: Engine) -> None:
        asked = list(_questions(self.ids, self.load, self.arguments.questions))
        self._say(f"asking {len(asked)} questions")
        requests = self._counted()
        for each in _questions(self.ids, self.load, 30, seed=1):  # the virtual machines of the nodes grow fast by use
            cluster.search(each.text, **each.options)
            self.client.search(PLAIN, [self._plainly(each)], _late())
        del requests[:]
        times: dict[str, list[float]] = defaultdict(list)
        journeys: list[int] = []
        searches: list[int] = []
        for each in asked:
            one = _timed(times["folder"], partial(folder.search, each.text, **each.options))
            before = len(requests)
            other = _timed(times["cluster"], partial(cluster.search, each.text, **each.options))
            journeys.append(len(requests) - before)
            searches.append(sum(requests[before:]))
            _timed(times["multi_match"], partial(self.client.search, PLAIN, [self._plainly(each)], _late()))
            if unlike := _unlike(one, other):
                self.different.append(f"{each.text!r} {each.options}: {unlike}")
            else:
                self.same += 1
        for share in (0.5, 0.95):
            self.values[f"whole answer first asked, p{share * 100:.0f}, ms"] = {
                name: f"{percentile(of, share) * 1000:,.1f}" for name, of in times.items()
            }
        again: dict[str, list[float]] = defaultdict(list)
        for each in asked[: len(asked) // 4]:
            for name, engine in (("folder", folder), ("cluster", cluster)):
                engine.search(each.text, **each.options)
                _timed(again[name], partial(engine.search, each.text, **each.options))
        for share in (0.5, 0.95):
            self.values[f"whole answer again, p{share * 100:.0f}, ms"] = {
                name: f"{percentile(of, share) * 1000:,.1f}" for name, of in again.items()
            }
        self.values["requests a search, mean"] = {"cluster": f"{sum(journeys) / len(journeys):.1f}", "multi_match": "1"}
        self.values["requests a search, most"] = {"cluster": str(max(journeys)), "multi_match": "1"}
        self.values["searches in them, mean"] = {"cluster": f"{sum(searches) / len(searches):.1f}"}

    def _counted(self) -> list[int]:
        """The searches of each request that is made from now on."""
        requests: list[int] = []
        ask = Client._call

        def call(self: Client, method: str, path: str, body: Any, until: float | None) -> Json:
            requests.append(body.count("\n") // 2 if path.startswith("/_msearch") else 1)
            return ask(self, method, path, body, until)

        Client._call = call  # type: ignore[method-assign]
        return requests


@dataclass(frozen=True)
class _Changed:
    """Articles with a word more than they had."""

    load: Load

    def __call__(self, id: str) -> Any:
        loaded = self.load(id)
        article = loaded.article and replace(loaded.article, body=f"{loaded.article.body} amended")
        return loaded._replace(article=article) if hasattr(loaded, "_replace") else replace(loaded, article=article)


@dataclass(frozen=True)
class _Asked:
    """A question and its options."""

    text: str
    options: dict[str, Any]


def _questions(ids: Sequence[str], load: Load, count: int, seed: int = 3) -> Iterator[_Asked]:
    """Titles and parts of them, phrases, single words, words in a row, beginnings, slips; some with options."""
    chance = random.Random(seed)
    given = 0
    while given < count:
        article = load(chance.choice(ids)).article
        words = _WORD.findall(article.body) if article else []
        if article is None or len(words) < 20:
            continue
        title = re.findall(r"[\w']+", article.title) or words
        place = chance.randrange(len(words) - 6)
        longer = [word for word in words if len(word) > 5] or words
        text = chance.choice(
            [
                " ".join(title[: chance.randint(1, 6)]),
                '"' + " ".join(words[place : place + chance.randint(2, 4)]) + '"',
                " ".join(chance.sample(words, chance.randint(1, 3))),
                " ".join(words[place : place + chance.randint(2, 5)]),
                f"{chance.choice(longer)[:-2]}* {chance.choice(words)}",
                f"{_slip(chance, chance.choice(longer))} {chance.choice(words)}",
            ]
        )
        options: dict[str, Any] = {}
        if chance.random() < 0.2:
            options["any"] = True
        if chance.random() < 0.15:
            options["sort"] = chance.choice(["newest", "oldest"])
        if chance.random() < 0.2 and article.categories:
            options["categories"] = [chance.choice(article.categories)]
        if chance.random() < 0.15 and article.date:
            options["since"] = f"{article.date:%Y-%m-%d}"
        if chance.random() < 0.1:
            options["each"] = True
        given += 1
        yield _Asked(text, options)


def _slip(chance: random.Random, word: str) -> str:
    """A word with two letters changed over."""
    place = chance.randrange(1, len(word))
    return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]


def _late() -> float:
    return time.monotonic() + 60


def _timed(times: list[float], act: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    found = act()
    times.append(time.perf_counter() - started)
    return found


def _unlike(one: Any, other: Any) -> str:
    """In what two answers differ; empty where they are the same."""
    wrong = []
    if [hit.id for hit in one.hits] != [hit.id for hit in other.hits]:
        pairs = [(a.id, a.score, b.id, b.score) for a, b in zip(one.hits, other.hits, strict=False) if a.id != b.id]
        wrong.append(f"hits {pairs[:2]} of {len(one.hits)} and {len(other.hits)}")
    else:
        scores = [abs(a.score - b.score) > _EXACT * abs(a.score) for a, b in zip(one.hits, other.hits, strict=True)]
        wrong += ["scores"] * any(scores)
        wrong += ["snippets"] * ([hit.snippet for hit in one.hits] != [hit.snippet for hit in other.hits])
        wrong += ["near-copies"] * ([hit.similar for hit in one.hits] != [hit.similar for hit in other.hits])
    for name in ("total", "strict_total", "repeats", "suggestion", "corrected", "relaxed", "facets", "warnings"):
        if (a := getattr(one, name)) != (b := getattr(other, name)):
            wrong.append(f"{name} {str(a)[:120]} and {str(b)[:120]}")
    return "; ".join(wrong)


if __name__ == "__main__":
    main()
