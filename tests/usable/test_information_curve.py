import math
import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from infometer.contracts import OverconfidenceWarning  # noqa: E402
from infometer.usable.information_curve import VInformationCurve  # noqa: E402

RNG = np.random.default_rng(0)
X = RNG.standard_normal((300, 1)).astype(np.float32)
LABELS = ((X[:, 0] > 0) ^ (RNG.random(300) < 0.1)).astype(int)  # one in ten flipped


class Sign(nn.Module):
    """Certain by `scale` that the label is the sign of x."""

    def __init__(self, scale):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(float(scale)))
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        sign = self.dropout(torch.where(x > 0, 1.0, -1.0) * self.scale)
        return {"loss": torch.tensor(0.0), "logits": torch.cat([torch.zeros_like(sign), sign], 1)}


def test_a_point_is_the_v_information_of_the_model():
    model = Sign(math.log(9)).train()
    curve = VInformationCurve(X, LABELS, null_probabilities=[0.5, 0.5], batch_size=37)
    found = curve.measure(0, model)
    right = np.mean((X[:, 0] > 0) == LABELS)
    expected = math.log(2) + right * math.log(0.9) + (1 - right) * math.log(0.1)
    assert found.information.value == pytest.approx(expected, abs=1e-6)
    assert found.accuracy == pytest.approx(right)
    assert model.training
    row = curve.to_frame().iloc[0]
    assert row["value_nats"] == pytest.approx(expected, abs=1e-6)
    assert row["step"] == 0
    assert row["accuracy"] == pytest.approx(right)
    metrics = curve.points[0].metrics
    assert metrics["held_out/v_information_bits"] == pytest.approx(expected / math.log(2))


def test_growing_certainty_at_the_same_accuracy_is_told_once():
    curve = VInformationCurve(X, LABELS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for step, scale in enumerate((0.5, 1.0, 2.0)):
            curve.measure(step, Sign(scale))
    assert curve.findings == ()
    with pytest.warns(OverconfidenceWarning, match="Since step 2 V-information on held-out items"):
        curve.measure(3, Sign(12.0))
    assert curve.points[-1].found.information.value < 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        curve.measure(4, Sign(15.0))
    assert [finding.severity for finding in curve.findings] == ["warning"]


def test_falling_accuracy_and_small_changes_are_no_overconfidence():
    curve = VInformationCurve(X, LABELS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for step, scale in enumerate((2.0, 2.02, -3.0)):
            curve.measure(step, Sign(scale))


def test_a_class_that_does_not_occur_needs_no_probability():
    curve = VInformationCurve(X[:4], [0, 1, 1, 1], null_probabilities=[0.25, 0.75, 0.0])
    found = curve.measure(0, nn.Linear(1, 3))
    assert found.null_entropy.bits == pytest.approx(0.8112781244591328)


@pytest.mark.parametrize(
    ("labels", "null", "message"),
    [
        ([0.0, 1.0], None, "dtype float64; expected classes from 0 on"),
        ([-1, 1], None, "expected classes from 0 on"),
        ([0, 1], [0.5, 0.6], "expected one a class with the sum 1"),
        ([0, 2], [0.5, 0.5], "labels go to 2"),
        ([0, 1], [1.0, 0.0], "above 0 for every class that occurs"),
        ([0, 2], None, r"gives shape \(2, 2\) for 2 labels of 3 classes"),
        ([0, 1, 1], None, r"gives shape \(2, 2\) for 3 labels of 2 classes"),
    ],
)
def test_what_does_not_fit_is_refused(labels, null, message):
    with pytest.raises(ValueError, match=message):
        VInformationCurve(X[:2], labels, null_probabilities=null).measure(0, nn.Linear(1, 2))
