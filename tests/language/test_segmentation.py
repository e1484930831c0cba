"""Where words begin and end, and by which letters in a row they are found that may be several."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.language import scripts, segmentation
from tests.effort import at_most

LETTERS = (
    "自然语言パﾊﾟがキャ々ー한국어서울ข้าวกำน้ํา็ຫນນ້ຳក្មេងမြန်မာदिनकलाबাংলאב\"״’'aé\u0301ñß19½-.·lL \u200b\u200c\u200d\u00ad"
)
SIGNS = "aZ1é\u201c .-:@_/#+(%"
TEXTS = st.text() | st.text(LETTERS, max_size=40) | st.text(SIGNS, max_size=20)


@given(TEXTS)
def test_spans_are_in_order_and_reach_no_further_than_their_run(value: str) -> None:
    end = 0
    for span in segmentation.spans(value):
        assert end <= span.begin <= span.start < span.end <= span.reach <= len(value)
        end = span.end
        if span.reach > span.end:
            assert not re.search(r"\s", value[span.start : span.reach])


@given(TEXTS)
def test_all_ways_to_cut_a_text_agree(value: str) -> None:
    spans = list(segmentation.spans(value))
    assert segmentation.split(value) == [value[span.start : span.end] for span in spans]
    assert segmentation.pieces(value) == [value[span.begin : span.reach] for span in spans]
    stretches = list(segmentation.stretches(value))
    assert [word for each in stretches for word in segmentation.split(each)] == segmentation.split(value)


@given(TEXTS)
def test_no_word_begins_with_a_mark_or_ends_before_one(value: str) -> None:
    for start, end, *_ in segmentation.spans(value):
        assert unicodedata.category(value[start])[0] != "M"
        if value[start].isalpha():
            assert end == len(value) or unicodedata.category(value[end])[0] != "M"


@given(TEXTS)
def test_parts_are_of_the_word_and_shorter(value: str) -> None:
    for word in value.split():
        for part in segmentation.parts(word):
            assert part in unicodedata.normalize("NFC", word)
            assert segmentation.parts(part) == ()
            assert len(part) < len(unicodedata.normalize("NFC", word))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("自然语言", ("自然", "然语", "语言")),
        ("北京", ()),
        ("キャベツ", ("キャ", "ャベ", "ベツ")),
        ("서울에서", ("서울", "울에", "에서")),
        ("서울", ()),
        ("ข้าว", ()),
        ("กินข้าว", ("กินข้", "นข้า", "ข้าว")),
        ("smalling", ()),
        ("новая", ()),
    ],
)
def test_parts(word: str, parts: tuple[str, ...]) -> None:
    assert segmentation.parts(word) == parts


@pytest.mark.parametrize(
    ("value", "stretches"),
    [
        ("iPhone手机", ["iPhone", "手机"]),
        ("自然语言，处理", ["自然语言", "处理"]),
        ("2024年", ["2024", "年"]),
        ("covid-19疫情", ["covid-19", "疫情"]),
        ("COVID-19", ["COVID-19"]),
        ("、。", []),
    ],
)
def test_stretches(value: str, stretches: list[str]) -> None:
    assert list(segmentation.stretches(value)) == stretches


def test_a_long_number_in_groups_is_indexed_as_one_besides() -> None:
    assert segmentation.pieces("ISBN 978-3-16-148410-0.")[1] == "978-3-16-148410-0"
    assert segmentation.pieces("on 2020-09-15 at 1-0") == ["on", "2020", "09", "15", "at", "1", "0"]


def _members(ranges: str) -> set[str]:
    pattern = re.compile(f"[{ranges}]")
    return {char for char in map(chr, range(0x110000)) if pattern.match(char)}


def test_the_marks_are_those_of_unicode() -> None:
    known = {char for char in map(chr, range(0x110000)) if unicodedata.category(char) in ("Mn", "Mc", "Me")}
    listed = _members(scripts.MARKS)
    assert known <= listed | set(map(chr, range(0x11000, 0x1FFFF)))  # of newer versions some are missing there
    assert all(unicodedata.category(char) in ("Mn", "Mc", "Me", "Cn") for char in listed)


def test_letters_of_scripts_without_blanks_are_letters() -> None:
    for char in _members(scripts.UNSPACED):
        assert unicodedata.category(char) in ("Lo", "Lm", "Nl", "Cn"), hex(ord(char))
    for block in (
        "CJK UNIFIED",
        "HIRAGANA LETTER",
        "KATAKANA LETTER",
        "THAI CHARACTER KO",
        "KHMER LETTER",
        "LAO LETTER",
    ):
        named = [c for c in map(chr, range(0x30000)) if unicodedata.name(c, "").startswith(block)]
        assert named
        letters = [c for c in named if unicodedata.category(c) == "Lo"]
        assert set(letters) <= _members(scripts.UNSPACED + scripts.FOLLOWING), block


def test_a_long_list_of_numbers_takes_bounded_time() -> None:
    with at_most(3):  # tried anew at each number it takes minutes
        assert len(segmentation.split("1" + ",111" * 100_000 + ",1")) > 100_000


@pytest.mark.parametrize(
    ("value", "pieces"),
    [
        (".env (@media) “--all", [".env", "@media", "--all"]),
        ("#4821 #MeToo C# $HOME %TEMP% __init__", ["#4821", "#MeToo", "C#", "$HOME", "%TEMP", "__init"]),
        ("print() .map(x) Disney+ notepad++ C++", ["print(", ".map(", "x", "Disney+", "notepad++", "C++"]),
        ("src/.env ~/.ssh </div> std::vector", ["src", ".env", ".ssh", "/div", "std", "vector"]),
        # What joins words, rules a line, or is no more than punctuation.
        ("a-b a--b é@b and/or ...so ---so .5 -5 $20", "a b a b é b and or so so 5 5 20".split()),
        ("http://example.org (so) so. 1+1", "http example org so so 1 1".split()),
        ("python3.10 v1.2 802.11n 3.10", ["python3.1", "10", "v1.2", "2", "802", ".11n", "3", "10"]),
    ],
)
def test_words_have_the_signs_that_tell_something(value: str, pieces: list[str]) -> None:
    assert segmentation.pieces(value) == pieces
