"""A site is recognised by its files, and what its settings say plainly is carried over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from article_search.limits import LIMITS
from article_search.settings.recognising import Found, recognise


def recognised(folder: Path, files: Mapping[str, str]) -> Found:
    """What is recognised first in a folder with these files; a name that ends in a slash is a folder."""
    for name, text in files.items():
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return recognise(folder)[0]


@pytest.mark.parametrize(
    ("generator", "by", "files"),
    [
        ("hugo", "hugo.toml", {"hugo.toml": ""}),
        ("hugo", "config.yaml", {"config.yaml": "baseURL: https://a.example"}),
        ("hugo", "config.json", {"config.json": "{}", "archetypes/": ""}),
        ("hugo", "config/_default/hugo.yaml", {"config/_default/hugo.yaml": "title: A"}),
        ("zola", "config.toml", {"config.toml": 'base_url = "https://a.example"', "content/": ""}),
        ("zola", "zola.toml", {"zola.toml": 'base_url = "https://a.example"'}),
        ("jekyll", "_config.yml", {"_config.yml": "title: A"}),
        ("jekyll", "_posts", {"_posts/": ""}),
        ("hexo", "_config.yml", {"_config.yml": "title: A", "source/_posts/": ""}),
        ("hexo", "_config.yml", {"_config.yml": "title: A", "package.json": '{"dependencies": {"hexo": "8"}}'}),
        ("eleventy", ".eleventy.js", {".eleventy.js": ""}),
        ("eleventy", "eleventy.config.mjs", {"eleventy.config.mjs": ""}),
        ("eleventy", "package.json", {"package.json": '{"devDependencies": {"@11ty/eleventy": "3"}}'}),
        ("astro", "astro.config.ts", {"astro.config.ts": ""}),
        ("docusaurus", "docusaurus.config.ts", {"docusaurus.config.ts": "", "docs/": ""}),
        ("mkdocs", "mkdocs.yml", {"mkdocs.yml": "site_name: A"}),
        ("pelican", "pelicanconf.py", {"pelicanconf.py": ""}),
        ("nikola", "conf.py", {"conf.py": "POSTS = ()"}),
        ("jigsaw", "config.php", {"config.php": "<?php return [];", "source/": ""}),
        ("vuepress", ".vuepress", {".vuepress/": ""}),
        ("vuepress", "docs/.vuepress", {"docs/.vuepress/config.ts": ""}),
        ("obsidian", ".obsidian", {".obsidian/": ""}),
        ("mkdocs", "mkdocs.yml", {"mkdocs.yml": "", "docs/.obsidian/": "", ".obsidian/": ""}),
    ],
)
def test_a_generator_is_told_by_its_files(tmp_path: Path, generator: str, by: str, files: dict[str, str]) -> None:
    found = recognised(tmp_path, files)
    assert (found.generator, found.by) == (generator, by)


@pytest.mark.parametrize(
    "files",
    [
        {"conf.py": "extensions = ['sphinx.ext.autodoc']"},
        {"config.toml": "[server]\nport = 80"},
        {"config.php": "<?php return [];"},
        {"package.json": '{"dependencies": {"react": "1"}}'},
        {"package.json": "[1"},
        {"content/a.md": "Text."},
    ],
)
def test_other_folders_are_none_of_theirs(tmp_path: Path, files: dict[str, str]) -> None:
    with pytest.raises(IndexError):
        recognised(tmp_path, files)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {
                "hugo.toml": 'baseURL = "https://a.example/b/"\ntimeZone = "Europe/Rome"\n'
                'defaultContentLanguage = "fr"\n'
                'buildFuture = true\nignoreFiles = ["\\\\.bak\\\\.md$", "a.*b"]\n[languages.en]\n[languages.fr]\n'
                '[permalinks]\nposts = "/:year/:slug/"\n[frontmatter]\ndate = ["date", ":filename"]',
                "content/hush/_index.md": "---\ncascade: {draft: true}\n---\n",
            },
            {
                "content": "content",
                "base_url": "https://a.example/b",
                "timezone": "Europe/Rome",
                "language": "fr",
                "languages": ["fr", "en"],
                "future": "show",
                "exclude": ["*.bak.md"],
                "urls": {"posts": "/:year/:slug/"},
                "filename_dates": "last",
                "defaults": {"hush": {"draft": "true"}},
            },
        ),
        (
            {
                "_config.yml": "url: https://a.example\nbaseurl: /b\npermalink: pretty\nexclude: [vendor, docs/old.md]"
                "\n"
                "collections: {boats: {output: true, permalink: '/fleet/:path/'}, notes: {output: false}}\n"
                "defaults: [{scope: {path: talks}, values: {layout: x, category: Talks}}]",
                "_boats/": "",
                "_notes/": "",
                "_layouts/": "",
            },
            {
                "content": ".",
                "base_url": "https://a.example/b",
                "url": "/:categories/:year/:month/:day/:title/",
                "urls": {"_boats": "/fleet/:path/"},
                "exclude": ["vendor", "/docs/old.md", "/_notes"],
                "defaults": {"talks": {"category": "Talks"}},
            },
        ),
        (
            {
                "eleventy.config.js": 'module.exports = c => { c.ignores.add("src/x"); return {dir: {input: "src"},'
                ' pathPrefix: "/b/"} }',
                ".eleventyignore": "src/attic/\n# a remark\nREADME.md\n",
                "src/talks/talks.json": '{"permalink": "/t/{{ page.fileSlug }}/", "layout": "x"}',
                "src/node_modules/x/x.json": '{"a": "b"}',
            },
            {
                "content": "src",
                "base_url": "/b",
                "exclude": [
                    "/attic",
                    "README.md",
                    "/x",
                    *(f"*.{end}" for end in "markdown mdown mkd mkdn mkdown".split()),
                ],
                "defaults": {"talks": {"permalink": "/t/{{ page.fileSlug }}/"}},
            },
        ),
        (
            {
                "config.php": "<?php return ['baseUrl' => 'http://localhost:8000', 'collections' => ['posts' =>"
                " ['path' => 'blog/{date|Y-m-d}/{-title}'], 'people' => []]];",
                "config.production.php": "<?php return ['baseUrl' => 'https://a.example'];",
                "source/_posts/": "",
                "source/_notes/": "",
            },
            {
                "content": "source",
                "base_url": "https://a.example",
                "urls": {"_posts": "/blog/{date:%Y-%m-%d}/{title}"},
                "exclude": ["/_notes"],
            },
        ),
        (
            {
                "_config.yml": "url: https://a.example\nroot: /b/\npermalink: ':year/:title/'\nfuture: false\n"
                "new_post_name: ':year-:month-:day-:title.md'\ninclude: ['_extra/*']\nskip_render: 'raw/*'",
                "scaffolds/": "",
            },
            {
                "content": "source",
                "base_url": "https://a.example/b",
                "url": "/:year/:title/",
                "future": "hide",
                "filename_dates": "last",
                "urls": {"_extra": "/{path}.html"},
                "exclude": ["raw/*"],
            },
        ),
        (
            {
                "mkdocs.yml": "site_url: https://a.example/b/\nuse_directory_urls: false\nnav: [{Home: index.md}]\n"
                "exclude_docs: |\n  old/\n  !new.md\nmarkdown_extensions:\n  - x:\n      y: !!python/name:os.system\n",
            },
            {
                "content": "docs",
                "base_url": "https://a.example/b",
                "url": "/{path}.html",
                "exclude": ["old", "!new.md"],
                "defaults": {"index.md": {"title": "Home"}},
            },
        ),
        (
            {
                "pelicanconf.py": 'import os\nos.system("touch ran")\nSITEURL = ""\nPATH = "content"\n'
                'ARTICLE_URL = "{date:%Y}/{date:%-m}/{slug}/"\nDEFAULT_LANG = "de"\nTIMEZONE = os.environ["TZ"]',
                "publishconf.py": 'from pelicanconf import *\nSITEURL = "https://a.example"',
            },
            {
                "content": "content",
                "base_url": "https://a.example",
                "url": "/{date:%Y}/{date:%m}/:slug/",
                "language": "de",
            },
        ),
        (
            {
                "conf.py": 'POSTS = (("posts/*.md", "blog", "post.tmpl"),)\n'
                'PAGES = (("guide/*.md", {"en": "guide", "fr": "manuel"}, "x"),)\nPRETTY_URLS = False\n'
                'SITE_URL = "https://a.example/"\nDEFAULT_LANG = "en"\nTRANSLATIONS = {"en": "", "fr": "./fr"}',
            },
            {
                "content": ".",
                "base_url": "https://a.example",
                "language": "en",
                "languages": ["en", "fr"],
                "urls": {
                    "posts": "/blog/:path.html",
                    "guide": "/guide/:path.html",
                    "guide/:lang": "/manuel/:path.html",
                },
            },
        ),
        (
            {
                "docusaurus.config.js": "const x = 1;\nmodule.exports = {url: 'https://a.example', baseUrl: '/b/',"
                " presets: [['classic', {docs: {path: 'handbook', routeBasePath: '/'}, blog: {exclude: ['old/**']}}]],"
                " i18n: {defaultLocale: 'en', locales: ['en', 'fr']}}",
                "handbook/": "",
                "blog/": "",
                "i18n/fr/docusaurus-plugin-content-blog/": "",
            },
            {
                "content": ".",
                "base_url": "https://a.example/b",
                "language": "en",
                "languages": ["en", "fr"],
                "urls": {
                    "handbook": "/:doc",
                    "blog": "/blog/:post",
                    "i18n/fr/docusaurus-plugin-content-blog": "/fr/blog/:post",
                },
                "exclude": ["/blog/old/**"],
            },
        ),
        (
            {
                "astro.config.mjs": "export default defineConfig({site: 'https://a.example', base: 'b',"
                " trailingSlash: 'never'})",
                "src/content/notes/": "",
            },
            {
                "content": "src",
                "base_url": "https://a.example/b",
                "urls": {"content/notes": "/notes/:id", "pages": "/:page"},
            },
        ),
        (
            {"config.toml": 'base_url = "https://a.example"\ndefault_language = "de"\n[languages.fr]\n'},
            {"content": "content", "base_url": "https://a.example", "language": "de", "languages": ["de", "fr"]},
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_the_settings_say_is_carried_over(tmp_path: Path, files: dict[str, str], expected: dict[str, Any]) -> None:
    found = dict(recognised(tmp_path, files).settings)
    assert found == expected
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "name", ["hugo.toml", "_config.yml", "mkdocs.yml", "pelicanconf.py", "package.json", "config.php"]
)
@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"{" * 100_000,
        b"a: &a [*a, *a]\n" * 1_000,
        b"(" * 100_000,
        b"x" * 2_000_000,
        b"",
    ],
    ids=range(7),
)
def test_settings_that_are_broken_or_hostile_break_nothing(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "source").mkdir()
    for found in recognise(tmp_path):
        assert found.settings.get("content")


def test_a_folder_or_a_pipe_by_the_name_of_settings_is_none(tmp_path: Path) -> None:
    import os

    (tmp_path / "hugo.toml").mkdir()
    os.mkfifo(tmp_path / "mkdocs.yml")
    assert recognise(tmp_path) == []


def test_notes_are_few_and_short_whatever_the_settings_say(tmp_path: Path) -> None:
    expressions = ", ".join(f'"{number}{"x" * 5_000}("' for number in range(100))
    found = recognised(tmp_path, {"hugo.toml": f"ignoreFiles = [{expressions}]"})
    assert 1 < len(found.notes) <= LIMITS.warnings + 1
    assert max(map(len, found.notes)) < 400
    assert found.notes[-1] == f"and so on, {100 - LIMITS.warnings} times more"


@pytest.mark.parametrize("host", ["https://[web]", "https://[", "http://℀.example", "https://:80"])
def test_a_host_that_is_none_is_no_beginning_of_a_site(tmp_path: Path, host: str) -> None:
    settings = recognised(tmp_path, {"_config.yml": f"url: '{host}'\nbaseurl: /museum\n"}).settings
    assert settings["base_url"] == "/museum"
