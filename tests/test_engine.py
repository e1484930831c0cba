"""The engine joins content, queries and a backend; what one run of it does bears another beside it."""

from __future__ import annotations

import errno
import importlib.util
import os
import re
import shutil
import sys
from dataclasses import replace
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest

from article_search.engine import Engine, backend_of
from article_search.errors import ArticleSearchError, IndexUnavailableError, OptionError, SettingsError
from article_search.query.search import Search
from article_search.reading.files import Files
from article_search.reading.report import Report
from article_search.settings import OpenSearch, Settings
from tests.dictionary_backend import DictionaryBackend


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "content").mkdir()
    return Settings(content=tmp_path / "content", index=tmp_path / "index", workers=1)


def write(settings: Settings, name: str) -> None:
    (settings.content / name).write_text("---\ntitle: Roma wait\n---\nUnited ask for a fee.\n")


def test_what_another_run_has_indexed_while_one_waited_is_not_removed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settings, "a.md")
    with Engine(settings) as engine, Engine(settings) as other:
        backend = engine._backend
        make_writer = backend.writer

        def writer(wait: bool, full: bool) -> object:
            write(settings, "b.md")  # while this run waits for its turn, a file is written, and another run takes it
            assert other.index().added == 2
            return make_writer(wait, full)

        monkeypatch.setattr(backend, "writer", writer)
        report = engine.index(wait=True)
        assert (report.seen, report.removed) == (2, 0)
        assert engine.search("roma").total == 2


def test_without_content_no_folder_is_made_for_an_index(settings: Settings) -> None:
    settings.content.rmdir()
    with Engine(settings) as engine, pytest.raises(SettingsError, match="no content folder"):
        engine.index()
    assert not settings.index.exists()


def test_a_folder_without_any_article_does_not_empty_the_index_unless_told_to(settings: Settings) -> None:
    write(settings, "a.md")
    with Engine(settings) as engine:
        engine.index()
        (settings.content / "a.md").unlink()
        for dry_run in (True, False):
            with pytest.raises(ArticleSearchError, match=f"no articles in {settings.content}.*--full"):
                engine.index(dry_run=dry_run)
        assert engine.search("roma").total == 1
        assert engine.index(full=True).seen == 0
        assert engine.search("roma").total == 0
        assert engine.index().seen == 0


def test_another_folder_without_any_article_does_not_empty_the_index_either(settings: Settings) -> None:
    write(settings, "a.md")
    with Engine(settings) as engine:
        engine.index()
    (elsewhere := settings.content.with_name("elsewhere")).mkdir()
    with Engine(replace(settings, content=elsewhere)) as engine:
        with pytest.raises(ArticleSearchError, match="--full"):
            engine.index()
        assert engine.search("roma").total == 1


def test_an_index_inside_the_content_is_no_content(settings: Settings) -> None:
    settings = replace(settings, index=settings.content / "index")
    write(settings, "a.md")
    with Engine(settings) as engine:
        engine.index()
        (settings.index / "b.md").write_text("No article.")
        report = engine.index()
        assert (report.seen, report.unchanged) == (1, 1)


def test_a_dry_run_says_why_everything_would_be_read_again(settings: Settings) -> None:
    write(settings, "a.md")
    with Engine(settings) as engine:
        assert engine.index(dry_run=True).rebuild_reason is None
        engine.index()
        assert engine.index(dry_run=True).rebuild_reason is None
    with Engine(replace(settings, url="/blog/{filename}")) as engine:
        said = engine.index(dry_run=True).rebuild_reason
        assert said and "settings" in said
        assert engine.index().rebuild_reason == said


def test_damage_that_a_run_finds_on_its_way_is_mended_by_reading_everything_again(settings: Settings) -> None:
    write(settings, "a.md")
    with Engine(settings) as engine:
        engine.index()
        (path := settings.index / "articles_1.files").write_bytes(path.read_bytes().replace(b"a.md", b"b.md"))
        for dry_run in (True, False):
            report = engine.index(dry_run=dry_run)
            assert report.rebuild_reason and "articles_1.files" in report.rebuild_reason
            assert (report.seen, report.added, report.removed) == (1, 1, 0)
        assert engine.verify() == ()
        assert engine.ids() == ("a.md",)
        assert engine.index().rebuild_reason is None


