"""What a reader of an estimated cost must know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from infometer.attention.private_operations import private_operations, unit_counts
from infometer.attention.transformer_shape import TransformerShape
from infometer.attention.unit_costs import CostProtocol, UnidentifiedPair
from infometer.contracts import Finding

__all__ = ["bytes_range", "cost_caveats"]

NAMES = {
    "softmax": "softmax",
    "gelu_excess": "GELU",
    "relu": "ReLU",
    "layer_norm": "LayerNorm",
    "ffn_io": "FFN projections",
    "attention_io": "attention projections",
    "vocabulary": "vocabulary",
    "embedding": "embedding",
}
REMEDY = "Measure such a model under the protocol and give its costs to PrivateInferenceCost.fit."
VARIANTS_COST_PERPLEXITY = Finding(
    "info",
    "variants",
    "Blocks that send less make a worse language model: train one before you choose it.",
    "GPT-2 small on code, as published: perplexity 2.69 as SM+LN+G, 2.76 as SM+LN+R, 3.48 as "
    "SM+ScFuFFN, 3.21 as the same with temperatures and entropy regularisation, which cost next to "
    "nothing at inference.",
)


def cost_caveats(
    shape: TransformerShape, seq_len: int, protocol: CostProtocol, *, lost_gate: bool = False
) -> tuple[Finding, ...]:
    """Say what stands in for what, what is assumed, and what lies outside the measurements.

    Parameters
    ----------
    shape : TransformerShape
    seq_len : int
    protocol : CostProtocol
    lost_gate : bool
        A variant took the gate of the FFN away.

    Returns
    -------
    tuple of Finding

    Examples
    --------
    >>> from infometer.attention.unit_costs import cost_protocol
    >>> small = TransformerShape(12, 768, 12, 12, 64, 3072, 50000)
    >>> [one.where for one in cost_caveats(small, 128, cost_protocol("bumblebee-2pc"))]
    ['forward pass', 'variants', 'minutes', 'ReLU and LayerNorm']
    """
    return (
        Finding(
            "info",
            "forward pass",
            f"The cost is that of one forward pass over {seq_len} tokens of one sequence.",
            "Each token that is generated takes one pass more, over one token where the protocol "
            "keeps keys and values.",
        ),
        VARIANTS_COST_PERPLEXITY,
        *_latency(protocol),
        *_splits(shape, seq_len, protocol),
        *_stand_ins(shape, seq_len),
        *_kinds(shape, seq_len, lost_gate),
        *_outside(shape, seq_len, protocol),
    )


def bytes_range(
    shape: TransformerShape, seq_len: int, protocol: CostProtocol
) -> tuple[float, float]:
    """Smallest and largest bytes of a model, as unidentified unit costs may be split.

    Examples
    --------
    >>> from infometer.attention.unit_costs import cost_protocol
    >>> relu = TransformerShape(12, 768, 12, 12, 64, 3072, 50000).with_variant("SM+R")
    >>> low, high = bytes_range(relu, 128, cost_protocol("bumblebee-2pc"))
    >>> round(low / 1e9, 1), round(high / 1e9, 1)
    (7.0, 9.5)
    """
    counts = unit_counts(shape, seq_len)
    low = high = sum(count * protocol.unit_bytes.get(unit, 0.0) for unit, count in counts.items())
    for pair in protocol.unidentified:
        ends = _split_ends(counts, protocol, pair)
        now = sum(counts[unit] * protocol.unit_bytes[unit] for unit in (pair.first, pair.second))
        low, high = low + min(ends) - now, high + max(ends) - now
    return low, high


def _split_ends(
    counts: Mapping[str, int], protocol: CostProtocol, pair: UnidentifiedPair
) -> tuple[float, float]:
    """Bytes of both operations, if all that is known of them is the first's, or the second's."""
    known = pair.ratio * protocol.unit_bytes[pair.first] + protocol.unit_bytes[pair.second]
    return counts[pair.first] * known / pair.ratio, counts[pair.second] * known


def _latency(protocol: CostProtocol) -> Iterator[Finding]:
    if protocol.unit_seconds:
        worst = protocol.errors.get("left_out_seconds")
        told = (
            ""
            if worst is None
            else f" Totals left out of the fit are missed by up to {100 * worst:.0f} %."
        )
        yield Finding(
            "info",
            "minutes",
            "Minutes are those of the measured machines and network, to two figures at most.",
            protocol.network + told,
            "For another network, measure on it; bytes do not depend on it.",
        )


def _splits(shape: TransformerShape, seq_len: int, protocol: CostProtocol) -> Iterator[Finding]:
    counts, total = unit_counts(shape, seq_len), bytes_range(shape, seq_len, protocol)[1]
    for pair in protocol.unidentified:
        low, high = sorted(_split_ends(counts, protocol, pair))
        if high == 0.0:
            continue
        names = NAMES[pair.first], NAMES[pair.second]
        what = f"How {pair.ratio:g} · {names[0]} + {names[1]} is shared is assumed, not measured."
        evidence = "The measured models have both or neither: their split is not identifiable."
        if high - low > 0.01 * total:
            what += f" Together they may take {low / 1e9:.2f} to {high / 1e9:.2f} GB of this model."
            yield Finding("warning", " and ".join(names), what, evidence, REMEDY)
        else:
            what += " This model has them in the measured proportion: the sum is known."
            yield Finding("info", " and ".join(names), what, evidence)


def _stand_ins(shape: TransformerShape, seq_len: int) -> Iterator[Finding]:
    for operation in private_operations(shape, seq_len):
        if operation.stand_in:
            yield Finding(
                "warning",
                operation.name,
                f"No unit cost of {operation.name} was measured; in its place stands "
                f"{operation.stand_in}.",
                remedy=REMEDY,
            )


def _kinds(shape: TransformerShape, seq_len: int, lost_gate: bool) -> Iterator[Finding]:
    if shape.n_key_heads < shape.n_heads:
        yield Finding(
            "warning",
            "grouped queries",
            f"{shape.n_heads} heads share {shape.n_key_heads} key heads; only models with a key "
            "head a head were measured.",
            "Projections to keys and values are counted at their width, softmax at all heads.",
        )
    if shape.n_experts > 1:
        yield Finding(
            "warning",
            "experts",
            f"All {shape.n_experts} experts of a layer are counted on every token: a protocol that "
            "runs only the chosen ones shows which those are.",
            "No model with experts was measured.",
        )
    if shape.sliding_window is not None and shape.sliding_window < seq_len:
        yield Finding(
            "warning",
            "sliding window",
            f"Attention is counted over all {seq_len} keys, though a query sees "
            f"{shape.sliding_window}: the measured protocol computes the whole matrix.",
            "A protocol that leaves out what the window hides costs less.",
        )
    if not shape.causal:
        yield Finding(
            "info",
            "bidirectional attention",
            "Only causal models were measured; their protocol computes the whole attention matrix, "
            "so that bytes are taken to be the same.",
        )
    if lost_gate:
        yield Finding(
            "info",
            "gate",
            "The variant's FFN has no gate: a product of two projections would not be linear.",
        )


def _outside(shape: TransformerShape, seq_len: int, protocol: CostProtocol) -> Iterator[Finding]:
    sizes = {**shape.to_dict(), "seq_len": seq_len}
    outside = []
    for name, (low, high) in protocol.ranges.items():
        if not low * 0.98 <= sizes[name] <= high * 1.02:
            measured = f"{low:g} to {high:g}" if low < high else f"{low:g}"
            outside.append(f"{name} = {sizes[name]}, measured {measured}")
    if outside:
        yield Finding(
            "warning",
            "extrapolation",
            "The model lies outside what was measured; counts are exact, unit costs may change.",
            "; ".join(outside) + ".",
            REMEDY,
        )
