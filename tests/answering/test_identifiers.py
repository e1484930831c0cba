"""Names of programs, files, commands and numbers are found as people type them, before the everyday words in them.

Each pair of articles is one with the name and one with its words only; both are found, the name first.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from article_search.engine import Engine
from article_search.settings import Settings

# What is written in an article | what is typed and finds it first; of one line all articles are beside each other.
NAMED = """
    Keep secrets in .env beside the code.     | .env ; (.env) ; what is .env? ; ".env" ; ".env beside"
    The letters are in one env beside it.     | letters env
    A rule of @media asks for the width.      | @media ; @media rule
    The media asks for the width as a rule.   | the media asks
    Fixed in #4821 last week.                 | #4821 ; fixed in #4821
    There were 4821 people last week.         | 4821 people
    Commit with --no-verify on a train.       | --no-verify ; commit --no-verify ; noverify
    No commit could she verify on a train.     | could verify
    The class .btn-primary is of a page.      | .btn-primary ; .btn
    A primary btn of the class.               | primary btn
    Python runs __init__ before the rest.     | __init__
    The rest runs after git init of old.      | git init
    Each pod has $HOME as its place.          | $HOME ; $home
    Home is the place of each, says she.      | home says
    Read %APPDATA% for the place of it.       | %APPDATA%
    All appdata is at one place to be read.   | all appdata
    Call print() with the text.               | print() ; "print()"
    The print is the first of the text.       | the first print
    The borrowed &str is a slice.             | &str
    A str is a kind of text in a slice.       | kind of str
    Put a <nav> around the links.             | <nav> ; </nav>
    Satellite nav for all roads and links.    | satellite nav
    Films on Disney+ are of the year.         | Disney+
    Films that Disney made in the year.       | films disney made
    Write it in Notepad++ at once.            | notepad++
    Write it in a notepad of paper.           | notepad of paper
    The key is in ~/.ssh/config for it.       | ~/.ssh/config ; .ssh ; ssh config
    Type :wq! to leave.                       | :wq ; :wq! ; wq
    A name that begins ::before is a part.    | ::before
    Look in C:\\Windows\\System32 for it.     | C:\\Windows\\System32 ; C:/Windows/System32 ; system32
    Read $run:PATH or $PSVersionTable there.  | $run:PATH ; $PSVersionTable ; psversiontable ; ps version table
"""
SAME = """
    Find it by document.getElementById there. | getElementById ; getelementbyid ; get element by id ; getElementById()
    Use Get-ChildItem for files.              | Get-ChildItem ; get-childitem ; get child item ; getchilditem
    Call useState for a value.                | useState ; usestate ; useState() ; use state
    Python has os.path.join for it.           | os.path.join ; os path join ; path.join
    Prefer std::vector to arrays.             | std::vector ; std vector ; stdvector
    Set max_connections in it.                | max_connections ; max connections ; maxconnections ; maxConnections
    Windows says 0x80070005 if denied.        | 0x80070005 ; 80070005
    Windows says 0xC00000FD if it is full.    | 0xC00000FD ; 0xc00000fd ; c00000fd
    Install KB5005565 before the rest.        | KB5005565 ; kb5005565 ; KB 5005565 ; 5005565
    Read RFC2119 on must and should.          | RFC2119 ; rfc 2119 ; 2119
    Read RFC 7231 on the web.                 | RFC7231 ; rfc 7231 ; 7231
    What is new in v1.2.3 of it.              | v1.2.3 ; 1.2.3
    What is new in 4.5.6 of it.               | v4.5.6 ; 4.5.6
    It came with Perl 5.36 of late.           | perl5.36 ; perl 5.36
    It came with ruby3.10 of late.            | ruby3.10 ; ruby 3.10
    Older radios speak 802.11n at home.       | 802.11n ; 802.11
    The log says 2021-03-04T05:06:07Z there. \
        | 2021-03-04T05:06:07Z ; 2021-03-04T05:06:07 ; 2021-03-04 ; 05:06:07 ; 2021-03-04 05:06:07
    The log says 2022-07-08 09:10:11 there.   | 2022-07-08 09:10:11 ; 2022-07-08T09:10:11 ; 2022-07-08T09:10:11Z
    Commit 9f86d081884c7d65 broke it.         | 9f86d081884c7d65 ; 9f86d08
    The language F# infers types.             | F# ; f sharp ; fsharp
    Code in .NET runs in many places.         | .NET ; dotnet
    Written in Node.js for servers.           | node.js ; nodejs ; node js
    The list is at /api/v2/users as JSON.     | /api/v2/users ; api/v2 ; /v2/users
