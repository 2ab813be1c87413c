"""
The information plane of a small network
========================================

A convolutional network learns scikit-learn's digits in a plain PyTorch loop, and an
`InformationPlane` measures at chosen steps what each layer knows about the input and the digit.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

from infometer.bottleneck import GaussianNoise, InformationPlane, log_spaced_steps

x, y = load_digits(return_X_y=True)
x = (x / 16).astype(np.float32).reshape(-1, 1, 8, 8)
x_train, x_eval, y_train, y_eval = train_test_split(x, y, test_size=300, stratify=y, random_state=0)
x_train, y_train = torch.as_tensor(x_train), torch.as_tensor(y_train)

# %%
# Noise is part of the network, in training and in evaluation. Each layer goes by the name of its
# noise module.

torch.manual_seed(0)
model = nn.Sequential()
model.add_module("convolve", nn.Conv2d(1, 8, 3, padding=1))
model.add_module("halve", nn.Sequential(nn.MaxPool2d(2), nn.LeakyReLU(0.01)))
model.add_module("conv", GaussianNoise(0.1))
model.add_module("weigh", nn.Sequential(nn.Flatten(), nn.Linear(128, 32), nn.LeakyReLU(0.01)))
model.add_module("hidden", GaussianNoise(0.1))
model.add_module("decide", nn.Linear(32, 10))
model.add_module("logits", GaussianNoise(0.1))

# %%
# ``update`` is called after every step and measures at those in ``at``. The layers are held fixed
# and put back for each measurement: the training is the same with the plane and without it.

steps = 800
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
with InformationPlane(model, x_eval, y_eval, at=log_spaced_steps(steps, 16)) as plane:
    plane.update(0)
    for step in range(1, steps + 1):
        batch = torch.randint(len(x_train), (64,))
        loss = nn.functional.cross_entropy(model(x_train[batch]), y_train[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        plane.update(step, loss=loss.item())

result = plane.result()
print(result.answer())

# %%
# The plane: each layer is a path from the first step (yellow) to the last (dark).

figure, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
result.plot(ax)

# %%
# Over time, with 95 % intervals and the phases that the error bars do not explain. The report's
# figures are functions of an ``Axes``.

drawn = result.report().figures
figure, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
for ax, title in zip(axes, list(drawn)[1:3], strict=True):
    drawn[title](ax)
    ax.set_title(title, fontsize=10)
for layer in ("conv", "hidden", "logits"):
    for phase in result.phases(layer):
        print(
            f"{layer}: {phase.kind} of {phase.change:+.2f} nats, steps {phase.start}-{phase.stop}"
        )

# %%
# What a reader of these figures should know, as the page of ``infometer plane`` says it.

for finding in result.report().findings:
    print(f"{finding.severity} · {finding.where}: {finding.what} {finding.evidence}")