def test_a_run_counts_what_became_of_each_file(settings: Settings) -> None:
    for name in ("same.md", "changed.md", "removed.md", "draft.md", "hidden.md"):
        write(settings, name)
    (settings.content / "old.md").write_text("---\ntitle: Not yet\ndraft: true\n---\n")
    with Engine(settings) as engine:
        first = engine.index()
        assert (first.seen, first.added, first.unchanged, len(first.left_out)) == (6, 5, 0, 1)
        (settings.content / "changed.md").write_text("---\ntitle: Changed\n---\nText.\n")
        (settings.content / "draft.md").write_text("---\ntitle: Not yet\ndraft: true\n---\n")
        (settings.content / "removed.md").unlink()
        (settings.content / "old.md").unlink()
        write(settings, "new.md")
        for dry_run in (True, False):
            report = engine.index(dry_run=dry_run)
            counts = (report.seen, report.added, report.changed, report.unchanged, report.removed)
            assert counts == (5, 1, 1, 2, 2)  # removed: no longer to be found
            assert [note.path for note in report.left_out] == ["draft.md"]
        last = engine.index()
        assert (last.seen, last.added, last.changed, last.unchanged, last.removed) == (5, 0, 0, 4, 0)
        assert [note.path for note in last.left_out] == ["draft.md"]
        assert engine.ids() == ("changed.md", "hidden.md", "new.md", "same.md")


def test_folders_that_are_left_out_are_counted_and_their_articles_taken_out(settings: Settings) -> None:
    (settings.content / "vendor").mkdir()
    for name in ("a.md", "vendor/b.md"):
        write(settings, name)
    with Engine(settings) as engine:
        assert engine.index().added == 2
        (settings.content / ".gitignore").write_text("vendor/\n")
        for report in (engine.index(dry_run=True), engine.index()):
            assert [(note.path, note.text) for note in report.left_out] == [("vendor/", "ignored by git")]
            assert (report.seen, report.unchanged, report.removed) == (2, 1, 1)
        report = engine.check()
        assert (report.seen, len(report.left_out)) == (2, 1)
    with Engine(replace(settings, exclude=("!vendor/",))) as engine:
        assert engine.index().added == 1


def test_a_run_with_nothing_to_do_makes_no_commit(settings: Settings) -> None:
    write(settings, "a.md")
    os.utime(settings.content / "a.md", (1_500_000_000, 1_500_000_000))
    with Engine(settings) as engine:
        engine.index()
        before = engine.commit_id()
        assert engine.index().unchanged == 1
        assert engine.commit_id() == before


def sharing(report: Report) -> dict[str, str]:
    return {note.path: note.text for note in report.warnings if "address" in note.text}


def test_files_that_share_an_address_are_named_in_each_report(settings: Settings) -> None:
    def page(name: str, permalink: str) -> None:
        (settings.content / name).write_text(f"---\ntitle: T\npermalink: {permalink}\n---\nText of {name}.\n")

    page("a.md", "/x/")
    page("b.md", "/x/")
    page("c.md", "/y/")
    page("i.md", "/i/index.html")
    page("j.md", "/j/")
    (settings.content / "draft.md").write_text("---\ntitle: T\npermalink: /y/\ndraft: true\n---\nText.\n")
    both = {"a.md": "has the same address as b.md", "b.md": "has the same address as a.md"}
    with Engine(settings) as engine:
        assert sharing(engine.check()) == sharing(engine.index(dry_run=True)) == both
        for _ in range(3):
            assert sharing(engine.index()) == both
        assert engine.index().rejected == ()
        for name in ("d.md", "e.md", "f.md"):
            page(name, "/x/")
        (settings.content / "a.md").unlink()
        expected = {
            "b.md": "has the same address as d.md, e.md, f.md",
            "d.md": "has the same address as b.md, e.md, f.md",
            "e.md": "has the same address as b.md, d.md, f.md",
            "f.md": "has the same address as b.md, d.md, e.md",
        }
        assert sharing(engine.index(dry_run=True)) == expected
        assert sharing(engine.index()) == sharing(engine.check()) == sharing(engine.index(full=True)) == expected
        page("g.md", "/x/")
        assert sharing(engine.index())["g.md"] == "has the same address as b.md, d.md, e.md and 1 more"
        for name in ("d.md", "e.md", "f.md", "g.md"):
            page(name, f"/{name}/")
        assert sharing(engine.index()) == {}
        page("j.md", "/i/")
        assert list(sharing(engine.index())) == ["i.md", "j.md"]


