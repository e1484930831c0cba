"""The whole job on real corpora: every file accounted for, the right article first, counts as by hand.

Needs ARTICLES_CORPORA, a folder with ``_posts`` (24,833 news articles) and ``md-*`` (sites of other habits).
"""

from __future__ import annotations

import html
import itertools
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from article_search.engine import Engine
from article_search.language import finding, text
from article_search.reading.report import Report
from article_search.settings import Settings

pytestmark = [pytest.mark.corpus, pytest.mark.slow]
CORPORA = os.environ.get("ARTICLES_CORPORA")
QUERIES = 200


def corpus(name: str) -> Path:
    if not CORPORA or not (Path(CORPORA) / name).is_dir():
        pytest.skip(f"needs ARTICLES_CORPORA with {name}")
    return Path(CORPORA) / name


@dataclass(frozen=True)
class Indexed:
    engine: Engine
    report: Report


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Indexed]:
    with Engine(Settings(content=corpus("_posts"), index=tmp_path_factory.mktemp("news"))) as engine:
        yield Indexed(engine, engine.index())


def test_every_news_article_is_indexed(news: Indexed) -> None:
    report = news.report
    assert (report.seen, report.added, report.rejected, report.left_out) == (24_833, 24_833, (), ())
    assert news.engine.status().articles == 24_833
    assert news.engine.verify() == ()


def test_the_article_one_means_is_first(news: Indexed) -> None:
    hits = news.engine.search("Smalling Roma fee").hits
    assert "frustrated" in hits[0].title
    assert "Smalling" in hits[0].title


def test_a_title_with_a_hash_sign_is_whole(news: Indexed) -> None:
    titles = [hit.title for hit in news.engine.search("title:mulan title:metoo").hits]
    assert any("#MeToo" in title and "Mulan" in title and not title.endswith("#MeToo") for title in titles), titles


def test_a_second_run_has_nothing_to_do(news: Indexed) -> None:
    report = news.engine.index()
    assert (report.seen, report.unchanged, report.added, report.changed, report.removed) == (24_833, 24_833, 0, 0, 0)


@dataclass(frozen=True)
class Counted:
    """One article as read without the program."""

    terms: dict[str, str]  # field -> its terms between blanks, with a blank at both ends
    words: frozenset[str]
    title: list[str]
    categories: frozenset[str]
    date: datetime


def by_hand(path: Path) -> Counted:
    header, _, body = path.read_text(encoding="utf-8").removeprefix("---").partition("\n---")
    values = dict(re.findall(r"^(\w+):[ \t]*(.*?)[ \t]*$", header, re.MULTILINE))
    year, month, day, hour, minute, second = map(int, values["date"].split("-"))
    fields = {
        "title": values["title"],
        "description": values["description"],
        "body": re.sub(r"<[a-z/!][^>]*>", " ", body),
    }
    # A reader does not see soft hyphens and characters without width.
    fields = {name: re.sub("[\u00ad\u200b-\u200d\ufeff]", "", html.unescape(value)) for name, value in fields.items()}
    return Counted(
        terms={name: " | ".join(_written(text.indexed(value))) for name, value in fields.items()},
        words=frozenset(word for value in fields.values() for word in text.words(value)),
        title=text.words(fields["title"]),
        categories=frozenset(name.strip() for name in values["categories"].strip("[]").split(",")),
        date=datetime(year, month, day, hour, minute, second, tzinfo=UTC),
    )


def _written(indexed: list[tuple[str, ...]]) -> Iterator[str]:
    """The words of a text by their first terms; and by the others that some have besides, as those with accents."""
    for place in range(max(map(len, indexed), default=1)):
        yield f" {' '.join(terms[min(place, len(terms) - 1)] for terms in indexed)} "


def has(phrase: str, *fields: str) -> Callable[[Counted], bool]:
    """Whether an article has words next to each other."""
    wanted = [f" {' '.join(terms)} " for terms in text.readings(phrase)]
    return lambda each: any(one in each.terms[name] for one in wanted for name in fields or each.terms)


def question(chance: random.Random, articles: list[Counted]) -> tuple[str, Callable[[Counted], bool]]:
    """A query as typed, and what it asks of an article. Its words are in quotes: no other forms of them count."""
    source = chance.choice(articles)
    vocabulary = [word for word in source.words if len(word) > 3 and word not in text.STOP_WORDS]
    one, two = chance.sample(vocabulary, 2)
    first, second = has(one), has(two)
    kind = chance.randrange(6)
    if kind == 0:
        return f'"{one}"', first
    if kind == 1:
        return f'"{one}" OR "{two}"', lambda each: first(each) or second(each)
    if kind == 2:
        return f'"{one}" -"{two}"', lambda each: first(each) and not second(each)
    if kind == 3:
        return f'title:"{one}"', has(one, "title")
    if kind == 4:
        prefix = one[: max(3, len(one) - 2)]
        return f"{prefix}*", lambda each: any(word.startswith(prefix) for word in each.words)
    title = source.title
    start = chance.randrange(max(1, len(title) - 1))
    phrase = " ".join(title[start : start + 2])
    return f'"{phrase}"', has(phrase)


