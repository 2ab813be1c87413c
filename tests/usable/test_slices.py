"""Slices of a set: a planted hard one is found, false discoveries are held, columns are cut."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from infometer.estimators.predictive import v_information
from infometer.usable import slice_report


def skewed(n, seed=0):
    """Bounded above with a long tail below, as pointwise V-information is."""
    return 0.7 - np.random.default_rng(seed).lognormal(-1, 1.2, n)


def test_a_planted_slice_is_the_first():
    rng = np.random.default_rng(1)
    values, topic = skewed(1500), rng.choice(list("abcdefgh"), 1500)
    values[topic == "c"] -= 0.6
    found = slice_report(values, pd.DataFrame({"topic": topic}), n_permutations=999, random_state=0)
    hardest = found.frame.iloc[0]
    assert (hardest["column"], hardest["slice"]) == ("topic", "c")
    assert hardest["adjusted_p_value"] == pytest.approx(8 * 2 / 1000)
    assert found.told["slice"].iloc[0] == "c"
    own, rest = values[topic == "c"].mean(), values[topic != "c"].mean()
    assert hardest["difference_bits"] == pytest.approx((own - rest) / np.log(2))


def test_false_discoveries_are_held_where_welch_would_not():
    """Forty slices of 30, none with another law: any discovery is false."""
    from scipy.stats import false_discovery_control, ttest_ind

    ours = welch = 0
    names = np.repeat(np.arange(40), 30).astype(str)
    for seed in range(40):
        values = skewed(1200, seed)
        report = slice_report(values, {"name": names}, n_permutations=1999, random_state=seed)
        ours += not report.told.empty
        p = [ttest_ind(values[names == k], values[names != k], equal_var=False).pvalue
             for k in np.unique(names)]  # fmt: skip
        welch += (false_discovery_control(p) <= 0.05).any()
    assert ours <= 6  # 2 expected of 40 at 0.05; more than 6 has probability 0.003
    assert welch > 13


def test_the_share_of_false_discoveries_is_held_beside_true_ones():
    """Eight of forty slices are moved, half each way, so that the rest of the others stays put."""
    shares, found = [], []
    for seed in range(12):
        values, names = skewed(2000, seed), np.repeat(np.arange(40), 50)
        values[names < 4] -= 1.0
        values[(names >= 4) & (names < 8)] += 1.0
        report = slice_report(values, {"name": names.astype(str)}, n_permutations=1999,
                              random_state=seed)  # fmt: skip
        told = report.told["slice"].astype(int)
        shares.append(np.mean(told >= 8) if len(told) else 0)
        found.append(np.sum(told < 8))
    assert np.mean(shares) < 0.07
    assert np.mean(found) > 6


def test_numbers_are_cut_into_bins_and_this_is_told():
    rng = np.random.default_rng(2)
    length = rng.integers(1, 200, 600)
    found = slice_report(skewed(600), {"length": length, "flag": length > 50}, n_permutations=99)
    bins = found.frame[found.frame["column"] == "length"]
    assert len(bins) == 5
    assert bins["n"].min() > 100
    assert [finding.where for finding in found.findings] == ["length"]


def test_small_slices_are_told_not_tested():
    names = np.r_[np.repeat("big", 100), np.repeat("small", 10)]
    found = slice_report(skewed(110), names, n_permutations=99, random_state=0)
    assert found.frame["slice"].tolist() == ["big"]
    assert "fewer than 30" in found.findings[-1].what


def test_no_slice_is_large_enough():
    found = slice_report(skewed(20), np.arange(20).astype(str), n_permutations=99)
    assert found.frame.empty
    assert found.overall.n_samples == 20


def test_a_v_information_brings_its_entropies_and_accuracy():
    rng = np.random.default_rng(3)
    log_p, labels = -rng.exponential(0.5, 200), rng.integers(2, size=200)
    result = replace(v_information(log_p, np.full(200, np.log(0.5))), labels=labels,
                     predicted=np.zeros(200, dtype=int))  # fmt: skip
    half = np.arange(200) < 100
    row = (
        slice_report(result, {"half": half}, n_permutations=99).frame.set_index("slice").loc["True"]
    )
    assert row["null_entropy_bits"] == pytest.approx(1)
    assert row["pvi_bits"] == pytest.approx(1 - row["conditional_entropy_bits"])
    assert row["accuracy"] == pytest.approx(np.mean(labels[half] == 0))


def test_copies_of_an_item_are_no_evidence():
    values, hard = skewed(60), np.arange(60) < 30
    copies = {"hard": np.tile(hard, 20)}
    alone = slice_report(values, {"hard": hard}, n_permutations=999, random_state=0)
    naive = slice_report(np.tile(values, 20), copies, n_permutations=999, random_state=0)
    grouped = slice_report(np.tile(values, 20), copies, groups=np.tile(np.arange(60), 20),
                           n_permutations=999, random_state=0)  # fmt: skip
    p, p_naive, p_grouped = (r.frame["p_value"].iloc[0] for r in (alone, naive, grouped))
    assert p_grouped == pytest.approx(p, abs=0.05)
    assert p_naive < p_grouped
    assert grouped.frame["low_bits"].to_numpy() == pytest.approx(alone.frame["low_bits"].to_numpy())


def test_the_same_seed_gives_the_same_table():
    one, two = (
        slice_report(skewed(200), np.arange(200) % 3 == 0, n_permutations=99, random_state=5).frame
        for _ in range(2)
    )
    assert one.equals(two)


def test_the_plot_shows_every_slice():
    found = slice_report(skewed(200), {"third": np.arange(200) % 3 == 0}, n_permutations=99)
    assert [label.get_text() for label in found.plot().get_yticklabels()] == [
        f"third: {value}" for value in found.frame["slice"]
    ]


@pytest.mark.parametrize(
    ("pvi", "slices", "message"),
    [
        ([0.1, np.nan], ["a", "b"], "NaN"),
        ([0.1, 0.2], ["a"], "1 rows"),
        ([0.1, 0.2], {"x": ["a", "b"], "y": ["a"]}, "lengths"),
        ([0.1, 0.2], pd.DataFrame({"topic": ["a", None]}), "topic"),
    ],
)
def test_bad_input_is_named(pvi, slices, message):
    with pytest.raises(ValueError, match=message):
        slice_report(pvi, slices)