# ---- what cannot be read just now, and what only seems to be as it was ----


def failing(monkeypatch: pytest.MonkeyPatch, call: str, code: int, *names: str) -> None:
    """Lets a call of the system fail for paths that end so."""
    real = getattr(os, call)

    def called(path: str, *arguments: object) -> object:
        if str(path).endswith(names):
            raise OSError(code, os.strerror(code))
        return real(path, *arguments)

    monkeypatch.setattr(os, call, called)


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.ESTALE, errno.EMFILE])
def test_articles_of_a_folder_that_cannot_be_listed_stay(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    (settings.content / "old").mkdir()
    for name in ("a.md", "old/b.md", "old/c.md"):
        write(settings, name)
    (settings.content / "old" / "draft.md").write_text("---\ndraft: true\n---\nText.\n")
    with Engine(settings) as engine:
        engine.index()
        write(settings, "new.md")
        with monkeypatch.context() as patch:
            failing(patch, "scandir", code, "/old")
            for dry_run in (True, False):
                report = engine.index(dry_run=dry_run)
                assert [note.path for note in report.unreadable] == ["old"]
                assert (report.seen, report.added, report.unchanged, report.removed) == (5, 1, 3, 0)
                assert [note.path for note in report.left_out] == ["old/draft.md"]
            assert engine.search("roma").total == 4
            assert engine.index().unchanged == 4
            assert engine.status().stale is False
        (settings.content / "old" / "b.md").unlink()
        report = engine.index()
        assert (report.unreadable, report.seen, report.unchanged, report.removed) == ((), 4, 3, 1)


def test_a_content_root_that_cannot_be_listed_to_its_end_loses_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.md", "b.md"):
        write(settings, name)
    with Engine(settings) as engine:
        engine.index()

        class Broken:
            """A folder of which no entry can be told."""

            def __enter__(self) -> list[object]:
                raise OSError(errno.EIO, os.strerror(errno.EIO))

            def __exit__(self, *_: object) -> None: ...

            def close(self) -> None: ...

        scandir = os.scandir
        monkeypatch.setattr(os, "scandir", lambda path: Broken() if path == str(settings.content) else scandir(path))
        report = engine.index()
        assert [(note.path, note.text) for note in report.unreadable] == [(".", "cannot be read: Input/output error")]
        assert (report.seen, report.unchanged, report.removed) == (2, 2, 0)


def test_an_article_whose_file_cannot_be_read_stays_as_it_was(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.md", "b.md"):
        write(settings, name)
    with Engine(settings) as engine:
        engine.index()
        (settings.content / "a.md").write_text("---\ntitle: Other\n---\nWords.\n")
        write(settings, "never-read.md")
        with monkeypatch.context() as patch:
            failing(patch, "open", errno.EIO, "a.md", "never-read.md")
            for _ in range(2):
                report = engine.index()
                said = "cannot be read: Input/output error"
                assert {note.path: note.text for note in report.unreadable} == {"a.md": said, "never-read.md": said}
                assert [note.path for note in report.rejected] == ["never-read.md"]
                assert (report.seen, report.unchanged, report.removed) == (3, 2, 0)
            assert engine.search("roma").total == 2
        report = engine.index()
        assert (report.unreadable, report.changed, report.added, report.unchanged) == ((), 1, 1, 1)


@pytest.mark.parametrize("call", ["scandir", "open"])
def test_an_index_is_not_made_anew_without_articles_that_cannot_be_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    (settings.content / "old").mkdir()
    for name in ("a.md", "old/b.md"):
        write(settings, name)
    with Engine(settings) as engine:
        engine.index()
    for other, full in ((settings, True), (replace(settings, url="/blog/{filename}"), False)):
        with Engine(other) as engine, monkeypatch.context() as patch:
            failing(patch, call, errno.EACCES, "/old" if call == "scandir" else "/old/b.md")
            for dry_run in (True, False):
                with pytest.raises(ArticleSearchError, match=r"^old\S* cannot be read: Perm.*lose 1 .*Nothing was"):
                    engine.index(full=full, dry_run=dry_run)
            assert engine.search("roma").total == 2
    with Engine(settings) as engine:
        assert engine.index(full=True).added == 2


@pytest.mark.parametrize("swap", ["copied over", "renamed over"])
def test_another_text_of_the_same_size_and_time_is_noticed(settings: Settings, swap: str) -> None:
    file, other = settings.content / "a.md", settings.content / "other"
    for path, word in ((file, "Roma"), (other, "Pisa")):
        path.write_text(f"---\ntitle: {word} wait\n---\nText.\n")
        os.utime(path, (1_500_000_000, 1_500_000_000))
    with Engine(settings) as engine:
        engine.index()
        assert engine.index().unchanged == 1
        if swap == "copied over":
            shutil.copy2(other, file)
        else:
            other.rename(file)
        assert engine.status().stale
        assert engine.index().changed == 1
        assert [hit.title for hit in engine.search("pisa").hits] == ["Pisa wait"]


@pytest.mark.parametrize("change", ["mode", "hard link", "restored"])
def test_the_same_text_is_not_written_again_whatever_else_of_its_file_changes(settings: Settings, change: str) -> None:
    write(settings, "a.md")
    file = settings.content / "a.md"
    os.utime(file, (1_500_000_000, 1_500_000_000))
    with Engine(settings) as engine:
        engine.index()
        if change == "mode":
            file.chmod(0o600)
        elif change == "hard link":
            (settings.content / "a.bak").hardlink_to(file)
        else:
            shutil.copy2(file, settings.content / "copy")
            (settings.content / "copy").rename(file)
        report = engine.index()
        assert (report.changed, report.unchanged) == (0, 1)
        before = engine.commit_id()
        assert engine.index().unchanged == 1
        assert engine.commit_id() == before


def test_dates_that_leave_no_day_are_an_error_naming_both(settings: Settings) -> None:
    with Engine(settings) as engine:
        with pytest.raises(OptionError, match=r"2020-10.*2020-09") as caught:
            engine.search("roma", since="2020-10", until="2020-09")
        assert caught.value.option == "since"
        assert engine.span("2020-09", "2020-09").since is not None


def test_a_search_is_asked_in_words_with_options_or_as_one_thing(settings: Settings) -> None:
    for name in ("a.md", "b.md", "c.md"):
        (settings.content / name).write_text(
            f"---\ntitle: Roma wait for {name}\n---\nUnited ask for a fee of {name}.\n"
        )
    with Engine(settings) as engine:
        engine.index()
        said = engine.search("roma", limit=2)
        assert (len(said.hits), said.total) == (2, 3)
        asked = Search("roma", limit=2)
        assert engine.search(asked).hits == said.hits
        assert engine.search(asked, page=2).hits == engine.search("roma", limit=2, page=2).hits != said.hits
        for text in ("roma", asked):
            with pytest.raises(TypeError, match="colour"):
                engine.search(text, colour="red")


def test_any_and_all_of_the_words_exclude_each_other(settings: Settings) -> None:
    with Engine(settings) as engine, pytest.raises(OptionError) as caught:
        engine.search("roma fee", any=True, strict=True)
    assert caught.value.option == "strict"


def test_articles_with_all_of_the_words_come_first_and_are_counted_or_come_alone(settings: Settings) -> None:
    write(settings, "a.md")
    (settings.content / "b.md").write_text("---\ntitle: Roma, Roma, Roma today\n---\nRoma again.\n")
    with Engine(settings) as engine:
        engine.index()
        relaxed = engine.search("roma fee")
        assert [hit.id for hit in relaxed.hits] == ["a.md", "b.md"]
        assert (relaxed.relaxed, relaxed.strict_total, relaxed.total) == (True, 1, 2)
        alone = engine.search("roma fee", strict=True)
        assert [hit.id for hit in alone.hits] == ["a.md"]
        assert (alone.relaxed, alone.strict_total, alone.total) == (False, 1, 1)
        assert engine.search("roma zebra", strict=True).total == 0
        assert not any(hit.snippet for hit in engine.search("roma", snippets=False).hits)


def test_a_file_that_is_no_article_has_its_reason(settings: Settings) -> None:
    write(settings, "a.md")
    (settings.content / "draft.md").write_text("---\ntitle: Not yet\ndraft: true\n---\nText.\n")
    (settings.content / "image.md").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)))
    with Engine(settings) as engine:
        engine.index()
        assert engine.why_missing("draft.md") == "left out: draft"
        assert (engine.why_missing("image.md") or "").startswith("rejected: ")
        assert engine.why_missing("a.md") is None
        assert engine.why_missing("nope.md") is None
        assert engine.ids() == engine.ids("a") == ("a.md",)
        assert engine.ids("d") == ()


