"""How does one article look in a terminal, and how it came by its score?

Not here: articles among the hits of a search (hits.py).
"""

from __future__ import annotations

from article_search.answering.results import Document, Explanation
from article_search.language.days import iso
from article_search.terminal.screen import Screen, clean, wrapped


def document_lines(document: Document, screen: Screen) -> list[str]:
    """One article as it was understood."""
    hit = document.hit
    facts = {
        "id": hit.id,
        "url": hit.url,
        "date": iso(hit.date) if hit.date else "none",
        "categories": ", ".join(hit.categories) or "none",
        "image": hit.image or "none",
    }
    lines = [screen.bold(line) for line in wrapped(hit.title, screen.width)]
    lines += [f"{screen.dim(f'{name:<10}')}  {clean(value)}" for name, value in facts.items()]
    for warning in document.warnings:
        lines += wrapped(f"warning: {warning}", screen.width)
    if hit.description:
        lines += ["", *wrapped(hit.description, screen.width)]
    for paragraph in document.body.split("\n\n"):
        if paragraph.strip():
            lines += ["", *wrapped(paragraph, screen.width)]
    return lines


def explanation_lines(explanation: Explanation, screen: Screen) -> list[str]:
    """How an article comes by its score: a line a word and a field, then what its order adds, then the sum."""
    missing = ", ".join(map(clean, explanation.missing))
    lines = [screen.bold(line) for line in wrapped(explanation.title, screen.width)]
    lines += [f"{screen.dim('query')}  {clean(explanation.query)}", ""]
    for word in explanation.words:
        weight = f"idf {word.idf:.2f} × burst {word.burst:.2f}"
        weight += (
            f" × {word.times:.2f} {'for repetition' if word.times > 1 else 'in this query'}" if word.times != 1 else ""
        )
        weight += f" × {word.share:.2f} as a guess" if word.share != 1 else ""
        lines.append(f"{word.score:9.4f}  {clean(word.word)}: in {word.articles:,} articles, {weight}")
        lines += [
            screen.dim(
                f"{field.score:13.4f}  {field.field}: {field.frequency:,} ×, {field.length:.2f} × the average length"
            )
            for field in word.fields
        ]
        if word.exact_form:
            form = f"in the form asked for, as {word.articles_with_form:,} articles have it"
            lines.append(screen.dim(f"{word.exact_form:13.4f}  {form}"))
    if explanation.found:
        extras = {
            "words of the query in its title, by how much of it they are": explanation.by_title,
            "other names of it in the query": explanation.by_names,
            "age": explanation.recency,
            "words that stand together": explanation.together,
            "likeness to the query by word vectors": explanation.likeness,
            "words that the first articles share": explanation.expansion,
        }
        lines += [f"{value:9.4f}  {name}" for name, value in extras.items() if value]
        lines.append(screen.bold(f"{explanation.score:9.4f}  score"))
    verdict = "found with some of the words" if explanation.found else "not found"
    if missing:
        lines += ["", *wrapped(f"{verdict}; it does not answer: {missing}", screen.width)]
    if explanation.repeats:
        lines += ["", "not shown: another article says nearly the same"]
    if explanation.pinned:
        said = "comes first, whatever its score" if explanation.pinned == "first" else "is not shown"
        lines += ["", f"pinned in the settings: for this query it {said}"]
    return lines