def test_totals_facets_and_date_ranges_are_those_counted_by_hand(news: Indexed) -> None:
    articles = [by_hand(path) for path in sorted(news.engine.settings.content.iterdir())]
    chance = random.Random(20200915)
    compared = 0
    while compared < QUERIES:
        query, asked = question(chance, articles)
        category = chance.choice([None, "sports", "news", "tv"])
        first = datetime(2020, 9, chance.randint(1, 28), tzinfo=UTC)
        last = datetime(2020, 9, chance.randint(first.day, 30), tzinfo=UTC)
        dates = chance.random() < 0.6
        results = news.engine.search(
            query,
            categories=[category] if category else [],
            since=first.date().isoformat() if dates else None,
            until=last.date().isoformat() if dates else None,
            strict=True,
            each=True,
            exact=True,
        )
        if results.warnings:
            continue  # other rules, which other tests hold
        found = [each for each in articles if asked(each)]

        def in_dates(each: Counted, first: datetime = first, last: datetime = last, dates: bool = dates) -> bool:
            return not dates or first.date() <= each.date.date() <= last.date()

        def in_category(each: Counted, category: str | None = category) -> bool:
            return category is None or category in each.categories

        said = (query, category, first, last, dates)
        assert results.total == sum(in_dates(each) and in_category(each) for each in found), said
        base = [each for each in found if in_dates(each)]
        counts = Counter(name for each in base for name in each.categories)
        assert {facet.value: facet.count for facet in results.facets["category"]} == {
            name: count for name, count in counts.items() if count < len(base) or category
        }, said
        # Of whole months the others are counted too.
        whole = not dates or (first.day == 1 and (last + timedelta(days=1)).day == 1)
        base = [each for each in found if in_category(each) and (whole or in_dates(each))]
        counts = Counter(each.date.strftime("%Y-%m") for each in base)
        assert {facet.value: facet.count for facet in results.facets["month"]} == {
            month: count for month, count in counts.items() if count < len(base) or dates
        }, said
        compared += 1


def looked_through(
    value: str, wanted: frozenset[str], prefixes: tuple[str, ...], language: str, late: object
) -> Iterator[finding.Match]:
    """What finding.find finds, by a look at every word of a text without scripts that write no blanks."""
    for words in itertools.groupby(text.all_terms(value, language), lambda token: token[1:]):
        (_, start, end), tokens = words
        terms = [token.term for token in tokens]
        having = [term for term in terms if term in wanted]
        if not having and prefixes and text.plain(value[start:end], language).startswith(prefixes):
            having = terms[:1]
        yield from (finding.Match(term, start, end) for term in having)


def test_what_is_shown_is_what_a_look_at_every_word_shows(news: Indexed, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(20201117)
    files = chance.sample(sorted(news.engine.settings.content.iterdir()), QUERIES // 4)
    queries = []
    for place, title in enumerate(by_hand(path).title for path in files):
        words = " ".join(chance.sample(title, min(3, len(title))))
        queries.append([words, f'"{" ".join(title[:2])}"', f"{title[-1][:3]}*", f"title:{title[0]} {words}"][place % 4])
    found = [news.engine.search(query, any=True).hits for query in queries]
    monkeypatch.setattr(finding, "find", looked_through)
    for query, hits in zip(queries, found, strict=True):
        assert hits == news.engine.search(query, any=True).hits, query
    assert sum(fragment.match for hits in found for hit in hits for fragment in hit.snippet) > QUERIES


def test_every_file_of_other_sites_is_accounted_for(tmp_path: Path) -> None:
    root = corpus("md-misc-blogs").parent
    (tmp_path / "content").mkdir()
    for folder in sorted(root.glob("md-*")):
        subprocess.run(["cp", "-r", str(folder), str(tmp_path / "content")], check=True)
    files = [path for path in (tmp_path / "content").rglob("*") if path.suffix in (".md", ".markdown")]
    command = [sys.executable, "-m", "article_search", "--content", str(tmp_path / "content"), "--index"]
    done = subprocess.run([*command, str(tmp_path / "index"), "index"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    with Engine(Settings(content=tmp_path / "content", index=tmp_path / "index")) as engine:
        report = engine.index()
        accounted = report.unchanged + report.added + len(report.left_out) + len(report.rejected)
        hidden = sum(any(part.startswith(".") for part in path.relative_to(tmp_path).parts) for path in files)
        assert report.seen == accounted == len(files) - hidden
        assert len(report.rejected) < 60
        assert all("internal error" not in note.text for note in report.rejected)
        assert engine.search("", each=True).total == report.unchanged + report.added
        once = engine.search("")
        assert once.total + once.repeats == report.unchanged + report.added
