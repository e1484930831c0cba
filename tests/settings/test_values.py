"""What the values say together."""

from __future__ import annotations

import json
import os
from pathlib import Path
from zoneinfo import ZoneInfo

from article_search.settings import OpenSearch, Settings


def test_each_of_a_group_of_synonyms_means_the_others() -> None:
    settings = Settings(synonyms=(("covid", ("coronavirus",)),), synonym_groups=(("film", "movie", "picture"),))
    assert settings.meanings() == (
        ("covid", ("coronavirus",)),
        ("film", ("movie", "picture")),
        ("movie", ("film", "picture")),
        ("picture", ("film", "movie")),
    )


def test_the_signature_changes_with_what_shapes_articles_and_with_nothing_else(site: Path) -> None:
    base = Settings()
    assert Settings(title="News", page_size=3, workers=2, index=site / "elsewhere").signature() == base.signature()
    shaping = [
        Settings(url="/blog/{id}"),
        Settings(timezone=ZoneInfo("Europe/Rome")),
        Settings(content=Path("posts")),
        Settings(language="german"),
        Settings(languages=("en",)),
        Settings(generator="hugo"),
        Settings(base_url="/docs"),
        Settings(urls=(("a", "/{slug}"),)),
        Settings(defaults=(("a", {"draft": "true"}),)),
        Settings(filename_dates="first"),
        Settings(future="show"),
        Settings(generator_options=("uglyURLs",)),
        Settings(language_folders=(("english", "en"),)),
    ]
    assert len({settings.signature() for settings in [base, *shaping]}) == 1 + len(shaping)


def test_the_signature_does_not_depend_on_how_the_content_root_is_written(site: Path) -> None:
    assert Settings(content=site / "content").signature() == Settings(content=Path(os.curdir, "content")).signature()


def test_any_machine_may_bring_a_cluster_up_to_date_wherever_it_has_the_content() -> None:
    here = Settings(opensearch=OpenSearch(("https://a.example:9200",)))
    there = Settings(content=Path("/srv/content"), opensearch=OpenSearch(("https://b.example:9200",), shards=3))
    assert here.signature() == there.signature() != Settings().signature()
    assert "content" not in json.loads(here.signature())
    assert Settings(opensearch=OpenSearch(shards=3)).signature() == Settings().signature()


def test_the_place_of_the_index_is_its_folder_or_where_it_is_in_which_cluster() -> None:
    hosts = ("https://a.example:9200", "https://b.example:9200")
    assert Settings(index=Path("var/index")).place == "var/index"
    assert Settings(opensearch=OpenSearch(hosts[:1])).place == "articles at https://a.example:9200"
    assert Settings(opensearch=OpenSearch(hosts, "news")).place == "news at https://a.example:9200 and 1 more"
