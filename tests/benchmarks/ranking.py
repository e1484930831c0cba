"""Are the best articles first? The engine over judged collections, beside plain BM25 on the same texts.

    python tests/benchmarks/ranking.py COLLECTION... [--search any] [--semantic] [--json FILE]

COLLECTION is a folder with ``docs.jsonl`` or ``docs.jsonl.gz`` (an object a line: id, title, description, body, date,
categories), ``queries.tsv`` (id TAB text) and ``qrels.txt`` (query 0 document relevance). README.md beside this says
what each figure means. Not here: a formula of our own; what is scored is ``Engine.search``, page by page.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import math
import re
import statistics
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
import Stemmer
from ir_measures import AP, RR, P, R, nDCG
from peers.running import table

from article_search.engine import Engine, backend_of
from article_search.limits import LIMITS
from article_search.reading.article import Article
from article_search.reading.files import FileState, Loaded
from article_search.settings import Semantic, Settings

DEPTH = 1000  # ranks that are scored
MEASURES = {"nDCG@10": nDCG @ 10, "MAP": AP @ DEPTH, "P@5": P @ 5, "recall@100": R @ 100, "MRR": RR}
TESTED = ("nDCG@10", "MAP")  # figures whose difference is put to the test
PARAMETERS = ((1.2, 0.75), (0.9, 0.4))  # k1 and b of plain BM25; the better one counts, figure by figure
TRIALS = 10_000  # of the randomisation test
OURS = "ours"

Ranking = Sequence[str]  # ids of documents, the best first
Values = dict[str, dict[str, float]]  # figure -> query -> value


@dataclass(frozen=True)
class Collection:
    """Documents by id (with the keys of the file), texts of queries by id, and what is relevant to each query."""

    name: str
    documents: Mapping[str, Mapping[str, Any]]
    queries: Mapping[str, str]
    relevant: Mapping[str, Mapping[str, int]]


def main() -> None:
    """Scores every collection and prints a table of each, and one of the means."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("collections", type=Path, nargs="+", metavar="COLLECTION", help="folder with a collection")
    parser.add_argument(
        "--search",
        action="append",
        default=[],
        metavar="OPTION",
        help="option of Engine.search that is switched on, such as any or strict; may be repeated",
    )
    parser.add_argument("--semantic", action="store_true", help="with the reranker of the extra semantic")
    parser.add_argument("--json", type=Path, help="file for the figures, with every query's")
    arguments = parser.parse_args()
    reports = {}
    for folder in arguments.collections:
        collection = read(folder)
        reports[collection.name] = report(collection, arguments.search, arguments.semantic)
        print(shown(collection.name, reports[collection.name]), end="\n\n", flush=True)
    summary = means(list(reports.values()))
    if len(reports) > 1:
        print(shown_means(summary))
    if arguments.json:
        written = {"search": arguments.search, "semantic": arguments.semantic, "collections": reports, "mean": summary}
        arguments.json.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


# ---- collections ----


def read(folder: Path) -> Collection:
    """The collection in a folder; queries nobody judged are left out."""
    packed = folder / "docs.jsonl.gz"
    data = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / "docs.jsonl").read_bytes()
    documents = {str(document["id"]): document for document in map(json.loads, data.splitlines())}
    relevant: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.txt").read_text(encoding="utf-8").splitlines():
        query, _, document, relevance = line.split()
        relevant[query][document] = int(relevance)
    queries = dict(line.split("\t", 1) for line in (folder / "queries.tsv").read_text(encoding="utf-8").splitlines())
    judged = {query: text for query, text in queries.items() if any(value > 0 for value in relevant[query].values())}
    return Collection(folder.name, documents, judged, relevant)


@dataclass(frozen=True)
class Loader:
    """Loads a document as the article a file with just this text would be: no Markdown is read into it."""

    documents: Mapping[str, Mapping[str, Any]]

    def __call__(self, id: str) -> Loaded:
        """The article of an id."""
        document = self.documents[id]
        article = Article(
            id=id,
            url=f"/{id}/",
            title=document.get("title") or "",
            description=document.get("description") or "",
            body=document.get("body") or "",
            date=_date(document.get("date")),
            categories=tuple(document.get("categories") or ()),
            image=None,
            left_out=None,
            due=None,
            warnings=(),
        )
        return Loaded(FileState(0, 0, "", "indexed"), article)


