"""An index made by an earlier build of this version is still read: one is kept in tests/data/index.

Whoever changes the format on purpose changes ``container.VERSION``, ``store.FORMAT`` or ``schema.ANALYSIS``, so that
old indexes are rebuilt and not misread, and makes the stored one anew: ``python -m tests.backends.test_compatibility``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from whoosh.index import open_dir

from article_search.backends.embedded import store
from article_search.query.tree import EVERY, And, Category, Phrase, Prefix, Term
from tests.shelf import article, ask, backend_at, commit, document, made_up

STORED = Path(__file__).parent / "data" / "index"


def make(folder: Path) -> None:
    """Two segments, one with a deleted document."""
    backend = backend_at(folder)
    commit(
        backend, [*made_up(12, seed=5), article("roma.md", "Roma want Smalling", "A fee of £20million", image="/r.png")]
    )
    commit(backend, [article("second.md", "Zwölf Boxkämpfer", "jagen Viktor")], removed=("003.md",))
    backend.close()


def test_the_stored_index_is_read_as_it_was_meant(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    shutil.copytree(STORED, folder)
    backend = backend_at(folder)
    assert backend.verify() == ()
    assert backend.summary().articles == 13
    assert ask(backend, EVERY).total == 13
    first = ask(backend, And((Term("smalling"), Phrase("a fee of"), Prefix("20mil")))).hits[0]
    assert (first.id, first.title, first.image) == ("roma.md", "Roma want Smalling", "/r.png")
    assert document(backend, "second.md").body == "jagen Viktor"
    assert {hit.id for hit in ask(backend, Term("boxkampfer")).hits} == {"second.md"}
    assert ask(backend, Category("us news")).total > 0
    backend.close()


def test_the_stored_index_can_be_built_upon(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    shutil.copytree(STORED, folder)
    backend = backend_at(folder)
    known = len(backend.files())
    commit(backend, [article("third.md", "One more")])
    assert (len(backend.files()), backend.summary().articles) == (known + 1, 14)
    assert backend.verify() == ()
    backend.close()


def test_whoosh_reads_the_stored_index() -> None:
    with open_dir(str(STORED)).searcher() as searcher:
        assert searcher.doc_count() == 13
        assert searcher.document(id="roma.md")["title"] == "Roma want Smalling"
    assert store.generation(STORED) == 2


if __name__ == "__main__":
    shutil.rmtree(STORED, ignore_errors=True)
    make(STORED)
    (STORED / "articles.lock").unlink()
