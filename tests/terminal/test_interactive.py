"""``articles`` without a command: real keys in a terminal, and what is then on its screen."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.answering.results import Document, Fragment, Hit, Results, View
from article_search.errors import ArticleSearchError
from article_search.query.search import Search
from article_search.terminal.interactive import looks
from article_search.terminal.interactive.asking import Newest
from article_search.terminal.interactive.looks import Panes
from article_search.terminal.interactive.session import Session
from article_search.terminal.screen import columns
from tests.fake_engine import FakeEngine
from tests.terminal.conftest import Run, program
from tests.terminal.emulator import Terminal
from tests.terminal.material import ANY_TEXT, is_harmless

UP, DOWN, PAGE_DOWN, ESCAPE, CTRL_C, CTRL_D, ENTER = "\x1b[A", "\x1b[B", "\x1b[6~", "\x1b", "\x03", "\x04", "\r"
EVIL = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202e"
ARTICLES = {
    "bridge.md": "---\ntitle: The bridge opens\ndate: 2020-09-15\ntags: [transport]\n---\n"
    + "\n\n".join(f"Paragraph {number} is of rain." for number in range(40))
    + "\n\nTwo cables of the bridge hold.\n\nThe end of it.\n",
    "goal keeper.md": "---\ntitle: Keeper stays\ndate: 2020-09-01\n---\nHe signed near the bridge.\n",
    "Zürich-東京.md": "---\ntitle: 東京の橋 bridge " + "東京" * 30 + "\n---\n東京に橋 (bridge) がある。\n",
    "אב.md": "---\ntitle: גשר bridge\n---\nהגשר נפתח bridge היום.\n",
    "evil.md": f"---\ntitle: An evil bridge\n---\nThe bridge {EVIL} is out.\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("interactive")
    (folder / "content").mkdir()
    for id, text in ARTICLES.items():
        (folder / "content" / id).write_text(text, "utf-8")
    assert program("index", cwd=folder).returncode == 0
    return folder


@contextmanager
def running(
    folder: Path, environment: Mapping[str, str] | None = None, columns: int = 80, rows: int = 24
) -> Iterator[Terminal]:
    inherited = {name: value for name, value in os.environ.items() if name not in ("VISUAL", "EDITOR", "NO_COLOR")}
    inherited |= {"TERM": "xterm-256color"} | dict(environment or {})
    terminal = Terminal([sys.executable, "-m", "article_search"], folder, inherited, columns, rows)
    try:
        yield terminal
    finally:
        terminal.close()


def test_it_finds_what_is_typed_as_it_is_typed_and_shows_the_article_around_its_matches(folder: Path) -> None:
    with running(folder) as terminal:
        terminal.until_text("5 articles")
        terminal.press("cab")
        terminal.until_text("Two cables of the bridge hold.")
        assert terminal.lines[:3] == ["> cab", "1 article", "> The bridge opens"]
        assert "2020-09-15 · transport · bridge.md" in terminal.text
        assert terminal.styled("reverse") == "The bridge opens"
        assert terminal.styled("underscore") == "cables"
        assert "Paragraph 39" in terminal.text and "Paragraph 2 " not in terminal.text
        terminal.press("les nowhere")
        terminal.until_text("none with all of the words")
        terminal.press("\x15=cable")  # the line is deleted: ^U
        terminal.until_text("no article")
        terminal.press(ESCAPE)
        assert terminal.end() == 130


def test_arrows_choose_and_pages_are_turned_in_the_article(folder: Path) -> None:
    with running(folder) as terminal:
        terminal.press("signed|cables")
        terminal.until_text("2 articles")
        shows = {"> Keeper stays": "He signed near", "> The bridge opens": "Two cables"}
        one, other = shows if "> Keeper stays" in terminal.lines else reversed(shows)
        for keys, chosen in (("", one), (DOWN, other), (DOWN + DOWN, other), (UP, one), (UP, one), ("\x0e", other)):
            terminal.press(keys)
            terminal.until(lambda chosen=chosen: chosen in terminal.lines and shows[chosen] in terminal.text)  # type: ignore[misc]
        terminal.press("\x10" if other == "> Keeper stays" else "")
        terminal.until_text("Two cables")
        terminal.press(PAGE_DOWN)
        terminal.until_text("The end of it.")
        terminal.press("\x1b[5~" * 20)
        terminal.until_text("Paragraph 0 ")
        terminal.press(CTRL_C)
        assert terminal.end() == 130


def test_who_types_and_enters_at_once_means_what_was_typed(folder: Path) -> None:
    with running(folder) as terminal:
        terminal.until_text("5 articles")
        terminal.press("signed" + ENTER)
        assert terminal.end() == 0
        assert terminal.raw.endswith(b"content/goal keeper.md\r\n")


@pytest.mark.parametrize("name", ["VISUAL", "EDITOR"])
def test_enter_opens_the_file_in_the_editor(folder: Path, tmp_path: Path, name: str) -> None:
    script = tmp_path / "my editor"
    script.write_text(f'#!{sys.executable}\nimport sys\nopen("{tmp_path}/seen", "w").write(repr(sys.argv[1:]))\n')
    script.chmod(0o755)
    with running(folder, environment={name: f"'{script}' -w"}) as terminal:
        terminal.press("signed")
        terminal.until(lambda: "> Keeper stays" in terminal.lines)
        terminal.press(ENTER)
        assert terminal.end() == 0
    assert (tmp_path / "seen").read_text() == repr(["-w", str(folder / "content" / "goal keeper.md")])


def test_without_an_editor_enter_says_where_the_file_is(folder: Path) -> None:
    with running(folder) as terminal:
        terminal.press("signed")
        terminal.until(lambda: "> Keeper stays" in terminal.lines)
        terminal.press(ENTER)
        assert terminal.end() == 0
        assert terminal.raw.endswith(b"content/goal keeper.md\r\n")


def test_an_editor_that_cannot_be_run_is_told_of(folder: Path) -> None:
    with running(folder, {"EDITOR": "no-such-editor"}) as terminal:
        terminal.press("signed")
        terminal.until(lambda: "> Keeper stays" in terminal.lines)
        terminal.press(ENTER)
        assert terminal.end() == 2
        assert "the editor no-such-editor cannot be run" in terminal.text


def test_the_look_moves_with_the_size_of_the_terminal(folder: Path) -> None:
    with running(folder) as terminal:
        terminal.press("cables")
        terminal.until(lambda: "─" * 80 in terminal.lines and "Two cables" in terminal.text)
        terminal.resize(120, 30)
        terminal.until(lambda: any("│" in line and "Two cables" in line for line in terminal.lines))
        terminal.resize(40, 7)
        terminal.until(lambda: "> The bridge opens" in terminal.lines and "Two" not in terminal.text)
        terminal.press(CTRL_D)
        terminal.press("\x15" + CTRL_D)
        assert terminal.end() == 130


@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (4, 3), (12, 5), (20, 60), (300, 4), (99, 12)])
def test_any_size_of_screen_will_do(folder: Path, columns: int, rows: int) -> None:
    with running(folder, columns=columns, rows=rows) as terminal:
        terminal.press("bridge" + DOWN + DOWN + PAGE_DOWN)
        terminal.press(ESCAPE)
        assert terminal.end() == 130


def test_wide_letters_and_those_from_right_to_left_stay_in_their_pane(folder: Path) -> None:
    with running(folder, columns=110) as terminal:
        terminal.press("東京")
        terminal.until(lambda: any(line.startswith("> 東京の橋") for line in terminal.lines))
        terminal.until_text("がある")
        assert {columns(line.partition("│")[0]) for line in terminal.lines if "│" in line} == {110 * 2 // 5}
        terminal.press("\x15הגשר")
        terminal.until_text("> גשר bridge")
        terminal.until_text("נפתח")


def test_no_control_character_of_an_article_reaches_the_terminal(folder: Path) -> None:
    with running(folder) as terminal:
        terminal.press("evil")
        terminal.until(lambda: "is out." in terminal.text)
        for harm in (b"\x1b]0;owned", b"\x1b[31m", "\x9b2J".encode(), "\u202e".encode()):
            assert harm not in terminal.raw


def test_what_is_pasted_is_one_line(folder: Path) -> None:
    with running(folder) as terminal:
        terminal.press("\x1b[200~two\r\ncables\x1b[201~")
        terminal.until(lambda: terminal.lines[0] == "> two cables" and "1 article" in terminal.text)


def test_without_colour_a_mark_shows_what_is_chosen(folder: Path) -> None:
    with running(folder, {"NO_COLOR": "1"}) as terminal:
        terminal.press("cables")
        terminal.until(lambda: "> The bridge opens" in terminal.lines and "Two cables" in terminal.text)
        assert {terminal.styled(style) for style in ("bold", "underscore", "reverse")} == {""}


# Where it cannot be


def test_a_terminal_without_an_index_has_the_help_and_what_to_do(tmp_path: Path) -> None:
    with running(tmp_path) as terminal:
        assert terminal.end() == 2
        assert "there is no index" in terminal.text.replace("\n", " ")
        assert "Usage: articles" in terminal.raw.decode()
        assert b"\x1b" not in terminal.raw


def test_a_dumb_terminal_has_the_help(folder: Path) -> None:
    with running(folder, {"TERM": "dumb"}) as terminal:
        assert terminal.end() == 2
        assert "Usage: articles" in terminal.text or "Commands:" in terminal.text


def test_without_the_extra_there_is_the_help_and_how_to_have_it(folder: Path) -> None:
    program = (
        "import sys; sys.modules['prompt_toolkit'] = None\n"
        "from article_search.terminal.cli import run; sys.exit(run(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program]
    terminal = Terminal(command, folder, {**os.environ, "TERM": "xterm"}, columns=100, rows=60)
    assert terminal.end() == 2
    assert 'pip install "article-search[interactive]"' in terminal.text
    assert "Usage: articles" in terminal.text
    terminal.close()


def test_outside_of_a_terminal_there_is_the_help_alone(run: Run) -> None:
    code, out, err = run()
    assert (code, out) == (2, "")
    assert err.startswith("Usage: articles")


# Threads


class Slow:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)

    def __call__(self, question: str) -> str:
        self.asked.append(question)
        self.begun.release()
        assert self.go_on.acquire(timeout=60)
        if question == "bad":
            raise ValueError(question)
        return question.upper()


def test_the_newest_question_wins_and_nobody_waits() -> None:
    slow, told, heard = Slow(), list[tuple[str, Any]](), threading.Semaphore(0)

    def tell(question: str, answer: str | Exception) -> None:
        told.append((question, answer))
        heard.release()

    newest = Newest(slow, tell)
    newest.ask("a")
    assert slow.begun.acquire(timeout=60)
    for question in "bcd":
        newest.ask(question)
    slow.go_on.release(2)
    assert heard.acquire(timeout=60)
    assert (slow.asked, told) == (["a", "d"], [("d", "D")])
    newest.ask("bad")
    slow.go_on.release()
    assert heard.acquire(timeout=60)
    assert isinstance(told[-1][1], ValueError)
    newest.ask("last")
    assert slow.begun.acquire(timeout=60) and slow.begun.acquire(timeout=60) and slow.begun.acquire(timeout=60)
    threading.Timer(0.01, slow.go_on.release).start()
    newest.close()
    assert slow.asked[-1] == "last" and told[-1][0] == "bad"


class Changing:
    """What a session tells of: changes, and failures."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.failures: list[Exception] = []
        self.opened: list[Hit] = []

    def __call__(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def until(self, seen: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(seen, timeout=60)


def test_an_index_that_fails_is_told_of_and_the_search_goes_on(engine: FakeEngine) -> None:
    changing = Changing()
    search = engine.search

    def failing(text: str | Search, **options: Any) -> Results:
        if Search.of(text).text == "bad":
            raise ArticleSearchError("the index is \x1b[31mdamaged")
        if Search.of(text).text == "worse":
            raise ZeroDivisionError
        return search(text, **options)

    engine.search = failing  # type: ignore[method-assign]
    with Session(engine, changing, changing.opened.append, changing.failures.append) as session:
        session.typed("")
        changing.until(lambda: session.chosen is not None)
        session.typed("bad")
        changing.until(lambda: session.status(80) == "the index is \ufffd[31mdamaged")
        assert (session.chosen, session.hit_lines()) == (None, [])
        session.typed("")
        changing.until(lambda: session.chosen is not None)
        session.move(10_000)
        session.move(-10_000)
        session.open()
        changing.until(lambda: len(changing.opened) == 1)
        session.typed("bad")
        session.open()
        changing.until(lambda: session.status(80).startswith("the index"))
        assert (len(changing.opened), changing.failures) == (1, [])
        session.typed("worse")
        changing.until(lambda: bool(changing.failures))
    assert isinstance(changing.failures[0], ZeroDivisionError)


# Looks

SNIPPETS = st.lists(st.builds(Fragment, ANY_TEXT, st.booleans()), max_size=6).map(tuple)
HITS = st.builds(
    lambda id, title, fragments, categories: Hit(id, "/", title, fragments, "", None, tuple(categories), None, 1.0, ()),
    ANY_TEXT,
    ANY_TEXT,
    SNIPPETS,
    st.lists(ANY_TEXT, max_size=2),
)


def text_of(line: looks.Line) -> str:
    return "".join(text for _, text in line)


@given(st.lists(HITS, max_size=8), st.integers(1, 200), st.integers(1, 60), st.integers(0, 9))
def test_the_list_fits_its_pane_whatever_is_in_it(hits: list[Hit], columns_: int, rows: int, chosen: int) -> None:
    panes = Panes.of(columns_, rows)
    lines = looks.hit_lines(hits, 0, chosen, panes)
    assert len(lines) <= max(panes.hits_height, panes.hit_rows)
    assert all(columns(text_of(line)) <= max(panes.hits_width, 3) for line in lines)
    assert all(is_harmless(text_of(line)) for line in lines)


@given(HITS, st.lists(SNIPPETS, max_size=8), st.integers(1, 120))
def test_a_look_fits_its_pane_and_has_what_matched(hit: Hit, paragraphs: list[Any], width: int) -> None:
    lines, first = looks.view_lines(View(Document(hit, "", (), "english"), tuple(paragraphs), ()), width)
    assert all(columns(text_of(line)) <= max(width, 4) for line in lines)
    assert all(is_harmless(text_of(line)) for line in lines)
    assert 0 <= first < len(lines)


def test_of_a_long_article_what_is_around_the_first_match_is_shown() -> None:
    hit = Hit("a", "/", "A", (), "", None, (), None, 1.0, ())
    long = (Fragment("word " * 1_000_000), Fragment("bridge", True), Fragment(" end" * 1_000_000))
    lines, first = looks.view_lines(View(Document(hit, "", (), "english"), ((Fragment("x"),), long), ()), 80)
    assert len(lines) < 2_000
    assert (looks.MATCH, "bridge") in lines[first]


@pytest.mark.parametrize(
    ("columns_", "rows"), [(columns_, rows) for columns_ in (1, 80, 99, 100, 250) for rows in (1, 3, 9, 12, 80)]
)
def test_panes_take_the_whole_screen_and_no_more(columns_: int, rows: int) -> None:
    panes = Panes.of(columns_, rows)
    rule = bool(panes.view_height)
    if panes.beside:
        assert panes.hits_width + panes.view_width + rule == columns_
    height = panes.hits_height if panes.beside else panes.hits_height + panes.view_height + rule
    assert 2 + height + panes.foot == max(rows, 3)
