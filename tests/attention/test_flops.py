from decimal import ROUND_HALF_UP, Decimal

import pytest

from infometer.attention import (
    TransformerShape,
    attention_flops,
    ffn_flops,
    measured_costs,
    published_costs,
)

TABLE = published_costs()
MEASURED = measured_costs(TABLE)


def printed(flops, *digits):
    """Round half up to each number of decimals in turn, in units of 10^9."""
    shown = Decimal(flops) / 10**9
    for digit in digits:
        shown = shown.quantize(Decimal(1).scaleb(-digit), ROUND_HALF_UP)
    return float(shown)


@pytest.mark.parametrize("i", range(len(MEASURED)))
def test_every_published_cell_comes_out_to_its_printed_digit(i):
    shape, seq_len, row = MEASURED[i].shape, MEASURED[i].seq_len, TABLE.iloc[i]
    # The papers round 7.2478 to 7.25 and that to 7.3.
    assert printed(ffn_flops(shape, seq_len), 2, 1) == row["ffn_gflops"]
    assert printed(attention_flops(shape, seq_len), 2, 1) == row["attention_gflops"]


@pytest.mark.parametrize(
    ("n_layers", "seq_len", "expected"),
    [
        (12, 128, (14.50, 1.81, 7.70, 3.93)),
        (12, 256, (28.99, 3.62, 16.31, 8.46)),
        (18, 128, (21.74, 2.72, 11.55, 5.89)),
        (12, 512, (57.98, 7.25, 36.24, 19.33)),
    ],
)
def test_two_decimals_of_full_fused_and_value_free_blocks(n_layers, seq_len, expected):
    full = TransformerShape(n_layers, 768, 12, 12, 64, 3072, 50000)
    value_free = TransformerShape(n_layers, 768, 12, 12, 64, 3072, 50000, has_values=False)
    found = (
        ffn_flops(full, seq_len),
        ffn_flops(full.with_variant("SM+ScFuFFN"), seq_len),
        attention_flops(full, seq_len),
        attention_flops(value_free, seq_len),
    )
    assert tuple(printed(flops, 2) for flops in found) == expected


def multiply_adds(*products):
    """Twice the multiplications of matrices (m, k) and (k, n)."""
    return sum(2 * m * k * n for (m, k), (_, n) in products)


def test_grouped_gated_layers_by_their_matrices():
    """One bidirectional layer, every matrix product written out."""
    seq_len, d, heads, groups, width, inner = 5, 12, 3, 1, 4, 20
    shape = TransformerShape(
        1, d, heads, groups, width, inner, 7, activation="silu", gated=True, causal=False
    )
    query, key = heads * width, groups * width
    attention = multiply_adds(
        ((seq_len, d), (d, query)), ((seq_len, d), (d, key)), ((seq_len, d), (d, key)),
        *[((seq_len, width), (width, seq_len)), ((seq_len, seq_len), (seq_len, width))] * heads,
        ((seq_len, query), (query, d)),
    )  # fmt: skip
    ffn = multiply_adds(*[((seq_len, d), (d, inner))] * 2, ((seq_len, inner), (inner, d)))
    assert attention_flops(shape, seq_len) == attention
    assert ffn_flops(shape, seq_len) == ffn
