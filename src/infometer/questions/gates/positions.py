"""Gate: the key stands at every place equally often."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from infometer.questions.gates.gate import DOES_NOT_APPLY, Gate, GateInputs, Judgement
from infometer.questions.records import Question
from infometer.resampling import generator

__all__ = ["POSITIONS", "position_counts", "position_p_value"]

ALPHA = 0.01
DRAWS = 2000


def position_counts(questions: Sequence[Question]) -> dict[int, np.ndarray]:
    """How often the key of multiple-choice questions stands at each place.

    Returns
    -------
    dict of int to ndarray of int
        By the number of options k: shape (k,).

    Examples
    --------
    >>> asked = Question("q", "multiple_choice", "easy", "2 + 2?", ("3", "4", "5"), 1, ())
    >>> position_counts([asked, asked])
    {3: array([0, 2, 0])}
    """
    choices = [question for question in questions if question.kind == "multiple_choice"]
    return {
        size: np.bincount([q.key for q in choices if len(q.options) == size], minlength=size)
        for size in sorted({len(question.options) for question in choices})
    }


def position_p_value(counts: dict[int, np.ndarray], random_state: int = 0) -> float:
    r"""How likely keys at places drawn at random are as uneven as these, for any number of them.

    The statistic is Pearson's, summed over the numbers of options k:

    .. math:: \chi^2 = \sum_k \sum_{i \le k} \frac{(c_{ki} - n_k / k)^2}{n_k / k},

    and its law is simulated, so that small counts need no approximation.

    Examples
    --------
    >>> position_p_value({4: np.array([5, 5, 5, 5])})
    1.0
    >>> round(position_p_value({4: np.array([20, 0, 0, 0])}), 6)
    0.0005
    """
    observed, null = 0.0, np.zeros(DRAWS)
    for size, found in counts.items():
        rng = generator(random_state, "positions", size)
        expected = found.sum() / size
        drawn = rng.multinomial(found.sum(), np.full(size, 1 / size), size=DRAWS)
        observed += float(((found - expected) ** 2 / expected).sum())
        null += ((drawn - expected) ** 2 / expected).sum(axis=1)
    return float((1 + np.count_nonzero(null >= observed - 1e-9)) / (1 + DRAWS))


def _judge(questions: list[Question], inputs: GateInputs) -> Judgement:
    counts = position_counts(questions)
    if not counts:
        return "not run", DOES_NOT_APPLY + "no multiple-choice question"
    p_value = position_p_value(counts, inputs.random_state)
    told = "; ".join(f"{size} options: {found.tolist()}" for size, found in counts.items())
    told = f"key at each place, {told}: p = {p_value:.2g}"
    return ("fail" if p_value < ALPHA else "pass"), told, round(p_value, 4)


POSITIONS = Gate("positions", "the key stands at every place equally often", "set", _judge)
