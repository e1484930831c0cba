r"""Where are formulas, whose braces are TeX and no syntax of a template? ``$…$``, ``$$…$$``, ``\(…\)``, ``\[…\]``.

Not here: what a formula looks like; it stays as TeX.
"""

from __future__ import annotations

# As pandoc has it: no blank inside next to a single sign and no digit behind it, or prices would be formulas. No
# backtick, since signs in code are variables of a shell; ``${{`` begins an expression of GitHub's workflows.
FORMULA = (
    r"\$\$(?<![\\$\w]\$\$)(?!\{\{\s)[^$`]{1,5000}\$\$"
    r"|\$(?<![\\$\w]\$)(?![\s$]|\{\{\s)(?:[^$`\\\n]|\\[^\n]){0,500}(?<![\s\\])\$(?![\w$])"
    r"|\\\((?:[^\\`]|\\(?![()])){1,2000}\\\)|\\\[(?:[^\\`]|\\(?![\[\]])){1,5000}\\\]"
    r"|\\begin\{(?:equation|align|gather|multline|matrix|cases)\*?\}(?:[^\\`]|\\(?!begin|end)){1,5000}\\end\{"
)
