"""Sums of head entropies: splits, processes, padding, NaN, and an honest standard error."""

import math
import pickle
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.distributed as dist

from infometer.attention import AttentionRows, HeadEntropy, causal_max_entropy
from infometer.tracing import AttentionCall


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def call(batch=6, n=24, heads=3, layer=0, seed=0, rows=slice(None), **kwargs):
    q, k = normal(2, batch, heads, n, 8, seed=seed).unbind()
    kwargs = {"causal": "mask" not in kwargs, **kwargs}
    for name in ("mask", "row_valid"):
        if kwargs.get(name) is not None:
            kwargs[name] = kwargs[name][rows]
    return AttentionCall(layer=layer, query=q[rows], key=k[rows], scale=1.0, **kwargs)


def table_of(*calls, n_layers=1, n_heads=3):
    metric = HeadEntropy(n_layers, n_heads)
    for each in calls:
        metric.update(each)
    return metric.table()


def test_a_batch_is_the_mean_of_its_sequences_and_splits_change_nothing():
    whole = table_of(call())
    singles = [table_of(call(rows=slice(i, i + 1))) for i in range(6)]
    assert whole.mean.shape == (1, 3)
    assert whole.mean == pytest.approx(np.mean([single.mean for single in singles], axis=0))
    assert whole.ceiling == pytest.approx(causal_max_entropy(24))
    split = table_of(*(call(rows=rows) for rows in (slice(0, 1), slice(1, 4), slice(4, 6))))
    for name, array in whole._arrays().items():
        assert getattr(split, name) == pytest.approx(array, rel=1e-10, abs=1e-12), name
    assert whole.n_rows.tolist() == [[144] * 3]
    assert whole.n_sequences.tolist() == [[6] * 3]
    assert np.isnan(singles[0].standard_error).all()  # of one sequence there is none


def test_calls_and_probabilities_give_the_same_table():
    mask = (
        torch.ones(24, 24, dtype=torch.bool).tril()
        & (torch.arange(24) < torch.tensor([24, 9, 24, 3, 17, 20])[:, None])[:, None, None]
    )
    valid = torch.arange(24) < torch.tensor([24, 9, 24, 3, 17, 20])[:, None]
    each = call(mask=mask, row_valid=valid)
    logits = (each.query @ each.key.transpose(-1, -2)).masked_fill(~mask, -torch.inf)
    rows = AttentionRows.of_attention(logits.softmax(-1), layer=0, key_mask=mask, row_valid=valid)
    for name, array in table_of(each)._arrays().items():
        assert getattr(table_of(rows), name) == pytest.approx(array, abs=1e-6), name


def test_padding_is_weighed_by_its_valid_rows():
    """Sequences of 24 and 6 tokens: the mean is over 30 rows, not over two sequences."""
    lengths = torch.tensor([24, 6])
    valid = torch.arange(24) < lengths[:, None]
    mask = torch.ones(24, 24, dtype=torch.bool).tril() & valid[:, None, None]
    q = torch.zeros(2, 3, 24, 8)
    found = table_of(AttentionCall(0, q, q, 1.0, mask=mask, row_valid=valid))
    expected = (math.lgamma(25) + math.lgamma(7)) / 30
    assert found.mean == pytest.approx(expected)
    assert found.normalized == pytest.approx(1.0)
    assert found.n_rows.tolist() == [[30] * 3]
    assert found.n_empty_rows.sum() == 0


def test_nan_and_empty_rows_are_counted_and_in_no_mean():
    q = torch.zeros(1, 2, 5, 4)
    q[0, 1, 3, 0] = torch.nan
    mask = torch.ones(5, 5, dtype=torch.bool)
    mask[0] = False
    found = table_of(AttentionCall(0, q, torch.ones_like(q), 1.0, mask=mask), n_heads=2)
    assert found.nan_count.tolist() == [[0, 1]]
    assert found.n_empty_rows.tolist() == [[1, 1]]
    assert found.n_rows.tolist() == [[4, 3]]
    assert found.mean == pytest.approx(math.log(5))
    assert found.sink_share == pytest.approx(0.2)


def test_windows_have_a_ceiling_of_their_own():
    causal = torch.ones(24, 24, dtype=torch.bool).tril()
    q = torch.zeros(1, 3, 24, 8)
    found = table_of(AttentionCall(0, q, q, 1.0, mask=causal & ~causal.tril(-4)))
    assert found.ceiling == pytest.approx((math.log(6) + 21 * math.log(4)) / 24)
    assert found.normalized == pytest.approx(1.0)
    assert found.longest == 4


