"""What the folder keeps for likeness lives through merges, is passed over when not wanted, and its damage is named."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from article_search.answering.likeness import Reranker
from article_search.backends.embedded import EmbeddedBackend
from article_search.backends.embedded.columnar.container import PAGE
from article_search.errors import IndexDamagedError
from tests.axes import AXES, NEWS, RERANKER, Axes, ask, cosines, expected_cosine, ids, scores
from tests.shelf import ZONE, article, backend_at, commit


class MoreAxes(Axes):
    """Another model, which has taken the name of the first."""

    size = 5


VECTORS, MORE = RERANKER.vectors, Reranker("axes", MoreAxes, 1.0)


@pytest.mark.parametrize("workers", [1, 2])
def test_vectors_live_through_deletions_merges_and_workers(tmp_path: Path, workers: int) -> None:
    words = list(AXES)
    backend = backend_at(tmp_path / "index", workers, VECTORS)
    many = [article(f"{n:03}.md", words[n % 7], f"{words[n % 5]} {words[n % 3]} no {n}") for n in range(230)]
    commit(backend, many)
    for start in range(0, 60, 6):
        commit(backend, many[start : start + 6], removed=(many[-1 - start].id,))
    found = cosines(backend, "smoke")
    assert 100 <= len(found) <= len(many)
    for each in many:
        if each.id in found:
            assert found[each.id] == pytest.approx(expected_cosine("smoke", each), abs=0.01)


def test_articles_without_a_vector_keep_their_score_also_when_merged(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    commit(EmbeddedBackend(folder, signature=f"test vectors {RERANKER.name}", zone=ZONE), NEWS[:2])
    backend = backend_at(folder, vectors=VECTORS)
    commit(backend, NEWS[2:])
    assert {id for id, cosine in cosines(backend, "sea").items() if cosine} == {"sea.md", "plain.md"}
    for number in range(4):
        commit(backend, [article(f"more{number}.md", "", "a cat")])
    assert len(backend._snapshot().record.segments) < 4
    assert {id for id, cosine in cosines(backend, "sea").items() if cosine} == {"sea.md", "plain.md"}


def test_switched_on_the_index_answers_as_before_until_the_next_run_rebuilds_it(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    commit(without := backend_at(folder), NEWS)
    backend = backend_at(folder, vectors=VECTORS)
    assert ask(backend, "sea report").hits == ask(without, "sea report", None).hits
    assert not backend.signature_matches()
    writer = backend.writer(wait=False, full=False)
    assert writer.rebuild_reason and "settings" in writer.rebuild_reason
    writer.close()


def test_switched_off_nothing_is_rebuilt_and_the_vectors_are_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    commit(backend_at(folder, vectors=VECTORS), NEWS)
    without = backend_at(folder)
    assert without.signature_matches()
    assert len(set(scores(ask(without, "sea report", None)).values())) == 1
    commit(without, [article("more.md", "", "sea report")])
    assert len(ids(ask(without, "sea report", None))) == 5
    assert not backend_at(folder, vectors=VECTORS).signature_matches()  # the new one has no vector


def test_vectors_of_another_model_are_not_compared(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    commit(backend_at(folder, vectors=VECTORS), NEWS)
    others = Reranker("others", Axes, 1.0)
    other = backend_at(folder, vectors=others.vectors)
    assert len(set(scores(ask(other, "sea report", others)).values())) == 1
    assert not other.signature_matches()


def test_a_changed_vector_is_named_as_damage(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    backend = backend_at(folder, vectors=VECTORS)
    commit(backend, [article(f"{n}.md", "sea", "tide " * (PAGE // 5)) for n in range(3)])
    (file,) = folder.glob("*.cdo")
    data = bytearray(file.read_bytes())
    data[data.index(Axes().vector("sea").astype(np.int8).tobytes().replace(b"\1", b"\x7f")) + 1] ^= 4
    file.write_bytes(data)
    damaged = backend_at(folder, vectors=VECTORS)
    with pytest.raises(IndexDamagedError, match=re.escape(file.name)):
        ask(damaged, "sea")
    assert any(file.name in line for line in damaged.verify())


def test_an_array_that_cannot_be_one_of_vectors_is_named_as_damage(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    commit(backend_at(folder, vectors=VECTORS), NEWS)
    with pytest.raises(IndexDamagedError, match=r"meaning\.axes"):
        ask(backend_at(folder, vectors=MORE.vectors), "sea", MORE)


def test_arrays_that_do_not_fit_one_another_are_not_merged(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    commit(backend_at(folder, vectors=VECTORS), NEWS[:1])
    other = backend_at(folder, vectors=MORE.vectors)
    with pytest.raises(IndexDamagedError, match=r"meaning\.axes"):
        for each in NEWS[1:]:
            commit(other, [each])
