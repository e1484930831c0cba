"""How is an index opened without running code found in it? Whoosh's pickles are read by name of a short list.

Whoosh keeps its schema, segment list, postings and stored fields as pickles, and a pickle can call whatever it names.
``install`` gives Whoosh readers that know only the classes an index of ours is made of. Not for damage: checksums find
that (store.py).
"""

from __future__ import annotations

import io
import pickle
from typing import IO, Any

import whoosh.codec.whoosh3
import whoosh.columns
import whoosh.filedb.structfile
import whoosh.formats
import whoosh.index

_ALLOWED = frozenset(
    {
        ("array", "_array_reconstructor"),
        ("array", "array"),
        ("_codecs", "encode"),  # how bytes are written
        ("builtins", "set"),
        ("builtins", "frozenset"),
        ("builtins", "int"),
        ("collections", "defaultdict"),
        ("re", "_compile"),
        ("whoosh.analysis.acore", "Composable"),
        ("whoosh.analysis.filters", "LowercaseFilter"),
        ("whoosh.analysis.analyzers", "CompositeAnalyzer"),
        ("whoosh.analysis.tokenizers", "CommaSeparatedTokenizer"),
        ("whoosh.analysis.tokenizers", "IDTokenizer"),
        ("whoosh.analysis.tokenizers", "RegexTokenizer"),
        ("whoosh.analysis.filters", "StripFilter"),
        ("whoosh.codec.whoosh3", "W3Codec"),
        ("whoosh.codec.whoosh3", "W3Segment"),
        ("whoosh.columns", "NumericColumn"),
        ("whoosh.columns", "VarBytesColumn"),
        ("whoosh.fields", "COLUMN"),
        ("whoosh.fields", "ID"),
        ("whoosh.fields", "KEYWORD"),
        ("whoosh.fields", "STORED"),
        ("whoosh.fields", "Schema"),
        ("whoosh.formats", "Existence"),
        ("whoosh.formats", "Frequency"),
        ("whoosh.formats", "Positions"),
        ("article_search.backends.embedded.schema", "ArticleAnalyzer"),
        ("article_search.backends.embedded.schema", "StemmedText"),
        ("article_search.backends.embedded.schema", "Words"),
    }
)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ALLOWED or (module in ("copyreg", "copy_reg") and name == "_reconstructor"):
            return super().find_class(module, name)
        if (module, name) in (("builtins", "object"), ("__builtin__", "object")):
            return object
        raise pickle.UnpicklingError(f"an index has no business with {module}.{name}")


def loads(data: bytes) -> Any:
    """``pickle.loads`` for the classes of an index; raises UnpicklingError for any other."""
    return _Unpickler(io.BytesIO(data)).load()


def load(file: IO[bytes]) -> Any:
    """``pickle.load``, likewise."""
    return _Unpickler(file).load()


class _Pickle:
    """Stands where a Whoosh module calls ``pickle.loads`` by the module's name."""

    PicklingError = pickle.PicklingError
    dumps = staticmethod(pickle.dumps)
    loads = staticmethod(loads)


def install() -> None:
    """Makes Whoosh read all of its pickles here. Process-wide, and meant to be."""
    whoosh.index.pickle = _Pickle
    whoosh.filedb.structfile.load = load
    for module in (whoosh.columns, whoosh.codec.whoosh3, whoosh.formats):
        module.loads = loads
