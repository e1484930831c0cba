"""Does the codec answer as Whoosh's own does over the same documents?

That Whoosh as a whole works with it: test_whoosh_suite.py.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import whoosh.codec.whoosh3
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import analysis, fields, formats, index, query
from whoosh.codec.base import OutOfOrderError
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.query import spans
from whoosh.reading import CorruptIndexError
from whoosh.writing import SegmentWriter

from article_search.backends.embedded.columnar import ColumnarCodec

POSITIONS = formats.Positions()


@pytest.mark.parametrize(
    ("weight", "value", "numbers"),
    [
        (3.0, POSITIONS.encode([0, 4, 4]), True),
        (2.0, POSITIONS.encode([4, 1]), False),  # what searches them expects them ascending
        (1.5, POSITIONS.encode([4, 5]), False),  # a boost: the weight does not tell how many there are
        (1.0, b"test", False),
        (1.0, POSITIONS.encode([4]) + b" and more", False),
        (1.0, b"", False),
    ],
)
def test_a_value_comes_back_as_it_came(weight: float, value: bytes, numbers: bool) -> None:
    storage, codec = RamStorage(), ColumnarCodec()
    segment = codec.new_segment(storage, "x")
    writer = codec.field_writer(storage, segment)
    writer.start_field("f", fields.TEXT())
    writer.start_term(b"a")
    writer.add(0, weight, value, 9)
    writer.finish_term()
    writer.finish_field()
    writer.close()
    reader = codec.terms_reader(storage, segment)
    field = reader.field("f")
    assert field and field.has_positions() == numbers
    assert reader.matcher("f", b"a", POSITIONS).value() == value
    info = reader.term_info("f", b"a")
    assert (info.weight(), info.min_length(), info.max_length()) == (weight, 9, 9)


def test_terms_and_fields_out_of_order_are_refused() -> None:
    storage = RamStorage()
    codec = ColumnarCodec()
    writer = codec.field_writer(storage, codec.new_segment(storage, "x"))
    writer.start_field("a", fields.ID())
    writer.start_term(b"b")
    writer.add(0, 1.0, b"", 1)
    writer.finish_term()
    for term in (b"a", b"b"):
        with pytest.raises(OutOfOrderError):
            writer.start_term(term)
    writer.finish_field()
    with pytest.raises(OutOfOrderError):
        writer.start_field("a", fields.ID())


@pytest.fixture(scope="module", autouse=True)
def exact_lengths() -> Iterator[None]:
    """Whoosh's codec keeps lengths in a byte, rounded; here as they are, up to 255 words, so that scores agree."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whoosh.codec.whoosh3, "length_to_byte", lambda length: min(length or 0, 255))
        patch.setattr(whoosh.codec.whoosh3, "byte_to_length", int)
        yield


WORDS = "alfa bravo bravado charlie delta delta's echo foxtrot golf golfer hotel india zürich 東京 x1 10".split()
BOOSTED = analysis.RegexTokenizer(r"\S+") | analysis.DelimitedAttributeFilter(default=1.0, type=float)
FIELDS: dict[str, Any] = {
    "plain": fields.TEXT(stored=True),
    "vectors": fields.TEXT(vector=formats.Positions()),
    "counted": fields.TEXT(phrase=False, vector=formats.Frequency(), stored=True),
    "chars": fields.TEXT(chars=True),
    "heavy": fields.TEXT(field_boost=2.5),
    "posboosts": fields.FieldType(format=formats.PositionBoosts(), analyzer=BOOSTED, scorable=True),
    "charboosts": fields.FieldType(format=formats.CharacterBoosts(), analyzer=BOOSTED, scorable=True),
    "tags": fields.KEYWORD(commas=True, scorable=True, stored=True, sortable=True),
    "name": fields.ID(stored=True, sortable=True),
    "number": fields.NUMERIC(sortable=True, stored=True),
    "real": fields.NUMERIC(float, stored=True),
    "moment": fields.DATETIME(sortable=True),
    "flag": fields.BOOLEAN(stored=True),
    "grams": fields.NGRAMWORDS(minsize=2, maxsize=3),
    "kept": fields.STORED(),
}
TEXTS = ["plain", "vectors", "counted", "chars", "heavy"]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=25).map(" ".join)
BOOSTED_WORDS = st.tuples(st.sampled_from(WORDS), st.sampled_from(["", "^2", "^0.5"])).map("".join)
CONTENTS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys([*TEXTS, "grams"], SENTENCES),
    "posboosts": st.lists(BOOSTED_WORDS, min_size=1, max_size=9).map(" ".join),
    "charboosts": st.lists(BOOSTED_WORDS, min_size=1, max_size=9).map(" ".join),
    "tags": st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(",".join),
    "name": st.sampled_from(WORDS),
    "number": st.integers(-50, 50),
    "real": st.floats(-9, 9, width=32),
    "moment": st.datetimes(datetime(2019, 1, 1), datetime(2021, 1, 1)),
    "flag": st.booleans(),
    "kept": st.none() | st.text(max_size=5) | st.lists(st.integers(), max_size=3),
}


