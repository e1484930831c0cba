"""Searching while one types: what a finished word finds its beginnings find, within words of parts too."""

from __future__ import annotations

import pytest

from article_search.engine import Engine
from article_search.language import text
from article_search.limits import LIMITS
from article_search.settings import Settings
from tests.conftest import NewBackend
from tests.shelf import article, commit

IDENTIFIERS = r"""
    urls.PathUnescape Import-Module about_PSModulePath Remove-PSSession strings.HasPrefix O'Brien camelCase
    C:\Windows\System32 std::vector max_connections node.js --no-verify .btn-primary getElementById os.path.join
    Get-ChildItem #include $PSVersionTable 0x80070005 KB5005565 useState() help@example.org api/v2/users 802.11n TCP/IP
    i18n #4821 ~/.ssh/config 2021-03-04T05:06:07 python3.10 192.168.0.1 978-3-16-148410-0 100,000 spider-web
    rock'n'roll covid-19 https://example.org/a/b?c=d%20e LD_LIBRARY_PATH std::unordered_map<int,std::string> foo->bar
    XMLHttpRequest __init__ np.array[0] l'Oréal Müller-Lüdenscheidt naïve_bayes k8s.io/api/core/v1 MySQL's to-do
    System.Collections.Generic.List`1 x86_64-unknown-linux-gnu git@github.com:user/repo.git Ctrl+Shift+P 서울에서
    what's-his-name
""".split()
DECOYS = (
    "A node of a tree",
    "What about the path, the maximum and the standard",
    "A verdict on remote connections, or no connections",
)


@pytest.fixture(scope="module")
def engine(new_backend: NewBackend) -> Engine:
    """An article about each of the identifiers, and some others."""
    return with_texts(new_backend, *(f"Prefer {one} to others." for one in IDENTIFIERS), *DECOYS)


def with_texts(new_backend: NewBackend, *texts: str) -> Engine:
    backend = new_backend()
    commit(backend, [article(f"{number}.md", f"Note {number}", body) for number, body in enumerate(texts)])
    return Engine(Settings(), backend)


def found(engine: Engine, typed: str, **options: bool) -> list[str]:
    return [hit.id for hit in engine.search(typed, typing=True, limit=100, **options).hits]


def beginnings(identifier: str) -> list[str]:
    """All that is typed on the way to an identifier, from the first part on that is no longer too short to tell."""
    starts = [identifier[:end] for end in range(1, len(identifier) + 1)]
    return [start for start in starts if any(len(word) >= LIMITS.prefix_chars for word in text.words(start))]


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_each_beginning_of_an_identifier_finds_it(engine: Engine, identifier: str) -> None:
    id = f"{IDENTIFIERS.index(identifier)}.md"
    assert id in found(engine, identifier, strict=True)
    for typed in beginnings(identifier):
        assert id in found(engine, typed, strict=True), typed
        assert id in found(engine, f"prefer {typed}", strict=True), "after other words"
        assert id in found(engine, f'"{typed}' if '"' not in typed else typed, strict=True), "in quotes left open"


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "urls.PathUn",
            "Import-Mo",
            "about_PSM",
            "strings.Has",
            "o'bri",
            "camelCa",
            "std::vec",
            "max_conn",
            "C:\\Win",
        ),
        *("node.js", "--no-ver", ".btn-prim", "getElementB", "os.path.jo", "KB50", "LD_LIB", "Remove-PSSes", "Ctrl+Sh"),
    ],
)
def test_what_is_typed_comes_first(engine: Engine, typed: str) -> None:
    (wanted,) = (n for n, one in enumerate(IDENTIFIERS) if one.casefold().startswith(typed.casefold()))
    assert found(engine, typed)[0] == f"{wanted}.md"


def test_parts_in_a_row_count_for_more_than_parts_apart(new_backend: NewBackend) -> None:
    apart = "The max of all, max by max, was reached: connections and connections, connected again."
    engine = with_texts(new_backend, apart, "A long note, with many words, on how to set max_connections in a file.")
    assert found(engine, "max_conn") == ["1.md", "0.md"]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("spider-web", "spiderweb"),
        ("spiderweb", "spider-web"),
        ("camelCase", "camel case"),
        ("camel case", "camelCase"),
        ("Get-ChildItem", "getchilditem"),
        ("getchilditem", "Get-ChildItem"),
        ("max_connections", "maxconnections"),
        ("maxconnections", "max_connections"),
        ("covid19", "covid-19"),
        ("covid-19", "covid19"),
        ("nodejs", "node.js"),
        ("100,000", "100000"),
        ("978-3-16-148410-0", "9783161484100"),
        ("wi-fi", "wifi"),
    ],
)
def test_beginnings_find_what_is_written_otherwise(new_backend: NewBackend, typed: str, written: str) -> None:
    engine = with_texts(new_backend, f"Prefer {written} to others.", "A day by the lake: we get home by seven.")
    missed = [start for start in beginnings(typed) if "0.md" not in found(engine, start, strict=True)]
    # A single letter that follows on a word is that letter.
    assert [start for start in missed if len(start.split()[-1]) >= LIMITS.prefix_chars] == []


@pytest.mark.parametrize("typed", ["rock and roll", "20 percent", "camel case"])
def test_the_last_word_stands_next_to_those_before(new_backend: NewBackend, typed: str) -> None:
    engine = with_texts(new_backend, "rock'n'roll", "20% of all", "camelCase")
    for typing in (False, True):
        assert engine.search(typed, typing=typing, strict=True).total == 1


def test_words_that_begin_so_are_marked_with_those_before(new_backend: NewBackend) -> None:
    engine = with_texts(new_backend, "Set max_connections in the file.")
    (hit,) = engine.search("max_conn", typing=True).hits
    assert [fragment.text for fragment in hit.snippet if fragment.match] == ["max", "connections"]


def test_what_finds_it_is_told(new_backend: NewBackend) -> None:
    engine = with_texts(new_backend, "Set max_connections in the file.")
    assert engine.search("max_conn", typing=True).interpreted == "max_conn OR max_conn*"


def test_a_beginning_within_a_word_is_no_slip(new_backend: NewBackend) -> None:
    engine = with_texts(new_backend, "Set max_connections in the file.", *["The max of all comes"] * 5)
    results = engine.search("max_conn", typing=True)
    assert (results.corrected, results.suggestion) == (False, None)
