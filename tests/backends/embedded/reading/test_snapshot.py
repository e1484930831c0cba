"""What a snapshot reads of long lists is what it reads of short ones."""

from __future__ import annotations

from contextlib import closing

import pytest

from article_search.backends.embedded import EmbeddedBackend
from article_search.query.tree import And, Term
from tests.shelf import ask, backend_at, commit, made_up


def test_long_lists_of_places_are_read_for_the_documents_only_with_the_same_result(embedded: EmbeddedBackend) -> None:
    articles = made_up(60)
    commit(embedded, articles[:25])
    commit(embedded, articles[25:], removed=tuple(each.id for each in articles[3:9]))
    tree = And((Term("roma"), Term("fee"), Term("smalls")))
    expected = ask(embedded, tree, any=True).hits
    with pytest.MonkeyPatch.context() as patch, closing(backend_at(embedded._folder)) as fresh:
        patch.setattr("article_search.backends.embedded.reading.snapshot._WHOLE_PLACES", 0)
        assert ask(fresh, tree, any=True).hits == expected
