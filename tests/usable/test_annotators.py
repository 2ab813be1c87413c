"""Several annotators: agreement against published values, ties, and the annotator who misleads."""

import numpy as np
import pandas as pd
import pytest

from infometer.estimators.predictive import pointwise_v_information, v_information
from infometer.usable import annotator_labels, annotator_report, krippendorff_alpha

# Krippendorff (2011), section C: four observers, twelve units, values 1 to 5, some missing.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def read(frame):
    return annotator_labels(frame, item="item", annotator="who", label="label")


def long(table):
    return pd.DataFrame(
        [
            {"item": f"u{u}", "who": f"o{o}", "label": value}
            for o, row in enumerate(table)
            for u, value in enumerate(row)
            if value is not None
        ]
    )


def sampled(n=300, seed=0, careless=0.0):
    """Three annotators a text; the third gives a random label with probability `careless`."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n)
    true = (x + 0.3 * rng.standard_normal(n) > 0).astype(int)
    rows = []
    for who in range(3):
        wrong = rng.random(n) < (careless if who == 2 else 0.05)
        rows.append(pd.DataFrame({"item": np.arange(n), "who": f"a{who}", "x": x,
                                  "label": np.where(wrong, 1 - true, true)}))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def test_alpha_is_the_published_one():
    assert read(long(OBSERVERS)).agreement.value == pytest.approx(0.743, abs=5e-4)


def test_alpha_of_two_observers_with_two_values_is_the_published_one():
    # section A: ten units; the published value is 0.095
    one, two = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert read(long([one, two])).agreement.value == pytest.approx(0.095, abs=5e-4)


def test_alpha_is_one_without_disagreement_and_about_zero_by_chance():
    assert krippendorff_alpha([[3, 0], [0, 3]]).value == 1
    chance = np.random.default_rng(0).multinomial(3, [0.5, 0.3, 0.2], size=4000)
    found = krippendorff_alpha(chance)
    assert abs(found.value) < 3 * found.standard_error
    assert found.standard_error < 0.02


def test_the_interval_of_alpha_covers():
    def draw(rng, n):
        p = rng.beta(0.5, 0.5, n)
        ones = rng.binomial(4, p)
        return np.stack([ones, 4 - ones], axis=1)

    rng = np.random.default_rng(1)
    truth = krippendorff_alpha(draw(rng, 100_000)).value
    intervals = [krippendorff_alpha(draw(rng, 60)).interval for _ in range(200)]
    covered = np.mean([low <= truth <= high for low, high in intervals])
    assert covered > 0.90  # 0.95 less three simulation errors of 0.015


@pytest.mark.parametrize(
    ("counts", "message"),
    [([[1, 0], [0, 1]], "two labels"), ([[2, 0], [3, 0]], "the same"), ([1, 2], "shape")],
)
def test_where_alpha_is_not_defined_it_says_so(counts, message):
    with pytest.raises(ValueError, match=message):
        krippendorff_alpha(counts)


def test_majorities_and_ties():
    frame = long([[1, 1, 2], [1, 2, 2], [2, None, 2]])
    found = read(frame).to_frame()
    assert found["majority"].fillna("tie").tolist() == [1, "tie", 2]
    assert found["share"].tolist() == pytest.approx([2 / 3, 1 / 2, 1])
    assert found["entropy_bits"].tolist() == pytest.approx([0.918296, 1, 0], abs=1e-6)
    assert found.index.tolist() == ["u0", "u1", "u2"]


def test_a_single_annotator_has_no_agreement():
    assert read(long([[1, 2, 1]])).agreement is None


def test_who_misleads_is_found_and_items_stay_in_one_fold():
    frame = sampled(careless=0.5)
    labels = read(frame)
    result = pointwise_v_information(
        "linear", frame[["x"]], frame["label"], groups=labels.items, random_state=0
    )
    found = annotator_report(result, labels, n_permutations=999, random_state=0)
    assert found["annotator"][0] == "a2"
    assert found["against_high_bits"][0] < 0
    assert found["adjusted_p_value"][0] <= 0.01
    assert found["agrees"][0] == pytest.approx(0.5, abs=0.08)
    mine = (frame["who"] == "a2").to_numpy()
    assert found["pvi_bits"][0] == pytest.approx(result.pvi[mine].mean() / np.log(2))


def test_annotators_who_label_alike_are_not_told_apart():
    rng, least = np.random.default_rng(2), []
    for seed in range(40):
        labels = read(sampled(60, seed, careless=0.05))
        log_p = -rng.lognormal(sigma=1.5, size=180)
        result = v_information(log_p, np.full(180, -1.0))
        least.append(annotator_report(result, labels, n_permutations=199,
                                      random_state=seed)["p_value"].min())  # fmt: skip
    # the least of three p-values, two of them free, stays below 0.05 in a tenth of 40
    assert np.mean(np.array(least) <= 0.05) < 0.3


def test_an_annotator_of_hard_items_is_not_blamed():
    """a0 and a1 share easy items, a1 and a2 hard ones; all label alike."""
    frame = pd.DataFrame({
        "item": np.r_[np.arange(50), np.arange(50), np.arange(50, 100), np.arange(50, 100)],
        "who": np.repeat(["a0", "a1", "a1", "a2"], 50),
        "label": np.tile([0, 1], 100),
    })  # fmt: skip
    rng = np.random.default_rng(3)
    log_p = np.r_[rng.uniform(-0.2, 0, 100), rng.uniform(-3, -2, 100)]
    result = v_information(log_p, np.full(200, -1.0))
    found = annotator_report(result, read(frame), n_permutations=499, random_state=0)
    found = found.set_index("annotator")
    assert found.loc["a2", "high_bits"] < found.loc["a0", "low_bits"]
    assert found["p_value"].min() > 0.05


def test_one_who_shares_no_item_is_not_compared():
    frame = pd.concat([long([[1, 2, 1], [1, 1, 2]]),
                       pd.DataFrame({"item": ["x"], "who": ["alone"], "label": [1]})])  # fmt: skip
    result = v_information(np.log([0.9, 0.8, 0.7, 0.6, 0.9, 0.8, 0.5]), np.full(7, -1.0))
    row = (
        annotator_report(result, read(frame), n_permutations=99).set_index("annotator").loc["alone"]
    )
    assert row["n_shared"] == 0
    assert np.isnan([row["against_others_bits"], row["p_value"], row["adjusted_p_value"]]).all()


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (long([[1, 2]]).drop(columns="who"), "no columns"),
        (long([[1, 2]]).iloc[:0], "no rows"),
        (long([[1, 2]]).assign(label=[1, np.nan]), "label"),
        (pd.concat([long([[1, 2]])] * 2), "more than once"),
    ],
)
def test_bad_input_is_named(frame, message):
    with pytest.raises(ValueError, match=message):
        read(frame)


def test_the_result_of_other_rows_is_refused():
    labels = read(long([[1, 2], [1, 1]]))
    with pytest.raises(ValueError, match="3 items and labels 4"):
        annotator_report(v_information([-1.0] * 3, [-1.0] * 3), labels)


def test_the_plot_shows_how_items_are_shared():
    assert read(long(OBSERVERS)).plot().get_xlabel().startswith("share")
