"""Variational bounds of I(X;Y) from the scores of a critic: of pairs that belong together, and not.

All take a square matrix of scores, ``scores[i, j] = T(x_i, y_j)``: its diagonal holds draws of
p(x, y), and what is off it draws of p(x) p(y). All give a scalar tensor in nats.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import softplus

__all__ = [
    "donsker_varadhan_bound",
    "infonce_bound",
    "jensen_shannon_objective",
    "joint_and_product",
    "log_mean_exp_of_others",
    "nishiyama_scores_bound",
    "nwj_bound",
    "others",
    "smile_estimate",
]


def infonce_bound(scores: Tensor) -> Tensor:
    r"""InfoNCE, a lower bound that is at most log b for b rows.

    .. math:: \frac1b \sum_i \log \frac{e^{T_{ii}}}{\frac1b \sum_j e^{T_{ij}}}.

    Parameters
    ----------
    scores : Tensor, shape (b, b)

    References
    ----------
    A. van den Oord, Y. Li and O. Vinyals, "Representation learning with contrastive predictive
    coding", arXiv:1807.03748 (2018), equation 4.

    Examples
    --------
    A critic that knows every pair, at the ceiling log 8:

    >>> round(infonce_bound(50.0 * torch.eye(8)).item(), 6)
    2.079442
    """
    return (scores.diagonal() - scores.logsumexp(1)).mean() + math.log(len(scores))


def donsker_varadhan_bound(scores: Tensor) -> Tensor:
    r"""Donsker and Varadhan's lower bound, that of MINE.

    .. math:: E_P T - \log E_Q e^T, \qquad P = p(x, y), \; Q = p(x) p(y).

    Parameters
    ----------
    scores : Tensor, shape (b, b)

    References
    ----------
    M. I. Belghazi et al., "Mutual information neural estimation", ICML 2018, equation 3.

    Examples
    --------
    A constant changes nothing:

    >>> round(donsker_varadhan_bound(torch.eye(8) + 3.0).item(), 6)
    1.0
    """
    return scores.diagonal().mean() - log_mean_exp_of_others(scores)


def nwj_bound(scores: Tensor) -> Tensor:
    r"""The lower bound of Nguyen, Wainwright and Jordan; never above Donsker and Varadhan's.

    .. math:: E_P T - E_Q e^{T - 1}.

    Parameters
    ----------
    scores : Tensor, shape (b, b)

    References
    ----------
    X. Nguyen, M. J. Wainwright and M. I. Jordan, "Estimating divergence functionals and the
    likelihood ratio by convex risk minimization", IEEE Trans. Inf. Theory 56, 5847 (2010).

    Examples
    --------
    >>> round(nwj_bound(torch.eye(8) + 1.0).item(), 6)
    1.0
    """
    return scores.diagonal().mean() - (log_mean_exp_of_others(scores) - 1).exp()


def smile_estimate(scores: Tensor, clip: float = 5.0) -> Tensor:
    r"""SMILE: Donsker and Varadhan's with clipped scores of the pairs that do not belong together.

    .. math:: E_P T - \log E_Q e^{\max(-\tau, \min(T, \tau))}.

    It varies less, and is no bound: scores beyond τ count with less than they are.

    Parameters
    ----------
    scores : Tensor, shape (b, b)
    clip : float
        τ.

    References
    ----------
    J. Song and S. Ermon, "Understanding the limitations of variational mutual information
    estimators", ICLR 2020, equation 10.

    Examples
    --------
    >>> round(smile_estimate(torch.full((8, 8), 7.0)).item(), 6)
    2.0
    """
    return scores.diagonal().mean() - log_mean_exp_of_others(scores.clamp(-clip, clip))


def jensen_shannon_objective(scores: Tensor) -> Tensor:
    r"""The Jensen-Shannon objective, whose best critic is T = log p(x,y)/p(x)p(y).

    .. math:: -E_P \operatorname{softplus}(-T) - E_Q \operatorname{softplus}(T).

    It trains steadily; it is no figure of information.

    Parameters
    ----------
    scores : Tensor, shape (b, b)

    References
    ----------
    R. D. Hjelm et al., "Learning deep representations by mutual information estimation and
    maximization", ICLR 2019, equation 4.

    Examples
    --------
    >>> round(jensen_shannon_objective(torch.zeros(8, 8)).item(), 6)
    -1.386294
    """
    return -softplus(-scores.diagonal()).mean() - softplus(others(scores)).mean()


def nishiyama_scores_bound(scores: Tensor) -> Tensor:
    r"""The bound of Nishiyama and Sason from the means and variances of the scores.

    `infometer.quantities.nishiyama_bound` with gradients. No critic makes it larger than the
    divergence that two points allow, so that it stays below I(X;Y) also for the best.

    Parameters
    ----------
    scores : Tensor, shape (b, b)

    Examples
    --------
    >>> from infometer.quantities import nishiyama_bound
    >>> scores = torch.tensor([[3.0, 0.0, 1.0], [-1.0, 2.0, 0.0], [0.0, 1.0, 1.0]]).double()
    >>> off = scores[~torch.eye(3, dtype=bool)]
    >>> round(nishiyama_bound(2.0, off.mean(), 2 / 3, off.var(correction=0)), 6)
    1.67373
    >>> round(nishiyama_scores_bound(scores).item(), 6)
    1.67373
    """
    tiny = torch.finfo(scores.dtype).tiny ** 0.5
    joint, product = scores.diagonal(), others(scores)
    gap = (joint.mean() - product.mean()).abs()
    variance_p, variance_q = (part.var(correction=0) + tiny for part in (joint, product))
    u = gap / (variance_p * variance_q) ** 0.25 + tiny
    w = 0.5 * (variance_p.log() - variance_q.log())
    sinh, cosh = 2 * torch.sinh(w / 2), 2 * torch.cosh(w / 2)
    p, q = (u**2 + sinh**2).sqrt(), (u**2 + cosh**2).sqrt()
    return w + 2 * torch.asinh(p / 2) * ((u / p) * (u / q) - (sinh / p) * (cosh / q))


def others(scores: Tensor) -> Tensor:
    """What is off the diagonal of a matrix (b, b), as a view (b − 1, b).

    Examples
    --------
    >>> others(torch.tensor([[9.0, 1.0], [3.0, 9.0]])).tolist()
    [[1.0, 3.0]]
    """
    b = len(scores)
    return scores.flatten()[1:].view(b - 1, b + 1)[:, :-1]


def joint_and_product(scores: Tensor) -> list[Tensor]:
    """E_P T and log E_Q e^T of a matrix of scores (b, b): all that the exponential bounds need.

    Examples
    --------
    >>> [part.item() for part in joint_and_product(torch.eye(2))]
    [1.0, 0.0]
    """
    return [scores.diagonal().mean(), log_mean_exp_of_others(scores)]


def log_mean_exp_of_others(scores: Tensor) -> Tensor:
    """The log of the mean of e^T off the diagonal of a matrix (b, b).

    Examples
    --------
    >>> round(log_mean_exp_of_others(torch.tensor([[900.0, 1000.0], [1000.0, 900.0]])).item(), 3)
    1000.0
    """
    b = len(scores)
    return others(scores).logsumexp((0, 1)) - math.log(b * (b - 1))
