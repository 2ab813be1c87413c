import numpy as np
import pandas as pd
import pytest
import torch

from infometer.bottleneck.targets import evaluation_metrics, evaluation_targets

X = np.random.default_rng(0).standard_normal((40, 6))


def test_the_input_code_is_four_principal_components_or_yours():
    targets, findings = evaluation_targets(X)
    assert targets.input_code.shape == (40, 4)
    assert findings == []
    mine = X[:, :2]
    assert (evaluation_targets(X, input_code=mine)[0].input_code == mine).all()


@pytest.mark.parametrize(
    ("y", "discrete"),
    [(np.arange(40) % 3, True), (np.array(["a", "b"] * 20), True), (["a", "b"] * 20, True),
     (pd.Series(range(40)) % 2, True), (torch.arange(40) % 4, True), (X[:, 0], False),
     (X[:, :2], False)],
)  # fmt: skip
def test_labels_of_every_kind(y, discrete):
    assert evaluation_targets(X, y)[0].discrete is discrete


@pytest.mark.parametrize(
    "x", [{"input_ids": np.arange(40)[:, None]}, (X, X), np.arange(40)[:, None], torch.arange(40)]
)
def test_inputs_that_are_no_array_of_floats_have_only_the_exact_figure(x):
    targets, (finding,) = evaluation_targets(x)
    assert targets.n == 40
    assert targets.input_code is None
    assert finding.what == "Only the exact figure is given for I(X;L)."
    assert "input_code" in finding.remedy


def test_repeated_inputs_are_told_and_have_no_code():
    targets, (finding,) = evaluation_targets(np.vstack([X, X[:3]]))
    assert targets.input_code is None
    assert finding.severity == "warning"
    assert finding.what == "3 inputs repeat others."


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x_eval": X[:5]}, "x_eval has 5 rows"),
        ({"x_eval": X, "y_eval": np.zeros(3)}, "y_eval has 3 rows and x_eval 40"),
        ({"x_eval": X, "input_code": np.zeros((3, 2))}, r"input_code has shape \(3, 2\)"),
        ({"x_eval": X.tolist()}, "x_eval is a list without a tensor or an array"),
        ({"x_eval": {"mask": None}}, "x_eval is a dict without"),
        ({"x_eval": X, "y_eval": np.where(X[:, 0] > 0, np.nan, 1.0)}, "y_eval is missing"),
        ({"x_eval": X, "y_eval": np.array(["a", None] * 20)}, "y_eval is missing .* in 20 rows"),
    ],
)
def test_bad_evaluation_rows_name_the_argument(arguments, message):
    with pytest.raises(ValueError, match=message):
        evaluation_targets(**arguments)


def test_accuracy_and_loss_of_logits():
    logits = np.log(np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])) + 7.0
    found = evaluation_metrics(logits, np.array([0, 1]))
    assert found["accuracy"] == 0.5
    assert found["evaluation_loss"] == pytest.approx(-(np.log(0.5) + np.log(0.1)) / 2)


@pytest.mark.parametrize(
    ("output", "labels"),
    [(np.zeros((2, 3)), None), (np.zeros((2, 3)), np.array([0, 3])),
     (np.zeros((2, 3)), np.array([-1, 0])), (np.zeros((2, 3)), np.array(["a", "b"])),
     (np.zeros((2, 3)), np.array([0.5, 1.0])), (np.zeros((2, 1)), np.array([0, 0])),
     (np.zeros((2, 2, 2)), np.array([0, 1]))],
)  # fmt: skip
def test_what_is_no_classification_has_no_metrics(output, labels):
    assert evaluation_metrics(output, labels) == {}


@pytest.mark.parametrize(("classes", "discrete"), [(20, True), (40, False)])
def test_integers_are_classes_while_they_repeat(classes, discrete):
    x = np.vstack([X, X + 1.0])[: 2 * classes]
    y = np.arange(len(x)) % (classes if discrete else len(x))
    assert evaluation_targets(x, y)[0].discrete is discrete


def test_brain_floats_are_read_and_mixed_labels_refused():
    assert evaluation_targets(torch.from_numpy(X).bfloat16())[0].input_code.shape == (40, 4)
    with pytest.raises(ValueError, match="y_eval mixes types"):
        evaluation_targets(X, np.array([1, "a"] * 20, dtype=object))