@dataclass(frozen=True)
class Commit:
    """Documents by key, which replace those of the same key; keys to delete; how to merge."""

    documents: dict[str, dict[str, Any]]
    deleted: list[str]
    merge: dict[str, bool]


@st.composite
def histories(draw: st.DrawFn) -> tuple[fields.Schema, list[Commit]]:
    """A schema, and the commits of an index."""
    names = draw(st.lists(st.sampled_from(list(FIELDS)), min_size=3, max_size=8, unique=True))
    schema = fields.Schema(key=fields.ID(unique=True, stored=True), **{name: FIELDS[name] for name in names})
    keys = st.sampled_from("abcdefghijkl")
    document = st.fixed_dictionaries({}, optional={name: CONTENTS[name] for name in names})
    merge = st.sampled_from([{"merge": False}, {"merge": False}, {}, {"optimize": True}])
    commit = st.builds(Commit, st.dictionaries(keys, document, max_size=6), st.lists(keys, max_size=2), merge)
    return schema, draw(st.lists(commit, min_size=1, max_size=4))


def write(ix: Any, codec: Any, commits: list[Commit]) -> Any:
    """Applies commits by Whoosh's writer; gives the index."""
    for commit in commits:
        writer = SegmentWriter(ix, codec=codec)
        for key in commit.deleted:
            writer.delete_by_term("key", key)
        for key, document in commit.documents.items():
            writer.update_document(key=key, **document)
        writer.commit(**commit.merge)
    return ix


def everything(reader: Any) -> dict[str, Any]:
    """What a reader says of its documents, terms and postings."""
    documents = sorted(reader.all_doc_ids())
    found: dict[str, Any] = {
        "documents": documents,
        "counts": (reader.doc_count(), reader.doc_count_all(), reader.has_deletions()),
        "stored": [reader.stored_fields(document) for document in documents],
        "terms": list(reader.all_terms()),
    }
    for name, field in reader.schema.items():
        lengths = [reader.doc_field_length(document, name) or 0 for document in documents]
        found[f"lengths {name}"] = (lengths, reader.field_length(name))
        for number, (leaf, _) in enumerate(reader.leaf_readers()):
            # By segment, as it is kept: Whoosh fails where one segment lacks the column, and where there is no moment.
            if field.column_type and leaf.has_column(name):
                column = leaf.column_reader(name, translate=False)
                found[f"column {name} of segment {number}"] = [column[document] for document in leaf.all_doc_ids()]
        if field.vector:
            has = [document for document in documents if reader.has_vector(document, name)]
            found[f"vectors {name}"] = {document: postings(reader.vector(document, name)) for document in has}
    for name, text in reader.all_terms():
        term = reader.schema[name].from_bytes(text) if name in TEXTS else text
        info = reader.term_info(name, term)
        found[f"term {name} {text!r}"] = (
            postings(reader.postings(name, term)),
            reader.doc_frequency(name, term),
            reader.frequency(name, term),
            (info.weight(), info.doc_frequency(), info.max_weight(), info.min_id(), info.max_id()),
            (info.min_length() or 0, info.max_length()),
        )
    return found


