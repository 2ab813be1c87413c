"""What nearest neighbours lose in several dimensions."""

from __future__ import annotations

__all__ = ["dimension_loss", "dimension_note"]

SHARE = 1.25
"""Of n^(−2/D): by simulation of Gaussian views of D = 4 to 20 columns and 500 to 10 000 rows."""

MOST = 0.95
BEYOND = 0.75
"""Of half the interval: a loss that seems larger is told."""


def dimension_loss(value: float, n: int, dimension: int) -> float:
    r"""How far below the truth a nearest-neighbour figure of D dimensions is likely to stand.

    Neighbours are as far apart as :math:`n^{-1/D}` and the bias is of its square. Of Gaussian views
    that share something in every column, a share

    .. math:: r = \tfrac54 n^{-2/D}

    of the information goes lost, so that a figure of θ stands θ r / (1 − r) below the truth. Views
    of which few columns share anything lose more.

    Parameters
    ----------
    value : float
        The figure, in nats.
    n : int
        Rows.
    dimension : int
        Columns of numbers in all, D.

    Returns
    -------
    float
        In nats; infinite where no more than a twentieth is left.

    Examples
    --------
    500 rows of two times five columns with correlations of 0.6, I = 1.116, show 0.70 on average:

    >>> round(dimension_loss(0.70, 500, 10), 2)
    0.39
    """
    share = SHARE * n ** (-2 / dimension)
    return value * share / (1 - share) if share < MOST else float("inf")


def dimension_note(value: float, half_width: float, n: int, dimension: int) -> str:
    """What to say of a figure that its dimensions take further down than its interval reaches.

    Examples
    --------
    >>> dimension_note(0.7, 0.1, 500, 10)
    'in 10 dimensions 500 rows are too few for neighbours: the figure is likely about 0.39 nats ...'
    >>> dimension_note(0.7, 0.1, 500, 2)
    ''
    """
    if value <= half_width or dimension < 1:
        return ""
    loss = dimension_loss(value, n, dimension)
    if loss <= BEYOND * half_width:
        return ""
    return (
        f"in {dimension} dimensions {n} rows are too few for neighbours: the figure is likely "
        f"about {loss:.2f} nats too small, more than its interval reaches; compress X and y first, "
        "or add rows"
    )
