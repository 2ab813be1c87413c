import dataclasses
import json
import math
from html.parser import HTMLParser

import pandas as pd
import pytest

from infometer.contracts import Estimate, Finding, Report
from infometer.reporting import render_html, report_to_json, write_html

HOSTILE = """</script></style><script>alert(1)</script><img src=x onerror='a()'>"&{{ 7 * 6 }}"""
VOID = {"meta", "link", "br", "img"}


class Page(HTMLParser):
    """Elements, ids and text of a page; fails where the elements do not nest."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text = [], [], {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.setdefault(self.open[-1] if self.open else "", []).append(data)

    def document(self):
        return json.loads("".join(self.text["script"]))

    def shown(self):
        hidden = ("script", "style")
        return " ".join(
            part for tag, parts in self.text.items() if tag not in hidden for part in parts
        )


def test_a_room_that_reporting_never_heard_of_renders_in_order(tea):
    text = render_html(tea)
    page = Page(text)
    wanted = (
        tea.question,
        tea.answer,
        "I(T; S)",
        "Strength over time",
        "The cup is empty.",
        "Two teas were mixed.",
        "The pot is warm.",
        "Cups",
        "All sips",
        "Settings",
        "Provenance",
    )
    body = text.partition("<body>")[2]
    places = [body.index(part) for part in wanted]
    assert places == sorted(places)
    assert "2.079" in page.shown()
    assert "± 0.012 nats" in page.shown()
    assert "183.5" in page.shown()
    assert "Each point is one cup." in page.shown()
    assert "What follows" not in text
    assert len(text.encode()) < 2e6


def test_only_long_tables_are_collapsed(tea):
    body = render_html(tea).partition("<body>")[2]
    cups, sips = body.index("<h2>Cups"), body.index("<h2>All sips")
    assert "<summary>" not in body[cups - 12 : cups]
    assert "<summary>" in body[sips - 12 : sips]
    assert "123500" in body
    assert ">–</td>" in body


def test_bits_are_shown_everywhere_but_the_data_stay_in_nats(tea):
    page = Page(render_html(tea, unit="bits"))
    assert "3.000" in page.shown()
    assert "± 0.018 bits" in page.shown()
    assert "value_bits" in page.shown()
    assert "value_nats" not in page.shown()
    assert "183.5" in page.shown()
    assert page.document()["estimates"][0]["value"] == pytest.approx(math.log(8.0))
    with pytest.raises(ValueError, match="unit is 'bit'; it must be 'nats', 'bits'"):
        render_html(tea, unit="bit")


def test_hostile_text_in_every_field_stays_text():
    def draw(ax):
        ax.set_title(HOSTILE)

    draw.caption = HOSTILE
    estimate = Estimate(
        HOSTILE, 1.0, HOSTILE, method=HOSTILE, parameters={HOSTILE: 1}, warnings=(HOSTILE,)
    )
    report = Report(
        question=HOSTILE,
        answer=HOSTILE,
        estimates=(estimate,),
        findings=(Finding("error", HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
        tables={HOSTILE: pd.DataFrame({HOSTILE: [HOSTILE]}, index=[HOSTILE])},
        figures={HOSTILE: draw},
        settings={HOSTILE: HOSTILE},
        provenance={HOSTILE: HOSTILE, "time": HOSTILE},
    )
    page = Page(render_html(report))
    tags = [tag for tag, _ in page.elements]
    assert tags.count("script") == 1
    assert "img" not in tags
    assert not any(name.startswith("on") for _, attrs in page.elements for name in attrs)
    assert page.document() == json.loads(report_to_json(report))
    assert page.shown().count("{{ 7 * 6 }}") > 15


def test_the_page_asks_for_nothing_and_its_ids_are_its_own(tea):
    page = Page(render_html(tea))
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids)) > 20
    for tag, attrs in page.elements:
        assert tag not in ("link", "iframe", "object", "embed", "base")
        for name in ("src", "href", "xlink:href", "data", "action", "poster"):
            value = attrs.get(name, "#")
            assert value[0] == "#" or value.startswith("data:image/png;base64,")
            if value[1:] and value[0] == "#":
                assert value[1:] in ids
    for part in "".join(page.text["style"]), *(str(attrs) for _, attrs in page.elements):
        assert "@import" not in part
        for target in part.split("url(")[1:]:
            assert target.partition(")")[0].removeprefix("#") in ids


def test_figures_can_be_read_aloud(tea):
    page = Page(render_html(tea))
    svgs = [attrs for tag, attrs in page.elements if tag == "svg"]
    assert [svg["aria-label"] for svg in svgs] == list(tea.figures)
    assert {svg["role"] for svg in svgs} == {"img"}


def test_the_same_report_gives_the_same_page(tea):
    assert render_html(tea) == render_html(tea)


def test_a_cut_table_says_so(tea):
    long = dataclasses.replace(tea, tables={"Leaves": pd.DataFrame({"leaf": range(20_000)})})
    page = Page(render_html(long))
    assert "The first 500 of 20000 rows." in page.shown()
    assert len(page.document()["tables"]["Leaves"]) == 500


def test_a_figure_that_fails_is_named(tea):
    def spill(ax):
        raise RuntimeError("spilled")

    with pytest.raises(RuntimeError, match="spilled") as caught:
        render_html(dataclasses.replace(tea, figures={"The spill": spill}))
    assert caught.value.__notes__ == ["in the figure 'The spill' of the report"]


def test_the_least_report_renders():
    page = Page(render_html(Report("Tea?", "Yes.")))
    assert "section" not in [tag for tag, _ in page.elements]


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (400, 800)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser(tea, tmp_path, open_page, width, height, scheme):
    write_html(tea, tmp_path / "tea.html")
    driver = open_page(tmp_path / "tea.html", width, height, scheme)
    driver.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert driver.get_log("browser") == []
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = [m for m in messages if m["method"] == "Network.requestWillBeSent"]
    urls = {m["params"]["request"]["url"] for m in asked}
    fetched = {url for url in urls if not url.startswith("data:")}
    assert fetched == {(tmp_path / "tea.html").as_uri()}
    assert driver.execute_script("return window.innerWidth") == width
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
    answer = driver.find_element("class name", "answer")
    assert answer.text == tea.answer
    assert 0 <= answer.rect["y"] < answer.rect["y"] + answer.rect["height"] < height
    background = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, background[4:-1].split(","))) < 60) == (scheme == "dark")


@pytest.mark.browser
def test_a_long_text_leaves_room_for_the_columns_after_it(open_page, tea, tmp_path):
    table = pd.DataFrame({"text": ["Assam " * 300, "Ceylon"], "cups": [3, 4]})
    write_html(dataclasses.replace(tea, tables={"Long": table}), tmp_path / "page.html")
    width = open_page(tmp_path / "page.html").execute_script(
        "return document.querySelector('.scroll').scrollWidth - innerWidth"
    )
    assert width <= 0
