"""Bytes of any encoding become text on clean lines."""

# ruff: noqa: E501 (sentences)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.reading import header
from article_search.reading.header.encoding import decoded
from tests.reading.header.sources import keys_of


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32"])
def test_other_encodings_are_read(encoding: str) -> None:
    read = header.read("---\ntitle: Fähre\n---\nText.".encode(encoding))
    assert (read.metadata, read.body) == ({"title": "Fähre"}, "Text.")
    assert len(read.notes) == (encoding != "utf-8-sig")


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le"])
@pytest.mark.parametrize(
    "prose", ["Старый мост снова открыли.", "昨日の夕方、港の古い橋がふたたび開通し", "어제 저녁 항구의 오래된"]
)
def test_utf_16_without_a_mark_is_known_by_its_fence(encoding: str, prose: str) -> None:
    read = header.read(f"---\ntitle: {prose}\n---\n{prose * 20}".encode(encoding))
    assert (read.metadata, read.body) == ({"title": prose}, prose * 20)


def test_windows_1252_is_read_where_utf8_fails_and_only_there() -> None:
    read = header.read("---\ntitle: Fähre\n---\n".encode() + b"The ferry \x96 \x80 5\n")
    assert (read.metadata, read.body) == ({"title": "Fähre"}, "The ferry – € 5\n")
    assert [note.line for note in read.notes] == [4]


# A hundred letters or so of each language; the encodings are those that its writers used before Unicode.
PROSE = {
    "ru": "Вчера вечером в городской гавани снова открыли старый мост, и первые машины медленно проехали на другой берег.",
    "uk": "Учора ввечері в гавані знову відкрили старий міст, і перші автівки поволі переїхали на інший берег річки Дніпро.",
    "bg": "Снощи в пристанището отново отвориха стария мост и първите автомобили бавно преминаха на другия бряг на реката.",
    "ja": "昨日の夕方、港の古い橋がふたたび開通し、最初の車がゆっくりと向こう岸へ渡りました。市長は工事の費用について話しました。",
    "zh": "昨天傍晚，港口的旧桥重新开放，第一批汽车慢慢驶向对岸。市长介绍了修桥的费用，并感谢所有参加工程的工人和附近的居民。",
    "zh-tw": "昨天傍晚，港口的舊橋重新開放，第一批汽車慢慢駛向對岸。市長介紹了修橋的費用，並感謝所有參加工程的工人和附近的居民。",
    "ko": "어제 저녁 항구의 오래된 다리가 다시 열렸고 첫 자동차들이 천천히 건너편으로 지나갔다. 시장은 공사 비용을 설명했다.",
    "pl": "Wczoraj wieczorem w porcie znów otwarto stary most, a pierwsze samochody powoli przejechały na drugi brzeg Łyny. Święto.",
    "cs": "Včera večer byl v přístavu znovu otevřen starý most a první vozy pomalu přejely na druhý břeh řeky. Primátor poděkoval.",
    "hu": "Tegnap este újra megnyitották a kikötő régi hídját, és az első autók lassan áthajtottak a túlsó partra. Köszönőbeszéd.",
    "de": "Gestern Abend wurde im Hafen die alte Brücke wieder geöffnet; die ersten Autos fuhren langsam hinüber. Schöne Grüße!",
    "fr": "Hier soir, le vieux pont du port a été rouvert et les premières voitures ont traversé lentement. La fête a duré très tard.",
    "es": "Ayer por la noche se reabrió el viejo puente del puerto y los primeros coches cruzaron despacio. ¿Mañana habrá música?",
    "sv": "I går kväll öppnades den gamla bron i hamnen igen, och de första bilarna körde långsamt över. Borgmästaren höll tal.",
    "el": "Χθες το βράδυ άνοιξε ξανά η παλιά γέφυρα του λιμανιού και τα πρώτα αυτοκίνητα πέρασαν αργά στην απέναντι όχθη.",
    "tr": "Dün akşam limandaki eski köprü yeniden açıldı ve ilk arabalar yavaşça karşı kıyıya geçti. Şehirde büyük bir şölen vardı.",
    "he": "אמש נפתח מחדש הגשר הישן בנמל, והמכוניות הראשונות עברו לאט אל הגדה השנייה. ראש העיר הודה לכל העובדים ולתושבים.",
    "ar": "أعيد مساء أمس افتتاح الجسر القديم في الميناء وعبرت السيارات الأولى ببطء إلى الضفة الأخرى وشكر رئيس البلدية العمال.",
    "th": "เมื่อวานตอนเย็นสะพานเก่าที่ท่าเรือเปิดอีกครั้ง และรถคันแรกข้ามไปอีกฝั่งอย่างช้าๆ นายกเทศมนตรีขอบคุณคนงานทุกคน",
    "lt": "Vakar vakare uoste vėl atidarytas senasis tiltas, ir pirmieji automobiliai lėtai pervažiavo į kitą krantą. Šventė tęsėsi.",
}
BEFORE_UNICODE = {
    "ru": ("cp1251", "koi8-r", "iso8859-5", "cp866"), "uk": ("cp1251", "koi8-u"), "bg": ("cp1251",),
    "ja": ("shift_jis", "cp932", "euc_jp", "iso2022_jp"), "zh": ("gb18030", "gbk", "gb2312"), "zh-tw": ("big5",),
    "ko": ("euc_kr", "cp949"), "pl": ("iso8859-2", "cp1250"), "cs": ("iso8859-2", "cp1250"),
    "hu": ("iso8859-2", "cp1250"), "de": ("cp1252", "iso8859-1"), "fr": ("cp1252",), "es": ("cp1252",),
    "sv": ("cp1252",), "el": ("cp1253", "iso8859-7"), "tr": ("cp1254", "iso8859-9"), "he": ("cp1255",),
    "ar": ("cp1256",), "th": ("cp874",), "lt": ("cp1257",),
}  # fmt: skip


