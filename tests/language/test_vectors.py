"""Vectors of texts by the real model, where it is installed; where it is not, what to do is said."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from article_search.engine import Engine
from article_search.errors import SettingsError
from article_search.language import vectors
from article_search.settings import Semantic, Settings


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
    monkeypatch.setattr(vectors, "_folder", lambda: tmp_path)
    with pytest.raises(SettingsError, match="cannot be read") as caught:
        vectors.load()
    assert "\n" not in str(caught.value)


INSTALLED = all(importlib.util.find_spec(name) for name in ("wordllama", "tokenizers"))
real = pytest.mark.skipif(not INSTALLED, reason="the extra semantic is not installed")


@pytest.fixture(scope="module")
def model() -> vectors.WordVectors:
    return vectors.load()


@real
def test_texts_on_one_subject_are_alike_without_a_common_word(model: vectors.WordVectors) -> None:
    query = model.vector("illness")
    near, far = (
        float(query @ model.vector(text)) for text in ("a nurse in the hospital", "the goalkeeper saved a penalty")
    )
    assert near > far + 0.1


@real
def test_vectors_are_of_length_one_whatever_the_case_and_the_blanks(model: vectors.WordVectors) -> None:
    vector = model.vector("The harbour\u00a0at\n\nnight")
    assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-5)
    assert vector.tolist() == model.vector("  the HARBOUR at night ").tolist()
    assert vector.dtype == np.float32 and vector.shape == (model.size,)


@real
def test_words_may_count_more_and_less(model: vectors.WordVectors) -> None:
    assert model.vector("Harbour night", {"Harbour": 1.0, "night": 0.0}.__getitem__) == pytest.approx(
        model.vector("harbour"), abs=1e-5
    )
    assert model.vector("harbour night", lambda word: 2.0) == pytest.approx(model.vector("harbour night"), abs=1e-5)
    assert not model.vector("harbour night", lambda word: 0.0).any()


@real
def test_for_many_texts_the_vectors_are_the_same(model: vectors.WordVectors) -> None:
    text = "The ferry to the harbour at night " * 50
    assert model.for_many().vector(text).tolist() == pytest.approx(model.vector(text).tolist(), abs=1e-5)


@real
@pytest.mark.parametrize("text", ["", " \n", "\u00a0", "\ud800", "\0", "x" * 100_000, "🦉" * 300, "ж" * 200, "<s>"])
def test_odd_texts_have_a_vector_too_or_none(model: vectors.WordVectors, text: str) -> None:
    length = float(np.linalg.norm(model.vector(text)))
    assert length == pytest.approx(1, abs=1e-5) or (length == 0 and not text.strip())


@real
def test_words_are_forgotten_when_there_are_too_many(
    model: vectors.WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = model.vector("the harbour at night").tolist()
    monkeypatch.setattr(vectors, "_KNOWN", 2)
    fresh = vectors.load()
    assert fresh.vector("the harbour at night").tolist() == before
    assert len(fresh._known) <= 2


@real
def test_vectors_are_those_of_the_package_itself(model: vectors.WordVectors) -> None:
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
