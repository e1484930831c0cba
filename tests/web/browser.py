"""A reader at a real browser, and servers for it: what the tests of pages share.

Not here: the tests. Skips the module that imports it where Selenium, Chromium or its driver is missing.
"""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from waitress import wasyncore

from article_search.web.connections import fair_server

selenium = pytest.importorskip("selenium", reason="selenium is not installed")

from selenium.webdriver import ActionChains, Chrome, ChromeOptions, Keys  # noqa: E402
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.support.ui import WebDriverWait  # noqa: E402

if TYPE_CHECKING:
    from selenium.webdriver.remote.webelement import WebElement

__all__ = [
    "NEEDED",
    "ActionChains",
    "By",
    "Chrome",
    "Keys",
    "Reader",
    "WebDriverWait",
    "chrome",
    "emulated",
    "served",
    "watch",
]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
NEEDED = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed"),
]

ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
_SEEN = "return [document.querySelector('#content'), document.readyState, document.body.className, location.href]"

# Run before a page's own scripts. Keeps account of what a page still waits for, so that a test can wait for the end of
# it, and leaves waits of a second and longer to the test: a busy machine would end some in the middle of a word.
WATCHED = """
(() => {
  const later = window.setTimeout, never = window.clearTimeout;
  const long = new Map(), short = new Set();
  let requests = 0, last = 1_000_000_000;
  window.setTimeout = (act, wait, ...values) => {
    if (wait >= 1_000) {
      long.set(++last, act);
      return last;
    }
    const id = later(() => { short.delete(id); act(...values); }, wait);
    short.add(id);
    return id;
  };
  window.clearTimeout = (id) => { long.delete(id); short.delete(id); never(id); };
  const asked = () => requests++, answered = () => later(() => requests--, 10); // once the page has made use of it
  const send = XMLHttpRequest.prototype.send, get = window.fetch;
  XMLHttpRequest.prototype.send = function (...values) {
    asked();
    this.addEventListener("loadend", answered);
    return send.apply(this, values);
  };
  window.fetch = (...values) => {
    asked();
    const answer = get(...values);
    answer.then((one) => one.clone().text()).catch(() => {}).then(answered);
    return answer;
  };
  window.atRest = () => !short.size && !requests;
  window.pause = () => { for (const [id, act] of [...long]) { long.delete(id); act(); } };
})();
"""


class Reader:
    """A reader at a browser: finds things by what they say, as people do."""

    def __init__(self, browser: Chrome, address: str) -> None:
        self.browser = browser
        self.address = address

    def opens(self, path: str = "/") -> None:
        self.browser.get(self.address.rstrip("/") + path)

    def finds(self, css: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, css)

    def sees(self, css: str) -> list[str]:
        texts = self.script("return [...document.querySelectorAll(arguments[0])].map(one => one.innerText)", css)
        return [" ".join(text.split()) for text in texts]

    @property
    def heading(self) -> str:
        return self.sees("h1")[0]

    @property
    def titles(self) -> list[str]:
        return self.sees(".hit h2")

    @property
    def field(self) -> WebElement:
        return self.browser.find_element(By.NAME, "q")

    @property
    def place(self) -> str:
        """The address without its server."""
        return self.browser.current_url.removeprefix(self.address.rstrip("/"))

    @property
    def said(self) -> str:
        """What a screen reader was told last."""
        return str(self.script("return document.getElementById('status').textContent"))

    def presses(self, *keys: str) -> None:
        """Keys for whatever has the focus; in one text, all but the last are held down."""
        for key in keys:
            held, last = key[:-1], key[-1]
            actions = ActionChains(self.browser)
            for one in held:
                actions.key_down(one)
            actions.send_keys(last)
            for one in held:
                actions.key_up(one)
            actions.perform()

    def searches(self, words: str) -> None:
        field = self.field
        field.clear()
        field.send_keys(words)
        field.send_keys(Keys.ENTER)

        def there(browser: Chrome) -> bool:
            asked = parse_qs(urlsplit(browser.current_url).query)
            return asked.get("q") == [words] and "typing" not in asked and self.script(_SEEN)[1] == "complete"

        self.waits(there)

    def clicks(self, css: str, text: str) -> None:
        [element] = [one for one in self.finds(css) if " ".join(one.text.split()) == text]
        self.leaves(element.click)

    def bar(self, month: str) -> WebElement:
        """The bar of the histogram for a month."""
        return self.browser.find_element(By.CSS_SELECTOR, f'.months a[data-text="{month}"]')

    def leaves(self, act: Callable[[], object]) -> None:
        """Acts and waits for the next page, whole or exchanged in its parts."""
        before = self.script(_SEEN)[0]
        act()

        def there(_: Chrome) -> bool:
            content, state, kind, _ = self.script(_SEEN)
            return content is not None and content != before and state == "complete" and "busy" not in kind

        self.waits(there)

    def waits(self, until: Callable[[Chrome], object], seconds: float = 60) -> None:
        WebDriverWait(self.browser, seconds, 0.03).until(until)

    def waits_for(self, text: str, css: str = "h1") -> None:
        WebDriverWait(self.browser, 60, 0.03).until(lambda _: text in self.sees(css), f"{text!r} not in {css}")

    def rests(self) -> None:
        """Waits until the page has nothing left to do but wait for its reader."""
        self.waits(lambda _: self.script("return window.atRest()"))

    def pauses(self) -> None:
        """Does nothing for so long that the page takes what was typed for all of it."""
        self.rests()
        self.script("window.pause()")

    def script(self, code: str, *values: object) -> Any:
        return self.browser.execute_script(code, *values)

    @property
    def focus(self) -> str:
        """The id of what has the focus, else its text."""
        return str(self.script("const one = document.activeElement; return one.id || one.textContent.trim()"))

    def complaints(self) -> list[str]:
        """What the browser's console says; the images of made-up articles are not there."""
        log = self.browser.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in log if "/images/" not in entry["message"]]


def watch(browser: Chrome) -> None:
    """Lets readers see when the pages opened from now on are at rest, and decide when they pause."""
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCHED})


@contextmanager
def chrome(profile: Path, script: bool = True) -> Iterator[Chrome]:
    assert CHROMIUM and DRIVER
    options = ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in [*ARGUMENTS.split(), f"--user-data-dir={profile}"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not script:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    with Chrome(options=options, service=Service(DRIVER)) as started:
        yield started


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The address that an application answers at, served as ``articles serve`` does it: a browser's requests wait in
    line, where another server has those beyond a client's share refused."""
    server = fair_server(app, socket.create_server(("127.0.0.1", 0), backlog=1024), (), threads=4)
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            wasyncore.loop(timeout=0.05, map=server._map, count=1)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}/"
    finally:
        stop.set()
        thread.join(60)
        server.task_dispatcher.shutdown()
        wasyncore.close_all(server._map)


@contextmanager
def emulated(browser: Chrome, *, width: int | None = None, height: int = 800, **media: str) -> Iterator[None]:
    """A screen of another width, and media features such as ``prefers_color_scheme="dark"``."""
    features = [{"name": name.replace("_", "-"), "value": value} for name, value in media.items()]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    if width:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