def test_categories_are_those_that_articles_have(settings: Settings) -> None:
    for name, category in (("a.md", "sports"), ("b.md", "sports"), ("c.md", "news")):
        (settings.content / name).write_text(f"---\ntitle: T\ncategories: [{category}]\n---\nText.\n")
    with Engine(settings) as engine:
        engine.index()
        assert [facet.value for facet in engine.categories()] == ["sports", "news"]
        assert engine.near_categories("Sports") is None
        assert engine.near_categories("sprots") == engine.near_categories("sprot") == ("sports",)
        assert engine.near_categories("weather") == ("sports", "news")


def test_an_id_that_is_not_there_has_others_near_it(settings: Settings) -> None:
    (settings.content / "2020").mkdir()
    for name in ("2020/roma-waits.md", "bridge.md"):
        write(settings, name)
    with Engine(settings) as engine:
        engine.index()
        assert engine.near_ids("roma-waits.markdown") == ("2020/roma-waits.md",)
        assert engine.near_ids("brigde.md") == ("bridge.md",)
        assert engine.near_ids("x") == engine.near_ids("x" * 100_000) == ()


# An index in a cluster

CLUSTER = OpenSearch(
    ("https://a.example:9200", "https://b.example:9200"),
    "news",
    shards=3,
    replicas=2,
    ca_certs=Path("ca.pem"),
    timeout=2.5,
    user="ann",
    password="s3cret",
)


