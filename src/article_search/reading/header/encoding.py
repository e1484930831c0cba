"""Which text do the bytes of a content file hold? UTF-8, or what else it must have been, on clean lines.

Not here: what the text says.
"""

from __future__ import annotations

import re

from article_search.reading.report import Note

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MAGIC = (b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b", b"\x7fELF")
_SAMPLE = 64 * 2**10  # bytes looked at to tell text from other data
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b")) + b"\x7f"
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_SILENT = "\f\u2028\u2029\ufeff"  # space of some kind; nothing is lost with them
_ESCAPED = re.compile("[\udc80-\udcff]+")
_USUAL = "cp1252"  # what bytes that are no UTF-8 are read as where nothing else is sure
# Encodings from before Unicode that texts of the web are in, by the names of their codecs, and what people call them.
_LEGACY = {
    **{f"cp125{number}": f"Windows-125{number}" for number in range(9)},
    **{f"iso8859-{number}": f"ISO-8859-{number}" for number in (2, 5, 7, 8, 15)},
    "cp874": "Windows-874",
    "cp866": "CP866",
    "koi8-r": "KOI8-R",
    "koi8-u": "KOI8-U",
    "cp932": "Shift_JIS",
    "shift_jis_2004": "Shift_JIS",
    "euc_jis_2004": "EUC-JP",
    "iso2022_jp_2": "ISO-2022-JP",
    "gb18030": "GB18030",
    "big5hkscs": "Big5",
    "euc_kr": "EUC-KR",
    "cp949": "EUC-KR",
}
_LEAST_SURE = 0.05  # confidence of chardet; bytes by chance have 0.03, thirty letters of German or Polish 0.1


def decoded(data: bytes) -> tuple[str, list[Note]]:
    """The text of a file, lines ending in ``\\n``, and notes on what was odd. Raises ValueError for other data."""
    notes: list[Note] = []
    return _cleaned(_decoded(data, notes), notes), notes


def _decoded(data: bytes, notes: list[Note]) -> str:
    if data.startswith(_MAGIC):
        raise ValueError("binary data, not text")
    bom, encoding = next((pair for pair in _BOMS if data.startswith(pair[0])), (b"", ""))
    data = data[len(bom) :]
    encoding = encoding or _utf16_without_bom(data) or "utf-8"
    if encoding == "utf-8":
        return _decoded_utf8(data, notes)
    text = data.decode(encoding, "replace")
    if text.count("\ufffd") > len(text) // 10:
        raise ValueError("binary data, not text")
    notes.append(Note(f"read as {encoding[:6].upper()}; UTF-8 is the encoding other programs expect", 1))
    return text


def _utf16_without_bom(data: bytes) -> str | None:
    """Western text in UTF-16 has a NUL in every other byte; of any other, the fence of a header has."""
    for encoding in ("utf-16-le", "utf-16-be"):
        if data.startswith(("---".encode(encoding), "+++".encode(encoding))):
            return encoding
    sample = data[:_SAMPLE]
    if len(data) % 2 or len(sample) < 8 or 0 not in sample:
        return None
    half = len(sample) // 2
    first, second = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if second > 0.6 and first < 0.05:
        return "utf-16-le"
    return "utf-16-be" if first > 0.6 and second < 0.05 else None


def _decoded_utf8(data: bytes, notes: list[Note]) -> str:
    if b"\x1b$" in data[:_SAMPLE] and (found := _decoded_legacy(data, notes)):  # ISO-2022-JP, which is ASCII to others
        return found
    try:
        text = data.decode()
        broken = False
    except UnicodeDecodeError:
        text = data.decode(errors="surrogateescape")
        broken = True
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > len(sample) * (0.02 if broken else 0.3):
        raise ValueError("binary data, not text")
    if not broken:
        return text
    if _is_mostly_broken(text) and (found := _decoded_legacy(data, notes)):
        return found
    first = _ESCAPED.search(text)
    line = text.count("\n", 0, first.start()) + 1 if first else 1
    notes.append(Note("not valid UTF-8; the bytes in question were read as Windows-1252", line))
    return _ESCAPED.sub(lambda match: match[0].encode(errors="surrogateescape").decode("cp1252", "replace"), text)


def _is_mostly_broken(text: str) -> bool:
    """Whether next to nothing beyond ASCII is UTF-8: in text of another encoding some is by chance, in Thai a fifth."""
    broken = sum(map(len, _ESCAPED.findall(text)))
    sound = len(text) - len(text.encode("ascii", "ignore")) - broken
    return 2 * sound < broken


def _decoded_legacy(data: bytes, notes: list[Note]) -> str | None:
    """The text in the encoding from before Unicode that chardet recognises; None when it is not sure."""
    import chardet  # which nearly every site does without

    found = chardet.detect(data, include_encodings=_LEGACY, prefer_superset=False, compat_names=False)
    codec = found["encoding"]
    if codec not in _LEGACY or codec == _USUAL or (found["confidence"] or 0) < _LEAST_SURE:
        return None
    text = data.decode(codec, "replace")
    if text.count("\ufffd") > len(text) // 100:
        return None
    line = next((number for number, each in enumerate(data.split(b"\n"), 1) if not each.isascii()), 1)
    notes.append(Note(f"not UTF-8; read as {_LEGACY[codec]}, which it seems to be", line))
    return text


def _cleaned(text: str, notes: list[Note]) -> str:
    """Line ends as ``\\n``; no control characters, no characters that YAML takes for a line end of its own."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.replace("\n", "").replace("\xa0", "").isprintable() or not _UNREADABLE.search(text):
        return text
    telling = next((match for match in _UNREADABLE.finditer(text) if match[0] not in _SILENT), None)
    if telling:
        line = text.count("\n", 0, telling.start()) + 1
        notes.append(Note(f"control character U+{ord(telling[0]):04X} dropped, and any others", line))
    return _UNREADABLE.sub(_replacement, text)


def _replacement(match: re.Match[str]) -> str:
    char = match[0]
    if char in "\f\u2028\u2029\x0b":
        return " "
    if "\x80" <= char <= "\x9f":  # in all likelihood Windows-1252, taken for Latin-1 by another program
        return bytes([ord(char)]).decode("cp1252", "ignore")
    return ""
