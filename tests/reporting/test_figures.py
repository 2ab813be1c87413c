import dataclasses
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from infometer.contracts import Report
from infometer.reporting import render_html, save_figures
from infometer.reporting.figures import inline_svg


def test_every_figure_becomes_two_files_with_names_of_their_own(tea, tmp_path):
    draw = tea.figures["Bitterness"]
    titles = ("Strength: über 9 / 10?", "strength – uber 9 10", "茶", "../../etc")
    report = dataclasses.replace(tea, figures=dict.fromkeys(titles, draw))
    written = save_figures(report, tmp_path / "figures")
    assert [path.name for path in written[::2]] == [
        "strength-uber-9-10.svg",
        "strength-uber-9-10-2.svg",
        "figure.svg",
        "etc.svg",
    ]
    assert {path.parent for path in written} == {tmp_path / "figures"}
    for svg, png in zip(written[::2], written[1::2], strict=True):
        assert ElementTree.parse(svg).getroot().get("width") == "432pt"
        assert png.read_bytes().startswith(b"\x89PNG")


def test_two_figures_share_no_id(tea):
    draw = tea.figures["Strength over time"]
    ids = [
        {element.get("id") for element in ElementTree.fromstring(inline_svg(title, draw)).iter()}
        for title in ("one", "two")
    ]
    assert ids[0] & ids[1] == {None}


@pytest.mark.filterwarnings("default")
def test_pyplot_is_never_imported():
    code = (
        "import sys; from infometer.contracts import Report; from infometer.reporting import *\n"
        "assert not {'matplotlib', 'jinja2', 'rich', 'torch', 'sklearn'} & set(sys.modules)\n"
        "render_html(Report('?', '!', figures={'f': lambda ax: ax.plot([1, 2])}))\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_drawing_leaves_the_settings_of_matplotlib_alone(tea):
    matplotlib = pytest.importorskip("matplotlib")
    before = dict(matplotlib.rcParams)
    render_html(Report("?", "!", figures=tea.figures))
    assert dict(matplotlib.rcParams) == before


def test_letters_that_the_font_lacks_are_left_to_the_browser(tmp_path, tea):
    def draw(ax):
        ax.set_xlabel("茶")

    assert "茶" in inline_svg("Tea", draw)
    assert save_figures(dataclasses.replace(tea, figures={"Tea": draw}), tmp_path)
