"""Which image shows an article? The first address that may be linked, as seen from anywhere on the site.

Not here: where the article's own page is (addresses.py).
"""

from __future__ import annotations

from urllib.parse import urljoin

from article_search.reading import links
from article_search.reading.metadata.values import FALSE, NOTHING, PLACEHOLDER, TRUE, Values, shown

_ROOT = "https://site.invalid"  # of a site whose host is not known
_IMAGES = ("image", "thumbnail", "cover", "featured_image", "featuredimage", "og_image", "images")
_IMAGE_PARTS = ("src", "url", "path", "image", "feature")


def image(values: Values, folder: str, beside_file: bool = False) -> str | None:
    """A URL that may be linked, None when there is none.

    ``folder`` is the address of what lies beside the file. A path is taken from there if it says so by ``./`` or
    ``../``, or if the images of an article lie ``beside_file``; others are of the site.
    """
    for key in _IMAGES:
        text = _image_text(values.by_key.get(key))
        if not text or text.lower() in NOTHING | TRUE | FALSE or PLACEHOLDER.fullmatch(text):
            continue
        url = links.linkable(text)
        if url is not None and not links.is_absolute(url) and (beside_file or url.startswith(("./", "../"))):
            url = links.linkable(
                urljoin(folder if links.is_of_web(folder) else f"{_ROOT}{folder}", url).removeprefix(_ROOT)
            )
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