@pytest.mark.parametrize("times", [1, 8])
@pytest.mark.parametrize(
    ("language", "encoding"), [(language, one) for language, encodings in BEFORE_UNICODE.items() for one in encodings]
)
def test_encodings_from_before_unicode_are_recognised(language: str, encoding: str, times: int) -> None:
    prose = PROSE[language] * times
    title = prose[:20].strip()
    read = header.read(f'---\ntitle: "{title}"\ndate: 2020-09-15\n---\n{prose}\n'.encode(encoding))
    assert (read.metadata["title"], read.body) == (title, f"{prose}\n")
    (note,) = read.notes
    assert "read as" in note.message
    assert note.line is not None


@pytest.mark.parametrize(
    ("language", "encoding", "name"),
    [
        ("ru", "cp1251", "Windows-1251"),
        ("ja", "shift_jis", "Shift_JIS"),
        ("zh", "gbk", "GB18030"),
        ("ko", "euc_kr", "EUC-KR"),
    ],
)
def test_an_encoding_that_was_recognised_is_named(language: str, encoding: str, name: str) -> None:
    (note,) = header.read(PROSE[language].encode(encoding)).notes
    assert note.message == f"not UTF-8; read as {name}, which it seems to be"


@pytest.mark.parametrize("said", ["café", "A £20m deal", "“Quoted” – and so on…", "naïve", "Zürich", "It costs €5"])
def test_a_few_bytes_in_english_are_windows_1252(said: str) -> None:
    text = f"The ferry waits in the harbour, as it did last week. {said}. It will not leave before noon.\n"
    assert header.read(text.encode("cp1252")).body == text


@pytest.mark.parametrize("language", PROSE)
def test_utf_8_with_a_broken_byte_stays_utf_8(language: str) -> None:
    prose = PROSE[language].encode()
    read = header.read(prose + b" \x96 " + prose[:-4] + b"\xe2\x80")
    assert read.body.startswith(PROSE[language] + " – ")
    (note,) = read.notes
    assert note.message == "not valid UTF-8; the bytes in question were read as Windows-1252"


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text, _ = decoded(data)
    except ValueError as error:
        assert "binary" in str(error)
    else:
        assert not set(text) & {"\0", "\r", "\x1b", "\u2028"}


def test_nul_and_control_characters_are_dropped() -> None:
    read = header.read(b"---\ntitle: bo\x00at \x1b[31mred\n---\nT\x07ext.")
    assert (read.metadata, read.body) == ({"title": "boat [31mred"}, "Text.")
    assert [note.line for note in read.notes] == [2]


def test_characters_that_end_a_line_for_yaml_only_are_blanks() -> None:
    assert keys_of("title: a\u2028layout: b") == {"title": "a layout: b"}


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf", b"---\n", b"---\n---\n", b"\xff\xfe"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="empty"):
        header.read(data)


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n0000", b"%PDF-1.4\n%", bytes(range(256)) * 9, b"PK\x03\x04" + b"a" * 99]
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="binary"):
        header.read(data)
