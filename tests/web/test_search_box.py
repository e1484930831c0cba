"""<article-search> on pages of other origins: small sites of three generators, hostile styles, a strict policy."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, Response, send_from_directory

from article_search import web
from article_search.engine import Engine
from article_search.settings import Settings
from tests.fake_engine import HOSTILE, SAMPLE, FakeEngine
from tests.web.browser import NEEDED, Keys, Reader, emulated, served

if TYPE_CHECKING:
    from selenium.webdriver.remote.webelement import WebElement

    from tests.web.browser import Chrome

pytestmark = NEEDED

GUIDE = (Path(__file__).parents[2] / "content" / "guide" / "search-box.md").read_text(encoding="utf-8")
SNIPPET = GUIDE.split("```html\n")[1].split("```")[0]
STRICT = "default-src 'none'; script-src {search}; connect-src {search}; style-src 'self'; form-action {search}"
STRICTEST = "default-src 'none'; script-src {search}; connect-src {search}; require-trusted-types-for 'script'"
HOSTILE_CSS = (
    "* { all: unset !important; display: block !important; color: red !important; font-size: 40px !important }"
)


class Open:
    """The search's application, answering scripts of any site; it can fail, and keeps what it was asked."""

    def __init__(self, engine: Engine) -> None:
        self.app = web.create_app(engine)
        self.failing = False
        self.asked: list[str] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith("/api/"):
            return self.app(environ, start)
        self.asked.append(environ["QUERY_STRING"])
        if self.failing:
            start("503 Service Unavailable", [("Access-Control-Allow-Origin", "*")])
            return [b"out of order"]

        def allowing(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            kept = [(name, value) for name, value in headers if name != "Access-Control-Allow-Origin"]
            return start(status, [*kept, ("Access-Control-Allow-Origin", "*")], *rest)

        return self.app(environ, allowing)


def site(folder: Path, policy: str) -> Flask:
    """A server of static files, as sites have it."""
    app = Flask(__name__, static_folder=None)

    @app.get("/", defaults={"path": ""})
    @app.get("/<path:path>")
    def page(path: str) -> Response:
        name = path + "index.html" if path == "" or path.endswith("/") else path
        response = send_from_directory(folder, name if (folder / name).is_file() else f"{name}/index.html")
        response.headers["Content-Security-Policy"] = policy
        return response

    return app


class Box(Reader):
    """A reader at a page that has a search box."""

    def within(self, css: str) -> list[WebElement]:
        code = "return [...document.querySelector('article-search').shadowRoot.querySelectorAll(arguments[0])]"
        return list(self.script(code, css))

    def shown(self, css: str) -> list[str]:
        code = """
          const all = [...document.querySelector("article-search").shadowRoot.querySelectorAll(arguments[0])];
          return all.filter(one => one.checkVisibility()).map(one => one.innerText);
        """
        return [" ".join(text.split()) for text in self.script(code, css)]

    def begins(self) -> None:
        """Waits until the box is there."""
        ready = "return Boolean(document.querySelector('article-search')?.shadowRoot?.querySelector('.root'))"
        self.waits(lambda _: self.script(ready))

    @property
    def told(self) -> str:
        return str(
            self.script(
                "return document.querySelector('article-search').shadowRoot.querySelector('[role=status]').textContent"
            )
        )

    @property
    def inner_focus(self) -> str:
        root = "document.querySelector('article-search').shadowRoot"
        return str(self.script(f"const one = {root}.activeElement; return one ? one.id || one.part.value : ''"))


@pytest.fixture
def search() -> Open:
    return Open(FakeEngine([*SAMPLE, HOSTILE]))


@pytest.fixture
def opened(browser: Chrome, search: Open, tmp_path: Path) -> Iterator[Callable[..., Box]]:
    """Opens a page with this body on an origin of its own."""
    browser.set_window_size(1200, 900)
    with ExitStack() as stack:
        address = stack.enter_context(served(search))
        (tmp_path / "favicon.ico").write_bytes(b"")
        servers: dict[str, str] = {}

        def open_page(body: str = SNIPPET, policy: str = STRICT, css: str = "") -> Box:
            origin = address.rstrip("/")
            body = body.replace("https://search.example.org", origin)
            style = '<link rel="stylesheet" href="/style.css">' if css else ""
            (tmp_path / "style.css").write_text(css)
            (tmp_path / "index.html").write_text(
                '<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">'
                '<meta name="viewport" content="width=device-width">'
                f"<title>A site</title>{style}<h1>A site</h1><p>Text</p>{body}"
            )
            if policy not in servers:
                servers[policy] = stack.enter_context(served(site(tmp_path, policy.format(search=origin))))
            box = Box(browser, servers[policy])
            box.complaints()
            box.opens()
            box.begins()
            return box

        yield open_page
        browser.get("about:blank")


def no_complaints(box: Box) -> bool:
    return [one for one in box.complaints() if "favicon" not in one and "data:," not in one] == []


# In use


def test_a_reader_types_on_another_site_and_opens_the_article(opened: Callable[..., Box]) -> None:
    box = opened(policy=STRICTEST)
    assert not box.finds("article-search > form")[0].is_displayed(), "it is for readers without JavaScript"
    box.within("input")[0].send_keys("bridge")
    box.waits(lambda _: box.shown("[part=title]") == ["Harbour bridge reopens after storm repairs"])
    assert box.shown("[part=facts]") == ["15 Sept 2020 · latest · transport"]
    assert "bridge" in box.shown("mark")
    assert box.within(".root")[0].value_of_css_property("display") == "block", "its style has come"
    assert box.within("form")[0].value_of_css_property("border-top-width") == "1px"
    assert no_complaints(box), "the page's policy was not broken"
    box.rests()
    box.presses(Keys.ARROW_DOWN, Keys.ENTER)
    box.waits(lambda _: box.browser.current_url.endswith("/article/2020/harbour-bridge.md"))
    assert box.heading == "Harbour bridge reopens after storm repairs"


def test_a_site_without_pages_for_its_articles_gets_those_of_the_search(opened: Callable[..., Box]) -> None:
    box = opened()
    box.presses("/", *"library")
    box.waits(lambda _: box.told == "1 article")
    [own] = [one.get_attribute("href") for one in box.within("[part=hit]")]
    assert own == f"{box.address}news/library", "an address of the site's own"
    box.presses(*[Keys.BACKSPACE] * 7, *"bridge")
    box.waits(lambda _: box.shown("[part=title]") == ["Harbour bridge reopens after storm repairs"])
    box.waits(lambda _: box.told == "1 article")
    [there] = [one.get_attribute("href") for one in box.within("[part=hit]")]
    assert there and not there.startswith(box.address)


def test_keys_and_roles_are_those_of_a_combobox(opened: Callable[..., Box]) -> None:
    box = opened()
    box.presses("/")
    assert box.inner_focus == "field"
    box.presses(*"storm")
    box.waits(lambda _: len(box.shown("[part=hit]")) == 2)
    [field] = box.within("input")
    assert (field.aria_role, field.accessible_name) == ("combobox", "Search")
    assert field.get_attribute("aria-expanded") == "true"
    assert field.get_attribute("aria-controls") == box.within("[role=listbox]")[0].get_attribute("id")
    assert field.get_attribute("aria-activedescendant") is None
    box.rests()
    box.presses(Keys.ARROW_DOWN)
    [option] = box.within("[aria-selected=true]")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    box.waits(lambda _: box.told == "2 articles")
    box.presses(Keys.ESCAPE)
    assert field.get_attribute("aria-expanded") == "false"
    assert field.get_attribute("value") == "storm"
    box.presses(Keys.ESCAPE)
    assert field.get_attribute("value") == ""


def test_what_finds_nothing_says_so(opened: Callable[..., Box]) -> None:
    box = opened()
    box.presses("/", *"xyz")
    box.waits(lambda _: box.shown("[part=note]") == ["Nothing found for “xyz”"])
    box.waits(lambda _: box.told == "Nothing found for “xyz”")
    assert box.inner_focus == "field"


def test_a_search_that_is_not_reached_is_told_of_and_recovers(opened: Callable[..., Box], search: Open) -> None:
    box = opened()
    search.failing = True
    box.presses("/", *"storm")
    box.waits(lambda _: box.shown("[part=note]") == ["The search cannot be reached just now. Open the search page"])
    link = "return document.querySelector('article-search').shadowRoot.querySelector('[part=note] a').href"
    box.waits(lambda _: box.script(link).endswith("/?q=storm"))
    search.failing = False
    box.presses("s", Keys.BACKSPACE)
    box.waits(lambda _: len(box.shown("[part=hit]")) == 2)
    assert box.shown("[part=note]") == []


def test_all_articles_found_are_a_last_option(opened: Callable[..., Box]) -> None:
    box = opened(SNIPPET.replace("<article-search>", '<article-search limit="1">'))
    box.presses("/", *"storm")
    box.waits(lambda _: box.shown("[role=option]")[-1:] == ["See all 2 articles"])
    box.rests()
    box.presses(Keys.ARROW_UP)
    box.presses(Keys.ENTER)
    box.waits(lambda _: "/?q=storm" in box.browser.current_url)
    assert box.heading == "2 articles for “storm”"


def test_a_box_can_keep_to_categories(opened: Callable[..., Box], search: Open) -> None:
    box = opened(SNIPPET.replace("<article-search>", '<article-search category="culture, sports">'))
    box.presses("/", *"storm")
    box.waits(lambda _: box.shown("[part=title]") == ["Festival returns to the harbour"])
    assert search.asked[-1].endswith("category=culture&category=sports")
    link = "return document.querySelector('article-search').shadowRoot.querySelector('[part=note] a').href"
    search.failing = True
    box.presses("s")
    box.waits(lambda _: box.shown("[part=note]"))
    assert box.script(link).endswith("/?q=storms&category=culture&category=sports")


def test_all_articles_of_a_box_that_keeps_to_categories_are_as_many_as_it_says(opened: Callable[..., Box]) -> None:
    box = opened(SNIPPET.replace("<article-search>", '<article-search limit="1" category="culture, latest">'))
    box.presses("/", *"harbour")
    box.rests()
    [all_of_them] = box.shown("[part=all]")
    box.presses(Keys.ARROW_UP, Keys.ENTER)
    box.waits(lambda _: "/?q=harbour" in box.browser.current_url)
    assert box.heading == f"{all_of_them.removeprefix('See all ')} for “harbour”"


def test_a_dialog_opens_by_button_and_key_and_gives_the_focus_back(opened: Callable[..., Box]) -> None:
    box = opened(SNIPPET.replace("<article-search>", '<article-search mode="modal" label="Search the site">'))
    [button] = box.within("[part=button]")
    assert button.accessible_name.startswith("Search the site")
    assert not box.within("dialog")[0].is_displayed()
    box.script("arguments[0].focus()", button)
    box.presses(Keys.ENTER)
    assert box.within("dialog")[0].is_displayed()
    assert box.inner_focus == "field"
    box.presses(*"storm")
    box.waits(lambda _: len(box.shown("[part=hit]")) == 2)
    box.presses(Keys.ESCAPE)
    assert not box.within("dialog")[0].is_displayed()
    assert box.inner_focus == "button"
    box.script("document.activeElement.blur()")
    box.presses(Keys.CONTROL + "k")
    assert box.inner_focus == "field"
    box.within("[part=close]")[0].click()
    assert not box.within("dialog")[0].is_displayed()


def test_the_script_itself_can_place_a_box(opened: Callable[..., Box]) -> None:
    body = '<div id="search"></div><script type="module" data-target="#search" data-mode="modal" data-label="Find"'
    box = opened(body + ' src="https://search.example.org/search-box.js"></script>')
    assert box.within("[part=button]")[0].accessible_name == "Find"


def test_a_page_can_keep_its_keys(opened: Callable[..., Box]) -> None:
    box = opened(SNIPPET.replace("<article-search>", '<article-search hotkey="off">'))
    box.presses("/")
    assert box.inner_focus == ""


# Looks


LOOKS = """
const wanted = ["color", "backgroundColor", "display", "fontSize", "fontFamily", "paddingLeft",
  "borderTopWidth", "lineHeight",  "textAlign", "width", "height"];
const root = document.querySelector("article-search").shadowRoot;
return [...root.querySelectorAll("*")].map(one => [one.tagName, ...wanted.map(name => getComputedStyle(one)[name])]);
"""


@pytest.mark.parametrize("mode", ["inline", "modal"])
def test_hostile_styles_of_a_page_change_nothing(opened: Callable[..., Box], mode: str) -> None:
    def looks(css: str) -> list[list[str]]:
        body = f'<div class="{mode}">' + SNIPPET.replace("<article-search>", f'<article-search mode="{mode}">')
        box = opened(body, css=css)
        box.presses("/", *"storm")
        box.waits(lambda _: len(box.shown("[part=hit]")) == 2)
        box.rests()
        box.presses(Keys.ARROW_DOWN)
        assert box.inner_focus == "field"
        found: list[list[str]] = box.script(LOOKS)
        return found

    calm = "html, body { margin: 0; display: block } article-search { display: block }"
    assert looks(HOSTILE_CSS) == looks(calm)


def test_the_box_changes_nothing_of_the_page(opened: Callable[..., Box]) -> None:
    box = opened()
    seen = box.script(
        "const s = getComputedStyle(document.querySelector('h1')); return [s.fontSize, s.color, s.margin]"
    )
    assert box.script("return document.adoptedStyleSheets.length") == 0
    box.script("document.querySelector('article-search').remove()")
    assert seen == box.script(
        "const s = getComputedStyle(document.querySelector('h1')); return [s.fontSize, s.color, s.margin]"
    )


def test_a_page_themes_the_box_by_properties_and_parts(opened: Callable[..., Box]) -> None:
    css = "body { --article-search-accent: rgb(1, 2, 3) } article-search::part(title) { letter-spacing: 3px }"
    box = opened(css=css)
    box.presses("/", *"bridge")
    box.waits(lambda _: box.told == "1 article")
    assert box.within("[part=title]")[0].value_of_css_property("color") == "rgba(1, 2, 3, 1)"
    assert box.within("[part=title]")[0].value_of_css_property("letter-spacing") == "3px"


def test_every_documented_property_and_part_is_there(opened: Callable[..., Box]) -> None:
    css = (web.web_files() / "static" / "search-box.css").read_text()
    documented = set(re.findall(r"(?m)^\| `(--article-search-\w+)`", GUIDE))
    assert documented == set(re.findall(r"var\((--article-search-\w+)", css))
    script = (web.web_files() / "static" / "search-box.js").read_text()
    parts = set(re.findall(r'part: "(\w+)"', script))
    [listed] = re.findall(r"They are (.*)\.", GUIDE)
    assert set(re.findall(r"`(\w+)`", listed)) == parts
    attributes = set(re.findall(r"(?m)^\| `([a-z]+)` \|", GUIDE))
    assert attributes == set(re.findall(r'#option\("(\w+)"', script)) | {"theme"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_box_follows_the_readers_scheme_unless_the_page_says_otherwise(
    opened: Callable[..., Box], scheme: str
) -> None:
    box = opened()
    ground = {"light": "rgba(255, 255, 255, 1)", "dark": "rgba(29, 32, 39, 1)"}
    with emulated(box.browser, prefers_color_scheme=scheme):
        assert box.within("form")[0].value_of_css_property("background-color") == ground[scheme]
        for theme in ground:
            box.script("document.querySelector('article-search').setAttribute('theme', arguments[0])", theme)
            assert box.within("form")[0].value_of_css_property("background-color") == ground[theme]


@pytest.mark.parametrize(("margin", "width"), [("0", 900), ("0 0 0 auto", 900), ("0 0 0 40%", 375)])
def test_hits_have_room_whatever_the_field_has(opened: Callable[..., Box], margin: str, width: int) -> None:
    box = opened(css=f"article-search {{ width: 9rem; margin: {margin} }}")
    with emulated(box.browser, width=width, height=600):
        box.presses("/", *"storm")
        box.waits(lambda _: box.shown("[part=hit]"))
        [panel] = box.within("[part=panel]")
        assert panel.rect["width"] >= min(400, width - 20)
        assert panel.rect["x"] >= 0 and panel.rect["x"] + panel.rect["width"] <= width
        assert box.script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("mode", ["inline", "modal"])
def test_the_box_fits_a_narrow_screen(opened: Callable[..., Box], mode: str) -> None:
    box = opened(SNIPPET.replace("<article-search>", f'<article-search mode="{mode}">'))
    with emulated(box.browser, width=320, height=600):
        box.presses("/", *"harbour")
        box.waits(lambda _: len(box.shown("[part=hit]")) > 2)
        for one in box.within("form, .panel"):
            assert one.rect["x"] >= 0 and one.rect["x"] + one.rect["width"] <= 320


# Hostile content


def test_nothing_of_a_hostile_article_runs(opened: Callable[..., Box]) -> None:
    box = opened()
    box.script("window.ran = []; window.alert = what => window.ran.push(what)")
    box.presses("/", *"harbour")
    box.rests()
    assert any("<script>" in title for title in box.shown("[part=title]"))
    for option in box.within("[part=hit]"):
        assert (option.get_attribute("href") or "").startswith("http")
    assert box.within("script, img, b, svg:not([part=lens])") == []
    [hostile] = [one for one in box.within("[part=hit]") if "<script>" in one.text]
    hostile.click()
    box.waits(lambda _: box.heading == HOSTILE.title)
    assert box.script("return window.ran") in (None, [])


# Sites as generators lay them out


POSTS = {
    "2020-09-15-harbour-bridge.md": (
        "Harbour bridge reopens",
        "2020-09-15",
        "Engineers replaced two cables of the bridge.",
    ),
    "2020-08-20-goalkeeper.md": ("Goalkeeper signs", "2020-08-20", "The goalkeeper signed until June."),
}
WHERE = {
    "jigsaw": ("source/_posts", "/blog/{filename}", "blog/{name}/index.html"),
    "jekyll": ("_posts", "/{category}/{date:%Y/%m/%d}/{slug}.html", "news/{day}/{slug}.html"),
    "hugo": ("content/posts", "/posts/{slug}/", "posts/{slug}/index.html"),
}
SITE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<title>{title}</title></head>
<body class="font-sans"><header class="site-header"><a href="/">A site</a>
{snippet}</header><main class="page-content"><h1>{title}</h1><p>{body}</p></main></body>
</html>
"""


def content_of(root: Path, tool: str) -> Path:
    folder = root / WHERE[tool][0]
    folder.mkdir(parents=True)
    for name, (title, day, body) in POSTS.items():
        slug = f"slug: {name[11:-3]}\n" if tool == "hugo" else ""
        (folder / name).write_text(f"---\ntitle: {title}\ndate: {day}\n{slug}categories: [news]\n---\n{body}\n")
    return folder


def built(root: Path, tool: str, snippet: str) -> Path:
    """The folder of pages that a tool makes of the posts: by itself where it is installed, else as it lays them out."""
    if shutil.which(tool):
        return {"hugo": built_by_hugo, "jekyll": built_by_jekyll, "jigsaw": built_by_jigsaw}[tool](root, snippet)
    public = root / {"jigsaw": "build_production", "jekyll": "_site", "hugo": "public"}[tool]
    public.mkdir()
    (public / "index.html").write_text(SITE.format(title="A site", snippet=snippet, body="Welcome"))
    for name, (title, day, body) in POSTS.items():
        values = {"name": name[:-3], "slug": name[11:-3], "day": day.replace("-", "/")}
        page = public / WHERE[tool][2].format(**values)
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(SITE.format(title=html.escape(title), snippet=snippet, body=html.escape(body)))
    return public


def built_by_hugo(root: Path, snippet: str) -> Path:
    layouts = root / "layouts"
    for folder in ("_default", "partials"):
        (layouts / folder).mkdir(parents=True)
    (root / "config.toml").write_text('baseURL = "/"\ntitle = "A site"\ndisableKinds = ["RSS", "sitemap"]\n')
    (layouts / "partials" / "search.html").write_text(snippet)
    call = GUIDE.split("### Hugo")[1].split("```html\n")[1].split("```")[0].strip()
    page = SITE.format(title="{{ .Title }}", snippet=call, body="{{ .Plain }}")
    (layouts / "_default" / "baseof.html").write_text(page)
    for name in ("single", "list"):
        (layouts / "_default" / f"{name}.html").write_text('{{ define "main" }}{{ end }}')
    subprocess.run(["hugo", "--source", root, "--quiet"], check=True, capture_output=True, timeout=60)
    return root / "public"


def built_by_jekyll(root: Path, snippet: str) -> Path:
    for folder in ("_layouts", "_includes"):
        (root / folder).mkdir()
    layouts = 'defaults: [{scope: {path: ""}, values: {layout: default}}]'
    (root / "_config.yml").write_text(f"title: A site\ntimezone: UTC\nexclude: [index/]\n{layouts}\n")
    (root / "_includes" / "search.html").write_text(snippet)
    call = GUIDE.split("### Jekyll")[1].split("```html\n")[1].split("```")[0].strip()
    page = SITE.format(title="{{ page.title | escape }}", snippet=call, body="{{ content | strip_html }}")
    (root / "_layouts" / "default.html").write_text(page)
    (root / "index.html").write_text("---\ntitle: A site\n---\nWelcome\n")
    command = "jekyll build --quiet --disable-disk-cache --source".split()
    subprocess.run([*command, root, "--destination", root / "_site"], check=True, capture_output=True, timeout=120)
    return root / "_site"


def built_by_jigsaw(root: Path, snippet: str) -> Path:
    posts = "'path' => 'blog/{filename}', 'extends' => '_layouts.main', 'section' => 'content'"
    (root / "config.php").write_text(f"<?php return ['collections' => ['posts' => [{posts}]]];")
    source = root / "source"
    for folder in ("_layouts", "_components"):
        (source / folder).mkdir(parents=True)
    (source / "_components" / "search.blade.php").write_text(snippet)
    call = GUIDE.split("### Jigsaw")[1].split("```html\n")[1].split("```")[0].strip()
    page = SITE.format(title="{{ $page->title }}", snippet=call, body="@yield('content')")
    (source / "_layouts" / "main.blade.php").write_text(page)
    welcome = "@extends('_layouts.main')\n@section('content')\nWelcome\n@endsection\n"
    (source / "index.blade.php").write_text(f"---\ntitle: A site\n---\n{welcome}")
    subprocess.run(["jigsaw", "build", "production"], cwd=root, check=True, capture_output=True, timeout=120)
    return root / "build_production"


@pytest.mark.parametrize("tool", sorted(WHERE))
def test_the_guide_works_on_a_site_of(tool: str, browser: Chrome, tmp_path: Path) -> None:
    content = content_of(tmp_path, tool)
    pattern = WHERE[tool][1]
    assert f'`url = "{pattern}"`' in GUIDE
    settings = Settings(content=content, index=tmp_path / "index", url=pattern, workers=1)
    with Engine(settings) as engine:
        engine.index()
        with served(Open(engine)) as address:
            origin = address.rstrip("/")
            public = built(tmp_path, tool, SNIPPET.replace("https://search.example.org", origin))
            with served(site(public, STRICTEST.format(search=origin))) as home:
                box = Box(browser, home)
                box.complaints()
                box.opens()
                box.begins()
                box.presses("/", *"cables")
                box.waits(lambda _: box.shown("[part=title]") == ["Harbour bridge reopens"])
                assert no_complaints(box)
                box.rests()
                box.presses(Keys.ARROW_DOWN, Keys.ENTER)
                box.waits(lambda _: box.heading == "Harbour bridge reopens")
                assert box.browser.current_url.startswith(home)
                browser.get("about:blank")
