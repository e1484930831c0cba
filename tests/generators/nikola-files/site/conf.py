"""A sample site."""

BLOG_AUTHOR = "The keeper"
BLOG_TITLE = "Harbour Museum"
SITE_URL = "https://harbour.example/museum/"
BLOG_EMAIL = "keeper@harbour.example"
BLOG_DESCRIPTION = "A sample site."
DEFAULT_LANG = "en"
TRANSLATIONS = {"en": "", "fr": "./fr"}
TRANSLATIONS_PATTERN = "{path}.{ext}.{lang}"
TIMEZONE = "Europe/Oslo"
THEME = "bootblog4"
POSTS = (("posts/*.md", "blog", "post.tmpl"),)
PAGES = (("pages/*.md", "pages", "page.tmpl"),)
COMPILERS = {"markdown": (".md",)}
PRETTY_URLS = False
STRIP_INDEXES = True
USE_TAG_METADATA = False
NAVIGATION_LINKS = {"en": ()}
