"""What exclusions take away: one that leaves nothing is read as words, one that takes away the first hit is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from article_search import web
from article_search.engine import Engine
from article_search.settings import Settings
from tests.conftest import NewBackend
from tests.shelf import article, commit
from tests.terminal.conftest import program
from tests.web.html_page import Page

ARTICLES = (
    ("git.md", "git commit", "Give the text of it: git commit -m text"),
    ("item.md", "Get-ChildItem", "List all with Get-ChildItem -Recurse, from a folder on."),
    ("lists.md", "On lists", "There is also the cmdlet Get-ChildItem, but not only that."),
    ("jaguar.md", "Jaguar car", "A jaguar is a car."),
    ("zoo.md", "Animals", "The dog, the cat and, at the end of a long way through the zoo, the jaguar."),
    ("grep.md", "grep", "Call grep -rn pattern on files, and again grep -rn pattern."),
    ("tools.md", "Tools", "What grep is, what a pattern is for, and what else there may be."),
)


@pytest.fixture(scope="module")
def engine(new_backend: NewBackend) -> Engine:
    backend = new_backend()
    commit(backend, [article(id, title, body) for id, title, body in ARTICLES])
    return Engine(Settings(), backend)


@pytest.fixture
def client(engine: Engine) -> FlaskClient:
    return web.create_app(engine).test_client()


def ids(engine: Engine, text: str, **options: bool) -> list[str]:
    return [hit.id for hit in engine.search(text, **options).hits]


@pytest.mark.parametrize(
    ("typed", "interpreted", "said", "first"),
    [
        ("git commit -m", "git commit m", "-m", "git.md"),
        ("git -m commit -text", "git m commit text", "-m -text", "git.md"),
        ('git commit -"m text"', 'git commit "m text"', '-"m text"', "git.md"),
        ("git -(commit m)", "git commit m", "-(commit m)", "git.md"),
        ("Get-ChildItem cmdlet -only", "Get-ChildItem cmdlet only", "-only", "item.md"),
    ],
)
def test_exclusions_that_leave_nothing_are_read_as_words(
    engine: Engine, typed: str, interpreted: str, said: str, first: str
) -> None:
    results = engine.search(typed)
    assert (results.interpreted, results.hits[0].id) == (interpreted, first)
    assert results.warnings == (f"{said} leaves nothing to be found. It was read as plain words.",)
    assert results.excluded is None
    assert engine.explain(first, typed).found


@pytest.mark.parametrize(
    "typed",
    [
        "jaguar -jaguar",
        '"jaguar" -Jaguar',
        '"git commit" -commit',
        'commit -"commit"',
        "nowhere -m",
        "git commit -nowhere",
        "-m",
        "jaguar -category:sports",
    ],
)
def test_other_exclusions_are_meant(engine: Engine, typed: str) -> None:
    results = engine.search(typed)
    assert results.interpreted == typed
    assert results.warnings == ()


def test_what_a_program_asks_for_is_never_more_than_was_said(engine: Engine) -> None:
    assert ids(engine, "git commit -m", exact=True, strict=True) == []


@pytest.mark.parametrize(
    ("typed", "exclusions", "query", "id"),
    [
        ("jaguar -car", "-car", "jaguar", "jaguar.md"),
        ("jaguar -car -dentist", "-car", "jaguar -dentist", "jaguar.md"),
        ("grep -rn pattern", "-rn", "grep pattern", "grep.md"),
        ("get-childitem -recurse", "-recurse", "get-childitem", "item.md"),
        ("Get-ChildItem NOT Recurse", "-(Recurse)", "Get-ChildItem", "item.md"),
    ],
)
def test_an_exclusion_that_takes_the_first_hit_away_is_said(
    engine: Engine, typed: str, exclusions: str, query: str, id: str
) -> None:
    results = engine.search(typed)
    assert results.excluded is not None
    assert (results.excluded.query, results.excluded.id) == (query, id)
    assert results.excluded.exclusions == exclusions.replace("(", "").replace(")", "")
    assert id not in [hit.id for hit in results.hits]
    assert ids(engine, results.excluded.query)[0] == id


@pytest.mark.parametrize("typed", ["jaguar -dentist", "jaguar -dog", "-car", "jaguar", "jaguar -category:news"])
def test_one_that_does_not_is_not(engine: Engine, typed: str) -> None:
    assert engine.search(typed).excluded is None


def test_nothing_is_said_while_it_is_typed_or_in_order_of_date(engine: Engine) -> None:
    assert engine.search("jaguar -car", typing=True).excluded is None
    assert engine.search("jaguar -car", sort="newest").excluded is None


def test_a_parameter_of_a_command_is_a_word(engine: Engine) -> None:
    results = engine.search("Get-ChildItem -Recurse")
    assert (results.hits[0].id, results.excluded, results.warnings) == ("item.md", None, ())


def test_the_page_links_to_the_search_without(client: FlaskClient) -> None:
    page = Page(client.get("/?q=jaguar+-car&category=sports").text)
    assert "-car leaves out “Jaguar car”, which would come first. Search for jaguar" in page.text
    assert page.link("jaguar") == "/?q=jaguar&category=sports"


def test_the_api_tells_of_it(client: FlaskClient) -> None:
    excluded = {"exclusions": "-car", "query": "jaguar", "id": "jaguar.md", "url": "/jaguar.md", "title": "Jaguar car"}
    assert client.get("/api/search?q=jaguar+-car").json["excluded"] == excluded  # type: ignore[index]
    assert client.get("/api/search?q=jaguar").json["excluded"] is None  # type: ignore[index]


def test_the_terminal_has_the_command_without(tmp_path: Path) -> None:
    for id, title, body in ARTICLES:
        path = tmp_path / "content" / id
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"---\ntitle: {title}\n---\n{body}\n")
    assert program("index", cwd=tmp_path).returncode == 0
    err = program("search", "jaguar", "-car", cwd=tmp_path).stderr.decode()
    assert "articles: -car leaves out what would come first, jaguar.md; with it: articles search jaguar\n" in err
    err = program("search", "jaguar", "animals", "-car", "-m", cwd=tmp_path).stderr.decode()
    assert "leaves out what would come first" not in err
    done = program("search", "git", "commit", "-m", cwd=tmp_path)
    assert b"1. git commit" in done.stdout
    assert "articles: -m leaves nothing to be found. It was read as plain words.\n" in done.stderr.decode()
    assert b"git.md" in program("search", "--", "git", "commit", "--no-verify", "-m", cwd=tmp_path).stdout
    assert program("search", "--paths", "git", "commit", "-m", cwd=tmp_path).stdout == b""
