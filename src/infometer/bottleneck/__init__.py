"""The information plane of a network: what every layer knows about the input and the target.

`InformationPlane` measures it while you train, `gaussian_mixture_information` is its exact figure,
`GaussianNoise` and `inject_noise` give a network the noise without which there is nothing finite
to measure, the compressors make the paper's codes of a few numbers. Callbacks for Lightning and
Transformers stand in `infometer.bottleneck.lightning` and `infometer.bottleneck.transformers`.
"""

from infometer.extras import require

require("torch", "torch")

from infometer.bottleneck.calibration import calibrate_noise, ratio_of_smallest_noise
from infometer.bottleneck.checkpoint_series import CheckpointSeries
from infometer.bottleneck.classifier import WithNoise, noisy_classifier
from infometer.bottleneck.compression import AutoencoderCompressor, PCACompressor
from infometer.bottleneck.gaussian_mixture import (
    MixtureInformation,
    gaussian_mixture_information,
)
from infometer.bottleneck.information_loss import (
    gaussian_channel_information,
    pca_information_loss_bound,
)
from infometer.bottleneck.information_plane import InformationPlane
from infometer.bottleneck.noise import GaussianNoise, inject_noise, noise_modules
from infometer.bottleneck.phases import Phase, find_phases
from infometer.bottleneck.plane_result import PlaneResult
from infometer.bottleneck.schedule import log_spaced_steps
from infometer.bottleneck.smallest_noise import smallest_noise

__all__ = [
    "AutoencoderCompressor",
    "CheckpointSeries",
    "GaussianNoise",
    "InformationPlane",
    "MixtureInformation",
    "PCACompressor",
    "Phase",
    "PlaneResult",
    "WithNoise",
    "calibrate_noise",
    "find_phases",
    "gaussian_channel_information",
    "gaussian_mixture_information",
    "inject_noise",
    "log_spaced_steps",
    "noise_modules",
    "noisy_classifier",
    "pca_information_loss_bound",
    "ratio_of_smallest_noise",
    "smallest_noise",
]
