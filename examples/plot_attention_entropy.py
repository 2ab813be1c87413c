"""
Watch the attention of a small model, and steer one head
========================================================

How spread is the attention of each head? A model fresh from its initialisation looks at
everything alike; training makes heads choose. Here a GPT-2 of two layers learns the bytes of
Python's reference in a plain loop. `AttentionEntropyProbe` looks at every twentieth step and leaves
the others alone. Then one head is asked to be sharper, and the others to stay.
"""

from pydoc_data.topics import topics

import matplotlib.pyplot as plt
import torch

from infometer.attention import (
    AttentionEntropyProbe,
    EntropyCourse,
    EntropyRegularizer,
    build_gpt2,
    regularized_loss,
)

torch.manual_seed(0)
T, STEPS = 32, 200
text = "\n".join(topics.values()).encode()
windows = torch.tensor(list(text[: len(text) // T * T])).reshape(-1, T)
model = build_gpt2(
    "SM+LN+G", n_layer=2, n_head=4, n_embd=32, n_positions=T, vocab_size=256,
    bos_token_id=None, eos_token_id=None, attn_pdrop=0.0, embd_pdrop=0.0, resid_pdrop=0.0,
)  # fmt: skip


def batches(n):
    for _ in range(n):
        tokens = windows[torch.randint(len(windows), (32,))]
        yield {"input_ids": tokens[:, :-1]}, tokens[:, 1:]


def next_byte_loss(logits, targets):
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())


# %%
# The loop. The probe reads queries and keys while a probed step lasts; the model computes its
# attention with its own kernel throughout. A row of 31 tokens that looks back can have no more than
# log 1, log 2, … log 31 nats: the ceiling, and not log 31.

optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
course = EntropyCourse()
with AttentionEntropyProbe(model, every=20) as probe:
    for step, (batch, targets) in enumerate(batches(STEPS + 1)):
        loss = next_byte_loss(model(**batch, use_cache=False).logits, targets)
        if probe.probing:
            course = course.then(step, probe.table())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        probe.step()
print(f"loss {loss.item():.2f} nats a byte")
print(course.report().answer)

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
course.plot(ax)

# %%
# Before and after: nats of every head, on the scale of the ceiling.

figure, panels = plt.subplots(1, 2, figsize=(11, 3), layout="constrained")
course.tables[0].plot(panels[0])
course.last.plot(panels[1])
panels[0].set_title("before")
panels[1].set_title("after")

# %%
# Steer. Targets are the entropies that heads have, but for one head half of it. With targets in
# place of learned thresholds the heads have to move, and not the thresholds. The task goes on.

layer, head = 1, int(course.last.mean[1].argmax())
target = course.last.mean.copy()
target[layer, head] /= 2
regularizer = EntropyRegularizer(
    2, 4, target=target, gamma=0.02, reference="causal", shape="hinge2", weight=3.0
)
way = []
for batch, targets in batches(STEPS):
    found = regularized_loss(model, {**batch, "use_cache": False}, regularizer)
    loss = found.loss + next_byte_loss(found.output.logits, targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    way.append(torch.tensor(target) + found.regularization.deviation)
task = next_byte_loss(found.output.logits, targets).item()
entropies = torch.stack(way)
first, last = entropies[0, layer, head], entropies[-20:, layer, head].mean()
print(f"head {head} of layer {layer}: {first:.2f} to {last:.2f} nats")
print(f"asked for {target[layer, head]:.2f}; loss {task:.2f} nats a byte")

figure, ax = plt.subplots(figsize=(7, 3.5), layout="constrained")
ax.plot(entropies.flatten(1), color="0.7")
ax.plot(entropies[:, layer, head], color="C1", label="the steered head")
ax.axhline(target[layer, head], color="C1", ls=":", label="what is asked for")
ax.set_xlabel("step with the regulariser")
ax.set_ylabel("attention entropy, nats")
ax.legend(loc="upper right")

plt.show()