def test_settings_with_a_cluster_are_what_its_backend_is_made_of(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[tuple[object, ...], dict[str, object]]] = []
    backend = object()

    def make(*values: object, **named: object) -> object:
        made.append((values, named))
        return backend

    module = ModuleType("article_search.backends.opensearch")
    module.OpenSearchBackend = make  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(sys.modules, "opensearchpy", _found("opensearchpy"))
    settings = replace(settings, opensearch=CLUSTER, cache_mb=64, timezone=ZoneInfo("Europe/Rome"))
    assert backend_of(settings) is backend
    [(values, named)] = made
    assert values == (CLUSTER.hosts,)
    assert named == {
        "index": "news",
        "shards": 3,
        "replicas": 2,
        "user": "ann",
        "password": "s3cret",
        "ca_certs": Path("ca.pem"),
        "timeout": 2.5,
        "signature": settings.signature(),
        "zone": ZoneInfo("Europe/Rome"),
        "workers": 1,
        "cache_mb": 64,
        "vectors": None,
    }


def _found(name: str) -> ModuleType:
    """A module that ``importlib.util.find_spec`` finds."""
    module = ModuleType(name)
    module.__spec__ = ModuleSpec(name, None)
    return module


def test_a_cluster_without_its_extra_is_an_error_that_says_what_to_install(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r'needs the extra: pip install "article-search\[opensearch\]"'):
        Engine(replace(settings, opensearch=CLUSTER))


def test_an_index_that_cannot_be_asked_is_not_taken_for_an_empty_one(settings: Settings) -> None:
    unavailable = IndexUnavailableError("the index articles at https://a.example:9200 does not answer")

    class Lost(DictionaryBackend):
        lost = False

        def files(self) -> Files:
            if self.lost:
                raise unavailable
            return super().files()

    write(settings, "a.md")
    backend = Lost(signature=settings.signature(), zone=settings.timezone)
    with Engine(settings, backend) as engine:
        engine.index()
        (settings.content / "a.md").unlink()
        backend.lost = True
        for run in (engine.index, lambda: engine.index(dry_run=True), engine.status):
            with pytest.raises(IndexUnavailableError):
                run()
        backend.lost = False
        assert engine.search("roma").total == 1
        with pytest.raises(ArticleSearchError, match=rf"but 1 in the index {re.escape(settings.place)}: is this"):
            engine.index()
