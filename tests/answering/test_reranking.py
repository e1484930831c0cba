"""The first articles of an answer in order of likeness (reranking.py), by made-up vectors and by the real model."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from article_search.answering.results import Request, Results
from article_search.backends.embedded import EmbeddedBackend, reranking, wordvectors
from article_search.backends.embedded.columnar.container import PAGE
from article_search.backends.embedded.reranking import Reranker
from article_search.engine import Engine
from article_search.errors import IndexDamagedError, SettingsError
from article_search.query.parser import parse
from article_search.reading.article import Article
from article_search.settings import Semantic, Settings
from tests.backends.test_embedded import ZONE, article, commit

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
AXES = {"sea": 0, "harbour": 0, "tide": 0, "fire": 1, "smoke": 1, "bank": 2, "loan": 2}


class Axes:
    """A model of a few words, each of which lies on one of three axes."""

    name = "axes"
    size = 3

    def for_many(self) -> Axes:
        return self

    def vector(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self.size, np.float32)
        for word in re.findall(r"\w+", text.lower()):
            if word in AXES:
                vector[AXES[word]] += 1
        length = float(np.linalg.norm(vector))
        return vector / np.float32(length) if length else vector


class MoreAxes(Axes):
    """Another model, which has taken the name of the first."""

    size = 5


AXES_RERANKER = Reranker("axes", Axes, 1.0)


def backend_at(
    folder: Path, reranker: Reranker | None = AXES_RERANKER, signature: str = "test", workers: int = 1
) -> EmbeddedBackend:
    return EmbeddedBackend(folder, signature=signature, zone=ZONE, workers=workers, reranker=reranker)


def ask(backend: EmbeddedBackend, words: str, **options: Any) -> Results:
    return backend.search(Request(query=parse(words, NOW), **({"limit": 100, "each": True} | options)))


def ids(results: Results) -> list[str]:
    return [hit.id for hit in results.hits]


def scores(results: Results) -> dict[str, float]:
    return {hit.id: hit.score for hit in results.hits}


def cosines(backend: EmbeddedBackend, words: str) -> dict[str, float]:
    snapshot = backend._snapshot()
    numbers = {id: snapshot.number(id) for id in ids(ask(backend, ""))}
    return {
        id: AXES_RERANKER.cosine(snapshot, parse(words, NOW), number)
        for id, number in numbers.items()
        if number is not None
    }


def expected_cosine(words: str, of: Article) -> float:
    model = Axes()
    vector = model.vector(of.title) + model.vector(f"{of.description} {of.body}")
    return float(model.vector(words) @ vector / (np.linalg.norm(vector) or 1))


NEWS = [
    article("bank.md", "Notes", "sea report of a bank and a loan and a bank"),
    article("fire.md", "Notes", "sea report of a fire and a smoke and a fire"),
    article("sea.md", "Notes", "sea report of a tide and a harbour and a tide"),
    article("plain.md", "Notes", "sea report of a cat and a mouse and a dog"),
]


# ---- order and scores ----


def test_the_more_alike_comes_first_where_the_words_say_the_same(tmp_path: Path) -> None:
    with_vectors, without = backend_at(tmp_path / "with"), backend_at(tmp_path / "without", None)
    for backend in (with_vectors, without):
        commit(backend, NEWS)
    assert len(set(scores(ask(without, "sea report")).values())) == 1
    assert ids(ask(with_vectors, "sea report"))[0] == "sea.md"
    assert sorted(ids(ask(with_vectors, "sea report"))) == sorted(ids(ask(without, "sea report")))


def test_a_score_grows_by_the_cosine_times_the_best_score_times_the_weight(tmp_path: Path) -> None:
    with_vectors, without = backend_at(tmp_path / "with"), backend_at(tmp_path / "without", None)
    for backend in (with_vectors, without):
        commit(backend, NEWS)
    before, after = scores(ask(without, "sea report")), scores(ask(with_vectors, "sea report"))
    weight = 2 / (2 + 10)
    for each in NEWS:
        expected = before[each.id] + weight * max(before.values()) * expected_cosine("sea report", each)
        assert after[each.id] == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(("words", "weight"), [("sea", 1 / 11), ("a report of the sea", 5 / 15), ("sea -fire", 1 / 11)])
def test_the_likeness_counts_the_less_the_fewer_words_there_are(words: str, weight: float) -> None:
    assert AXES_RERANKER.weight_for(parse(words, NOW)) == pytest.approx(weight)
    assert Reranker("axes", Axes, 0.5).weight_for(parse(words, NOW)) == pytest.approx(weight / 2)


def test_no_article_comes_before_one_with_more_of_what_was_asked(tmp_path: Path) -> None:
    backend = backend_at(tmp_path / "index", Reranker("axes", Axes, 2.0))
    commit(backend, [article("both.md", "", "fire in a ledger"), *(article(f"{n}.md", "", "fire fire") for n in "abc")])
    results = ask(backend, "fire ledger")
    assert results.relaxed and results.strict_total == 1
    assert ids(results)[0] == "both.md"


def test_pages_continue_one_another_and_only_the_first_are_put_in_order_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reranking, "FIRST", 7)
    others = ["tide", "fire", "bank"]
    many = [article(f"{n:02}.md", "", "sea report " + f"{others[n % 3]} " * (1 + n % 4)) for n in range(20)]
    with_vectors, without = backend_at(tmp_path / "with"), backend_at(tmp_path / "without", None)
    for backend in (with_vectors, without):
        commit(backend, many)
    whole, before = ask(with_vectors, "sea report"), ask(without, "sea report")
    assert ids(whole) != ids(before)
    assert sorted(ids(whole)[:7]) == sorted(ids(before)[:7])
    assert ids(whole)[7:] == ids(before)[7:]
    assert list(scores(whole).values()) == sorted(scores(whole).values(), reverse=True)
    for limit in (3, 7, 8):
        pages = [ask(with_vectors, "sea report", limit=limit, page=page) for page in range(1, 20 // limit + 2)]
        assert [id for page in pages for id in ids(page)] == ids(whole)


def test_other_orders_and_queries_without_words_are_left_alone(tmp_path: Path) -> None:
    with_vectors, without = backend_at(tmp_path / "with"), backend_at(tmp_path / "without", None)
    for backend in (with_vectors, without):
        commit(backend, NEWS)
    for words, options in (("sea", {"sort": "newest"}), ("sea", {"sort": "oldest"}), ("", {}), ("category:sports", {})):
        one, other = ask(with_vectors, words, **options), ask(without, words, **options)
        assert [(hit.id, hit.score) for hit in one.hits] == [(hit.id, hit.score) for hit in other.hits]


def test_words_that_must_not_be_there_and_unfinished_ones_say_nothing(tmp_path: Path) -> None:
    backend = backend_at(tmp_path / "index")
    commit(backend, NEWS)
    assert cosines(backend, "sea -fire") == cosines(backend, "sea")
    assert cosines(backend, "sea fir*") == cosines(backend, "sea")
    assert cosines(backend, "sea title:fire") == cosines(backend, "sea fire") != cosines(backend, "sea")
    assert set(cosines(backend, "-fire").values()) == {0.0}


def test_the_text_of_plain_words_counts_as_typed() -> None:
    heard: list[str] = []

    class Listening(Axes):
        def vector(self, text: str) -> NDArray[np.float32]:
            heard.append(text)
            return super().vector(text)

    class NoVectors:
        @staticmethod
        def has_rows(name: str) -> bool:
            return name == "meaning.axes"

        @staticmethod
        def rows(name: str, documents: NDArray[Any], width: int) -> NDArray[np.uint8]:
            return np.zeros((len(documents), width), np.uint8)

    snapshot: Any = NoVectors()
    for words in ("Sea, sea and the fire?", '"sea fire" bank -loan', ""):
        assert Reranker("axes", Listening, 1.0).cosine(snapshot, parse(words, NOW), 0) == 0
    assert heard == ["Sea, sea and the fire?", "sea fire bank"]


# ---- what is kept ----


@pytest.mark.parametrize("workers", [1, 2])
def test_vectors_live_through_deletions_merges_and_workers(tmp_path: Path, workers: int) -> None:
    words = list(AXES)
    backend = backend_at(tmp_path / "index", workers=workers)
    many = [article(f"{n:03}.md", words[n % 7], f"{words[n % 5]} {words[n % 3]} no {n}") for n in range(230)]
    commit(backend, many)
    for start in range(0, 60, 6):
        commit(backend, many[start : start + 6], removed=(many[-1 - start].id,))
    found = cosines(backend, "sea smoke")
    assert 100 <= len(found) <= len(many)
    for each in many:
        if each.id in found:
            assert found[each.id] == pytest.approx(expected_cosine("sea smoke", each), abs=0.01)


def test_articles_without_a_vector_keep_their_score_also_when_merged(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    commit(backend_at(folder, None, signature=reranking.signature("test", AXES_RERANKER)), NEWS[:2])
    backend = backend_at(folder)
    commit(backend, NEWS[2:])
    assert {id for id, cosine in cosines(backend, "sea").items() if cosine} == {"sea.md", "plain.md"}
    for number in range(4):
        commit(backend, [article(f"more{number}.md", "", "a cat")])
    assert len(backend._snapshot().record.segments) < 4
    assert {id for id, cosine in cosines(backend, "sea").items() if cosine} == {"sea.md", "plain.md"}


def test_an_empty_article_has_no_vector_and_does_no_harm(tmp_path: Path) -> None:
    backend = backend_at(tmp_path / "index")
    commit(backend, [article("empty.md"), *NEWS])
    assert cosines(backend, "sea")["empty.md"] == 0


# ---- switching on and off ----


def test_switched_on_the_index_answers_as_before_until_the_next_run_rebuilds_it(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    commit(without := backend_at(folder, None), NEWS)
    backend = backend_at(folder)
    assert ask(backend, "sea report").hits == ask(without, "sea report").hits
    assert not backend.signature_matches()
    writer = backend.writer(wait=False, full=False)
    assert writer.rebuild_reason and "settings" in writer.rebuild_reason
    writer.close()


def test_switched_off_nothing_is_rebuilt_and_the_vectors_are_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    commit(backend_at(folder), NEWS)
    without = backend_at(folder, None)
    assert without.signature_matches()
    assert len(set(scores(ask(without, "sea report")).values())) == 1
    commit(without, [article("more.md", "", "sea report")])
    assert len(ids(ask(without, "sea report"))) == 5
    assert not backend_at(folder).signature_matches()  # the new one has no vector


def test_vectors_of_another_model_are_not_compared(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    commit(backend_at(folder), NEWS)
    other = backend_at(folder, Reranker("others", Axes, 1.0))
    assert len(set(scores(ask(other, "sea report")).values())) == 1
    assert not other.signature_matches()


# ---- damage ----


def test_a_changed_vector_is_named_as_damage(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    backend = backend_at(folder)
    commit(backend, [article(f"{n}.md", "sea", "tide " * (PAGE // 5)) for n in range(3)])
    (file,) = folder.glob("*.cdo")
    data = bytearray(file.read_bytes())
    data[data.index(Axes().vector("sea").astype(np.int8).tobytes().replace(b"\1", b"\x7f")) + 1] ^= 4
    file.write_bytes(data)
    damaged = backend_at(folder)
    with pytest.raises(IndexDamagedError, match=re.escape(file.name)):
        ask(damaged, "sea")
    assert any(file.name in line for line in damaged.verify())


def test_an_array_that_cannot_be_one_of_vectors_is_named_as_damage(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    commit(backend_at(folder), NEWS)
    with pytest.raises(IndexDamagedError, match=r"meaning\.axes"):
        ask(backend_at(folder, Reranker("axes", MoreAxes, 1.0)), "sea")


def test_arrays_that_do_not_fit_one_another_are_not_merged(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    commit(backend_at(folder), NEWS[:1])
    other = backend_at(folder, Reranker("axes", MoreAxes, 1.0))
    with pytest.raises(IndexDamagedError, match=r"meaning\.axes"):
        for each in NEWS[1:]:
            commit(other, [each])


# ---- the extra ----


def test_without_the_extra_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    settings = Settings(content=tmp_path, index=tmp_path / "index", semantic=Semantic(enabled=True))
    with pytest.raises(SettingsError, match=r"pip install 'article-search\[semantic\]'"):
        Engine(settings)
    Engine(Settings(content=tmp_path, index=tmp_path / "index")).close()


@pytest.mark.parametrize("broken", ["nothing there", "no vectors", "other vectors"])
def test_a_broken_installation_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    pytest.importorskip("tokenizers", reason="the extra semantic is not installed")
    if broken != "nothing there":
        for folder in ("weights", "tokenizers"):
            (tmp_path / folder).mkdir()
        header = b'{"embedding.weight": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}}'
        data = b"\xff" * 30 if broken == "no vectors" else len(header).to_bytes(8, "little") + header + bytes(16)
        (tmp_path / "weights" / "l2_supercat_256.safetensors").write_bytes(data)
    monkeypatch.setattr(wordvectors, "_folder", lambda: tmp_path)
    with pytest.raises(SettingsError, match="cannot be read") as caught:
        wordvectors.load()
    assert "\n" not in str(caught.value)


INSTALLED = all(importlib.util.find_spec(name) for name in ("wordllama", "tokenizers"))
real = pytest.mark.skipif(not INSTALLED, reason="the extra semantic is not installed")


@pytest.fixture(scope="module")
def model() -> wordvectors.WordVectors:
    return wordvectors.load()


@real
def test_texts_on_one_subject_are_alike_without_a_common_word(model: wordvectors.WordVectors) -> None:
    query = model.vector("illness")
    near, far = (
        float(query @ model.vector(text)) for text in ("a nurse in the hospital", "the goalkeeper saved a penalty")
    )
    assert near > far + 0.1


@real
def test_vectors_are_of_length_one_whatever_the_case_and_the_blanks(model: wordvectors.WordVectors) -> None:
    vector = model.vector("The harbour\u00a0at\n\nnight")
    assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-5)
    assert vector.tolist() == model.vector("  the HARBOUR at night ").tolist()
    assert vector.dtype == np.float32 and vector.shape == (model.size,)


@real
def test_for_many_texts_the_vectors_are_the_same(model: wordvectors.WordVectors) -> None:
    text = "The ferry to the harbour at night " * 50
    assert model.for_many().vector(text).tolist() == pytest.approx(model.vector(text).tolist(), abs=1e-5)


@real
@pytest.mark.parametrize("text", ["", " \n", "\u00a0", "\ud800", "\0", "x" * 100_000, "🦉" * 300, "ж" * 200, "<s>"])
def test_odd_texts_have_a_vector_too_or_none(model: wordvectors.WordVectors, text: str) -> None:
    length = float(np.linalg.norm(model.vector(text)))
    assert length == pytest.approx(1, abs=1e-5) or (length == 0 and not text.strip())


@real
def test_words_are_forgotten_when_there_are_too_many(
    model: wordvectors.WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = model.vector("the harbour at night").tolist()
    monkeypatch.setattr(wordvectors, "_KNOWN", 2)
    fresh = wordvectors.load()
    assert fresh.vector("the harbour at night").tolist() == before
    assert len(fresh._known) <= 2


@real
def test_vectors_are_those_of_the_package_itself(model: wordvectors.WordVectors) -> None:
    texts = ["harbour", "the ferry came late, and nobody minded.", "a vaccine trial in oxford (phase 3)"]
    program = (
        "import json, sys, pathlib, wordllama; here = pathlib.Path(wordllama.__file__).parent;"
        "model = wordllama.WordLlama.load(cache_dir=here, disable_download=True);"
        "print(json.dumps(model.embed(json.loads(sys.argv[1]), norm=True).tolist()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, json.dumps(texts)], capture_output=True, text=True, check=True, timeout=120
    )
    theirs = np.asarray(json.loads(done.stdout), np.float32)
    ours = np.stack([model.vector(text) for text in texts])
    assert np.einsum("ij,ij->i", ours, theirs).tolist() == pytest.approx([1, 1, 1], abs=1e-4)


@real
def test_a_site_that_has_switched_it_on_finds_the_more_alike_first(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    for name, text in (
        ("a", "Kitchen work: flour, butter, a hot oven and a loaf of bread"),
        ("b", "Hospital work: doctors, patients, a long night on the ward"),
        ("c", "Building work: bricks, mortar, a tall crane and a steel beam"),
    ):
        (content / f"{name}.md").write_text(f"---\ntitle: A day at work\n---\n{text}\n", encoding="utf-8")
    with Engine(Settings(content=content, index=tmp_path / "index", semantic=Semantic(enabled=True))) as engine:
        assert engine.index().added == 3
        for words, first in (
            ("work of a baker", "a.md"),
            ("work of a nurse", "b.md"),
            ("work of a builder", "c.md"),
        ):
            assert engine.search(words).hits[0].id == first
        assert engine.index().unchanged == 3
        assert not engine.status().stale
