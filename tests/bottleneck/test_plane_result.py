import json

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from infometer.bottleneck import PlaneResult
from infometer.bottleneck.gaussian_mixture import METHOD
from infometer.bottleneck.measurement import COMPRESSED
from infometer.bottleneck.plane_result import plane_metrics
from infometer.contracts import Estimate, Finding, frame_to_estimates
from infometer.reporting import render_html

SHARED = list(Estimate("I(X;L)", 1.0).to_row())
STEPS = [0, 1, 4, 16, 64, 256]
CURVES = {"I(X;L)": [3.0, 4.0, 2.0, 1.5, 2.0, 2.6], "I(L;Y)": [0.2, 0.4, 0.9, 1.5, 1.8, 1.9]}
LOSS = [2.3, 2.25, 1.5, 0.3, 0.2, 0.1]


def plane(quantities=("I(X;L)", "I(L;Y)"), methods=(METHOD, COMPRESSED), saturated=False, **keys):
    rows = []
    for position, step in enumerate(STEPS):
        for layer, shift in (("conv", 0.5), ("logits", 0.0)):
            for quantity in quantities:
                for method in methods:
                    value = CURVES[quantity][position] + shift
                    estimate = Estimate(
                        quantity, value, standard_error=0.02, interval=(value - 0.04, value + 0.04),
                        ceiling=4.0 if saturated else 6.2, n_samples=500, method=method,
                        bound="lower" if method == COMPRESSED else None,
                    )  # fmt: skip
                    if saturated:
                        estimate = Estimate(
                            quantity, 3.99, ceiling=4.0, n_samples=500, method=method
                        )
                    own = {
                        "step": step, "layer": layer, "loss": LOSS[position], "sigma": 0.1,
                        "noise": "network", "noise_to_signal": 0.1, "noisy_below": False,
                    }  # fmt: skip
                    extra = {"null_nats": 0.3, "p_value": 0.01} if quantity == "I(L;Y)" else {}
                    if method == COMPRESSED:
                        extra["loss_bound_nats"] = 0.2
                    rows.append({**estimate.to_row(**own, **keys), **extra, "notes": ""})
    return PlaneResult(pd.DataFrame(rows), {"layers": ["conv", "logits"]})


def drawn(result, unit):
    axes = {}
    for title, draw in result.report(unit).figures.items():
        axes[title] = Figure().add_subplot()
        draw(axes[title])
        axes[title].figure.canvas.draw()
    return axes


def test_the_answer_tells_the_course_of_the_last_layer_and_its_end():
    answer = plane().answer()
    assert answer.startswith("“logits”, the last layer, first learns 1.00 nats about the input")
    assert "forgets 2.50 (steps 1 to 16)" in answer
    assert "learns 1.10 (steps 16 to 256)" in answer
    assert "drops fast (steps 1 to 16)" in answer
    assert "100 % of what it forgets first" in answer
    assert answer.endswith("At the end it knows 1.90 of 6.20 nats about the target (labels at "
                           "random: 0.30).")  # fmt: skip


def test_few_measured_steps_are_no_course():
    result = plane()
    short = PlaneResult(result.frame[result.frame["step"] <= 1])
    assert short.answer().startswith("Too little was measured for a course (steps 0, 1)")
    assert "name steps with at= or every=" in short.answer()


def test_a_loss_that_drops_all_along_says_nothing_of_when():
    frame = plane().frame.drop(columns=["loss", "evaluation_loss"], errors="ignore")
    last = frame["step"].max()
    slow = frame["step"].map(lambda step: {0: 2.0, last: 0.1}.get(step, 1.0))
    whole = PlaneResult(frame.assign(loss=slow))
    assert whole.fastest_loss_drop() == (0, last)
    assert "drops fast" not in whole.answer()


def test_a_saturated_plane_says_that_nothing_can_be_read():
    answer = plane(saturated=True).answer()
    assert answer.startswith("Nothing can be read from this plane")
    assert "4.00 nats" in answer
    assert "500 inputs" in answer


def test_a_plane_without_a_target_tells_of_the_input_only():
    result = plane(quantities=("I(X;L)",))
    assert "target" not in result.answer()
    assert "What each layer knows about the input" in result.report().figures
    assert "no target" in drawn(result, "nats")["The information plane"].texts[0].get_text()


