"""What is in one article, looked at by itself? Its words by field, found in its texts as they were indexed.

For explanations, of which there is one at a time. Not here: which articles have a word (queries.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from article_search.backends import written
from article_search.backends.base import TEXT_FIELDS, Head, Text, TitleCount, Titled, Word, fields_of
from article_search.language import text
from article_search.query.tree import TextField


class Single:
    """One article: its words by text field, as terms and folded."""

    def __init__(self, head: Head, body: Text) -> None:
        texts: dict[TextField, str] = {"title": head.title, "description": head.description, "body": body.body}
        self._title, self._language = head.title, body.language
        self._terms = {name: text.indexed(texts[name], body.language) for name in TEXT_FIELDS}
        self._words = {name: text.words(texts[name], body.language) for name in TEXT_FIELDS}

    def length(self, field: TextField) -> int:
        """How many words a field has."""
        return len(self._terms[field])

    def times(self, word: Word) -> dict[TextField, int]:
        """How often it has a word, by field that has it."""
        found: Counter[TextField] = Counter()
        for terms, only in word.ways:
            found.update({name: _in_a_row(self._terms[name], terms) for name in fields_of(only)})
        for name, words in word.spelt:
            found[name] += len({*words} & {*self._words[name]})
        return {name: found[name] for name in TEXT_FIELDS if found[name]}

    def has_form(self, word: Word) -> bool:
        """Whether it has a word in a form that was asked for."""
        if any(form in self._words[name] for form, only in word.forms for name in fields_of(only)):
            return True
        return bool(self.times(Word(tuple(way for way in word.ways if len(way.terms) > 1))))

    def in_title(self, titled: Titled, rare: Sequence[float]) -> TitleCount | None:
        """How far words name it, each of which weighs so much where it names an article."""
        telling = written.telling(self._title, self._language)
        without = telling - sum(term in of for term in titled.common for of in self._terms["title"])
        told, named, covered = 0.0, 0.0, 0
        for (word, weight), rarely in zip(titled.words, rare, strict=True):
            here = self._places(word, titled.common, without)
            told, named = told + weight * bool(here), named + rarely * bool(here)
            covered += here
        telling = max(1, without if without > 0 else telling)
        is_named = covered >= max(telling, titled.least)
        return TitleCount(named if is_named else told, covered, telling) if covered else None

    def _places(self, word: Word, common: Sequence[str], without: int) -> int:
        """How many places of its title a word has."""
        ways = [len({*words} & {*self._words["title"]}) for only, words in word.spelt if only == "title"]
        for way, only in word.ways:
            if only in (None, "title"):
                size = sum(term not in common for term in way)
                ways.append(_in_a_row(self._terms["title"], way) * (size or (len(way) if without <= 0 else 0)))
        return max(ways, default=0)


def _in_a_row(terms: Sequence[Sequence[str]], wanted: tuple[str, ...]) -> int:
    """How often some terms stand in a row."""
    starts = range(len(terms) - len(wanted) + 1 if wanted else 0)
    return sum(all(term in terms[at + nth] for nth, term in enumerate(wanted)) for at in starts)
