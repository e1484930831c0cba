"""An image is an address that may be linked."""

from __future__ import annotations

import pytest

from tests.reading.metadata.sources import messages, titled


@pytest.mark.parametrize(
    ("header", "image"),
    [
        ("image: https://example.org/a.jpg", "https://example.org/a.jpg"),
        ("thumbnail: /a b.jpg", "/a%20b.jpg"),
        ("cover: img/a.jpg", "img/a.jpg"),
        ("featured_image: /a.jpg", "/a.jpg"),
        ("og_image: /a.jpg", "/a.jpg"),
        ("images: [/a.jpg, /b.jpg]", "/a.jpg"),
        ("image: {src: /a.jpg, alt: x}", "/a.jpg"),
        ("cover: {image: {url: /a.jpg}}", "/a.jpg"),
        ("image: false\nthumbnail: /a.jpg", "/a.jpg"),
        ("image: javascript:alert(1)", None),
        ("image: //evil.example/a.jpg", None),
        ("image:", None),
    ],
)
def test_an_image_is_an_address_that_may_be_linked(header: str, image: str | None) -> None:
    assert titled(*header.split("\n")).image == image


def test_an_image_that_may_not_be_linked_is_noted() -> None:
    assert [line for line, _ in messages(titled("image: data:image/png;base64,xx"))] == [3]
