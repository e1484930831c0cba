"""Which address and which name does an article give itself, whatever made its pages?

Not here: which keys a generator looks at.
"""

from __future__ import annotations

from article_search.reading import links
from article_search.reading.generators.description import Page


def usable(value: str) -> str | None:
    """An address found in an article; None for a switch, for what a template is to fill in, and for a whole text."""
    if (
        value.lower() in ("", "true", "false", "null", "~")
        or "{{" in value
        or "{%" in value
        or len(value) > links.LONGEST
    ):
        return None
    return value


def address(page: Page) -> str | None:
    """The ``permalink`` or ``url``."""
    return next((own for key in ("permalink", "url") if (own := usable(page.text(key)))), None)


def permalink(page: Page) -> str | None:
    """The ``permalink``."""
    return usable(page.text("permalink"))


def has_page(page: Page) -> bool:
    """Whether an article asks for a page: not with ``permalink: false``, or ``build: {render: never}`` as in Hugo."""
    return page.text("permalink").lower() != "false" and is_rendered(page)


def is_rendered(page: Page) -> bool:
    """Whether an article is made into a page, by Hugo's keys for it."""
    build = page.metadata.get("build") or page.metadata.get("_build")
    render = str(build.get("render", "")).lower() if isinstance(build, dict) else ""
    return render not in ("never", "false", "link") and page.text("headless").lower() != "true"


def slug(page: Page) -> str:
    """The ``slug``; it cannot leave its folder."""
    text = page.text("slug")
    if len(text) > links.LONGEST or "{{" in text or links.is_unlinkable(text):
        return ""
    parts = (part.strip() for part in text.split("/"))
    return "/".join(part for part in parts if part.strip("."))
