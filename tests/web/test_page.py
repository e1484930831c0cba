"""The search page in a real browser, as a reader uses it: type, filter, turn pages, go back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from article_search import web
from tests.conftest import MakeEngine
from tests.fake_engine import FERRIES, SAMPLE, article
from tests.web.browser import NEEDED, ActionChains, By, Keys, Reader, WebDriverWait, chrome, emulated, served

if TYPE_CHECKING:
    from tests.web.browser import Chrome

pytestmark = NEEDED

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
ARTICLES = [
    *SAMPLE,
    *FERRIES,
    article(
        "long.md",
        f"A {LONG_WORD} word",
        f"Long {LONG_WORD}{LONG_WORD} https://example.com/{'x' * 300}",
        date="2017-01-01",
    ),
]


@pytest.fixture
def address(make_engine: MakeEngine) -> Iterator[str]:
    """Where a server answers searches of ARTICLES."""
    with served(web.create_app(make_engine(ARTICLES))) as address:
        yield address


@pytest.fixture
def reader(browser: Chrome, address: str) -> Iterator[Reader]:
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.set_window_size(1200, 900)
    reader = Reader(browser, address)
    reader.complaints()  # those of the test before
    yield reader
    assert reader.complaints() == []


def test_a_reader_types_and_finds(reader: Reader) -> None:
    reader.opens()
    wait = WebDriverWait(reader.browser, 60)
    wait.until(lambda _: reader.script("return document.activeElement.name") == "q", "one cannot type at once")
    reader.searches("bridge cables")
    assert reader.titles == ["Harbour bridge reopens after storm repairs"]
    assert {mark.lower() for mark in reader.sees("mark")} >= {"bridge", "cables"}


def test_a_reader_filters_by_category_takes_the_filter_away_and_goes_back(reader: Reader) -> None:
    reader.opens("/?q=harbour")
    assert reader.heading == "3 articles for “harbour”"
    reader.clicks(".facet a", "culture 2")
    assert reader.heading == "2 articles for “harbour”"
    assert "transport 1" in [" ".join(text.split()) for text in reader.sees(".facet a")]
    reader.searches("library")
    assert reader.heading == "1 article for “library”"
    assert "culture" in reader.sees(".chips a")[0]
    reader.leaves(reader.finds(".chips a")[0].click)
    assert reader.finds(".chips a") == []
    reader.leaves(reader.browser.back)
    reader.leaves(reader.browser.back)
    assert reader.heading == "2 articles for “harbour”"


def test_a_reader_filters_by_month_and_by_days(reader: Reader) -> None:
    reader.opens("/?q=harbour")
    reader.leaves(reader.bar("September 2020").click)
    assert reader.heading == "2 articles for “harbour”"
    field = reader.browser.find_element(By.NAME, "since")
    assert field.get_attribute("value") == "2020-09-01"
    reader.script("document.getElementById('since').value = '2020-09-10'")
    reader.clicks("button", "Apply")
    assert reader.titles == ["Harbour bridge reopens after storm repairs"]


def test_a_reader_turns_pages_and_goes_back(reader: Reader) -> None:
    reader.opens("/?q=ferry")
    first = reader.titles
    reader.leaves(reader.finds("a[rel=next]")[0].click)
    second = reader.titles
    assert len(first) == len(second) == 10
    assert not set(first) & set(second)
    reader.leaves(reader.finds("a[rel=next]")[0].click)
    assert len(reader.titles) == 5
    assert not reader.finds("a[rel=next]")
    reader.leaves(reader.browser.back)
    assert reader.titles == second
    reader.leaves(reader.browser.back)
    assert reader.titles == first


def test_a_reader_changes_the_order(reader: Reader) -> None:
    reader.opens("/?q=harbour")
    reader.clicks(".sort a", "Oldest")
    assert reader.titles[0] == "Old library opens its doors at night"


def test_a_reader_who_finds_nothing_is_helped(reader: Reader) -> None:
    reader.opens("/?q=goalkeeper&category=culture")
    assert reader.heading == "Nothing found for “goalkeeper”"
    reader.clicks(".advice a", "Remove the filter “culture”")
    assert reader.titles == ["Goalkeeper signs for another season"]
    reader.searches("goalkeper")
    reader.clicks(".note a", "goalkeeper")
    assert reader.titles == ["Goalkeeper signs for another season"]


def test_a_reader_reads_an_article_and_returns_to_the_results(reader: Reader) -> None:
    reader.opens("/?q=storm&sort=oldest")
    reader.clicks(".hit h2 a", "Festival returns to the harbour")
    assert reader.heading == "Festival returns to the harbour"
    assert reader.sees("mark") == ["storm"]
    reader.leaves(reader.finds(".back a")[0].click)
    assert reader.browser.current_url.endswith("/?q=storm&sort=oldest")


def test_everything_is_reached_by_keyboard_and_the_focus_is_seen(reader: Reader) -> None:
    reader.opens("/?q=harbour")
    ActionChains(reader.browser).send_keys(Keys.TAB).perform()
    assert reader.script("return document.activeElement.textContent") == "Skip to the results"
    seen = []
    for _ in range(60):
        ActionChains(reader.browser).send_keys(Keys.TAB).perform()
        seen.append(reader.script("return document.activeElement.textContent.trim()"))
        if reader.script("return document.activeElement.tagName") == "BODY":
            break
        outline = reader.script("return getComputedStyle(document.activeElement).outline")
        assert "solid 3px" in outline, reader.script("return document.activeElement.outerHTML")
    assert "Search tips" in seen
    assert seen.index("Search") < next(place for place, text in enumerate(seen) if text.startswith("Old library"))


PLACES = ["/", "/?q=ferry", f"/?q={LONG_WORD}", "/?q=nothing+here&since=2020&category=x", "/?q=a&since=foo"]
PLACES += ["/article/long.md?q=long", "/article/nope", "/?q=ferry&page=2&category=island&any=1"]


@pytest.mark.parametrize("width", [320, 390, 768, 1600])
def test_nothing_is_wider_than_the_screen(browser: Chrome, address: str, width: int) -> None:
    reader = Reader(browser, address)
    with emulated(browser, width=width):
        for place in PLACES:
            reader.opens(place)
            for fold in reader.finds("summary, label.show-filters"):
                if fold.is_displayed():
                    fold.click()
            assert reader.script("return document.documentElement.scrollWidth") <= width, place


def test_on_a_phone_the_filters_open_and_work(browser: Chrome, address: str) -> None:
    reader = Reader(browser, address)
    with emulated(browser, width=360):
        reader.opens("/?q=harbour")
        assert not reader.bar("September 2020").is_displayed()
        reader.finds("label.show-filters")[0].click()
        reader.leaves(reader.bar("September 2020").click)
        assert reader.heading == "2 articles for “harbour”"
        assert reader.bar("September 2020").is_displayed(), "what was unfolded stays so"


EDGE = "return Math.round(document.querySelector(arguments[0]).getBoundingClientRect().left)"


def test_text_and_search_field_have_one_left_edge_on_a_wide_screen(reader: Reader) -> None:
    def edge(css: str) -> int:
        return int(reader.browser.execute_script(EDGE, css))

    reader.browser.set_window_size(1280, 900)
    for place in ("/article/long.md?q=long", "/article/nope", "/?q=a&since=foo"):
        reader.opens(place)
        assert edge("#main > *") == edge("h1") == edge("#q"), place
    reader.complaints()  # of the status 404 and 400
    reader.opens("/?q=harbour")
    assert edge("h1") == edge(".hit h2") == edge("#q")
    assert edge(".filters h2") == edge(".brand")


@pytest.mark.parametrize("place", ["/?q=bridge", "/article/2020/harbour-bridge.md"])
def test_an_image_that_cannot_be_loaded_leaves_no_box(reader: Reader, place: str) -> None:
    reader.opens(place)
    wait = WebDriverWait(reader.browser, 60)
    wait.until(lambda _: reader.script("return document.querySelector('.image img').complete"))
    width, height = reader.script(
        "const i = document.querySelector('.image img'); return [i.offsetWidth, i.offsetHeight]"
    )
    assert (width, height) == (0, 0)


CONTRASTS = """
const rgba = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
const light = c => { const s = c.slice(0, 3).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * s[0] + 0.7152 * s[1] + 0.0722 * s[2]; };
const ground = e => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor);
  if (c[3] === 1) return c; } return [255, 255, 255, 1]; };
