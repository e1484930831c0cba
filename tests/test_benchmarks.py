"""The benchmarks still run, and their figures are there for every engine that is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from article_search.engine import Engine
from article_search.settings import Settings

BENCHMARKS = Path(__file__).parent / "benchmarks"
LIBRARIES = {"ours": "article_search", "tantivy": "tantivy", "fts5": "sqlite3", "whoosh": "whoosh", "xapian": "xapian"}
INSTALLED = {name for name, library in LIBRARIES.items() if find_spec(library)}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="memory is read from /proc"),
]


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BENCHMARKS / script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def figures_of(script: str, folder: Path, *arguments: str) -> tuple[dict[str, Any], str]:
    """What a script wrote as JSON, and what it printed."""
    report = folder / "report.json"
    done = run(script, *arguments, "--json", str(report), "--work", str(folder))
    assert done.returncode == 0, done.stderr
    return json.loads(report.read_text())["values"], done.stdout


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    folder.mkdir()
    for number in range(40):
        header = f"title: The ferry number {number} leaves Saltmarsh harbour\ndate: 2025-{1 + number % 12:02}-03\n"
        header += (
            f"description: A crossing of {number} miles under sail\ncategories: [{'boats' if number % 3 else 'sea'}]"
        )
        body = f"The captain waved at pier {number}. Gulls followed the ferry across the harbour.\n"
        (folder / f"ferry-{number}.md").write_text(f"---\n{header}\n---\n{body}")
    return folder


def test_the_peers_are_compared(content: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in content.iterdir()}
    small = "--rounds=1 --queries=6 --builds=1 --updates=1 --cold=1".split()
    figures, table = figures_of("compare_peers.py", tmp_path, str(content), *small)
    measured = (
        "full build: wall, s",
        "full build: CPU, s",
        "full build: peak RSS, MB",
        "update: wall, s",
        "index size, MB",
        "any word, total, facets, first: p50, ms",
        "all words, total, facets, first: p95, ms",
        "all words, total, facets, warm: p99, ms",
        "phrase, total, facets, first: p50, ms",
        "prefix, total, facets, first: p50, ms",
        "any word, dates, total, facets, first: p50, ms",
        "any word, whole answer, first: p50, ms",
        "any word, whole answer, warm: p50, ms",
    )
    for figure in measured:
        # It takes seconds for a snippet, and is asked once.
        asked = INSTALLED - {"whoosh"} if "whole answer" in figure or "warm" in figure else INSTALLED
        assert figures[figure].keys() == asked, figure
        assert all(value > 0 for value in figures[figure].values()), figure
    for figure in ("nothing to do: wall, s", "nothing to do, whole command: wall, s", "cold search: wall, s"):
        assert figures[figure]["ours"] > 0
    assert all(name in table for name in INSTALLED)
    assert "cores" in table
    assert {path.name: path.read_bytes() for path in content.iterdir()} == before


def test_the_peers_find_the_same_articles(content: Path, tmp_path: Path) -> None:
    small = "--rounds=1 --queries=30 --builds=1 --updates=0 --cold=1".split()
    figures, _ = figures_of("compare_peers.py", tmp_path, str(content), *small)
    for kind in ("any", "phrase"):
        found = figures[f"{kind}: articles found, median"]
        assert found.keys() == INSTALLED
        assert len(set(found.values())) == 1, found


def test_only_the_engines_named_are_compared(content: Path, tmp_path: Path) -> None:
    small = "--engines=fts5 --rounds=1 --queries=2 --builds=1 --updates=0 --cold=1".split()
    figures, _ = figures_of("compare_peers.py", tmp_path, str(content), *small)
    assert figures["index size, MB"].keys() == {"ours", "fts5"}


def test_an_engine_nobody_knows_is_refused(content: Path) -> None:
    done = run("compare_peers.py", str(content), "--engines", "fts5,grep")
    assert done.returncode == 1
    assert "no engine is called grep" in done.stderr


def test_growth_is_measured_from_files_and_from_memory(tmp_path: Path) -> None:
    figures, table = figures_of(
        "scale.py", tmp_path, "--sizes", "30,60", "--files-up-to", "30", "--queries", "4", "--rounds", "1"
    )
    engines = INSTALLED & {"ours", "tantivy"}
    for figure in (
        "build, s",
        "size, MB",
        "update, s",
        "any, total, facets, first: p50, ms",
        "all, whole answer, warm: p95, ms",
        "memory after questions, MB",
    ):
        assert figures[figure].keys() == engines
        assert all(line.keys() == {"30", "60"} for line in figures[figure].values())
    assert "by number of articles" in table


def test_mistyped_queries_are_measured(content: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    with Engine(Settings(content=content, index=index, workers=1)) as engine:
        engine.index()
    (tmp_path / "queries.tsv").write_text("k1\tcrossing 31 miles\nt1\tferry number 32 leaves\n")
    (tmp_path / "qrels.txt").write_text("k1 0 ferry-31.md 1\nt1 0 ferry-32.md 1\n")
    done = run("typos.py", str(content), str(index), str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert [line.split()[:2] for line in done.stdout.splitlines()[1:7]] == [[k, e] for k in "kt" for e in "012"]
    assert "0 of 2 unedited queries are answered otherwise" in done.stdout


def test_articles_are_asked_for_by_their_titles(content: Path, tmp_path: Path) -> None:
    """Two articles share a title, and two say nearly the same."""
    harbour = " ".join(f"Lantern {number} burns above the quay." for number in range(40))
    for name, title, body in (
        ("twin-1", "Twin lights", "One stands to the north."),
        ("twin-2", "twin  Lights", "Another keeps the southern rocks."),
        ("copy-1", "Lanterns of Old Harbour", harbour),
        ("copy-2", "Lanterns of Old Harbour", harbour),
    ):
        (content / f"{name}.md").write_text(f"---\ntitle: {title}\n---\n{body}\n")
    report = tmp_path / "report.json"
    arguments = (f"quay={content}", "--titles=50", "--index", str(tmp_path / "indexes"), "--json", str(report))
    done = run("titles.py", *arguments, "--misses")
    assert done.returncode == 0, done.stderr
    found = json.loads(report.read_text())["sites"]["quay"]
    assert (found["articles"], found["titles"]) == (44, 41)
    whole = found["forms"]["whole"]["ours"]
    assert whole["ranks"].keys().isdisjoint({"twin-1.md", "twin-2.md"})
    assert [rank for id, rank in whole["ranks"].items() if id.startswith("copy")] == [1]
    assert whole["mrr"] == 1
    assert found["forms"]["first three"]["ours"]["mrr"] < 1
    assert found["beginnings"]["share"] == 1
    assert "MRR@10" in done.stdout
    assert "The ferry number  ->  " in done.stdout
    few = run("titles.py", *arguments, "--titles=3")
    assert few.returncode == 0, few.stderr
    chosen = json.loads(report.read_text())["sites"]["quay"]["forms"]["whole"]["ours"]["ranks"]
    assert list(chosen.items()) == list(whole["ranks"].items())[:3]


def test_sites_of_one_name_are_refused(content: Path) -> None:
    done = run("titles.py", str(content), str(content))
    assert done.returncode == 2
    assert "two sites have one name" in done.stderr


JUDGED: dict[str, list[Any]] = {
    "docs.jsonl": [
        {"id": "tide", "title": "Tide tables", "body": "When the harbour dries out.", "date": "2025-03-01"},
        {"id": "gulls", "title": "Gulls", "description": "Gulls of the harbour", "body": "Gulls nest on the roofs."},
        {"id": "ferry", "title": "", "body": "The ferry crosses the harbour with the tide.", "categories": ["boats"]},
        {"id": "market", "title": "Market day", "body": "Apples, cheese and wool.", "date": "", "categories": []},
    ],
    "queries.tsv": ["1\twhere do loud GULLS nest?", "2\tferry at high tide", "3\tcheese", "4\tnobody judged this"],
    "qrels.txt": ["1 0 gulls 1", "2 0 ferry 1", "2 0 tide 1", "3 0 tide 1", "4 0 tide 0"],
}


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    folder = tmp_path / "judged"
    folder.mkdir()
    for name, lines in JUDGED.items():
        text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        (folder / name).write_text(text)
    return folder


def ranked(folder: Path, *arguments: str) -> tuple[dict[str, Any], str]:
    report = folder / "report.json"
    done = run("ranking.py", *arguments, "--json", str(report))
    assert done.returncode == 0, done.stderr
    return json.loads(report.read_text()), done.stdout


@pytest.mark.skipif(not find_spec("ir_measures"), reason="ir-measures is not installed")
class TestRanking:
    """Two queries whose relevant articles come first, and one whose relevant article has none of the words."""

    def test_figures_are_means_over_the_judged_queries(self, judged: Path, tmp_path: Path) -> None:
        report, table = ranked(tmp_path, str(judged))
        found = report["collections"]["judged"]
        assert found["queries"] == 3
        assert len(found["figures"]) == 3
        for figures in found["figures"].values():
            assert figures["MRR"] == figures["nDCG@10"] == figures["MAP"] == pytest.approx(2 / 3)
            assert figures["P@5"] == pytest.approx((1 + 2) / 5 / 3)
        assert "0.6667" in table

    def test_a_ranking_that_is_no_better_has_no_change(self, judged: Path, tmp_path: Path) -> None:
        report, table = ranked(tmp_path, str(judged))
        change = report["collections"]["judged"]["changes"]["MAP"]
        assert (change["relative"], change["better"], change["worse"], change["p"]) == (0, 0, 0, 1)
        assert "0 queries better, 0 worse" in table

    def test_options_of_the_search_are_switched_on(self, judged: Path, tmp_path: Path) -> None:
        """Only with some of its words is anything found for the first query."""
        report, _ = ranked(tmp_path, str(judged), "--search", "strict")
        found = report["collections"]["judged"]
        assert found["by_query"]["ours"]["MRR"]["1"] == 0
        assert found["changes"]["MRR"]["worse"] == 1 + (found["by_query"]["ours"]["MRR"]["2"] == 0)

    def test_several_collections_have_a_mean(self, judged: Path, tmp_path: Path) -> None:
        harder = tmp_path / "harder"
        shutil.copytree(judged, harder)
        (harder / "qrels.txt").write_text("3 0 market 1\n")
        report, table = ranked(tmp_path, str(judged), str(harder))
        assert report["mean"]["MAP"]["ours"] == pytest.approx((2 / 3 + 1) / 2)
        assert "mean of the collections" in table


@pytest.mark.skipif(not find_spec("ir_measures"), reason="ir-measures is not installed")
def test_questions_are_put_in_every_language(tmp_path: Path) -> None:
    bodies = {
        "de": ["Die Fähre legt um neun ab.", "Am *Markt* gibt es Äpfel."],
        "it": ["Il traghetto parte alle nove."],
    }
    questions = {"de": ["Wann legt die Fähre ab?", "Zwiebeln"], "it": ["Quando parte il traghetto?"]}
    for language, texts in bodies.items():
        folder = tmp_path / "collections" / language
        folder.mkdir(parents=True)
        documents = [{"id": f"{language}{n}", "body": text, "language": language} for n, text in enumerate(texts)]
        (folder / "docs.jsonl").write_text("".join(json.dumps(document) + "\n" for document in documents))
        (folder / "queries.tsv").write_text("".join(f"{n}\t{text}\n" for n, text in enumerate(questions[language])))
        (folder / "qrels.txt").write_text("".join(f"{n} 0 {language}{n} 1\n" for n in range(len(questions[language]))))
    report = tmp_path / "report.json"
    done = run("languages.py", str(tmp_path / "collections"), "--json", str(report))
    assert done.returncode == 0, done.stderr
    found = json.loads(report.read_text())["collections"]
    assert (found["de"]["ours"]["mrr"], found["de"]["ours"]["nothing"], found["de"]["ours"]["taken"]) == (
        0.5,
        ["1"],
        True,
    )
    assert found["it"]["ours"]["mrr"] == found["it"]["mixed"]["mrr"] == 1
    assert "MRR@10" in done.stdout


@pytest.mark.skipif(not (shutil.which("wrk") and find_spec("gunicorn")), reason="wrk or gunicorn is not installed")
def test_a_server_is_put_under_load(content: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    command = [sys.executable, "-m", "article_search", "--content", str(content), "--index", str(index), "index"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    small = "--seconds=1 --swaps=1 --requests=1 --log".split()
    figures, table = figures_of("load.py", tmp_path, str(content), str(index), *small)
    for run_ in ("quiet", "swapping"):
        assert figures[run_]["requests"] > 0
        assert not any(figures[run_][fault] for fault in ("failed", "empty", "cut", "broken"))
    assert figures["memory"][0]["anonymous"] > 1
    assert "requests/s" in table


def test_a_server_holds_out(content: Path, tmp_path: Path) -> None:
    figures, table = figures_of("soak.py", tmp_path, str(content), *"--minutes=0.1 --steps=4 --swaps=2".split())
    assert figures["faults"] == []
    assert [row["what"] for row in figures["steps"]] == ["swap", "disk", "descriptors", "swap"]
    assert all(row["counts"]["readers"]["good"] > 0 for row in figures["steps"])
    assert {party for row in figures["steps"] for party in row["counts"]} == {"readers", "greedy", "hostile"}
    assert "RSS, MB" in table


@pytest.mark.browser
@pytest.mark.skipif(not (shutil.which("chromium") and shutil.which("chromedriver")), reason="there is no browser")
def test_keystrokes_are_timed(content: Path, tmp_path: Path) -> None:
    with Engine(Settings(content=content, index=tmp_path / "index")) as engine:
        engine.index()
    done = run(
        "keystrokes.py", "--index", str(tmp_path / "index"), "--content", str(content), "--rounds=1", "--pause=0.01"
    )
    assert done.returncode == 0, done.stderr
    assert "round 1: p50 " in done.stdout


@pytest.mark.skipif(not find_spec("atheris"), reason="atheris is not installed")
@pytest.mark.parametrize("target", ["header", "markup", "article", "query", "dates", "settings", "index"])
def test_a_short_run_with_inputs_by_chance_finds_no_fault(tmp_path: Path, target: str) -> None:
    done = run("fuzz.py", target, "--minutes", "0.05", "--keep", str(tmp_path))
    assert (done.returncode, list(tmp_path.iterdir())) == (0, []), done.stdout + done.stderr
    assert " 0 faults" in done.stdout
