"""
How many bits for how much error
================================

The rate-distortion curve is the least information that any code, network or person must keep about
a source to reproduce it this well. Every point below is certified: no kernel of the same distortion
has a rate lower by more than the gap.
"""

import matplotlib.pyplot as plt
import numpy as np

from infometer.quantities import rate_distortion

# %%
# A die of which the six shows half of the time, reproduced with an error that counts the pips. One
# slope names one point: the bits that another pip of error would save.

die = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
pips = np.abs(np.subtract.outer(np.arange(6), np.arange(6)))
curve = rate_distortion(die, pips, slopes=np.r_[np.geomspace(0.05, 8, 40), np.inf])
print(curve.to_frame().iloc[[0, 15, 25, 30, 40]].round(5).to_string(index=False))
print(f"largest gap {curve.gap.max():.1g} nats")

# %%
# Asked the other way round, for the rate at half a pip of error:

half = rate_distortion(die, pips, distortions=[0.5])
print(half)

# %%
# A bit that may be declared lost, at a cost of 1, but never be wrong. Its curve is straight, so
# that one slope belongs to all of it and the answer to it is its two ends.

lost = [[0, 1, np.inf], [np.inf, 1, 0]]
ends = rate_distortion([0.5, 0.5], lost, slopes=[np.log(2)])
print(ends)

# %%
# A Gaussian on 201 points comes within 1e-7 nats of ½ log 1/D: the grid is fine and wide enough.

x = np.linspace(-6, 6, 201)
p = np.exp(-(x**2) / 2)
asked = np.geomspace(0.05, 1, 12)
gaussian = rate_distortion(p / p.sum(), (x[:, None] - x) ** 2, distortions=asked)
print(f"differs from the closed form by {abs(gaussian.rate + np.log(asked) / 2).max():.1g} nats")

# %%
# The rate of the die falls from its entropy to 0 at the error of the best constant, ever flatter;
# the line that touches it at half a pip has the slope −s.

figure, axes = plt.subplots(1, 3, figsize=(11, 3.8), layout="constrained")
curve.plot(axes[0], unit="bits")
tangent = np.array([0.2, 0.9])
line = half.rate[0] - half.slope[0] * (tangent - half.distortion[0])
axes[0].plot(tangent, line / np.log(2), "k--", lw=1)
axes[0].plot(half.distortion, half.rate / np.log(2), "ko")
axes[0].annotate(
    f"half a pip: {half.rate[0] / np.log(2):.2f} bits",
    (half.distortion[0], half.rate[0] / np.log(2)),
    (10, 10),
    textcoords="offset points",
)
axes[0].set(title="a loaded die", xlabel="expected error in pips")
ends.plot(axes[1], unit="bits")
axes[1].set(title="a bit, lost but never wrong", xlabel="part that is lost")
axes[2].plot(asked, -np.log2(asked) / 2, color="0.7", lw=4, label="½ log 1/D")
gaussian.plot(axes[2], unit="bits")
axes[2].set(title="a Gaussian on 201 points", xlabel="mean squared error")
axes[2].legend(frameon=False)
