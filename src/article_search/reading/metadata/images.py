"""Which image shows an article? The first address that may be linked."""

from __future__ import annotations

from article_search.reading import addresses
from article_search.reading.metadata.values import FALSE, NOTHING, PLACEHOLDER, TRUE, Values, shown

_IMAGES = ("image", "thumbnail", "cover", "featured_image", "featuredimage", "og_image", "images")
_IMAGE_PARTS = ("src", "url", "path", "image", "feature")


def image(values: Values) -> str | None:
    """A URL that may be linked, relative or not; None when there is none."""
    for key in _IMAGES:
        text = _image_text(values.by_key.get(key))
        if not text or text.lower() in NOTHING | TRUE | FALSE or PLACEHOLDER.fullmatch(text):
            continue
        url = addresses.linkable(text)
        if url is not None:
            return url
        values.note(f"{key} is no address that may be linked, {shown(text)}; left out", key)
    return None


def _image_text(value: object) -> str:
    """The address in a value: text, the first of a list, or a mapping with src, url or path."""
    for _ in range(4):  # images: [{src: {url: x}}] is as deep as any theme goes
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            folded = {key.lower(): part for key, part in value.items()}
            value = next((folded[part] for part in _IMAGE_PARTS if folded.get(part)), None)
        else:
            break
    return value.strip() if isinstance(value, str) else ""
