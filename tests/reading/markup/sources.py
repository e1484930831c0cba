"""Texts with and without markup, and such as want to be slow to read."""

from __future__ import annotations

from hypothesis import strategies as st

MARKUP = st.lists(
    st.sampled_from(
        "a b word 1 2. - * ** _ __ ` ``` ~~ # ## > | [ ] ( ) ![ ]( ]: [^1] < > </ <b> </b> <p> <br> <script>"
        " </script> <!-- --> <svg> &amp; &nbsp; &#0; & ; {{ }} {% %} {{< >}} {: } \\ = --- :::"
        " https://x.example f**k".split()
    )
    | st.sampled_from([" ", "\n", "\n\n", "    ", "\t", "\xa0", "\u200b", "\r", "\x00", "\ufdd0", "é", "中"])
    | st.text(max_size=3),
    max_size=40,
).map("".join)
PLAIN = st.text(st.sampled_from("ab Z19.,;:!?'\"-()/\n\n\xa0\u2003\t’é中"), max_size=60)
HOSTILE = [
    "[", "*", "<", "&", "`", "![", ">", "> ", "<!--", "<a ", '<a ="', '<a" ="', "](", "[a](", "[a]: b\n", "{{", "{%",
    "{% raw %}", "{% comment %}", "{{<", "~~", "_", "__a", "**a ", "a**b", "|a", "<script>", "<svg>", "&#", "```a``` ",
    "[^", "\n", " ", "  - a\n", "# a\n", "<div>\n\n", "<img alt=\"<", "<div a='\"", "f*k ", "\ufdd0", "<b a='>' ",
]  # fmt: skip
