"""A sample site."""

SITENAME = "Harbour Museum"
SITEURL = ""
PATH = "content"
TIMEZONE = "Europe/Oslo"
DEFAULT_LANG = "en"
SLUGIFY_SOURCE = "basename"
WITH_FUTURE_DATES = False
DEFAULT_CATEGORY = "Sundry"
USE_FOLDER_AS_CATEGORY = False
ARTICLE_PATHS = ["posts"]
PAGE_PATHS = ["sheets"]
PAGE_URL = "sheet/{slug}/"
PAGE_SAVE_AS = "sheet/{slug}/index.html"
THEME = "theme"
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
DIRECT_TEMPLATES = []
AUTHOR_SAVE_AS = TAG_SAVE_AS = ""
