"""Where does each setting come from? From an option, the environment, articles.toml or its default, in this order.

Not here: which articles.toml is the site's where none is named (finding.py), what it says (file.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from article_search.settings.finding import nearest
from article_search.settings.paths import check_path
from article_search.settings.site import Settings


def load(
    config: Path | None,
    environment: Mapping[str, str],
    content: Path | None = None,
    index: Path | None = None,
) -> Settings:
    """The settings in force: an option before the environment, that before articles.toml, that before the default.

    ``config``, ``content`` and ``index`` are options, None when not given. The environment's ARTICLES_CONFIG,
    ARTICLES_CONTENT and ARTICLES_INDEX count unless empty. Without any word on it the nearest articles.toml is read, of
    the working directory or a folder above, and content and index are beside it unless it says otherwise. Relative
    paths of articles.toml start at its folder, all others at the working directory.
    Who says where the index is means a folder, also where articles.toml names a cluster; ARTICLES_OPENSEARCH_USER and
    ARTICLES_OPENSEARCH_PASSWORD sign in to it. Raises SettingsError.
    """
    file, said_by = _chosen(config, "--config", environment, "ARTICLES_CONFIG")
    found = file or nearest(environment)
    values = _values_of(found, said_by) if found else {}
    if found and not file:
        values = {key: found.parent / key for key in ("content", "index")} | values
    for key, option in (("content", content), ("index", index)):
        path, _ = _chosen(option, f"--{key}", environment, f"ARTICLES_{key.upper()}")
        if path is not None:
            values[key] = path
            if key == "index":
                values.pop("opensearch", None)
    if "opensearch" in values and values["opensearch"].hosts:
        from article_search.settings.readers import cluster  # which has been read for articles.toml

        values["opensearch"] = cluster.of_environment(values["opensearch"], environment)
    return Settings.of(values)


def _chosen(
    option: Path | None, option_name: str, environment: Mapping[str, str], variable: str
) -> tuple[Path | None, str]:
    """A path from an option or the environment, and which of them it is from."""
    if option is not None:
        check_path(str(option), option_name)
        return option, option_name
    if value := environment.get(variable):
        check_path(value, variable)
        return Path(value), variable
    return None, ""


def _values_of(file: Path, said_by: str) -> dict[str, Any]:
    from article_search.settings.file import read  # which a search without an articles.toml does without

    return read(file, said_by)
