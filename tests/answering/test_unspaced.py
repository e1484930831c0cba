"""Words of scripts without blanks are found by their parts, wherever the index is: the whole run first, then all of its
parts, then most of them."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest

from article_search.answering.results import Results
from article_search.answering.searching import Request, Rules
from article_search.backends.base import Backend
from article_search.query.describing import describe
from article_search.query.parser import parse
from article_search.query.search import Search
from tests.conftest import NewBackend
from tests.shelf import ZONE, article, commit, explain, search

NOW = datetime(2024, 1, 1, tzinfo=UTC)
CHINESE = {
    "run.md": "这本书讲自然语言处理的方法。",
    "parts.md": "处理语言的问题很多，自然语言也是，然语言处理不同。",
    "most.md": "语言处理与自然科学。",
    "few.md": "我们学习语言。",
    "none.md": "今天天气很好。",
    "mixed.md": "他的iPhone手机很新，2024年买的。",
}


@pytest.fixture(scope="module")
def chinese(new_backend: NewBackend) -> Backend:
    backend = new_backend()
    commit(backend, [article(id, body=body, language="zh") for id, body in CHINESE.items()])
    return backend


def found(backend: Backend, typed: str, **options: bool) -> Results:
    return search(backend, Request(parse(typed, NOW), Search("", **options)))  # type: ignore[arg-type]


def ids(results: Results) -> list[str]:
    return [hit.id for hit in results.hits]


def test_the_whole_run_comes_first_then_all_parts_then_most(chinese: Backend) -> None:
    results = found(chinese, "自然语言处理")
    assert ids(results)[:4] == ["run.md", "parts.md", "most.md", "few.md"]
    assert results.relaxed
    assert results.strict_total == 2
    assert "none.md" not in ids(results)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("语言", {"run.md", "parts.md", "most.md", "few.md"}),
        ("语", {"run.md", "parts.md", "most.md", "few.md"}),  # one letter
        ("处", {"run.md", "parts.md", "most.md"}),
        ('"自然语言"', {"run.md", "parts.md"}),  # a phrase is exact
        ('"语言处"', {"run.md", "parts.md", "most.md"}),
        ("语言 -自然语言", {"most.md", "few.md"}),  # left out is what stands in a row
        ("iPhone手机", {"mixed.md"}),
        ("手机 iPhone", {"mixed.md"}),
        ("2024年", {"mixed.md"}),
        ("2024", {"mixed.md"}),
        ("title:语言", set()),
        ("语言*", {"run.md", "parts.md", "most.md", "few.md"}),
    ],
)
def test_what_is_typed_finds(chinese: Backend, typed: str, expected: set[str]) -> None:
    results = found(chinese, typed, strict=True)
    assert set(ids(results)) == expected
    assert not results.warnings


def test_a_run_is_described_as_it_was_typed(chinese: Backend) -> None:
    query = parse("iPhone手机和自然语言 -天气预报", NOW)
    assert describe(query.tree) == "iPhone 手机和自然语言 -天气预报"
    assert parse(describe(query.tree), NOW).tree == query.tree


def test_marks_show_whole_runs(chinese: Backend) -> None:
    hit = found(chinese, "自然语言处理").hits[0]
    assert [fragment.text for fragment in hit.snippet if fragment.match] == ["自然语言处理"]


def test_parts_that_overlap_are_marked_once_and_scattered_ones_not_where_the_run_stands(chinese: Backend) -> None:
    hits = {hit.id: hit for hit in found(chinese, "自然语言处理").hits}
    for hit in hits.values():
        assert "".join(fragment.text for fragment in hit.snippet) in CHINESE[hit.id]
    marked = {id: [each.text for each in hit.snippet if each.match] for id, hit in hits.items()}
    assert marked["most.md"] == ["语言处理", "自然"]
    assert marked["few.md"] == ["语言"]


def test_explanations_add_up(chinese: Backend) -> None:
    request = Request(parse("自然语言处理", NOW))
    for hit in search(chinese, request).hits:
        told = explain(chinese, request, hit.id)
        assert sum(word.score for word in told.words) + told.together == pytest.approx(told.score, rel=1e-4)
        assert told.score == pytest.approx(hit.score, rel=1e-4)


def test_no_letters_in_a_row_are_taken_for_a_slip(chinese: Backend) -> None:
    results = found(chinese, "自然语言处里")
    assert results.suggestion is None
    assert set(ids(results)[:2]) == {"run.md", "parts.md"}


KOREAN = {
    "seoul.md": "서울에서 열린 축제",
    "seoul2.md": "서울은 크다",
    "book.md": "책을 읽다",
    "other.md": "부산의 바다",
}
THAI = {
    "rice.md": "เขากินข้าวทุกวัน",
    "news.md": "เขาอ่านข่าวทุกวัน",
    "white.md": "เสื้อสีขาว",
    "good.md": "อากาศดีมาก",
    "look.md": "ไปดูหนังกัน",
}


@pytest.mark.parametrize(
    ("language", "bodies", "typed", "expected"),
    [
        ("ko", KOREAN, "서울", {"seoul.md", "seoul2.md"}),
        ("ko", KOREAN, "서울에서", {"seoul.md"}),
        ("ko", KOREAN, "책", {"book.md"}),
        ("ko", KOREAN, "책은", {"book.md"}),
        ("ko", KOREAN, "부산", {"other.md"}),
        ("th", THAI, "ข้าว", {"rice.md"}),
        ("th", THAI, "ข่าว", {"news.md"}),
        ("th", THAI, "ขาว", {"white.md"}),
        ("th", THAI, "ดี", {"good.md"}),
        ("th", THAI, "ดู", {"look.md"}),
        ("th", THAI, "กินข้าว", {"rice.md"}),
    ],
)
def test_marks_and_endings_belong_to_their_word(
    new_backend: NewBackend, language: str, bodies: dict[str, str], typed: str, expected: set[str]
) -> None:
    backend = new_backend()
    commit(backend, [article(id, body=body, language=language) for id, body in bodies.items()])
    assert set(ids(found(backend, typed, strict=True))) == expected


def test_a_question_in_korean_finds_the_noun_under_another_ending(new_backend: NewBackend) -> None:
    backend = new_backend()
    commit(backend, [article(id, body=body, language="ko") for id, body in KOREAN.items()])
    assert ids(found(backend, "서울에서는"))[0] == "seoul.md"


def test_accents_may_be_left_out_and_what_was_typed_comes_first(new_backend: NewBackend) -> None:
    backend = new_backend()
    bodies = {"with.md": "gözleri görmüyor", "without.md": "gozleri gormuyor", "stem.md": "göz ve gözler"}
    commit(backend, [article(id, body=body, language="turkish") for id, body in bodies.items()])
    assert ids(found(backend, "gözler"))[0] == "stem.md"
    assert set(ids(found(backend, "gözler", strict=True))) >= {"stem.md", "with.md"}
    assert set(ids(found(backend, "gözleri", strict=True))) == set(bodies)  # the article without accents as well
    assert set(ids(found(backend, "gozleri", strict=True))) >= {"with.md", "without.md"}


def test_tones_of_vietnamese_are_meant(new_backend: NewBackend) -> None:
    backend = new_backend()
    bodies = {"ghost.md": "con ma", "mother.md": "má tôi", "rice.md": "cây mạ"}
    commit(backend, [article(id, body=body, language="vi") for id, body in bodies.items()])
    assert set(ids(found(backend, "má", strict=True))) == {"mother.md"}
    assert set(ids(found(backend, "ma", strict=True))) == set(bodies)


def test_snippets_keep_what_is_not_seen(new_backend: NewBackend) -> None:
    backend = new_backend()
    commit(backend, [article("a.md", body="او می‌خواهد کتاب‌ها را بخواند.", language="persian")])
    for typed in ("می‌خواهد", "میخواهد", "می خواهد", "کتاب‌ها", "كتابها"):
        hit = found(backend, typed, strict=True).hits[0]
        assert "می‌خواهد کتاب‌ها" in "".join(fragment.text for fragment in hit.snippet)


@pytest.mark.parametrize(
    ("body", "typed", "found_by"),
    [
        ("曼谷กรุงเทพมหานคร", "กรุงเทพ", True),  # of two scripts each is found
        ("曼谷กรุงเทพมหานคร", "曼谷", True),
        ("50%的人说C++语言和C#语言", "50%", True),
        ("50%的人说C++语言和C#语言", "C++", True),
        ("50%的人说C++语言和C#语言", "C++语言", True),
        ("C语言编程", "C++语言", False),
        ("葛\U000e0100城市", "葛城", True),  # a variant of a letter
        ("war of 1914-1918", "1914-1918", True),
        ("the year 1914 only", "1914-1918", False),
        ("bank 1'000'000 francs", "1'000'000", True),
        ("1 apple", "1'000'000", False),
        ("tel 0171-1234567", "01711234567", True),
        ("tel 0171-1234567", "0171-1234567", True),
        ("tel 0171 1000000", "0171-1234567", False),
    ],
)
def test_what_stands_beside_other_words_is_found(
    new_backend: NewBackend, body: str, typed: str, found_by: bool
) -> None:
    backend = new_backend()
    commit(backend, [article("a.md", body=body), article("other.md", body="something else")])
    assert ids(found(backend, typed, strict=True)) == ["a.md"] * found_by


def test_in_an_article_of_another_language_words_are_the_same(new_backend: NewBackend) -> None:
    backend = new_backend()
    english = [article(f"{number}.md", body="plain words") for number in range(3)]
    commit(backend, [*english, article("th.md", body="ไทย中国人口 bangkok a\u20d7b", language="th")])
    for typed in ("ไทย", "中国人口", '"ไทย中国人口 bangkok"', "bangkok", "a\u20d7b"):
        assert ids(found(backend, typed, strict=True)) == ["th.md"]
    assert ids(found(backend, "th")) == []


def test_a_long_question_is_asked_whole_and_its_filters_count(chinese: Backend) -> None:
    results = found(chinese, "自然语言处理" * 20 + " -天气 category:sports")
    assert not results.warnings
    assert found(chinese, "語" * 70 + " category:none").total == 0


def test_synonyms_leave_the_parts_of_a_word(new_backend: NewBackend) -> None:
    backend = new_backend()
    bodies = {"apart.md": "机器的学习方法，机器学", "whole.md": "机器学习", "synonym.md": "ML is here"}
    commit(backend, [article(id, body=body, language="zh") for id, body in bodies.items()])
    rules = Rules(ZONE, synonyms=(("机器学习", ("ML",)),))
    assert {hit.id for hit in search(backend, Request(parse("机器学习", NOW)), rules).hits} == set(bodies)


def test_what_a_korean_word_finds_is_left_out_by_it(new_backend: NewBackend) -> None:
    backend = new_backend()
    bodies = {"law.md": "대한민국헌법 제정", "good.md": "대한민국이라서 좋다", "other.md": "좋다 제정"}
    commit(backend, [article(id, body=body, language="ko") for id, body in bodies.items()])
    assert set(ids(found(backend, "대한민국"))) == {"law.md", "good.md"}
    assert ids(found(backend, "좋다 -대한민국", strict=True)) == ["other.md"]


def test_snippets_begin_and_end_with_whole_letters(new_backend: NewBackend) -> None:
    backend = new_backend()
    commit(backend, [article("a.md", body="กี่ปั้นน้ำ" * 100 + "ช้างเผือก" + "ที่นี่ปั้น" * 100, language="th")])
    snippet = "".join(each.text for each in found(backend, "ช้างเผือก").hits[0].snippet).strip("… ")
    assert unicodedata.category(snippet[0])[0] != "M"
    body = "กี่ปั้นน้ำ" * 100 + "ช้างเผือก" + "ที่นี่ปั้น" * 100
    end = body.index(snippet) + len(snippet)
    assert unicodedata.category(body[end])[0] != "M"
