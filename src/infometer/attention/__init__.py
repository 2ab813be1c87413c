"""Attention entropy: see heads collapse or overload, act, and cost the private model.

How spread every head's attention is, against the most that its mask allows; what to do where it is
too much or too little; what a model would cost under encrypted inference. Names load when they
are first used: costs need no torch.
"""

from typing import Any

from infometer.extras import lazy_name

_HOME: dict[str, str] = {
    "AttentionEntropyProbe": "probe",
    "AttentionRows": "attention_rows",
    "CostProtocol": "unit_costs",
    "CostReport": "cost_report",
    "EntropyBands": "bands",
    "EntropyCourse": "entropy_course",
    "EntropyRegularizer": "regularizer",
    "HeadEntropy": "entropy_metric",
    "HeadEntropyTable": "head_entropy_table",
    "HeadStates": "diagnosis",
    "MeasuredCost": "cost_measurements",
    "OperationCost": "operation_costs",
    "PrivateInferenceCost": "private_cost",
    "RegularizedLoss": "training_loss",
    "RegularizerOutput": "regularizer",
    "ScaledResidual": "scaled_residual",
    "SoftmaxTemperature": "temperature",
    "TransformerShape": "transformer_shape",
    "Variant": "variants",
    "VariantGPT2": "gpt2_variants",
    "VariantPythia": "pythia_variants",
    "attention_entropy": "entropy",
    "attention_entropy_from_qk": "streaming_entropy",
    "attention_entropy_lower_bound": "reparametrization_bound",
    "attention_flops": "flops",
    "build_gpt2": "gpt2_variants",
    "build_pythia": "pythia_variants",
    "causal_max_entropy": "ceilings",
    "cost_protocol": "unit_costs",
    "diagnose": "diagnosis",
    "entropy_band": "bands",
    "ffn_flops": "flops",
    "fold_linear_ffn": "ffn_folding",
    "head_states": "diagnosis",
    "mask_max_entropy": "ceilings",
    "measured_costs": "cost_measurements",
    "normalize_weights": "weight_normalization",
    "parameter_groups": "weight_decay",
    "published_costs": "cost_measurements",
    "regularized_loss": "training_loss",
    "remove_normalization": "weight_normalization",
    "row_entropies": "training_loss",
    "shape_of_config": "transformer_config",
}
"""The module of this package that each public name stands in."""

_EXTRAS = {"torch": "torch", "torchmetrics": "torch", "transformers": "language"}
"""The extra that brings each package that a module of this one may miss."""

__all__: list[str] = [*_HOME]


def __getattr__(name: str) -> Any:
    return lazy_name(__name__, name, _HOME, _EXTRAS)


def __dir__() -> list[str]:
    return list(__all__)
