"""Pythia (GPT-NeoX) in every variant of entropy-guided attention, as a model of Transformers."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS
from transformers.models.gpt_neox.modeling_gpt_neox import (
    GPTNeoXAttention,
    GPTNeoXLayer,
    apply_rotary_pos_emb,
    eager_attention_forward,
)

from infometer.attention.feed_forward import FusedFeedForward
from infometer.attention.scaled_residual import ScaledResidual
from infometer.attention.temperature import SoftmaxTemperature
from infometer.attention.variant_config import PYTHIA_ACTIVATIONS, check_variant, variant_of
from infometer.attention.variants import Variant

__all__ = ["VariantPythia", "build_pythia"]


class VariantPythiaAttention(GPTNeoXAttention):
    """GPT-NeoX's attention at a learnable temperature."""

    def __init__(self, config: GPTNeoXConfig, layer_idx: int) -> None:
        super().__init__(config, layer_idx)
        self.temperature = SoftmaxTemperature(
            config.num_attention_heads,
            config.max_position_embeddings,
            variant_of(config).temperature_init,
        )

    def forward(
        self,
        hidden_states: Tensor,
        attention_mask: Tensor | None,
        layer_past: Any = None,
        position_embeddings: tuple[Tensor, Tensor] | None = None,
        position_ids: Tensor | None = None,
        **kwargs: Any,
    ) -> tuple[Tensor, Tensor | None]:
        """Give what `GPTNeoXAttention` gives."""
        assert position_embeddings is not None
        heads = (*hidden_states.shape[:-1], -1, 3 * self.head_size)
        mixed = self.query_key_value(hidden_states).view(heads).transpose(1, 2)
        query, key, value = mixed.chunk(3, dim=-1)
        query, key = apply_rotary_pos_emb(query, key, *position_embeddings)
        query = self.temperature(query, position_ids)
        if layer_past is not None:
            key, value = layer_past.update(key, value, self.layer_idx)
        kernel = ALL_ATTENTION_FUNCTIONS.get_interface(
            self.config._attn_implementation, eager_attention_forward
        )
        output, weights = kernel(
            self, query, key, value, attention_mask, scaling=self.scaling,
            dropout=self.attention_dropout if self.training else 0.0, **kwargs,
        )  # fmt: skip
        output = output.reshape(*hidden_states.shape[:-1], -1).contiguous()
        return self.dense(output), weights


class VariantPythiaLayer(GPTNeoXLayer):
    """A layer whose LayerNorms, feed-forward sub-block and last residual are the variant's."""

    def __init__(self, config: GPTNeoXConfig, layer_idx: int) -> None:
        super().__init__(config, layer_idx)
        variant = variant_of(config)
        if variant.temperature:
            self.attention = VariantPythiaAttention(config, layer_idx)
        if not variant.layer_norm:
            self.input_layernorm = self.post_attention_layernorm = nn.Identity()
        if not variant.has_ffn(layer_idx, config.num_hidden_layers):
            self.post_attention_layernorm, self.mlp = nn.Identity(), None
        elif variant.fused_ffn:
            self.mlp = FusedFeedForward(config.hidden_size, bias=True)
        scaled = variant.scaled_ffn and self.mlp is not None
        self.residual = ScaledResidual() if scaled else None

    def forward(
        self,
        hidden_states: Tensor,
        attention_mask: Tensor | None = None,
        layer_past: Any = None,
        **kwargs: Any,
    ) -> Tensor:
        """Give what `GPTNeoXLayer` gives."""
        output, _ = self.attention(
            self.input_layernorm(hidden_states),
            attention_mask=attention_mask,
            layer_past=layer_past,
            **kwargs,
        )
        attended = self.post_attention_dropout(output) + hidden_states
        if self.mlp is None:
            return attended
        read = hidden_states if self.use_parallel_residual else attended
        branch = self.post_mlp_dropout(self.mlp(self.post_attention_layernorm(read)))
        return attended + branch if self.residual is None else self.residual(attended, branch)


class VariantPythia(GPTNeoXForCausalLM):
    """A Pythia language model in the variant that its config names: `build_pythia` makes it.

    ``save_pretrained`` and ``from_pretrained`` work as in every model of Transformers; the variant
    stands in the config.

    Parameters
    ----------
    config : transformers.GPTNeoXConfig
        With ``infometer_variant``, the fields of a `Variant`.

    Raises
    ------
    ValueError
        A config without a variant.
    """

    _no_split_modules = ("VariantPythiaLayer",)  # of one device, where a model spans several

    def __init__(self, config: GPTNeoXConfig) -> None:
        check_variant(config)
        super().__init__(config)
        self.loss_type = "ForCausalLM"  # Transformers takes it from the name of the class
        layers = [VariantPythiaLayer(config, i) for i in range(config.num_hidden_layers)]
        self.gpt_neox.layers = nn.ModuleList(layers)
        if not variant_of(config).final_layer_norm:
            self.gpt_neox.final_layer_norm = nn.Identity()
        self.post_init()


def build_pythia(variant: str | Variant = "SM+LN+G", **config: Any) -> VariantPythia:
    """A Pythia (GPT-NeoX) of fresh weights in one of the papers' variants.

    Biases stay where GPT-NeoX has them. Its FFN reads what attention reads, unless
    ``use_parallel_residual=False``; the scales of `ScaledResidual` then weigh the sum of stream
    and attention against it.

    Parameters
    ----------
    variant : str or Variant
        A name of `VARIANT_NAMES`, or `Variant.named` with changes; the papers report the first
        five. For ``EReg(...)`` the model is that within the brackets.
    **config
        Of `transformers.GPTNeoXConfig`; the variant decides ``hidden_act``.

    Returns
    -------
    VariantPythia

    Raises
    ------
    ValueError
        An unknown variant, or one that the config contradicts.

    References
    ----------
    N. K. Jha and B. Reagen, *Entropy-Guided Attention for Private LLMs*, 2025, sec. 3 and 5.

    Examples
    --------
    >>> sizes = dict(num_hidden_layers=2, num_attention_heads=2, hidden_size=8, vocab_size=11,
    ...              intermediate_size=32, max_position_embeddings=16)
    >>> full, light = build_pythia("SM+LN+G", **sizes), build_pythia("SM+ScFuFFN_i1", **sizes)
    >>> full.num_parameters(), light.num_parameters()
    (1936, 842)
    """
    chosen = Variant.of(variant)
    if "hidden_act" in config:
        raise ValueError(
            f"hidden_act is {config['hidden_act']!r}; the variant {chosen.name} decides it: give "
            "another variant"
        )
    return VariantPythia(
        GPTNeoXConfig(
            hidden_act=PYTHIA_ACTIVATIONS[chosen.activation],
            infometer_variant=chosen.to_dict(),
            **config,
        )
    )
