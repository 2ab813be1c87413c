"""Few numbers for many columns, so that nearest neighbours can measure: PCA and autoencoders.

What is measured on a code is a lower bound of the information in the data, up to the estimator's
error: I(E(X);Y) <= I(X;Y), with equality for an encoder that can be inverted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from infometer.resampling import root_seed
from infometer.tables import fingerprint

if TYPE_CHECKING:
    from torch import nn

__all__ = ["AutoencoderCompressor", "PCACompressor"]

BATCH = 4096
"""Rows that are encoded or decoded at a time."""


class _Compressor(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """What the compressors share: they know their rows again."""

    n_components_: int

    @property
    def _n_features_out(self) -> int:
        return self.n_components_

    def _rows_to_fit(self, X: Any) -> np.ndarray:
        rows: np.ndarray = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        self.n_samples_ = len(rows)
        self.fingerprint_ = fingerprint(rows)
        return rows

    def fitted_on(self, X: Any) -> bool:
        """Whether `fit` saw exactly these rows: a code is too good on the data it was made for."""
        check_is_fitted(self)
        return fingerprint(np.asarray(X, dtype=np.float64)) == self.fingerprint_

    def _codes(self, X: Any) -> np.ndarray:
        codes: np.ndarray = check_array(X, dtype=np.float64)
        if codes.shape[1] != self.n_components_:
            raise ValueError(
                f"X has {codes.shape[1]} columns; the codes here have {self.n_components_}"
            )
        return codes


class PCACompressor(_Compressor):
    """The first principal components, and the whole spectrum for the bound on what is lost.

    Parameters
    ----------
    n_components : int
        At most: data with fewer columns or rows gives fewer, see ``n_components_``.

    Attributes
    ----------
    eigenvalues_ : ndarray, shape (min(n, d),)
        All of those of the covariance of the data it was fitted on, largest first; further ones
        are 0. On a layer with noise they are those of the layer plus sigma squared.
    components_ : ndarray, shape (m, d)
        With m = ``n_components_``.
    mean_ : ndarray, shape (d,)
    n_components_, n_samples_, n_features_in_ : int
    fingerprint_ : str
        Of the rows; see `fitted_on`.

    See Also
    --------
    infometer.bottleneck.information_loss.pca_information_loss_bound

    Examples
    --------
    >>> x = np.array([[3.0, 0.0], [-3.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    >>> pca = PCACompressor(1).fit(x)
    >>> pca.eigenvalues_.round(3), pca.transform(x).ravel().round(3)
    (array([6.   , 0.667]), array([ 3., -3.,  0.,  0.]))
    """

    def __init__(self, n_components: int = 4) -> None:
        self.n_components = n_components

    def fit(self, X: Any, y: Any = None) -> Self:
        """Find the components of ``X`` of shape (n, d)."""
        rows = self._rows_to_fit(X)
        if self.n_components < 1:
            raise ValueError(f"n_components is {self.n_components}; it must be at least 1")
        n, d = rows.shape
        pca = PCA(svd_solver="covariance_eigh" if n >= d else "full").fit(rows)
        self.n_components_ = min(self.n_components, n, d)
        self.mean_: np.ndarray = pca.mean_
        self.eigenvalues_: np.ndarray = pca.explained_variance_
        self.components_: np.ndarray = pca.components_[: self.n_components_]
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Give the codes, shape (n, m) with m = ``n_components_``."""
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=np.float64, reset=False)
        return np.asarray((rows - self.mean_) @ self.components_.T)

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Give the rows, shape (n, d), that codes ``X`` of shape (n, m) stand for."""
        check_is_fitted(self)
        return np.asarray(self._codes(X) @ self.components_ + self.mean_)


class AutoencoderCompressor(_Compressor):
    """The code of an autoencoder: convolutional with L1 loss for images, else dense with MSE.

    Trained by Adam with a one-cycle schedule. The dense one sees the columns centred and divided
    by one number, the root mean square of their standard deviations.

    Parameters
    ----------
    n_components : int
        At most the number of columns.
    image_shape : (h, w) or (c, h, w), optional
        The columns are the pixels of such images.
    width : int
        For images: times the 4, 8, 8, ... channels of the published network. With 4, images come
        back with less than half the error and the code keeps more of the information, for a
        longer training.
    max_steps, batch_size : int
    lr : float
        The highest of the schedule.
    latent_noise : float
        Standard deviation of Gaussian noise on the code in training, which smooths it.
    random_state : int, None, RandomState or Generator
    device : torch.device or str, optional

    Attributes
    ----------
    model_ : torch.nn.Module
    history_ : infometer.estimators.fitting.FitHistory
    mean_ : ndarray, shape (d,)
    scale_ : float
    n_components_, n_samples_, n_features_in_ : int
    fingerprint_ : str
        Of the rows; see `fitted_on`.

    Examples
    --------
    >>> x = np.linspace(0, 1, 200)[:, None] * np.ones(8)  # a line in eight dimensions
    >>> code = AutoencoderCompressor(1, max_steps=100, random_state=0).fit_transform(x)
    >>> code.shape, bool(abs(np.corrcoef(code[:, 0], x[:, 0])[0, 1]) > 0.9)
    ((200, 1), True)
    """

    def __init__(
        self,
        n_components: int = 4,
        *,
        image_shape: tuple[int, ...] | None = None,
        width: int = 1,
        max_steps: int = 2500,
        batch_size: int = 256,
        lr: float = 5e-3,
        latent_noise: float = 0.0,
        random_state: Any = None,
        device: Any = None,
    ) -> None:
        self.n_components = n_components
        self.image_shape = image_shape
        self.width = width
        self.max_steps = max_steps
        self.batch_size = batch_size
        self.lr = lr
        self.latent_noise = latent_noise
        self.random_state = random_state
        self.device = device

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train on ``X`` of shape (n, d)."""
        import torch

        from infometer.estimators.fitting import fit_module
        from infometer.estimators.seeded import seeded

        rows = self._rows_to_fit(X)
        self._check(rows.shape[1])
        self.n_components_ = self.n_components
        is_image = self.image_shape is not None
        self.mean_ = np.zeros(rows.shape[1]) if is_image else rows.mean(axis=0)
        deviation = 1.0 if is_image else float(np.sqrt(rows.var(axis=0).mean()))
        self.scale_ = deviation or 1.0
        distance = torch.nn.functional.l1_loss if is_image else torch.nn.functional.mse_loss
        seed = root_seed(self.random_state)
        with seeded(seed, "weights"):
            self.model_: nn.Module = self._model(rows.shape[1])
        self.history_ = fit_module(
            self.model_,
            lambda model, x: distance(model(x), x),
            ((rows - self.mean_) / self.scale_,),
            max_steps=self.max_steps,
            batch_size=self.batch_size,
            lr=self.lr,
            schedule=lambda adam, total: torch.optim.lr_scheduler.OneCycleLR(
                adam, self.lr, total_steps=total
            ),
            random_state=seed,
            device=self.device,
        )
        self.model_.eval()
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Give the codes, shape (n, n_components)."""
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=np.float64, reset=False)
        return self._apply(self.model_.encoder, (rows - self.mean_) / self.scale_)

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Give the rows, shape (n, d), that codes ``X`` of shape (n, n_components) stand for."""
        check_is_fitted(self)
        return self._apply(self.model_.decoder, self._codes(X)) * self.scale_ + self.mean_

    def _check(self, n_features: int) -> None:
        if not 1 <= self.n_components <= n_features:
            raise ValueError(
                f"n_components is {self.n_components}; with n_features = {n_features} it must lie "
                f"between 1 and {n_features}"
            )
        if self.latent_noise < 0:
            raise ValueError(f"latent_noise is {self.latent_noise}; it must not be negative")
        shape = self.image_shape
        if shape is not None and (len(shape) not in (2, 3) or np.prod(shape) != n_features):
            raise ValueError(
                f"image_shape is {shape}, but X has {n_features} columns; give (h, w) or (c, h, w) "
                "whose product is that"
            )
        if self.width < 1 or (shape is None and self.width != 1):
            raise ValueError(
                f"width is {self.width}; it must be at least 1, and without image_shape= it must "
                "be 1"
            )

    def _model(self, n_features: int) -> nn.Module:
        from torch import nn

        from infometer.bottleneck.autoencoders import convolutional_autoencoder, dense_autoencoder

        if self.image_shape is None:
            return dense_autoencoder(n_features, self.n_components, self.latent_noise)
        channels, h, w = (1, *self.image_shape)[-3:]
        model = convolutional_autoencoder(
            (channels, h, w), self.n_components, self.latent_noise, self.width
        )
        model.encoder = nn.Sequential(nn.Unflatten(1, (channels, h, w)), model.encoder)
        model.decoder = nn.Sequential(model.decoder, nn.Flatten())
        return model

    def _apply(self, part: Any, rows: np.ndarray) -> np.ndarray:
        import torch

        from infometer.estimators.placement import as_model_tensor, model_device

        tensor, device = as_model_tensor(self.model_, rows), model_device(self.model_)
        with torch.no_grad():
            done = [part(batch.to(device)).cpu() for batch in tensor.split(BATCH)]
        return torch.cat(done).numpy().astype(np.float64)
