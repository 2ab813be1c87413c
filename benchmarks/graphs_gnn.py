"""GCN and GraphSAGE of torch_geometric as link predictors: two layers and a dot product."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
import torch
from scipy import sparse
from torch_geometric.nn import GCNConv, SAGEConv

from infometer.graphs import EdgeSplit, Graph, hits_at_k, scaled_features

CONVOLUTIONS = {"GCN": GCNConv, "GraphSAGE": SAGEConv}
HIDDEN = 128
GRID = {"lr": (1e-2, 3e-3), "dropout": (0.0, 0.5)}
EPOCHS, EVERY, PATIENCE = 500, 5, 50
MAX_EDGES = 20_000
"""Training edges of which a step takes as many at random; messages go along all of them."""


class Trained(NamedTuple):
    """Hits@K at the epoch that is best on the validation edges."""

    validation_hits: float
    test_hits: float
    epoch: int
    epochs: int


class Encoder(torch.nn.Module):
    """Two convolutions with a ReLU and dropout between them."""

    def __init__(self, kind: str, n_features: int, dropout: float) -> None:
        super().__init__()
        convolution = CONVOLUTIONS[kind]
        self.first = convolution(n_features, HIDDEN)
        self.second = convolution(HIDDEN, HIDDEN)
        self.dropout = torch.nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, adjacency: torch.Tensor) -> torch.Tensor:
        """Embeddings of all nodes, shape (n, HIDDEN)."""
        hidden = self.first(x, adjacency).relu()
        return self.second(self.dropout(hidden), adjacency)


def inputs(graph: Graph) -> tuple[torch.Tensor, torch.Tensor]:
    """Features scaled as ours are, dense, and the adjacency of the training edges as sparse CSR."""
    scaled = scaled_features(graph.features)
    dense = scaled.toarray() if sparse.issparse(scaled) else scaled
    a = graph.adjacency
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sparse")
        adjacency = torch.sparse_csr_tensor(
            torch.from_numpy(a.indptr.astype(np.int64)),
            torch.from_numpy(a.indices.astype(np.int64)),
            torch.ones(a.nnz),
            a.shape,
        )
    return torch.from_numpy(np.asarray(dense, dtype=np.float32)), adjacency


def scores(z: torch.Tensor, pairs: Any) -> torch.Tensor:
    """Dot products of the embeddings of pairs (m, 2)."""
    i, j = torch.as_tensor(pairs).T
    return (z.index_select(0, i) * z.index_select(0, j)).sum(dim=1)


def trained(
    kind: str, split: EdgeSplit, k: int, seed: int, *, lr: float, dropout: float
) -> Trained:
    """Train until the validation Hits@K has not risen for some epochs."""
    x, adjacency = inputs(split.graph)
    torch.manual_seed(seed)
    model = Encoder(kind, x.shape[1], dropout)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    links = torch.as_tensor(split.graph.edges())
    best = Trained(-1.0, 0.0, 0, 0)
    for epoch in range(1, EPOCHS + 1):
        model.train()
        optimizer.zero_grad()
        some = links[torch.randperm(len(links))[:MAX_EDGES]]
        none = torch.randint(0, len(x), some.shape)
        logits = scores(model(x, adjacency), torch.cat([some, none]))
        target = torch.zeros(len(logits))
        target[: len(some)] = 1.0
        torch.nn.functional.binary_cross_entropy_with_logits(logits, target).backward()
        optimizer.step()
        if epoch % EVERY:
            continue
        validation, test = _hits(model, x, adjacency, split, k)
        if validation > best.validation_hits:
            best = best._replace(validation_hits=validation, test_hits=test, epoch=epoch)
        elif epoch - best.epoch >= PATIENCE:
            break
    return best._replace(epochs=epoch)


@torch.no_grad()
def _hits(
    model: Encoder, x: torch.Tensor, adjacency: torch.Tensor, split: EdgeSplit, k: int
) -> tuple[float, float]:
    """Hits@K of the validation and of the test edges."""
    model.eval()
    z = model(x, adjacency)
    held_out = (
        (split.validation, split.validation_negatives),
        (split.test, split.test_negatives),
    )
    validation, test = (
        hits_at_k(scores(z, links).numpy(), scores(z, none).numpy(), k) for links, none in held_out
    )
    return validation, test
