"""What is asked? Questions drawn from titles and descriptions of the articles themselves, the same for every run.

Words come in the order they are written in. Stop words are passed over but in phrases: ours does not insist on them
and the others would, so that they would answer other questions.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from article_search.language import text
from article_search.reading.article import Article
from peers import Kind, Question

_SEED = 20200915
_PREFIX = (3, 5)  # letters
_WARM_UP = 20  # questions


def draw(articles: Iterable[Article], count: int) -> dict[Kind, list[Question]]:
    """``count`` questions of every kind; ``any`` and ``all`` have the same words."""
    known = list(articles)
    if not known:
        raise ValueError("there is no article to draw queries from")
    chance = random.Random(_SEED)
    words = [question for question in (_words(chance, known) for _ in range(count * 3)) if question][:count]
    days = sorted(article.date for article in known if article.date)
    return {
        "any": [Question("any", each) for each in words],
        "all": [Question("all", each) for each in words],
        "phrase": _drawn(count, lambda: _phrase(chance, known)),
        "prefix": _drawn(count, lambda: _prefix(chance, known)),
        "dates": [Question("dates", each, *_days(chance, days)) for each in words] if days else [],
    }


def warm_up(articles: Iterable[Article], asked: Iterable[Question]) -> list[Question]:
    """Questions of which no word is in those that are asked; fewer, where there are not as many."""
    known, chance = list(articles), random.Random(_SEED + 1)
    taken = {word for question in asked for word in question.text.split()}
    found: list[Question] = []
    for _ in range(_WARM_UP * 20):
        words = [word for word in _words(chance, known).split() if word not in taken]
        if words and len(found) < _WARM_UP:
            found.append(Question("any", " ".join(words)))
    return found


def _drawn(count: int, one: Callable[[], Question | None]) -> list[Question]:
    return [question for question in (one() for _ in range(count * 5)) if question][:count]


def _plain(written: str) -> list[str]:
    """The words of a text, folded; None would not do for one that analysers may split, so such a text has none."""
    found = [written[token.start : token.end] for token in text.tokens(written)]
    return [word.lower() if word.isascii() and word.isalnum() and len(word) < 30 else "" for word in found]


def _sentence(chance: random.Random, articles: list[Article]) -> list[str]:
    article = chance.choice(articles)
    return _plain(article.title if chance.random() < 0.5 or not article.description else article.description)


def _words(chance: random.Random, articles: list[Article]) -> str:
    """One to five words of one sentence."""
    words = list(dict.fromkeys(word for word in _sentence(chance, articles) if word and not text.is_stop_word(word)))
    number = min(chance.randint(1, 5), len(words))
    return " ".join(words[place] for place in sorted(chance.sample(range(len(words)), number)))


def _phrase(chance: random.Random, articles: list[Article]) -> Question | None:
    """Two to four words that stand next to each other, one of them no stop word."""
    words = _sentence(chance, articles)
    length = chance.randint(2, 4)
    start = chance.randrange(max(1, len(words) - length + 1))
    chosen = words[start : start + length]
    fit = len(chosen) == length and all(chosen) and not all(map(text.is_stop_word, chosen))
    return Question("phrase", " ".join(chosen)) if fit else None


def _prefix(chance: random.Random, articles: list[Article]) -> Question | None:
    """The first letters of one word."""
    words = [word for word in _sentence(chance, articles) if word.isalpha() and len(word) > _PREFIX[1]]
    return Question("prefix", chance.choice(words)[: chance.randint(*_PREFIX)]) if words else None


def _days(chance: random.Random, days: list[datetime]) -> tuple[str, str]:
    """A month to a year that begins at some article."""
    first = chance.choice(days).astimezone(UTC).date()
    return first.isoformat(), (first + timedelta(days=chance.randint(30, 365))).isoformat()
