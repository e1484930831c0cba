"""Does what reads foreign bytes keep its promises for any of them? Coverage-guided: inputs that reach new code live on.

    python tests/benchmarks/fuzz.py TARGET [--minutes N] [--seeds FOLDER]... [--keep FOLDER]
    python tests/benchmarks/fuzz.py TARGET --again FILE...

For each target below there is a function that says what holds for every input: which errors may be raised, how large a
result may be, what comes back as it was. For all of them: no input takes more than SECONDS of processor time or
MEGABYTES of memory, and no file but those of the target's own folder is touched. A fault is printed when it is found,
and the shortest input that shows it is kept in ``--keep``; the run goes on. Ends with 1 when there was one. Not here:
what is right (the tests; each fault that was mended has one there).
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import os
import random
import resource
import shutil
import signal
import struct
import sys
import tempfile
import time
import traceback
import unicodedata
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple
from zoneinfo import TZPATH, ZoneInfo

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

SECONDS = 2.0  # of processor time; instrumented code takes several times what it takes otherwise
MEGABYTES = 100
NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
ZONES = [UTC, *map(ZoneInfo, "America/New_York America/Havana Pacific/Apia Europe/London Pacific/Kiritimati".split())]
LANGUAGES = ["", "de", "fr", "pl", "ru", "zh", "ja", "ar", "cs"]
FILES = ["a.md", "a.mdx", "a.blade.md", "_posts/2020-01-02-a.md", "content/blog/a/index.de.md", "docs/01-a.md"]

Check = Callable[[bytes], object]
Say = Callable[[BaseException | str], None]


class Target(NamedTuple):
    """``make`` gives the check of one input; it may write in a folder. Where the first byte of an input is a choice,
    ``choices`` says of how many. ``sources`` are files of the project that seeds are taken from: of a Python file its
    texts. ``made`` are more seeds, as they are."""

    make: Callable[[Path], Check]
    choices: int
    sources: tuple[str, ...]
    longest: int = 16_384  # input, in bytes
    lines: bool = False  # seeds are the lines of files that are no Python
    made: Callable[[], Iterable[bytes]] = tuple


def said(error: BaseException | str) -> None:
    """A message is one line fit to be shown, and does not repeat all that was given."""
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in str(error)), ascii(str(error))
    assert 0 < len(str(error)) < 2_000, len(str(error))


# ---- targets ----


def header(_: Path) -> Check:
    """Metadata of text, lists and dicts, no larger or deeper than allowed; nothing of the body is made up."""
    from article_search.limits import LIMITS
    from article_search.reading import header
    from article_search.reading.header import encoding

    def size(value: object, depth: int = 0) -> int:
        assert depth <= LIMITS.header_depth + 2
        assert type(value) in (str, list, dict), type(value)
        if isinstance(value, str):
            return len(value) + 1
        parts = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
        return 1 + sum(size(part, depth + 1) for part in parts)

    def check(data: bytes) -> None:
        try:
            found = header.read(data)
        except ValueError as error:
            return said(error)
        text = encoding.decoded(data)[0]
        assert size(found.metadata) <= (LIMITS.header_aliases + 1) * len(text) + 100
        assert set(found.lines) <= set(found.metadata)
        assert all(1 <= line <= text.count("\n") + 2 for line in (found.body_line, *found.lines.values()))
        lines = set(found.body.split("\n"))  # not always one piece, as fences go; a comment that they cut goes on
        assert all(line.removeprefix("<!-- ") in text for line in lines)
        assert len(found.notes) <= LIMITS.warnings
        for note in found.notes:
            said(note.message)
        return None

    return check


def markup(_: Path) -> Check:
    """Text no longer than its source by much, folded, without marks of our own; that of a title on one line."""
    from article_search.reading import generators
    from article_search.reading.markup import inline_text, plain_text

    kinds = [(path, name) for path in FILES[:3] for name in ("", *generators.NAMES)]

    def check(data: bytes) -> None:
        source = data[1:].decode("utf-8", "replace")
        path, generator = kinds[data[0] % len(kinds)]
        text = plain_text(source, path, generator)
        assert len(text) <= 3 * len(source) + 100
        assert text == "\n\n".join(filter(None, (" ".join(block.split()) for block in text.split("\n\n"))))
        assert not set("\ufdd0\ufdd1\u1680") & set(text)
        line = inline_text(source)
        assert line == " ".join(line.split())
        assert len(line) <= 2 * len(source)

    return check


def article(_: Path) -> Check:
    """All of a content file, under each generator's rules: fields within their caps that can be stored and sent."""
    from article_search.errors import ArticleError
    from article_search.limits import LIMITS
    from article_search.reading import generators
    from article_search.reading.article import parse
    from article_search.reading.rules import Rules

    kinds = [(path, name) for name in ("", *generators.NAMES) for path in FILES]

    def check(data: bytes) -> None:
        path, generator = kinds[data[0] % len(kinds)]
        try:
            found = parse(data[1:], path, Rules(ZONES[data[0] % len(ZONES)], generator=generator), NOW)
        except ArticleError as error:
            return said(error)
        assert len(found.title) <= LIMITS.title_chars
        assert len(found.description) <= LIMITS.description_chars
        assert len(found.categories) <= LIMITS.categories
        assert all(len(each) <= LIMITS.category_chars for each in found.categories)
        assert len(found.names) <= LIMITS.names
        assert len(found.warnings) <= LIMITS.warnings
        for note in found.warnings:
            said(note.message)
        for text in (found.title, found.description, found.body, *found.categories, *found.names):
            text.encode()
        for address in (found.url, found.image or ""):
            address.encode()
            assert address.isprintable()
        for moment in (found.date, found.due):
            assert moment is None or moment.utcoffset() == timedelta(0)
        return None

    return check


