"""One measurement: what one layer, at one moment, knows about the input and about the target."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from sklearn.base import clone

from infometer.bottleneck.compression import PCACompressor
from infometer.bottleneck.gaussian_mixture import gaussian_mixture_information
from infometer.bottleneck.information_loss import (
    gaussian_channel_information,
    pca_information_loss_bound,
)
from infometer.contracts import Estimate, InfometerWarning
from infometer.estimators.entropy_sum import EntropySum
from infometer.estimators.samples import is_discrete
from infometer.resampling import generator, integer_seed

__all__ = ["LayerChannel", "Targets", "compressed_information", "measure_layer"]

COMPRESSED = "weighted entropies of codes"


@dataclass(frozen=True)
class Targets:
    """What a layer is asked about.

    Parameters
    ----------
    n : int
        Inputs.
    labels : ndarray, shape (n,) or (n, dy), or None
        The target of every input.
    input_code : ndarray, shape (n, dx), or None
        A few numbers for every input, continuous and without repeated rows.
    """

    n: int
    labels: np.ndarray | None
    input_code: np.ndarray | None

    @property
    def discrete(self) -> bool:
        """Whether the target is labels: as `is_discrete`, and integers of any number of classes.

        Integers are class indices wherever torch trains; told apart from measurements by repeats.
        """
        if self.labels is None or is_discrete(self.labels):
            return self.labels is not None
        one_column = self.labels.ndim == 1 or self.labels.shape[1] == 1
        integers = one_column and self.labels.dtype.kind in "iu"
        return integers and 2 * len(np.unique(self.labels)) <= self.n


@dataclass(frozen=True)
class LayerChannel:
    """A layer as it is seen: L = T + σξ.

    Parameters
    ----------
    clean : ndarray, shape (n, m, d)
        T for n inputs and m paths of the noise in the layers below.
    sigma : float
        0 for a deterministic network of which distinct outputs are counted.
    noisy_below : bool
        Whether layers below have noise, so that T given X is itself random.
    """

    clean: np.ndarray
    sigma: float
    noisy_below: bool

    def draw(self, random_state: Any, *key: Any) -> np.ndarray:
        """Give one noisy output for every input, shape (n, d), along the first path."""
        first = self.clean[:, 0]
        noise = generator(random_state, *key).standard_normal(first.shape)
        return np.asarray(first + self.sigma * noise)


def measure_layer(
    channel: LayerChannel,
    targets: Targets,
    *,
    compressor: Any = None,
    k: int = 10,
    n_draws: int = 4,
    n_splits: int = 4,
    n_permutations: int = 40,
    level: float = 0.95,
    random_state: Any = 0,
    mixture: bool = True,
) -> list[tuple[Estimate, dict[str, float]]]:
    """I(X;L) and I(L;Y) of one layer, by the exact mixture and by codes of a few numbers.

    Parameters
    ----------
    channel : LayerChannel
    targets : Targets
    compressor : transformer, optional
        Fitted to the noisy layer; None for no compressed figures.
    k : int
        Neighbours of the compressed figures.
    n_draws, n_permutations : int
        Of the mixture.
    n_splits : int
        Of the compressed figures' interval.
    level : float
    random_state : int, None, RandomState or Generator
    mixture : bool
        Whether the cost of the mixture is affordable.

    Returns
    -------
    list of (Estimate, dict)
        With columns of their own where they exist: ``null_nats``, ``p_value``,
        ``loss_bound_nats``, ``sandwich_low_nats`` and ``sandwich_high_nats``.

    Examples
    --------
    >>> clean = np.random.default_rng(0).standard_normal((60, 1, 3))
    >>> found = measure_layer(LayerChannel(clean, 0.5, False), Targets(60, None, None))
    >>> [estimate.quantity for estimate, _ in found]
    ['I(X;L)']
    """
    rows: list[tuple[Estimate, dict[str, float]]] = []
    if channel.sigma == 0:
        rows.append((distinct_outputs(channel.clean[:, 0]), {}))
        return rows
    if mixture:
        rows += _mixture(channel, targets, n_draws, n_permutations, level, random_state)
    if compressor is not None:
        rows += compressed_information(
            channel, targets, compressor, k, n_splits, level, random_state
        )
    return rows


def _mixture(
    channel: LayerChannel, targets: Targets, n_draws: int, n_permutations: int, level: float,
    random_state: Any,
) -> list[tuple[Estimate, dict[str, float]]]:  # fmt: skip
    labels = np.ravel(targets.labels) if targets.discrete and targets.labels is not None else None
    found = gaussian_mixture_information(
        channel.clean,
        channel.sigma,
        labels,
        noisy_below=channel.noisy_below,
        n_draws=n_draws,
        n_permutations=n_permutations,
        level=level,
        random_state=random_state,
    )
    low, high = found.sandwich
    bound: Literal["upper"] | None = "upper" if channel.noisy_below else None
    about_input = replace(found.input, bound=bound)
    rows = [(about_input, {"sandwich_low_nats": low, "sandwich_high_nats": high})]
    if found.labels is not None:
        null, p_value = found.labels.null, found.labels.p_value
        columns = (
            {} if null is None or p_value is None else {"null_nats": null[0], "p_value": p_value}
        )
        rows.append((replace(found.labels, bound=bound), columns))
    return rows


def compressed_information(
    channel: LayerChannel,
    targets: Targets,
    compressor: Any,
    k: int,
    n_splits: int,
    level: float,
    random_state: Any,
) -> list[tuple[Estimate, dict[str, float]]]:
    """I(X;L) and I(L;Y) of a code of the noisy layer, by nearest neighbours: the paper's figures.

    A code tells no more than the layer: up to the error of the estimator they are lower bounds.
    What the estimator refuses, such as a target of repeated values, is NaN and says why.
    """
    noisy = channel.draw(random_state, "layer noise")
    encoder = clone(compressor).fit(noisy)
    code = encoder.transform(noisy)
    ceiling = float(np.log(len(code)))
    columns: dict[str, float] = {}
    if isinstance(encoder, PCACompressor):
        spectrum = np.clip(encoder.eigenvalues_ - channel.sigma**2, 0.0, None)
        kept = encoder.n_components_
        columns["loss_bound_nats"] = pca_information_loss_bound(spectrum, channel.sigma, kept)
        ceiling = min(ceiling, gaussian_channel_information(spectrum[:kept], channel.sigma))
    rows = []
    for quantity, view in (("I(X;L)", targets.input_code), ("I(L;Y)", targets.labels)):
        if view is None:
            continue
        # labels have codes of their own: up to four dimensions only the first neighbour has weight
        near = 1 if quantity == "I(L;Y)" and targets.discrete and code.shape[1] <= 4 else k
        found = _of_codes(
            EntropySum(
                near,
                y_type="discrete" if quantity == "I(L;Y)" and targets.discrete else "continuous",
                level=level,
                n_splits=n_splits,
                random_state=integer_seed(random_state, quantity),
            ),
            code,
            view,
        )
        rows.append(
            (
                replace(
                    found,
                    quantity=quantity,
                    bound="lower",
                    ceiling=found.ceiling if found.ceiling is not None else ceiling,
                    method=COMPRESSED,
                ),
                columns,
            )
        )
    return rows


def _of_codes(estimator: EntropySum, code: np.ndarray, view: np.ndarray) -> Estimate:
    """The estimate; a training does not end because its evaluation rows do not suit a method."""
    with warnings.catch_warnings():  # they stand in the estimate, and with it in the row
        warnings.simplefilter("ignore", InfometerWarning)
        try:
            return estimator.fit(code, view).estimate_
        except ValueError as refusal:
            reason = f"no compressed figure: {refusal}"
            return Estimate("I(X;Y)", np.nan, n_samples=len(code), warnings=(reason,))


def distinct_outputs(outputs: np.ndarray) -> Estimate:
    """H(L) of a deterministic layer (n, d) over n equally likely inputs: I(X;L) = H(X) − H(X|L).

    Examples
    --------
    >>> round(distinct_outputs(np.array([[0.0], [0.0], [1.0], [1.0]])).value, 6)
    0.693147
    """
    counts = np.unique(outputs, axis=0, return_counts=True)[1]
    n = len(outputs)
    return Estimate(
        "I(X;L)",
        float(np.log(n) - (counts * np.log(counts)).sum() / n),
        standard_error=0.0,
        ceiling=float(np.log(n)),
        n_samples=n,
        method="distinct outputs",
        warnings=("counts outputs that differ at all: log n unless inputs collide",),
    )
