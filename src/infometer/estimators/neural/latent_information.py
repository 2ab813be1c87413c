"""Latent mutual information: codes that tell both views, and nearest neighbours in the codes."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from infometer.contracts import HighDimensionWarning
from infometer.estimators.fitting import FitHistory
from infometer.estimators.ksg import KSG
from infometer.estimators.neural.bound_notes import budget_note
from infometer.estimators.neural.critics import perceptron
from infometer.estimators.neural.held_out import fit_on_parts, held_out_parts, require_share
from infometer.estimators.neural.scaling import Scale, scaled
from infometer.estimators.pair import PairEstimator
from infometer.estimators.placement import as_model_tensor
from infometer.estimators.samples import require_count, vary
from infometer.estimators.seeded import seeded
from infometer.estimators.training_run import module_modes
from infometer.resampling import integer_seed, root_seed

__all__ = ["CrossPredictor", "LatentInformation"]

WIDTHS = (64, 64)
"""Of the layers between a view and its code, and back."""

REACH = 10.0
"""Columns are cut off at so many standard deviations, lest one value rule the loss."""


class CrossPredictor(nn.Module):
    """Two encoders, each of whose codes must give back its own view and the other.

    Parameters
    ----------
    dx, dy : int
    n_components : int
        At most, of each code; a view of fewer columns has a code of as many.
    encoders : (torch.nn.Module, torch.nn.Module), optional
        Of x and of y, in place of perceptrons; their codes have the columns that they have.

    Examples
    --------
    >>> x_code, y_code = CrossPredictor(20, 3, 8).codes(torch.zeros(5, 20), torch.zeros(5, 3))
    >>> x_code.shape, y_code.shape
    (torch.Size([5, 8]), torch.Size([5, 3]))
    """

    x_encoder: nn.Module
    y_encoder: nn.Module

    def __init__(
        self,
        dx: int,
        dy: int,
        n_components: int,
        encoders: tuple[nn.Module, nn.Module] | None = None,
    ) -> None:
        super().__init__()
        self.x_encoder, self.y_encoder = encoders or (
            perceptron([d, *WIDTHS, min(n_components, d)]) for d in (dx, dy)
        )
        self.x_decoder = perceptron([_code_size(self.x_encoder, dx), *WIDTHS, dx + dy])
        self.y_decoder = perceptron([_code_size(self.y_encoder, dy), *WIDTHS, dx + dy])

    def codes(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Codes of rows, (n, zx) and (n, zy)."""
        return self.x_encoder(x), self.y_encoder(y)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """The four mean squared errors added: x and y, each from the code of x and from that of y.

        x and y are given back by one decoder for each code.
        """
        losses = []
        for code, decoder in zip(self.codes(x, y), (self.x_decoder, self.y_decoder), strict=True):
            given_x, given_y = decoder(code).split([x.shape[1], y.shape[1]], dim=1)
            losses += [mse_loss(given_x, x), mse_loss(given_y, y)]
        return torch.stack(losses).sum()


