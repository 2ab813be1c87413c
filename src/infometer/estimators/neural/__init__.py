"""Neural estimators of I(X;Y): a critic is trained on some rows, and measured on others.

`InfoNCE`, `DonskerVaradhan` (MINE), `NWJ`, `JensenShannon` and `Nishiyama` are lower bounds,
`CLUB` an upper one, `SMILE` none; `LatentInformation` compresses first and asks the neighbours.
Any ``torch.nn.Module`` that scores pairs can be the critic; `variational_bounds` has the bare
formulas. `ModuleClassifier` and `TextTransformerClassifier` are classifiers for V-information. All
train with `infometer.estimators.fitting.fit_module`, on the CPU or a GPU.
"""

from infometer.extras import require

require("torch", "torch")

from infometer.estimators.neural.club import CLUB, GaussianConditional
from infometer.estimators.neural.critic_information import CriticInformation
from infometer.estimators.neural.critics import (
    ConcatenatedCritic,
    SeparableCritic,
    concatenated_critic,
    convolutional_critic,
    convolutional_tower,
    pairwise_scores,
    separable_critic,
)
from infometer.estimators.neural.donsker_varadhan import DonskerVaradhan
from infometer.estimators.neural.infonce import InfoNCE
from infometer.estimators.neural.jensen_shannon import JensenShannon
from infometer.estimators.neural.latent_information import LatentInformation
from infometer.estimators.neural.module_classifier import ModuleClassifier
from infometer.estimators.neural.nishiyama import Nishiyama
from infometer.estimators.neural.nwj import NWJ
from infometer.estimators.neural.smile import SMILE
from infometer.estimators.neural.text_transformer import TextTransformer
from infometer.estimators.neural.text_transformer_classifier import TextTransformerClassifier
from infometer.estimators.neural.variational_bounds import (
    donsker_varadhan_bound,
    infonce_bound,
    jensen_shannon_objective,
    nishiyama_scores_bound,
    nwj_bound,
    smile_estimate,
)

__all__ = [
    "CLUB",
    "NWJ",
    "SMILE",
    "ConcatenatedCritic",
    "CriticInformation",
    "DonskerVaradhan",
    "GaussianConditional",
    "InfoNCE",
    "JensenShannon",
    "LatentInformation",
    "ModuleClassifier",
    "Nishiyama",
    "SeparableCritic",
    "TextTransformer",
    "TextTransformerClassifier",
    "concatenated_critic",
    "convolutional_critic",
    "convolutional_tower",
    "donsker_varadhan_bound",
    "infonce_bound",
    "jensen_shannon_objective",
    "nishiyama_scores_bound",
    "nwj_bound",
    "pairwise_scores",
    "separable_critic",
    "smile_estimate",
]