def postings(matcher: Any) -> list[Any]:
    """Every posting, with its value in every way the format knows."""
    kinds = ["frequency", "weight", "positions", "characters", "position_boosts", "character_boosts"]
    found = []
    while matcher.is_active():
        known = [matcher.value_as(kind) for kind in kinds if matcher.supports(kind)]
        found.append((matcher.id(), matcher.weight(), known))
        matcher.next()
    return found


@st.composite
def queries(draw: st.DrawFn, names: frozenset[str]) -> query.Query:
    """A query of any of Whoosh's kinds over some fields."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=2, max_size=3))
    start, end = words[0][0], words[0][-1]
    leaves: list[query.Query] = [query.Every()]
    alone: list[query.Query] = [query.NullQuery]  # Whoosh cannot put these into others
    for name in names.intersection([*TEXTS, "tags", "name"]):
        term = query.Term(name, words[0])
        leaves += [
            term,
            query.Term(name, words[1], boost=2.0),
            query.Prefix(name, words[0][:2]),
            query.Wildcard(name, f"{start}*{end}"),
            query.Wildcard(name, f"?*{end}"),
            query.Regex(name, "[a-d].*a"),
            query.FuzzyTerm(name, words[0][:-1] + "x", maxdist=2, prefixlength=1),
            query.TermRange(name, *sorted(words[:2])),
            query.Every(name),
            query.ConstantScoreQuery(term, 3.0),
            query.DisjunctionMax([term, query.Term(name, words[1])]),
        ]
    for name in names.intersection(["plain", "vectors", "chars", "heavy"]):
        term, other = query.Term(name, words[0]), query.Term(name, words[1])
        leaves.append(query.Phrase(name, words, slop=draw(st.integers(1, 4))))
        alone += [
            spans.SpanNear(term, other, slop=2, ordered=False),
            spans.SpanFirst(term, limit=1),
            spans.SpanOr([term, other]),
        ]
    if "number" in names:
        leaves.append(query.NumericRange("number", -20, draw(st.integers(-10, 30))))
    if "moment" in names:
        leaves.append(query.DateRange("moment", datetime(2019, 5, 1), datetime(2020, 3, 1)))
    leaf = st.sampled_from(leaves)
    return draw(
        leaf
        | st.sampled_from(alone)
        | st.lists(leaf, min_size=2, max_size=3).map(query.And)
        | st.lists(leaf, min_size=2, max_size=3).map(query.Or)
        | st.builds(query.AndNot, leaf, leaf)
        | st.builds(query.AndMaybe, leaf, leaf)
    )


def answers(ix: Any, asked: list[query.Query]) -> list[Any]:
    """Key and score of all hits of each query, and the scores of the best three."""
    with ix.searcher() as searcher:
        return [
            (
                {hit["key"]: hit.score for hit in searcher.search(one, limit=None)},
                [hit.score for hit in searcher.search(one, limit=3)],
            )
            for one in asked
        ]


def assert_same_answers(ours: list[Any], theirs: list[Any], asked: list[query.Query]) -> None:
    for (our_scores, our_best), (their_scores, their_best), one in zip(ours, theirs, asked, strict=True):
        assert our_scores == pytest.approx(their_scores, rel=1e-5), one
        assert our_best == pytest.approx(their_best, rel=1e-5), one


@settings(max_examples=80, deadline=None)
@given(histories(), st.booleans(), st.data())
def test_the_codec_says_and_answers_what_that_of_whoosh_does(
    history: tuple[fields.Schema, list[Commit]], on_disk: bool, data: st.DataObject
) -> None:
    schema, commits = history
    asked = data.draw(st.lists(queries(frozenset(schema.names())), min_size=5, max_size=10))
    with tempfile.TemporaryDirectory() as folder:
        storage = FileStorage(folder) if on_disk else RamStorage()
        ours = write(storage.create_index(schema), ColumnarCodec(), commits)
        theirs = write(RamStorage().create_index(schema), W3Codec(), commits)
        with ours.reader() as our_reader, theirs.reader() as their_reader:
            assert everything(our_reader) == everything(their_reader)
        assert_same_answers(answers(ours, asked), answers(theirs, asked), asked)


def many_documents() -> list[Commit]:
    """Enough documents that posting lists have several blocks, some words in nearly all and some in few."""
    rng = random.Random(7)
    words = [f"w{number}" for number in range(300)]
    odds = [1 / (rank + 1) for rank in range(len(words))]
    commits = []
    for first in (0, 300, 600):
        documents = {
            str(first + number): {"plain": " ".join(rng.choices(words, odds, k=rng.randint(5, 60)))}
            for number in range(900 if first == 600 else 300)
        }
        commits.append(Commit(documents, [str(rng.randrange(first))] if first else [], {"merge": False}))
    return commits


@pytest.fixture(scope="module")
def large() -> tuple[Any, Any]:
    """The same three segments by our codec and by Whoosh's."""
    schema = fields.Schema(key=fields.ID(unique=True, stored=True), plain=fields.TEXT)
    commits = many_documents()
    ours, theirs = (write(RamStorage().create_index(schema), codec, commits) for codec in (ColumnarCodec(), W3Codec()))
    return ours, theirs


