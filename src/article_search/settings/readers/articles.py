"""What does a site say of its articles? Time zone, language, addresses, and which files are none."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from article_search.errors import SettingsError
from article_search.late import pattern
from article_search.settings.readers.plain import Reader, did_you_mean, shown, string

_FOLDERS = 1_000  # with a pattern of their own; each article is held against them until one fits
_CODE = pattern(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def timezone(value: object, where: str) -> ZoneInfo:
    """A zone of the time zone database, by its name."""
    name = string(value, where)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, RecursionError):  # not known; "../x"; a folder, "Europe"; a/a/a/a/a/…
        from zoneinfo import available_timezones

        hint = did_you_mean(name, available_timezones())
        raise SettingsError(
            f"{where} must be a time zone such as Europe/London or UTC, not {shown(name)}{hint}"
        ) from None


def url(value: object, where: str) -> str:
    """The pattern of an article's address."""
    from article_search.reading.generators import patterns  # which a search with another key does without

    pattern = string(value, where)
    try:
        patterns.check(pattern)
    except ValueError as error:
        raise SettingsError(f"{where}: {error}") from None
    return pattern


def urls(value: object, where: str) -> tuple[tuple[str, str], ...]:
    """Patterns of addresses by folder; of folders within each other the innermost counts, so it comes first."""
    if not isinstance(value, dict) or len(value) > _FOLDERS:
        raise SettingsError(
            f"{where} must be a table of at most {_FOLDERS} folders, each with a pattern, such as"
            f' posts = "/blog/{{slug}}/", not {shown(value)}'
        )
    found = {folder.strip("/"): url(pattern, f"{where}: {shown(folder)}") for folder, pattern in value.items()}
    return tuple(sorted(found.items(), key=lambda one: -len(one[0])))


def _one_of(*choices: str) -> Reader:
    """The reader of one of some words; empty: as the generator has it."""

    def read(value: object, where: str) -> str:
        said = string(value, where)
        if said not in ("", *choices):
            raise SettingsError(f"{where} must be one of {', '.join(choices)}, not {shown(value)}")
        return said

    return read


filename_dates = _one_of("first", "last", "never")
future = _one_of("show", "hide")


def defaults(value: object, where: str) -> tuple[tuple[str, Mapping[str, object]], ...]:
    """Keys of front matter by folder, the innermost folder first."""
    if not isinstance(value, dict) or len(value) > _FOLDERS:
        raise SettingsError(
            f"{where} must be a table of at most {_FOLDERS} folders, each with keys of front matter, such as"
            f' posts = {{ category = "News" }}, not {shown(value)}'
        )
    found: dict[str, Mapping[str, object]] = {}
    for folder, keys in value.items():
        if not isinstance(keys, dict):
            raise SettingsError(
                f'{where}: {shown(folder)} must be a table of keys, such as {{ category = "News" }}, not {shown(keys)}'
            )
        try:
            found[folder.strip("/")] = {str(key).lower(): _front_matter(one) for key, one in keys.items()}
        except (ValueError, RecursionError):  # a number in hexadecimal may have more digits than Python will write
            raise SettingsError(f"{where}: {shown(folder)} has a value that is too deep or too long") from None
    return tuple(sorted(found.items(), key=lambda one: -len(one[0])))


def _front_matter(value: object) -> object:
    """A value as a header would have it: text, and lists and tables of it."""
    if isinstance(value, list):
        return [_front_matter(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _front_matter(one) for key, one in value.items()}
    return str(value).lower() if isinstance(value, bool) else str(value)


def base_url(value: object, where: str) -> str:
    """Where a site begins, without a slash at its end."""
    from article_search.reading import links

    address = string(value, where).rstrip("/")
    if address and not (links.is_safe(address) and links.is_absolute(address)):
        raise SettingsError(
            f"{where} must be an address such as https://example.org/docs, or a path such as /docs, not {shown(value)}"
        )
    return address


def generator(value: object, where: str) -> str:
    """The name of a generator whose rules are known; empty for none."""
    from article_search.reading import generators

    name = string(value, where).strip().lower()
    if name and name not in generators.NAMES:
        hint = did_you_mean(name, generators.NAMES)
        raise SettingsError(f"{where} must be one of {', '.join(generators.NAMES)}, not {shown(value)}{hint}")
    return name


def generator_options(value: object, where: str) -> tuple[str, ...]:
    """Switches of a generator's own settings."""
    from article_search.reading import generators

    for option in value if isinstance(value, list) else [value]:
        if option not in generators.OPTIONS:
            hint = did_you_mean(str(option), generators.OPTIONS)
            raise SettingsError(f"{where} must be a list of {', '.join(generators.OPTIONS)}, not {shown(option)}{hint}")
    return tuple(dict.fromkeys(value)) if isinstance(value, list) else ()


def language_folders(value: object, where: str) -> tuple[tuple[str, str], ...]:
    """Folders and the codes of their languages."""
    if not isinstance(value, dict) or len(value) > _FOLDERS:
        raise SettingsError(
            f'{where} must be a table of folders and codes such as {{ english = "en" }}, not {shown(value)}'
        )
    return tuple((folder.strip("/"), languages([code], where)[0]) for folder, code in value.items())


def languages(value: object, where: str) -> tuple[str, ...]:
    """Codes of languages, as files and folders are named with them."""
    if not isinstance(value, list) or not all(isinstance(code, str) and _CODE.fullmatch(code) for code in value):
        raise SettingsError(f'{where} must be a list of codes such as ["en", "pt-BR"], not {shown(value)}')
    return tuple(dict.fromkeys(code.lower() for code in value))


def language(value: object, where: str) -> str:
    """A language by its name or code, as languages.known has it."""
    from article_search.language import languages  # which loads the stemmers

    tag = string(value, where)
    known = languages.known(tag)
    if known is None:
        hint = did_you_mean(tag, languages.BY_NAME)
        raise SettingsError(
            f"{where} must be a language such as english or hebrew, or its code such as en, he or pt-BR, not"
            f" {shown(tag)}{hint}"
        )
    return known


def patterns(value: object, where: str) -> tuple[str, ...]:
    """Glob patterns of files and folders that are no articles."""
    if not isinstance(value, list) or not all(isinstance(pattern, str) and pattern.strip("/") for pattern in value):
        raise SettingsError(f'{where} must be a list of patterns such as ["README.md", "drafts/**"]')
    return tuple(value)
