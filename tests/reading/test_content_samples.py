"""Do the sample articles show what they are there to show? They are read as a site's owner would have them read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from article_search.engine import Engine
from article_search.reading.article import Article, Rules, parse
from article_search.settings import Settings
from article_search.terminal import cli
from article_search.terminal.output import FOUND
from tests.test_guide import example_lines, example_queries

CONTENT = Path(__file__).parents[2] / "content"
SAMPLES = sorted(path.name for path in CONTENT.glob("*.md"))
SMALLING = "roma_and_united_still_apart_on_fee_for_smalling_with_serie_a_days_away.md"
FERRY = "islanders_say_new_ferry_fee_hits_the_wrong_people.md"
LIDO = "how_a_hashtag_and_a_choir_saved_a_1930s_swimming_pool.md"
TIDE = "watch_the_spring_tide_swallow_the_causeway_at_saltmarsh_point.md"
LOAF = "what_the_price_of_a_loaf_says_about_the_high_street.md"
TRAIN = "cafe_zoe_brings_creme_brulee_and_crosswords_to_the_night_train.md"
DRAFT = "exclusive_interview_with_the_clockmaker_who_stopped_the_town_hall_clock.md"
TRIAL = "teenage_goalkeeper_swaps_the_quarry_end_for_a_week_with_roma.md"
TOMATO = "village_show_crowns_roma_tomato_heavier_than_a_bag_of_sugar.md"
README = CONTENT.parent / "README.md"
PARTS = CONTENT.parent / "web" / "templates" / "parts.html"
FROM_TODAY = r"today|yesterday|monday|:september$|this-|last|past|ago|24h"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def sample(name: str) -> Article:
    return parse((CONTENT / name).read_bytes(), name, Rules(UTC), NOW)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(Settings(content=CONTENT, index=tmp_path_factory.mktemp("index"), workers=1)) as engine:
        engine.index()
        yield engine


def test_there_are_at_least_twelve_samples() -> None:
    assert len(SAMPLES) >= 12


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_written_in_the_habits_of_the_reference_corpus(name: str) -> None:
    header, fence, _ = (CONTENT / name).read_bytes().partition(b"\n--- \n")
    keys = [line.split(b":")[0] for line in header.split(b"\n")[1:]]
    wanted = b"extends section title description date categories featured".split()
    assert fence
    assert [key for key in keys if key != b"image"][:7] == wanted
    assert all(line.endswith(b" ") for line in header.split(b"\n")[3:])


def test_no_break_spaces_stand_in_the_samples_but_not_in_what_is_read() -> None:
    assert sum("\xa0" in (CONTENT / name).read_text(encoding="utf-8") for name in SAMPLES) >= 10
    assert not [name for name in SAMPLES if "\xa0" in f"{sample(name).title} {sample(name).description}"]


@pytest.mark.parametrize(
    ("name", "title", "date", "categories"),
    [
        (
            SMALLING,
            "Roma and United still apart on fee for Smalling with Serie A days away",
            datetime(2020, 9, 15, 12, 28, tzinfo=UTC),
            ("latest", "sports"),
        ),
        (
            FERRY,
            "Harbour row: Islanders say new ferry fee hits the wrong people",
            datetime(2020, 9, 21, 7, 15, 33, tzinfo=UTC),
            ("latest", "business"),
        ),
        (
            LIDO,
            "Swimmers behind #SaveOurLido win reprieve for 1934 pool with a leak and a view",
            datetime(2020, 9, 8, 18, 30, 2, tzinfo=UTC),
            ("latest", "politics"),
        ),
        (
            TIDE,
            "Watch the spring tide swallow the causeway at Saltmarsh Point",
            datetime(2020, 9, 18, 20, 12, 55, tzinfo=UTC),
            ("latest", "news"),
        ),
        (
            TRAIN,
            "Café Zoë brings crème brûlée and crosswords to the night train",
            datetime(2020, 9, 27, 11, 50, 27, tzinfo=UTC),
            ("latest", "travel"),
        ),
        (
            "vermont_town_of_212_elects_a_mule_and_means_it.md",
            "Vermont town of 212 elects a mule and means it",
            datetime(2020, 8, 31, 23, 59, 12, tzinfo=UTC),
            ("latest", "us-news"),
        ),
    ],
)
def test_a_sample_is_read_as_it_was_meant(name: str, title: str, date: datetime, categories: tuple[str, ...]) -> None:
    article = sample(name)
    assert (article.title, article.date, article.categories) == (title, date, categories)


def test_every_sample_has_its_facts() -> None:
    for article in map(sample, SAMPLES):
        assert article.title
        assert article.description
        assert article.date is not None
        assert datetime(2020, 8, 31, tzinfo=UTC) <= article.date < datetime(2020, 10, 2, tzinfo=UTC)


def test_one_sample_has_an_image_that_cannot_be_loaded_and_shows_that_nothing_is_seen_of_it() -> None:
    images = [image for image in (sample(name).image for name in SAMPLES) if image]
    assert [image.startswith("https://images.example.org/") for image in images] == [True]


def test_the_samples_give_only_the_warnings_they_are_there_to_show() -> None:
    warned = {name: [note.line for note in sample(name).warnings] for name in SAMPLES if sample(name).warnings}
    assert warned == {FERRY: [4], LIDO: [4]}


def test_only_the_draft_is_left_out() -> None:
    assert {name: sample(name).left_out for name in SAMPLES if sample(name).left_out} == {DRAFT: "draft"}


def test_a_sample_without_text_has_an_empty_body() -> None:
    assert [name for name in SAMPLES if not sample(name).body] == [TIDE]


def test_markup_is_not_part_of_the_text() -> None:
    body = sample(LOAF).body
    assert "Crumb & Co" in body.replace("\xa0", " ")
    assert "Shared ovens, such as the one in the old fire station" in body
    assert "Rent and rates" in body
    for hidden in ("<", "**", "##", "|", "example.org", "never searched", "The graphic"):
        assert hidden not in body


def test_smalling_roma_fee_has_its_article_first(engine: Engine) -> None:
    results = engine.search("Smalling Roma fee")
    assert results.hits[0].id == SMALLING
    assert {fragment.text for fragment in results.hits[0].title_fragments if fragment.match} == {
        "Roma",
        "fee",
        "Smalling",
    }


def test_other_articles_have_some_of_those_words(engine: Engine) -> None:
    others = {hit.id for hit in engine.search("Smalling Roma fee", any=True, limit=50).hits}
    assert {SMALLING, FERRY, TRIAL, TOMATO} <= others


def test_the_draft_is_not_found(engine: Engine) -> None:
    assert DRAFT not in {hit.id for hit in engine.search("clockmaker pendulum", any=True).hits}


def test_accents_need_not_be_typed(engine: Engine) -> None:
    assert engine.search("creme brulee Krakow").hits[0].id == TRAIN


def test_the_guide_is_searched_beside_the_news(engine: Engine) -> None:
    results = engine.search("category:guide shell completion")
    assert results.hits[0].id == "guide/command-line.md"


# Examples find something in the samples


def finds(engine: Engine, query: str) -> bool:
    """Whether some news article answers a query: the guide has the words of its own examples."""
    results = engine.search(query, strict=True, limit=100)
    assert results.warnings == ()
    return any(not hit.id.startswith("guide/") for hit in results.hits)


@pytest.mark.parametrize("query", re.findall(r"<dt><code>(.+?)</code>", PARTS.read_text(encoding="utf-8")))
def test_a_search_tip_of_the_page_finds_something(engine: Engine, query: str) -> None:
    assert finds(engine, query)


@pytest.mark.parametrize("query", [query for query in example_queries() if not re.search(FROM_TODAY, query)])
def test_an_example_query_of_the_guide_finds_something(engine: Engine, query: str) -> None:
    assert finds(engine, query)


ASKING = [line for line in example_lines() if re.match(r"articles (search|show|related|suggest) ", line)]
ASKING += re.findall(r"(?m)^articles (?:search|show|related|suggest) [^#\n]*", README.read_text(encoding="utf-8"))


@pytest.mark.parametrize("line", ASKING)
def test_an_example_command_line_finds_something(
    engine: Engine, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(CONTENT.parent)
    monkeypatch.setenv("ARTICLES_INDEX", str(engine.settings.index))
    words = shlex.split(line.partition(" | ")[0], comments=True)[1:]
    # What is opened here is no reader's: without that the hits are shown.
    assert cli.run([word for word in words if not word.startswith(("--open", "--browse"))]) == FOUND
    assert capsys.readouterr().out


def test_every_file_is_accounted_for() -> None:
    with Engine(Settings(content=CONTENT, workers=1)) as engine:
        report = engine.check()
    assert report.seen == len(list(CONTENT.rglob("*.md")))
    assert [(note.path, note.text) for note in report.left_out] == [(DRAFT, "draft")]
    assert report.rejected == ()