def _date(written: str | None) -> datetime | None:
    try:
        date = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


# ---- rankings ----


def engine_rankings(collection: Collection, options: Sequence[str], semantic: bool) -> dict[str, Ranking]:
    """What a user who pages on to the last rank is shown, for every query; ``options`` are those of the search."""
    with tempfile.TemporaryDirectory(prefix="ranking-") as folder:
        settings = Settings(index=Path(folder) / "index", semantic=Semantic(enabled=semantic))
        backend = backend_of(settings)
        with contextlib.closing(backend.writer(wait=False, full=True)) as writer:
            writer.update(sorted(collection.documents), Loader(collection.documents), lambda done: None)
            writer.commit()
        with Engine(settings, backend) as engine:
            return {query: _paged(engine, text, options) for query, text in collection.queries.items()}


def _paged(engine: Engine, text: str, options: Sequence[str]) -> Ranking:
    ranking: list[str] = []
    switched: dict[str, Any] = dict.fromkeys(options, True)
    for page in range(1, math.ceil(DEPTH / LIMITS.page_size) + 1):
        results = engine.search(text, limit=LIMITS.page_size, page=page, snippets=False, **switched)
        ranking.extend(hit.id for hit in results.hits)
        if page >= results.pages:
            break
    return ranking[:DEPTH]


# What Lucene's EnglishAnalyzer leaves out; told here once more, so that a change of our analyser shows.
_STOP_WORDS = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this"
    " to was will with".split()
)
_WORD = re.compile(r"\w+")


class PlainBM25:
    """BM25 as Lucene has it, over title, description and body as one text.

    Score of a word: ln(1 + (N - n + 0.5) / (n + 0.5)) * tf / (tf + k1 * (1 - b + b * length / average length)); a word
    counts as often as the query has it (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009; Lucene
    8 and later, but with exact lengths).
    """

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        self._stem = Stemmer.Stemmer("english").stemWord
        self._ids = sorted(documents)
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths = []
        for number, id in enumerate(self._ids):
            fields = (documents[id].get(name) or "" for name in ("title", "description", "body"))
            terms = self._terms(" ".join(fields))
            lengths.append(len(terms))
            for term, count in Counter(terms).items():
                self._postings[term].append((number, count))
        self._lengths = np.asarray(lengths) / (statistics.fmean(lengths) or 1)

    def ranking(self, text: str, k1: float, b: float) -> Ranking:
        """The documents with any of the words, the best first."""
        scores = np.zeros(len(self._ids))
        for term, times in Counter(self._terms(text)).items():
            if term in self._postings:
                documents, counts = np.asarray(self._postings[term]).T
                idf = math.log1p((len(self._ids) - len(documents) + 0.5) / (len(documents) + 0.5))
                norm = k1 * (1 - b + b * self._lengths[documents])
                scores[documents] += times * idf * counts / (counts + norm)
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        return [self._ids[number] for number in best.tolist() if scores[number] > 0]

    def _terms(self, text: str) -> list[str]:
        return [self._stem(word) for word in _WORD.findall(text.lower()) if word not in _STOP_WORDS]


# ---- figures ----


def report(collection: Collection, options: Sequence[str], semantic: bool) -> dict[str, Any]:
    """Figures of all systems, means and by query; of ours the change against the better plain BM25, query by query."""
    systems = {OURS: scored(collection, engine_rankings(collection, options, semantic))}
    plain = PlainBM25(collection.documents)
    for k1, b in PARAMETERS:
        rankings = {query: plain.ranking(text, k1, b) for query, text in collection.queries.items()}
        systems[f"BM25 k1={k1} b={b}"] = scored(collection, rankings)
    figures = {name: {figure: _mean(values[figure]) for figure in MEASURES} for name, values in systems.items()}
    changes = {}
    for figure in MEASURES:
        best = max((name for name in systems if name != OURS), key=lambda name: figures[name][figure])
        changes[figure] = {"against": best, **change(systems[OURS][figure], systems[best][figure])}
    return {
        "documents": len(collection.documents),
        "queries": len(collection.queries),
        "figures": figures,
        "changes": changes,
        "by_query": systems,
    }


