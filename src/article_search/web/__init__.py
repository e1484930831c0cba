"""How does a site's search look over HTTP? Pages, the API, feeds, and what a server needs besides.

``create_app`` of an engine is a WSGI application. Not here: how an answer is found (answering), the templates and
scripts themselves (``web/`` at the top of the project), the terminal.
"""

from article_search.web.app import close_logs, create_app, web_files

__all__ = ["close_logs", "create_app", "web_files"]
