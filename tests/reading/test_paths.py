"""An id is a name's bytes read as UTF-8, in whatever encoding the system's names are read."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.reading import paths

NAMES = st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1).map(str.encode)


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "iso-8859-15", "utf-8"])
@given(name=NAMES | st.binary(min_size=1))
def test_a_name_is_an_id_and_an_id_a_name(encoding: str, name: bytes) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(paths, "_BY_LOCALE", encoding != "utf-8")
        monkeypatch.setattr(os, "fsencode", lambda text: text.encode(encoding, "surrogateescape"))
        monkeypatch.setattr(os, "fsdecode", lambda data: data.decode(encoding, "surrogateescape"))
        id = paths.id_of(os.fsdecode(name))
        assert id == name.decode("utf-8", "surrogateescape")
        assert os.fsencode(paths.path_of("content", id)) == b"content/" + name
