import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import kstest

from infometer.resampling import generator, permutation_null, shuffle_groups


def test_the_p_value_is_uniform_where_there_is_nothing():
    p_values = []
    for seed in range(150):
        x, y = generator(seed, "data").standard_normal((2, 30))
        null = permutation_null(
            lambda rows, x=x, y=y: float(x @ y[rows]),
            30,
            float(x @ y),
            n_permutations=99,
            random_state=seed,
        )
        p_values.append(null.p_value)
    assert kstest(p_values, "uniform").pvalue > 1e-3


def test_a_null_has_its_mean_and_its_upper_quantile():
    null = permutation_null(lambda rows: float(rows[0]), 11, 10.5, random_state=0)
    assert null.mean == pytest.approx(5.0, abs=1.0)
    assert 9.0 <= null.upper <= 10.0
    assert null.p_value == 1 / 201


def test_workers_change_nothing():
    x = generator(0, "data").standard_normal((80, 2))
    one, two = (
        permutation_null(
            lambda rows: float(x[:, 0] @ x[rows, 1]), 80, 5.0, random_state=1, n_jobs=n_jobs
        )
        for n_jobs in (1, 2)
    )
    assert one == two


def test_sums_in_another_order_are_no_smaller():
    """Every permutation has the same sum but for the last digit."""
    x = generator(0, "data").standard_normal(1000)
    null = permutation_null(
        lambda rows: float(sum(x[rows])), 1000, float(sum(x)), n_permutations=19
    )
    assert null.p_value == 1.0


def test_groups_move_whole_and_keep_their_order():
    codes = np.array([0, 1, 0, 2, 1, 2, 0, 1, 2])
    order = shuffle_groups(codes, np.random.default_rng(1))
    assert sorted(order) == list(range(9))
    for group in range(3):
        came = order[codes == group]
        assert len(set(codes[came])) == 1
        assert (np.diff(came) > 0).all()


def test_dependence_within_groups_survives_unequal_groups_too():
    codes = np.repeat([0, 1, 2], [2, 3, 4])
    order = shuffle_groups(codes, np.random.default_rng(0))
    laid = codes[order[np.argsort(codes, kind="stable")]]
    assert (np.diff(laid) != 0).sum() == 2


def slow_series(seed, n=600):
    rng = generator(seed, "series")
    return lfilter([1.0], [1.0, -0.9], rng.standard_normal((2, n + 100)))[:, 100:]


def test_of_slow_series_only_groups_give_a_p_value_that_holds():
    """60 pairs, p ≤ 0.1: nearly half of them row by row, 6 ± 2.3 in blocks of 60."""
    small = {"rows": 0, "blocks": 0}
    for seed in range(60):
        x, y = slow_series(seed)
        for name, groups in (("rows", None), ("blocks", np.arange(600) // 60)):
            null = permutation_null(
                lambda rows, x=x, y=y: abs(float(np.corrcoef(x, y[rows])[0, 1])),
                600,
                abs(float(np.corrcoef(x, y)[0, 1])),
                groups=groups,
                n_permutations=39,
                random_state=seed,
            )
            small[name] += null.p_value <= 0.1
    assert small["rows"] >= 20
    assert small["blocks"] <= 13


@pytest.mark.parametrize(("count", "told"), [(1, "1/1"), (4, "1/24"), (5, "1/120"), (6, None)])
def test_few_groups_bound_the_p_value(count, told):
    groups = np.arange(60) % count
    null = permutation_null(lambda rows: 0.0, 60, 1.0, groups=groups, random_state=0)
    assert null.reason.startswith(f"{count} groups have") if told else not null.reason
    assert told is None or told in null.reason