def _errors(predictor: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return torch.as_tensor(predictor(x, y))


@torch.no_grad()
def _code_size(encoder: nn.Module, d: int) -> int:
    with module_modes(encoder, train=False):
        code = encoder(torch.zeros(2, d))
    if code.ndim != 2 or len(code) != 2:
        raise ValueError(
            f"encoder {type(encoder).__name__} gave codes of shape {tuple(code.shape)} for 2 rows "
            f"of {d} columns; expected (2, number of components)"
        )
    return int(code.shape[1])


class LatentInformation(PairEstimator):
    """I(X;Y) of many columns: KSG on codes of held-out rows, I(Z_x;Z_y) ≤ I(X;Y).

    The codes are those of a `CrossPredictor`. Like all figures of codes it is a lower bound up to
    the error of KSG, and the interval is that of KSG's figure for these codes. It suits views of
    many columns with few directions in common.

    Parameters
    ----------
    n_components : int
        Of each code, at most.
    encoders : (torch.nn.Module, torch.nn.Module), optional
        Your own for x and y, of which copies are trained; then `n_components` is theirs.
    k : int
        Neighbours.
    scale : {"standard", "rank", None}
        Of every column; standard ones are then cut off at ±10.
    held_out : float
        Share of the rows whose codes are measured.
    validation_fraction : float
        Share of the rows that training stops by.
    max_steps, batch_size : int
    lr : float
        Of Adam.
    patience : int
        Epochs.
    interval : {"subsample", "pointwise", None}
    level : float
    n_permutations : int
    random_state : int, None, RandomState or Generator
    n_jobs : int, optional
    device : torch.device or str, optional
    checkpoint : path, optional
        See `infometer.estimators.fitting.fit_module`.
    on_step : callable, optional

    Attributes
    ----------
    estimate_ : Estimate
    predictor_ : CrossPredictor
    history_ : FitHistory

    References
    ----------
    G. Gowri, X. Lun, A. Klein and P. Yin, "Approximating mutual information of high-dimensional
    variables using learned representations", NeurIPS 2024.

    Examples
    --------
    >>> from infometer.sources import CorrelatedGaussian
    >>> x, y = CorrelatedGaussian(20, 20, mutual_information=1.0).sample(2000, random_state=0)
    >>> found = LatentInformation(2, max_steps=5, random_state=0).fit(x, y).estimate_
    >>> found.method, found.bound, found.n_samples
    ('latent KSG', 'lower', 2000)
    """

    _method = "latent KSG"
    _uses_neighbors = False

    predictor_: CrossPredictor
    history_: FitHistory

    def __init__(
        self,
        n_components: int = 8,
        *,
        encoders: tuple[nn.Module, nn.Module] | None = None,
        k: int = 3,
        scale: Scale = "standard",
        held_out: float = 0.5,
        validation_fraction: float = 0.1,
        max_steps: int = 3000,
        batch_size: int = 512,
        lr: float = 1e-4,
        patience: int = 30,
        interval: Literal["subsample", "pointwise"] | None = "subsample",
        level: float = 0.95,
        n_permutations: int = 0,
        random_state: Any = None,
        n_jobs: int | None = None,
        device: Any = None,
        checkpoint: Path | str | None = None,
        on_step: Callable[[int, float], object] | None = None,
    ) -> None:
        self.n_components = n_components
        self.encoders = encoders
        self.k = k
        self.scale = scale
        self.held_out = held_out
        self.validation_fraction = validation_fraction
        self.max_steps = max_steps
        self.batch_size = batch_size
        self.lr = lr
        self.patience = patience
        self.interval = interval
        self.level = level
        self.n_permutations = n_permutations
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.device = device
        self.checkpoint = checkpoint
        self.on_step = on_step

    def _parameters(self) -> dict[str, Any]:
        return {"k": self.k, "n_components": self.n_components, "scale": self.scale}

    def fit(self, X: Any, y: Any) -> Self:  # type: ignore[override]  # it takes no groups
        """Learn codes and estimate I(X;Y).

        Parameters
        ----------
        X : array-like, shape (n, dx)
        y : array-like, shape (n,) or (n, dy)

        Returns
        -------
        self
            With ``estimate_``, ``predictor_`` and ``history_``.

        Raises
        ------
        ValueError
            For NaN or infinity, or too few rows.
        """
        for name in ("estimate_", "predictor_", "history_"):
            self.__dict__.pop(name, None)
        x, y, _ = self._validated(X, y)
        for name in ("n_components", "k", "max_steps", "batch_size", "patience"):
            require_count(getattr(self, name), name, 1)
        require_share(self.level, "level")
        if not (vary(x).any() and vary(y).any()):
            self.estimate_ = self._constant(len(x))
            return self
        seed = root_seed(self.random_state)
        parts = held_out_parts(len(x), self.held_out, self.validation_fraction, seed)
        x, y = scaled(x, self.scale, "X"), scaled(y, self.scale, "y")
        if self.scale == "standard":
            x, y = np.clip(x, -REACH, REACH), np.clip(y, -REACH, REACH)
        with seeded(seed, "predictor"):
            self.predictor_ = CrossPredictor(
                x.shape[1], y.shape[1], self.n_components, copy.deepcopy(self.encoders)
            )
        self.history_ = fit_on_parts(
            self, self.predictor_, _errors, (x, y), parts, seed, type(self).__name__
        )
        found = self._neighbors(*self._codes(x[parts.held_out], y[parts.held_out]), seed)
        self.estimate_ = replace(
            found.estimate_,
            bound="lower",
            n_samples=len(x),
            method=self._method,
            parameters={
                **self._parameters(),
                "held_out": len(parts.held_out),
                "steps": self.history_.steps,
                "stopped": self.history_.stopped,
            },
            warnings=(
                *budget_note(self.history_, self.patience),
                *(
                    _MANY_COMPONENTS if "dimensions in a nearest-neighbour" in note else note
                    for note in found.estimate_.warnings
                ),
            ),
        )
        return self

    @torch.no_grad()
    def _codes(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        device = next(self.predictor_.parameters()).device
        pair = (as_model_tensor(self.predictor_, view).to(device) for view in (x, y))
        with module_modes(self.predictor_, train=False):
            x_code, y_code = self.predictor_.codes(*pair)
        return x_code.double().cpu().numpy(), y_code.double().cpu().numpy()

    def _neighbors(self, x: np.ndarray, y: np.ndarray, seed: int) -> KSG:
        with warnings.catch_warnings():  # the note stands in the estimate; codes were made small
            warnings.simplefilter("ignore", HighDimensionWarning)
            return KSG(
                self.k,
                interval=self.interval,
                level=self.level,
                n_permutations=self.n_permutations,
                random_state=integer_seed(seed, "neighbors"),
                n_jobs=self.n_jobs,
            ).fit(x, y)


_MANY_COMPONENTS = (
    "the two codes have more than 10 columns together, for which nearest neighbours are far below "
    "what the codes hold; take fewer n_components"
)
