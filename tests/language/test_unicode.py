"""Words, letters and their forms beside the Unicode Character Database's own tests: what differs, how often, and why.

The files are Debian's (package unicode-data). Counts are exact by version of Unicode, so that a change shows; of a
version that has none yet only the kinds are held.
"""

from __future__ import annotations

import bz2
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from article_search.language import text

UNICODE = Path("/usr/share/unicode")
WORDS = UNICODE / "auxiliary" / "WordBreakTest.txt"
CLUSTERS = UNICODE / "auxiliary" / "GraphemeBreakTest.txt"
FORMS = UNICODE / "NormalizationTest.txt.bz2"

pytestmark = pytest.mark.skipif(not FORMS.exists(), reason="Debian's package unicode-data is not installed")

Counts = dict[str, int]

# Where words end otherwise than by UAX #29, by the rule that says so there, and how many of the 1,823 cases differ.
PARTED_HERE = {
    "4.0": "repeated kana with a mark between: each letter is a word by itself",
    "6.0": "a colon between letters ends a word: in English and most others it is punctuation",
    "12.0": "a comma or point between digits ends a number, unless it groups thousands",
    "13.0": "letters of kana are a word each, and found by their neighbours",
    "13.1": "an underscore ends a word: names of programs are found by their parts",
}
JOINED_HERE = {"999.0": "a digit and a letter with an apostrophe between: 1980's"}
WORD_CASES = {"15.0.0": 1823}
WORDS_PARTED: dict[str, Counts] = {"15.0.0": {"4.0": 1, "6.0": 36, "12.0": 26, "13.0": 2, "13.1": 74}}
WORDS_JOINED: dict[str, Counts] = {"15.0.0": {"999.0": 12}}

# Where a word begins or ends within a letter with its marks, by the rule that says what belongs together.
WITHIN_HERE = {
    "9.0": "a modifier of emoji after a letter",
    "9.2": "a sign before a number, of Arabic and others, is none of its digits",
}
CLUSTER_CASES = {"15.0.0": 602}
CLUSTERS_PARTED: dict[str, Counts] = {"15.0.0": {"9.0": 2, "9.2": 6}}

# Characters that are not the same word as what they are compatible with, by the kind of compatibility; signs are no
# words, although some are made of letters.
COMPATIBLE_HERE = frozenset("sign compat fraction isolated vertical".split())
FORM_CASES = {"15.0.0": 19074}
CANONICAL: dict[str, int] = {"15.0.0": 0}  # forms that are one character to Unicode, and another word here
COMPATIBLE: dict[str, Counts] = {"15.0.0": {"sign": 898, "compat": 26, "fraction": 20, "isolated": 16, "vertical": 2}}


def _breaks(file: Path) -> Iterator[tuple[str, list[bool], list[str]]]:
    """Each case's text, whether it may be parted before each character and at the end, and the rules that say so."""
    for line in file.read_text(encoding="utf-8").splitlines():
        data, _, comment = line.partition("#")
        if data.strip():
            fields = data.split()
            rules = re.findall(r"[÷×] \[([\d.]+)\]", comment)
            yield "".join(chr(int(field, 16)) for field in fields[1::2]), [mark == "÷" for mark in fields[::2]], rules


def _version(line: str) -> str:
    found = re.match(r"# \w+-([\d.]+)\.txt", line)
    assert found, line
    return found[1]


def _version_of(file: Path) -> str:
    with file.open(encoding="utf-8") as lines:
        return _version(next(lines))


def _within(value: str, start: int, end: int) -> set[int]:
    """The places within a word, from its first letter or digit to its last."""
    letters = [place for place in range(start, end) if value[place].isalnum()]
    return set(range(letters[0] + 1, letters[-1] + 1)) if letters else set()


def test_words_end_where_unicode_says_but_for_what_is_meant() -> None:
    version, cases = _version_of(WORDS), 0
    parted, joined = Counter[str](), Counter[str]()
    for value, ends, rules in _breaks(WORDS):
        cases += 1
        theirs, start = set[int](), 0
        for place in range(1, len(value) + 1):
            if ends[place]:
                theirs |= _within(value, start, place)
                start = place
        ours = set[int]().union(*(_within(value, token.start, token.end) for token in text.tokens(value)))
        if differing := min(theirs ^ ours, default=0):
            (joined if differing in ours else parted)[rules[differing]] += 1
    assert parted.keys() <= PARTED_HERE.keys()
    assert joined.keys() <= JOINED_HERE.keys()
    if version in WORD_CASES:
        assert (cases, parted, joined) == (WORD_CASES[version], WORDS_PARTED[version], WORDS_JOINED[version])


def test_no_word_ends_within_a_letter() -> None:
    version, cases = _version_of(CLUSTERS), 0
    parted = Counter[str]()
    for value, ends, rules in _breaks(CLUSTERS):
        cases += 1
        places = {place for token in text.tokens(value) for place in (token.start, token.end)}
        if within := [place for place in sorted(places) if not ends[place]]:
            parted[rules[within[0]]] += 1
    assert parted.keys() <= WITHIN_HERE.keys()
    if version in CLUSTER_CASES:
        assert (cases, parted) == (CLUSTER_CASES[version], CLUSTERS_PARTED[version])


def test_characters_that_unicode_takes_for_the_same_are_the_same_word() -> None:
    cases, canonical, compatible = 0, 0, Counter[str]()
    with bz2.open(FORMS, "rt", encoding="utf-8") as lines:
        version = _version(next(lines))
        for line in lines:
            fields = line.partition("#")[0].split(";")
            if len(fields) < 5:
                continue
            cases += 1
            columns = ["".join(chr(int(code, 16)) for code in field.split()) for field in fields[:5]]
            if any(unicodedata.category(char) == "Cn" for char in "".join(columns)):
                continue  # younger than this Python
            source, composed, decomposed, _, compared = (text.terms(column) for column in columns)
            canonical += not source == composed == decomposed
            if source != compared and composed == source == decomposed:
                kind = unicodedata.decomposition(columns[0][0]).partition(">")[0].lstrip("<")
                compatible[kind if source else "sign"] += 1
    assert compatible.keys() <= COMPATIBLE_HERE
    if version in FORM_CASES:
        assert (cases, canonical, compatible) == (FORM_CASES[version], CANONICAL[version], COMPATIBLE[version])
