"""Content files that tests write."""

from __future__ import annotations

import os
from pathlib import Path

LONG_AGO = 1_500_000_000 * 10**9  # nanoseconds
ROMA = "---\ntitle: Roma wait\ndate: 2020-09-15\n---\nUnited ask for a fee.\n"


def write(file: Path, text: str | bytes = ROMA, mtime: int = LONG_AGO) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.utime(file, ns=(mtime, mtime))
    return file
