"""Usable information: what a predictive family V can read off X about Y, in all and item by item.

`v_entropy` and `v_information` take log-probabilities of models that you trained. A model is only
ever asked about items that it has not seen. Papers: Xu et al., ICLR 2020 (V-information);
Ethayarajh et al., ICML 2022 (pointwise); Hewitt et al., EMNLP 2021 (conditional).
"""

from infometer.estimators.predictive.conditional import (
    conditional_v_information,
    v_information_chain,
)
from infometer.estimators.predictive.fixed_variance import fixed_variance_information
from infometer.estimators.predictive.log_score_information import (
    VInformation,
    v_entropy,
    v_information,
)
from infometer.estimators.predictive.pac_bound import (
    LinearSoftmaxComplexity,
    linear_softmax_complexity,
    v_information_bound,
)
from infometer.estimators.predictive.pointwise import pointwise_v_information
from infometer.estimators.predictive.prequential import prequential_codelength
from infometer.estimators.predictive.prequential_code import PrequentialCode
from infometer.estimators.predictive.probabilities import (
    LabelLogProbabilities,
    label_log_probabilities,
    read_probabilities,
)
from infometer.estimators.predictive.probability_scores import probability_information
from infometer.estimators.predictive.probe_families import probe_family
from infometer.estimators.predictive.probe_selectivity import Selectivity, selectivity
from infometer.estimators.predictive.trajectory import EpochTrajectory, epoch_trajectory

__all__ = [
    "EpochTrajectory",
    "LabelLogProbabilities",
    "LinearSoftmaxComplexity",
    "PrequentialCode",
    "Selectivity",
    "VInformation",
    "conditional_v_information",
    "epoch_trajectory",
    "fixed_variance_information",
    "label_log_probabilities",
    "linear_softmax_complexity",
    "pointwise_v_information",
    "prequential_codelength",
    "probability_information",
    "probe_family",
    "read_probabilities",
    "selectivity",
    "v_entropy",
    "v_information",
    "v_information_bound",
    "v_information_chain",
]