const bad = [];
for (const e of document.querySelectorAll("body *")) {
  const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  if (!own || !e.checkVisibility()) continue;
  const [a, b] = [light(rgba(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
  if ((a + 0.05) / (b + 0.05) < 4.5) bad.push(e.tagName + "." + e.className + ": " + e.textContent.trim().slice(0, 40));
}
return bad;
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Chrome, address: str, scheme: str) -> None:
    reader = Reader(browser, address)
    with emulated(browser, prefers_color_scheme=scheme):
        for place in PLACES:
            reader.opens(place)
            assert reader.script(CONTRASTS) == [], place
        assert reader.script("return getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 22, 27)"
        )


def test_the_page_works_without_javascript(address: str, tmp_path: Path) -> None:
    with chrome(tmp_path, script=False) as browser:
        browser.get("data:text/html,<title>off</title><script>document.title = 'on'</script>")
        assert browser.title == "off"
        browser.get(address)
        field = browser.find_element(By.NAME, "q")
        field.send_keys("harbour")
        field.send_keys(Keys.ENTER)
        wait = WebDriverWait(browser, 60)
        wait.until(lambda _: "3 articles" in browser.find_element(By.TAG_NAME, "h1").text)
        browser.find_element(By.PARTIAL_LINK_TEXT, "culture").click()
        wait.until(lambda _: "2 articles" in browser.find_element(By.TAG_NAME, "h1").text)
        browser.back()
        wait.until(lambda _: "3 articles" in browser.find_element(By.TAG_NAME, "h1").text)
