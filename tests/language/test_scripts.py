"""Each row of scripts.py: what a reader of the language types finds the article, or does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from article_search.engine import Engine
from article_search.query.search import Search
from article_search.settings import Settings
from tests.language.scripts import ROWS, Row

# Rows that are not right yet, by their numbers; one that comes right must be taken out.
NOT_YET: dict[str, set[int]] = {
    "lo": {8},  # one letter for two that stand beside each other
    "en": {9},  # blanks and brackets in a number
}


def _marks(language: str, number: int) -> tuple[pytest.MarkDecorator, ...]:
    wanting = number in NOT_YET.get(language, ())
    return (pytest.mark.xfail(strict=True, reason="scripts.py wants more than is done"),) * wanting


CASES = [
    pytest.param(language, number, id=f"{language}-{number}", marks=_marks(language, number))
    for language, rows in ROWS.items()
    for number in range(len(rows))
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Engine]]:
    """Makes the site with all the articles of a language, once."""
    engines: dict[str, Engine] = {}
    with ExitStack() as stack:

        def made(language: str) -> Engine:
            if language not in engines:
                folder = tmp_path_factory.mktemp(language)
                settings = Settings(content=folder / "content", index=folder / "index", workers=1)
                _write(language, settings.content)
                engines[language] = stack.enter_context(Engine(settings))
                engines[language].index()
            return engines[language]

        yield made


def _write(language: str, content: Path) -> None:
    content.mkdir()
    for number, row in enumerate(ROWS[language]):
        text = f"---\ntitle: {number}\nlanguage: {language}\n---\n{row.article}\n"
        (content / f"{number}.md").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("language", "number"), CASES)
def test_what_is_typed_finds_the_article(language: str, number: int, site: Callable[[str], Engine]) -> None:
    row: Row = ROWS[language][number]
    results = site(language).search(Search(row.typed, exact=True, strict=True, each=True, limit=100))
    found = f"{number}.md" in {hit.id for hit in results.hits}
    assert found == row.found, row
