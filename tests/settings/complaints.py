"""What is said of an articles.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from article_search.errors import SettingsError
from article_search.settings import load


def complaint(toml: str | bytes) -> str:
    """What is said about an articles.toml of this text."""
    Path("articles.toml").write_bytes(toml if isinstance(toml, bytes) else toml.encode())
    with pytest.raises(SettingsError) as caught:
        load(None, {})
    assert "\n" not in str(caught.value)
    return str(caught.value)
