import pandas as pd
import pytest

from infometer.bottleneck.gaussian_mixture import METHOD
from infometer.bottleneck.measurement import COMPRESSED
from infometer.bottleneck.plane_findings import plane_findings

GOOD = {
    "step": 0, "layer": "fc", "quantity": "I(X;L)", "value_nats": 2.0, "ceiling": 4.6, "n": 100,
    "saturated": False, "bound": None, "method": METHOD, "noise": "network", "sigma": 0.1,
    "noise_to_signal": 0.1, "notes": "",
}  # fmt: skip


def found(*changes):
    return plane_findings(pd.DataFrame([{**GOOD, **change} for change in changes]), {})


def test_good_rows_have_none():
    assert found({}, {"step": 3}, {"quantity": "I(L;Y)", "value_nats": 1.0}) == []


@pytest.mark.parametrize(
    ("change", "severity", "says"),
    [
        ({"saturated": True}, "warning", "1 of 1 figures of I(X;L) are saturated."),
        ({"quantity": "I(L;Y)", "p_value": 0.4, "null_nats": 0.3}, "warning",
         "At the last step I(L;Y) cannot be told from that of labels at random."),
        ({"method": COMPRESSED, "loss_bound_nats": 3.2}, "info",
         "The compressed figures of I(X;L) may miss much of the layers."),
        ({"noise": "measuring"}, "info",
         "The layers are seen through noise that is added at measuring time."),
        ({"bound": "upper"}, "info", "The exact figures are upper bounds."),
        ({"notes": "many dimensions"}, "info", "many dimensions"),
    ],
)  # fmt: skip
def test_each_flaw_is_told_with_its_layer(change, severity, says):
    (finding,) = found(change)
    assert (finding.severity, finding.what) == (severity, says)
    assert finding.evidence
    assert "fc" in finding.where or finding.where == f"I(X;L), {METHOD}"


def test_what_is_no_flaw_is_not_told():
    assert found({"saturated": True, "method": COMPRESSED}) == []
    assert found({"saturated": True, "quantity": "I(L;Y)"}) == []
    assert found({"method": COMPRESSED, "loss_bound_nats": 0.4}) == []
    assert found({"quantity": "I(L;Y)", "p_value": 0.01, "null_nats": 0.3}) == []


def test_only_the_last_step_is_held_against_random_labels():
    early = {"quantity": "I(L;Y)", "p_value": 0.4, "null_nats": 0.3}
    assert found(early, {"quantity": "I(L;Y)", "p_value": 0.01, "null_nats": 0.3, "step": 5}) == []


def test_saturation_is_counted_by_layer_and_warnings_come_first():
    findings = found(
        {"bound": "upper"}, {"saturated": True, "step": 2}, {"saturated": True, "step": 9},
        {"layer": "logits"},
    )  # fmt: skip
    assert [finding.severity for finding in findings] == ["warning", "info"]
    assert findings[0].what == "2 of 3 figures of I(X;L) are saturated."
    assert "steps 2 to 9" in findings[0].evidence


def test_lossy_layers_share_one_finding():
    lossy = {"method": COMPRESSED, "loss_bound_nats": 3.2}
    (finding,) = found(lossy, {**lossy, "layer": "logits", "loss_bound_nats": 0.75})
    assert finding.where == "fc, logits"
    assert finding.evidence.endswith("fc 3.2, logits 0.8")


def test_rows_of_one_note_are_one_finding():
    (finding,) = found({"notes": "ties"}, {"notes": "ties", "step": 1})
    assert finding.evidence == "2 rows"
