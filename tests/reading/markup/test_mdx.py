"""Of MDX a reader sees the Markdown, the text of elements, and their titles and labels."""

from __future__ import annotations

import pytest

from article_search.reading.markup import plain_text


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("import A from './a';\nimport {\n  B,\n  C\n} from \"bc\"\nimport './style.css'\n\nText.", "Text."),
        ("export const meta = {\n  title: 'No',\n\n  tags: ['no'],\n};\n\nText.", "Text."),
        ("export default function Page({children}) {\n  return <main>{children}</main>;\n}\n\nText.", "Text."),
        ("export const a = 1\n\nText.", "Text."),
        ("Text.\n\nexport {b} from './b'\n\nMore.", "Text.\n\nMore."),
        ("import taxes rose.\n\nexport of goods fell.", "import taxes rose.\n\nexport of goods fell."),
        ("We\nimport {x} from 'y'", "We import from 'y'"),
        ("A {props.name} b {/* comment */} c {1 + 1}.", "A b c ."),
        ("{/* a\n\ncomment */}\n\nText {'shown'} {\"too\"}{' '}{`and this`}.", "Text shown too and this."),
        ("{items.map((item) => (\n  <li key={item}>{item}</li>\n))}\n\nText.", "Text."),
        ("\\{kept\\} and `{code}` and $a_{n}$ and $$\n\\frac{a}{b}\n$$",
         "{kept} and {code} and $a_{n}$ and $$ \\frac{a}{b} $$"),
        ('<Tabs groupId="os">\n  <TabItem value="npm" label="With npm" className="no">\n\n    **Text**\n\n'
         '    ```sh\n    npm i {x} <Foo>\n    ```\n\n  </TabItem>\n</Tabs>', "With npm\n\nText\n\nnpm i {x} <Foo>"),
        ("<Tabs values={[{label: 'Mac', value: 'm'}, {label: \"Linux\", value: 'l'}]} items={['a', 'b']}>x</Tabs>",
         "Mac Linux\n\na b\n\nx"),
        ('<Card title="A card" href="/x" icon="no" description={`Of ${x}`} />', "A card"),
        ("<Aside title={'By expression'} type=\"tip\">\n*Text*\n</Aside>", "By expression\n\nText"),
        ("Press <Kbd>Ctrl</Kbd>+<Kbd>C</Kbd> now, <>in</> <Link to=\"/x\">a link</Link>.",
         "Press Ctrl+C now, in a link."),
        ('Mark <Badge text="new" /> here', "Mark new here"),
        ("<div className=\"x\" style={{color: 'red'}}>\n**Text** isn't gone\n</div>", "Text isn't gone"),
        ("<img src={require('./a.png').default} alt=\"A boat\" /> <br/> <span style={{a: 1}}>in</span>", "A boat in"),
        ("<details>\n<summary>More</summary>\n\nText.\n\n</details>", "More\n\nText."),
        ("<Foo a={x > 1} onClick={() => {\n  go('}')\n}}>Text</Foo>", "Text"),
        ("<Foo {...props}>Text</Foo> <Foo.Bar x='1'/>end", "Text end"),
        ("## Heading {/*an-id*/}\n\n### Other {#id}", "Heading\n\nOther"),
        ("<style>{`.a { b }`}</style>\n\nText.", "Text."),
        ("<CodeBlock language=\"js\">{`let x = 1`}</CodeBlock>", "let x = 1"),
        ("<Steps>\n    1. One\n    2. Two\n</Steps>", "One\n\nTwo"),
        ("A { without end, <Foo without, a < b", "A { without end, <Foo without, a < b"),
        (":::note[Title {x}]\nText.\n:::", "Title\n\nText."),
    ],
)  # fmt: skip
def test_only_what_is_shown_is_seen(source: str, seen: str) -> None:
    assert plain_text(source, "docs/page.mdx") == seen
    assert plain_text(source, "docs/page.md", "docusaurus") == seen


def test_imports_at_the_start_make_a_file_mdx() -> None:
    assert plain_text("\nimport A from '@theme/A';\n\n<A b={c}>Text {d}</A>", "a.md") == "Text"


@pytest.mark.parametrize(
    "text",
    ["import taxes from 'abroad' rose", "export const is a word", "A {set} of {x, y}", "We import x from 'y'"],
)
def test_other_files_are_no_mdx(text: str) -> None:
    assert plain_text(text, "a.md") == text
    assert plain_text(text, "a.mdx.md", "hugo") == text
