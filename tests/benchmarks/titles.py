"""Does what was named come first? Articles asked for by their titles, as people type them, and by titles' beginnings.

    python tests/benchmarks/titles.py SITE... [--lucene FOLDER] [--misses] [--json FILE]

SITE is a folder of Markdown, or NAME=FOLDER; with an ``articles.toml`` in it, that counts, else the defaults. README.md
beside this says what each figure means. Not here: questions that are no titles (known_items.py, ranking.py).
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import random
import statistics
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from peers import lucene
from peers.copies import copies
from peers.ranks import FIRST_PAGE, first, reciprocal
from peers.running import Clock, conditions, print_conditions, table

from article_search.answering.results import Hit
from article_search.backends.base import Head, Text
from article_search.engine import Engine
from article_search.settings import Settings, load

OURS, LUCENE = "ours", "lucene"
BOOST = 4  # of titles in Lucene
TYPED = 0.7  # share of a title's letters in its beginning
BEHIND = 0.01  # of a figure under Lucene's that is marked
_FEW = 3  # first words of a title
_BATCH = 500  # articles whose texts are in memory at once

Figures = dict[str, Any]


@dataclass(frozen=True)
class Titled:
    """An article by a title that no other has: its id, the title, and the ids that count as the article."""

    id: str
    title: str
    right: frozenset[str]


@dataclass(frozen=True)
class Miss:
    """A question whose article was not first: its rank, Lucene's rank, and what was first."""

    form: str
    query: str
    rank: int | None
    peer: str
    instead: Hit | None

    def __str__(self) -> str:
        instead = f"{self.instead.title}  ({self.instead.id})" if self.instead else "nothing"
        return f"{self.form:14} {self.rank or '-':>3}{self.peer}  {self.query}  ->  {instead}"


# ---- what is typed ----


def unsigned(title: str) -> str:
    """A title in lower case, each run of signs a blank; what joins words as a letter does ("_") is none."""
    kept = (one if one == "_" or unicodedata.category(one)[0] in "LMN" else " " for one in title.lower())
    return " ".join("".join(kept).split())


def first_words(title: str) -> str:
    """The first few words of a title: all of a short one."""
    return " ".join(title.split()[:_FEW])


FORMS: Mapping[str, Callable[[str], str]] = {
    "whole": str,
    "lower, no signs": unsigned,
    "how to ...": lambda title: f"how to {title.lower()}",
    "... example": lambda title: f"{title} example",
    "what is ...": lambda title: f"what is {title}",
    "first three": first_words,
}


def beginning(title: str) -> str:
    """What has been typed of a title before it is all there."""
    return title[: max(1, round(TYPED * len(title)))]


def folded(title: str) -> str:
    """A title as it is compared: in one case, with single blanks."""
    return " ".join(title.casefold().split())


# ---- sites ----


def site(written: str) -> tuple[str, Path]:
    """Name and folder of a site, as an argument has them."""
    name, equals, folder = written.partition("=")
    path = Path(folder if equals else written)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{path} is no folder")
    return (name if equals else path.resolve().name), path


def settings_of(folder: Path, index: Path) -> Settings:
    """Those of the site's own, else the defaults."""
    own = folder / "articles.toml"
    return replace(load(own, {}), index=index) if own.exists() else Settings(content=folder, index=index)


def articles(engine: Engine) -> Iterator[tuple[Head, Text]]:
    """All articles as the index understood them, by id."""
    ids = engine.ids()
    with engine._backend.reader() as reader:
        for start in range(0, len(ids), _BATCH):
            numbers = [number for id in ids[start : start + _BATCH] if (number := reader.number(id)) is not None]
            yield from zip(reader.heads(numbers), reader.texts(numbers), strict=True)


def drawn(engine: Engine, count: int, seed: int) -> list[Titled]:
    """Some of the articles whose title no other has, but for those that say nearly the same.

    Which are drawn hangs on each by itself, so that they stay the same when other articles come or go.
    """
    same = copies(engine)
    having: dict[str, list[str]] = defaultdict(list)
    titles = {head.id: head.title for head, _ in articles(engine) if any(map(str.isalnum, head.title))}
    for id, title in titles.items():
        having[folded(title)].append(id)
    alone = [ids[0] for ids in having.values() if same.get(ids[0], {ids[0]}).issuperset(ids)]
    alone.sort(key=lambda id: random.Random(f"{seed} {id}").random())
    return [Titled(id, " ".join(titles[id].split()), frozenset(same.get(id, {id}))) for id in alone[:count]]


# ---- asking ----


def asked(
    engine: Engine, titled: Sequence[Titled], peer: Mapping[str, Sequence[str]] | None
) -> tuple[Figures, list[Miss]]:
    """Figures by form, and what was not first; ``peer`` is what Lucene found, by the name of each question."""
    found: Figures = {}
    misses = []
    for form in FORMS:
        ranks: dict[str, dict[str, int | None]] = {whose: {} for whose in (OURS, *[LUCENE] * (peer is not None))}
        for name, query, one in questions(titled, form):
            hits = engine.search(query, limit=FIRST_PAGE, snippets=False).hits
            rank = ranks[OURS][one.id] = first([hit.id for hit in hits], one.right)
            beside = ""
            if peer is not None:
                ranks[LUCENE][one.id] = first(peer.get(name, ()), one.right)
                beside = f" / {ranks[LUCENE][one.id] or '-'}"
            if rank != 1:
                misses.append(Miss(form, query, rank, beside, hits[0] if hits else None))
        found[form] = {whose: {"mrr": reciprocal(of.values()), "ranks": of} for whose, of in ranks.items()}
    return found, misses


