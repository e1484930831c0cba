"""Settings that a program makes in Python are held to what articles.toml may say."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.errors import SettingsError
from article_search.settings import OpenSearch, Pinned, QueryLog, Recency, Semantic, Settings, Terminal, Web

NAMES = [field.name for field in fields(Settings)]
DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]


class Hostile:
    def __repr__(self) -> str:
        raise OSError("no")

    def __len__(self) -> int:
        raise ArithmeticError


WRONG: dict[str, Any] = {
    "none": None,
    "bytes": b"content",
    "number": 1.5,
    "not a number": float("nan"),
    "infinite": float("-inf"),
    "negative": -1,
    "huge": 10**5_000,
    "list": ["a"],
    "dict": {"a": "b"},
    "set": {"a"},
    "object": Hostile(),
    "class": Hostile,
    "deep": DEEP,
    "tuple of objects": (Hostile(),),
    "tuple of numbers": (1, 2),
    "tuple of texts": ("ab", "\0"),
    "pairs of numbers": ((1, 2),),
    "pairs of objects": (("a", Hostile()),),
    "pairs too deep": (("a", {"b": DEEP}),),
    "twice": (("a", "b"), ("a", "b")),
}
OF_THAT_KIND = {("exclude", "tuple of texts"), ("synonym_groups", "twice")}


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name in NAMES for kind in WRONG if (name, kind) not in OF_THAT_KIND]
)
def test_a_value_of_another_kind_is_refused_in_one_line_that_names_the_setting(name: str, kind: str) -> None:
    with pytest.raises(SettingsError, match=f"^Settings: {name}") as refused:
        Settings(**{name: WRONG[kind]})
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 1_000


@pytest.mark.parametrize(
    "values",
    [
        {"language": "klingon"},
        {"content": "posts"},
        {"content": Path("a\0b")},
        {"content": Path("x" * 5_000)},
        {"content": Path("same"), "index": Path("same")},
        {"content": Path("index/posts")},
        {"title": "\ud800"},
        {"title": "two\nlines"},
        {"timezone": "Europe/Rome"},
        {"generator": "wordpress"},
        {"generator_options": ("nonsense",)},
        {"languages": ("english and more",)},
        {"base_url": "javascript:alert(1)"},
        {"url": "/{nonsense}"},
        {"page_size": True},
        {"page_size": 0},
        {"workers": 10**9},
        {"memory_mb": 1},
        {"cache_mb": 2**70},
        {"filename_dates": "sometimes"},
        {"future": "perhaps"},
        {"exclude": ("",)},
        {"synonyms": (("a", ("b",) * 100),)},
        {"synonym_groups": (("alone",),)},
        {"pinned": (Pinned("a", ("b",), ("b",)),)},
        {"pinned": (Pinned("a", "b.md", ()),)},  # type: ignore[arg-type]
        {"recency": Recency(half_life=float("nan"), weight=0.5)},
        {"recency": Recency(half_life=30, weight=-1)},
        {"semantic": Semantic(weight=float("inf"))},
        {"semantic": Semantic(enabled="no")},  # type: ignore[arg-type]
        {"web": Web(access_log="access.log")},  # type: ignore[arg-type]
        {"web": Web(burst=0)},
        {"terminal": Terminal(resident_minutes=-1)},
        {"web": Web(proxies=("nowhere",))},
        {"web": Web(origins=("example.org",))},
        {"query_log": QueryLog(path="queries.db")},  # type: ignore[arg-type]
        {"query_log": QueryLog(days=-1)},
        {"opensearch": OpenSearch(hosts=["https://a.example:9200"])},  # type: ignore[arg-type]
        {"opensearch": OpenSearch(hosts=("a.example",))},
        {"opensearch": OpenSearch(ca_certs="ca.pem")},  # type: ignore[arg-type]
        {"opensearch": OpenSearch(timeout=float("inf"))},
        {"opensearch": OpenSearch(hosts=("https://a.example:9200",), user="ann")},
        {"opensearch": OpenSearch(hosts=("http://a.example:9200",), user="ann", password="x")},
        {"opensearch": OpenSearch(hosts=("https://a.example:9200",), user="ann", password=1)},  # type: ignore[arg-type]
    ],
)
def test_what_articles_toml_may_not_say_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=r"\w"):
        Settings(**values)
    with pytest.raises(SettingsError, match=r"\w"):
        replace(Settings(title="News"), **values)


def test_what_it_may_say_is_taken_and_read_as_it_would_be() -> None:
    given = Settings(
        content=Path("posts"),
        timezone=ZoneInfo("Europe/Rome"),
        language="de",
        urls=(("a", "/{slug}/"), ("a/b", "/b/{slug}/")),
        defaults=(("posts", {"Draft": True}),),
        synonyms=(("covid", ("coronavirus",)),),
        pinned=(Pinned("budget", ("2026/budget.md",), ()),),
        recency=Recency(half_life=30, weight=0.5),
        web=Web(proxies=(ip_network("10.0.0.0/8"), "unix"), access_log=Path("-")),
        query_log=QueryLog(path=Path("queries.db")),
        terminal=Terminal(resident_minutes=5),
        opensearch=OpenSearch(hosts=("https://a.example:9200/",), user="ann", password="s3cret", ca_certs=Path("ca")),
    )
    assert given.opensearch == OpenSearch(
        ("https://a.example:9200",), user="ann", password="s3cret", ca_certs=Path("ca")
    )
    assert given.language == "german"
    assert given.urls == (("a/b", "/b/{slug}/"), ("a", "/{slug}/"))
    assert given.defaults == (("posts", {"draft": "true"}),)
    assert given.web == Web(proxies=(ip_network("10.0.0.0/8"), "unix"), access_log=Path("-"))
    assert replace(given) == given
    assert replace(given, title="News").signature() == given.signature()


@pytest.mark.parametrize(
    "cluster",
    [
        OpenSearch(("https://ann:s3cret@a.example:9200",)),
        OpenSearch("https://ann:s3cret@a.example:9200"),  # type: ignore[arg-type]
        OpenSearch(("https://a.example:9200",), user="ann", password="s3cret\n"),
        OpenSearch(("https://a.example:9200",), password="s3cret"),
        {"hosts": ["https://ann:s3cret@a.example:9200"]},
    ],
)
def test_no_password_is_repeated(cluster: Any) -> None:
    with pytest.raises(SettingsError, match=r"^Settings: opensearch") as refused:
        Settings(opensearch=cluster)
    assert "s3cret" not in str(refused.value)
    assert "s3cret" not in repr(OpenSearch(password="s3cret"))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=8,
)


@given(st.sampled_from(NAMES), ANYTHING)
def test_anything_is_taken_or_refused(name: str, value: object) -> None:
    try:
        settings = Settings(**{name: value})  # type: ignore[arg-type]
    except SettingsError as error:
        assert str(error).isprintable()
    else:
        json.loads(settings.signature())
        settings.meanings()
