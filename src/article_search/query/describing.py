"""How was a query understood? A tree put into the words of the query language again.

Not here: how such words are read (parser.py).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from article_search.late import pattern
from article_search.query.commands import is_command, is_parameter
from article_search.query.tree import (
    And,
    Category,
    Forms,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Term,
    Verbatim,
    typed_of,
)

# A category that needs no quotes.
_PLAIN = pattern(r"(?!(?:AND|OR|NOT)$)\w+(?:[-.&/]\w+)*")
_PLAIN_VERBATIM = pattern(r"[^\W_]\w*(?:[-.&/]\w+)*")  # likewise words as they are written


def describe(tree: Node, zone: tzinfo = UTC) -> str:
    """The tree as a query in canonical form, every group in brackets; whole days are those of ``zone``.

    Parsed again in that zone it gives an equal tree, if the tree is one the parser gave and the text, which may be
    longer than what was typed, is still within the limits.
    """
    return _described(tree, zone, _has_command(tree))


def _described(tree: Node, zone: tzinfo, has_command: bool) -> str:
    def operand(node: Node) -> str:
        text = _described(node, zone, has_command)
        is_group = isinstance(node, And | Or) or (isinstance(node, Range) and " " in text)
        is_group = is_group or (isinstance(node, Forms) and len(_shown(node)) > 1)
        return f"({text})" if is_group else text

    match tree:
        case Term(text, field):
            return _with_field(field, text)
        case Phrase(text, field):
            return _with_field(field, f'"{text}"')
        case Verbatim(text, field):
            return _with_field(field, f"={text}" if _PLAIN_VERBATIM.fullmatch(text) else f'="{text}"')
        case Prefix(text, field, after):
            return _with_field(field, f"{after}{text}*")
        case Forms():
            return " OR ".join(map(operand, _shown(tree)))
        case Category(value):
            return _with_field("category", value if _PLAIN.fullmatch(value) else f'"{value}"')
        case Range(since, until):
            return _describe_range(since, until, zone)
        case And(children):
            return " ".join(map(operand, children))
        case Or(()):
            return "()"
        case Or(children):
            return " OR ".join(map(operand, children))
        case Not(child):
            text = operand(child)
            if text.startswith("-") or (has_command and is_parameter(text)):  # it would be one, without brackets
                text = f"({text})"
            return f"-{text}"


def _has_command(tree: Node) -> bool:
    match tree:
        case Term() | Forms():
            return is_command(typed_of(tree).text)
        case And(children) | Or(children):
            return any(map(_has_command, children))
        case Not(child):
            return _has_command(child)
    return False


def _shown(forms: Forms) -> tuple[Term | Phrase, ...]:
    """The form typed, and those to be named beside it."""
    return (forms.typed, *(form.node for form in forms.forms[1:] if form.shown))


def _with_field(field: str | None, text: str) -> str:
    return f"{field}:{text}" if field else text


def _describe_range(since: datetime | None, until: datetime | None, zone: tzinfo) -> str:
    """Whole years, months and days by their names, other moments in full."""
    first, end = _day_from(since, zone), _day_from(until, zone)
    if first and end and first < end:
        return f"date:{_describe_days(first, end - timedelta(days=1))}"
    parts = []
    if since:
        parts.append(f"since:{first or _moment(since)}")
    if until and end and end > date.min:
        parts.append(f"until:{end - timedelta(days=1)}")
    elif until:
        parts.append(f"before:{_moment(until)}")
    return " ".join(parts)


def _day_from(moment: datetime | None, zone: tzinfo) -> date | None:
    """The day that begins at a moment, if one does."""
    try:
        local = moment.astimezone(zone) if moment else None
    except OverflowError:  # the first or last hours of the calendar
        return None
    return local.date() if local and local.time() == time() and not local.fold else None


def _describe_days(first: date, last: date) -> str:
    if first == last:
        return first.isoformat()
    end = last + timedelta(days=1)
    months = (end.year - first.year) * 12 + end.month - first.month
    if first.day == end.day == 1 and (months == 1 or (months == 12 and first.month == 1)):
        return first.isoformat()[: 7 if months == 1 else 4]
    return f"{first}..{last}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
