"""Sources: laws that can be sampled and whose mutual information is known in closed form.

They are what an estimator is measured against: each is a frozen value with ``sample(n,
random_state)``, which gives ``x`` of shape (n, dx) and ``y`` of shape (n, dy) (labels: (n,)), and
``mutual_information`` in nats. `ImagePairs` carries a known information into images through
maps that are injective, so that it holds for the pixels exactly as it does for the latents, and
`Transformed` through any such maps. `beyond_normal_tasks` gives the forty tasks of a suite;
`DataRows` puts rows of data, whose information nobody knows, in the place of a law.
"""

from infometer.sources.additive_noise import UniformAdditiveNoise
from infometer.sources.beyond_normal import beyond_normal_tasks
from infometer.sources.bimodal import bimodal_x, bimodal_y, normal_to_mixture
from infometer.sources.data_rows import DataRows
from infometer.sources.diffeomorphisms import asinh, half_cube, normal_cdf, wiggly_x, wiggly_y
from infometer.sources.gamma_exponential import GammaExponential
from infometer.sources.gaussian import CorrelatedGaussian, EquicorrelatedGaussian
from infometer.sources.image_pairs import ImagePairs
from infometer.sources.images import anti_pca, gaussian_blobs, general_blobs, rectangles, rings
from infometer.sources.labels import SymmetricLabelNoise, UniformBins
from infometer.sources.mixtures import GaussianMixture
from infometer.sources.rotations import spiral_x, spiral_y, swiss_roll
from infometer.sources.sparse_gaussian import SparseGaussian
from infometer.sources.student import StudentT
from infometer.sources.task import Task
from infometer.sources.transformed import Transformed

__all__ = [
    "CorrelatedGaussian",
    "DataRows",
    "EquicorrelatedGaussian",
    "GammaExponential",
    "GaussianMixture",
    "ImagePairs",
    "SparseGaussian",
    "StudentT",
    "SymmetricLabelNoise",
    "Task",
    "Transformed",
    "UniformAdditiveNoise",
    "UniformBins",
    "anti_pca",
    "asinh",
    "beyond_normal_tasks",
    "bimodal_x",
    "bimodal_y",
    "gaussian_blobs",
    "general_blobs",
    "half_cube",
    "normal_cdf",
    "normal_to_mixture",
    "rectangles",
    "rings",
    "spiral_x",
    "spiral_y",
    "swiss_roll",
    "wiggly_x",
    "wiggly_y",
]
