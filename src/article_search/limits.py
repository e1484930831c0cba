"""Every cap of the program in one place, each with its reason.

Limits protect against input that is wrong or hostile; no everyday article or query comes near one. They are checked
before anything is expanded. Not here: tuning of ranking or memory, which has no say in what is accepted.
"""

from __future__ import annotations

from article_search.late import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, in the unit each comment names."""

    # Queries
    query_chars: int = 2_000  # characters; the longest judged query of a test collection has under 1,000
    query_terms: int = 64  # words, phrases' words included; each costs one look-up a field
    query_depth: int = 20  # nested brackets; the parser and every walk over the tree recurse this deep at most
    query_prefixes: int = 4  # words ending in *; each stands for up to prefix_terms terms
    prefix_chars: int = 2  # shortest prefix, in letters; a shorter one would stand for much of the vocabulary
    prefix_terms: int = 200  # terms one prefix stands for, the most frequent first
    query_warnings: int = 5  # warnings shown for one query; more would only repeat themselves
    word_chars: int = 100  # a longer run of letters is no word (base64, hashes); only its start is indexed or searched

    # Results
    page_size: int = 100  # hits a page
    page_depth: int = 10_000  # last hit that can be paged to; deeper pages cost time and no reader goes there
    facet_values: int = 100  # values offered a facet
    filter_values: int = 20  # categories one request may choose
    search_seconds: float = 2.0  # for a whole answer; a search still running then gives what it has found
    snippet_chars: int = 220  # length of a snippet
    suggestions: int = 10  # completions offered

    # Content files
    file_bytes: int = 8 * 2**20  # a novel has 1 MB; larger files are data, not articles
    header_bytes: int = 128 * 2**10  # front matter; YAML readers are slow and memory-hungry on more
    header_depth: int = 50  # nested brackets or indents; the C loader of YAML dies of 100,000
    header_aliases: int = 50  # YAML aliases; nested ones grow exponentially when expanded
    title_chars: int = 1_000  # longer titles are cut, with a warning
    description_chars: int = 10_000  # likewise
    names: int = 64  # other names of one article, headings among them; no more are looked at
    categories: int = 100  # categories of one article; more are left off, with a warning
    category_chars: int = 100  # longer categories are cut, with a warning
    warnings: int = 20  # warnings kept for one file
    content_files: int = 5_000_000  # files under the content root; a loop of mounts would never end
    content_depth: int = 64  # folders below the content root
    gitignore_bytes: int = 64 * 2**10  # of one .gitignore; each of its lines is tried on each folder

    # Serving
    connections: int = 500  # of `articles serve`; idle ones cost some KB each, and a file descriptor
    client_connections: int = 100  # of one client; a browser opens six, an office behind one address some more
    client_requests: int = 3  # of one client worked on at once in a process; the guide's gunicorn has a thread more
    client_waiting: int = 32  # of one client that wait in line; the first of a longer one is told to come back
    waiting_seconds: float = 5.0  # in line; who waits longer is told to come back
    terminals: int = 32  # answered from memory at once; one more searches without help
    retry_seconds: int = 2  # after which who was told so may: about what the dearest search takes

    # Settings
    settings_bytes: int = 2**20  # articles.toml


LIMITS = Limits()
