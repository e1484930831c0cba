"""The wheel, not the checkout: what is in it, and that it works in a clean environment from another folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

from article_search import __version__

ROOT = Path(__file__).parents[1]


def succeed(*command: str | Path, cwd: Path) -> str:
    """Runs a command that does not see the checkout; its standard output."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ARTICLES_", "PYTHON"))}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    succeed(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def commands(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a clean environment that has the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(folder)
    commands = folder / ("Scripts" if os.name == "nt" else "bin")
    python = commands / "python"
    succeed(sys.executable, "-m", "pip", "--python", python, "install", "-q", wheel, cwd=folder)
    return commands


def test_the_wheel_has_every_file_of_the_package_and_the_web_and_nothing_else(wheel: Path) -> None:
    def files(folder: Path, name: str) -> set[str]:
        found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        return {f"{name}/{path.relative_to(folder).as_posix()}" for path in found}

    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = files(ROOT / "src/article_search", "article_search") | files(ROOT / "web", "article_search/web_files")
    assert packed == expected
    assert "article_search/py.typed" in packed
    assert any(name.endswith(".css") for name in packed)


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        headers = HeaderParser().parsestr(archive.read(metadata).decode())
        assert any(name.endswith("LICENSE") for name in archive.namelist())
    assert headers["Name"] == "article-search"
    assert headers["Version"] == __version__
    assert headers["Requires-Python"] == "<3.15,>=3.11"
    assert headers["License-Expression"] == "MIT"


def test_the_installed_wheel_indexes_and_finds_from_another_folder(commands: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    articles = commands / "articles"
    assert re.search(r"rejected +0\n", succeed(articles, "index", cwd=tmp_path))
    found = succeed(articles, "search", "Smalling", "Roma", "fee", cwd=tmp_path)
    first = found.splitlines()[2]
    assert first.startswith("1. ")
    assert "Smalling" in first
    assert succeed(articles, "search", "Smalling", "--paths", "--limit", "1", cwd=tmp_path).startswith("content/")


def test_the_installed_wheel_has_its_search_page(commands: Path, tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "bridge.md").write_text("---\ntitle: The bridge\n---\nTwo cables.\n")
    succeed(commands / "articles", "index", cwd=tmp_path)
    program = (
        "import article_search, pathlib\n"
        "from article_search import engine, settings, web\n"
        "assert 'site-packages' in pathlib.Path(article_search.__file__).parts\n"
        "client = web.create_app(engine.Engine(settings.Settings())).test_client()\n"
        "print(client.get('/?q=cables').get_data(as_text=True), client.get('/static/style.css').status)\n"
    )
    shown = succeed(commands / "python", "-c", program, cwd=tmp_path)
    assert "The bridge" in shown
    assert "200 OK" in shown
