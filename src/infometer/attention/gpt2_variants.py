"""GPT-2 in every variant of entropy-guided attention, as a model of Transformers."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor, nn
from transformers import GPT2Config, GPT2LMHeadModel
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS
from transformers.models.gpt2.modeling_gpt2 import (
    GPT2MLP,
    GPT2Attention,
    GPT2Block,
    eager_attention_forward,
)

from infometer.attention.feed_forward import FusedFeedForward
from infometer.attention.scaled_residual import ScaledResidual
from infometer.attention.temperature import SoftmaxTemperature
from infometer.attention.variant_config import GPT2_ACTIVATIONS, check_variant, variant_of
from infometer.attention.variants import Variant

__all__ = ["VariantGPT2", "build_gpt2"]


class VariantGPT2Attention(GPT2Attention):
    """Self-attention with a bias on queries and keys only, and a temperature where there is one."""

    def __init__(self, config: GPT2Config, layer_idx: int) -> None:
        super().__init__(config, layer_idx=layer_idx)
        width, variant = config.n_embd, variant_of(config)
        del self.c_attn
        self.qk = nn.Linear(width, 2 * width)
        self.v = nn.Linear(width, width, bias=False)
        self.c_proj = nn.Linear(width, width, bias=False)
        self.temperature = None
        if variant.temperature:
            self.temperature = SoftmaxTemperature(
                config.n_head, config.n_positions, variant.temperature_init
            )

    def forward(
        self,
        hidden_states: Tensor,
        past_key_values: Any = None,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        **kwargs: Any,
    ) -> tuple[Tensor, Tensor | None]:
        """Give what `GPT2Attention` gives."""
        heads = (*hidden_states.shape[:-1], -1, self.head_dim)
        q, k = self.qk(hidden_states).split(self.embed_dim, dim=2)
        query, key, value = (
            each.view(heads).transpose(1, 2) for each in (q, k, self.v(hidden_states))
        )
        if self.temperature is not None:
            query = self.temperature(query, position_ids)
        if past_key_values is not None:
            key, value = past_key_values.update(key, value, self.layer_idx)
        kernel = ALL_ATTENTION_FUNCTIONS.get_interface(
            self.config._attn_implementation, eager_attention_forward
        )
        output, weights = kernel(
            self, query, key, value, attention_mask, scaling=self.scaling,
            dropout=self.attn_dropout.p if self.training else 0.0, **kwargs,
        )  # fmt: skip
        output = output.reshape(*output.shape[:-2], -1).contiguous()
        return self.resid_dropout(self.c_proj(output)), weights


class VariantGPT2MLP(GPT2MLP):
    """The feed-forward sub-block of GPT-2 without biases."""

    def __init__(self, inner: int, config: GPT2Config) -> None:
        super().__init__(inner, config)
        self.c_fc = nn.Linear(config.n_embd, inner, bias=False)
        self.c_proj = nn.Linear(inner, config.n_embd, bias=False)


class VariantGPT2Block(GPT2Block):
    """A block whose LayerNorms, feed-forward sub-block and second residual are the variant's."""

    def __init__(self, config: GPT2Config, layer_idx: int) -> None:
        super().__init__(config, layer_idx)
        variant = variant_of(config)
        self.attn = VariantGPT2Attention(config, layer_idx)
        if not variant.layer_norm:
            self.ln_1, self.ln_2 = nn.Identity(), nn.Identity()
        if not variant.has_ffn(layer_idx, config.n_layer):
            self.ln_2, self.mlp = nn.Identity(), None
        elif variant.fused_ffn:
            self.mlp = FusedFeedForward(config.n_embd, dropout=config.resid_pdrop)
        else:
            self.mlp = VariantGPT2MLP(config.n_inner or 4 * config.n_embd, config)
        scaled = variant.scaled_ffn and self.mlp is not None
        self.residual = ScaledResidual() if scaled else None

    def forward(
        self,
        hidden_states: Tensor,
        past_key_values: Any = None,
        attention_mask: Tensor | None = None,
        encoder_hidden_states: Tensor | None = None,
        encoder_attention_mask: Tensor | None = None,
        **kwargs: Any,
    ) -> Tensor:
        """Give what `GPT2Block` gives."""
        attended, _ = self.attn(
            self.ln_1(hidden_states),
            past_key_values=past_key_values,
            attention_mask=attention_mask,
            **kwargs,
        )
        attended = attended + hidden_states
        if self.mlp is None:
            return attended
        branch = self.mlp(self.ln_2(attended))
        return attended + branch if self.residual is None else self.residual(attended, branch)