def query(_: Path) -> Check:
    """Any text is read to a small tree; put into words and read again it is the same question."""
    from article_search.limits import LIMITS
    from article_search.query.describing import describe
    from article_search.query.parser import parse, unfinished
    from article_search.query.tree import finished, positive_leaves, relaxed
    from tests.query.test_query import assert_bounded

    def check(data: bytes) -> None:
        zone = ZONES[data[0] % len(ZONES)]
        now = NOW.astimezone(zone)
        found = parse(data[1:].decode("utf-8", "surrogateescape"), now)
        assert_bounded(found)
        for warning in found.warnings:
            said(warning)
        assert parse(found.text, now).tree == found.tree
        text = describe(found.tree, zone)
        if len(text) <= LIMITS.query_chars:
            assert parse(text, now).tree == found.tree, text
        relaxed(found.tree)
        typing = unfinished(found)
        assert set(positive_leaves(found.tree)) <= set(positive_leaves(typing.tree))
        finished(typing.tree)

    return check


def dates(_: Path) -> Check:
    """A written date is a moment in UTC that reads back, date words a span that runs forward; or why not, in a line."""
    from article_search.query.date_words import query_range
    from article_search.reading.dates import read_written

    def check(data: bytes) -> None:
        text = data[1:].decode("utf-8", "surrogateescape")
        zone, language = ZONES[data[0] % len(ZONES)], LANGUAGES[data[0] // len(ZONES) % len(LANGUAGES)]
        try:
            moment, note = read_written(text, zone, language)
        except ValueError as error:
            said(error)
        else:
            assert moment.tzinfo is UTC
            assert read_written(moment.isoformat(), zone, language).moment == moment
            if note is not None:
                said(note)
        try:
            since, until = query_range(text, NOW.astimezone(zone))
        except ValueError as error:
            said(error)
        else:
            assert all(each is None or each.tzinfo is UTC for each in (since, until))
            assert since is None or until is None or since <= until

    return check


MARK = b"%%% "  # before the name of each file of a site
SITE = ["articles.toml", "content/_index.md", "docs/a.md"]  # and what the generators' sites have


def settings(folder: Path) -> Check:
    """articles.toml is read or refused; of any site's settings `articles init` makes an articles.toml that is read."""
    from article_search.errors import SettingsError
    from article_search.settings import load
    from article_search.settings.recognising import recognise
    from article_search.terminal import starting
    from article_search.terminal.screen import clean

    names = {name.encode() for name, _ in site_files()} | set(map(str.encode, SITE))

    def loads() -> None:
        try:
            load(folder / "articles.toml", {})
        except SettingsError as error:
            said(error)

    def check(data: bytes) -> None:
        for part in data.split(MARK)[1:]:
            name, _, text = part.partition(b"\n")
            if name in names:
                path = folder / name.decode()
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text)
        try:
            if (folder / "articles.toml").exists():
                loads()
            for found in recognise(folder):
                kept, notes = starting._usable(found)
                written = starting._text(found, kept)
                for note in (*found.notes, *notes):
                    said(clean(note))
                (folder / "articles.toml").write_text(written, encoding="utf-8")
                load(folder / "articles.toml", {})
        finally:
            for entry in folder.iterdir():
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    return check


