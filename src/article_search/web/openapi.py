"""How is the API described to programs? An OpenAPI 3.1 document; the tests hold the server to it.

Not here: what the API does (api.py). The schemas name what is there and allow more, for keys are only ever added.
"""

from __future__ import annotations

from typing import Any

from article_search import __version__
from article_search.limits import LIMITS
from article_search.query.search import OPTIONS, SWITCH, Option

Json = dict[str, Any]


def document(title: str, address: str) -> Json:
    """The description of the API of a site with this title, whose server is at this address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title}: search API",
            "version": __version__,
            "description": "Search the articles of a site. Answers are JSON of version 1, to which keys may be added.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": address}],
        "paths": _PATHS,
        "components": {"schemas": _SCHEMAS, "responses": _PROBLEMS},
    }


# Shapes


def _object(properties: Json, optional: tuple[str, ...] = ()) -> Json:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": properties}


def _list(items: Json, **more: Any) -> Json:
    return {"type": "array", "items": items, **more}


def _reference(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_MOMENT = {"type": "string", "format": "date-time"}
_NUMBER = {"type": "number", "minimum": 0}
_VERSION = {"type": "integer", "const": 1}

_SCHEMAS: Json = {
    "Fragment": _object({"text": _TEXT, "match": {"type": "boolean"}}),
    "Facet": _object({"value": _TEXT, "count": _COUNT}),
    "Hit": _object(
        {
            "id": {**_TEXT, "description": "The path of its file below the content folder, with slashes."},
            "url": {**_TEXT, "description": "Where it is read: of the site's root, or absolute."},
            "title": _TEXT,
            "title_fragments": _list(_reference("Fragment")),
            "description": _TEXT,
            "date": {"type": ["string", "null"], "format": "date-time"},
            "categories": _list(_TEXT),
            "image": {"type": ["string", "null"]},
            "score": {"type": "number", "description": "Compares the hits of one answer."},
            "snippet": _list(_reference("Fragment")),
            "similar": {**_COUNT, "description": "Others that say nearly the same, left out for it."},
        },
        optional=("similar",),
    ),
    "Results": _object(
        {
            "version": _VERSION,
            "query": _TEXT,
            "interpreted": {**_TEXT, "description": "How the query was understood."},
            "total": _COUNT,
            "page": {"type": "integer", "minimum": 1},
            "pages": _COUNT,
            "took_ms": _NUMBER,
            "relaxed": {"type": "boolean", "description": "Articles with only some of the words are there too."},
            "strict_total": {**_COUNT, "description": "Articles with all of the telling words or named by them."},
            "repeats": {**_COUNT, "description": "Others that say nearly the same as one that is counted."},
            "suggestion": {"type": ["string", "null"], "description": "What may have been meant."},
            "corrected": {"type": "boolean", "description": "Articles with the words of the suggestion are there too."},
            "excluded": {
                "oneOf": [{"type": "null"}, _reference("Excluded")],
                "description": "What would have come first, did the query not leave it out.",
            },
            "warnings": _list(_TEXT),
            "hits": _list(_reference("Hit"), maxItems=LIMITS.page_size),
            "facets": {
                "type": "object",
                "required": ["category", "month"],
                "additionalProperties": _list(_reference("Facet")),
            },
        }
    ),
    "Excluded": _object(
        {
            "exclusions": {**_TEXT, "description": "Those that take it away, as in a query."},
            "query": {**_TEXT, "description": "The query without them."},
            "id": _TEXT,
            "url": _TEXT,
            "title": _TEXT,
        }
    ),
    "Suggestions": _object(
        {
            "version": _VERSION,
            "query": _TEXT,
            "suggestions": _list(_TEXT),
            "completions": _list(_reference("Completion")),
        }
    ),
    "Completion": _object(
        {
            "text": _TEXT,
            "kind": {"type": "string", "enum": ["query", "title"]},
            "id": {"type": ["string", "null"], "description": "Of the article with that title."},
            "url": {"type": ["string", "null"]},
        }
    ),
    "Related": _object({"version": _VERSION, "id": _TEXT, "hits": _list(_reference("Hit"))}),
    "Status": _object(
        {
            "version": _VERSION,
            "articles": _COUNT,
            "bytes": _COUNT,
            "committed": _MOMENT,
            "stale": {
                "type": ["boolean", "null"],
                "description": "The content has changed since, as seen in the last minute; null: it is not known.",
            },
            "languages": _list(
                _object({"language": _TEXT, "articles": _COUNT, "stemmed": {"type": "boolean"}})
                | {"description": "Those of articles, that of most first."}
            ),
        }
    ),
    "Problem": {
        **_object(
            {
                "type": _TEXT,
                "title": _TEXT,
                "status": {"type": "integer"},
                "detail": _TEXT,
                "option": {**_TEXT, "description": "The parameter to blame."},
            },
            optional=("option",),
        ),
        "description": "RFC 9457",
    },
}


# Responses


def _answer(description: str, schema: str) -> Json:
    return {
        "description": description,
        "headers": {"ETag": {"schema": _TEXT}, "Cache-Control": {"schema": _TEXT}},
        "content": {"application/json": {"schema": _reference(schema)}},
    }


def _problem(description: str) -> Json:
    return {"description": description, "content": {"application/problem+json": {"schema": _reference("Problem")}}}


_PROBLEMS: Json = {
    "Unchanged": {"description": "Nothing has changed since the answer of that ETag."},
    "BadOption": _problem("A parameter cannot be read."),
    "Forbidden": _problem("The page that sends it is not of this site nor on its list."),
    "NotFound": _problem("There is no such article."),
    "TooLarge": _problem("The request is too large."),
    "TooLong": _problem("The address is too long."),
    "TooMany": {
        **_problem("This client asks too often."),
        "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}},
    },
    "Unavailable": {
        **_problem("There is no index yet, it cannot be read or asked just now, or this client asks too much at once."),
        "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds, in the last two cases."}},
    },
}


def _responses(good: Json, *others: str) -> Json:
    names = {"304": "Unchanged", "400": "BadOption", "403": "Forbidden", "404": "NotFound"}
    names |= {"413": "TooLarge", "414": "TooLong", "429": "TooMany", "503": "Unavailable"}
    usual = ("413", "414", "429", "503")
    return good | {code: {"$ref": f"#/components/responses/{names[code]}"} for code in (*others, *usual)}


# Paths


def _parameter(name: str, schema: Json, description: str, **more: Any) -> Json:
    return {"name": name, "in": "query", "schema": schema, "description": description, **more}


_Q = {"type": "string", "description": f"Of up to {LIMITS.query_chars} characters; the rest is cut off."}
_DATE = {"type": "string", "examples": ["2020-09-15", "2020-09", "last-week"]}
_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "minLength": 1},
    "description": "The id of an article; its slashes may stand as they are or as %2F.",
}


def _option(option: Option) -> Json:
    """A parameter of a search."""
    repeated = {"style": "form", "explode": True} if option.kind == "texts" else {}
    return _parameter(option.parameter, _option_schema(option), option.description, **repeated)


def _option_schema(option: Option) -> Json:
    if option.kind == "text":
        return _Q
    if option.kind == "texts":
        return _list(_TEXT, maxItems=option.highest)
    if option.kind == "date":
        return _DATE
    if option.kind == "number":
        return _limit(option.highest, option.default)
    return {"type": "string", "enum": list(option.choices or SWITCH)}


def _limit(highest: int, default: int | None) -> Json:
    return {"type": "integer", "minimum": 1, "maximum": highest} | ({"default": default} if default else {})


_PATHS: Json = {
    "/api/search": {
        "get": {
            "operationId": "search",
            "summary": "Search the articles",
            "parameters": [
                *(_option(option) for option in OPTIONS if option.parameter),
                _parameter(
                    "log",
                    {"type": "string", "enum": ["0", "1"]},
                    "1: a reader meant this query, which the query log shall count; not for those still being typed.",
                ),
            ],
            "responses": _responses({"200": _answer("The answer; no hit is one too.", "Results")}, "304", "400"),
        }
    },
    "/api/suggest": {
        "get": {
            "operationId": "suggest",
            "summary": "Complete an unfinished query",
            "parameters": [
                _parameter("q", _Q, "The query so far."),
                _parameter("limit", _limit(LIMITS.suggestions, LIMITS.suggestions), "Completions."),
            ],
            "responses": _responses({"200": _answer("Completions, the best first.", "Suggestions")}, "304", "400"),
        }
    },
    "/api/related/{id}": {
        "get": {
            "operationId": "related",
            "summary": "Find articles like one",
            "parameters": [_ID, _parameter("limit", _limit(LIMITS.page_size, 10), "Articles.")],
            "responses": _responses(
                {"200": _answer("Articles, the most alike first.", "Related")}, "304", "400", "404"
            ),
        }
    },
    "/api/status": {
        "get": {
            "operationId": "status",
            "summary": "State of the index",
            "responses": _responses({"200": _answer("The state.", "Status")}, "304"),
        }
    },
    "/api/opened": {
        "post": {
            "operationId": "opened",
            "summary": "Tell the query log that a hit was opened",
            "description": "Meant for navigator.sendBeacon. Counts only for a query that was asked in the day before.",
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": _object(
                            {
                                "q": {"type": "string", "maxLength": LIMITS.query_chars},
                                "id": {"type": "string", "minLength": 1},
                                "position": {"type": "integer", "minimum": 1, "maximum": LIMITS.page_depth},
                            }
                        )
                    }
                },
            },
            "responses": _responses({"204": {"description": "Heard."}}, "400", "403", "404"),
        }
    },
}