class VariantGPT2(GPT2LMHeadModel):
    """A GPT-2 language model in the variant that its config names: `build_gpt2` makes it.

    ``save_pretrained`` and ``from_pretrained`` work as in every model of Transformers; the variant
    stands in the config.

    Parameters
    ----------
    config : transformers.GPT2Config
        With ``infometer_variant``, the fields of a `Variant`.

    Raises
    ------
    ValueError
        A config without a variant, or with cross-attention, which no variant has.
    """

    _no_split_modules = ("VariantGPT2Block",)  # of one device, where a model spans several

    def __init__(self, config: GPT2Config) -> None:
        check_variant(config)
        if config.add_cross_attention:
            raise ValueError("add_cross_attention is True; the variants are decoders without it")
        super().__init__(config)
        self.loss_type = "ForCausalLM"  # Transformers takes it from the name of the class
        blocks = [VariantGPT2Block(config, layer_idx=i) for i in range(config.n_layer)]
        self.transformer.h = nn.ModuleList(blocks)
        if not variant_of(config).final_layer_norm:
            self.transformer.ln_f = nn.Identity()
        self.post_init()
        self._scale_residual_projections()

    def _scale_residual_projections(self) -> None:
        """GPT-2's smaller start of what is added to the stream, which `post_init` leaves out.

        It passes over classes from outside Transformers that hold no parameters themselves.
        """
        std = self.config.initializer_range / math.sqrt(2 * self.config.n_layer)
        for block in self.transformer.h:
            for part in (block.attn, block.mlp):
                if hasattr(part, "c_proj"):
                    nn.init.normal_(part.c_proj.weight, std=std)


def build_gpt2(variant: str | Variant = "SM+LN+G", **config: Any) -> VariantGPT2:
    """A GPT-2 of fresh weights in one of the papers' variants.

    Queries and keys have a bias, values, output projection and FFN none, as in the papers' runs.

    Parameters
    ----------
    variant : str or Variant
        A name of `VARIANT_NAMES`, or `Variant.named` with changes. For ``EReg(...)`` the model is
        that within the brackets: its `EntropyRegularizer` stands beside it.
    **config
        Of `transformers.GPT2Config`; the variant decides ``activation_function``.

    Returns
    -------
    VariantGPT2

    Raises
    ------
    ValueError
        An unknown variant, or one that the config contradicts.

    References
    ----------
    N. K. Jha and B. Reagen, *Entropy-Guided Attention for Private LLMs*, 2025, sec. 3 and 5.

    Examples
    --------
    >>> sizes = dict(n_layer=2, n_head=2, n_embd=8, vocab_size=11, n_positions=16)
    >>> full, light = build_gpt2("SM+LN+G", **sizes), build_gpt2("SM+ScFuFFN_i1", **sizes)
    >>> full.num_parameters(), light.num_parameters()
    (1864, 842)
    """
    chosen = Variant.of(variant)
    if "activation_function" in config:
        raise ValueError(
            f"activation_function is {config['activation_function']!r}; the variant "
            f"{chosen.name} decides it: give another variant"
        )
    return VariantGPT2(
        GPT2Config(
            activation_function=GPT2_ACTIVATIONS[chosen.activation],
            infometer_variant=chosen.to_dict(),
            **config,
        )
    )