def questions(titled: Sequence[Titled], form: str) -> Iterator[tuple[str, str, Titled]]:
    """What is asked in a form: the question's name, the question, and what it is made of."""
    for number, one in enumerate(titled):
        yield f"{form} {number}", FORMS[form](one.title), one


def begun(engine: Engine, titled: Sequence[Titled]) -> tuple[Figures, list[Miss]]:
    """In how many of the answers to beginnings of titles the first hit's title begins so, and the others."""
    share, misses = {}, []
    for one in titled:
        query = beginning(one.title)
        hits = engine.search(query, limit=FIRST_PAGE, snippets=False, typing=True).hits
        share[one.id] = bool(hits) and folded(hits[0].title).startswith(folded(query))
        if not share[one.id]:
            rank = first([hit.id for hit in hits], one.right)
            misses.append(Miss("beginning", query, rank, "", hits[0] if hits else None))
    return {"share": statistics.fmean(share.values()), "so": share}, misses


def peer_rankings(engine: Engine, titled: Sequence[Titled], classes: Path) -> dict[str, list[str]]:
    """What Lucene finds for all the questions, by their names, in the articles as the index understood them."""
    with tempfile.TemporaryDirectory(prefix="titles-") as work:
        documents, queries = Path(work) / "docs.jsonl.gz", Path(work) / "queries.tsv"
        with gzip.open(documents, "wt", compresslevel=1, encoding="utf-8") as lines:
            for head, text in articles(engine):
                document = {"id": head.id, "title": head.title, "description": head.description, "body": text.body}
                lines.write(json.dumps(document) + "\n")
        put = (f"{name}\t{query}\n" for form in FORMS for name, query, _ in questions(titled, form))
        queries.write_text("".join(put), encoding="utf-8")
        return lucene.rankings(classes, "en", documents, queries, BOOST)


# ---- the whole of it ----


def report(folder: Path, index: Path, arguments: argparse.Namespace) -> tuple[Figures, list[Miss]]:
    """The figures of one site."""
    with Engine(settings_of(folder, index)) as engine:
        engine.index()
        titled = drawn(engine, arguments.titles, arguments.seed)
        if not titled:
            raise SystemExit(f"{folder}: there is no article with a title of its own")
        peer = peer_rankings(engine, titled, arguments.lucene) if arguments.lucene else None
        forms, misses = asked(engine, titled, peer)
        beginnings, others = begun(engine, titled)
        figures = {"articles": len(engine.ids()), "titles": len(titled), "forms": forms, "beginnings": beginnings}
        return figures, misses + others


def shown(reports: Mapping[str, Figures]) -> str:
    """A table of the forms and one of the beginnings, a line a site."""
    lines, marked = [], False
    for name, figures in reports.items():
        forms = [figures["forms"][form] for form in FORMS]
        cells = [_cell([form[whose]["mrr"] for whose in form]) for form in forms]
        mean = _cell([statistics.fmean(form[whose]["mrr"] for form in forms) for whose in forms[0]])
        marked |= any(cell.endswith("*") for cell in (*cells, mean))
        lines.append([name, *cells, mean])
    notes = ["MRR@10" + (", ours / Lucene's" if any("/" in cell for cell in lines[0][1:]) else "")]
    notes += [f"* more than {BEHIND} under Lucene's"] * marked
    begun_lines = [
        [name, f"{one['articles']:,}", f"{one['titles']:,}", f"{one['beginnings']['share']:.3f}"]
        for name, one in reports.items()
    ]
    return "\n".join(
        (
            table(["", *FORMS, "mean"], lines),
            *notes,
            "",
            table(["", "articles", "titles", "beginnings: first begins so"], begun_lines),
        )
    )


def _cell(figures: Sequence[float]) -> str:
    behind = len(figures) == 2 and figures[0] < figures[1] - BEHIND
    return " / ".join(f"{figure:.3f}" for figure in figures) + ("*" if behind else " " * (len(figures) - 1))


def main() -> None:
    """Asks every site and prints the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sites", type=site, nargs="+", metavar="SITE", help="folder of Markdown, or NAME=FOLDER")
    parser.add_argument("--titles", type=int, default=300, metavar="N", help="titles asked of each site (default: 300)")
    parser.add_argument("--seed", type=int, default=1, help="which of them (default: 1)")
    parser.add_argument("--lucene", type=Path, metavar="FOLDER", help="classes and jars of the peer, see README.md")
    parser.add_argument("--index", type=Path, metavar="FOLDER", help="where indexes are kept for the next run")
    parser.add_argument("--misses", action="store_true", help="print each question whose article is not first")
    parser.add_argument("--json", type=Path, help="file for the figures, with the rank of every question's article")
    arguments = parser.parse_args()
    sites = dict(arguments.sites)
    if len(sites) < len(arguments.sites):
        parser.error("two sites have one name; NAME=FOLDER gives one another")
    machine, clock = conditions(), Clock()
    print_conditions(machine)
    reports = {}
    with contextlib.ExitStack() as stack:
        indexes = arguments.index or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="titles-")))
        for name, folder in sites.items():
            clock.say(name)
            reports[name], misses = report(folder, indexes / name, arguments)
            if arguments.misses:
                print(f"\n{name}: what was not first (form, rank, question, what was first)", *misses, sep="\n")
    print("", shown(reports), sep="\n")
    if arguments.json:
        written = {"machine": machine, "titles": arguments.titles, "seed": arguments.seed, "sites": reports}
        arguments.json.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