def test_forward_merging_copies_and_pickles_keep_the_sums():
    metric = HeadEntropy(1, 3)
    first, second = metric(call(rows=slice(0, 2))), metric(call(rows=slice(2, 6)))
    assert not torch.allclose(first, second)  # each of its own batch
    whole = table_of(call())
    other = HeadEntropy(1, 3)
    other.merge_state(pickle.loads(pickle.dumps(metric.half())))
    for found in (metric.table(), metric.clone().table(), other.table()):
        for name, array in whole._arrays().items():
            assert getattr(found, name) == pytest.approx(array, rel=1e-10), name
    metric.reset()
    with pytest.raises(ValueError, match="no attention was seen"):
        metric.table()


def test_layers_that_were_not_seen_are_not_in_the_table():
    found = table_of(call(layer=1), call(layer=3, seed=1, heads=2), n_layers=5)
    assert found.layers == (1, 3)
    assert np.isnan(found.mean).tolist() == [[False] * 3, [False, False, True]]


def test_the_standard_error_covers_where_rows_depend_on_each_other():
    """Sequences differ in scale, so that rows as independent would give a third of the error.

    400 means of 12 sequences: their spread is known to 4 %, the mean of the squared errors to
    about 3 %.
    """
    rng = np.random.default_rng(0)
    means, errors, naive = [], [], []
    for _ in range(400):
        lengths = rng.integers(5, 20, size=12)
        level = rng.normal(2.0, 0.3, size=(12, 1, 1))
        entropy = torch.as_tensor(level + rng.normal(0, 0.2, size=(12, 1, 20)))
        rows = AttentionRows(
            layer=0,
            entropy=entropy,
            n_keys=torch.full((1, 1, 20), 20),
            sink_mass=torch.zeros(12, 1, 20),
            row_valid=torch.as_tensor(np.arange(20) < lengths[:, None]),
        )
        found = table_of(rows, n_heads=1)
        means.append(found.mean.item())
        errors.append(found.standard_error.item())
        naive.append((found.std / np.sqrt(found.n_rows)).item())
    spread = np.std(means)
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(spread, rel=0.12)
    assert np.mean(naive) < 0.5 * spread


def test_an_estimate_has_the_interval_of_its_sequences():
    found = table_of(call())
    estimate = found.estimate(0, 1)
    assert estimate.value == found.mean[0, 1]
    low, high = estimate.interval
    assert (high - low) / 2 == pytest.approx(2.5706 * found.standard_error[0, 1], rel=1e-4)
    frame = found.to_frame()
    assert frame[["layer", "head", "n"]].values.tolist() == [[0, 0, 144], [0, 1, 144], [0, 2, 144]]
    assert frame["value_nats"].tolist() == found.mean[0].tolist()
    assert frame["ceiling"].tolist() == found.ceiling[0].tolist()
    with pytest.raises(ValueError, match="layer 1, head 0 is not in the table"):
        found.estimate(1, 0)


def test_bad_input_is_refused():
    metric = HeadEntropy(1, 2)
    with pytest.raises(ValueError, match="layer 0 with 3 heads was given to a metric of 1 layers"):
        metric.update(call())
    with pytest.raises(ValueError, match="layer 1 with 2 heads"):
        metric.update(call(layer=1, heads=2))
    with pytest.raises(ValueError, match="n_heads is 0"):
        HeadEntropy(1, 0)
    with pytest.raises(ValueError, match="no attention was seen"):
        HeadEntropy(1, 2).table()
    with pytest.raises(ValueError, match=r"shape \(4, 4\); expected \(B, H, Tq, Tk\)"):
        AttentionRows.of_attention(torch.eye(4), layer=0)


def check_rank(rank, store):
    """One of two processes, with four or two of the six sequences: the table is that of all."""
    minute = timedelta(seconds=60)
    dist.init_process_group("gloo", f"file://{store}", minute, rank=rank, world_size=2)
    try:
        metric, whole = HeadEntropy(1, 3), HeadEntropy(1, 3, sync_on_compute=False)
        metric.update(call(rows=(slice(0, 4), slice(4, 6))[rank]))
        whole.update(call())
        own = metric.sums.clone()
        assert torch.allclose(metric.compute(), whole.compute(), rtol=1e-10)
        found = metric.table()
        for name, array in whole.table()._arrays().items():
            assert getattr(found, name) == pytest.approx(array, rel=1e-9), name
        assert torch.equal(metric.sums, own)
    finally:
        dist.destroy_process_group()


def test_two_processes_compute_the_table_of_all_sequences(tmp_path, monkeypatch):
    monkeypatch.setenv("GLOO_SOCKET_IFNAME", "lo")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    store, here = tmp_path / "store", Path(__file__).parent
    code = (
        "import sys; sys.path.append(sys.argv[1]); import test_entropy_metric;"
        "test_entropy_metric.check_rank(1, sys.argv[2])"
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
