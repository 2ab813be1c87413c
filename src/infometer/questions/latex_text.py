"""The blocks of LaTeX: commands stripped, formulas as text."""

from __future__ import annotations

import re

from infometer.questions.blocks import Block, joined
from infometer.questions.readable_math import readable_math

__all__ = ["latex_blocks"]

COMMENT = re.compile(r"(?<!\\)%.*")
HEADINGS = {"chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5}
HEADING = re.compile(
    rf"\\({'|'.join(HEADINGS)})\*?(?:\[[^\]]*\])?\{{((?:[^{{}}]|\{{[^{{}}]*\}})*)\}}"
)
FORMULAS = ("equation", "align", "eqnarray", "gather", "multline", "displaymath", "math")
LEFT_OUT = {
    "figure": "figure", "tikzpicture": "figure", "table": "table", "tabular": "table",
    "longtable": "table", "verbatim": "code block", "lstlisting": "code block",
    "minted": "code block", "algorithm": "code block", "thebibliography": "reference",
}  # fmt: skip
ENVIRONMENT = re.compile(
    rf"\\begin\{{({'|'.join((*FORMULAS, *LEFT_OUT))})(\*?)\}}(.*?)\\end\{{\1\2\}}", re.DOTALL
)
DISPLAYED = re.compile(r"\\\[(.*?)\\\]|\$\$(.*?)\$\$", re.DOTALL)
INLINE_MATH = re.compile(r"(?<!\\)\$([^$]+?)\$|\\\((.+?)\\\)", re.DOTALL)
MARK = re.compile(r"\x00(\d+)\x00")
STRIPPED = (
    (re.compile(r"\\(?:cite[a-z]*|ref|eqref|autoref|cref|Cref|pageref)(?:\[[^\]]*\])*\{[^}]*\}"),
     "[reference]"),
    (re.compile(r"\\(?:label|index|vspace|hspace|input|include|bibliography|bibliographystyle)"
                r"\*?\{[^}]*\}"), ""),
    (re.compile(r"\\footnote\{(?:[^{}]|\{[^{}]*\})*\}"), ""),
    (re.compile(r"\\(?:begin|end)\{[^}]*\}(?:\[[^\]]*\])?"), "\n\n"),
    (re.compile(r"\\item\b(?:\[[^\]]*\])?"), "\n\n"),
    (re.compile(r"\\[a-zA-Z]+\*?(?:\[[^\]]*\])?\{([^{}]*)\}"), r"\1"),
    (re.compile(r"\\[a-zA-Z]+\*?\s?"), ""),
    (re.compile(r"\\([%&_#$ {}])"), r"\1"),
    (re.compile(r"\\\\"), " "),
    (re.compile(r"\\[,;:! ]"), " "),
    (re.compile(r"``|''"), '"'),
    (re.compile(r"---"), " — "),
    (re.compile(r"--"), "–"),
    (re.compile(r"[{}]"), ""),
    (re.compile(r"~"), " "),
)  # fmt: skip


def latex_blocks(text: str) -> list[Block]:
    r"""Headings, prose and formulas of LaTeX, and what is left out.

    Parameters
    ----------
    text : str
        Comments, the preamble, labels and footnotes go; a citation or cross-reference becomes
        ``[reference]``.

    Returns
    -------
    list of Block

    Examples
    --------
    >>> for block in latex_blocks(r"\section{Power} A \emph{user} has $p_{1}$ W. % spare"):
    ...     print(block.kind, "|", block.text)
    heading | Power
    prose | A user has p_1 W.
    """
    text = "\n".join(COMMENT.sub("", line) for line in text.split("\n"))
    start = text.find(r"\begin{document}")
    offset = text.count("\n", 0, start) if start >= 0 else 0
    body = text[start:].split(r"\end{document}")[0] if start >= 0 else text
    kept: list[Block] = []

    def keep(kind: str, content: str, level: int = 0) -> str:
        kept.append(Block(kind, content.strip(), 0, level))
        return f"\n\n\x00{len(kept) - 1}\x00\n\n"

    def environment(found: re.Match[str]) -> str:
        name, content = found[1], found[3]
        lines = "\n" * found[0].count("\n")
        if name in FORMULAS:
            return keep("formula", readable_math(content)) + lines
        return keep(LEFT_OUT[name], content) + lines

    body = ENVIRONMENT.sub(environment, body)
    body = DISPLAYED.sub(lambda m: keep("formula", readable_math(m[1] or m[2])), body)
    body = HEADING.sub(lambda m: keep("heading", _plain(m[2]), HEADINGS[m[1]]), body)
    return _in_order(_plain(body), kept, offset)


def _plain(text: str) -> str:
    text = INLINE_MATH.sub(lambda m: readable_math(m[1] or m[2]).replace("_", r"\_"), text)
    before = ""
    while before != text:
        before = text
        for pattern, replacement in STRIPPED:
            text = pattern.sub(replacement, text)
    return text


def _in_order(body: str, kept: list[Block], offset: int) -> list[Block]:
    blocks = []
    place = 0
    for part in re.split(r"(\n\s*\n)", body):
        line = offset + body.count("\n", 0, place) + 1
        place += len(part)
        if mark := MARK.fullmatch(part.strip()):
            blocks.append(kept[int(mark[1])]._replace(line=line))
        elif part.strip():
            blocks.append(Block("prose", joined(part.split("\n")), line))
    return blocks
