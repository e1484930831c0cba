"""How long from a keystroke to painted results, in Chromium, over a whole site?

Types queries letter by letter into the search page as a quick reader does, and takes for each letter the time from the
browser's own stamp of the key to the frame after the results of the words so far were put into the page. Letters whose
results never came, because the next letter made them stale, are counted but have no time.

    python tests/benchmarks/keystrokes.py --index DIR [--content DIR] [--pause 0.15] [--rounds 3]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from article_search import web
from article_search.engine import Engine
from article_search.settings import Settings
from tests.web.browser import ActionChains, Chrome, chrome, served

QUERIES = ("smalling roma fee", "covid vaccine trial", "prince harry book", "house prices fall", "manchester united")

# The key's own stamp, so that what the browser does before it tells the page counts too.
WATCH = """
window.times = [];
let typed = null;
document.getElementById("q").addEventListener("input", (event) => { typed = event.timeStamp; window.letters += 1; });
window.letters = 0;
new MutationObserver((changes) => {
  const shown = changes.some((change) => [...change.addedNodes].some((node) => node.id === "content"));
  if (!shown || typed === null) return;
  const since = typed;
  typed = null;
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => window.times.push(performance.now() - since);
    channel.port2.postMessage(null);
  });
}).observe(document.body, { childList: true });
"""


def typed(browser: Chrome, address: str, query: str, pause: float) -> tuple[list[float], int]:
    """Milliseconds of the letters that were answered, and how many letters there were."""
    browser.get(address)
    browser.execute_script(WATCH)
    for letter in query:
        ActionChains(browser).send_keys(letter).perform()
        time.sleep(pause)
    time.sleep(0.5)
    times, letters = browser.execute_script("return [window.times, window.letters]")
    return times, letters


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, required=True, help="an index that `articles index` has made")
    parser.add_argument("--content", type=Path, default=Path("content"), help="the articles it was made of")
    parser.add_argument("--pause", type=float, default=0.15, help="seconds between two letters")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with (
        Engine(Settings(content=options.content, index=options.index)) as engine,
        served(web.create_app(engine)) as address,
        tempfile.TemporaryDirectory() as profile,
        chrome(Path(profile)) as browser,
    ):
        browser.set_window_size(1280, 900)
        print(f"{engine.search('', limit=1).total:,} articles, {options.pause * 1000:.0f} ms between letters")
        for number in range(options.rounds + 1):
            times: list[float] = []
            letters = 0
            for query in QUERIES:
                answered, count = typed(browser, address, query, options.pause)
                times += answered
                letters += count
            if number == 0:
                continue  # the first round reads the index and compiles the scripts
            print(
                f"round {number}: p50 {statistics.median(times):.0f} ms, p95 {percentile(times, 0.95):.0f} ms,"
                f" longest {max(times):.0f} ms; {len(times)} of {letters} letters answered"
            )


if __name__ == "__main__":
    main()
