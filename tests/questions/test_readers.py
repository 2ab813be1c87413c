"""Text, Markdown, LaTeX and reStructuredText become sections; what is left out is told."""

import pytest

from infometer.questions import document_from_text, example_document, read_documents
from infometer.questions.readable_math import readable_math

MARKDOWN = """# Power

A *user* has [gain](x.html) $g_{1}$ and `code`.

```
left_out()
```

| a | b |
|---|---|
| 1 | 2 |

$$R = \\log_{2}(1 + S)$$

## References

[1] A paper on power.
"""

LATEX = r"""\documentclass{article} % preamble
\begin{document}
\section{Power \emph{control}}
A user has $p_{k}$ watts, see \cite{lin}. % aside
Costs are 5\,\% of it\footnote{Roughly.}.
\begin{equation} R = \frac{a}{b} \label{eq} \end{equation}
\begin{figure} \caption{Left out} \end{figure}
\begin{itemize} \item The first user sends. \item The second user waits. \end{itemize}
\end{document}
"""

RFC = """From: ada@example.org
Subject: [draft]

   Table of Contents

   1. Power ............ 3
   2. Rate ............. 4

1.  Power

   The sender uses a timer that is reset whenever a new
   acknowledgment is

Ada                 Standards Track              [Page 1]
\f
RFC 9999               Power Control              May 2026

   received by the host.

   +-----+-----+
   | A   | B   |
   +-----+-----+

2.1.  Rate of a User

   o  The rate is low.
   o  The rate is high.
"""

RST = """.. include:: replace.txt

Power
*****

.. _label:

The ``Tx`` class of |ns3| follows :ref:`fig-1` and `Yans <http://x.org>`_
with :math:`p_{k}`::

  code();

.. note:: A note is prose.

.. math::

  R = \\frac{a}{b}

.. figure:: x.png
   :align: center

   Left out.

=====  =====
a      b
=====  =====
1      2
=====  =====

* The first user sends
  a packet.
* The second user waits.

Term
  Its meaning.
"""


def paragraphs(text, name):
    return [
        part for section in document_from_text(text, name).sections for part in section.paragraphs
    ]


def test_markdown():
    document = document_from_text(MARKDOWN, "power.md")
    assert [section.title for section in document.sections] == ["Power"]
    assert document.sections[0].paragraphs == (
        "A user has gain g_1 and code.",
        "R = log_2(1 + S)",
    )
    assert document.left_out_counts == {"code block": 1, "table": 1, "section 'References'": 1}


def test_latex():
    document = document_from_text(LATEX, "power.tex")
    assert document.title == "Power control"
    assert paragraphs(LATEX, "power.tex") == [
        "A user has p_k watts, see [reference]. Costs are 5 % of it.",
        "R = a/b",
        "The first user sends.",
        "The second user waits.",
    ]
    assert document.left_out_counts == {"figure": 1}


def test_rfc_pages_contents_drawings_and_mail_headers_are_left_out():
    document = document_from_text(RFC, "rfc9999.txt")
    assert [section.title for section in document.sections][-1].endswith("Rate of a User")
    assert (
        "The sender uses a timer that is reset whenever a new acknowledgment is received by the "
        "host." in paragraphs(RFC, "rfc9999.txt")
    )
    assert paragraphs(RFC, "rfc9999.txt")[-2:] == ["The rate is low.", "The rate is high."]
    counts = document.left_out_counts
    assert counts["page header or footer"] == 2
    assert counts["e-mail header"] == counts["drawing or table"] == 1


def test_rst():
    assert paragraphs(RST, "power.rst.txt") == [
        "The Tx class of ns3 follows [reference] and Yans with p_k:",
        "A note is prose.",
        "R = a/b",
        "The first user sends a packet.",
        "The second user waits.",
        "Its meaning.",
    ]
    counts = document_from_text(RST, "power.rst").left_out_counts
    assert counts["code block"] == counts["figure"] == counts["table"] == 1
    assert counts["term of a list"] == 1


def test_every_left_out_piece_has_its_line():
    pieces = document_from_text(MARKDOWN, "power.md").left_out
    assert [(piece.what, piece.line) for piece in pieces[:2]] == [("code block", 5), ("table", 9)]


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\frac{\frac{a}{b}}{c+d}", "(a/b)/(c+d)"),
        (r"P_{\mathrm{max}} \cdot 10^{-3}", "P_max · 10^(-3)"),
        (r"\left( x \right)", "( x )"),
    ],
)
def test_math_on_one_line(tex, text):
    assert readable_math(tex) == text


def test_bad_documents_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"'a\.pdf' ends in none of"):
        document_from_text("x", "a.pdf")
    with pytest.raises(ValueError, match=r"'a\.md' holds no prose"):
        document_from_text("```\ncode\n```\n", "a.md")
    path = tmp_path / "a.txt"
    path.write_bytes(b"One line.\nCaf\xe9 is open.\n")
    with pytest.raises(ValueError, match=r"'a.txt' is not UTF-8 at line 2 \(byte 0xe9\)"):
        read_documents([path])
    with pytest.raises(ValueError, match="twice"):
        read_documents([path, path])


def test_the_example_is_prose_and_formulas():
    document = example_document()
    assert 1400 < document.n_words < 2000
    assert document.left_out == ()