def site_files() -> Iterator[tuple[str, bytes]]:
    """The settings of the generators' sites in the tests, by their name in the site."""
    for site in sorted((ROOT / "tests/generators").glob("*/site")):
        for path in sorted(site.rglob("*")):
            if (
                path.suffix in (".toml", ".yml", ".yaml", ".json", ".js", ".mjs", ".ts", ".py", ".php")
                and path.is_file()
            ):
                yield path.relative_to(site).as_posix(), path.read_bytes()


def sites() -> Iterator[bytes]:
    """Each of these files with a section beside it; and all that the tests of articles.toml and the guide say."""
    for name, text in site_files():
        yield MARK + name.encode() + b"\n" + text + MARK + b"content/_index.md\n---\ncascade:\n  draft: true\n---\n"
    for path in sorted((ROOT / "tests/settings").glob("*.py")):
        yield from (MARK + b"articles.toml\n" + text for text in texts_of(path) if b"=" in text)
    for text in (ROOT / "content/guide/configuration.md").read_bytes().split(b"```toml\n")[1:]:
        yield MARK + b"articles.toml\n" + text.partition(b"```")[0]


# A file of an index as an input: which it is (a byte), its directory, a line feed, its pages; or JSON of the record.
_HEAD = struct.pack("<14sH", b"WhooshColumnar", 1)
_TAIL = struct.Struct("<QQIIQ")
_PAGE = 65_536


def parts_of(file: bytes) -> bytes:
    """The directory and the pages of a container."""
    place, length, _, _, end = _TAIL.unpack(file[-_TAIL.size :])
    return file[place : place + length] + b"\n" + file[:end]


def container_of(parts: bytes) -> tuple[bytes, int]:
    """A container of a directory and pages, under right checksums; and its fingerprint."""
    directory, _, pages = parts.partition(b"\n")
    pages = _HEAD + pages[len(_HEAD) :]
    checksums = [zlib.crc32(pages[start : start + _PAGE]) for start in range(0, len(pages), _PAGE)]
    trailer = struct.pack(f"<{len(checksums)}I", *checksums) + directory
    fingerprint = zlib.crc32(trailer)
    place = len(pages) + 4 * len(checksums)
    tail = _TAIL.pack(place, len(directory), fingerprint, len(checksums), len(pages))
    return pages + trailer + tail, fingerprint


def sealed(record: bytes) -> bytes:
    """A record under a right checksum."""
    return hashlib.blake2b(record, digest_size=16).hexdigest().encode() + b"\n" + record


def made_index(folder: Path) -> list[Path]:
    """An index of two commits; its containers, and its record last."""
    from tests.shelf import article, backend_at, commit, made_up, prose

    backend = backend_at(folder)
    twins = [article(f"{name}.md", "Twin", prose(3)) for name in ("twin", "twins")]
    commit(backend, [*made_up(12), *twins])
    commit(backend, [article("a.md", "Lighthouse", language="de")], removed=("003.md",))
    containers = (path for kind in ("cdo", "cpo", "files", "repeats") for path in sorted(folder.glob(f"*.{kind}")))
    return [*containers, folder / "articles_2.json"]


def index_files() -> Iterator[bytes]:
    """Every file of the index, as an input."""
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(made_index(Path(folder))):
            data = path.read_bytes()
            yield bytes([number]) + (data.partition(b"\n")[2] if path.suffix == ".json" else parts_of(data))


def index(folder: Path) -> Check:
    """Files of an index of any shape under right checksums: an answer, or an error of the index in one line."""
    from article_search.backends.embedded.columnar import container
    from article_search.errors import IndexStateError, NotFoundError
    from article_search.query.tree import EVERY, Category, Phrase, Prefix, Range, Term
    from tests import shelf

    trees = (EVERY, Term("smalling"), Phrase("roma fee"), Prefix("sm"), Category("sports"), Range(shelf.START, None))
    whole = folder / "whole"
    files = made_index(whole)
    record = files[-1].read_bytes().partition(b"\n")[2]
    fingerprints = [str(container.open_path(path).fingerprint).encode() for path in files[:-1]]
    used = folder / "used"

    def check(data: bytes) -> None:
        number = data[0] % len(files)
        shutil.rmtree(used, ignore_errors=True)
        shutil.copytree(whole, used)
        if number == len(files) - 1:
            (used / files[-1].name).write_bytes(sealed(data[1:]))
        else:
            file, fingerprint = container_of(data[1:])
            (used / files[number].name).write_bytes(file)
            changed = record.replace(fingerprints[number], str(fingerprint).encode())
            (used / files[-1].name).write_bytes(sealed(changed))
        backend = shelf.backend_at(used)

        def write() -> None:
            shelf.commit(
                backend, [shelf.article("new.md", "Smalling"), shelf.article("a.md", "Roma")], removed=("twin.md",)
            )

        uses: list[Callable[[], object]] = [
            *(lambda tree=tree: shelf.ask(backend, tree, limit=10) for tree in trees),
            lambda: shelf.suggest(backend, "sm", 10),
            lambda: shelf.related(backend, "twin.md", 5),
            lambda: shelf.document(backend, "a.md"),
            lambda: list(backend.files().values()),
            lambda: (backend.files().addresses(), backend.files().notable()),
            backend.summary,
            backend.signature_matches,
            backend.verify,
            lambda: backend.copy_to(folder / "copied", wait=False),
            write,
        ]
        for use in uses if zlib.crc32(data) % 8 == 0 else uses[:-2]:  # what writes takes longest
            try:
                use()
            except NotFoundError:
                pass
            except IndexStateError as error:
                said(error)
        shutil.rmtree(folder / "copied", ignore_errors=True)

    return check


