"""What is a text about, as numbers? The mean of the vectors of its words, by a model that the package wordllama ships.

The package is never imported: of it come two files, the vectors and what cuts words into the pieces they are of, which
the library ``tokenizers`` reads. So nothing is downloaded, ever, and a search by the model starts soon. Not here: what
becomes of a vector (answering/likeness.py).
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from article_search.errors import SettingsError
from article_search.limits import LIMITS

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NAME = "wordllama_l2_supercat_256"
SIZE = 256  # numbers of a vector
_INSTALL = "pip install 'article-search[semantic]'"
_VECTORS = "weights/l2_supercat_256.safetensors"
_PIECES = "tokenizers/l2_supercat_tokenizer_config.json"
_TENSOR = "embedding.weight"
_HEADER_BYTES = 100_000_000  # the most that the format of the file allows
_KNOWN = 100_000  # words whose pieces are kept, some 200 bytes each


class WordVectors:
    """The model. Safe to share between threads."""

    name = NAME
    size = SIZE

    def __init__(self, tokenizer: Tokenizer, vectors: NDArray[np.float16 | np.float32]) -> None:
        self._tokenizer = tokenizer
        self._vectors = vectors  # by piece
        self._known: dict[str, list[int]] = {}

    def for_many(self) -> WordVectors:
        """The same for very many texts: takes 32 MB to be twice as fast."""
        return WordVectors(self._tokenizer, self._vectors.astype(np.float32))

    def vector(self, text: str, telling: Callable[[str], float] | None = None) -> NDArray[np.float32]:
        """The direction of a text, of length 1; zeros if it has no words. Upper and lower case are one. ``telling``
        says what each word counts, which is otherwise the same."""
        pieces: list[int] = []
        weights: list[float] = []
        for word in text.split():  # not in one go: white space has pieces too, which say nothing
            lower = word.lower()
            known = self._known.get(lower)
            known = self._cut(lower) if known is None else known
            pieces += known
            if telling is not None:
                weights += [telling(word)] * len(known)
        if not pieces:
            return np.zeros(self.size, np.float32)
        vectors = self._vectors.take(pieces, axis=0)
        if telling is not None:
            vectors = vectors * np.asarray(weights, np.float32)[:, None]
        total: NDArray[np.float32] = vectors.sum(axis=0, dtype=np.float32)
        total /= np.float32(np.linalg.norm(total)) or np.float32(1)
        return total

    def _cut(self, word: str) -> list[int]:
        text = word[: LIMITS.word_chars].encode("utf-8", "replace").decode()  # half a surrogate pair is no text to it
        pieces: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        if len(word) <= LIMITS.word_chars:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            self._known[word] = pieces
        return pieces


def require() -> None:
    """Raises SettingsError, which says what to install, unless what the model needs is there. Imports nothing."""
    _folder()


def _folder() -> Path:
    """Where the package wordllama lies."""
    package, library = (importlib.util.find_spec(name) for name in ("wordllama", "tokenizers"))
    if package is None or library is None or not package.submodule_search_locations:
        raise SettingsError(
            f"semantic is enabled in articles.toml, but what it needs is not installed: {_INSTALL}, or set"
            " enabled = false"
        )
    return Path(package.submodule_search_locations[0])


def load() -> WordVectors:
    """The model. Raises SettingsError where it is not installed as it should be."""
    folder = _folder()
    from tokenizers import Tokenizer

    try:
        vectors = _mapped(folder / _VECTORS)
        tokenizer = Tokenizer.from_file(str(folder / _PIECES))
        fits = vectors.shape == (tokenizer.get_vocab_size(), SIZE)
    except Exception as error:  # the library raises no other; a file may also be missing, or not what it was
        raise SettingsError(
            f"semantic: the model in {folder} cannot be read ({error}); reinstall it: {_INSTALL}"
        ) from None
    if not fits:
        raise SettingsError(
            f"semantic: the model in {folder} is not the one this program knows; reinstall it: {_INSTALL}"
        )
    return WordVectors(tokenizer, vectors)


def _mapped(file: Path) -> NDArray[np.float16]:
    """The vectors of a file of the format safetensors: the length of its header, a header in JSON, numbers. They are
    mapped, so that processes share them, and only those of words that occur are read."""
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        tensor = json.loads(stream.read(min(length, _HEADER_BYTES)))[_TENSOR]
    if tensor["dtype"] != "F16":
        raise ValueError(f"{file.name} has numbers of type {tensor['dtype']}")
    return np.memmap(file, "<f2", "r", 8 + length + tensor["data_offsets"][0], tuple(tensor["shape"]))
