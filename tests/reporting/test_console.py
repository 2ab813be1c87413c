import io

import pytest

from infometer.contracts import Estimate, Finding, Report
from infometer.reporting import print_report

rich_console = pytest.importorskip("rich.console", reason="rich is not installed")


def printed(report, unit=None, width=200):
    console = rich_console.Console(file=io.StringIO(), width=width)
    print_report(report, console, unit)
    return console.file.getvalue()


def test_all_that_matters_is_printed_gravest_first(tea):
    text = printed(tea, "bits")
    wanted = (
        tea.question,
        tea.answer,
        "≥ 3.000 ± 0.018 bits",
        "steeping",
        "Fill it.",
        "mixed",
        "The pot is warm.",
    )
    places = [text.index(part) for part in wanted]
    assert places == sorted(places)
    assert "The cups were not all warm." in text
    assert "saturated: ceiling 3.174" in text


def test_brackets_are_text_and_not_markup():
    hostile = "[red]tea[/red] [/nothing]"
    estimate = Estimate(hostile, 1.0, hostile, method=hostile, warnings=(hostile,))
    report = Report(
        hostile, hostile, (estimate,), (Finding("info", hostile, hostile, "", hostile),)
    )
    assert printed(report, width=400).count(hostile) == 10


def test_a_wrong_unit_is_refused(tea):
    with pytest.raises(ValueError, match="unit is 'nat'"):
        printed(tea, "nat")
