import numpy as np
import pytest

from infometer.benchmark import Task, run, summary
from infometer.estimators import KSG, GaussianInformation
from infometer.sources import CorrelatedGaussian, DataRows


@pytest.fixture
def rows():
    return DataRows(*CorrelatedGaussian(2, 1, 0.5).sample(300, random_state=0))


def test_a_sample_has_different_rows_that_belong_together(rows):
    x, y = rows.sample(200, random_state=1)
    whole = np.column_stack([rows.x, rows.y]).tolist()
    drawn = np.column_stack([x, y]).tolist()
    assert all(row in whole for row in drawn)
    assert len({tuple(row) for row in drawn}) == 200
    assert np.array_equal(rows.sample(200, random_state=1)[0], x)


def test_all_rows_are_there_when_all_are_asked_for(rows):
    x, _ = rows.sample(300, random_state=4)
    assert np.array_equal(np.sort(x, axis=0), np.sort(rows.x, axis=0))


def test_rows_are_known_again_by_what_they_hold(rows):
    twin, other = DataRows(rows.x.copy(), rows.y), DataRows(rows.x + 1, rows.y)
    assert twin == rows
    assert hash(twin) == hash(rows)
    assert repr(twin) == repr(rows) != repr(other)
    assert other != rows


def test_data_estimators_and_resamples_are_one_table(rows, tmp_path):
    tasks = [Task("mine", rows, 2, 1)]
    estimators = {"KSG": KSG(interval=None), "CCA": GaussianInformation()}
    table = run(estimators, tasks, n=150, seeds=range(3), path=tmp_path / "rows.sqlite")
    assert len(table) == 6
    assert table["value_nats"].notna().all()
    assert table["true_nats"].isna().all()
    assert summary(table)["mean"].shape == (1, 2)
    moved = [Task("mine", DataRows(rows.x + 1, rows.y), 2, 1)]
    again = run(estimators, moved, n=150, seeds=range(3), path=tmp_path / "rows.sqlite")
    assert not again["seconds"].equals(table["seconds"])


def test_what_cannot_be_is_refused(rows):
    with pytest.raises(ValueError, match="n is 301; there are 300 rows"):
        rows.sample(301)
    with pytest.raises(ValueError, match=r"x has shape \(3, 1\) and y \(2,\)"):
        DataRows(np.zeros((3, 1)), np.zeros(2))
