"""The weekly figures of areas and their admin-1 totals as a network, and what can still move in it.

Each increment (area, week) is an edge between the span of weeks since the area was last told and the
week of its admin-1 unit. A span that was closed by a figure, and a week whose total left, balance; spans
still open all end in one node that does not. A change of the increments that no released figure would
notice is a circulation, so an increment can be told exactly when no circulation crosses it. If nothing
is ever below zero, a circulation may lower only what is above zero: then only edges inside a strongly
connected part of the residual network move (Ahuja, Magnanti and Orlin, Network Flows, 1993, section 2.4).
All bounds of such a network are whole, so nothing is gained by asking for whole persons.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import breadth_first_order, connected_components

from sampan.sharing.disclosure.elimination import PRIME

DRAWS = 2  # random circulations; an edge that all of them leave alone by chance: 2**-62


def loose(group: np.ndarray, increments: np.ndarray, told: np.ndarray, *, growing: bool) -> np.ndarray:
    """Random circulations (draws x areas x weeks, modulo PRIME): 0 in every draw where nothing can move."""
    tail, head, nodes = _ends(group, told)
    flow = increments.ravel()
    inside = np.ones(len(flow), dtype=bool)
    if growing:
        back = flow > 0
        graph = _graph(np.concatenate([tail, head[back]]), np.concatenate([head, tail[back]]), nodes)
        _, part = connected_components(graph, directed=True, connection="strong")
        inside = part[tail] == part[head]
    moves = np.zeros((DRAWS, len(flow)), dtype=np.int64)
    moves[:, inside] = _circulations(tail[inside], head[inside], nodes)
    return moves.reshape(DRAWS, *increments.shape)


def _ends(group: np.ndarray, told: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """The two nodes of each increment in reading order, and the number of nodes; node 0 does not balance."""
    areas, weeks = told.shape
    passed = np.cumsum(told, axis=1) - told  # figures told before this week: the number of the span
    closed = passed < told.sum(axis=1, keepdims=True)
    span = np.where(closed, 1 + np.arange(areas)[:, None] * weeks + passed, 0)
    week = 1 + areas * weeks + group[:, None] * weeks + np.arange(weeks)
    _, numbers = np.unique(np.concatenate([[0], span.ravel(), week.ravel()]), return_inverse=True)
    return numbers[1 : span.size + 1], numbers[span.size + 1 :], int(numbers.max()) + 1


def _graph(tail: np.ndarray, head: np.ndarray, nodes: int) -> sp.csr_matrix:
    return sp.csr_matrix((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(nodes, nodes))


def _circulations(tail: np.ndarray, head: np.ndarray, nodes: int) -> np.ndarray:
    """Random circulations (draws x edges): edges off a spanning forest at random, the forest's to balance them."""
    number, part = connected_components(_graph(tail, head, nodes), directed=False)
    # one more node holds the parts together; its edges carry nothing, since each part balances by itself
    _, first = np.unique(part, return_index=True)
    joined = _graph(np.concatenate([tail, first]), np.concatenate([head, np.full(number, nodes)]), nodes + 1)
    order, parent = breadth_first_order(joined, nodes, directed=False)
    in_tree, tree_edge = _tree_edges(tail, head, parent)
    generator = np.random.default_rng(11)
    moves = generator.integers(1, PRIME, size=(DRAWS, len(tail)))
    moves[:, in_tree] = 0
    surplus = np.zeros((DRAWS, nodes + 1), dtype=np.int64)
    for draw in range(DRAWS):
        np.add.at(surplus[draw], tail, moves[draw])
        np.subtract.at(surplus[draw], head, moves[draw])
    surplus %= PRIME
    for level in reversed(_levels(order, parent)):
        edges = tree_edge[level]
        has = edges >= 0
        child, edge = level[has], edges[has]
        outward = tail[edge] == child
        moves[:, edge] = np.where(outward, -surplus[:, child], surplus[:, child]) % PRIME
        for draw in range(DRAWS):
            np.add.at(surplus[draw], parent[child], surplus[draw][child])
        surplus[:, parent[child]] %= PRIME
    return moves


def _tree_edges(tail: np.ndarray, head: np.ndarray, parent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which edges (bool) the forest uses, and for each node the edge to its parent (-1: none)."""
    tree_edge = np.full(len(parent), -1, dtype=np.int64)
    for child, above in ((tail, head), (head, tail)):
        up = np.flatnonzero(parent[child] == above)
        tree_edge[child[up]] = up  # of parallel edges the last one stays
    in_tree = np.zeros(len(tail), dtype=bool)
    in_tree[tree_edge[tree_edge >= 0]] = True
    return in_tree, tree_edge


def _levels(order: np.ndarray, parent: np.ndarray) -> list[np.ndarray]:
    """Nodes by their distance from the root, nearest first."""
    depth = np.zeros(len(parent), dtype=np.int64)
    for node in order[1:].tolist():
        depth[node] = depth[parent[node]] + 1
    reached = order[np.argsort(depth[order], kind="stable")]
    cuts = np.flatnonzero(np.diff(depth[reached])) + 1
    return np.split(reached, cuts)
