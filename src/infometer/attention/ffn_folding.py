"""Merging the two matrices of a feed-forward sub-block without activation into one."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from infometer.attention.feed_forward import FusedFeedForward, two_matrices

__all__ = ["fold_linear_ffn"]


def fold_linear_ffn(model: nn.Module) -> nn.Module:
    r"""Replace every feed-forward sub-block without activation by the one matrix that it is.

    .. math:: (x W_{in} + b_{in}) W_{out} + b_{out} = x\, W_{in} W_{out} + b_{in} W_{out} + b_{out}

    With :math:`W_{in}` of shape (d, 4d) an eighth of the multiplications is left. The product is
    taken in float64.

    Parameters
    ----------
    model : torch.nn.Module
        GPT-2 or GPT-NeoX of Transformers, or of `build_gpt2` or `build_pythia`. Changed in place;
        only the latter two can be loaded again by ``from_pretrained``, by their own class.

    Returns
    -------
    torch.nn.Module
        The same model.

    Raises
    ------
    ValueError
        A sub-block has a non-linear activation, or there is none of two matrices. The model is
        then as it was.

    References
    ----------
    N. K. Jha and B. Reagen, *AERO: Softmax-Only LLMs for Efficient Private Inference*, 2024.

    Examples
    --------
    >>> from infometer.attention import build_gpt2
    >>> sizes = dict(n_layer=1, n_head=2, n_embd=8, vocab_size=11, n_positions=16)
    >>> model, x = build_gpt2("SM", **sizes).eval(), torch.tensor([[1, 2, 3]])
    >>> before, n = model(x).logits, model.num_parameters()
    >>> after = fold_linear_ffn(model)(x).logits
    >>> torch.allclose(before, after, atol=1e-5), n - model.num_parameters()
    (True, 448)
    """
    found = {name: module for name, module in model.named_modules() if two_matrices(module)}
    if not found:
        raise ValueError(
            "model has no feed-forward sub-block of two matrices that can be folded; expected one "
            "of GPT-2 or GPT-NeoX, not yet fused"
        )
    folded = {name: _fold(name, module) for name, module in found.items()}
    for name, module in folded.items():
        parent, _, own = name.rpartition(".")
        setattr(model.get_submodule(parent), own, module)
    config: Any = getattr(model, "config", None)
    if getattr(config, "infometer_variant", None) is not None:
        config.infometer_variant = {**config.infometer_variant, "fused_ffn": True}
    return model


def _fold(name: str, module: nn.Module) -> FusedFeedForward:
    parts = two_matrices(module)
    assert parts is not None
    first, activation, second = parts
    if not (isinstance(activation, nn.Identity) or type(activation).__name__ == "LinearActivation"):
        raise ValueError(
            f"{name} has the activation {type(activation).__name__}; two matrices with a "
            "non-linearity between them are not one. Fold models without it, such as the variant "
            "'SM'"
        )
    w_in, b_in = _matrix(first)
    w_out, b_out = _matrix(second)
    dropout: Any = getattr(module, "dropout", None)
    rate = dropout.p if isinstance(dropout, nn.Dropout) else 0.0
    fused = FusedFeedForward(len(w_in), bias=b_in is not None or b_out is not None, dropout=rate)
    fused.to(device=w_in.device, dtype=w_in.dtype)
    with torch.no_grad():
        fused.fused.weight.copy_((w_in.double() @ w_out.double()).T)
        if fused.fused.bias is not None:
            bias = torch.zeros(len(w_in), dtype=torch.float64, device=w_in.device)
            bias += 0.0 if b_in is None else b_in.double() @ w_out.double()
            fused.fused.bias.copy_(bias if b_out is None else bias + b_out)
    return fused.train(module.training)


def _matrix(layer: Any) -> tuple[Tensor, Tensor | None]:
    """The matrix by which rows are multiplied from the right, and the bias."""
    weight = layer.weight.detach()
    bias = None if layer.bias is None else layer.bias.detach()
    return (weight.T if isinstance(layer, nn.Linear) else weight), bias
