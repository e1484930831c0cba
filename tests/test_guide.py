"""Is the user guide true? Each table, example and command line in it is held against the program."""

from __future__ import annotations

import dataclasses
import json
import re
import shlex
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest

from article_search.answering.results import as_json, status_json, suggestions_json
from article_search.limits import LIMITS
from article_search.query.parser import parse as parse_query
from article_search.reading import dates, generators
from article_search.reading.article import Article, Rules
from article_search.reading.article import parse as parse_article
from article_search.reading.generators import patterns
from article_search.reading.header.keys import DESCRIPTION_KEYS, TITLE_KEYS
from article_search.reading.report import index_json
from article_search.settings import Settings, load, recognising
from article_search.terminal import cli
from article_search.web import create_app
from article_search.web.query_report import QueryReport, report_json
from article_search.web.state import PARAMETERS
from tests.fake_engine import FakeEngine

GUIDE = Path(__file__).parents[1] / "content" / "guide"
ARTICLES = sorted(GUIDE.rglob("*.md"))
SITES = Path(__file__).parent / "generators"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
UNITS = {"": 1, "KiB": 2**10, "MiB": 2**20}


def text(name: str) -> str:
    return (GUIDE / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("article", ARTICLES, ids=lambda path: path.stem)
def test_nothing_is_left_to_be_filled_in(article: Path) -> None:
    assert not re.search(r"@[A-Z_]+@|\bT(?:ODO|BD)\b|\bFIXME\b", article.read_text(encoding="utf-8"))


def sections(name: str) -> dict[str, str]:
    """Heading of the second level -> what stands under it; shell comments do not begin with two hashes."""
    parts = re.split(r"(?m)^## (.+)$", text(name))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(part: str) -> list[list[str]]:
    """The cells of all table rows of a text, without the rows of headings and rules."""
    lines = part.splitlines()
    tables = [line for above, line in zip(["", *lines], lines, strict=False) if above.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in tables if re.match(r"\| *[^|\s:-]", line)]


def code(cell: str) -> str:
    """What stands between the backticks of a cell."""
    match = re.search(r"`([^`]+)`", cell)
    assert match, f"no code in {cell!r}"
    return match[1]


def fences(part: str, *languages: str) -> Iterator[str]:
    for language, block in re.findall(r"(?ms)^```(\w*)\n(.*?)^```$", part):
        if language in languages:
            yield block


def all_text() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in ARTICLES)


# The articles themselves


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_an_article_of_the_guide_is_read_without_a_warning(path: Path) -> None:
    article = parse_article(path.read_bytes(), path.relative_to(GUIDE.parent).as_posix(), Rules(UTC), NOW)
    assert article.warnings == ()
    assert article.left_out is None
    assert article.title
    assert article.description
    assert article.categories == ("guide",)
    assert article.date == datetime(2025, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_links_between_articles_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([\w./-]+\.md)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).is_file()


# The command line


def commands() -> dict[str, click.Command]:
    return {
        "articles": cli.cli,
        **{f"articles {name}": command for name, command in cli.cli.commands.items()},
    }


def options(command: click.Command) -> set[str]:
    context = click.Context(command)
    parameters = [one for one in command.get_params(context) if isinstance(one, click.Option) and not one.hidden]
    return {name for one in parameters for name in (*one.opts, *one.secondary_opts) if name.startswith("--")}


def documented_options(part: str) -> set[str]:
    return {re.split(r"[ [=]", code(row[0]))[0] for row in rows(part) if row[0].startswith("`--")}


def test_every_command_is_documented_and_every_documented_command_exists() -> None:
    documented = {heading for heading in sections("command-line") if heading.startswith("articles")}
    assert documented == set(commands())


@pytest.mark.parametrize("name", commands())
def test_every_option_is_documented_and_every_documented_option_exists(name: str) -> None:
    assert documented_options(sections("command-line")[name]) == options(commands()[name])


def test_every_command_and_option_has_help() -> None:
    for name, command in commands().items():
        assert command.help, name
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help, f"{name} {option.name}"


def example_lines() -> list[str]:
    lines = [line for block in fences(all_text(), "sh", "bash") for line in re.split(r"\n| && ", block)]
    return sorted({line for line in lines if line.startswith("articles ")} - {"articles [OPTIONS] COMMAND [ARGS]..."})


def test_there_are_examples_of_every_command() -> None:
    assert {name for name in commands() if any(line.startswith(name) for line in example_lines())} == set(commands())


