"""Days are read as people write them in their language; nothing is guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from babel.core import Locale
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from article_search.reading import article
from article_search.reading.article import Rules
from article_search.reading.dates import read_written
from article_search.reading.local_dates import _LOCALES

AS_WRITTEN = {
    "2024-03-15": [
        "15. März 2024",
        "Freitag, 15. März 2024",
        "15.März 2024",
        "15. Mär. 2024",
        "15. märz 24",
        "2024-März-15",
        "vendredi 15 mars 2024",
        "15 de março de 2024",
        "Sexta-feira, 15 de março de 2024",
        "15 de marzo del 2024",
        "Marzo 15, 2024",
        "15 de març del 2024",
        "15 marzo 2024",
        "15 maart 2024",
        "den 15. marts 2024",
        "15 mars 2024",
        "15. maaliskuuta 2024",
        "15 martie 2024",
        "15 marca 2024 r.",
        "15. března 2024",
        "15. marca 2024",
        "2024. március 15.",
        "2024 m. kovo 15 d.",
        "2024. gada 15. marts",
        "15 марта 2024 г.",
        "Пятница, 15 марта 2024 года",
        "15 березня 2024 р.",
        "15 март 2024 г.",
        "15 Μαρτίου 2024",
        "15 Mart 2024 Cuma",
        "15 MART 2024",
        "15 במרץ 2024",
        "١٥ مارس ٢٠٢٤",
        "15 آذار 2024",
        "۱۵ مارس ۲۰۲۴",
        "15 मार्च 2024",
        "১৫ মার্চ ২০২৪",
        "15 มีนาคม 2567",
        "15 มีนาคม 2024",
        "Ngày 15 tháng 3 năm 2024",
        "15 Maret 2024",
        "15 მარტი, 2024",
        "2024(e)ko martxoaren 15a",
        "la 15-a de marto 2024",
        "2024年3月15日",
        "2024 年 3 月 15 日",
        "２０２４年３月１５日（金）",
        "2024年03月15日 星期五",
        "二〇二四年三月十五日",
        "令和6年3月15日",
        "民國113年3月15日",
        "2024년 3월 15일",
        "2024년 3월 15일 금요일",
    ],
    "2024-03-01": ["1er mars 2024", "1º marzo 2024", "März 2024", "mars 2024", "2024年3月", "2024년 3월 1일"],
    "2024-02-05": ["5 févr. 2024", "5. feb 2024", "5 lutego 2024", "5 Şubat 2024", "5 лютого 2024"],
    "2024-12-31": [
        "31 décembre 2024",
        "31. joulukuuta 2024",
        "二〇二四年十二月三十一日",
        "31 грудня 2024",
        "31 ديسمبر 2024",
    ],
}


def read(text: str, language: str = "") -> str:
    written = read_written(text, UTC, language)
    assert written.note is None
    return f"{written.moment:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(("text", "day"), [(text, day) for day, texts in AS_WRITTEN.items() for text in texts])
def test_a_day_is_read_as_people_write_it(text: str, day: str) -> None:
    assert read(text) == f"{day} 00:00"


@pytest.mark.parametrize(
    "text",
    [
        "15 mars 2024 à 10h30",
        "10:30, 15 mars 2024",
        "15. März 2024 um 10:30 Uhr",
        "15 марта 2024 г., 10:30",
        "15 de março de 2024 às 10:30",
        "2024年3月15日 10:30",
        "2024年3月15日(金) 10時30分",
        "2024年3月15日 上午10:30",
        "2024년 3월 15일 오전 10시 30분",
        "15. März 2024 11:30 +01:00",
        "15 Mart 2024 13:30 Europe/Istanbul",
    ],
)
def test_its_time_is_read_as_well(text: str) -> None:
    assert read(text) == "2024-03-15 10:30"


@pytest.mark.parametrize("text", ["2024年3月15日 下午3:30", "2024年3月15日 午後3時30分", "2024년 3월 15일 오후 3:30"])
def test_a_time_after_noon_is_after_noon(text: str) -> None:
    assert read(text) == "2024-03-15 15:30"


def test_a_name_of_two_months_counts_where_the_language_is_known() -> None:
    for language in ("pl", "polish", "pl-PL"):
        assert read("11 listopada 2023", language) == "2023-11-11 00:00"
    assert read("11 listopada 2023", "hr") == "2023-10-11 00:00"
    for language in ("", "en", "klingon"):
        with pytest.raises(ValueError, match=r"'listopada' is month 10 in hr, month 11 in pl: name the .* language"):
            read("11 listopada 2023", language)
    for header, expected in (("lang: pl\n", 11), ("", 10)):
        data = f"---\ntitle: T\n{header}date: 11 listopada 2023\n---\nText.\n".encode()
        found = article.parse(data, "a.md", Rules(UTC, language="hr"), datetime(2025, 1, 1, tzinfo=UTC)).date
        assert found is not None
        assert found.month == expected


@pytest.mark.parametrize(
    "text",
    [
        "demain",
        "5 foo 2024",
        "15 mars",
        "lundi 5 février",
        "mars",
        "Noch offen 2024",
        "5 6 mars 2024",
        "3 mars 15 2024 7",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a date|means nothing"):
        note = read_written(text, UTC).note
        raise ValueError(note)


def test_a_day_there_is_not_is_named() -> None:
    with pytest.raises(ValueError, match="that month has 29 days"):
        read("31 février 2024")


@pytest.mark.parametrize("locale", _LOCALES)
def test_long_and_medium_dates_of_every_language_are_read(locale: str) -> None:
    language = Locale.parse(locale).language
    calendar = {"fa", "th"}  # whose own calendars are not the one that Babel formats
    for month in range(1, 13):
        day = datetime(2024, month, 15, tzinfo=UTC)
        for width in ("long", "medium"):
            text = format_date(day, width, locale=locale)
            if any(char.isalpha() for char in text) and language not in calendar:
                assert read(text, language)[:10] == f"{day:%Y-%m-%d}", text


PIECES = st.sampled_from(
    [*"0 1 5 15 31 2024 24 / - . , : ( ) h ' + 年 月 日 년 월 일 十 三 令和 下午".split(), " ", "\0"]
)
NAMES = st.sampled_from("mars März listopada марта مارس มีนาคม tháng マ Mai İyun maaliskuuta uhr de ב".split())


@settings(deadline=None)
@given(st.lists(PIECES | NAMES | st.text(max_size=3), max_size=10).map("".join))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    try:
        assert read_written(text, UTC).moment.tzinfo is UTC
    except ValueError as error:
        assert "\n" not in str(error) or "\n" in text
