"""
Which links are missing, and what tells them?
=============================================

A graph where opposites attract: four groups, of which the first befriends the second and the third
the fourth, and nobody their own kind. Which links are missing, which source of information tells
them, and what does the compatibility matrix do?
"""

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np

from infometer.graphs import NetInfoFLinkPredictor, as_graph, split_edges

# %%
# 400 nodes and ten features, four of which tell a node's group, blurred.

sizes = [100] * 4
attraction = np.full((4, 4), 0.004)
attraction[0, 1] = attraction[1, 0] = attraction[2, 3] = attraction[3, 2] = 0.12
drawn = nx.stochastic_block_model(sizes, attraction, seed=0)
rng = np.random.default_rng(0)
group = np.repeat(np.arange(4), 100)
features = 0.5 * rng.random((400, 10))
features[np.arange(400), group] += 1.0
graph = as_graph(np.array(drawn.edges), features=features)
print(graph)

# %%
# 70 % of the links train, 10 % choose how strongly weights are pulled to 0, and 20 % only say how
# good the result is.

split = split_edges(graph, random_state=0)
model = NetInfoFLinkPredictor(n_components=16, random_state=0).fit(split)
print(model.report().answer)

# %%
# What each component brings: a share of the logit, or nothing where it is switched off.

print(model.component_weights_.drop(columns="knows").round(2).to_string())

# %%
# The likeliest missing links, with a probability that counts how rare links are among all pairs.
# Nearly all join groups that attract each other.

pairs, logits = model.top_pairs(200)
chance = model.predict_proba(pairs, base_rate=model.model_.base_rate)[:, 1]
for (i, j), p in zip(pairs[:5], chance[:5], strict=True):
    print(f"{i} of group {group[i]} and {j} of group {group[j]}: {p:.3f}")
met = np.isin(np.sort(group[pairs], axis=1) @ [4, 1], [1, 11]).mean()
print(f"{100 * met:.0f} % of the best 200 pairs join groups that attract each other")

# %%
# From the features alone: with the compatibility matrix, and with plain dot products, whose weights
# may be below 0 but cannot say that one group's feature meets another's.

features_alone = {
    name: NetInfoFLinkPredictor(
        components=("F",), n_components=16, compatibility=compatibility, random_state=0
    ).fit(split)
    for name, compatibility in {"compatibility matrix": True, "plain dot product": False}.items()
}
for name, fitted in features_alone.items():
    print(f"{name}: {100 * fitted.test_hits_:.1f} % of the links above all but 99 random pairs")

# %%
# On the left the picture of the report, on the right Hits@K of the features alone.

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
model.report().figures["What each component brings"](left)
for name, fitted in features_alone.items():
    links = fitted.decision_function(split.test)
    none = np.sort(fitted.decision_function(split.test_negatives))[::-1]
    ks = np.arange(1, len(none) + 1)
    right.plot(ks, [(links > threshold).mean() for threshold in none], label=name)
right.plot([0, len(none)], [0, 1], color="0.7", linestyle="--", label="chance")
right.set_xlabel("K")
right.set_ylabel("test Hits@K")
right.legend(frameon=False)
plt.show()
