"""How does a file become an Article? Walking the content root, reading headers and Markdown, and the report of a run.

    walking, access      which files are there, which have changed, and may one be taken?
    loading              what does one say, in whatever process it is read?
    article, rules       its bytes become an Article, by what the site decides:
    names                  what its path says
    header                 what its header says, even a broken one
    metadata, dates        what the keys mean; what a written date means
    markup                 what a reader sees of its text
    addresses, links       where it is on the site, and whether that may be linked
    generators             what the site's generator makes of its files
    files, report        what is kept of a file from run to run; what a run has to say

Not here: what the words of a text are (language), how an article is stored (backends).
"""
