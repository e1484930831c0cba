"""One article as a terminal shows it."""

from __future__ import annotations

from article_search.answering.results import Document
from article_search.terminal import articles
from tests.terminal.material import PIPE, hit


def test_an_article_is_shown_as_it_was_understood() -> None:
    document = Document(hit(description="New cables."), "First.\n\nSecond.", ("a colon was read as text",), "english")
    assert articles.document_lines(document, PIPE) == [
        "The bridge reopens",
        "id          2020/bridge.md",
        "url         /blog/bridge",
        "date        2020-09-15T12:28:00+00:00",
        "categories  latest, transport",
        "image       none",
        "warning: a colon was read as text",
        "",
        "New cables.",
        "",
        "First.",
        "",
        "Second.",
    ]
