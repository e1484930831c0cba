"""The application as other servers load it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = (
    "from article_search.wsgi import app;"
    "print(app.test_client().get('/').text.partition('<title>')[2].partition('<')[0])"
)


def load(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("ARTICLES_")}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env=variables | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "bridge.md").write_text("---\ntitle: The bridge\n---\nTwo cables.\n")
    (tmp_path / "articles.toml").write_text('title = "The Gazette"\n')
    command = [sys.executable, "-m", "article_search", "index"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    return tmp_path


def test_it_is_set_up_by_the_folders_settings_or_by_the_environment(
    site: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert load(site).stdout == "The Gazette\n"
    elsewhere = tmp_path_factory.mktemp("elsewhere")  # below the site its settings would count
    assert (
        load(elsewhere, ARTICLES_CONFIG=str(site / "articles.toml"), ARTICLES_INDEX=str(site / "index")).stdout
        == "The Gazette\n"
    )
    assert load(elsewhere, ARTICLES_INDEX=str(site / "index")).stdout == "Search\n"


def test_settings_that_cannot_be_read_are_told_of_in_one_line(site: Path) -> None:
    (site / "articles.toml").write_text("[web]\nport = 80\n")
    done = load(site)
    assert done.returncode == 3
    assert done.stderr.startswith("articles: articles.toml: 'web': 'port' is no setting")
    assert done.stderr.count("\n") == 1
