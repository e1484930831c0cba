"""Queries: from text to tree (query_parser.py), and trees relaxed and put into words again (query.py)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from article_search.language.text import words
from article_search.limits import LIMITS
from article_search.query.describing import describe
from article_search.query.parser import parse, unfinished
from article_search.query.tree import (
    EVERY,
    NOTHING,
    And,
    Category,
    Form,
    Forms,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Term,
    Verbatim,
    all_of,
    any_of,
    any_words,
    as_written,
    finished,
    negated,
    positive_leaves,
    positive_words,
    relaxed,
    verbatim,
)

NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")


def read(text: str) -> Query:
    return parse(text, NOW)


def tree(text: str) -> Node:
    return read(text).tree


def said(text: str) -> str:
    """What is said about a query, as one text."""
    return " / ".join(read(text).warnings)


def day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


A, B, C, D = Term("a"), Term("b"), Term("c"), Term("d")


# --- What is read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", EVERY),
        ("   ", EVERY),
        ("roma", Term("roma")),
        ("Smalling Roma fee", And((Term("Smalling"), Term("Roma"), Term("fee")))),
        ("centre-back covid-19", And((Term("centre-back"), Term("covid-19")))),
        ("Roma, (United's) £20million!", And((Term("Roma"), Term("United's"), Term("£20million")))),
        ('"serie a"', Phrase("serie a")),
        ('"  serie \t a! "', Phrase("serie a")),
        ('"the"', Phrase("the")),
        ("=smalling", Verbatim("smalling")),
        ("=Smalling, fee", And((Verbatim("Smalling"), Term("fee")))),
        ('="chris  smalling!"', Verbatim("chris smalling")),
        ("=“chris smalling”", Verbatim("chris smalling")),
        ("=covid-19", Verbatim("covid-19")),
        ("=OR a", And((Verbatim("OR"), A))),
        ("=日本", Verbatim("日本")),
        ("-=a", Not(Verbatim("a"))),
        ('-="a b"', Not(Verbatim("a b"))),
        ("NOT =a", Not(Verbatim("a"))),
        ("(=a|=b)", Or((Verbatim("a"), Verbatim("b")))),
        ("title:=a", Verbatim("a", "title")),
        ("title: =a", Verbatim("a", "title")),
        ("-title:=a", Not(Verbatim("a", "title"))),
        ("title:(=a b)", And((Verbatim("a", "title"), Term("b", "title")))),
        ("category:=sports", Category("sports")),
        ("date:=2020-09-15", Range(day(2020, 9, 15), day(2020, 9, 16))),
        ('date:="last week"', Range(day(2026, 2, 23), day(2026, 3, 2))),
        ("harb*", Prefix("harb")),
        ("Roma*, fee", And((Prefix("Roma"), Term("fee")))),
        ("centre-ba*", And((Term("centre"), Prefix("ba")))),
        ("-a", Not(A)),
        ("-centre-back", Not(Term("centre-back"))),
        ('-"a b"', Not(Phrase("a b"))),
        ("-(a b)", Not(And((A, B)))),
        ("-(-a)", A),
        ("NOT a", Not(A)),
        ("b NOT a", And((B, Not(A)))),
        ("b AND NOT a", And((B, Not(A)))),
        ("NOT NOT a", A),
        ("-category:sports", Not(Category("sports"))),
        ("a OR b", Or((A, B))),
        ("a | b||c", Or((A, B, C))),
        ("a|b", Or((A, B))),
        ("a or b and not c", And((A, Term("or"), B, Term("and"), Term("not"), C))),
        ("(a b) OR c", Or((And((A, B)), C))),
        ("title:a", Term("a", "title")),
        ("Title:a BODY:b", And((Term("a", "title"), Term("b", "body")))),
        ('description:"a b"', Phrase("a b", "description")),
        ("title:roma*", Prefix("roma", "title")),
        ("title:(a OR b)", Or((Term("a", "title"), Term("b", "title")))),
        ("title:(a body:b)", And((Term("a", "title"), Term("b", "body")))),
        ("-title:a", Not(Term("a", "title"))),
        ("title:-a", Not(Term("a", "title"))),
        ("category:sports", Category("sports")),
        ("cat:sports tag:'fee'", And((Category("sports"), Category("'fee'")))),
        ('category:"us news"', Category("us news")),
        ("category:a, category:c++", And((Category("a"), Category("c++")))),
        ("category:(a OR b)", Or((Category("a"), Category("b")))),
        ("date:2020-09-15", Range(day(2020, 9, 15), day(2020, 9, 16))),
        ("date:2020-09-01..2020-09-15", Range(day(2020, 9, 1), day(2020, 9, 16))),
        ('date:"last week"', Range(day(2026, 2, 23), day(2026, 3, 2))),
        ("since:2020-09-15", Range(day(2020, 9, 15), None)),
        ("after:2020-09-15", Range(day(2020, 9, 15), None)),
        ("until:2020-09-15", Range(None, day(2020, 9, 16))),
        ("before:2020-09-15", Range(None, day(2020, 9, 15))),
        ("-date:2020-09-15", Not(Range(day(2020, 9, 15), day(2020, 9, 16)))),
    ],
)
def test_language(text: str, expected: Node) -> None:
    assert tree(text) == expected
    assert read(text).warnings == ()


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("DO NOT DISTURB THE SWANS", "DO not DISTURB THE SWANS"),
        ("NOT IN MY NAME", "not IN MY NAME"),
        ("ROMA NOT LAZIO", "ROMA not LAZIO"),
        ("NE PAS ÉCRIRE, NOT HERE", "NE PAS ÉCRIRE not HERE"),
        ("TO BE OR NOT TO BE", "TO BE OR not TO BE"),
        ('"SERIE A" NOT ROMA', '"SERIE A" not ROMA'),
        ("ROMA AND NOT LAZIO", "ROMA AND not LAZIO"),
        ("ＤＯ ＮＯＴ ＤＩＳＴＵＲＢ", "DO not DISTURB"),
    ],
)
def test_not_is_a_word_where_all_is_in_capitals_and_that_is_said(text: str, same_as: str) -> None:
    assert tree(text) == tree(same_as)
    assert said(text).startswith("NOT was read as a word")
    assert read(same_as).warnings == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ROMA OR LAZIO", Or((Term("ROMA"), Term("LAZIO")))),
        ("ROMA AND LAZIO", And((Term("ROMA"), Term("LAZIO")))),
        ("roma NOT LAZIO", And((Term("roma"), Not(Term("LAZIO"))))),
        ("category:SPORTS NOT LAZIO", And((Category("SPORTS"), Not(Term("LAZIO"))))),
        ("東京 NOT 大阪", And((Term("東京"), Not(Term("大阪"))))),  # there are no capitals in it
        ("2020 NOT 2019", And((Term("2020"), Not(Term("2019"))))),
        ("ROMA -LAZIO", And((Term("ROMA"), Not(Term("LAZIO"))))),
    ],
)
def test_other_operators_and_a_not_beside_small_letters_are_no_words(text: str, expected: Node) -> None:
    assert tree(text) == expected
    assert read(text).warnings == ()


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("title：roma", "title:roma"),
        ("title： roma", "title: roma"),
        ("ｔｉｔｌｅ：ｒｏｍａ", "title:roma"),
        ("Date：2020-09", "date:2020-09"),
        ("-cat：sports", "-cat:sports"),
        ("title：-roma", "title:-roma"),
        ("roma ＯＲ lazio", "roma OR lazio"),
        ("roma ｜ lazio", "roma | lazio"),
        ("roma ＡＮＤ lazio OR a", "roma AND lazio OR a"),
        ("roma ＮＯＴ lazio", "roma NOT lazio"),
        ("（roma ＯＲ lazio） fee", "(roma OR lazio) fee"),
        ("＂serie a＂", '"serie a"'),
        ("ｔｒａｎｓｆ＊", "transf*"),
        ("１２３", "123"),
        *((f"roma {dash}tomato", "roma -tomato") for dash in "－–—−‐‑‒―"),
        ("–(a b)", "-(a b)"),
        ('−"a b"', '-"a b"'),
        ("—title:a", "-title:a"),
    ],
)
def test_full_width_signs_and_dashes_that_programs_made_are_what_they_stand_for(text: str, same_as: str) -> None:
    assert read(text) == Query(text, tree(same_as))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("roma – lazio", ["roma", "lazio"]),
        ("roma — lazio", ["roma", "lazio"]),
        ("roma–lazio", ["roma–lazio"]),
        ("roma– lazio", ["roma", "lazio"]),
        ("——roma", ["roma"]),
        ("価格：安い", ["価格", "安い"]),
        ("iphone：価格", ["iphone", "価格"]),
        ("東京－大阪", ["東京", "大阪"]),
        ("何？", ["何"]),
        ("何？誰", ["何", "誰"]),
    ],
)
def test_dashes_elsewhere_and_the_rest_of_full_width_punctuation_are_no_syntax(text: str, expected: list[str]) -> None:
    assert read(text) == Query(text, all_of(map(Term, expected)))


def test_a_full_width_word_may_go_on_like_another() -> None:
    assert unfinished(read("ｒｏｍ")).tree == Or((Term("rom"), Prefix("rom")))


@pytest.mark.parametrize("mark", [*'"״”“„＂'])
def test_a_quotation_mark_between_two_hebrew_letters_opens_no_phrase(mark: str) -> None:
    army, states = f"צה{mark}ל", f"ארה{mark}ב"
    assert read(f"{army} {states}") == Query(f"{army} {states}", And((Term(army), Term(states))))
    assert tree(f'"דובר {army}" {states}') == And((Phrase(f"דובר {army}"), Term(states)))
    assert tree(f"title:{army} -{states}") == And((Term(army, "title"), Not(Term(states))))
    assert tree(f"category:{army}") == Category(army)
    assert tree('"שלום" "עולם"') == And((Phrase("שלום"), Phrase("עולם")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b OR c d", And((A, Or((B, C)), D))),  # a blank binds loosest
        ("a AND b OR c AND d", Or((And((A, B)), And((C, D))))),  # a written AND tighter than OR
        ("a b AND c OR d", And((A, Or((And((B, C)), D))))),
        ("-a OR b", Or((Not(A), B))),  # a sign tightest
        ("title:a OR b", Or((Term("a", "title"), B))),  # so does a field
        ("a OR -b c", And((Or((A, Not(B))), C))),
    ],
)
def test_precedence(text: str, expected: Node) -> None:
    assert tree(text) == expected
    assert read(text).warnings == ()


@pytest.mark.parametrize(
    "text", ["Roma - Smalling", "Roma -- Smalling", "Roma & Smalling", "+Roma +Smalling", "Roma / Smalling"]
)
def test_punctuation_by_itself_is_nothing(text: str) -> None:
    assert tree(text) == And((Term("Roma"), Term("Smalling")))
    assert read(text).warnings == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x=5", "x=5"),
        ("a=b", "a=b"),
        ("==b", "==b"),
        ("a == b", "a b"),
        ("x = 5", "x 5"),
        ("x += y", "x y"),
        ("x -= y", "x y"),
        ("--color=never", "--color=never"),
        ("(a)=b", "a b"),
        ('"a"=b', '"a" b'),
        ("=.a", ".a"),
        ("=-a", "a"),
        ("=(a b)", "a b"),
        ("roma =", "roma"),
    ],
)
def test_an_equals_sign_means_something_only_at_the_start_of_a_value(text: str, expected: str) -> None:
    assert describe(tree(text)) == expected
    assert read(text).warnings == ()


@pytest.mark.parametrize("text", ["count:=5", "total:=five", 'author:="a b"', "count:==5"])
def test_behind_what_is_no_field_an_equals_sign_is_none(text: str) -> None:
    assert not any(isinstance(leaf, Verbatim) for leaf in positive_leaves(tree(text)))
    assert "is no field" in said(text)


@pytest.mark.parametrize("text", ["", "   ", "\t\n", "\0"])
def test_nothing_asked_asks_for_every_article(text: str) -> None:
    assert tree(text) == EVERY
    assert read(text).warnings == ()


@pytest.mark.parametrize(
    "text",
    [
        "-",
        "=",
        "==",
        "=*",
        "=-",
        '=""',
        '="',
        "*",
        "***",
        ":::",
        "\\",
        "'",
        "\"'",
        '""',
        "()",
        "-()",
        "title:()",
        "|",
        "...",
        "☃",
        "🐎",
        "☃ - 🐎",
    ],
)
def test_a_text_without_any_word_finds_nothing_rather_than_everything_and_says_so(text: str) -> None:
    assert tree(text) == NOTHING
    assert read(text).warnings


@pytest.mark.parametrize("text", ["🐎", "***", ":::", "-", '""'])
def test_that_nothing_can_be_searched_for_is_said(text: str) -> None:
    assert "nothing in this to search for" in said(text)


@pytest.mark.parametrize("text", ["roma 🐎", "🐎 roma ***", "category:sports ☃"])
def test_beside_a_word_what_is_no_word_is_nothing(text: str) -> None:
    assert tree(text) in (Term("roma"), Category("sports"))
    assert read(text).warnings == ()


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("title: a", "title:a"),
        ("Title:  a b", "title:a b"),
        ("b title: a", "b title:a"),
        ("-title: a", "-title:a"),
        ("title: -a", "title:-a"),
        ('title: "a b"', 'title:"a b"'),
        ("title: (a b)", "title:(a b)"),
        ("category: sports", "category:sports"),
        ("(category: sports) a", "category:sports a"),
        ("since: 2020-09 until: 2020-10", "since:2020-09 until:2020-10"),
        ('date: "last week"', "date:last-week"),
        ("since: (2020-09)", "since:2020-09"),
    ],
)
def test_a_field_may_have_a_blank_after_it(text: str, same_as: str) -> None:
    assert tree(text) == tree(same_as)
    assert read(text).warnings == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Re: something", ["Re", "something"]),
        ("note: x", ["note", "x"]),
        ("update: storm: roads shut", ["update", "storm", "roads", "shut"]),
        ("subtitle: a", ["subtitle", "a"]),
        ("Save the date: fair on Monday", ["Save", "the", "date", "fair", "on", "Monday"]),
        ("long since: forgotten", ["long", "since", "forgotten"]),
        ("before: and after", ["before", "and", "after"]),
    ],
)
def test_a_colon_in_a_headline_is_no_field(text: str, expected: list[str]) -> None:
    assert tree(text) == And(tuple(map(Term, expected)))
    assert read(text).warnings == ()


def test_addresses_times_and_smileys_are_one_word_without_a_warning() -> None:
    for text in ("https://example.org/a?b=c", "12:30", "C++", "6'4\"", "Re:Zero", "a:b"):
        assert isinstance(tree(text), Term), text
        assert read(text).warnings == (), text


def test_inch_marks_open_no_phrase() -> None:
    assert tree('12" vinyl and 7" single') == tree("12 vinyl and 7 single")


@pytest.mark.parametrize(
    "text", ["“a b”", "„a b“", "„a b”", "«a b»", "« a b »", "»a b«", "”a b”", "＂a b＂", "「a b」"]
)
def test_typographic_quotes_make_phrases(text: str) -> None:
    assert tree(text) == Phrase("a b")
    assert tree(f"c -title:{text}") == And((C, Not(Phrase("a b", "title"))))


# --- What cannot be read


@pytest.mark.parametrize(
    ("text", "same_as", "said_of"),
    [
        ('"a b', "a b", "quotation mark"),
        ('a "', "a", "quotation mark"),
        ('-"a b', "a b", "quotation mark"),
        ("(a b", "a b", "not closed"),
        ("a) b", "a b", "not open"),
        ("a AND OR b", "a AND b", "OR follows AND"),
        ("a OR OR b", "a OR b", "OR follows OR"),
        ("OR", "or", "OR needs"),
        ("a OR", "a or", "OR needs"),
        ("(AND a)", "and a", "AND needs"),
        ("category:OR", "category:or", "OR needs"),
        ("a NOT", "a not", "NOT needs"),
        ("a NOT OR b", "a not or b", "NOT needs"),
        ("|", "()", "| needs"),
        ("*ab*", "ab", "*ab*: * is no wildcard"),
        ("a*b", "a b", "a*b: * is no wildcard"),
        ("wom?n", "wom n", "wom?n: ? is no wildcard"),
        ("a*", "a", "a* is too short"),
        ('"a b*c"', '"a b c"', "between quotes"),
        ("=ab*", "=ab", '"ab*": * has no meaning'),
        ('="a b*"', '="a b"', '="a b*": * has no meaning'),
        ('="a b', "a b", "quotation mark"),
        ("title:", "title", "title: needs a word"),
        ("title: OR a", "title OR a", "title: needs a word"),
        ("a title: ", "a title", "title: needs a word"),
        ('title:"" a', "a", "title: needs a word"),
        ("author:smith", "author smith", "author: is no field"),
        ('author:"a b"', 'author "a b"', "author: is no field"),
        ("-author:smith", "-(author smith)", "author: is no field"),
        ("date:banana", "banana", "date:banana: 'banana' is not a date"),
        ("since:(a b)", "a b", "since:a:"),
        ("category:sport*", "category:sport", "named in full"),
        ('category:12" vinyl"', "category:12 vinyl", ""),
    ],
)
def test_what_cannot_be_read_is_plain_words_with_a_warning(text: str, same_as: str, said_of: str) -> None:
    assert tree(text) == tree(same_as)
    assert said_of in said(text)


def test_words_that_look_like_syntax_once_punctuation_is_gone_are_words() -> None:
    assert tree("AND, a") == And((Term("and"), A))
    assert tree("+title:a") == And((Term("title"), A))


def test_a_warning_is_one_short_line_without_control_characters() -> None:
    for warning in read("date:" + "x\x1b[31m" * 300 + ' "\n( a* ' + "é" * 500 + ":?b").warnings:
        assert warning.isprintable()
        assert len(warning) < 250


def test_a_warning_is_given_once_and_few_in_all() -> None:
    assert len(read("a* a* a*").warnings) == 1
    assert len(read(" ".join(f"f{chr(97 + n)}:x" for n in range(20))).warnings) == LIMITS.query_warnings


def test_text_is_kept_as_typed_but_for_control_characters() -> None:
    assert read("  Roma   (fee ").text == "Roma   (fee"
    assert read("a\x00b\ud800c\n").text == "a b c"


# --- Limits


def test_a_long_text_is_cut_between_words() -> None:
    query = read("word " * 100_000 + "end")
    assert len(query.text) <= LIMITS.query_chars
    assert tree("word " * 100_000) == Term("word")
    assert f"{LIMITS.query_chars:,} characters" in said("word " * 100_000)
    assert len(read("x" * 1_000_000).text) == LIMITS.query_chars


def test_the_first_words_are_kept() -> None:
    typed = [f"w{n}" for n in range(LIMITS.query_terms + 10)]
    assert tree(" ".join(typed)) == And(tuple(map(Term, typed[: LIMITS.query_terms])))
    assert f"first {LIMITS.query_terms} words" in said(" ".join(typed))
    assert read(" ".join(typed[: LIMITS.query_terms])).warnings == ()


def test_words_of_phrases_and_compounds_count() -> None:
    kept = [f"w{n}" for n in range(LIMITS.query_terms)]
    assert tree(f'"{" ".join(kept)} more" other') == Phrase(" ".join(kept))
    assert tree("-".join([*kept, "more"])) == Term("-".join(kept))


def test_alternatives_past_the_last_word_are_left_out() -> None:
    text = " OR ".join(f"w{n}" for n in range(LIMITS.query_terms + 10))
    assert len(positive_leaves(tree(text))) == LIMITS.query_terms


def test_prefixes_past_the_limit_are_words() -> None:
    found = positive_leaves(tree("aa* bb* cc* dd* ee*"))
    assert [type(leaf) for leaf in found] == [Prefix] * LIMITS.query_prefixes + [Term]
    assert "ee*" in said("aa* bb* cc* dd* ee*")


def test_of_a_very_long_word_the_beginning_is_kept() -> None:
    assert tree("x" * (LIMITS.word_chars + 1)) == Term("x" * LIMITS.word_chars)
    assert f"{LIMITS.word_chars} letters" in said("x" * (LIMITS.word_chars + 1))


def test_brackets_up_to_the_limit_are_read_and_deeper_ones_ignored() -> None:
    def nested(depth: int) -> str:
        return "".join(f"w{n} (" if n % 2 else f"w{n} OR (" for n in range(depth)) + "x y" + ")" * depth

    assert read(nested(LIMITS.query_depth - 2)).warnings == ()
    for depth in (LIMITS.query_depth + 1, 60):
        assert nesting(tree(nested(depth))) <= LIMITS.query_depth
        assert len(positive_leaves(tree(nested(depth)))) == depth + 2
        assert "deep" in said(nested(depth))


def test_brackets_without_meaning_do_not_make_a_tree_deep() -> None:
    assert tree("(" * LIMITS.query_depth + "a" + ")" * LIMITS.query_depth) == A
    assert tree("(" * 900 + "a" + ")" * 900 + " b") == And((A, B))


HOSTILE = [
    "(" * 3_000,
    "(" * 3_000 + "a" + ")" * 3_000,
    ")" * 3_000,
    "-(" * 1_000,
    "-(a OR " * 200,
    "title:" * 300,
    "a OR " * 1_000,
    "a AND (b OR NOT " * 100,
    "NOT " * 2_000,
    "OR " * 2_000,
    "OR AND " * 1_000,
    '"' * 2_001,
    '" ' * 2_000,
    "=" * 2_000,
    "=a" * 1_000,
    " =a" * 700,
    '="' * 1_000,
    '="a"' * 500,
    "-=" * 1_000,
    "title:=" * 300,
    '-"' * 1_000,
    'a" ' * 1_000,
    "*" * 2_000,
    "a*" * 1_000,
    "?" * 2_000,
    "a?" * 1_000,
    ":" * 2_000,
    "a:" * 1_000,
    "aa:" * 1_000,
    "-" * 2_000,
    "- -" * 1_000,
    "|" * 2_000,
    "1,000," * 400,
    "date:" + "9" * 2_000,
    "date:.." + "-" * 90,
    "date:0001..9999 before:0001-01-01 since:9999-12-31",
    "\x00\x1b\x7f\ud800\udfff\ufffe\u202e\u200d",
    "[a TO z] {a TO z} a~2 a^3 /re.*x/ _exists_:a \\",
    "ﷺ" * 1_000,
    "e" + "\u0301" * 1_999,
    "x" * 1_000_000,
    "a " * 500_000,
    " " * 1_000_000,
    "İ" * 200,
]


def nesting(node: Node) -> int:
    """How deep And and Or nest."""
    if isinstance(node, And | Or):
        return 1 + max(map(nesting, node.children), default=0)
    return nesting(node.child) if isinstance(node, Not) else 0


def size(node: Node) -> int:
    if isinstance(node, And | Or):
        return 1 + sum(map(size, node.children))
    return 1 + (size(node.child) if isinstance(node, Not) else 0)


def assert_bounded(query: Query) -> None:
    assert nesting(query.tree) <= LIMITS.query_depth
    assert size(query.tree) <= 6 * LIMITS.query_terms
    assert len(query.warnings) <= LIMITS.query_warnings
    assert len(query.text) <= LIMITS.query_chars
    assert sum(isinstance(leaf, Prefix) for leaf in positive_leaves(query.tree)) <= LIMITS.query_prefixes


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_gives_a_small_tree(text: str) -> None:
    assert_bounded(read(text))


PIECES = [
    *"()|-*?:\"“»', ",
    " OR ",
    " AND ",
    "NOT ",
    "title:",
    "cat:",
    "date:",
    "until:",
    "author:",
    "last-week",
    "2020",
]
PIECES += [*"：（）－｜＂＊–—−״", "ＯＲ", " ＡＮＤ ", " ＮＯＴ ", "ｔｉｔｌｅ", "date：", 'צה"ל', "ה”ל", '"ב']
PIECES += ["a", "roma", "centre-back", "1,000", "12", "é", "\x00", "\ud800", "2020-09-15T10:00", "--", "..", "İ"]
PIECES += ["ข", "文", "/", ".", "=", "＝", "=a", '="', " =", "-="]
TEXTS = st.text() | st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@settings(deadline=None)
@given(TEXTS)
def test_any_text_is_read(text: str) -> None:
    query = read(text)
    assert_bounded(query)
    assert tree(query.text) == query.tree


WORDS_AND_SYNTAX = st.lists(
    st.sampled_from(
        [
            *"()|-–－（ ",
            '"',
            " OR ",
            " AND ",
            " NOT ",
            "title:",
            "cat：",
            "=",
            "roma",
            "Fee",
            "FEE",
            "1,5",
            "ab*",
            "x-y",
            ", ",
        ]
    ),
    max_size=40,
).map("".join)


@settings(deadline=None)
@given(WORDS_AND_SYNTAX)
def test_no_word_is_lost_without_a_warning(text: str) -> None:
    query = read("inter " + text)  # so that there is always something to search for
    assume(not query.warnings)
    typed = set(words(query.text)) - {"or", "and", "not", "title", "cat"}
    assert typed <= set(words(describe(query.tree)))


@settings(deadline=None)
@given(WORDS_AND_SYNTAX)
def test_what_is_unbalanced_or_dangling_loses_no_word_either(text: str) -> None:
    query = read(text)
    limited = any("Only the first" in warning for warning in query.warnings)
    assert limited or set(words(query.text)) - {"or", "and", "not", "title", "cat"} <= set(words(describe(query.tree)))


# --- Simplified trees


def test_equal_questions_have_equal_trees() -> None:
    for same in (
        ["a b c", "a AND b AND c", "(a b) c", "a (b (c))", "a b c a", "a, b; c.", "a () b - c"],
        ["a OR b OR c", "(a OR b) OR c", "a | b | c | a", "((a | b | c))"],
        ["-a", "NOT a", "-(a)", "-(-(-a))", "-(a OR a)"],
        ["since:2020-09-01 until:2020-09-30", "date:2020-09", "date:2020 date:2020-09", "date:2020-09-01..2020-09-30"],
    ):
        for first, second in pairwise(same):
            assert tree(first) == tree(second), (first, second)


def test_words_keep_their_order() -> None:
    assert [leaf.text for leaf in positive_leaves(tree("c a (d OR b) a"))] == ["c", "a", "d", "b"]


def test_dates_that_exclude_one_another_find_nothing_rather_than_everything() -> None:
    assert tree("date:2020 date:2021") == And((tree("date:2020"), tree("date:2021")))


# --- Functions over trees


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b", "a OR b"),
        ('a "b c" dd*', 'a OR "b c" OR dd*'),
        ("a b category:x -c date:2020", "(a OR b) category:x -c date:2020"),
        ("a (b OR c)", "a OR b OR c"),
        ("a b (c OR category:x)", "(a OR b) (c OR category:x)"),
        ("(a AND b) OR (c d)", "a OR b OR c OR d"),
        ("title:a b", "title:a OR b"),
    ],
)
def test_relaxing_asks_for_any_of_the_words(text: str, expected: str) -> None:
    assert relaxed(tree(text)) == any_words(tree(text)) == tree(expected)


@pytest.mark.parametrize(
    "text", ["", "a", "a OR b", "a category:x", '"a b"', "-a -b", "category:x date:2020", "-(a b)", "a -b"]
)
def test_what_is_loose_already_is_not_relaxed(text: str) -> None:
    assert relaxed(tree(text)) is None
    assert any_words(tree(text)) == tree(text)


def test_positive_leaves_are_what_an_article_can_be_found_by() -> None:
    found = positive_leaves(tree('title:a "b c" (dd* OR -e) -(f g) category:h date:2020 a'))
    assert found == (Term("a", "title"), Phrase("b c"), Prefix("dd"), A)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("roma smalling OR maguire", "roma (smalling OR maguire)"),
        ("roma AND smalling OR maguire", "(roma smalling) OR maguire"),
        ("title:(a OR b)", "title:a OR title:b"),
        ("NOT (a OR b)", "-(a OR b)"),
        ('cat:"us news" tag:sports', 'category:"us news" category:sports'),
        ("after:2020-09-01 before:2020-10-01", "date:2020-09"),
        ("date:2020", "date:2020"),
        ("date:2020-09-15", "date:2020-09-15"),
        ("date:2020-09-01..2020-09-15", "date:2020-09-01..2020-09-15"),
        ("before:2020-09-16", "until:2020-09-15"),
        ("since:2020-09-15T10:00", "since:2020-09-15T10:00:00Z"),
        ('="roma" ＝lazio', "=roma =lazio"),
        ('title:="as roma" =C++', 'title:="as roma" ="C++"'),
        ("-date:2020-09-15T10:00", "-(since:2020-09-15T10:00:00Z before:2020-09-15T10:01:00Z)"),
    ],
)
def test_description_is_canonical(text: str, expected: str) -> None:
    assert describe(tree(text)) == expected


def test_days_are_described_in_the_zone_they_were_meant_in() -> None:
    now = NOW.astimezone(NEW_YORK)
    for text in ("date:2020-09-15", "date:2020-11", "until:2021-03-14", "date:yesterday", "since:2020-09-15"):
        meant = parse(text, now).tree
        assert "T" not in describe(meant, NEW_YORK)
        assert "T" in describe(meant)
        for zone in (NEW_YORK, UTC):
            assert parse(describe(meant, zone), now.astimezone(zone)).tree == meant


@settings(deadline=None)
@given(TEXTS)
def test_description_of_any_query_reads_back(text: str) -> None:
    meant = tree(text)
    assume(len(describe(meant)) <= LIMITS.query_chars)
    assert tree(describe(meant)) == meant


@pytest.mark.parametrize(
    "text",
    [
        "cขcategory:sport",
        "xขNOT",
        "中OR文",
        "ขtitle:roma",
        "ขauthor:x roma",
        "/-e",
        ".-e.g,f",
        "Get-Item /-Force",
        "a -(--force)",
        "-(--force*)",
    ],
)
def test_a_part_of_a_word_that_would_mean_something_by_itself_is_read_as_words(text: str) -> None:
    meant = tree(text)
    assert tree(describe(meant)) == meant
    assert read(describe(meant)).warnings == ()


FIELDS = st.sampled_from([None, "title", "description", "body"])
TYPED = st.sampled_from(
    [
        "roma",
        "Fee",
        "centre-back",
        "it's",
        "or",
        "not",
        "a:b",
        "1,000",
        "Re:Zero",
        "x/y",
        "İstanbul",
        'צה"ל',
        "a–b",
        "a：b",
    ]
)
MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)).map(lambda m: m.replace(microsecond=0, tzinfo=UTC))
DAYS = MOMENTS.map(lambda m: m.replace(hour=0, minute=0, second=0))
SPANS = st.lists(MOMENTS | DAYS, min_size=2, max_size=2, unique=True).map(sorted).map(lambda pair: Range(*pair))
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Term, TYPED, FIELDS),
    st.builds(
        Phrase, st.sampled_from(["a b", "the", "OR", "title:a", "a (b | c", "a - b", "it's 1,000", 'דובר צה"ל']), FIELDS
    ),
    st.builds(Verbatim, (TYPED | st.sampled_from(["a b", "C++", "%", "OR", "東京 a", "x/y"])).map(as_written), FIELDS),
    st.builds(Prefix, st.sampled_from(["roma", "ab", "20"]), FIELDS),
    st.builds(Category, st.sampled_from(["sports", "us news", "OR", "C++", "-x", "a:b", "r&b", "(x)", 'צה"ל'])),
    SPANS,
    MOMENTS.map(lambda moment: Range(moment, None)),
    DAYS.map(lambda moment: Range(None, moment)),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        inner.map(negated)
        | st.lists(inner, min_size=1, max_size=4).map(all_of)
        | st.lists(inner, min_size=1, max_size=4).map(any_of)
    ),
    max_leaves=15,
)


def prefixes(node: Node) -> int:
    return describe(node).count("*")


@settings(deadline=None)
@given(TREES)
def test_description_of_any_tree_reads_back(meant: Node) -> None:
    assume(prefixes(meant) <= LIMITS.query_prefixes)
    assert tree(describe(meant)) == meant
    assert read(describe(meant)).warnings == ()


@settings(deadline=None)
@given(TREES)
def test_relaxing_keeps_words_and_does_not_relax_twice(meant: Node) -> None:
    loose = any_words(meant)
    assert set(positive_leaves(loose)) == set(positive_leaves(meant))
    assert relaxed(meant) in (None, loose)


@settings(deadline=None)
@given(TREES)
def test_verbatim_takes_every_word_as_it_is_written(meant: Node) -> None:
    found = verbatim(meant)
    assert verbatim(found) == found
    assert not any(isinstance(leaf, Term | Phrase) for leaf in positive_leaves(found))
    written = [as_written(leaf.text) for leaf in positive_leaves(meant)]
    assert {as_written(leaf.text) for leaf in positive_leaves(found)} <= set(written)


@settings(deadline=None)
@given(TEXTS)
def test_a_query_that_is_taken_as_it_is_written_reads_back(text: str) -> None:
    meant = verbatim(tree(text))
    assume(len(describe(meant)) <= LIMITS.query_chars)
    assert tree(describe(meant)) == meant


def test_day_of_ambiguous_midnight_is_not_mistaken_for_the_other() -> None:
    havana = ZoneInfo("America/Havana")  # its clocks fall back from 1:00 to 0:00
    first = datetime(2020, 11, 1, tzinfo=havana).astimezone(UTC)
    for moment in (first, first + timedelta(hours=1)):
        meant = Range(moment, None)
        assert parse(describe(meant, havana), NOW.astimezone(havana)).tree == meant


@given(st.lists(st.from_regex(r"[^\W_]{1,8}", fullmatch=True), min_size=1, max_size=12))
def test_some_words_and_no_more_are_read_as_anything_else_is(words: list[str]) -> None:
    assert parse(" ".join(words), NOW).tree == parse("  ".join(words), NOW).tree


# ---- forms of a word ----

COVID = Forms((Form(Term("covid")), Form(Phrase("sars cov 2"), shown=True), Form(Term("covids"), 0.5)))


def test_forms_are_one_word_of_several_leaves() -> None:
    query = And((COVID, A, Not(B)))
    assert positive_words(query) == (COVID, A)
    assert positive_leaves(query) == (Term("covid"), Phrase("sars cov 2"), Term("covids"), A)


def test_forms_are_a_word_like_others_when_any_will_do() -> None:
    assert any_words(And((COVID, A))) == Or((COVID, A))
    assert relaxed(COVID) is None


def test_only_forms_to_be_shown_are_named() -> None:
    assert describe(COVID) == 'covid OR "sars cov 2"'
    assert describe(And((COVID, A))) == '(covid OR "sars cov 2") a'
    assert describe(Not(Forms((Form(A), Form(B))))) == "-a"


# Commands


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Get-ChildItem -Recurse", "Get-ChildItem Recurse"),
        ("list Get-ChildItem -Path docs -Recurse", "list Get-ChildItem Path docs Recurse"),
        ("Select-String -Pattern:foo", "Select-String Pattern:foo"),
        ("New-Object –TypeName", "New-Object TypeName"),
        ("Get-Item, -Force", "Get-Item Force"),
        ("Mount-DiskImage -ImagePath", "Mount-DiskImage ImagePath"),
        ("Get-ChildItem -linux", "Get-ChildItem -linux"),
        ("Get-ChildItem NOT Recurse", "Get-ChildItem -(Recurse)"),
        ("Get-ChildItem -(Recurse Path)", "Get-ChildItem -(Recurse Path)"),
        ('Get-ChildItem -"Recurse"', 'Get-ChildItem -"Recurse"'),
        ("Get-ChildItem -category:Sports", "Get-ChildItem -category:Sports"),
        ("-Recurse Get-ChildItem", "-(Recurse) Get-ChildItem"),
        ("centre-back -Smalling", "centre-back -Smalling"),
        ("Manchester-United -Ronaldo", "Manchester-United -Ronaldo"),
        ("Mount-Everest -Nepal", "Mount-Everest -Nepal"),
        ("set-piece -Arsenal", "set-piece -Arsenal"),
    ],
)
def test_a_parameter_of_a_command_is_no_exclusion(text: str, meant: str) -> None:
    query = read(text)
    assert (describe(query.tree), query.warnings) == (meant, ())
    assert read(meant).tree == query.tree


@pytest.mark.parametrize("text", ["--no-verify", "git commit --no-verify", "--color=never", "curl --max_time"])
def test_the_name_of_an_option_is_no_slip(text: str) -> None:
    assert read(text).warnings == ()


# While it is typed


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("harb", "harb OR harb*"),
        ("old harb", "old (harb OR harb*)"),
        ("old OR harb", "old OR harb OR harb*"),
        ("title:harb", "title:harb OR title:harb*"),
        ("old -harb", "old -harb"),
        ("old h", "old h"),
        ("harb ", "harb OR harb*"),
        ("harb.", "harb"),
        ('"old harb"', '"old harb"'),
        ("old harb*", "old harb*"),
        ("old =harb", "old =harb"),
        ("category:sports", "category:sports"),
        ("centre-ba", "centre-ba OR centre-ba*"),
        ("urls.PathUn", "urls.PathUn OR urls.PathUn*"),
        ("title:urls.PathUn", "title:urls.PathUn OR title:urls.PathUn*"),
        ("old std::vec", "old (std::vec OR std::vec*)"),
        ("about_P", 'about_P OR "about"'),
        ("os.path.j", 'os.path.j OR "os.path"'),
        ("urls.PathUnescape old", "urls.PathUnescape (old OR old*)"),
        ("urls.", "urls"),
        ("rock'n'", "rock'n OR rock'n*"),
        ("max_", "max OR max*"),
        ('"old harb', "old (harb OR harb*)"),
        ("(old harb", "old (harb OR harb*)"),
        ("-urls.PathUn", "-urls.PathUn"),
        ("", ""),
        ("…", "()"),
    ],
)
def test_the_last_word_may_go_on(text: str, meant: str) -> None:
    assert describe(unfinished(read(text)).tree) == meant
    assert unfinished(read(text)).text == read(text).text
    assert finished(unfinished(read(text)).tree) == read(text).tree
