import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torchmetrics")
dist = pytest.importorskip("torch.distributed")

from infometer.estimators import DiscreteInformation, GaussianInformation  # noqa: E402
from infometer.estimators.metrics import (  # noqa: E402
    DiscreteInformationMetric,
    GaussianInformationMetric,
)


def labels(n=101):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 4, n)
    return torch.tensor(x), torch.tensor(np.where(rng.random(n) < 0.6, x % 3, 2))


def numbers(n=101, dtype=torch.float64):
    rng = torch.Generator().manual_seed(0)
    x = torch.randn(n, 2, generator=rng, dtype=dtype)
    return x, x @ torch.ones(2, 3, dtype=dtype) + torch.randn(n, 3, generator=rng, dtype=dtype)


def numpy_of(views):
    return [view.double().numpy() for view in views]


def test_batches_of_labels_give_the_estimate_of_all():
    x, y = labels()
    metric = DiscreteInformationMetric(6, 3)  # of which two labels never occur
    for rows in torch.arange(101).split(17):
        metric.update(x[rows].to(torch.int32), y[rows])
    expected = DiscreteInformation().fit(x[:, None].numpy(), y.numpy()).estimate_
    assert metric.compute().item() == expected.value
    assert metric.compute().dtype == torch.float64
    assert metric.estimate() == expected
    other = DiscreteInformationMetric(6, 3)
    other.update(x, y)
    other.merge_state(metric)
    assert other.estimate().n_samples == 202


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_batches_of_numbers_give_the_estimate_of_all(dtype):
    x, y = (view.to(dtype) for view in numbers())
    metric = GaussianInformationMetric(2, 3)
    other = GaussianInformationMetric(2, 3)
    for i, rows in enumerate(torch.arange(101).split(17)):
        (metric if i % 2 else other).update(x[rows], y[rows])
    metric.merge_state(other)
    expected = GaussianInformation().fit(*numpy_of((x, y))).estimate_
    found = metric.estimate()
    assert metric.compute().item() == found.value == pytest.approx(expected.value, abs=1e-12)
    assert found.interval == pytest.approx(expected.interval, abs=1e-12)
    assert found.n_samples == 101


def test_millions_of_small_steps_are_not_lost():
    """In bfloat16 a sum of more than 256 ones stands still."""
    metric = GaussianInformationMetric(1, 1)
    x, y = (view[:, 0].to(torch.bfloat16) for view in numbers(5000))
    for rows in torch.arange(5000).split(10):
        metric.update(1000 + x[rows], y[rows])
    expected = GaussianInformation().fit((1000 + x).double()[:, None].numpy(), y.double().numpy())
    assert metric.compute().item() == pytest.approx(expected.estimate_.value, abs=1e-10)


def test_a_constant_column_carries_nothing_and_forward_gives_the_batch():
    x, y = numbers()
    metric = GaussianInformationMetric(3, 3)
    first = metric(torch.column_stack([x, torch.full((101,), 0.1)]), y)
    expected = GaussianInformation().fit(*numpy_of((x, y))).estimate_.value
    assert first.item() == metric.compute().item() == pytest.approx(expected, abs=1e-12)
    metric.reset()
    metric.update(torch.full((9, 3), 0.1), y[:9])
    assert metric.compute().item() == 0.0


def test_too_few_pairs_are_no_number_and_estimate_says_why():
    metric = GaussianInformationMetric(2, 3)
    x, y = numbers(5)
    metric.update(x, y)
    assert metric.compute().isnan()
    with pytest.raises(ValueError, match="needs more rows than columns"):
        metric.estimate()
    twice = GaussianInformationMetric(2, 3)
    x, y = numbers()
    twice.update(x[:, [0, 0]], y)
    assert twice.compute().isnan()
    with pytest.raises(ValueError, match="columns of X are linearly dependent"):
        twice.estimate()
    with pytest.raises(ValueError, match="no pairs were counted"):
        DiscreteInformationMetric(2, 2).estimate()


def test_bad_batches_are_refused_and_change_nothing():
    table, moments = DiscreteInformationMetric(4, 3), GaussianInformationMetric(2, 3)
    table.update(*labels())
    moments.update(*numbers())
    x, y = numbers()
    for metric, bad, told in (
        (table, ([4], [0]), "x holds labels from 4 to 4; expected 0 to 3"),
        (table, ([0], [-100]), "y holds labels from -100 to -100; expected 0 to 2"),
        (table, ([0.0], [0]), r"x is torch.float32; expected whole labels"),
        (table, ([0, 1], [0]), r"x has shape \(2,\) and y \(1,\)"),
        (moments, (x[:, :1], y), r"x has shape \(101, 1\); expected \(n, 2\)"),
        (moments, (x[:9], y), "x has 9 rows and y has 101"),
        (moments, (x / 0, y), "x holds NaN or infinity"),
    ):
        before = metric.compute()
        with pytest.raises(ValueError, match=told):
            metric.update(*map(torch.as_tensor, bad))
        assert metric.compute() == before
    with pytest.raises(ValueError, match="n_x is 0; it must be a whole number"):
        DiscreteInformationMetric(0, 2)


def check_rank(rank, store):
    """One of two processes, with 51 or 50 of the pairs: what it computes is the figure of all."""
    minute = timedelta(seconds=60)
    dist.init_process_group("gloo", f"file://{store}", minute, rank=rank, world_size=2)
    try:
        check_metric(rank, DiscreteInformationMetric, (4, 3), labels(), 0.0)
        check_metric(rank, GaussianInformationMetric, (2, 3), numbers(), 1e-12)
    finally:
        dist.destroy_process_group()


def check_metric(rank, metric_of, sizes, views, tolerance):
    metric, whole = metric_of(*sizes), metric_of(*sizes, sync_on_compute=False)
    rows = (slice(0, 51), slice(51, 101))[rank]
    metric.update(*(view[rows] for view in views))
    whole.update(*views)
    own = {name: state.clone() for name, state in metric.metric_state.items()}
    assert abs(metric.compute() - whole.compute()) <= tolerance
    assert metric.estimate().n_samples == 101
    for name, state in metric.metric_state.items():
        assert torch.equal(state, own[name])  # once computed, that of its own pairs again


def test_two_processes_compute_the_figure_of_all_pairs(tmp_path, monkeypatch):
    monkeypatch.setenv("GLOO_SOCKET_IFNAME", "lo")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    store, here = tmp_path / "store", Path(__file__).parent
    code = (
        "import sys; sys.path.append(sys.argv[1]); import test_metrics;"
        "test_metrics.check_rank(1, sys.argv[2])"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, here, store], stderr=subprocess.PIPE, text=True
    )
    try:
        check_rank(0, store)
        told = other.communicate(timeout=60)[1]
    finally:
        other.kill()
        other.communicate()
    assert other.returncode == 0, told