@pytest.mark.slow
def test_long_posting_lists_give_the_same_answers(large: tuple[Any, Any]) -> None:
    rng = random.Random(8)
    asked: list[query.Query] = []
    for _ in range(60):
        terms = [query.Term("plain", f"w{min(int(rng.expovariate(0.05)), 299)}") for _ in range(rng.randint(1, 4))]
        asked.append(rng.choice([query.Or, query.And, query.DisjunctionMax])(terms))
        asked.append(query.Phrase("plain", [term.text for term in terms], slop=rng.randint(1, 3)))
    asked += [query.Term("plain", f"w{number}") for number in range(30)]
    asked += [query.Prefix("plain", "w1"), query.Wildcard("plain", "w?5"), query.FuzzyTerm("plain", "w12")]
    ours, theirs = large
    found = answers(theirs, asked)
    assert_same_answers(answers(ours, asked), found, asked)
    assert sum(bool(scores) for scores, _ in found) > 60


def test_spelling_suggestions_are_the_same(large: tuple[Any, Any]) -> None:
    with large[0].searcher() as ours, large[1].searcher() as theirs:
        for word in ("w", "w9", "x12", "w1234", "v1o"):
            assert ours.suggest("plain", word) == theirs.suggest("plain", word)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_matcher_moves_as_that_of_whoosh_does(large: tuple[Any, Any], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(["w0", "w1", "w7", "w40", "w250"]))
    ours, theirs = (ix.reader().leaf_readers()[2][0].postings("plain", word) for ix in large)
    for step in data.draw(st.lists(st.none() | st.integers(1, 200), max_size=30)):
        if not theirs.is_active():
            break
        if step is None:
            ours.next()
            theirs.next()
        else:
            target = theirs.id() + step
            ours.skip_to(target)
            theirs.skip_to(target)
        assert ours.is_active() == theirs.is_active()
        if theirs.is_active():
            assert (ours.id(), ours.weight()) == (theirs.id(), theirs.weight())
            assert ours.value_as("positions") == theirs.value_as("positions")
            assert ours.copy().id() == ours.id()
            assert (ours.block_min_id(), ours.block_max_id()) == (theirs.block_min_id(), theirs.block_max_id())
            assert ours.block_max_weight() == theirs.block_max_weight()
            assert ours.block_min_length() == theirs.block_min_length()


