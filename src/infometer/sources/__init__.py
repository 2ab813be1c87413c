"""Sources: laws that can be sampled and whose mutual information is known in closed form.

They are what an estimator is measured against: each is a frozen value with ``sample(n,
random_state)``, which gives ``x`` of shape (n, dx) and ``y`` of shape (n, dy) (labels: (n,)), and
``mutual_information`` in nats. `ImagePairs` carries a known information into images through
maps that are injective, so that it holds for the pixels exactly as it does for the latents.
"""

from infometer.sources.additive_noise import UniformAdditiveNoise
from infometer.sources.gamma_exponential import GammaExponential
from infometer.sources.gaussian import CorrelatedGaussian, EquicorrelatedGaussian
from infometer.sources.image_pairs import ImagePairs
from infometer.sources.images import anti_pca, gaussian_blobs, general_blobs, rectangles, rings
from infometer.sources.labels import SymmetricLabelNoise, UniformBins
from infometer.sources.mixtures import GaussianMixture
from infometer.sources.student import StudentT

__all__ = [
    "CorrelatedGaussian",
    "EquicorrelatedGaussian",
    "GammaExponential",
    "GaussianMixture",
    "ImagePairs",
    "StudentT",
    "SymmetricLabelNoise",
    "UniformAdditiveNoise",
    "UniformBins",
    "anti_pca",
    "gaussian_blobs",
    "general_blobs",
    "rectangles",
    "rings",
]
