"""
Why the noise follows the layer
===============================

A layer's information about its input is finite because the layer is seen through noise. Whose
noise, and how much? Three networks learn the digits from the same initial weights and see the same
batches:

* **frozen**: every layer is trained with noise whose size was chosen at the start, as small as it
  may be for the layer to tell less than 0.7 log n, and never changed;
* **following**: trained with noise in the same proportion to the layer's *present* spread;
* **default**: trained with little noise (0.1 of the spread), and *seen* through noise that follows
  the layer in the proportion of the second network.
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from infometer.bottleneck import (
    InformationPlane,
    calibrate_noise,
    log_spaced_steps,
    noise_modules,
    noisy_classifier,
)

x, y = load_digits(return_X_y=True)
x = (x / 16).astype(np.float32).reshape(-1, 8, 8)
x_train, x_eval, y_train, y_eval = train_test_split(x, y, test_size=200, stratify=y, random_state=0)
x_train, y_train = torch.as_tensor(x_train), torch.as_tensor(y_train)
STEPS, N_PATHS = 600, 4


def network(noise):
    """The same initial weights with one of the three kinds of noise."""
    model = noisy_classifier((8, 8), 10, noise_to_signal=0.1, random_state=0)
    modules = noise_modules(model)
    if noise == "frozen":
        for module in modules.values():
            module.scale = "frozen"
    calibrate_noise(model, modules, x_eval, auto=noise != "default", random_state=0)
    return model


def train(noise):
    """Train, and measure at 9 steps; the layers of the first two show their own noise alone."""
    model = network(noise)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    rng = np.random.default_rng(0)
    torch.manual_seed(0)
    seen_through = "auto" if noise == "default" else 0
    at = log_spaced_steps(STEPS, 9)
    with InformationPlane(
        model, x_eval, y_eval, noise_to_signal=seen_through, n_paths=N_PATHS, at=at
    ) as plane:
        plane.update(0)
        for step in range(1, STEPS + 1):
            rows = rng.integers(len(x_train), size=64)
            loss = torch.nn.functional.cross_entropy(model(x_train[rows]), y_train[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            plane.update(step, loss=loss.item())
    return plane.result()


# %%
# I(X;L) of the layers in each network. The grey band is where a figure says more about log n than
# about the layer. conv1 has no noise below it, and its figure is exact; those of the layers above
# are upper bounds, close ones because four paths of the noise below are averaged.

results = {noise: train(noise) for noise in ("frozen", "following", "default")}
ceiling = np.log(len(x_eval))
figure, axes = plt.subplots(2, 2, figsize=(9, 6.5), layout="constrained")
for ax, (noise, result) in zip(axes.flat, results.items(), strict=False):
    rows = result.rows()
    for layer, curve in rows[rows["quantity"] == "I(X;L)"].groupby("layer", sort=False):
        ax.plot(curve["step"] + 1, curve["value_nats"], marker="o", ms=3, label=layer)
    ax.axhspan(0.8 * ceiling, ceiling, color="0.92")
    ax.set(xscale="log", xlabel="training step + 1", ylim=(0, 1.05 * ceiling), title=noise)
    ax.set_ylabel("I(X;L), nats")
    accuracy = rows.groupby("step")["accuracy"].first()
    axes[1, 1].plot(accuracy.index + 1, accuracy, marker="o", ms=3, label=noise)
axes[0, 0].legend(loc="lower left")
axes[1, 1].set(xscale="log", xlabel="training step + 1", ylim=(0, 1), title="accuracy with noise")
axes[1, 1].legend()

# %%
# Frozen noise is a price that the network stops paying: it learns to make its layers large, and
# then all inputs can be told apart in all of them. Noise that follows cannot be outgrown, but noise
# strong enough to see something is too strong to learn with. So the network is trained with little
# noise, and looked at through more, which follows the layer.

for noise, result in results.items():
    rows = result.rows()
    rows = rows[rows["quantity"] == "I(X;L)"]
    last = rows[rows["step"] == STEPS]
    full = [step for step, at in rows.groupby("step") if at["saturated"].all()]
    print(f"{noise}: accuracy {last['accuracy'].iloc[0]:.2f} after {STEPS} steps")
    for row in last.itertuples():
        start = rows.loc[(rows["step"] == 0) & (rows["layer"] == row.layer), "sigma"].iloc[0]
        print(
            f"  {row.layer}: {row.value_nats:.2f} of {ceiling:.2f} nats, "
            f"noise σ {start:.3g} at the start, {row.sigma:.3g} at the end"
        )
    print(f"  all layers saturated from step {full[0]}" if full else "  not all saturated")