@pytest.mark.parametrize("line", example_lines())
def test_an_example_command_line_is_accepted(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    context = cli.cli.make_context("articles", list(words))
    with context:
        name, command, rest = cli.cli.resolve_command(context, [*context._protected_args, *context.args])
        assert command is not None
        assert name is not None
        command.make_context(name, rest, parent=context).close()


# Generators


def test_every_generator_has_a_page_that_the_overview_leads_to_and_that_leads_back() -> None:
    assert {path.stem for path in (GUIDE / "generators").glob("*.md")} == set(generators.NAMES)
    assert set(re.findall(r"\]\(generators/(\w+)\.md\)", text("generators"))) == set(generators.NAMES)
    assert all("](../generators.md)" in text(f"generators/{name}") for name in generators.NAMES)


@pytest.mark.parametrize("name", generators.NAMES)
def test_the_commands_of_a_generators_page_print_what_it_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(SITES / name / "site", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    assert cli.run(["init"]) == cli.run(["index"]) == 0
    printed = capsys.readouterr()
    lines = [*printed.err.splitlines(), *(line.rstrip() for line in printed.out.splitlines())]
    (shown,) = fences(text(f"generators/{name}"), "text")
    assert [line for line in shown.splitlines() if line not in lines] == []


@pytest.mark.parametrize("name", generators.NAMES)
def test_a_setting_of_a_generator_that_is_said_to_be_read_is_one_its_reader_knows(name: str) -> None:
    reader = Path(recognising.__file__).parent / f"{name}.py"
    known = (reader.read_text(encoding="utf-8") + " ".join(generators.OPTIONS)).lower()
    (said,) = re.findall(r"(?m)^Read of its settings: (.*)$", text(f"generators/{name}"))
    named = [part for one in re.findall(r"`([\w.]+)`", said) for part in ([one] if one in known else one.split("."))]
    assert named
    assert [one for one in named if one.lower() not in known] == []


@pytest.mark.parametrize("name", generators.NAMES)
def test_a_generators_page_puts_the_search_box_in_by_its_one_script(name: str) -> None:
    boxes = [block for block in fences(text(f"generators/{name}"), "html", "js", "python") if "search-box.js" in block]
    assert len(boxes) == 1
    assert "module" in boxes[0]
    assert "data-target" in boxes[0] or 'createElement("article-search")' in boxes[0]


# JSON


def test_examples_of_json_are_json() -> None:
    assert [json.loads(block) for block in fences(all_text(), "json")]


def example_of(*keys: str) -> set[str]:
    """The keys of the one JSON example that has these."""
    (found,) = [
        set(example)
        for block in fences(sections("command-line")["JSON"], "json")
        if set(keys) <= set(example := json.loads(block))
    ]
    return found


def test_examples_of_json_have_the_keys_that_the_program_prints() -> None:
    engine = FakeEngine()
    results = as_json(engine.search("harbour"))
    (example,) = [json.loads(block) for block in fences(sections("command-line")["JSON"], "json") if '"hits":' in block]
    assert set(example) == set(results)
    assert set(example["hits"][0]) == set(results["hits"][0])
    assert set(example["facets"]) == set(results["facets"])
    assert example_of("frequent") == set(report_json(QueryReport(0, 0, 0, (), (), (), ())))
    assert example_of("seen") == set(index_json(engine.index()))
    assert example_of("completions") == set(suggestions_json(engine.completions("har")))
    assert example_of("stale") == set(status_json(engine.status()))


# Python


def test_the_first_python_example_prints_the_right_article_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(GUIDE.parent, tmp_path / "content")
    monkeypatch.chdir(tmp_path)
    (example,) = fences(text("getting-started"), "python")
    exec(example, {})
    assert capsys.readouterr().out.startswith("Roma and United still apart on fee for Smalling")


def test_the_wsgi_example_makes_an_application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "articles.toml").write_text('title = "Gazette"', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (example,) = fences(text("serving"), "python")
    names: dict[str, Any] = {}
    exec(example, names)
    assert names["app"].test_client().get("/robots.txt").status_code == 200


# Settings


def test_every_setting_is_documented_with_its_default_and_every_documented_setting_exists(tmp_path: Path) -> None:
    table = {code(row[0]): code(row[1]) for row in rows(sections("configuration")["articles.toml"])}
    assert set(table) == {field.name for field in dataclasses.fields(Settings)}
    file = tmp_path / "articles.toml"
    file.write_text("".join(f"{key} = {value}\n" for key, value in table.items()), encoding="utf-8")
    defaults = Settings()
    assert load(file, {}) == dataclasses.replace(
        defaults, content=tmp_path / defaults.content, index=tmp_path / defaults.index
    )


@pytest.mark.parametrize("name", ["web", "query_log", "terminal", "opensearch"])
def test_every_key_of_a_table_is_documented_with_its_default(name: str, tmp_path: Path) -> None:
    table = {code(row[0]): code(row[1]) for row in rows(sections("configuration")[name])}
    default = getattr(Settings(), name)
    names = [field.name for field in dataclasses.fields(default)]
    assert list(table) == [name for name in names if name not in ("user", "password")]  # of the environment
    file = tmp_path / "articles.toml"
    file.write_text(f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in table.items()), encoding="utf-8")
    assert getattr(load(file, {}), name) == default


def test_examples_of_articles_toml_are_accepted(tmp_path: Path) -> None:
    blocks = list(fences(all_text(), "toml"))
    assert len(blocks) >= 2
    for block in blocks:
        (tmp_path / "articles.toml").write_text(block, encoding="utf-8")
        assert load(tmp_path / "articles.toml", {}) != Settings()


_VARIABLE = r"\b(?:ARTICLES_(?!COMPLETE)[A-Z_]+|NO_COLOR|FORCE_COLOR|FORCE_HYPERLINK|PAGER|VISUAL|EDITOR)\b"


def test_every_environment_variable_is_documented() -> None:
    rooms = (Path(cli.__file__).parent, Path(recognising.__file__).parents[1] / "readers")
    source = "".join(path.read_text(encoding="utf-8") for room in rooms for path in room.glob("*.py"))
    documented = {code(row[0]) for row in rows(sections("configuration")["Environment"])}
    assert documented == set(re.findall(_VARIABLE, source))


def address_fields() -> list[list[str]]:
    return [row for row in rows(sections("configuration")["Addresses of articles"]) if row[0].startswith("`{")]


@pytest.mark.parametrize(("field", "value"), [(code(row[0]), code(row[1])) for row in address_fields()])
def test_a_field_of_an_address_is_what_the_guide_says(field: str, value: str) -> None:
    source = b"---\ntitle: Roma want Smalling\ndate: 2020-09-15\ncategory: Transfer News\n---\nText."
    article = parse_article(source, "2020/2020-09-15-smalling.md", Rules(UTC, f"/{field}/"), NOW)
    assert article.url == f"/{value}/"


def test_every_field_of_an_address_is_documented() -> None:
    with pytest.raises(ValueError, match="the fields are") as error:
        patterns.check("/{nonsense}")
    assert {code(row[0]) for row in address_fields()} == set(re.findall(r"\{[^}]+\}", str(error.value))) - {
        "{nonsense}"
    }


def test_the_patterns_of_generators_are_accepted() -> None:
    accepted = [code(row[1]) for row in rows(sections("configuration")["Addresses of articles"]) if row[1][:2] == "`/"]
    assert len(accepted) >= 3
    for pattern in accepted:
        patterns.check(pattern)


# Limits


def bound(cell: str) -> float:
    number, _, unit = cell.partition(" ")
    return float(number.replace(",", "")) * UNITS[unit]


def test_every_limit_is_documented_with_its_value_and_every_documented_limit_exists() -> None:
    documented = {code(row[0]): bound(row[1]) for row in rows(text("limits"))}
    assert documented == {field.name: getattr(LIMITS, field.name) for field in dataclasses.fields(LIMITS)}


# Queries


def example_queries() -> list[str]:
    parts = sections("searching")
    queries = [line for block in fences(all_text(), "query") for line in block.splitlines()]
    queries += [code(row[1]) for row in rows(parts["The language"])]
    queries += [code(row[0]) for row in rows(parts["Dates"])]
    return sorted(set(queries))


def test_there_are_many_example_queries() -> None:
    assert len(example_queries()) > 30


@pytest.mark.parametrize("query", example_queries())
def test_an_example_query_is_understood_without_a_warning(query: str) -> None:
    parsed = parse_query(query, NOW)
    assert parsed.warnings == ()


def test_examples_said_to_be_the_same_are_the_same() -> None:
    pair = next(block for block in fences(text("searching"), "query") if block.startswith("comet shoebox OR telescope"))
    first, second = (parse_query(line, NOW).tree for line in pair.splitlines())
    assert first == second
    for row in rows(sections("searching")["Dates"]):
        other = re.search(r"also `([^`]+)`", row[1])
        if other:
            assert parse_query(code(row[0]), NOW).tree == parse_query(other[1], NOW).tree


@pytest.mark.parametrize("row", rows(sections("searching")["What was understood"]), ids=lambda row: str(row[0]))
def test_a_query_that_cannot_be_read_gets_the_warning_stated(row: list[str]) -> None:
    warnings = parse_query(code(row[0]), NOW).warnings
    assert len(warnings) == 1
    assert row[1].lower() in warnings[0].lower()


# Articles


def article(header: str, path: str = "x.md") -> Article:
    return parse_article(f"---\n{header}\n---\nText.\n".encode(), path, Rules(UTC), NOW)


def documented_keys() -> dict[str, list[str]]:
    return {row[0]: re.findall(r"`([^`]+)`", row[1]) for row in rows(sections("writing-articles")["Front matter"])}


def test_documented_keys_of_front_matter_are_read() -> None:
    keys = documented_keys()
    assert {key: article(f"{key}: Word").title for key in keys["title"]} == dict.fromkeys(keys["title"], "Word")
    assert {article(f"{key}: Word").description for key in keys["description"]} == {"Word"}
    assert {article(f"{key}: 2020-09-15").date for key in keys["date"]} == {datetime(2020, 9, 15, tzinfo=UTC)}
    assert {article(f"{key}: word").categories for key in keys["categories"]} == {("word",)}
    assert {article(f"{key}: /word.jpg").image for key in keys["image"]} == {"/word.jpg"}
    assert {article(f"{key}: word").url.strip("/").removeprefix("article/") for key in keys["address"][:2]} == {"word"}


def test_every_key_of_a_title_and_a_description_is_documented() -> None:
    keys = documented_keys()
    assert tuple(keys["title"]) == TITLE_KEYS
    assert tuple(keys["description"]) == DESCRIPTION_KEYS


@pytest.mark.parametrize(
    ("written", "moment"), [(code(a), code(b)) for a, b in rows(sections("writing-articles")["Dates"])]
)
def test_a_date_is_read_as_the_guide_says(written: str, moment: str) -> None:
    assert dates.read_written(written, UTC) == (datetime.fromisoformat(moment), None)


@pytest.mark.parametrize("row", rows(sections("writing-articles")["Categories"]), ids=lambda row: str(row[0]))
def test_every_way_to_write_categories_names_the_same_two(row: list[str]) -> None:
    read = article(f"title: x\n{code(row[0])}")
    assert read.categories == ("latest", "sports")
    assert read.warnings == ()


@pytest.mark.parametrize("row", rows(sections("writing-articles")["What is recovered, with a warning"]), ids=str)
def test_a_title_is_recovered_with_a_warning(row: list[str]) -> None:
    read = article(code(row[0]))
    assert read.title == code(row[1])
    assert [note.line for note in read.warnings] == [2]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("draft: true", "draft"),
        ("status: draft", "draft"),
        ("published: false", "unpublished"),
        ("status: unpublished", "unpublished"),
        ("status: private", "unpublished"),
        ("date: 2999-01-01", "future"),
        ("expirydate: 2020-01-01", "expired"),
        ("expires: 2020-01-01", "expired"),
        ("unpublishdate: 2020-01-01", "expired"),
    ],
)
def test_an_article_is_left_out_for_the_reasons_stated(header: str, reason: str) -> None:
    section = sections("writing-articles")["Articles that are not to be found"]
    described = {row[0]: row[1] for row in rows(section)}
    assert article(header).left_out == reason
    assert reason == "future" or f"`{header.split(': 2')[0]}`" in described[reason]


# The web


def test_every_route_is_documented_and_every_documented_route_exists() -> None:
    documented = {code(row[0]) for row in rows(sections("web-and-api")["Routes"])}
    rules = create_app(FakeEngine()).url_map.iter_rules()
    assert documented == {rule.rule.replace("<path:", "<") for rule in rules}


def test_every_parameter_is_documented_and_every_documented_parameter_exists() -> None:
    documented = [code(row[0]) for row in rows(sections("web-and-api")["Parameters"])]
    assert sorted(documented) == sorted(PARAMETERS)


def test_every_documented_security_header_is_sent_and_every_other_is_documented() -> None:
    documented = {code(row[0]) for row in rows(sections("web-and-api")["Security headers"])}
    sent = set(create_app(FakeEngine()).test_client().get("/robots.txt").headers.keys())
    assert documented == sent - {"Content-Type", "Content-Length", "Cache-Control", "Vary"}
