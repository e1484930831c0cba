"""Texts with and without markup, and such as want to be slow to read."""

from __future__ import annotations

from hypothesis import strategies as st

MARKUP = st.lists(
    st.sampled_from(
        "a b word 1 2. - * ** _ __ ` ``` ~~ # ## > | [ ] ( ) ![ ]( ]: [^1] < > </ <b> </b> <p> <br> <script>"
        " </script> <!-- --> <svg> &amp; &nbsp; &#0; & ; {{ }} {% %} {{< >}} {: } \\ = --- :::"
        " https://x.example f**k :::a[b] @if( @php {{-- !! {/* */} {#a} <A b={ /> import export from 'a' [[ ]] a| %% =="
        ' ^a $ [!a] !!! === "a" {%raw%} caption="a" [TOC] -8<- *['.split()
    )
    | st.sampled_from(["\n!!! a\n    ", "\n\nimport a from 'b'\n", "{% endraw %}", "::: a b\n", "> [!a] b\n"])
    | st.sampled_from([" ", "\n", "\n\n", "    ", "\t", "\xa0", "\u200b", "\r", "\x00", "\ufdd0", "é", "中"])
    | st.text(max_size=3),
    max_size=40,
).map("".join)
PLAIN = st.text(st.sampled_from("ab Z19.,;:!?'\"-()/\n\n\xa0\u2003\t’é中"), max_size=60)
HOSTILE = [
    "[", "*", "<", "&", "`", "![", ">", "> ", "<!--", "<a ", '<a ="', '<a" ="', "](", "[a](", "[a]: b\n", "{{", "{%",
    "{% raw %}", "{% comment %}", "{{<", "~~", "_", "__a", "**a ", "a**b", "|a", "<script>", "<svg>", "&#", "```a``` ",
    "[^", "\n", " ", "  - a\n", "# a\n", "<div>\n\n", "<img alt=\"<", "<div a='\"", "f*k ", "\ufdd0", "<b a='>' ",
    ":::", "::: a\n", "::a{}\n", "::: a\n@tab b\n", '\n!!! a "b"\n', "\n!!! a\n    ", '=== "a"\n', "> [!a] b\n",
    "[!a|", "{{</*", "{% img '", '{{< a title="', "{# ", "{#a", "{/*", "{::comment}", "$a", "$$", "\\(",
    "\\begin{align}", "[[a|",
    "![[", "--8<--\n", "*[a", "- a\n{:", "<<< @", "[TOC]\n",
]  # fmt: skip
# Those of syntaxes that hold by a file's ending or the generator only: (piece, path, generator).
HOSTILE_DIALECTS = [
    (piece, path, generator)
    for path, generator, pieces in (
        ("a.blade.md", "", ["@if(", "@php ", "{{--", "@{{", "{!!", "@@a", "@a('", "@verbatim "]),
        (
            "a.mdx",
            "",
            ["{", "{'", "{`", "`{", "{/* ", "<A b={", '<A b="', "<A ", "</", "<A>", "<a b={}>", "//", "  <A>\n"],
        ),
        ("a.mdx", "", ["\n\nimport {a\n", "\nimport a from 'b'\n", "\n\nexport {", "export const a = {\n"]),
        ("a.md", "obsidian", ["%%", "%%a`", "==a", "^a\n", "[[", "[[a|", "```query\n", "~~~\n", "`a", "``` "]),
    )
    for piece in pieces
]