"""


def _cases(table: str) -> list[tuple[str, str]]:
    """What is typed, and the sentence that is to be found."""
    rows = [line.split("|") for line in table.replace("\\\n", "").strip().splitlines()]
    return [(query.strip(), sentence.strip()) for sentence, queries in rows for query in queries.split(" ; ")]


CASES = [*_cases(NAMED), *_cases(SAME)]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("identifiers")
    (folder / "content").mkdir()
    sentences = [
        *dict.fromkeys(sentence for _, sentence in CASES),
        *(f"A day by lake {n} with boats." for n in range(40)),
    ]
    for number, sentence in enumerate(sentences):
        (folder / "content" / f"{number}.md").write_text(f"---\ntitle: Note {number}\n---\n`{sentence}`\n")
    engine = Engine(Settings(content=folder / "content", index=folder / "index"))
    engine.index()
    return engine


def found(engine: Engine, query: str) -> list[str]:
    return [engine.document(hit.id).body.strip("`\n ") for hit in engine.search(query).hits]


@pytest.mark.parametrize(("query", "sentence"), CASES)
def test_it_is_found_first_as_it_is_typed(engine: Engine, query: str, sentence: str) -> None:
    assert found(engine, query)[:1] == [sentence]
    assert not engine.search(query).warnings


@pytest.mark.parametrize(
    ("query", "plain"),
    [
        (".env", "The letters are in one env beside it."),
        ("@media", "The media asks for the width as a rule."),
        ("#4821", "There were 4821 people last week."),
        ("print()", "The print is the first of the text."),
    ],
)
def test_what_has_the_word_without_the_sign_is_found_after_it(engine: Engine, query: str, plain: str) -> None:
    assert plain in found(engine, query)[1:]


def test_a_sign_that_no_article_has_says_nothing(engine: Engine) -> None:
    assert [hit.score for hit in engine.search("@lake").hits] == [hit.score for hit in engine.search("lake").hits]


def test_signs_are_in_no_suggestion(engine: Engine) -> None:
    for start in ("med", "env", "pri", "note", "mdeia", "pritn"):
        texts = [*engine.suggest(start), str(engine.search(start).suggestion)]
        assert not [text for text in texts if set(text) & set("@#.$%<(+&")]


def test_signs_of_the_query_language_stay_so(engine: Engine) -> None:
    assert "All appdata is at one place to be read." not in found(engine, "place -appdata")
    assert found(engine, "disn*") == found(engine, "disney")
    assert found(engine, "(print() OR @media) -borrowed")


def test_of_a_language_that_few_articles_are_in_too(tmp_path: Path) -> None:
    texts = {
        "de": "Die Tage am See sind lang, und das Wasser ist kalt.",
        "en": "Keep it in .env or call print() at 802.11n.",
    }
    for name, language in (("1", "de"), ("2", "de"), ("3", "en")):
        (tmp_path / "content").mkdir(exist_ok=True)
        text = f"---\ntitle: {name}\nlanguage: {language}\n---\n{texts[language]}\n"
        (tmp_path / "content" / f"{name}.md").write_text(text)
    with Engine(Settings(content=tmp_path / "content", index=tmp_path / "index")) as engine:
        engine.index()
        for query in (".env", "env", "print()", "802.11", "802.11n", '".env or call"'):
            assert [hit.id for hit in engine.search(query).hits] == ["3.md"]
