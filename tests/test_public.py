"""What others import of the package, and no more; what README and guide name stays where they name it."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import article_search
from article_search import errors

ERRORS = {
    "ArticleError",
    "ArticleSearchError",
    "IndexBusyError",
    "IndexDamagedError",
    "IndexFormatError",
    "IndexStateError",
    "IndexUnavailableError",
    "IndexUnreadableError",
    "NoIndexError",
    "NotFoundError",
    "OptionError",
    "SettingsError",
}


def test_the_public_names_are_these() -> None:
    assert set(article_search.__all__) == {"Engine", "Search", "Settings", "__version__", *ERRORS}


def test_every_error_is_public() -> None:
    own = {name for name, one in vars(errors).items() if isinstance(one, type) and one.__module__ == errors.__name__}
    assert own == ERRORS


@pytest.mark.parametrize("name", article_search.__all__)
def test_a_public_name_is_what_its_module_has(name: str) -> None:
    found = getattr(article_search, name)
    assert name == "__version__" or found is getattr(import_module(found.__module__), name)


def test_a_name_there_is_not_is_an_error_as_of_any_module() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Index'"):
        _ = article_search.Index
    with pytest.raises(ImportError):
        exec("from article_search import Index")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("article_search.engine", "Engine"),
        ("article_search.settings", "load"),
        ("article_search.settings", "Settings"),
        ("article_search.web", "create_app"),
    ],
)
def test_what_readme_and_guide_name_is_there(module: str, name: str) -> None:
    assert callable(getattr(import_module(module), name))


def loaded_by(program: str, folder: Path) -> set[str]:
    """The modules of the package that a program in a folder has imported at its end."""
    shown = f"{program}; import sys; print(*(name for name in sys.modules if name.startswith('article_search')))"
    done = subprocess.run([sys.executable, "-c", shown], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_package_costs_nothing_before_something_is_asked_of_it(tmp_path: Path) -> None:
    assert loaded_by("import article_search; article_search.__version__", tmp_path) == {"article_search"}
    asked = loaded_by("from article_search import OptionError, Search", tmp_path)
    assert asked == {f"article_search{name}" for name in ("", ".errors", ".late", ".limits", ".query", ".query.search")}


def test_servers_find_the_application(tmp_path: Path) -> None:
    assert "article_search.wsgi" in loaded_by("from article_search.wsgi import app; assert callable(app)", tmp_path)
