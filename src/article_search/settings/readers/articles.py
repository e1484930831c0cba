"""What does a site say of its articles? Time zone, language, addresses, and which files are none."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from article_search.errors import SettingsError
from article_search.settings.readers.plain import did_you_mean, shown, string


def timezone(value: object, where: str) -> ZoneInfo:
    """A zone of the time zone database, by its name."""
    name = string(value, where)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not known; "../x"; a folder of zones, such as "Europe"
        from zoneinfo import available_timezones

        hint = did_you_mean(name, available_timezones())
        raise SettingsError(
            f"{where} must be a time zone such as Europe/London or UTC, not {shown(name)}{hint}"
        ) from None


def url(value: object, where: str) -> str:
    """The pattern of an article's address."""
    from article_search.reading import addresses  # which a search with another key does without

    pattern = string(value, where)
    try:
        addresses.check_pattern(pattern)
    except ValueError as error:
        raise SettingsError(f"{where}: {error}") from None
    return pattern


def language(value: object, where: str) -> str:
    """A language by its name or code, as languages.NAMES has it."""
    from article_search.language import languages  # which loads the stemmers

    tag = string(value, where)
    known = languages.known(tag)
    if known is None:
        hint = did_you_mean(tag, languages.NAMES)
        there = ", ".join(languages.NAMES)
        raise SettingsError(f"{where} must be one of {there}, or a code such as en or pt-BR, not {shown(tag)}{hint}")
    return known


def patterns(value: object, where: str) -> tuple[str, ...]:
    """Glob patterns of files and folders that are no articles."""
    if not isinstance(value, list) or not all(isinstance(pattern, str) and pattern.strip("/") for pattern in value):
        raise SettingsError(f'{where} must be a list of patterns such as ["README.md", "drafts/**"]')
    return tuple(value)