def test_a_plane_that_does_not_move_says_so():
    result = plane()
    flat = PlaneResult(result.frame.assign(value_nats=2.0))
    assert "“logits” knows about the input does not move beyond its error bars." in flat.answer()
    assert flat.compression_in_loss_drop("logits") is None


def test_the_main_rows_are_the_exact_ones_where_there_are_any():
    assert set(plane().rows()["method"]) == {METHOD}
    assert set(plane(methods=(COMPRESSED,)).rows()["method"]) == {COMPRESSED}
    assert len(plane().rows(COMPRESSED)) == len(plane().rows())


def test_phases_are_told_in_steps():
    assert [(p.kind, p.start, p.stop) for p in plane().phases("logits")] == [
        ("fitting", 0, 1), ("compression", 1, 16), ("fitting", 16, 256),
    ]  # fmt: skip


def test_the_loss_drop_needs_a_drop():
    result = plane()
    assert result.fastest_loss_drop() == (1, 16)
    assert PlaneResult(result.frame.assign(loss=1.0)).fastest_loss_drop() is None
    assert PlaneResult(result.frame.drop(columns="loss")).fastest_loss_drop() is None
    assert PlaneResult(result.frame.assign(loss=np.nan)).fastest_loss_drop() is None


def test_the_columns_are_the_shared_ones_and_the_rooms():
    own = ["step", "layer", "loss", "sigma", "noise", "noise_to_signal", "noisy_below"]
    more = ["loss_bound_nats", "null_nats", "p_value", "notes"]
    columns = list(plane().to_frame())
    assert columns[: len(own) + len(SHARED)] == own + SHARED
    assert sorted(columns[len(own) + len(SHARED) :]) == sorted(more)


def test_rows_and_estimates_convert_both_ways():
    frame = plane().to_frame()
    back = pd.DataFrame([estimate.to_row() for estimate in frame_to_estimates(frame)])
    pd.testing.assert_frame_equal(back, frame[SHARED], check_dtype=False)


def test_the_report_renders_with_its_findings_first_said_by_the_measuring():
    result = plane()
    noticed = Finding("error", "conv", "The layer gave NaN or infinity at step 4.")
    report = PlaneResult(result.frame, result.settings, (noticed,)).report()
    page = render_html(report)
    assert noticed.what in page
    assert report.findings[0] == noticed
    assert len(report.estimates) == 4
    assert {e.ceiling for e in report.estimates if e.quantity.startswith("I(L;Y)")} == {None}
    assert report.estimates[0].quantity == "I(X;L) of conv"


def test_pictures_keep_their_order_and_show_the_unit():
    result = plane()
    titles = list(result.report().figures)
    assert titles[0] == "The information plane"
    assert [t.partition(" ")[0] for t in titles if "compressed codes" in t] == ["I(X;L)", "I(L;Y)"]
    nats, bits = drawn(result, "nats"), drawn(result, "bits")
    for title, axes in bits.items():
        if title == "Loss and accuracy":
            continue
        assert "bits" in axes.get_ylabel() + axes.get_xlabel(), title
        ratio = np.array(axes.dataLim.y1) / np.array(nats[title].dataLim.y1)
        assert ratio == pytest.approx(1 / np.log(2), rel=0.01), title
    assert result.frame["value_nats"].max() == 4.5


def test_a_plane_draws_itself_and_its_dictionary_is_plain():
    assert plane().plot().get_xlabel().startswith("I(X;L), nats")
    found = json.loads(json.dumps(plane().to_dict(), default=float))
    assert len(found["rows"]) == len(plane().frame)


def test_metrics_for_a_logger_are_the_exact_ones_of_the_last_step():
    frame = plane().to_frame()
    frame.loc[frame["method"] == COMPRESSED, "value_nats"] = -1.0
    found = plane_metrics(frame.sample(frac=1, random_state=0))
    assert found["plane/logits/I(X;L)"] == 2.6
    assert len(found) == 4
    assert plane_metrics(pd.DataFrame()) == {}


def test_a_plane_without_rows_is_refused():
    with pytest.raises(ValueError, match="no step was measured"):
        PlaneResult(pd.DataFrame())


def test_the_plane_says_that_layers_differ_in_noise():
    caption = plane().report().figures["The information plane"].caption
    assert "seen through noise of its own" in caption