def scored(collection: Collection, rankings: Mapping[str, Ranking]) -> Values:
    """Every figure of every query."""
    # Ranks as scores: equal scores would be put into an order of its own by what counts.
    run = {
        query: {id: float(DEPTH - rank) for rank, id in enumerate(ranking)}
        for query, ranking in rankings.items()
        if ranking
    }
    judged = {query: dict(collection.relevant[query]) for query in collection.queries}
    names = {str(measure): figure for figure, measure in MEASURES.items()}
    values: Values = {figure: dict.fromkeys(judged, 0.0) for figure in MEASURES}
    for metric in ir_measures.iter_calc(list(MEASURES.values()), judged, run):
        values[names[str(metric.measure)]][metric.query_id] = metric.value
    return values


def change(ours: Mapping[str, float], theirs: Mapping[str, float]) -> dict[str, Any]:
    """Relative change of the mean, queries that became better and worse, and how likely chance alone does as much: the
    paired randomisation test, two-sided (Smucker, Allan and Carterette, "A comparison of statistical significance tests
    for information retrieval evaluation", CIKM 2007)."""
    differences = np.asarray([ours[query] - theirs[query] for query in theirs])
    signs = np.random.default_rng(0).choice((-1.0, 1.0), (TRIALS, len(differences)))
    as_far = np.abs(signs @ differences) >= abs(differences.sum()) - 1e-9
    before = _mean(theirs)
    return {
        "relative": _mean(ours) / before - 1 if before else 0.0,
        "better": int(np.count_nonzero(differences > 1e-9)),
        "worse": int(np.count_nonzero(differences < -1e-9)),
        "p": (1 + int(np.count_nonzero(as_far))) / (1 + TRIALS),
    }


def means(reports: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Over collections, each counting as one: ours, the better plain BM25 of each, the mean of the relative changes,
    and the least of them."""
    found = {}
    for figure in MEASURES:
        changes = [each["changes"][figure] for each in reports]
        plain = [each["figures"][change["against"]][figure] for each, change in zip(reports, changes, strict=True)]
        relative = [change["relative"] for change in changes]
        found[figure] = {
            OURS: statistics.fmean(each["figures"][OURS][figure] for each in reports),
            "plain": statistics.fmean(plain),
            "relative": statistics.fmean(relative),
            "least": min(relative),
        }
    return found


def _mean(values: Mapping[str, float]) -> float:
    return statistics.fmean(values.values()) if values else 0.0


# ---- showing ----


def shown(name: str, found: Mapping[str, Any]) -> str:
    """The table of one collection: a line a system, the change, and the queries behind it."""
    lines = [
        [system, *(f"{figures[figure]:.4f}" for figure in MEASURES)] for system, figures in found["figures"].items()
    ]
    changes = found["changes"]
    lines.append(["change", *(f"{changes[figure]['relative']:+.1%}" for figure in MEASURES)])
    head = f"{name}: {found['documents']:,} documents, {found['queries']:,} queries"
    tested = [
        f"{figure}: {changes[figure]['better']} queries better, {changes[figure]['worse']} worse than"
        f" {changes[figure]['against']}, p = {changes[figure]['p']:.3f}"
        for figure in TESTED
    ]
    return "\n".join([head, table(["", *MEASURES], lines), *tested])


def shown_means(summary: Mapping[str, Mapping[str, float]]) -> str:
    """The table of the means."""
    lines = [
        [OURS, *(f"{summary[figure][OURS]:.4f}" for figure in MEASURES)],
        ["BM25, the better", *(f"{summary[figure]['plain']:.4f}" for figure in MEASURES)],
        ["mean of changes", *(f"{summary[figure]['relative']:+.1%}" for figure in MEASURES)],
        ["least change", *(f"{summary[figure]['least']:+.1%}" for figure in MEASURES)],
    ]
    return "\n".join(["mean of the collections", table(["", *MEASURES], lines)])


if __name__ == "__main__":
    main()
