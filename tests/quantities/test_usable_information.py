import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from infometer.quantities import fano_accuracy_bound, mutual_information, usable_information

tables = arrays(
    np.int64, array_shapes(min_dims=2, max_dims=2, max_side=5), elements=st.integers(0, 30)
).filter(lambda counts: counts.sum() > 0)


@pytest.mark.parametrize(
    ("table", "bits", "score", "accuracy"),
    [
        ([[40, 10], [10, 40]], 0.7219280949, 0.6062866266, 0.8),
        ([[50, 0], [0, 50]], 0, 1, 1),
        ([[25, 25], [25, 25]], 1, 0.5, 0.5),
        ([[30, 10], [12, 28], [2, 18]], 0.7708267282, 0.5860815277, 0.76),
        ([[90, 10]], 0.4689955936, 0.7224674056, 0.9),
        ([[5, 5, 0], [0, 5, 5], [5, 0, 5]], 1, 0.5, 0.5),
    ],
)
def test_tables_whose_figures_are_known(table, bits, score, accuracy):
    found = usable_information(table)
    assert found.conditional_entropy / np.log(2) == pytest.approx(bits, abs=5e-11)
    assert found.score == pytest.approx(score, abs=5e-11)
    assert found.accuracy == pytest.approx(accuracy, abs=1e-15)


def test_same_cluster_or_not_against_edge_or_not():
    found = usable_information(np.array([[1, 1 / 4], [0, 3 / 4]]) / 2)
    assert found.conditional_entropy / np.log(2) == pytest.approx(0.451205, abs=5e-7)
    assert found.score == pytest.approx(0.731432, abs=5e-7)
    assert found.accuracy == pytest.approx(0.875)


@given(tables, st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_what_holds_for_any_table(counts, seed):
    found = usable_information(counts)
    assert 1 / found.n_labels - 1e-12 <= found.chance <= found.score + 1e-12
    assert found.score <= found.accuracy + 1e-12
    assert found.accuracy <= found.ceiling <= 1
    assert found.information == pytest.approx(mutual_information(counts), abs=1e-12)
    rng = np.random.default_rng(seed)
    shuffled = counts[rng.permutation(counts.shape[0])][:, rng.permutation(counts.shape[1])]
    empty_row = np.zeros((1, counts.shape[1]), dtype=int)
    for same in (shuffled, 7 * counts, np.vstack([counts, empty_row]), counts / counts.sum()):
        again = usable_information(same)
        for figure in ("score", "accuracy", "ceiling", "chance", "information", "n_labels"):
            assert getattr(again, figure) == pytest.approx(getattr(found, figure), abs=1e-7)


@given(tables)
@settings(max_examples=30, deadline=None)
def test_merging_rows_never_raises_the_score_and_independence_leaves_chance(counts):
    found = usable_information(counts)
    if len(counts) > 1:
        merged = np.vstack([counts[:1] + counts[1:2], counts[2:]])
        assert usable_information(merged).score <= found.score + 1e-12
    law = counts / counts.sum()
    product = usable_information(np.outer(law.sum(1), law.sum(0)))
    assert product.score == pytest.approx(found.chance, abs=1e-12)


def test_the_bias_of_few_counts_is_told():
    rng = np.random.default_rng(0)
    counts = [rng.multinomial(2000, np.full(16, 1 / 16)).reshape(8, 2) for _ in range(300)]
    found = [usable_information(table) for table in counts]  # 8 bins, 2 labels, no information
    excess = np.mean([one.score for one in found]) - 0.5
    error = np.std([one.score for one in found]) / np.sqrt(300)
    assert np.mean([one.score_bias for one in found]) == pytest.approx(excess, abs=3 * error)
    assert excess == pytest.approx(0.001, abs=2e-4)
    law = usable_information(counts[0] / 2000)
    assert law.score_bias is law.n_samples is None


def test_the_columns_of_a_crosstab_are_the_label_and_all_else_is_x():
    rows = pd.DataFrame({"a": list("uuvv"), "b": [1, 2, 1, 2], "y": list("stts")})
    found = usable_information(pd.crosstab([rows["a"], rows["b"]], rows["y"]))
    assert (found.score, found.accuracy, found.chance) == (1.0, 1.0, pytest.approx(0.5))
    assert usable_information(pd.crosstab(rows["a"], rows["y"])).score == pytest.approx(0.5)
    assert found.to_dict()["n_samples"] == 4
    with pytest.raises(ValueError, match="expected X along rows and the label along columns"):
        usable_information([90, 10])
    with pytest.raises(ValueError, match="table sums to 100"):
        usable_information([[90.0, 10.0]])


def test_a_label_with_one_value_is_always_guessed():
    found = usable_information([[3, 0], [4, 0]])
    assert (found.score, found.accuracy, found.ceiling, found.n_labels) == (1, 1, 1, 1)
    assert str(found).endswith("1 label")


def test_the_picture_shows_the_four_figures_in_order():
    found = usable_information([[30, 10], [12, 28], [2, 18]])
    ax = found.plot()
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == [found.chance, found.score, found.accuracy, found.ceiling]
    assert found.plot(ax) is ax


@given(st.integers(2, 50), st.floats(0, 1))
@settings(max_examples=50, deadline=None)
def test_fano_is_attained_where_the_other_labels_are_equally_likely(k, share):
    error = share * (1 - 1 / k)
    law = np.append(1 - error, np.full(k - 1, error / (k - 1)))
    entropy = -(law[law > 0] * np.log(law[law > 0])).sum()
    assert fano_accuracy_bound(entropy, k) == pytest.approx(1 - error, abs=1e-6)


def test_the_ends_of_fano_and_what_it_refuses():
    assert fano_accuracy_bound(0.0, 7) == fano_accuracy_bound(0.0, 1) == 1.0
    assert fano_accuracy_bound(np.log(7), 7) == pytest.approx(1 / 7)
    with pytest.raises(ValueError, match=r"between 0 and log\(2\) = 0.693147 nats"):
        fano_accuracy_bound(0.9, 2)
    with pytest.raises(ValueError, match=r"conditional_entropy is -0\.1"):
        fano_accuracy_bound(-0.1, 2)
    with pytest.raises(ValueError, match="n_labels is 0"):
        fano_accuracy_bound(0.0, 0)