@pytest.mark.parametrize("word", ["w0", "w1", "w3", "w8", "w40"])
def test_only_blocks_that_are_not_good_enough_are_skipped(large: tuple[Any, Any], word: str) -> None:
    with large[0].searcher() as searcher:
        leaf, _ = searcher.leaf_searchers()[2]
        assert not leaf.reader().has_deletions()
        matcher = query.Term("plain", word).matcher(leaf, leaf.context())
        blocks = []
        while matcher.is_active():
            blocks.append((matcher.id(), matcher.block_quality()))
            matcher.skip_to(matcher.block_max_id() + 1)
        for number, (first, quality) in enumerate(blocks):
            matcher.reset()
            matcher.skip_to(first)
            better = next((n for n in range(number, len(blocks)) if blocks[n][1] > quality), len(blocks))
            assert matcher.skip_to_quality(quality) == better - number
            assert (matcher.id() if matcher.is_active() else None) == (blocks[better : better + 1] or [(None, 0)])[0][0]


def test_a_document_that_is_refused_leaves_nothing_behind() -> None:
    schema = fields.Schema(a=fields.TEXT(stored=True, vector=True, sortable=True), number=fields.NUMERIC)
    ix = RamStorage().create_index(schema)
    with SegmentWriter(ix, codec=ColumnarCodec()) as writer:
        writer.add_document(a="first", number=1)
        with pytest.raises(ValueError, match="many"):
            writer.add_document(a="second", number="many")
        writer.add_document(number=3)
    with ix.reader() as reader:
        assert reader.doc_count() == 2
        assert list(reader.all_stored_fields()) == [{"a": "first"}, {}]
        assert reader.doc_field_length(1, "a") == 0
        assert not reader.has_vector(1, "a")
        assert reader.column_reader("a")[1] == ""


def test_lengths_are_exact_however_long() -> None:
    ix = RamStorage().create_index(fields.Schema(a=fields.KEYWORD(scorable=True)))
    lengths = [1, 11, 127, 128, 300, 70_000]
    with SegmentWriter(ix, codec=ColumnarCodec()) as writer:
        for length in lengths:
            writer.add_document(a="w " * length)
    with ix.reader() as reader:
        assert [reader.doc_field_length(document, "a") for document in range(6)] == lengths
        assert reader.field_length("a") == sum(lengths)
        assert (reader.min_field_length("a"), reader.max_field_length("a")) == (1, 70_000)
        info = reader.term_info("a", "w")
        assert (info.weight(), info.min_length(), info.max_length()) == (sum(lengths), 1, 70_000)


@pytest.mark.parametrize("extension", [".cdo", ".cpo"])
def test_whoosh_names_a_damaged_file_and_serves_nothing_of_it(tmp_path: Path, extension: str) -> None:
    ix = index.create_in(tmp_path, fields.Schema(key=fields.ID(stored=True), plain=fields.TEXT(stored=True)))
    with SegmentWriter(ix, codec=ColumnarCodec()) as writer:
        for number in range(50):
            writer.add_document(key=str(number), plain=f"alfa w{number}")
    (path,) = tmp_path.glob(f"*{extension}")
    data = bytearray(path.read_bytes())
    for place in range(0, len(data), 37):
        data[place] ^= 16
        path.write_bytes(data)
        data[place] ^= 16
        with pytest.raises(CorruptIndexError, match=path.name), ix.searcher() as searcher:
            assert [hit["plain"] for hit in searcher.search(query.Term("plain", "alfa"), limit=None)] == []


def test_a_segment_in_use_outlives_its_files(tmp_path: Path) -> None:
    ix = index.create_in(tmp_path, fields.Schema(key=fields.ID(stored=True, unique=True)))
    for key in "ab":
        with SegmentWriter(ix, codec=ColumnarCodec()) as writer:
            writer.add_document(key=key)
            writer.merge = False
    with ix.searcher() as before:
        with SegmentWriter(ix, codec=ColumnarCodec()) as writer:
            writer.delete_by_term("key", "a")
            writer.optimize = True
        assert sorted(hit["key"] for hit in before.search(query.Every())) == ["a", "b"]
    with ix.searcher() as after:
        assert [hit["key"] for hit in after.search(query.Every())] == ["b"]
