"""Is the answer to a question found in every language, and how fast? The plain search over collections by language.

    python tests/benchmarks/languages.py COLLECTION... [--lucene FOLDER] [--json FILE]

COLLECTION is a folder such as ranking.py reads, with the code of the documents' language as ``language`` in each; or a
folder of such folders. README.md beside this says what each figure means. Not here: whole rankings (ranking.py).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import statistics
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from peers import lucene
from peers.ranks import FIRST_PAGE, first, reciprocal
from peers.running import conditions, percentile, print_conditions, table
from ranking import Collection, Ranking, read

from article_search.engine import Engine
from article_search.errors import SettingsError
from article_search.settings import Settings, load

OURS = "ours"

GENERAL = ("standard", "icu", "cjk")  # analyzers of the peer for all languages, beside one that is made for each

_MARKUP = re.compile(r"[\\`*_{}\[\]<>()#+\-.!|&$~^=:%]")  # what Markdown or a template might take for its own

Figures = dict[str, Any]


def main() -> None:
    """Scores every collection by itself, then all of them in one index, and prints a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("collections", type=Path, nargs="+", metavar="COLLECTION", help="folder, or folder of them")
    parser.add_argument("--lucene", type=Path, metavar="FOLDER", help="classes and jars of the peer, see README.md")
    parser.add_argument("--json", type=Path, help="file for the figures, with the rank of every question's document")
    arguments = parser.parse_args()
    machine = conditions()
    print_conditions(machine)
    folders = {folder.name: folder for folder in _folders(arguments.collections)}
    collections = {name: read(folder) for name, folder in folders.items()}
    report: dict[str, Figures] = {name: {OURS: alone(collection)} for name, collection in collections.items()}
    if len(collections) > 1:
        for name, figures in mixed(collections).items():
            report[name]["mixed"] = figures
    if arguments.lucene:
        for name, folder in folders.items():
            report[name]["lucene"] = peer(collections[name], folder, arguments.lucene)
    print(shown(collections, report))
    if arguments.json:
        arguments.json.write_text(json.dumps({"machine": machine, "collections": report}, indent=1) + "\n")


def _folders(named: Iterable[Path]) -> Iterable[Path]:
    for folder in named:
        if (folder / "queries.tsv").exists():
            yield folder
        else:
            yield from sorted(path.parent for path in folder.glob("*/queries.tsv"))


# ---- ours ----


def alone(collection: Collection) -> Figures:
    """The figures of a site whose language is the collection's."""
    code = _code(collection)
    with tempfile.TemporaryDirectory(prefix="languages-") as work:
        _write(collection, Path(work) / "content")
        settings, taken = _settings(Path(work), code)
        with Engine(settings) as engine:
            engine.index(full=True)
            return {"language": code, "taken": taken, **asked(engine, collection)}


def mixed(collections: Mapping[str, Collection]) -> dict[str, Figures]:
    """The figures of each collection's questions in an English site that holds all of the collections."""
    with tempfile.TemporaryDirectory(prefix="languages-") as work:
        for name, collection in collections.items():
            _write(collection, Path(work) / "content" / name)
        settings, _ = _settings(Path(work), "en")
        with Engine(settings) as engine:
            engine.index(full=True)
            return {name: asked(engine, collection, f"{name}/") for name, collection in collections.items()}


def _code(collection: Collection) -> str:
    """The language of a collection: what its documents say, else its name."""
    return next(
        (document["language"] for document in collection.documents.values() if document.get("language")), ""
    ) or (collection.name)


def _settings(work: Path, code: str) -> tuple[Settings, bool]:
    """Those of a site in a language, as its owner would write them, and whether the language is one to be had."""
    file = work / "articles.toml"
    for language in (code, "en"):
        file.write_text(f'content = "content"\nindex = "index"\nlanguage = "{language}"\n', encoding="utf-8")
        with contextlib.suppress(SettingsError):
            return load(file, {}), language == code
    raise SystemExit(f"{file} is not accepted")


