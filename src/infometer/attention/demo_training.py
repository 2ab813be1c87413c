"""A small language model trained on the spot, and its head entropies on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from infometer.attention.entropy_course import EntropyCourse
from infometer.attention.gpt2_variants import VariantGPT2, build_gpt2
from infometer.attention.model_measurement import measure_head_entropy
from infometer.attention.text_windows import byte_windows
from infometer.estimators.fitting import fit_module
from infometer.estimators.seeded import seeded
from infometer.resampling import generator

__all__ = ["DemoTraining", "language_loss", "train_demo"]

BYTES = 256
HELD_OUT = 64
"""Windows that entropies are measured on."""
SIZES = {"n_layer": 4, "n_head": 4, "n_embd": 64}
WARM_UP = 0.05


class DemoTraining(NamedTuple):
    """A trained model and how it went.

    Parameters
    ----------
    model : VariantGPT2
    course : EntropyCourse
        On text that was not trained on.
    loss : float
        Of a byte of that text, in nats, at the end.
    seconds : float
    """

    model: VariantGPT2
    course: EntropyCourse
    loss: float
    seconds: float


def language_loss(model: nn.Module, tokens: Tensor) -> Tensor:
    """The mean nats of the next token, of tokens (B, T).

    Examples
    --------
    >>> model = build_gpt2("SM", n_layer=1, n_head=2, n_embd=8, vocab_size=256, n_positions=16)
    >>> loss = language_loss(model, torch.arange(16)[None]).item()
    >>> abs(loss - 5.545) < 0.5  # untrained: log 256
    True
    """
    logits = model(input_ids=tokens[:, :-1], use_cache=False).logits
    return nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())


def train_demo(
    text: str,
    *,
    length: int = 64,
    n_steps: int = 600,
    random_state: int = 0,
    progress: Callable[[int], object] | None = None,
) -> DemoTraining:
    """Train a GPT-2 of four layers of four heads on a text's bytes, and measure as it goes.

    Parameters
    ----------
    text : str
    length : int
        Of a window, in bytes.
    n_steps : int
        Of 16 windows each.
    random_state : int
    progress : callable, optional
        Told after each step how many are done.

    Returns
    -------
    DemoTraining

    Raises
    ------
    ValueError
        If the text has fewer than 128 windows.

    Examples
    --------
    >>> demo = train_demo("tea and milk " * 200, length=16, n_steps=2)
    >>> demo.course.steps, demo.course.last.mean.shape
    ((0, 1, 2), (4, 4))
    """
    windows = byte_windows(text, length)
    if len(windows) < 2 * HELD_OUT:
        raise ValueError(
            f"the text has {len(windows)} windows of {length} bytes; expected at least "
            f"{2 * HELD_OUT} to train on: give a longer text or a smaller length"
        )
    order = torch.from_numpy(generator(random_state, "held-out windows").permutation(len(windows)))
    held_out, training = windows[order[:HELD_OUT]], windows[order[HELD_OUT:]]
    with seeded(random_state, "attention demo"):
        model = build_gpt2(
            "SM+LN+G", vocab_size=BYTES, n_positions=length, bos_token_id=None, eos_token_id=None,
            attn_pdrop=0.0, embd_pdrop=0.0, resid_pdrop=0.0, **SIZES,
        )  # fmt: skip
    course, measured_at = EntropyCourse(), {0, n_steps, *_between(n_steps)}

    def on_step(step: int, loss: float) -> None:
        nonlocal course
        if step in measured_at:
            course = course.then(step, measure_head_entropy(model, held_out, batch_size=16))
        if progress is not None:
            progress(step)

    history = fit_module(
        model,
        language_loss,
        (training,),
        max_steps=n_steps,
        batch_size=16,
        lr=3e-3,
        optimizer=torch.optim.AdamW,
        schedule=_warm_up_and_decay,
        on_step=on_step,
        random_state=random_state,
    )
    with torch.no_grad():
        loss = float(language_loss(model.eval(), held_out))
    return DemoTraining(model, course, loss, history.seconds)


def _between(n_steps: int) -> list[int]:
    """1, 2, 5, 10, … well below the last step."""
    steps = (first * 10**power for power in range(6) for first in (1, 2, 5))
    return [step for step in steps if step < 0.9 * n_steps]


def _warm_up_and_decay(
    optimizer: torch.optim.Optimizer, total: int
) -> torch.optim.lr_scheduler.LambdaLR:
    return torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (WARM_UP * total)) * (1.0 - step / total)
    )
