"""How do other programs follow and find this search? An Atom feed of any search, and an OpenSearch description.

The documents are made by ElementTree of texts without what XML cannot hold, so that nothing of an article becomes
markup. Not here: the API (api.py).
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as Tree

from flask import Blueprint, Response, url_for

from article_search.answering.results import Hit, Results
from article_search.engine import Engine
from article_search.language.days import iso
from article_search.reading.links import is_safe
from article_search.web import answers, api
from article_search.web.answers import Revalidation
from article_search.web.state import State

_ATOM = "http://www.w3.org/2005/Atom"
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNDATED = "1970-01-01T00:00:00Z"  # a feed must name a moment; of this one no reader takes an article for new
_SINCE = "2025"  # a tag: URI names a year in which its owner had the host; never to be changed
_SHORT_NAME, _LONG_NAME = 16, 48  # characters that OpenSearch allows
_SUMMARY = 1_000  # characters

Tree.register_namespace("", _ATOM)


def blueprint(engine: Engine, revalidated: Revalidation) -> Blueprint:
    """The feed, the description and its suggestions."""
    feeds = Blueprint("feeds", __name__)

    @feeds.get("/feed.atom")
    @revalidated
    def atom() -> Response:
        state = answers.state_of_request()
        results = answers.ask(engine, state.search("newest"))
        root = answers.public_root(engine)
        changed = engine.status(look=False).committed
        return _xml(feed(state, results, engine.settings.title, root, changed), "application/atom+xml")

    @feeds.get("/opensearch.xml")
    @revalidated
    def opensearch() -> Response:
        root = answers.public_root(engine)
        return _xml(description(engine.settings.title, root), "application/opensearchdescription+xml")

    @feeds.get("/suggest.json")
    @revalidated
    def suggestions() -> Response:
        state = answers.state_of_request()
        found = [state.q, [one.text for one in api.completions(engine, state)]]
        return answers.as_json(found, mimetype="application/x-suggestions+json")

    return feeds


def feed(state: State, results: Results, title: str, root: str, changed: datetime) -> Tree.Element:
    """An Atom feed (RFC 4287) of one answer. ``root`` is this server's scheme and host, ``changed`` when the index last
    did, which a feed without any date names."""
    made = Tree.Element(f"{{{_ATOM}}}feed")
    here = f"{root}{url_for('feeds.atom')}"
    _add(made, "id", here + state.turned(1).link())
    _add(made, "title", f"{state.q[:100]} – {title}" if state.q else title)
    _add(made, "updated", _moment(max((hit.date for hit in results.hits if hit.date), default=changed)))
    _add(_add(made, "author"), "name", title)
    _link(made, "self", here + state.link(), "application/atom+xml")
    _link(made, "alternate", f"{root}{url_for('search')}{state.link()}", "text/html")
    if results.page > 1:
        _link(made, "previous", here + state.turned(results.page - 1).link(), "application/atom+xml")
    if results.page < results.pages:
        _link(made, "next", here + state.turned(results.page + 1).link(), "application/atom+xml")
    for hit in results.hits:
        _entry(made, hit, root)
    return made


def _entry(made: Tree.Element, hit: Hit, root: str) -> None:
    entry = _add(made, "entry")
    url = hit.url if is_safe(hit.url) else url_for("article", id=hit.id)
    url = url if "://" in url else f"{root}{url if url.startswith('/') else '/' + url}"
    _add(entry, "id", _entry_id(hit, root))
    _add(entry, "title", hit.title or hit.id)
    _add(entry, "updated", _moment(hit.date) if hit.date else _UNDATED)
    if hit.date:
        _add(entry, "published", _moment(hit.date))
    _link(entry, "alternate", url, "text/html")
    text = hit.description or "".join(fragment.text for fragment in hit.snippet)
    if text:
        _add(entry, "summary", text[:_SUMMARY])
    for category in hit.categories:
        _add(entry, "category").set("term", _printable(category))


def _entry_id(hit: Hit, root: str) -> str:
    """What names the article for ever: its address if that is a whole one, else a tag: URI (RFC 4151) of its id."""
    if hit.url.startswith(("https://", "http://")) and is_safe(hit.url):
        return hit.url
    host = urlsplit(root).hostname or "localhost"
    return f"tag:{host},{_SINCE}:{quote(hit.id, safe='/', errors='replace')}"


def description(title: str, root: str) -> Tree.Element:
    """An OpenSearch 1.1 description, with which a browser can search the site."""
    made = Tree.Element("OpenSearchDescription", xmlns=_OPENSEARCH)
    for name, text in (
        ("ShortName", title[:_SHORT_NAME].strip()),
        ("LongName", title[:_LONG_NAME].strip()),
        ("Description", f"Search the articles of {title}"),
        ("InputEncoding", "UTF-8"),
        ("OutputEncoding", "UTF-8"),
    ):
        Tree.SubElement(made, name).text = _printable(text)
    icon = Tree.SubElement(made, "Image", {"type": "image/svg+xml", "width": "16", "height": "16"})
    icon.text = f"{root}{url_for('static', filename='favicon.svg')}"
    for kind, template in (
        ("text/html", f"{root}{url_for('search')}?q={{searchTerms}}"),
        ("application/atom+xml", f"{root}{url_for('feeds.atom')}?q={{searchTerms}}&page={{startPage?}}"),
        ("application/x-suggestions+json", f"{root}{url_for('feeds.suggestions')}?q={{searchTerms}}"),
    ):
        Tree.SubElement(made, "Url", {"type": kind, "method": "get", "template": template})
    here = f"{root}{url_for('feeds.opensearch')}"
    Tree.SubElement(made, "Url", {"type": "application/opensearchdescription+xml", "rel": "self", "template": here})
    return made


def _xml(root: Tree.Element, mimetype: str) -> Response:
    return Response(Tree.tostring(root, "utf-8", xml_declaration=True), mimetype=mimetype)


def _add(parent: Tree.Element, name: str, text: str | None = None) -> Tree.Element:
    made = Tree.SubElement(parent, f"{{{_ATOM}}}{name}")
    made.text = None if text is None else _printable(text)
    return made


def _link(parent: Tree.Element, relation: str, url: str, kind: str) -> None:
    _add(parent, "link").attrib.update({"rel": relation, "type": kind, "href": _printable(url)})


def _printable(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return _NO_XML.sub("\ufffd", text)


def _moment(date: datetime) -> str:
    return iso(date.replace(microsecond=0)).replace("+00:00", "Z")