_HEADERS = ("tests/reading/header/*.py", "content/**/*.md")
_MARKUP = ("tests/reading/markup/*.py", "content/**/*.md")
_DATES = ("tests/date_texts.py", "tests/reading/test_dates.py", "tests/reading/test_local_dates.py")
TARGETS = {
    "header": Target(header, 0, _HEADERS),
    "markup": Target(markup, 42, _MARKUP),
    "article": Target(article, 84, (*_HEADERS, *_MARKUP, "tests/reading/metadata/*.py", "tests/reading/*.py")),
    "query": Target(query, len(ZONES), ("tests/query/*.py", "tests/answering/*.py"), 4_096, lines=True),
    "dates": Target(dates, len(ZONES) * len(LANGUAGES), (*_DATES, "tests/query/test_date_words.py"), 512, lines=True),
    "settings": Target(settings, 0, (), made=sites),
    "index": Target(index, 0, (), 65_536, made=index_files),
}


# ---- seeds ----


def texts_of(path: Path) -> Iterator[bytes]:
    """The texts in a Python file."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and node.value:
            yield node.value if isinstance(node.value, bytes) else node.value.encode("utf-8", "replace")


def seeds(target: Target, folders: Iterable[Path]) -> Iterator[bytes]:
    """What a run begins with. Each is one of the choices in turn. Folders hold texts, and are for targets of texts."""
    yield from target.made()
    paths = [path for pattern in target.sources for path in sorted(ROOT.glob(pattern))]
    if target.sources:
        paths += [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    number = 0
    for path in paths:
        if path.suffix == ".py":
            texts = list(texts_of(path))
        else:
            texts = path.read_bytes().splitlines() if target.lines else [path.read_bytes()]
        for text in texts:
            yield (bytes([number % target.choices]) if target.choices else b"") + text
            number += 1


# ---- running ----


class TooMuchError(BaseException):
    """An input takes too long, or reaches for what is none of its business; nothing may catch this."""


class Bounded:
    """A check under the bounds of all targets. ``faults`` has the length of the shortest input by what went wrong."""

    def __init__(self, check: Check, folder: Path, keep: Path) -> None:
        self.check = check
        self.runs = 0
        self.faults: dict[str, int] = {}
        self._keep = keep
        self._inside = False
        read = [sys.prefix, sys.base_prefix, str(ROOT), *TZPATH, "/proc", "/sys", "/dev/null", "/etc/localtime"]
        self._mine, self._read = str(folder), (str(folder), *read)
        signal.signal(signal.SIGVTALRM, self._too_slow)
        sys.addaudithook(self._audit)

    def __call__(self, data: bytes) -> None:
        self.runs += 1
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            self._inside = True
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
            try:
                self.check(data or b"\0")
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
                self._inside = False
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            if self.runs > 100 and grown > MEGABYTES:
                self._fault(data, TooMuchError(f"{grown:.0f} MB"), "memory")
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            frames = traceback.extract_tb(error.__traceback__)
            ours = [frame for frame in frames if "/src/" in frame.filename or frame.filename == __file__]
            place = ours[-1] if ours else frames[-1]
            self._fault(
                data, error, f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno} {place.name}"
            )

    def _fault(self, data: bytes, error: BaseException, kind: str) -> None:
        shortest = self.faults.get(kind)
        if shortest is not None and len(data) >= shortest:
            return
        self.faults[kind] = len(data)
        file = self._keep / f"{hashlib.blake2b(kind.encode(), digest_size=5).hexdigest()}"
        file.write_bytes(data)
        if shortest is None:
            message = ascii(str(error))[:300]
            print(f"FAULT after {self.runs}: {kind}: {message}\n      {file}", flush=True)
            file.with_suffix(".txt").write_text("".join(traceback.format_exception(error)), "utf-8", "backslashreplace")

    def _too_slow(self, _: int, frame: FrameType | None) -> None:
        raise TooMuchError(f"over {SECONDS} s of processor time")

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._inside:
            return
        if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect"):
            raise TooMuchError(f"{event} {arguments}")
        if event == "pickle.find_class" and not arguments[0].startswith("babel."):  # which keeps its tables so
            raise TooMuchError(f"{event} {arguments}")
        if event == "open" and isinstance(arguments[0], str | bytes):
            writes = bool(arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))
            self._may_touch(event, os.fsdecode(arguments[0]), self._mine if writes else self._read)
        elif event in ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod", "os.symlink"):
            descriptors = any(isinstance(each, int) and each > 0 for each in arguments[1:])
            if isinstance(arguments[0], str | bytes) and not descriptors:
                self._may_touch(event, os.fsdecode(arguments[0]), self._mine)

    def _may_touch(self, event: str, name: str, where: str | tuple[str, ...]) -> None:
        if not os.path.realpath(name).startswith(where):
            raise TooMuchError(f"{event} {name}")


def mutated(data: bytes, size: int, seed: int) -> bytes:
    """libFuzzer's change of an input; now and then a part of it many times over, which tells what grows too fast."""
    import atheris

    chance = random.Random(seed)
    if data and not chance.randrange(50):
        start = chance.randrange(len(data))
        part = data[start : start + chance.choice((1, 2, 3, 5, 8, 20))]
        return (data[:start] + part * (size // len(part)))[: max(1, size - chance.randrange(9))]
    found: bytes = atheris.Mutate(data, size)
    return found


def fuzz(name: str, minutes: float, folders: list[Path], keep: Path) -> None:
    """Does not return: libFuzzer ends the process."""
    try:
        import atheris
    except ImportError:
        sys.exit("fuzz.py: atheris is not installed; pip install -e '.[bench]' has it for Linux on x86-64")
    target = TARGETS[name]
    work = Path(tempfile.mkdtemp(prefix="fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    corpus = work / "corpus"
    corpus.mkdir()
    count = 0
    for seed in seeds(target, folders):
        if len(seed) <= target.longest:
            (corpus / hashlib.blake2b(seed, digest_size=8).hexdigest()).write_bytes(seed)
            count += 1
    end = time.monotonic() + 60 * minutes
    with atheris.instrument_imports(include=["article_search"]):
        (work / "files").mkdir()
        bounded = Bounded(target.make(work / "files"), work / "files", keep)

        def one(data: bytes) -> None:
            if time.monotonic() > end:
                shutil.rmtree(work)
                print(
                    f"{name}: {count} seeds, {bounded.runs} executions in {minutes:g} min, {len(bounded.faults)} faults"
                )
                sys.stdout.flush()
                os._exit(1 if bounded.faults else 0)
            bounded(data)

        options = [
            f"-max_len={target.longest}",
            "-verbosity=0",
            "-rss_limit_mb=4096",
            f"-artifact_prefix={keep}/ended-",
        ]
        atheris.Setup([name, *options, str(corpus)], one, custom_mutator=mutated)
        atheris.Fuzz()


def again(name: str, files: list[Path]) -> int:
    """Tries some inputs once more, not instrumented. How many of them show a fault."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        check = TARGETS[name].make(Path(folder))
        for file in files:
            started = time.process_time()
            try:
                check(file.read_bytes())
            except Exception:
                wrong += 1
                print(f"{file}:\n{traceback.format_exc()}")
            print(f"{file}: {time.process_time() - started:.2f} s of processor time")
    return wrong


def main() -> None:
    """Runs one target."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seeds", type=Path, action="append", default=[], help="a folder of more inputs to begin with")
    parser.add_argument("--keep", type=Path, help="where inputs that show a fault are kept (a new folder)")
    parser.add_argument("--again", type=Path, nargs="+", help="try these inputs and no others")
    options = parser.parse_args()
    warnings.simplefilter("error")
    if options.again:
        sys.exit(1 if again(options.target, options.again) else 0)
    keep = options.keep or Path(tempfile.mkdtemp(prefix=f"faults-{options.target}-"))
    keep.mkdir(parents=True, exist_ok=True)
    fuzz(options.target, options.minutes, options.seeds, keep)


if __name__ == "__main__":
    main()
