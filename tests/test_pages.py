"""What the pages of the documentation show is what comes out."""

import doctest
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGES = (
    "directed-information",
    "exact-quantities",
    "index",
    "mutual-information",
    "partial-information",
    "preferences",
    "streams",
)
"""Those whose snippets take seconds and need no extra."""
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("page", PAGES)
def test_the_snippets_of_a_page_give_what_they_say(page):
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    snippets = "\n".join(re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL))
    assert ">>> " in snippets
    parsed = doctest.DocTestParser().get_doctest(snippets, {}, page, None, 0)
    report: list[str] = []
    doctest.DocTestRunner(optionflags=OPTIONS).run(parsed, out=report.append)
    assert not report, "".join(report)
