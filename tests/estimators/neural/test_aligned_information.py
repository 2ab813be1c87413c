"""Partial information by trained networks, and the alignment that it rests on."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from infometer.estimators import partial_information  # noqa: E402
from infometer.estimators.neural.alignment import (  # noqa: E402
    aligned_law,
    common_masses,
    conditional_law_information,
)


def random_marginals(seed, n1=6, n2=5, k=3):
    draws = torch.Generator().manual_seed(seed)
    first, second = (torch.rand(n, k, generator=draws).double() for n in (n1, n2))
    return first / first.sum(1, keepdim=True), second / second.sum(1, keepdim=True)


def test_the_law_has_both_marginals_once_the_classes_weigh_the_same():
    first, second = random_marginals(0)
    assert (first.mean(0) - second.mean(0)).abs().max() > 0.02
    p1, p2 = common_masses(first, second)
    torch.testing.assert_close(p1.sum(0), p2.sum(0))
    scores = torch.randn(6, 5, 3, generator=torch.Generator().manual_seed(1)).double()
    law = aligned_law(scores, p1, p2).exp()
    torch.testing.assert_close(law.sum(0), p2)
    assert float((law.sum(1) - p1).abs().sum()) < 1e-3


def test_the_conditional_information_of_a_known_law():
    law = np.random.default_rng(2).dirichlet(np.ones(24)).reshape(4, 3, 2)
    found = conditional_law_information(torch.as_tensor(np.log(law)))

    def entropy(*axes):
        p = law.sum(axis=tuple(axis for axis in range(3) if axis not in axes))
        return -(p * np.log(p)).sum()

    expected = [
        entropy(0, 1) + entropy(0, 2) - entropy(0, 1, 2) - entropy(0),
        entropy(0, 1) + entropy(1, 2) - entropy(0, 1, 2) - entropy(1),
    ]
    np.testing.assert_allclose([float(value) for value in found], expected)


def test_the_gradient_goes_through_the_marginals():
    """Against finite differences: scores move the law within its marginals only."""
    p1, p2 = common_masses(*random_marginals(3))
    scores = torch.zeros(6, 5, 3, dtype=torch.float64, requires_grad=True)

    def information(scores):
        return conditional_law_information(aligned_law(scores, p1, p2))[0]

    (slope,) = torch.autograd.grad(information(scores), scores)
    direction = torch.randn(6, 5, 3, generator=torch.Generator().manual_seed(4)).double()
    with torch.no_grad():
        rise = information(1e-4 * direction) - information(-1e-4 * direction)
    assert float((slope * direction).sum()) == pytest.approx(float(rise) / 2e-4, rel=0.02)


@pytest.mark.parametrize("seed", [0])
def test_gaussian_views_of_known_atoms(seed):
    """Mean shifts 1 and 0.5: by Blackwell's order, the weaker view has nothing unique."""
    rng, n, shifts = np.random.default_rng(seed), 1600, (1.0, 0.5)
    y = rng.integers(0, 2, n)
    views = [(2 * y - 1)[:, None] * [shift, 0.0] + rng.standard_normal((n, 2)) for shift in shifts]
    found = partial_information(*views, y, method="batch", random_state=seed)
    grid = np.linspace(-9, 9, 20001)
    alone = []
    for shift in (*shifts, np.hypot(*shifts)):
        p = np.exp(-((grid - shift) ** 2) / 2) / np.sqrt(2 * np.pi)
        alone.append(np.log(2) - (p * np.log1p(np.exp(-2 * shift * grid))).sum() * 18 / 20000)
    truth = np.array([alone[1], alone[0] - alone[1], 0.0, alone[2] - alone[0]])
    atoms = ("redundancy", "unique1", "unique2", "synergy")
    got = np.array([getattr(found, atom).value for atom in atoms])
    np.testing.assert_allclose(got, truth, atol=0.06)
    assert found.clipped["unique2"] >= 0.0
    assert "best alignment" in found.warnings[0]


def test_a_label_with_few_rows_is_refused():
    x1, x2 = np.random.default_rng(0).integers(0, 2, (2, 200))
    y = np.where(np.arange(200) < 197, x1, 2)
    with pytest.raises(ValueError, match=r"1 labels with fewer than 20 rows \(one has 3\)"):
        partial_information(x1, x2, y, method="batch", random_state=0)
