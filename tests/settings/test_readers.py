"""Every key is read, and a value that cannot be used is named with what would be."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from article_search.settings import OpenSearch, Pinned, QueryLog, Recency, Semantic, Settings, Terminal, Web, load
from tests.settings.complaints import complaint


@pytest.mark.usefixtures("site")
def test_every_key_of_articles_toml_is_read() -> None:
    Path("articles.toml").write_text(
        'content = "posts"\nindex = "/var/articles"\ntitle = "News"\ntimezone = "Europe/Rome"\n'
        'url = "/blog/{filename}"\npage_size = 20\nworkers = 3\nexclude = ["README.md"]\nlanguage = "pt-BR"\n'
        'languages = ["en", "pt-BR"]\ngenerator = "Hugo"\nbase_url = "https://a.example/b/"\nfuture = "show"\n'
        'filename_dates = "first"\n'
        'generator_options = ["uglyURLs"]\nlanguage_folders = { english = "en" }\n'
        'synonym_groups = [["film", "movie"]]\n[synonyms]\ncovid = ["coronavirus", "sars-cov-2"]\n'
        'PM = "prime  minister"\n'
        '[pinned]\nbudget = ["a.md"]\n"council tax" = { hide = ["b/c.md"], first = ["d.md", "d.md"] }\n'
        '[urls]\nposts = "/p/{slug}/"\n"posts/old/" = "/o/:year/:title.html"\n'
        '[defaults]\nposts = { Category = "News", draft = true, tags = ["a", 1], build = { render = "never" } }\n'
        "[semantic]\nenabled = true\nweight = 2\n[recency]\nhalf_life = 30\nweight = 0.25\n"
        '[web]\naddress = "https://search.example.org/"\norigins = ["https://a.example", "http://localhost:8080"]\n'
        'proxies = ["127.0.0.1", "10.0.0.0/8", "fd00::/8", "unix"]\nrequests_per_minute = 120\nburst = 30\n'
        'access_log = "-"\n[query_log]\npath = "var/log.db"\ndays = 30\nmegabytes = 10\n'
        "[terminal]\nresident_minutes = 5\n"
        '[opensearch]\nhosts = ["https://A.example:9200/", "http://[::1]:9201", "https://a.example:9200"]\n'
        'index = "news-2"\nshards = 3\nreplicas = 0\nca_certs = "ca.pem"\ntimeout = 2\n'
    )
    assert load(None, {}) == Settings(
        content=Path("posts"),
        index=Path("/var/articles"),
        title="News",
        timezone=ZoneInfo("Europe/Rome"),
        url="/blog/{filename}",
        page_size=20,
        workers=3,
        exclude=("README.md",),
        language="portuguese",
        languages=("en", "pt-br"),
        language_folders=(("english", "en"),),
        generator="hugo",
        generator_options=("uglyURLs",),
        base_url="https://a.example/b",
        future="show",
        filename_dates="first",
        urls=(("posts/old", "/o/:year/:title.html"), ("posts", "/p/{slug}/")),
        defaults=(("posts", {"category": "News", "draft": "true", "tags": ["a", "1"], "build": {"render": "never"}}),),
        synonyms=(("covid", ("coronavirus", "sars-cov-2")), ("PM", ("prime minister",))),
        synonym_groups=(("film", "movie"),),
        pinned=(Pinned("budget", ("a.md",), ()), Pinned("council tax", ("d.md",), ("b/c.md",))),
        semantic=Semantic(enabled=True, weight=2.0),
        recency=Recency(30, 0.25),
        web=Web(
            address="https://search.example.org",
            origins=("https://a.example", "http://localhost:8080"),
            proxies=(*map(ip_network, ("127.0.0.1", "10.0.0.0/8", "fd00::/8")), "unix"),
            requests_per_minute=120,
            burst=30,
            access_log=Path("-"),
        ),
        query_log=QueryLog(path=Path("var/log.db"), days=30, megabytes=10),
        terminal=Terminal(resident_minutes=5),
        opensearch=OpenSearch(
            hosts=("https://a.example:9200", "http://[::1]:9201"),
            index="news-2",
            shards=3,
            replicas=0,
            ca_certs=Path("ca.pem"),
            timeout=2.0,
        ),
    )


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("content = 3", ["'content' must be a text in quotes, not 3"]),
        ('content = ""', ["'content'", "not an empty text"]),
        ('index = "a\\u0000b"', ["'index'", "NUL"]),
        ('title = "a\\nb"', ["'title' must be one line"]),
        ('title = " "', ["'title' must be one line"]),
        ('page_size = "10"', ["'page_size' must be a whole number from 1 to 100, not '10'"]),
        ("page_size = true", ["'page_size'", "not True"]),
        ("page_size = 0", ["'page_size'", "not 0"]),
        ("page_size = 101", ["'page_size'", "not 101"]),
        ("workers = -1", ["'workers' must be a whole number from 0", "not -1"]),
        ("workers = 1.5", ["'workers'", "not 1.5"]),
        ("cache_mb = -1", ["'cache_mb' must be a whole number from 0 to 65536, not -1"]),
        ('timezone = "Europe/Roma"', ["'timezone'", "'Europe/Roma'", "did you mean Europe/Rome?"]),
        ('timezone = "europe/rome"', ["did you mean Europe/Rome?"]),
        ('timezone = "Europe"', ["'timezone' must be a time zone"]),
        ('timezone = "../../etc/passwd"', ["'timezone' must be a time zone"]),
        ('timezone = ""', ["'timezone' must be a time zone"]),
        ('timezone = "a\\u0000b"', ["'timezone' must be a time zone"]),
        ("timezone = 2", ["'timezone' must be a text"]),
        ('url = "/blog/{nonsense}"', ["'url'", "{nonsense}", "{filename}"]),
        ('url = "javascript:alert({id})"', ["'url'", "https://"]),
        ('url = "/:year/"', ["'url'", "the same address for every article"]),
        ('generator = "huggo"', ["'generator' must be one of astro, docusaurus", "not 'huggo'", "did you mean hugo?"]),
        ('generator_options = ["uglyUrls"]', ["'generator_options' must be a list of", "did you mean uglyURLs?"]),
        ("generator_options = true", ["'generator_options' must be a list of"]),
        ('language_folders = ["en"]', ["'language_folders' must be a table"]),
        ('language_folders = { a = "english" }', ["'language_folders' must be a list of codes"]),
        ("generator = 1", ["'generator' must be a text"]),
        ('base_url = "example.org"', ["'base_url' must be an address such as https://example.org/docs"]),
        ('base_url = "javascript:x"', ["'base_url' must be an address"]),
        ('base_url = "//example.org"', ["'base_url' must be an address"]),
        (f'timezone = "{"a/" * 2_000}b"', ["'timezone' must be a time zone such as"]),
        ('base_url = "https://[web]/x"', ["'base_url' must be an address"]),
        ('base_url = "https://℀.example"', ["'base_url' must be an address"]),
        ('[web]\naddress = "https://[::::]"', ["address"]),
        ('url = "https://[web]/{slug}"', ["'url': an address begins with / or https://"]),
        ('urls = "/x/{slug}"', ["'urls' must be a table of at most"]),
        ('[urls]\nposts = "/x/{slag}"', ["'urls': 'posts'", "{slag} is not a field"]),
        ("[urls]\nposts = 1", ["'urls': 'posts' must be a text"]),
        ('defaults = ["a"]', ["'defaults' must be a table of at most"]),
        ('[defaults]\nposts = "draft"', ["'defaults': 'posts' must be a table of keys"]),
        (f"[defaults]\nposts = {{ weight = 0x{'f' * 6_000} }}", ["'defaults': 'posts' has a value that is too"]),
        ('languages = "en"', ["'languages' must be a list of codes"]),
        ('languages = ["english"]', ["'languages' must be a list of codes"]),
        ('filename_dates = "yes"', ["'filename_dates' must be one of first, last, never, not 'yes'"]),
        ('future = "no"', ["'future' must be one of show, hide, not 'no'"]),
        ("recency = 3", ["'recency' must be a table with half_life (in days) and weight"]),
        ("[recency]\nhalf_life = 30", ["'recency': weight is missing"]),
        ("[recency]\nhalf_lfe = 30", ["'recency': 'half_lfe' is no setting (did you mean half_life?)"]),
        ("[recency]\nhalf_life = 0\nweight = 0.1", ["half_life must be a number from 0.01 to 36500, not 0"]),
        ("[recency]\nhalf_life = nan\nweight = 0.1", ["half_life must be a number"]),
        ("[recency]\nhalf_life = 9\nweight = true", ["weight must be a number from 0 to 0.9, not True"]),
        ("[recency]\nhalf_life = 9\nweight = 1", ["weight must be a number from 0 to 0.9"]),
        ('exclude = "README.md"', ["'exclude' must be a list of patterns"]),
        ("semantic = true", ["'semantic' must be a table, [semantic] with a line enabled = true, not True"]),
        ("[semantic]\nenabled = 1", ["'semantic'.enabled must be true or false, not 1"]),
        (
            "[semantic]\nenable = true",
            ["'semantic': 'enable' is no setting (did you mean enabled?); valid are enabled"],
        ),
        ("[semantic]\nweight = -1", ["'semantic'.weight must be a number from 0 to 2, not -1"]),
        ("[semantic]\nweight = nan", ["'semantic'.weight must be a number from 0 to 2, not nan"]),
        ("[semantic]\nweight = true", ["'semantic'.weight must be a number"]),
        ('[semantic]\nweight = "much"', ["'semantic'.weight must be a number from 0 to 2, not 'much'"]),
        ("exclude = [1]", ["'exclude' must be a list of patterns"]),
        ('exclude = ["/"]', ["'exclude' must be a list of patterns"]),
        ('language = "klingon"', ["'language' must be a language", "english", "pt-BR", "not 'klingon'"]),
        ('language = "germn"', ["did you mean german?"]),
        ("language = 1", ["'language' must be a text"]),
        ('synonyms = ["covid"]', ["'synonyms' must be a table", "covid ="]),
        ("[synonyms]\ncovid = 19", ["'synonyms': 'covid' must be a list of 1 to", "not 19"]),
        ("[synonyms]\ncovid = []", ["'synonyms': 'covid' must be a list of 1 to"]),
        ('[synonyms]\n"…" = ["dots"]', ["'synonyms': '…' must be of 1 to 8 words"]),
        ('[synonyms]\ncovid = ["virus", "!"]', ["'covid' must be of 1 to 8 words, not '!'"]),
        (f"[synonyms]\na = {['b'] * 13}", ["'a' must be a list of 1 to 12"]),
        ('synonym_groups = ["film", "movie"]', ["'synonym_groups' must be a list of 2 to 12 texts", "not 'film'"]),
        ('synonym_groups = [["film"]]', ["'synonym_groups' must be a list of 2 to 12"]),
        ('[pinned]\nbudget = "a.md"', ["'pinned': 'budget' must be a list of ids", "first =", "not 'a.md'"]),
        ('[pinned]\nbudget = { last = ["a.md"] }', ["'budget' must be a list of ids"]),
        ('[pinned]\nbudget = ["/a.md"]', ["'budget': first: '/a.md' is no id"]),
        ("[pinned]\nbudget = { hide = [1] }", ["'budget': hide must be a text"]),
        ('[pinned]\nb = { first = ["a.md"], hide = ["a.md"] }', ["'b': a.md cannot be both put first and hidden"]),
        ('web = "x"', ["'web' must be a table of address, origins"]),
        ("[web]\nport = 80", ["'web': 'port' is no setting", "valid are address"]),
        ('[web]\norigin = ["https://a.example"]', ["'web': 'origin' is no setting (did you mean origins?)"]),
        ('[web]\naddress = "search.example.org"', ["'web': 'address' must be like"]),
        ('[web]\naddress = "https://a.example/search"', ["'address' must be like"]),
        ("[terminal]\nresident_minutes = 1441", ["'resident_minutes' must be a whole number from 0 to 1440"]),
        ('terminal = "x"', ["'terminal' must be a table of resident_minutes"]),
        ('[web]\norigins = "https://a.example"', ["'origins' must be a list of sites"]),
        ('[web]\norigins = ["*"]', ["'origins': '*' is no origin"]),
        ('[web]\norigins = ["https://a.example/"]', ["'https://a.example/' is no origin"]),
        ('[web]\norigins = ["https://A.example"]', ["in small letters"]),
        ('[web]\nproxies = ["10.0.0.1/8"]', ["'proxies': '10.0.0.1/8'", "host bits set"]),
        ('[web]\nproxies = ["proxy.example.org"]', ["neither an address nor a network"]),
        ("[web]\nproxies = [1]", ["'proxies' must be a text"]),
        ("[web]\nrequests_per_minute = -1", ["'requests_per_minute' must be a whole number from 0"]),
        ("[web]\nburst = 0", ["'burst' must be a whole number from 1"]),
        ('[query_log]\npath = "a\\u0000b"', ["'path': a path cannot hold a NUL"]),
        ("[query_log]\ndays = 0", ["'days' must be a whole number from 1"]),
        ("[query_log]\nmegabytes = 1", ["'megabytes' must be a whole number from 4"]),
        ('opensearch = "https://a.example:9200"', ["'opensearch' must be a table of hosts, index"]),
        ("[opensearch]\nhost = []", ["'opensearch': 'host' is no setting (did you mean hosts?)"]),
        ('[opensearch]\nhosts = "https://a.example:9200"', ["'hosts' must be a list of up to 32 addresses such as"]),
        (f"[opensearch]\nhosts = {['https://a.example:9200'] * 33}", ["'hosts' must be a list of up to 32"]),
        ("[opensearch]\nhosts = [9200]", ["'hosts': 9200 is not like", "with scheme, host and port"]),
        ('[opensearch]\nhosts = ["a.example:9200"]', ["'hosts': 'a.example:9200' is not like"]),
        ('[opensearch]\nhosts = ["https://a.example"]', ["'hosts': 'https://a.example' is not like"]),
        ('[opensearch]\nhosts = ["https://a.example:99999"]', ["'hosts': 'https://a.example:99999' is not like"]),
        ('[opensearch]\nhosts = ["https://a.example:9200/x"]', ["'hosts': 'https://a.example:9200/x' is not like"]),
        ('[opensearch]\nhosts = ["https://[web]:9200"]', ["'hosts': 'https://[web]:9200' is not like"]),
        ('[opensearch]\nhosts = ["https://[::::]:9200"]', ["'hosts': 'https://[::::]:9200' is not like"]),
        ('[opensearch]\nindex = "Articles"', ["'index' must be of up to 100 small letters", "not 'Articles'"]),
        ('[opensearch]\nindex = "_articles"', ["'index' must be of up to 100 small letters"]),
        ('[opensearch]\nindex = "a\\n"', ["'index' must be of up to 100 small letters"]),
        (f'[opensearch]\nindex = "{"a" * 101}"', ["'index' must be of up to 100 small letters"]),
        ("[opensearch]\nindex = 1", ["'index' must be a text"]),
        ("[opensearch]\nshards = 0", ["'shards' must be a whole number from 1 to 1024, not 0"]),
        ("[opensearch]\nreplicas = 11", ["'replicas' must be a whole number from 0 to 10, not 11"]),
        ('[opensearch]\nca_certs = "a\\u0000b"', ["'ca_certs': a path cannot hold a NUL"]),
        ("[opensearch]\ntimeout = 0", ["'timeout' must be a number from 0.1 to 60, not 0"]),
        ("[opensearch]\ntimeout = nan", ["'timeout' must be a number from 0.1 to 60, not nan"]),
        ("[opensearch]\ntimeout = true", ["'timeout' must be a number"]),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_value_that_cannot_be_used_is_named_with_what_would_be(toml: str | bytes, expected: list[str]) -> None:
    said = complaint(toml)
    assert [part for part in expected if part not in said] == []


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    "toml",
    [
        '[opensearch]\nhosts = ["https://ann:s3cret@a.example:9200"]',
        '[opensearch]\nhosts = ["ann:s3cret@a.example:9200"]',
        '[opensearch]\nhosts = ["https://a.example:9200"]\nuser = "ann"',
        '[opensearch]\nhosts = ["https://a.example:9200"]\npassword = "s3cret"',
    ],
)
def test_who_signs_in_to_a_cluster_is_no_part_of_articles_toml(toml: str) -> None:
    said = complaint(toml)
    assert "ARTICLES_OPENSEARCH_USER and ARTICLES_OPENSEARCH_PASSWORD" in said
    assert "s3cret" not in said


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    "toml", ['opensearch = "https://ann:s3cret@a:1"', '[opensearch]\nhosts = "https://ann:s3cret@a:1"']
)
def test_a_password_in_the_wrong_place_is_not_repeated(toml: str) -> None:
    assert "s3cret" not in complaint(toml)
