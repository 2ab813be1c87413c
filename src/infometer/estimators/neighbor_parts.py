"""What a row's neighbours are in the parts of many splits at once, compiled by numba.

The part of a row is a byte a split, and eight splits are one 64-bit word: whether two rows share
their parts is asked, and counted, for eight splits in a few instructions.
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["add_same_part", "flagged", "part_masks", "radii_in_parts", "rank_order"]

MOST_PARTS = 4
ONE, BYTE = np.uint64(1), np.uint64(255)
FEW = 160


@njit(nogil=True, cache=True, error_model="numpy")
def flagged(flags, words, width, out):
    """The positions of the flags that are 1, in order; `words` are the same bytes, eight at a time.

    No branch is taken on a flag, which nothing could predict; `out` is 8 longer than the flags.
    """
    hits = 0
    for w in range(width):
        out[hits] = w
        hits += words[w] != 0
    if hits == 0:
        return 0
    m, starts = 0, out[:hits].copy()
    for w in starts:
        for j in range(8 * w, 8 * w + 8):
            out[m] = j
            m += flags[j]
    return m


@njit(nogil=True, cache=True, error_model="numpy")
def rank_order(values):
    """The order that sorts values; few of them by counting, which has no branch to mispredict."""
    n = len(values)
    if n > FEW:
        return np.argsort(values, kind="mergesort")
    order = np.full(n, -1)
    for a in range(n):
        rank = 0
        for b in range(n):
            rank += values[b] < values[a]
        while order[rank] >= 0:  # of equal values the first comes first
            rank += 1
        order[rank] = a
    return order


@njit(nogil=True, cache=True, error_model="numpy")
def radii_in_parts(distances, rows, i, labels, wanted, sure, radius, near):
    """The distance to the wanted-th of the rows, sorted by distance, that shares i's part.

    −1 where there are fewer, or where rows beyond `sure` may have been left out. At radius 0
    near[t, i] counts the rows there, i among them; else it is wanted[t, i].
    """
    for t in range(len(radius)):
        own, found = labels[i, t], 0
        radius[t], near[t, i] = -1.0, wanted[t, i]
        for c in range(len(rows)):
            found += labels[rows[c], t] == own
            if found == wanted[t, i]:
                if distances[c] <= sure:
                    radius[t] = distances[c]
                break
        if radius[t] == 0.0:
            same = 1
            for c in range(len(rows)):
                same += (distances[c] == 0.0) & (labels[rows[c], t] == own)
            near[t, i] = same


@njit(nogil=True, cache=True, error_model="numpy")
def part_masks(radius, width):
    """For a neighbour outside the b smallest radii: a byte of 1 for each split that holds it.

    Radii of 0 become the smallest number above, so that rows at the same place are inside.

    Returns
    -------
    masks : ndarray of uint64, shape (T + 1, width)
    ordered : ndarray, shape (T,)
        The radii, ascending.
    """
    order = rank_order(radius)
    ordered = np.maximum(radius[order], 5e-324)
    masks = np.zeros((len(radius) + 1, width), np.uint64)
    for b in range(len(radius) - 1, -1, -1):
        masks[b] = masks[b + 1]
        word, byte = order[b] // 8, order[b] % 8
        masks[b, word] |= ONE << np.uint64(8 * byte)
    return masks, ordered


@njit(nogil=True, cache=True, error_model="numpy")
def add_same_part(rows, bins, i, words, masks, counts):
    """Count, for each split, the rows that share i's part and lie inside its radius; less i.

    Parts are numbered from 0 to 3, in two bits of their byte; words come by threes.
    """
    counts[:] = -1
    for w in range(0, words.shape[1], 3):
        a, b, d = words[i, w], words[i, w + 1], words[i, w + 2]
        for start in range(0, len(rows), 255):  # a byte counts to 255
            sum_a, sum_b, sum_d = np.uint64(0), np.uint64(0), np.uint64(0)
            for c in range(start, min(start + 255, len(rows))):
                row, mask = words[rows[c]], masks[bins[c]]
                apart = row[w] ^ a
                sum_a += mask[w] & ~(apart | apart >> ONE)
                apart = row[w + 1] ^ b
                sum_b += mask[w + 1] & ~(apart | apart >> ONE)
                apart = row[w + 2] ^ d
                sum_d += mask[w + 2] & ~(apart | apart >> ONE)
            for t in range(8 * w, min(8 * w + 24, len(counts))):
                byte = t - 8 * w
                total = sum_a if byte < 8 else sum_b if byte < 16 else sum_d
                counts[t] += np.int64((total >> np.uint64(8 * (byte % 8))) & BYTE)
