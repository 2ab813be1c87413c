import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.cross_decomposition import CCA

from infometer.quantities import categorical_mutual_information, entropy, maximal_correlations

tables = arrays(
    float, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.floats(0.0, 1.0)
)
BOUNDED = ("js", "tv", "hellinger2")


def law_of(table):
    table = np.where(table < 0.05, 0.0, table)
    return table / table.sum() if table.sum() else np.full(table.shape, 1 / table.size)


@pytest.mark.parametrize("flip", [0.0, 0.1, 0.3, 0.5])
def test_a_doubly_symmetric_binary_pair(flip):
    law = np.array([[1 - flip, flip], [flip, 1 - flip]]) / 2
    assert maximal_correlations(law) == pytest.approx([1 - 2 * flip], abs=1e-15)
    expected = math.log(2) - entropy([flip, 1 - flip])
    assert categorical_mutual_information(law) == pytest.approx(expected, abs=1e-15)


@given(tables)
@settings(max_examples=60, deadline=None)
def test_chi2_information_is_the_sum_of_the_squared_correlations(table):
    law = law_of(table)
    rho = maximal_correlations(law)
    assert rho.shape == (min(law.shape) - 1,)
    assert ((rho >= 0) & (rho <= 1)).all()
    assert (np.diff(rho) <= 0).all()
    chi2 = categorical_mutual_information(law, "chi2")
    assert chi2 == pytest.approx((rho**2).sum(), abs=1e-12)
    shannon = categorical_mutual_information(law)
    expected = entropy(law.sum(0)) + entropy(law.sum(1)) - entropy(law, axis=None)
    assert shannon == pytest.approx(expected, abs=1e-12)
    assert shannon <= math.log1p(chi2) + 1e-12


@given(tables, st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_no_kind_grows_where_y_goes_through_a_kernel(table, seed):
    law = law_of(table)
    kernel = np.random.default_rng(seed).dirichlet(np.ones(3), law.shape[1])
    for kind, order in [*((kind, None) for kind in (*BOUNDED, "kl", "chi2")), ("renyi", 0.5)]:
        before = categorical_mutual_information(law, kind, order)
        after = categorical_mutual_information(law @ kernel, kind, order)
        assert after <= before + 1e-12, kind
    assert (
        maximal_correlations(law @ kernel).max(initial=0.0)
        <= maximal_correlations(law).max(initial=0.0) + 1e-9
    )


def test_independent_variables_have_none():
    law = np.outer([0.2, 0.8], [0.1, 0.2, 0.7])
    assert maximal_correlations(law) == pytest.approx([0.0], abs=1e-15)
    for kind in (*BOUNDED, "kl", "reverse_kl", "jeffreys", "chi2"):
        assert categorical_mutual_information(law, kind) == pytest.approx(0.0, abs=1e-15)


def test_what_has_probability_0_adds_zeros():
    law = np.zeros((3, 4))
    law[:2, 1:3] = [[0.4, 0.1], [0.1, 0.4]]
    assert maximal_correlations(law) == pytest.approx([0.6, 0.0], abs=1e-15)


def test_they_are_the_canonical_correlations_of_the_indicators():
    counts = np.array([[30, 5, 9], [4, 40, 12]])
    x, y = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
    u, v = CCA(1, tol=1e-12, max_iter=10_000).fit_transform(
        np.eye(2)[x][:, :1], np.eye(3)[y][:, :2]
    )
    correlation = np.corrcoef(u[:, 0], v[:, 0])[0, 1]
    assert maximal_correlations(counts) == pytest.approx([correlation], abs=1e-6)


@pytest.mark.parametrize("function", [maximal_correlations, categorical_mutual_information])
def test_a_law_of_another_number_of_variables_is_refused(function):
    with pytest.raises(ValueError, match="law has 1 variables; expected two"):
        function([0.5, 0.5])
    with pytest.raises(ValueError, match="law has 3 variables; expected two"):
        function(np.full((2, 2, 2), 0.125))
