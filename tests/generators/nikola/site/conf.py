"""A sample site."""

BLOG_AUTHOR = "The keeper"
BLOG_TITLE = "Harbour Museum"
SITE_URL = "https://harbour.example/museum/"
BLOG_EMAIL = "keeper@harbour.example"
BLOG_DESCRIPTION = "A sample site."
DEFAULT_LANG = "en"
TRANSLATIONS = {"en": "", "fr": "./fr"}
TIMEZONE = "America/St_Johns"
THEME = "bootblog4"
POSTS = (
    ("posts/*.md", "posts", "post.tmpl"),
    ("news/*.md", "news", "post.tmpl"),
    ("news/*.markdown", "news", "post.tmpl"),
)
PAGES = (
    ("pages/*.md", "", "page.tmpl"),
    ("guide/*.md", {"en": "guide", "fr": "manuel"}, "page.tmpl"),
)
COMPILERS = {"markdown": (".md", ".markdown"), "html": (".html",)}
INDEX_PATH = "index-of-posts"
NAVIGATION_LINKS = {"en": ()}
USE_TAG_METADATA = False
WARN_ABOUT_TAG_METADATA = False
