"""Do the words of a language find their other forms? Our terms over a vocabulary, beside the stems of Snowball.

    python tests/benchmarks/stems.py FOLDER [LANGUAGE...] [--json FILE]

FOLDER is a checkout of snowball-data, or the folder ``test_data`` of the crate rust-stemmers. README.md beside this
says what each figure means. Not here: whether articles are found (languages.py).
"""

from __future__ import annotations

import argparse
import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from peers.running import table

from article_search.language import languages, text

# How the crate names its files.
_CODES = {"ger": "german", "no": "norwegian"}

# Letters with accents that Unicode does not take apart, as people type them who have none.
_TYPED = str.maketrans({"ł": "l", "đ": "d", "ı": "i", "ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ð": "d", "þ": "th"})


@dataclass(frozen=True)
class Found:
    """What the words of one language find. Pairs are of a word that is typed and another that is in an article."""

    words: int  # that are one word to us
    pairs: int  # of two words with one stem of Snowball's
    right: int  # of these, those that are found
    accents: int  # found with stems that are one but for accents
    wrong: int  # found with other stems
    accented: int  # words with accents
    themselves: int  # of these, those that are found by what is typed without
    typed_pairs: int  # of what is typed so, and a word with the stem of what was meant
    typed_right: int  # of these, those that are found
    typed_wrong: int  # found with a stem that is another even without accents

    @property
    def recall(self) -> float:
        """Share of the pairs with one stem that is found."""
        return self.right / self.pairs if self.pairs else 1.0

    @property
    def precision(self) -> float:
        """Share of the pairs found that have one stem, but for accents."""
        good = self.right + self.accents
        return good / (good + self.wrong) if good + self.wrong else 1.0

    @property
    def typed_recall(self) -> float:
        """The same share, of what is typed without accents."""
        return self.typed_right / self.typed_pairs if self.typed_pairs else 1.0


def main() -> None:
    """Counts for every language there is a stemmer for, and prints a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help="names as of Snowball; without any, all")
    parser.add_argument("--json", type=Path, help="file for the counts")
    arguments = parser.parse_args()
    report = {}
    for language, stems in vocabularies(arguments.folder):
        if not arguments.languages or language in arguments.languages:
            report[language] = compared(stems, language)
    print(shown(report))
    if arguments.json:
        written = {language: asdict(found) for language, found in report.items()}
        arguments.json.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


def vocabularies(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The languages of a folder that we have a stemmer for, and of each the expected stem by word."""
    for words in sorted((*folder.glob("*/voc.txt"), *folder.glob("voc_*.txt"))):
        name = words.parent.name if words.name == "voc.txt" else words.stem.removeprefix("voc_")
        stems = words.with_name(words.name.replace("voc", "output" if words.name == "voc.txt" else "res"))
        language = languages.known(_CODES.get(name, name))
        if language:
            yield language, dict(zip(_lines(words), _lines(stems), strict=True))


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").rstrip("\n").split("\n")


def compared(stems: Mapping[str, str], language: str) -> Found:
    """What is found among the words of a vocabulary, each in an article of its own, when each of them is typed."""
    asked = {word: _asked(word, language) for word in stems}
    words = [word for word, term in asked.items() if term is not None]
    having, classes = defaultdict(set), defaultdict(set)
    for word in words:
        classes[stems[word]].add(word)
        for term in _indexed(word, language):
            having[term].add(word)
    counts = dict.fromkeys(Found.__dataclass_fields__, 0)
    counts["words"] = len(words)
    for word in words:
        alike, found = classes[stems[word]], having.get(asked[word] or "", set())
        counts["pairs"] += len(alike) - 1
        counts["right"] += len(alike & found - {word})
        others = [_typed(stems[other]) == _typed(stems[word]) for other in found - alike]
        counts["accents"] += sum(others)
        counts["wrong"] += len(others) - sum(others)
        typed = _typed(word)
        if typed != word:
            found = having.get(_asked(typed, language) or "", set())
            counts["accented"] += 1
            counts["themselves"] += word in found
            counts["typed_pairs"] += len(alike)
            counts["typed_right"] += len(alike & found)
            counts["typed_wrong"] += sum(_typed(stems[other]) != _typed(stems[word]) for other in found - alike)
    return Found(**counts)


def _asked(word: str, language: str) -> str | None:
    """The term by which a word is looked for; None for what is not one word."""
    terms = text.terms(word, language)
    return terms[0] if len(terms) == 1 else None


def _indexed(word: str, language: str) -> set[str]:
    """All terms that a word is indexed by, which may be several."""
    return {token.term for token in text.all_terms(word, language)}


def _typed(word: str) -> str:
    """A word as one types it who leaves out accents; й and the signs of other scripts are letters."""
    letters = (char if "\u0410" <= char <= "\u045f" and char not in "Ёё" else _bare(char) for char in word)
    return "".join(letters).translate(_TYPED)


def _bare(char: str) -> str:
    decomposed = unicodedata.normalize("NFD", char)
    return decomposed[0] if len(decomposed) > 1 and decomposed[1] < "\u0370" else char


def shown(report: Mapping[str, Found]) -> str:
    """A line a language."""
    head = ["", "words", "pairs", "found", "right", "accented", "typed without", "and their class", "wrong so"]
    lines = [
        [
            language,
            f"{found.words:,}",
            f"{found.pairs:,}",
            f"{found.recall:.2%}",
            f"{found.precision:.2%}",
            f"{found.accented:,}",
            f"{found.themselves / found.accented:.2%}" if found.accented else "",
            f"{found.typed_recall:.2%}" if found.accented else "",
            f"{found.typed_wrong:,}" if found.accented else "",
        ]
        for language, found in report.items()
    ]
    return table(head, lines)


if __name__ == "__main__":
    main()
