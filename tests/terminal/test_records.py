"""A hit by a template is one record, whatever its values are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from article_search.answering.results import Fragment, hit_json
from article_search.errors import ArticleSearchError
from article_search.terminal import records
from tests.terminal.material import ANY_TEXT, HOSTILE, hit, is_harmless

CONTENT = Path("content")


def written(template: str, **changes: object) -> str:
    record = records.record(records.template(template), hit(**changes), CONTENT, raw=False)
    assert record is not None
    return record.decode()


@pytest.mark.parametrize(
    ("template", "record"),
    [
        (r"{path}\t{title}\t{date}", "content/2020/bridge.md\tThe bridge reopens\t2020-09-15T12:28:00+00:00"),
        ("{categories}|{image}|{score}|{similar}", "latest, transport||2.5|0"),
        ("{snippet}", "The old bridge has two new cables."),
        (r"{{{id}}} \\n", r"{2020/bridge.md} \n"),
        (r"a\nb\0c", "a\nb\0c"),
        ("", ""),
        ("é %s $(x)", "é %s $(x)"),
    ],
)
def test_fields_and_escapes(template: str, record: str) -> None:
    assert written(template) == record


def test_every_key_of_the_json_is_a_field_but_the_pieces_of_the_title() -> None:
    assert set(records.FIELDS) - {"path"} == set(hit_json(hit())) - {"title_fragments"}
    assert all(isinstance(written(f"{{{field}}}", date=None), str) for field in records.FIELDS)


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{titel}", "there is no field {titel} (did you mean title?); there are path, id"),
        ("{}", "there is no field {};"),
        ("{title!r}", "there is no field {title!r}"),
        ("{title", "a brace that is none of a field is written twice"),
        ("title}", "written twice"),
        (r"\q", r"\q is no escape; there are \t, \n, \0 and \\"),
        ("x\\", r"\ is no escape"),
        ("{a\x1b]0;x\nb}", "there is no field {a\ufffd]0;x b}"),
    ],
)
def test_a_template_that_cannot_be_read_says_why(template: str, says: str) -> None:
    with pytest.raises(ArticleSearchError) as caught:
        records.template(template)
    assert says in str(caught.value)
    assert is_harmless(str(caught.value))


@given(ANY_TEXT)
def test_any_template_is_read_or_refused_in_a_line(text: str) -> None:
    try:
        records.template(text)
    except ArticleSearchError as error:
        assert is_harmless(str(error))


@given(ANY_TEXT)
def test_no_value_breaks_a_record_or_harms_a_terminal(text: str) -> None:
    bad = {"title": text, "url": text, "id": text, "image": text, "categories": (text,), "snippet": (Fragment(text),)}
    fields = [field for field in records.FIELDS if field != "path"]
    record = written(r"\t".join(f"{{{field}}}" for field in fields), **bad)
    assert is_harmless(record.replace("\t", ""))
    assert record.count("\t") == len(fields) - 1


def test_a_file_whose_name_breaks_lines_is_left_out_unless_it_is_to_be_given_raw() -> None:
    template = records.template("{path}")
    for id in ("evil\n/etc/passwd", HOSTILE.encode("utf-8", "ignore").decode()):
        assert records.record(template, hit(id=id), CONTENT, raw=False) is None
    assert records.record(template, hit(id="evil\n/etc"), CONTENT, raw=True) == b"content/evil\n/etc"
    assert records.record(template, hit(id="caf\udce9.md"), CONTENT, raw=False) == b"content/caf\xe9.md"


@pytest.mark.parametrize(
    ("template", "ends"), [(r"a\n", True), (r"a\0", True), ("a", False), ("", False), ("{id}", False), (r"\\n", False)]
)
def test_a_template_that_ends_a_record_itself_is_known(template: str, ends: bool) -> None:
    assert records.ends_itself(records.template(template)) is ends
