"""Does axe-core find anything wrong with a page, in any of its states?

The script is a package of npm that is not part of this project: ARTICLES_AXE names its file axe.min.js.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from article_search import web
from tests.fake_engine import FakeEngine
from tests.web.browser import NEEDED, Keys, Reader, emulated, served
from tests.web.test_page import PLACES
from tests.web.test_page_typing import ARTICLES
from tests.web.test_search_box import SNIPPET, STRICT, Box, Open, site

if TYPE_CHECKING:
    from tests.web.browser import Chrome

AXE = os.environ.get("ARTICLES_AXE", "")

pytestmark = [*NEEDED, pytest.mark.skipif(not AXE, reason="ARTICLES_AXE does not name axe-core's axe.min.js")]

RUN = """
const done = arguments[0];
axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then(
  found => done(found.violations.map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 200)).join()}`)),
  error => done([String(error)]));
"""
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


def violations(reader: Reader) -> list[str]:
    reader.script(Path(AXE).read_text(encoding="utf-8"))
    found: list[str] = reader.browser.execute_async_script(RUN)
    return found


@pytest.fixture
def reader(browser: Chrome) -> Iterator[Reader]:
    browser.set_window_size(1200, 900)
    engine = FakeEngine(ARTICLES)
    engine.relax_below = 2
    engine.copies = {"ferry/02.md": "ferry/01.md"}
    with served(web.create_app(engine)) as address:
        yield Reader(browser, address)
        browser.get("about:blank")


@SCHEMES
def test_no_page_has_a_violation(reader: Reader, scheme: str) -> None:
    with emulated(reader.browser, prefers_color_scheme=scheme):
        for place in [*PLACES, "/?q=ferry&category=island&since=2018-03-01&until=2018-06-30", "/?q=bridge+goalkeeper"]:
            reader.opens(place)
            for fold in reader.finds("summary"):
                if fold.is_displayed():
                    fold.click()
            assert violations(reader) == [], place


@SCHEMES
def test_no_state_of_the_page_has_a_violation(reader: Reader, scheme: str) -> None:
    with emulated(reader.browser, prefers_color_scheme=scheme):
        reader.opens()
        reader.presses(*"re")
        reader.rests()
        assert reader.finds("[role=option]")
        reader.presses(Keys.ARROW_DOWN)
        assert violations(reader) == [], "suggestions are open"
        reader.presses(Keys.ESCAPE, Keys.ESCAPE, *"ferry")
        reader.waits_for("24 articles for “ferry”")
        assert violations(reader) == [], "typed"
        reader.script("const t = document.getElementById('trouble'); t.hidden = false; t.textContent = 'Not reached.'")
        assert violations(reader) == [], "in trouble"


def test_a_narrow_page_has_no_violation(reader: Reader) -> None:
    with emulated(reader.browser, width=320):
        reader.opens("/?q=ferry")
        reader.finds("label.show-filters")[0].click()
        assert violations(reader) == []


@SCHEMES
@pytest.mark.parametrize("mode", ["inline", "modal"])
def test_the_search_box_has_no_violation(browser: Chrome, tmp_path: Path, mode: str, scheme: str) -> None:
    page = '<!doctype html><html lang="en"><title>A site</title><header>{}</header><main><h1>A site</h1></main>'
    with served(Open(FakeEngine(ARTICLES))) as address:
        origin = address.rstrip("/")
        snippet = SNIPPET.replace("https://search.example.org", origin)
        text = page.format(snippet.replace("<article-search>", f'<article-search mode="{mode}">'))
        (tmp_path / "index.html").write_text(text)
        with (
            served(site(tmp_path, STRICT.format(search=origin))) as home,
            emulated(browser, prefers_color_scheme=scheme),
        ):
            box = Box(browser, home)
            box.opens()
            box.begins()
            assert violations(box) == []
            box.presses("/", *"ferry")
            box.rests()
            assert len(box.shown("[part=hit]")) == 8
            box.presses(Keys.ARROW_DOWN)
            assert violations(box) == []
            browser.get("about:blank")
