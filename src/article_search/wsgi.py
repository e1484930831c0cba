"""Where do other servers find the application? ``article_search.wsgi:app``, by articles.toml and the environment.

Settings are those of the command line without options: ARTICLES_CONFIG, ARTICLES_CONTENT, ARTICLES_INDEX, or
``./articles.toml``. Not here: the server of ``articles serve`` (web/server.py).
"""

from __future__ import annotations

import os
import sys

from article_search.engine import Engine
from article_search.errors import SettingsError
from article_search.settings import load
from article_search.web import create_app

_NO_SENSE_IN_TRYING_AGAIN = 3  # by this code of a worker gunicorn knows that the next will fare no better

try:
    app = create_app(Engine(load(None, os.environ)))
except SettingsError as error:
    sys.stderr.write(f"articles: {error}\n")  # one line in the server's log
    raise SystemExit(_NO_SENSE_IN_TRYING_AGAIN) from None