def _write(collection: Collection, content: Path) -> None:
    """The documents as the Markdown articles of a site, named by their ids."""
    content.mkdir(parents=True)
    for id, document in collection.documents.items():
        header = {"title": document.get("title") or "", "description": document.get("description") or ""}
        lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in header.items() if value]
        lines.append(f"language: {document.get('language') or collection.name}")
        body = _MARKUP.sub(r"\\\g<0>", document.get("body") or "")
        text = "\n".join(("---", *lines, "---", "", body, ""))
        (content / f"{id}.md").write_text(text, encoding="utf-8")


def asked(engine: Engine, collection: Collection, folder: str = "") -> Figures:
    """Puts each question once, as a reader types it, and gives the figures."""
    rankings: dict[str, Ranking] = {}
    times, nothing = [], []
    for query, text in collection.queries.items():
        started = time.perf_counter()
        results = engine.search(text)
        times.append(time.perf_counter() - started)
        if not results.total:
            nothing.append(query)
        rankings[query] = [hit.id.removeprefix(folder).removesuffix(".md") for hit in results.hits[:FIRST_PAGE]]
    return {
        **scored(collection, rankings),
        "nothing": nothing,
        "mean_ms": 1000 * statistics.fmean(times),
        "p95_ms": 1000 * percentile(times, 0.95),
    }


# ---- Lucene ----


def peer(collection: Collection, folder: Path, classes: Path) -> Figures:
    """The figures of Lucene by analyzer, and which is the best."""
    packed = folder / "docs.jsonl.gz"
    documents = packed if packed.exists() else folder / "docs.jsonl"
    found = {}
    for analyzer in (_code(collection).partition("-")[0], *GENERAL):
        try:
            rankings = lucene.rankings(classes, analyzer, documents, folder / "queries.tsv", boost=0)
        except lucene.UnknownAnalyzerError:
            if analyzer in GENERAL:
                raise
        else:
            found[analyzer] = scored(collection, rankings)
    return {"analyzers": found, "best": max(found, key=lambda analyzer: found[analyzer]["mrr"])}


# ---- figures ----


def scored(collection: Collection, rankings: Mapping[str, Ranking]) -> Figures:
    """MRR@10 over all questions, and the rank of the first right document of each; None where it is not there."""
    ranks = {}
    for query in collection.queries:
        right = {id for id, relevance in collection.relevant[query].items() if relevance > 0}
        ranks[query] = first(rankings.get(query, ())[:FIRST_PAGE], right)
    return {"mrr": reciprocal(ranks.values()), "ranks": ranks}


def shown(collections: Mapping[str, Collection], report: Mapping[str, Figures]) -> str:
    """A line a collection."""
    head = ["", "articles", "questions", "MRR@10", "nothing", "mean, ms", "p95, ms", "mixed", "Lucene", "by analyzer"]
    lines = []
    for name, figures in report.items():
        ours, together, other = figures[OURS], figures.get("mixed"), figures.get("lucene")
        lines.append(
            [
                name if ours["taken"] else f"{name} *",
                f"{len(collections[name].documents):,}",
                f"{len(collections[name].queries):,}",
                f"{ours['mrr']:.3f}",
                f"{len(ours['nothing'])}",
                f"{ours['mean_ms']:.1f}",
                f"{ours['p95_ms']:.1f}",
                f"{together['mrr']:.3f}" if together else "",
                f"{other['analyzers'][other['best']]['mrr']:.3f}" if other else "",
                " ".join(f"{name} {one['mrr']:.3f}" for name, one in other["analyzers"].items()) if other else "",
            ]
        )
    wanting = [name for name, figures in report.items() if not figures[OURS]["taken"]]
    note = ["* not accepted as a site's language; its articles name it all the same"] * bool(wanting)
    return "\n".join([table(head, lines), *note])


if __name__ == "__main__":
    main()
