"""
Which comparisons teach a ranking the most?
===========================================

Six hundred comparisons of sixteen items by five people, one of whom answers by chance: who leads,
how sure is that, where does the ranking hang by a thread, and which pair is worth asking about
next? Then sixty items, and three hundred questions asked at random or where they tell the most.
"""

import matplotlib.pyplot as plt
import numpy as np

from infometer.preferences import (
    ComparisonGraph,
    OnlinePosterior,
    rank_items,
    read_comparisons,
    reward_posterior,
    simulated_tournament,
)

# %%
# A table of comparisons: what was shown first and second, who won, and who said so. The command
# ``infometer comparisons rank TABLE`` prints the same.

table = simulated_tournament()
print(table.head())
ranking = rank_items(read_comparisons(table))
print(ranking.answer)

figure, ax = plt.subplots(figsize=(7, 4.5), layout="constrained")
ranking.plot(ax)

# %%
# What a reader must know before the ranking is trusted.

for finding in ranking.findings:
    print(f"{finding.severity:8} {finding.what}")

# %%
# The answers of one person carry less: with ``rater_reliability`` everybody has a sharpness of
# their own, by which their log-odds are multiplied; its logarithm is below 0 for who guesses.

weighed = reward_posterior(ranking.graph, rater_reliability=True)
for name, estimate in weighed.nuisance.items():
    print(f"{name:24} {estimate}")

# %%
# Where to spend three hundred questions about sixty new items? A state of a running collection
# takes in one answer at a time and names the pair whose answer is expected to tell the most. Beside
# it, pairs drawn at random. Both ways are tried on the same five simulated people.

everyone = np.stack(np.triu_indices(60, k=1), axis=1)
questions, people = 300, 5


def mean_variance(state):
    """Of the difference of two rewards, over all pairs."""
    n = len(state.mean)
    return 2 * (np.trace(state.covariance) - state.covariance.sum() / n) / (n - 1)


def collect(way, person):
    """The mean variance after every answer, and how well the rewards are found in the end."""
    rng = np.random.default_rng(person)
    rewards = rng.normal(size=60)
    state = OnlinePosterior.from_graph(ComparisonGraph(n_items=60, pairs=[], prior_precision=1.0))
    open_still = [mean_variance(state)]
    for k in range(questions):
        if way == "random pairs":
            first, second = everyone[rng.integers(len(everyone))]
        else:
            first, second = state.next_pair(random_state=k)
        prefers_first = rewards[first] - rewards[second] + rng.logistic() > 0
        state = state.answer(first, second, float(prefers_first))
        open_still.append(mean_variance(state))
    return np.array(open_still), np.corrcoef(state.mean, rewards)[0, 1]


figure, ax = plt.subplots(figsize=(7, 3.2), layout="constrained")
curves = {}
for way in ("random pairs", "the most telling pair"):
    collected = [collect(way, person) for person in range(people)]
    curves[way] = np.mean([curve for curve, _ in collected], axis=0)
    found = np.mean([correlation for _, correlation in collected])
    print(f"{way}: correlation with the truth {found:.2f}")
    ax.plot(curves[way], label=way)
ax.set(xlabel="questions asked", ylabel="mean variance of a difference", ylim=(0, None))
ax.legend()

at_random, chosen = curves.values()
enough = int(np.argmax(chosen <= at_random[-1]))
print(f"{enough} chosen questions leave as little open as {questions} at random")

plt.show()
