"""Student's interval."""

from __future__ import annotations

from scipy.stats import t as student

__all__ = ["student_interval"]


def student_interval(
    value: float, standard_error: float, degrees_of_freedom: float, level: float = 0.95
) -> tuple[float, float]:
    """The interval value ± t se, with the Student quantile t for `degrees_of_freedom`.

    Examples
    --------
    >>> low, high = student_interval(1.0, 0.1, 30)
    >>> round(low, 3), round(high, 3)
    (0.796, 1.204)
    """
    half = float(student.ppf(0.5 + level / 2, degrees_of_freedom)) * standard_error
    return value - half, value + half
