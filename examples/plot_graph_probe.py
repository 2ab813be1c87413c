"""
Is a graph neural network worth it?
===================================

Before anything is trained: do structure, features, or features spread over the edges tell which
nodes are linked, or what their labels are, and how much of all there is to tell? Three small
graphs, three answers.
"""

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np

from infometer.graphs import NetworkProbe, as_graph

# %%
# Characters of Les Misérables, linked where they meet. 30 % of the links are held out. The score
# of a source is 2 to the −H(link | bin of its similarity): one half by chance, and at most the
# accuracy of the best rule. Counting common neighbours already does what embeddings do here.

miserables = nx.les_miserables_graph()
result = NetworkProbe(n_components=16, random_state=0).fit(miserables).result_
print(result.answer())
columns = ["source", "score", "score_low", "score_high", "raw_score", "hits", "adjusted_p_value"]
print(result.to_frame()[columns].round(3).to_string(index=False))

figure, ax = plt.subplots(figsize=(8, 4), layout="constrained")
result.plot(ax)

# %%
# A market: 100 sellers and 100 buyers of five trades, linked only across, mostly within a trade.
# Two sellers of a trade are alike and never linked, so that plain dot products (the hollow
# diamonds) miss most of what U knows. The compatibility matrix H of :math:`z_i^T H z_j` learns from
# the training links who goes with whom. A seller and a buyer have no neighbour in common at all.

rng = np.random.default_rng(0)
trade, sells = np.tile(np.arange(5), 40), np.repeat([True, False], 100)
likely = np.where(trade[:, None] == trade, 0.4, 0.01) * (sells[:, None] & ~sells)
market = as_graph(np.argwhere(rng.random((200, 200)) < likely), labels=trade)
result = NetworkProbe(n_components=8, random_state=0).fit(market).result_
print(result.answer())

figure, ax = plt.subplots(figsize=(8, 4), layout="constrained")
result.plot(ax)

# %%
# The same market, asked about the trades. The clusters of each embedding are set against the
# labels, and the label of one neighbour stands beside them; homophily says how alike neighbours
# are.

result = NetworkProbe("node", n_components=8, random_state=0).fit(market).result_
print(result.answer())
print({name: round(value, 3) for name, value in result.homophily.items()})

# %%
# What is said on the way: too few held-out links for eight bins, nodes left without an edge, a
# source that tells nothing.

for finding in NetworkProbe(n_components=16, random_state=0).fit(miserables).result_.findings:
    print(f"{finding.severity}, {finding.where}: {finding.what} {finding.evidence}")

plt.show()
