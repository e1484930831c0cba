"""A snippet shows why an article was found: the densest passage, its matches marked, on one line, never too long."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from article_search.answering.results import Snippet
from article_search.answering.snippets import marked, snippet
from article_search.language import text
from article_search.limits import LIMITS
from article_search.query.tree import (
    EVERY,
    And,
    Category,
    Form,
    Forms,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    TextField,
    Verbatim,
)
from tests.effort import at_most

FILLER = "Rain fell on the harbour all morning and the ferries stayed where they were. "


def shown(fragments: Snippet) -> str:
    """A snippet as one text, its matches in square brackets."""
    return "".join(f"[{fragment.text}]" if fragment.match else fragment.text for fragment in fragments)


def plain(fragments: Snippet) -> str:
    return "".join(fragment.text for fragment in fragments)


def of_words(words: str, field: TextField | None = None) -> Node:
    return And(tuple(Term(word, field) for word in words.split()))


EITHER_CLUB = Forms((Form(Term("roma")), Form(Phrase("as roma")), Form(Term("giallorossi"))))

# ---- what is marked ----


@pytest.mark.parametrize(
    ("tree", "value", "expected"),
    [
        (Term("fee"), "No fee was agreed", "No [fee] was agreed"),
        (Term("fees"), "FEE, fee’s; (fees)", "[FEE], [fee’s]; ([fees])"),
        (Term("fee"), "feet coffee", "feet coffee"),
        (EITHER_CLUB, "Roma, or AS Roma", "[Roma], or [AS Roma]"),
        (Term("muller"), "Müller scored", "[Müller] scored"),
        (Term("МОСКВА"), "в Москва утром", "в [Москва] утром"),
        (of_words("chris smalling"), "Chris Smalling left", "[Chris] [Smalling] left"),
        (Phrase("chris smalling"), "Chris Smalling left", "[Chris Smalling] left"),
        (Phrase("chris smalling"), "Smalling, Chris", "Smalling, Chris"),
        (Phrase("chris smalling"), "chris and smalling", "chris and smalling"),
        (Phrase("chris smalling"), "Chris\n  Smalling", "[Chris Smalling]"),
        (Phrase("out of the blue"), "It came out of the blue", "It came [out of the blue]"),
        (Phrase("a b c"), "a b a b c b c", "a b [a b c] b c"),
        (And((Phrase("new york"), Phrase("york city"))), "in New York City", "in [New York City]"),
        (And((Phrase("new york"), Term("york"))), "New York and York", "[New York] and [York]"),
        (Phrase("ha ha"), "ha ha ha", "[ha ha ha]"),
        (Phrase("fee"), "No fee", "No [fee]"),
        (Term("covid-19"), "COVID-19 in 19 towns", "[COVID-19] in 19 towns"),
        (Verbatim("small"), "Smalling is small, smalls, Small's", "Smalling is [small], smalls, [Small's]"),
        (Verbatim("muller"), "Müller, Mullers", "[Müller], Mullers"),
        (Verbatim("chris smalling"), "Chris Smalling, Chris Smallings", "[Chris Smalling], Chris Smallings"),
        (Verbatim("the"), "the fee", "[the] fee"),
        (Verbatim("US"), "us in the US", "us in the [US]"),
        (Verbatim("東京"), "東京都の京", "[東京]都の京"),
        (And((Verbatim("smalls"), Term("fee"))), "small fees, smalls", "small [fees], [smalls]"),
        (Prefix("smal"), "Smalling is small, smaller, Asmal", "[Smalling] is [small], [smaller], Asmal"),
        (Prefix("mü"), "Mulligan, Müller", "[Mulligan], [Müller]"),
        (And((Prefix("ro"), Term("roma"))), "Roma rose", "[Roma] [rose]"),
        (Or((Term("fee"), Term("cost"))), "fee or cost", "[fee] or [cost]"),
        (And((Term("fee"), Not(Term("cost")))), "fee or cost", "[fee] or cost"),
        (And((Term("fee"), Category("cost"))), "fee or cost", "[fee] or cost"),
        (of_words("the fee"), "the fee", "the [fee]"),
        (of_words("to be"), "to be or not", "[to] [be] or not"),
        (Term("100000"), "£100,000 paid", "£[100,000] paid"),
        (EVERY, "Nothing asked", "Nothing asked"),
        (Term("  "), "No word", "No word"),
        (Term("x"), "", ""),
        (Term("x"), "  \n ", ""),
        (Term("roma"), "  Roma\t\n wins ", "[Roma] wins"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_matched_is_marked(tree: Node, value: str, expected: str) -> None:
    assert shown(marked(value, tree)) == expected


def test_words_asked_for_in_one_field_are_marked_there_only() -> None:
    tree = And((Term("roma", "title"), Term("fee", "body"), Term("deal")))
    assert shown(marked("Roma fee deal", tree)) == "[Roma] fee [deal]"
    assert shown(snippet("Roma fee deal", "", tree)) == "Roma [fee] [deal]"


def test_stop_words_are_not_marked_when_the_words_beside_them_are_asked_for_elsewhere() -> None:
    tree = And((Term("the"), Term("roma", "title")))
    assert shown(snippet("The club said", "", tree)) == "The club said"


# ---- which passage ----


def test_a_short_body_is_shown_whole() -> None:
    body = "Roma want Smalling.\n\nUnited ask for a fee."
    assert shown(snippet(body, "", of_words("smalling fee"))) == "Roma want [Smalling]. United ask for a [fee]."


def test_the_passage_with_the_most_distinct_words_wins_over_many_matches_of_one() -> None:
    body = FILLER * 5 + "Fee, fee, fee and fee. " + FILLER * 5 + "Roma paid the fee for Smalling. " + FILLER * 5
    assert "[Roma] paid the [fee] for [Smalling]" in shown(snippet(body, "", of_words("smalling roma fee")))


def test_of_equal_passages_the_first_is_shown() -> None:
    body = FILLER * 5 + "First a fee. " + FILLER * 5 + "Then a fee. "
    assert "First a [fee]" in shown(snippet(body, "", Term("fee")))


def test_of_passages_with_one_word_each_the_longer_word_is_shown() -> None:
    body = FILLER * 5 + "He was out. " + FILLER * 5 + "The photoshoot began. " + FILLER * 5
    assert "[photoshoot]" in shown(snippet(body, "", of_words("out photoshoot")))


def test_a_phrase_is_shown_rather_than_its_words_elsewhere() -> None:
    body = "A deal for United of Manchester. " + FILLER * 5 + "A deal with Manchester United. " + FILLER * 5
    tree = And((Phrase("manchester united"), Term("deal")))
    assert "[deal] with [Manchester United]" in shown(snippet(body, "", tree))


def test_a_passage_begins_with_its_sentence_and_ends_with_one_where_there_is_room() -> None:
    body = FILLER * 3 + "Roma want the defender for good. United ask for more. " + FILLER * 6
    found = snippet(body, "", Term("defender"))
    assert shown(found).startswith("… Roma want the [defender] for good. United ask for more. ")
    assert shown(found).endswith("where they were. …")


def test_a_passage_is_cut_between_words_and_says_so() -> None:
    body = "rain " * 200 + "smalling " + "harbour " * 200
    found = shown(snippet(body, "", Term("smalling")))
    assert found.startswith("… rain rain")
    assert " rain [smalling] harbour " in found
    assert found.endswith("harbour harbour …")


def test_a_match_at_the_end_is_shown_with_as_much_before_it_as_fits() -> None:
    found = snippet("word " * 200 + "Smalling", "", Term("smalling"))
    assert shown(found).endswith("word [Smalling]")
    assert len(plain(found)) > LIMITS.snippet_chars * 0.9


def test_there_is_no_ellipsis_where_nothing_is_missing() -> None:
    assert plain(snippet("\n\n Smalling. \n", "", Term("smalling"))) == "Smalling."


def test_when_only_the_title_matched_the_description_is_shown() -> None:
    assert shown(snippet(FILLER * 9, "What the club says.", Term("smalling"))) == "What the club says."


def test_without_a_description_the_beginning_of_the_body_is_shown() -> None:
    found = shown(snippet("Roma wait. " + FILLER * 9, " \n", Term("smalling")))
    assert found.startswith("Roma wait. Rain fell")
    assert found.endswith(" …")


def test_a_description_with_more_of_the_query_is_shown_instead_of_the_body() -> None:
    tree = of_words("smalling fee")
    assert shown(snippet("A fee. ", "Smalling: no fee yet.", tree)) == "[Smalling]: no [fee] yet."
    assert shown(snippet("A fee for Smalling. ", "Smalling: no fee yet.", tree)) == "A [fee] for [Smalling]."


def test_an_article_without_text_has_an_empty_snippet() -> None:
    assert snippet("", "", Term("fee")) == ()


def test_text_without_blanks_is_cut_all_the_same() -> None:
    found = snippet("東京" * 5_000, "", Term("roma"))
    assert len(plain(found)) == LIMITS.snippet_chars + len(" …")


def test_a_match_longer_than_a_snippet_is_cut() -> None:
    found = snippet("roma" + " " * 1_000 + "fee " + FILLER, "", Phrase("roma fee"))
    assert len(plain(found)) <= LIMITS.snippet_chars + len("…  …")


# ---- properties ----

WORDS = st.sampled_from("fee fees Roma Smalling the of a Müller covid 19 100,000 don’t ha 東京 x".split())
GAPS = st.sampled_from([" ", "  ", "\n\n", ". ", ", ", "-", "… ", "。", "'", "(", " \t"])
BODIES = st.lists(st.tuples(WORDS | st.text(max_size=8), GAPS), max_size=120).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)
LEAVES = st.builds(Term, WORDS) | st.builds(Prefix, WORDS) | st.builds(Phrase, st.lists(WORDS).map(" ".join))
TREES = st.lists(LEAVES, max_size=5).map(lambda leaves: And(tuple(leaves)))


def squeezed(value: str) -> str:
    return "".join(value.split())


@given(BODIES, TREES, st.integers(20, 300))
@example("roma-" * 100, And((Term("roma"),)), 20)
@example("\r" + "roma-" * 100, And(()), 20)  # the only blank stands before the first word
def test_a_snippet_is_a_bounded_piece_of_the_text_on_one_line(body: str, tree: Node, limit: int) -> None:
    found = snippet(body, "", tree, limit)
    whole = plain(found)
    assert squeezed(whole).replace("…", "") in squeezed(body).replace("…", "")
    assert len(whole) <= limit + len("…  …")
    assert len(whole.splitlines()) <= 1
    assert whole == whole.strip()
    assert all(fragment.text for fragment in found)


@given(BODIES, TREES)
def test_what_is_marked_is_made_of_words_of_the_query(body: str, tree: And) -> None:
    leaves = [leaf for leaf in tree.children if isinstance(leaf, Term | Phrase | Prefix)]
    asked = {term for leaf in leaves for term in text.terms(leaf.text)}
    prefixes = tuple(text.words(leaf.text)[-1] for leaf in leaves if isinstance(leaf, Prefix))
    for fragment in marked(body, tree):
        words = list(zip(text.terms(fragment.text), text.words(fragment.text), strict=True))
        if fragment.match:
            assert words
            assert all(term in asked or word.startswith(prefixes) for term, word in words)


@given(BODIES, WORDS)
def test_every_occurrence_of_a_single_word_is_marked(value: str, word: str) -> None:
    if len(text.terms(word)) == 1:
        marks = [fragment for fragment in marked(value, Term(word)) if fragment.match]
        assert len(marks) == sum(text.terms(word)[0] in terms for terms in text.indexed(value))


@pytest.mark.parametrize(
    "tree",
    [Term("fee"), Phrase("fee " * 60), Prefix("fe"), And((Phrase("fee fee"), Phrase("fee fee fee")))],
    ids=["word", "phrase", "prefix", "phrases"],
)
def test_a_huge_body_takes_bounded_time(tree: Node) -> None:
    body = "fee " * 2_000_000
    with at_most(15):  # a bound on all of it; what tries each place anew takes minutes
        found = snippet(body, "", tree)
    assert any(fragment.match for fragment in found)


def test_the_forms_of_a_word_are_one_word() -> None:
    apart = "Roma and again the giallorossi. " + FILLER * 4 + "Roma paid the fee. " + FILLER * 4
    assert "[fee]" in shown(snippet(apart, "", And((EITHER_CLUB, Term("fee"))), 80))
