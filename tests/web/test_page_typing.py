"""The search page while a reader types: results, suggestions, history, keys, announcements, a network that fails."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from article_search import web
from article_search.errors import IndexUnavailableError
from article_search.settings import QueryLog, Settings
from tests.fake_engine import FERRIES, HOSTILE, SAMPLE, FakeEngine
from tests.web.browser import NEEDED, ActionChains, Keys, Reader, emulated, served

if TYPE_CHECKING:
    from tests.web.browser import Chrome

pytestmark = NEEDED

ARTICLES = [
    *SAMPLE,
    *FERRIES,
]


class Slow:
    """An application that keeps what was asked of it, and answers some of it when it is let, or not at all."""

    def __init__(self, engine: FakeEngine) -> None:
        self.engine = engine
        self.app = web.create_app(engine)
        self.asked: list[str] = []
        self.held: dict[str, threading.Event] = {}
        self.status: dict[str, str] = {}

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        query, path = environ["QUERY_STRING"], environ["PATH_INFO"]
        if path == "/":
            self.asked.append(query)
        for part, let in self.held.items():
            if path == "/" and part in query:
                let.wait(60)
        for part, status in self.status.items():
            if path == "/" and part in query:
                start(status, [("Content-Type", "text/html")])
                return [b"<!doctype html><title>Bad gateway</title>"]
        return self.app(environ, start)


@pytest.fixture
def app() -> Slow:
    return Slow(FakeEngine(ARTICLES))


@pytest.fixture
def reader(browser: Chrome, app: Slow) -> Iterator[Reader]:
    browser.set_window_size(1200, 900)
    with served(app) as address:
        reader = Reader(browser, address)
        reader.complaints()
        yield reader
        browser.get("about:blank")
    assert reader.complaints() == []


def options(reader: Reader) -> list[str]:
    return reader.sees("#suggestions:not([hidden]) [role=option]")


def chosen(reader: Reader) -> str | None:
    """The option that a screen reader hears, by way of the field."""
    code = """
      const id = document.activeElement.getAttribute("aria-activedescendant");
      const selected = [...document.querySelectorAll("[aria-selected=true]")].map(one => one.id);
      return [id, selected, id && document.getElementById(id).textContent];
    """
    id, selected, text = reader.script(code)
    assert selected == ([id] if id else []), "aria-selected and aria-activedescendant do not agree"
    return None if text is None else str(text)


# Results


def test_results_and_facets_follow_the_typing_while_the_field_keeps_the_focus(reader: Reader) -> None:
    reader.opens()
    reader.presses(*"harbour")
    reader.waits_for("3 articles for “harbour”")
    assert reader.titles[0] == "Harbour bridge reopens after storm repairs"
    assert "culture 2" in reader.sees(".facet a")
    assert reader.focus == "q"
    reader.presses(" ", *"storm")
    reader.waits_for("2 articles for “harbour storm”")
    assert "transport 1" in reader.sees(".facet a")
    assert reader.place == "/?q=harbour+storm&typing=1", "the address tells the state, words unfinished"
    assert reader.script("return document.title") == "harbour storm – Search"


def test_what_the_address_says_is_what_was_seen(reader: Reader) -> None:
    reader.opens()
    reader.presses(*"bridge cables")
    reader.waits_for("1 article for “bridge cables”")
    titles = reader.titles
    reader.opens(reader.place)
    assert reader.titles == titles
    assert reader.field.get_attribute("value") == "bridge cables"


def test_typing_keeps_the_filters_and_emptying_the_field_leads_to_the_front_page(reader: Reader) -> None:
    reader.opens("/?q=harbour&category=culture&sort=oldest")
    reader.presses("/", Keys.END, " ", *"library")
    reader.waits_for("1 article for “harbour library”")
    assert reader.sees(".chips a")[0].startswith("Remove the filter culture")
    reader.opens("/?q=harbour")
    reader.presses("/", Keys.DELETE)
    reader.waits_for("Search")
    assert reader.place == "/"
    assert reader.finds("#newest")


def test_few_requests_are_made_for_many_letters(reader: Reader, app: Slow) -> None:
    reader.opens()
    app.asked.clear()
    reader.script("""
      const field = document.getElementById("q");
      for (const letter of "harbour bridge") { field.value += letter; field.dispatchEvent(new InputEvent("input")); }
    """)
    reader.waits_for("1 article for “harbour bridge”")
    assert len(app.asked) == 2, "the first at once, the last after a pause"


def test_an_answer_that_comes_late_is_dropped(reader: Reader, app: Slow) -> None:
    late = app.held["q=harbour&"] = threading.Event()
    reader.opens()
    reader.presses(*"harbour")
    reader.waits(lambda _: any("q=harbour&" in query for query in app.asked))
    reader.presses(" ", *"storm")
    reader.waits_for("2 articles for “harbour storm”")
    late.set()
    reader.rests()
    assert reader.heading == "2 articles for “harbour storm”"


def test_nothing_is_asked_while_letters_are_being_composed(reader: Reader, app: Slow) -> None:
    reader.opens()
    app.asked.clear()
    reader.browser.execute_cdp_cmd("Input.imeSetComposition", {"text": "harb", "selectionStart": 4, "selectionEnd": 4})
    time.sleep(0.3)
    assert app.asked == []
    reader.browser.execute_cdp_cmd("Input.insertText", {"text": "harbour"})
    reader.waits_for("3 articles for “harbour”")


def test_images_that_are_there_already_are_kept(reader: Reader) -> None:
    reader.opens("/?q=bridge")
    reader.script("window.image = document.querySelector('.hit img')")
    reader.presses("/", Keys.END, *" cables")
    reader.waits_for("1 article for “bridge cables”")
    assert reader.script("return document.querySelector('.hit img') === window.image")


def test_the_advice_for_words_that_find_nothing_comes_while_typing(reader: Reader) -> None:
    reader.opens()
    reader.presses(*"goalkeper")
    reader.waits_for("Nothing found for “goalkeper”")
    reader.leaves(reader.finds(".note a")[0].click)
    assert reader.titles == ["Goalkeeper signs for another season"]
    assert reader.field.get_attribute("value") == "goalkeeper"


# History


def test_back_and_forward_go_by_queries_not_by_letters(reader: Reader) -> None:
    reader.opens()
    reader.presses(*"harbour")
    reader.waits_for("3 articles for “harbour”")
    reader.pauses()
    reader.presses(" ", *"storm")
    reader.waits_for("2 articles for “harbour storm”")
    reader.leaves(reader.browser.back)
    assert reader.heading == "3 articles for “harbour”"
    assert reader.field.get_attribute("value") == "harbour"
    reader.leaves(reader.browser.back)
    assert reader.heading == "Search"
    assert reader.field.get_attribute("value") == ""
    reader.leaves(reader.browser.forward)
    reader.leaves(reader.browser.forward)
    assert reader.heading == "2 articles for “harbour storm”"


def test_enter_ends_a_query_and_leaves_one_entry(reader: Reader) -> None:
    reader.opens()
    reader.presses(*"harbour")
    reader.waits_for("3 articles for “harbour”")
    reader.leaves(lambda: reader.presses(Keys.ENTER))
    assert reader.place == "/?q=harbour"
    assert reader.focus == "q"
    reader.leaves(reader.browser.back)
    assert reader.place == "/"


def test_an_article_and_back_again(reader: Reader) -> None:
    reader.opens()
    reader.presses(*"storm")
    reader.waits_for("2 articles for “storm”")
    reader.clicks(".hit h2 a", "Festival returns to the harbour")
    assert reader.sees("mark") == ["storm"]
    reader.leaves(reader.browser.back)
    assert reader.heading == "2 articles for “storm”"
    assert reader.field.get_attribute("value") == "storm"


def test_going_back_returns_to_where_one_was(reader: Reader) -> None:
    reader.opens("/?q=ferry")
    reader.script("scrollTo(0, 600)")
    reader.waits(lambda _: reader.script("return scrollY") > 300)
    down = reader.script("return scrollY")
    reader.leaves(lambda: reader.script("document.querySelector('a[rel=next]').click()"))
    reader.waits(lambda _: reader.script("return scrollY") == 0)
    assert reader.focus == reader.script("return document.querySelector('h1').textContent.trim()")
    reader.leaves(reader.browser.back)
    reader.waits(lambda _: abs(reader.script("return scrollY") - down) < 2)


# Keys


@pytest.mark.parametrize("keys", [("/",), (Keys.CONTROL + "k",)])
def test_a_key_leads_to_the_field_from_anywhere(reader: Reader, keys: tuple[str, ...]) -> None:
    for place in ("/?q=harbour", "/article/2019/library.md?q=harbour"):
        reader.opens(place)
        reader.script("document.querySelector('#main a').focus()")
        reader.presses(*keys)
        assert reader.focus == "q"
        reader.presses("x")
        assert reader.field.get_attribute("value") == "x", "the old words are selected"


def test_a_slash_can_be_typed(reader: Reader) -> None:
    reader.opens()
    reader.presses(*"a/b")
    assert reader.field.get_attribute("value") == "a/b"


def test_suggestions_are_chosen_by_arrows_and_enter(reader: Reader) -> None:
    reader.opens()
    reader.presses(*"har")
    reader.rests()
    assert reader.heading == "Nothing found for “har”"
    assert options(reader) == ["harbour"]
    assert chosen(reader) is None, "nothing is chosen before the reader does"
    reader.presses(Keys.ARROW_DOWN)
    assert chosen(reader) == "harbour"
    assert reader.field.get_attribute("value") == "har", "an option that is looked at changes nothing"
    reader.leaves(lambda: reader.presses(Keys.ENTER))
    assert reader.field.get_attribute("value") == "harbour"
    assert reader.heading == "3 articles for “harbour”"
    assert reader.focus == "q"
    assert options(reader) == []


def test_arrows_go_round_and_escape_closes_then_empties(reader: Reader) -> None:
    reader.opens()
    reader.presses(*"re")
    reader.rests()
    assert len(options(reader)) > 2
    last, first = options(reader)[-1], options(reader)[0]
    reader.presses(Keys.ARROW_UP)
    assert chosen(reader) == last
    reader.presses(Keys.ARROW_DOWN)
    assert chosen(reader) is None, "the field itself is between the last and the first"
    reader.presses(Keys.ARROW_DOWN)
    assert chosen(reader) == first
    reader.presses(Keys.HOME)
    assert chosen(reader) is None, "the caret moves, so the field is meant"
    reader.presses(Keys.ESCAPE)
    assert options(reader) == []
    assert reader.field.get_attribute("aria-expanded") == "false"
    assert reader.field.get_attribute("value") == "re"
    reader.presses(Keys.ARROW_DOWN)
    assert reader.field.get_attribute("aria-expanded") == "true"
    reader.presses(Keys.ESCAPE, Keys.ESCAPE)
    assert reader.field.get_attribute("value") == ""


def test_tab_leaves_the_suggestions_behind(reader: Reader) -> None:
    reader.opens()
    reader.presses(*"har")
    reader.rests()
    reader.presses(Keys.ARROW_DOWN, Keys.TAB)
    assert options(reader) == []
    assert reader.focus == "Search"


def test_a_suggestion_is_chosen_by_a_click(reader: Reader) -> None:
    reader.opens()
    reader.presses(*"har")
    reader.rests()
    reader.leaves(reader.finds("#suggestions a")[0].click)
    assert reader.heading == "3 articles for “harbour”"
    assert reader.focus == "q"


def test_a_title_among_the_suggestions_opens_its_article(reader: Reader, app: Slow) -> None:
    app.engine.titles = True
    reader.opens()
    reader.presses(*"fest")
    title = "Festival returns to the harbour"
    reader.rests()
    assert title in options(reader)
    reader.leaves(lambda: reader.presses(Keys.ARROW_UP, Keys.ENTER))
    assert reader.heading == title


def test_choosing_filters_by_keyboard_keeps_the_focus_at_them(reader: Reader) -> None:
    reader.opens("/?q=ferry")
    [sea] = [one for one in reader.finds(".facet a") if one.text.startswith("sea")]
    reader.script("arguments[0].focus()", sea)
    reader.leaves(lambda: reader.presses(Keys.ENTER))
    assert reader.focus.split("\n")[0].startswith("Remove the filter sea")
    reader.leaves(lambda: reader.presses(Keys.ENTER))
    assert reader.focus.startswith("sea")
    assert reader.place == "/?q=ferry"


# Months


def test_a_span_of_months_is_chosen_by_keyboard(reader: Reader) -> None:
    reader.opens("/?q=ferry")
    stops = reader.script("return [...document.querySelectorAll('.months a')].filter(one => one.tabIndex === 0).length")
    assert stops == 1, "the chart is one stop of the tab key"
    reader.script("document.querySelector('.months a[tabindex=\"0\"]').focus()")
    reader.presses(Keys.HOME, Keys.ARROW_RIGHT, Keys.SHIFT + Keys.ARROW_RIGHT, Keys.SHIFT + Keys.ARROW_RIGHT)
    reader.waits(lambda _: reader.said == "February 2018 to April 2018, 6 articles")
    reader.leaves(lambda: reader.presses(Keys.ENTER))
    assert reader.place == "/?q=ferry&since=2018-02-01&until=2018-04-30"
    assert reader.heading == "6 articles for “ferry”"
    assert reader.sees(".chips a") == ["Remove the filter February to April 2018 ×"]


def test_a_span_of_months_is_chosen_by_dragging_and_one_by_a_click(reader: Reader) -> None:
    reader.opens("/?q=ferry")
    march, june = reader.bar("March 2018"), reader.bar("June 2018")
    drag = ActionChains(reader.browser).click_and_hold(march).move_to_element(june).release()
    reader.leaves(drag.perform)
    assert reader.place == "/?q=ferry&since=2018-03-01&until=2018-06-30"
    reader.opens("/?q=ferry")
    reader.leaves(reader.bar("March 2018").click)
    assert reader.place == "/?q=ferry&since=2018-03-01&until=2018-03-31"


# What is heard


def accessible(reader: Reader, css: str) -> dict[str, Any]:
    """Role, name and properties of an element as the browser tells assistive technology."""
    root = reader.browser.execute_cdp_cmd("DOM.getDocument", {})["root"]["nodeId"]
    node = reader.browser.execute_cdp_cmd("DOM.querySelector", {"nodeId": root, "selector": css})["nodeId"]
    tree = reader.browser.execute_cdp_cmd("Accessibility.getPartialAXTree", {"nodeId": node, "fetchRelatives": False})
    found = tree["nodes"][0]
    properties = {one["name"]: one["value"].get("value") for one in found.get("properties", [])}
    return {"role": found["role"]["value"], "name": found.get("name", {}).get("value"), **properties}


def test_the_field_is_a_combobox_with_a_listbox(reader: Reader) -> None:
    reader.opens()
    field = accessible(reader, "#q")
    assert (field["role"], field["name"]) == ("combobox", "Search the articles")
    assert (field["expanded"], field["autocomplete"], field["hasPopup"]) == (False, "list", "listbox")
    reader.presses(*"re")
    reader.rests()
    reader.presses(Keys.ARROW_DOWN)
    assert accessible(reader, "#q")["expanded"] is True
    assert reader.script("return document.getElementById(arguments[0]).role", "suggestions") == "listbox"
    assert reader.field.get_attribute("aria-controls") == "suggestions"
    assert accessible(reader, "#suggestions")["name"] == "Suggestions"
    option = accessible(reader, "#suggestions > [aria-selected=true]")
    assert (option["role"], option["name"]) == ("option", options(reader)[0])


def test_counts_are_announced_once_the_typing_has_settled(reader: Reader) -> None:
    reader.opens()
    assert accessible(reader, "#status")["live"] == "polite"
    reader.script("""
      window.heard = [];
      new MutationObserver(() => window.heard.push(document.getElementById("status").textContent))
        .observe(document.getElementById("status"), { childList: true });
    """)
    reader.presses(*"storm")
    reader.waits(lambda _: reader.said == "2 articles for “storm”")
    heard = [text for text in reader.script("return window.heard") if text]
    assert heard == ["2 articles for “storm”"], "not of every letter"
    reader.presses(*"xx")
    reader.waits(lambda _: reader.said == "Nothing found for “stormxx”")
    reader.presses(Keys.ESCAPE, *"har")
    reader.waits(lambda _: reader.said.endswith("“har”. 1 suggestion"))


def test_who_is_at_a_page_that_is_exchanged_is_told_of_the_new_one(reader: Reader) -> None:
    reader.opens("/?q=harbour")
    reader.clicks(".facet a", "culture 2")
    reader.waits(lambda _: reader.said == "2 articles for “harbour”")


# A network that is slow or fails


def test_a_slow_answer_is_seen_to_be_awaited(reader: Reader, app: Slow) -> None:
    answer = app.held["q=s"] = threading.Event()
    reader.opens("/?q=harbour")
    reader.presses("/", *"storm")
    reader.waits(lambda _: reader.script("return document.body.classList.contains('busy')"))
    assert reader.script("return document.getElementById('main').getAttribute('aria-busy')") == "true"
    assert reader.heading == "3 articles for “harbour”", "what was found before stays to be read"
    answer.set()
    reader.waits_for("2 articles for “storm”")
    assert not reader.script("return document.body.classList.contains('busy')")


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ("502 Bad Gateway", "The search cannot be reached just now."),
        ("429 Too Many Requests", "Too many searches at once."),
    ],
)
def test_a_failure_is_told_of_with_a_way_out(reader: Reader, app: Slow, status: str, text: str) -> None:
    app.status["q=s"] = status
    reader.opens("/?q=harbour")
    reader.presses("/", *"storm")
    reader.waits_for(f"{text} Try again", "#trouble:not([hidden])")
    reader.waits(lambda _: reader.said.startswith(f"{text} Try again"))
    assert reader.heading == "3 articles for “harbour”"
    assert reader.place == "/?q=harbour", "the address is still that of what is seen"
    app.status.clear()
    reader.leaves(reader.finds("#trouble a")[0].click)
    assert reader.heading == "2 articles for “storm”"
    assert [one for one in reader.complaints() if f" {status[:3]} " not in one] == []


def test_an_index_that_cannot_be_asked_just_now_is_not_taken_for_a_crowd(reader: Reader, app: Slow) -> None:
    reader.opens("/?q=harbour")
    app.engine.failure = IndexUnavailableError("the index articles at https://a.example:9200 does not answer")
    reader.presses("/", *"storm")
    reader.waits_for("The search cannot be reached just now. Try again", "#trouble:not([hidden])")
    assert reader.heading == "3 articles for “harbour”"
    app.engine.failure = None
    reader.opens("/?q=storm")  # not by the link: the page may have asked again meanwhile, and all is well
    assert reader.heading == "2 articles for “storm”"
    assert [one for one in reader.complaints() if " 503 " not in one] == []


def test_without_a_network_the_page_says_so_and_recovers(reader: Reader) -> None:
    reader.opens("/?q=harbour")
    offline = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    reader.browser.execute_cdp_cmd("Network.enable", {})
    reader.browser.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
    try:
        reader.presses("/", *"storm")
        reader.waits_for("The search cannot be reached just now. Try again", "#trouble:not([hidden])")
    finally:
        reader.browser.execute_cdp_cmd("Network.emulateNetworkConditions", offline | {"offline": False})
    reader.waits_for("2 articles for “storm”")
    assert not reader.finds("#trouble:not([hidden])")
    assert [one for one in reader.complaints() if "ERR_INTERNET_DISCONNECTED" not in one] == []


def test_a_refused_option_is_told_of_while_typing(reader: Reader) -> None:
    reader.opens("/?q=storm")
    reader.script("document.getElementById('since').type = 'text'; document.getElementById('since').value = 'once'")
    reader.clicks("button", "Apply")
    assert reader.heading == "That search cannot be read"
    reader.leaves(lambda: reader.script("document.querySelector('#main > p > a').click()"))
    assert reader.heading == "2 articles for “storm”"
    assert [one for one in reader.complaints() if "400" not in one] == []


# Hostile content


@pytest.mark.parametrize("place", ["/", "/?q=harbour", f"/article/{quote(HOSTILE.id)}?q=harbour"])
def test_nothing_of_a_hostile_article_runs(reader: Reader, app: Slow, place: str) -> None:
    app.engine.articles.append(HOSTILE)
    app.engine.titles = True
    reader.opens(place)
    reader.script("window.ran = []; window.alert = what => window.ran.push(what)")
    reader.presses("/", Keys.END, *" <script>alert(1)</script> harbour")
    reader.rests()
    for one in reader.finds("a[href]"):
        assert not (one.get_attribute("href") or "").startswith("javascript:")
    assert len(reader.finds("script")) == 1
    assert reader.finds("#content svg[onload], #content img[onerror], #content b") == []
    assert reader.script("return window.ran") == []


# Ways to look at it


def test_nothing_is_wider_than_a_narrow_screen_while_suggestions_are_open(reader: Reader) -> None:
    with emulated(reader.browser, width=320, height=600):
        reader.opens()
        reader.presses(*"re")
        reader.rests()
        assert options(reader)
        assert reader.script("return document.documentElement.scrollWidth") <= 320


def test_at_twice_the_text_size_nothing_needs_scrolling_sideways(reader: Reader) -> None:
    with emulated(reader.browser, width=640):
        for place in ("/", "/?q=ferry", "/article/ferry/01.md?q=ferry"):
            reader.opens(place)
            reader.script("document.documentElement.style.fontSize = '200%'")
            assert reader.script("return document.documentElement.scrollWidth") <= 640, place


MOVING = """
return [...document.querySelectorAll("*")].filter(one => {
  const style = getComputedStyle(one);
  return [style.transitionDuration, style.animationDuration].some(all => all.split(", ").some(time => time !== "0s"));
}).length;
"""


def test_who_wants_no_motion_gets_none(reader: Reader) -> None:
    reader.opens("/?q=ferry")
    assert reader.script(MOVING) > 0
    with emulated(reader.browser, prefers_reduced_motion="reduce"):
        assert reader.script(MOVING) == 0


def test_with_colours_of_the_readers_own_what_is_chosen_is_still_seen(reader: Reader) -> None:
    with emulated(reader.browser, forced_colors="active"):
        reader.opens("/?q=ferry&since=2018-03-01&until=2018-03-31")
        look = "const s = getComputedStyle(arguments[0]); return [s.color, s.outlineStyle, s.outlineColor]"
        march = reader.script(look, reader.bar("March 2018"))
        assert march[1] == "solid"
        reader.presses("/", *" re")
        reader.rests()
        reader.presses(Keys.ARROW_DOWN)
        [option] = reader.finds("[aria-selected=true]")
        assert reader.script(look, option)[1] == "solid"


# ---- What a site learns ----


def test_a_log_hears_of_queries_that_were_meant_and_of_what_was_opened(browser: Chrome, tmp_path: Path) -> None:
    log = QueryLog(path=tmp_path / "queries.db")
    app = web.create_app(FakeEngine(ARTICLES, Settings(query_log=log)))
    answered: list[str] = []

    def noting(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        answer = app(environ, start)
        answered.append(environ["QUERY_STRING"])
        return answer

    with served(noting) as address:
        reader = Reader(browser, address)
        reader.opens("/")
        # Not letter by letter: "ferry " is a query too, if the page looks at the field just then.
        reader.script("""
          const field = document.getElementById("q");
          field.value = "ferry nu";
          field.dispatchEvent(new InputEvent("input"));
        """)
        reader.waits(lambda _: reader.sees("li[data-id] h2"))
        reader.presses(*"mber")
        reader.waits(lambda _: "typing=1" in browser.current_url and "number" in browser.current_url)
        reader.pauses()  # it stands, and was meant
        reader.waits(lambda _: any("log=1" in query for query in answered))
        reader.script("document.querySelectorAll('li[data-id] h2 a')[1].click()")
        reader.waits(lambda _: "/article/" in browser.current_url)
        browser.get("about:blank")
    web.close_logs(app)
    with closing(sqlite3.connect(log.path or "")) as database:
        assert database.execute("SELECT query FROM asked").fetchall() == [("ferry number",)]
        [(id, position)] = database.execute("SELECT id, position FROM opened").fetchall()
    assert (id.startswith("ferry/"), position) == (True, 2)
