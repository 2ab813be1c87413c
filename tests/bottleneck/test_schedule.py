import numpy as np
import pytest

from infometer.bottleneck import log_spaced_steps
from infometer.bottleneck.schedule import UNPLANNED_RATIO, MeasuringSchedule


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def simulate(steps, step_seconds, cost, **settings):
    """Train and measure on a clock of our own; the measured steps and the spending at each."""
    clock = Clock()
    schedule = MeasuringSchedule(clock=clock, **settings)
    spent = []
    for step in range(steps + 1):
        clock.now += step_seconds if step else 0.0
        if schedule.due(step):
            seconds = cost(step)
            clock.now += seconds
            schedule.record(step, seconds)
            spent.append((step, schedule.measuring_seconds, schedule.training_seconds))
    return schedule, spent


def test_log_spaced_steps_start_at_0_end_at_the_total_and_rise():
    for total, n_points in [(1, 2), (3, 10), (50, 12), (100_000, 20)]:
        steps = log_spaced_steps(total, n_points)
        assert steps[:2] == [0, 1]
        assert steps[-1] == total
        assert len(steps) <= n_points
        assert (np.diff(steps) > 0).all()


@pytest.mark.parametrize(("total", "n_points"), [(0, 5), (10, 1)])
def test_log_spaced_steps_needs_something_to_space(total, n_points):
    with pytest.raises(ValueError, match=r"total is .* n_points is"):
        log_spaced_steps(total, n_points)


def test_given_steps_and_every_so_many():
    assert [s for s in range(20) if MeasuringSchedule(at=[0, 7, 30]).due(s)] == [0, 7]
    assert [s for s in range(20) if MeasuringSchedule(every=6).due(s)] == [0, 6, 12, 18]


@pytest.mark.parametrize("settings", [{"at": [3]}, {"every": 3}, {"total_steps": 100}])
def test_no_step_is_measured_twice(settings):
    schedule = MeasuringSchedule(**settings)
    step = 3
    assert schedule.due(step)
    schedule.record(step, 0.1)
    assert not schedule.due(step)


@pytest.mark.parametrize(
    ("settings", "name"), [({"at": [1], "every": 2}, "at"), ({"budget": 0}, "budget"),
                           ({"every": 0}, "every")]
)  # fmt: skip
def test_bad_settings_name_the_argument(settings, name):
    with pytest.raises(ValueError, match=rf"^{name} is"):
        MeasuringSchedule(**settings)


@pytest.mark.parametrize("total", [300, 3000, 20_000])
@pytest.mark.parametrize("cost", [0.05, 0.5])
def test_a_known_total_keeps_to_the_budget_evenly_and_measures_the_last_step(total, cost):
    budget, step_seconds = 0.15, 0.01
    schedule, _ = simulate(total, step_seconds, lambda step: cost, budget=budget, total_steps=total)
    training = schedule.training_seconds
    assert training == pytest.approx(total * step_seconds)
    assert schedule.measuring_seconds <= budget * training + cost
    points = len(schedule.measured)
    affordable = budget * training / cost
    if affordable < 3:
        return
    assert schedule.measured[0] == 0
    assert schedule.measured[-1] == total
    assert points >= min(0.6 * affordable, 0.5 * np.log(total) / np.log(1.3))
    late = np.array([s for s in schedule.measured if s > 10])
    ratios = np.diff(np.log(late))[:-1]  # the last one is where the training ends
    if len(ratios) > 2:
        assert ratios.max() < 3.5 * np.median(ratios) + np.log(1.1)


def test_a_growing_cost_still_keeps_to_the_budget():
    schedule, spent = simulate(
        5000, 0.01, lambda step: 0.1 + 0.2 * step / 5000, budget=0.15, total_steps=5000
    )
    _, spending, training = spent[-1]
    assert spending <= 0.15 * training + 0.3
    assert len(schedule.measured) > 10


def test_an_expensive_first_point_is_paid_for():
    _, spent = simulate(2000, 0.01, lambda step: 0.1 if step else 2.0, budget=0.2, total_steps=2000)
    assert spent[-1][1] <= 0.2 * spent[-1][2] + 0.1


def test_an_unknown_total_keeps_to_the_budget_at_every_point_after_the_first():
    schedule, spent = simulate(4000, 0.01, lambda step: 0.2, budget=0.15)
    assert len(spent) > 10
    for step, spending, training in spent[1:]:
        assert spending <= 0.15 * training + 1e-9, step
    later = np.array(schedule.measured[2:])
    assert (later[1:] >= UNPLANNED_RATIO * later[:-1]).all()


def test_what_the_budget_leaves_is_told_only_where_it_decides():
    assert MeasuringSchedule(at=[0]).affordable_seconds(5) is None
    clock = Clock()
    schedule = MeasuringSchedule(0.1, 100, clock=clock)
    schedule.due(0)
    clock.now += 10.0
    assert schedule.affordable_seconds(10) == pytest.approx(0.1 * 100.0)
