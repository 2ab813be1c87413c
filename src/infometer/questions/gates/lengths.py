"""Gate: the key does not stand out by its length."""

from __future__ import annotations

from infometer.questions.gates.gate import DOES_NOT_APPLY, Gate, GateInputs, Judgement
from infometer.questions.records import Question

__all__ = ["LENGTHS", "length_outlier"]

OUTLIER = 1.5
ALLOWANCE = 10
"""Letters added to all lengths, so that "4" and "16" are not worlds apart. Where an option of each
of 9984 questions of TeleQnA is called the key by chance, 3.2 % are outliers at 1.5, 1.4 % at 1.75
and 9.7 % at 1.25; of the true keys 6.3 % are."""


def length_outlier(lengths: tuple[int, ...], key: int) -> float:
    r"""How far the key is longer than all other options, or shorter.

    With lengths l_i and allowance a,

    .. math:: \max\Big(\frac{l_{key} + a}{\max_{i \ne key} l_i + a},
                       \frac{\min_{i \ne key} l_i + a}{l_{key} + a}\Big).

    Returns
    -------
    float
        At most 1 where another option is as long, and one as short.

    Examples
    --------
    >>> length_outlier((20, 20, 50), key=2), length_outlier((20, 20, 50), key=0)
    (2.0, 1.0)
    """
    own = lengths[key] + ALLOWANCE
    others = [length + ALLOWANCE for place, length in enumerate(lengths) if place != key]
    return max(own / max(others), min(others) / own)


def _judge(question: Question, inputs: GateInputs) -> Judgement:
    if question.kind == "true_false":
        return "not run", DOES_NOT_APPLY + "True and False"
    lengths = tuple(map(len, question.options))
    ratio = length_outlier(lengths, question.key)
    others = sorted(length for place, length in enumerate(lengths) if place != question.key)
    told = f"the key has {lengths[question.key]} letters, the others {others}: ratio {ratio:.2f}"
    return ("fail" if ratio >= OUTLIER else "pass"), told, round(ratio, 4)


LENGTHS = Gate("lengths", "the key is not far longer or shorter than the rest", "text", _judge)
