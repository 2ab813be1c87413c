"""How Sphinx builds the documentation: from the docstrings and from the examples."""

import shutil
from pathlib import Path
from typing import Any

from infometer import __version__

project = "Infometer"
author = "The Infometer developers"
copyright = "2026, The Infometer developers"
version = release = __version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
    "myst_parser",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "gallery/**/*.ipynb", "gallery/**/*.py"]

default_role = "py:obj"
numpydoc_show_class_members = False
myst_enable_extensions = ["dollarmath"]

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": r"/plot_",
    "download_all_examples": False,
    "show_memory": False,
    "write_computation_times": False,
}

html_theme = "furo"
html_title = f"Infometer {release}"

RESULTS = Path(__file__).parents[1] / "benchmarks" / "results"
"""The documents of the benchmarks become pages, so that links to them lead somewhere."""


def copy_results(app: Any) -> None:
    """Put the documents and pictures of the benchmarks beside the pages."""
    for source in (*RESULTS.glob("*/*.md"), *RESULTS.glob("*/*.svg"), *RESULTS.glob("*/*.png")):
        target = Path(app.srcdir) / "results" / source.relative_to(RESULTS)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def link_results(app: Any, name: str, text: list[str]) -> None:
    """Let links lead to the copies; what stands in no contents is not missing there."""
    text[0] = text[0].replace("](../benchmarks/results/", "](results/")
    if name.startswith("results/"):
        text[0] = f"---\norphan: true\n---\n{text[0]}"


def skip_routing(
    app: Any, what: str, name: str, thing: Any, skip: bool, options: Any
) -> bool | None:
    """Leave out what scikit-learn writes for its own router, in words that link to its pages."""
    return True if name.startswith("set_") and name.endswith("_request") else None


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("builder-inited", copy_results, priority=100)
    app.connect("source-read", link_results)
    app.connect("autodoc-skip-member", skip_routing)
