import numpy as np
import pytest

from infometer.estimators.row_weights import row_weights


def test_weights_of_any_scale_have_mean_one():
    assert row_weights([0, 10, 20], 3) == pytest.approx([0, 1, 2])
    assert row_weights(None, 3) is None
    assert row_weights(np.full(3, 0.2), 3) is None


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0, 2.0], r"sample_weight has shape \(2,\); expected .* shape \(3,\)"),
        (np.ones((3, 1)), r"sample_weight has shape \(3, 1\)"),
        ([1.0, -1.0, np.nan], "2 weights that are negative or not finite"),
        ([0.0, 0.0, 0.0], "zeros only"),
    ],
)
def test_bad_weights_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        row_weights(weights, 3)
