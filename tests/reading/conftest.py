"""Fixtures that tests of walking and loading share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty content root."""
    folder = tmp_path / "content"
    folder.mkdir()
    return folder
