"""Where do we say otherwise than a generator, on purpose? By site and file: the facts that differ, and the reason."""

from __future__ import annotations

from typing import Any

Reason = tuple[dict[str, Any], str]

MEANT: dict[str, dict[str, Reason]] = {}
