"""Of the vocabularies of the Snowball project, how many words find the others with their stem, and how many find wrong
ones? Those that the crate rust-stemmers ships; tests/benchmarks/stems.py counts, and knows what each count means."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("ARTICLES_VOCABULARIES", ""))
SCRIPT = Path(__file__).parents[1] / "benchmarks" / "stems.py"

# At least so many of a hundred thousand: pairs with one stem that are found, pairs found that have one stem, and pairs
# with one stem that are found by what is typed without accents.
FLOORS = {
    "arabic": (100000, 99061, 0),
    "english": (99799, 99782, 0),
    "finnish": (99962, 99334, 99941),
    "french": (99928, 99517, 90117),
    "german": (99404, 92637, 99728),  # its list of words that say nothing has some in several forms
    "greek": (100000, 100000, 0),
    "italian": (99953, 99371, 61946),
    "norwegian": (99993, 99890, 99048),
    "portuguese": (99865, 99180, 89855),
    "romanian": (99990, 97758, 85040),
    "russian": (99974, 100000, 0),
    "spanish": (99926, 99246, 75526),
}


@pytest.mark.slow
@pytest.mark.skipif(not (FOLDER / "voc_ru.txt").exists(), reason="ARTICLES_VOCABULARIES names no folder with them")
def test_words_find_those_with_their_stem_and_few_others(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    subprocess.run([sys.executable, SCRIPT, FOLDER, "--json", report], check=True, capture_output=True, timeout=600)
    found = json.loads(report.read_text())
    assert found.keys() == FLOORS.keys()
    for language, counts in found.items():
        good = counts["right"] + counts["accents"]
        shares = (
            counts["right"] / counts["pairs"],
            good / (good + counts["wrong"]),
            counts["typed_right"] / (counts["typed_pairs"] or 1),
        )
        floors = tuple(floor / 100_000 for floor in FLOORS[language])
        assert all(share >= floor for share, floor in zip(shares, floors, strict=True)), (language, shares, floors)
        assert counts["themselves"] == counts["accented"], language
