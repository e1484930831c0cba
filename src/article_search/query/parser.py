"""Which tree does the user's text ask for? ``parse`` reads the query language; it takes any text and never raises.

    query  = { clause } ;                                         all of the clauses
    clause = both { ( "OR" | "|" ) both } ;                       any of them
    both   = item { "AND" item } ;                                all of them
    item   = { "-" | "NOT" | field } ( "(" query ")" | value ) ;  not this; this in a field
    field  = ( "title" | "description" | "body" | "category" | "cat" | "tag"
             | "date" | "since" | "after" | "until" | "before" ) ":" ;
    value  = [ "=" ] quote words quote | [ "=" ] word | word "*" ;

A blank binds loosest: ``roma smalling OR maguire`` asks for Roma and one of the two, as with Google. AND written out
binds tighter than OR, as everywhere: ``roma AND smalling OR maguire`` asks for both or for Maguire. Operators are
capitals; ``or`` is a word. A sign belongs to what follows it without a blank; the ``-`` in ``centre-back`` is part of
the word, and a parameter of a command is one (commands.py). A field may have a blank after its colon (``title: roma``),
but a date field only before what is a date, as in ``since: 2020``: in ``Save the date: Monday's fair`` it is a word.
Any double quote, straight or typographic, opens and closes a phrase, but between two Hebrew letters it is one of the
word (``צה"ל``). A ``=`` right before a letter, a digit or a quote, where a value begins, takes the words just as they
are written; in ``a=b`` and ``a == b`` it does not. ``since`` (or ``after``) and ``until`` include the days they name,
``before`` does not. Signs and letters in full width are what they stand for, and so is a dash at the start of a word
that a program has made of a hyphen.

What cannot be read is read as plain words, and a warning names it and says what would be valid. Punctuation by itself
is nothing; a text of nothing else finds nothing, whereas a blank one finds every article. One regular expression cuts
the text into tokens, the tokens are mended (brackets, operators), and what is then well formed is parsed by recursive
descent. Not here: what a tree means (tree.py), date words (date_words.py), terms (language/text.py).
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import NamedTuple

from article_search.language import segmentation
from article_search.language.folding import fold
from article_search.language.scripts import UNSPACED
from article_search.language.text import Token, tokens
from article_search.late import pattern
from article_search.limits import LIMITS
from article_search.query.commands import is_command, is_parameter
from article_search.query.date_words import query_range
from article_search.query.tree import (
    EVERY,
    NOTHING,
    QUOTES,
    And,
    Category,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Term,
    TextField,
    Verbatim,
    all_of,
    any_of,
    as_written,
    begun,
    negated,
)

_TEXT_FIELDS: dict[str, TextField] = {"title": "title", "description": "description", "body": "body"}
_CATEGORY_FIELDS = ("category", "cat", "tag")
_DATE_FIELDS = ("date", "since", "after", "until", "before")
_FIELD = rf"(?i:{'|'.join((*_TEXT_FIELDS, *_CATEGORY_FIELDS, *_DATE_FIELDS))})[:：]"

_DASHES = "\\-‐‑‒–—―−"
_GERSHAYIM = rf"(?<=[\u0590-\u05ff])[{QUOTES}](?=[\u0590-\u05ff])"  # typed as a quotation mark: an abbreviation
_INCHES = rf"(?<=[^\W_])[{QUOTES}](?![^\W_])"  # in 12" vinyl, no phrase begins
_CALL = r"(?<=[A-Za-z0-9])\(\)"  # print() is a word
_PHRASE = rf"[{QUOTES}](?:[^{QUOTES}]|{_GERSHAYIM})*+[{QUOTES}]"
_WORD = rf"(?:[^\s()|{QUOTES}]|{_GERSHAYIM}|{_INCHES}|{_CALL})+"
_LEXER = pattern(
    rf"""
    (?P<open>\() | (?P<close>\))
  | (?P<or>\|+|OR(?![^\s()|])) | (?P<and>AND(?![^\s()|])) | (?P<not>NOT(?![^\s()|]))
  | (?P<minus>(?<![^\s(|:：])[{_DASHES}](?=[^\s)|{_DASHES}]))
  | (?P<field>{_FIELD}(?=[^\s)|]))
  | (?P<spaced>{_FIELD}(?=\s+(?!(?:AND|OR|NOT)(?![^\s()|]))[{_DASHES}]?(?:[=＝](?!\())?[\w({QUOTES}]))
  | (?P<unknown>[a-z]{{2,}}:(?=[^\s)|/:]))(?:=(?!=))?  # looks like a field, but none we have; https:// does not
  | (?<![^\s(|:：{_DASHES}])[=＝](?P<verbatim>{_PHRASE}|(?=[^\W_]){_WORD})
  | (?P<phrase>{_PHRASE})
  | (?P<quote>[{QUOTES}])
  | (?P<word>{_WORD})
    """,
    re.VERBOSE,
)
# Signs and ASCII letters of East Asian keyboards. The rest of their punctuation is that of texts, and no syntax.
_FULL_WIDTH = str.maketrans({chr(ord(char) + 0xFEE0): char for char in "()|*-" + string.ascii_letters + string.digits})
_PLAIN = pattern(r"[^\W_]+(?: [^\W_]+)*")
_CONTROL = pattern(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_WILDCARD = pattern(r"\*|(?<=\w)\?(?=\w)")
_NOT_IN_CATEGORY = pattern(rf"(?!{_GERSHAYIM})[*{QUOTES}]")
_PARTS = 6  # of a word: of letters without blanks two or three make one
_CURRENCIES = tuple("£$€¥")  # £20m are millions, 20m may be metres
_HANGING = pattern(rf"(?<=\w)[{segmentation.APOSTROPHES}{_DASHES}_]$|(?<=\d),$")  # what a word may go on with
_OPERATORS = ("AND", "OR", "NOT")
_OPERATOR = pattern(rf"\b(?:{'|'.join(_OPERATORS)})\b")

# Kinds of token: what joins two items, and what needs an item after it.
_JOINING = ("or", "and")
_LEADING = ("minus", "not", "field", "spaced", "unknown")

_AS_WORDS = "It was read as plain words."
_NOTHING = "There is nothing in this to search for."
_TOO_DEEP = f"Brackets nested more than {LIMITS.query_depth} deep were ignored."

Warn = Callable[[str], None]


class _Token(NamedTuple):
    kind: str  # the name of a group of _LEXER
    text: str  # as typed, a phrase without its quotes, what is taken just as it is written without its =


def parse(text: str, now: datetime) -> Query:
    """The query in a user's text. ``now`` (aware) is what ``last-week`` counts from; days begin in its time zone."""
    if _is_plain(text):
        return Query(text, all_of([Term(word) for word in _half_width(text).split(" ")]))
    warnings: dict[str, None] = {}  # each thing is said once, in order

    def warn(warning: str) -> None:
        if len(warnings) < LIMITS.query_warnings:
            warnings[warning] = None

    now = now.replace(microsecond=0)  # spans are written in seconds at their finest
    text = _within_length(_CONTROL.sub(" ", text).strip(), warn)
    lexed = _without_parameters(_lex(_half_width(text), warn))
    mended = _mend_operators(_mend_brackets(lexed, warn), warn)
    deep = _Parser(mended, now, warn).query(None)
    if deep is None:
        deep = NOTHING if text else EVERY
        if text and not warnings:
            warn(_NOTHING)
    tree = _shallow(deep, LIMITS.query_depth)
    if tree != deep:
        warn(_TOO_DEEP)
    return Query(text, tree, tuple(warnings))


def unfinished(query: Query) -> Query:
    """The same query while it is typed: words are found too that begin like the last, or like the last of its parts."""
    return replace(query, tree=_unfinished(query.tree, _HANGING.sub("", _half_width(query.text))))


def _unfinished(node: Node, text: str) -> Node:
    if isinstance(node, And | Or) and node.children:
        join = all_of if isinstance(node, And) else any_of
        return join([*node.children[:-1], _unfinished(node.children[-1], text)])
    if not isinstance(node, Term) or not text.endswith(node.text):
        return node
    beginning = begun(node)
    return node if beginning is None else any_of([node, beginning])


def _is_plain(text: str) -> bool:
    """Whether a text is some words and no more, as most are: read at once, to the same tree."""
    if len(text) > LIMITS.word_chars or not text.isascii() or not _PLAIN.fullmatch(text):
        return False
    words = _half_width(text).split(" ")
    return len(words) <= LIMITS.query_terms and not any(word in _OPERATORS for word in words)


def _half_width(text: str) -> str:
    """A text with what is in full width as it is elsewhere, character by character."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


def _within_length(text: str, warn: Warn) -> str:
    """The text, cut between two words if it is too long."""
    if len(text) <= LIMITS.query_chars:
        return text
    warn(f"The query is longer than {LIMITS.query_chars:,} characters; the rest was left out.")
    head = text[: LIMITS.query_chars + 1]
    return head.rsplit(maxsplit=1)[0] if any(map(str.isspace, head)) else head[:-1]


@cache
def _long_word() -> re.Pattern[str]:
    """A run of letters that is no word; few queries are so long that one may be in them."""
    return re.compile(rf"([^\W_{UNSPACED}]{{{LIMITS.word_chars}}})[^\W_{UNSPACED}]+")


def _lex(text: str, warn: Warn) -> Iterator[_Token]:
    """The tokens of a text, without punctuation that stands by itself."""
    whole = text
    if len(text) > LIMITS.word_chars:
        text = _long_word().sub(r"\1", text)
    if text != whole:
        warn(f"Of words longer than {LIMITS.word_chars} letters only the beginning is searched for.")
    in_capitals = _OPERATOR.sub("", text).isupper()
    leads = False
    for match in _LEXER.finditer(text):
        kind = str(match.lastgroup)
        piece = match[kind]
        if kind == "quote":
            warn(f'A quotation mark stands alone; "two words" between a pair are found side by side. {_AS_WORDS}')
            kind, piece = "word", ""
        elif kind == "not" and in_capitals:  # a headline; AND and OR between its words do little harm
            warn("NOT was read as a word, as all is in capitals; a - before a word leaves articles out, as in -roma.")
            kind, piece = "word", piece.lower()
        elif kind == "phrase":
            piece = piece[1:-1]
        if kind != "word" or leads or any(True for _ in tokens(piece)):
            yield _Token(kind, piece)
            leads = kind in _LEADING


def _without_parameters(lexed: Iterable[_Token]) -> Iterator[_Token]:
    """Tokens without the minus of a parameter, which has a capital and follows a command: ``Get-Item -Force``."""
    minus: _Token | None = None
    after_command = False
    for token in lexed:
        is_word = token.kind == "word"
        if minus and not (is_word and is_parameter(token.text)):
            yield minus
        minus = token if after_command and token.kind == "minus" else None
        after_command = after_command or (is_word and is_command(token.text))
        if not minus:
            yield token
    if minus:
        yield minus


def _mend_brackets(lexed: Iterable[_Token], warn: Warn) -> Iterator[_Token]:
    """Tokens whose brackets match and nest no deeper than allowed."""
    depth = 0
    for token in lexed:
        if token.kind == "open":
            depth += 1
            if depth > LIMITS.query_depth:
                warn(_TOO_DEEP)
                continue
        elif token.kind == "close":
            if not depth:
                warn("A bracket was closed that is not open; it was ignored.")
                continue
            depth -= 1
            if depth >= LIMITS.query_depth:
                continue
        yield token
    if depth:
        warn("A bracket is not closed; it was taken to end with the query.")
        yield from [_Token("close", ")")] * min(depth, LIMITS.query_depth)


def _mend_operators(lexed: Iterable[_Token], warn: Warn) -> list[_Token]:
    """Tokens where AND and OR stand between two items and NOT before one; what does not is a word, or left out."""
    kept: list[_Token] = []
    for token in lexed:
        if token.kind in _JOINING and kept and kept[-1].kind in _JOINING:
            warn(f"{token.text} follows {kept[-1].text}; it was ignored.")
        else:
            kept.append(token)
    kinds = ["open", *(token.kind for token in kept), "close"]
    for index, (kind, text) in enumerate(kept):
        before, after = kinds[index], kinds[index + 2]
        is_first = before in ("open", *_LEADING)
        is_last = after == "close" or (kind == "not" and after in _JOINING)
        if (kind in _JOINING and (is_first or is_last)) or (kind == "not" and is_last):
            warn(f"{text} needs words to join, as in roma OR lazio, roma AND lazio, roma NOT lazio. {_AS_WORDS}")
            kept[index] = _Token("word", text.lower())
    return [*kept, _Token("close", "")]


class _Parser:
    """Recursive descent over mended tokens, which end in a close of their own. None stands for nothing asked."""

    def __init__(self, tokens: list[_Token], now: datetime, warn: Warn) -> None:
        self._tokens = tokens
        self._at = 0
        self._now = now
        self._warn = warn
        self._parts_left = LIMITS.query_terms * _PARTS
        self._filters_left = LIMITS.filter_values
        self._prefixes_left = LIMITS.query_prefixes

    def query(self, field: str | None) -> Node | None:
        clauses = []
        while not self._accept("close"):
            clauses.append(self._clause(field))
        return _joined(all_of, clauses)

    def _clause(self, field: str | None) -> Node | None:
        choices = [self._both(field)]
        while self._accept("or"):
            choices.append(self._both(field))
        return _joined(any_of, choices)

    def _both(self, field: str | None) -> Node | None:
        items = [self._item(field)]
        while self._accept("and"):
            items.append(self._item(field))
        return _joined(all_of, items)

    def _item(self, field: str | None) -> Node | None:
        negative = False
        named = ""
        unknown: list[Node | None] = []
        while (token := self._tokens[self._at]).kind in _LEADING:
            self._at += 1
            if token.kind == "spaced" and not self._means_field(token.text[:-1].lower()):
                unknown.append(self._term(token.text, None))
            elif token.kind in ("field", "spaced"):
                named = token.text
                field = named[:-1].lower()
            elif token.kind == "unknown":
                self._warn(
                    f"{_short(token.text)} is no field (title:, description:, body:, category:, date:, since: and"
                    f" until: are). {_AS_WORDS}"
                )
                unknown.append(self._term(token.text, None))
            else:
                negative = not negative
        node = self._value(field)
        if node is None and named:
            self._warn(f"{named} needs a word right after it, as in {named}word. It was ignored.")
        node = _joined(all_of, [*unknown, node])
        return negated(node) if node and negative else node

    def _means_field(self, field: str) -> bool:
        """Whether a field with a blank after it is one. The word *date* is in many a headline."""
        kind, text = self._tokens[self._at]
        if field not in _DATE_FIELDS or kind == "open":
            return True
        try:
            query_range(text, self._now)
        except ValueError:
            return False
        return True

    def _value(self, field: str | None) -> Node | None:
        text = self._tokens[self._at].text
        if self._accept("open"):
            return self.query(field)
        is_verbatim = self._accept("verbatim")
        is_phrase = not is_verbatim and self._accept("phrase")
        if not is_verbatim and not is_phrase and not self._accept("word"):
            return None
        if is_verbatim and text[0] in QUOTES:
            text, is_phrase = text[1:-1], True
        if field in _CATEGORY_FIELDS:
            return self._category(text)
        if field in _DATE_FIELDS:
            return self._range(field, text)
        text_field = _TEXT_FIELDS.get(field or "")
        if is_phrase or is_verbatim:
            return self._row(text, text_field, Verbatim if is_verbatim else Phrase)
        return self._word(text, text_field)

    def _accept(self, kind: str) -> bool:
        """Whether the next token is of that kind; if so, it is passed."""
        accepted = self._tokens[self._at].kind == kind
        self._at += accepted
        return accepted

    def _category(self, text: str) -> Node | None:
        if "*" in text:
            self._warn(f"{_short(text)}: a category is named in full; * was ignored.")
        value = " ".join(_NOT_IN_CATEGORY.sub(" ", text).rstrip(",;").split())
        return Category(value) if value and self._filter_granted() else None

    def _range(self, field: str, text: str) -> Node | None:
        try:
            since, until = query_range(text, self._now)
        except ValueError as error:
            self._warn(f"{field}:{_short(text)}: {error}. {_AS_WORDS}")
            return self._term(text, None)
        if field in ("since", "after"):
            span = Range(since, None)
        elif field == "until":
            span = Range(None, until)
        elif field == "before":
            span = Range(None, since)
        else:
            span = Range(since, until)
        return span if span != Range(None, None) and self._filter_granted() else None

    def _row(self, text: str, field: TextField | None, kind: type[Phrase | Verbatim]) -> Node | None:
        """Words that stand next to each other, be it only one."""
        if "*" in text:
            where = "between quotes" if kind is Phrase else "in what is taken just as it is written"
            self._warn(f'{"=" if kind is Verbatim else ""}"{_short(text)}": * has no meaning {where}.')
        text = " ".join(text.replace("*", " ").split())
        text = as_written(text) if kind is Verbatim else text
        found = list(tokens(text))
        found = self._granted(text, found)
        return kind(text[found[0].start : found[-1].end], field) if found else None

    def _word(self, text: str, field: TextField | None) -> Node | None:
        """A word, or with a star after it a prefix; the words that hang before a prefix are words of their own."""
        if re.fullmatch(_FIELD, text):
            self._warn(f"{text} needs a word right after it, as in {text}word. {_AS_WORDS}")
        found = list(tokens(text))
        if not found:
            return None
        start, end = found[-1].start, found[-1].end
        if not text.startswith("*", end) or _WILDCARD.search(text, 0, end):
            return self._term(text, field)
        # A part of a run of letters without blanks finds it in any case.
        if segmentation.is_unspaced(text[start]) or not self._may_be_prefix(text[start:end]):
            return self._term(text[:end], field)
        before = self._term(text[:start], field)
        return _joined(all_of, [before, Prefix(text[start:end], field) if self._granted(text, found[-1:]) else None])

    def _may_be_prefix(self, word: str) -> bool:
        if len(fold(word)) < LIMITS.prefix_chars:
            self._warn(f"{word}* is too short; a * needs {LIMITS.prefix_chars} letters before it. {_AS_WORDS}")
            return False
        if not self._prefixes_left:
            self._warn(f"{_short(word)}*: a query may have {LIMITS.query_prefixes} words with *. {_AS_WORDS}")
            return False
        self._prefixes_left -= 1
        return True

    def _term(self, text: str, field: TextField | None) -> Node | None:
        """A word without the punctuation around it but for its signs; each word by itself where together they would
        mean something."""
        found = list(tokens(text))
        if not found:
            return None
        wild = None if "://" in text else _WILDCARD.search(text, 0, found[-1].end)
        if wild:
            self._warn(f"{_short(text)}: {wild[0]} is no wildcard here; a * may end a word, as in transf*. {_AS_WORDS}")
        text = _with_signs(text)
        if (sign := _LEXER.match(text)) and sign.lastgroup in ("minus", "verbatim"):  # of /-e: it would mean something
            text = text[1:]
        found = list(tokens(text))
        granted = self._granted(text, found)
        whole = text if granted == found else text[: granted[-1].end] if granted else ""
        runs = [] if whole.isascii() else list(segmentation.stretches(whole))
        if granted and not wild and all(map(_is_word, (text, *runs))):
            return all_of(Term(run, field) for run in runs) if len(runs) > 1 else Term(whole, field)
        words = (text[each.start : each.end] for each in granted)
        return _joined(all_of, [Term(word.lower() if word in _OPERATORS else word, field) for word in words])

    def _granted(self, text: str, words: list[Token]) -> list[Token]:
        """Those of some more words of a text that may be searched for. Of letters without blanks some make a word."""
        for number, word in enumerate(words):
            letter = text[word.start]
            self._parts_left -= _PARTS // segmentation.together(letter) if segmentation.is_unspaced(letter) else _PARTS
            if self._parts_left < 0:
                self._warn(f"Only the first {LIMITS.query_terms} words of the query are searched for.")
                self._parts_left = 0
                return words[:number]
        return words

    def _filter_granted(self) -> bool:
        """Whether one more category or time may be asked for."""
        self._filters_left -= 1
        if self._filters_left < 0:
            self._warn(f"Only the first {LIMITS.filter_values} categories and dates of the query are looked at.")
        return self._filters_left >= 0


def _joined(join: Callable[[Iterable[Node]], Node], nodes: Iterable[Node | None]) -> Node | None:
    kept = [node for node in nodes if node is not None]
    return join(kept) if kept else None


def _is_word(text: str) -> bool:
    """Whether a text with nothing around it is read as one word."""
    lexed = _LEXER.match(text)
    return lexed is not None and lexed.lastgroup == "word" and lexed.end() == len(text)


def _with_signs(text: str) -> str:
    """A text from its first word to its last, with the signs that belong to them, and that of a currency."""
    spans = list(segmentation.spans(text))
    begin, reach, end = spans[0].begin, spans[-1].reach, spans[-1].end
    return text[begin - (text[begin - 1 : begin] in _CURRENCIES) : reach + text.startswith("()", end)]


def _shallow(node: Node, depth: int) -> Node:
    """A tree whose And and Or nest no deeper than that: further down, all that is asked is asked side by side."""
    if isinstance(node, Not):
        return negated(_shallow(node.child, depth))
    if not isinstance(node, And | Or):
        return node
    if depth == 1:
        return all_of(_spread(node))
    join = all_of if isinstance(node, And) else any_of
    return join(_shallow(child, depth - 1) for child in node.children)


def _spread(node: Node) -> Iterator[Node]:
    if isinstance(node, And | Or):
        for child in node.children:
            yield from _spread(child)
    elif isinstance(node, Not):
        yield from map(negated, _spread(node.child))
    else:
        yield node


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
