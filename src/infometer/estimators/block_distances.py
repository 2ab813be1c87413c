"""Max-norm distances of rows to all others, in blocks that fill the lanes of the processor."""

from __future__ import annotations

from numba import int16, njit

__all__ = ["BLOCK", "exact_distance", "fill_distances"]

BLOCK = 256
FAST = {"nnan", "nsz"}


@njit(nogil=True, cache=True, fastmath=FAST, error_model="numpy")
def _distances_64(Q, first, last, i, j0, out):
    """out[t] = max over columns first ≤ c < last of |Q[c, j0 + t] − Q[c, i]|."""
    for t in range(BLOCK):
        out[t] = 0
    c = first
    while c + 4 <= last:
        a, b, e, f = Q[c, i], Q[c + 1, i], Q[c + 2, i], Q[c + 3, i]
        qa, qb = Q[c, j0 : j0 + BLOCK], Q[c + 1, j0 : j0 + BLOCK]
        qe, qf = Q[c + 2, j0 : j0 + BLOCK], Q[c + 3, j0 : j0 + BLOCK]
        for t in range(BLOCK):
            left = max(abs(qa[t] - a), abs(qb[t] - b))
            right = max(abs(qe[t] - e), abs(qf[t] - f))
            out[t] = max(out[t], max(left, right))
        c += 4
    while c < last:
        a = Q[c, i]
        qa = Q[c, j0 : j0 + BLOCK]
        for t in range(BLOCK):
            out[t] = max(out[t], abs(qa[t] - a))
        c += 1


@njit(nogil=True, cache=True, error_model="numpy")
def _distances_16(Q, first, last, i, j0, out):
    """The same in 16 bits, narrowed after every step so that the compiler uses 16-bit lanes."""
    for t in range(BLOCK):
        out[t] = 0
    c = first
    while c + 4 <= last:
        a, b, e, f = Q[c, i], Q[c + 1, i], Q[c + 2, i], Q[c + 3, i]
        qa, qb = Q[c, j0 : j0 + BLOCK], Q[c + 1, j0 : j0 + BLOCK]
        qe, qf = Q[c + 2, j0 : j0 + BLOCK], Q[c + 3, j0 : j0 + BLOCK]
        for t in range(BLOCK):
            da, db = int16(abs(int16(qa[t] - a))), int16(abs(int16(qb[t] - b)))
            de, df = int16(abs(int16(qe[t] - e))), int16(abs(int16(qf[t] - f)))
            four = int16(max(int16(max(da, db)), int16(max(de, df))))
            out[t] = int16(max(int16(out[t]), four))
        c += 4
    while c < last:
        a = Q[c, i]
        qa = Q[c, j0 : j0 + BLOCK]
        for t in range(BLOCK):
            out[t] = int16(max(int16(out[t]), int16(abs(int16(qa[t] - a)))))
        c += 1


@njit(nogil=True, cache=True, fastmath=FAST, error_model="numpy")
def exact_distance(E, i, j, columns):
    """The distance of rows i and j in the listed ranges of columns, in 64 bits."""
    largest = 0.0
    for p in range(0, len(columns), 2):
        for c in range(columns[p], columns[p + 1]):
            largest = max(largest, abs(E[j, c] - E[i, c]))
    return largest


@njit(nogil=True, cache=True, error_model="numpy")
def fill_distances(Q, starts, i0, rows, reach):
    """Distances of `rows` rows from i0 on to all others, for every view."""
    for j0 in range(0, Q.shape[1], BLOCK):
        for r in range(rows):
            for v in range(len(starts) - 1):
                out = reach[v, r, j0 : j0 + BLOCK]
                if Q.itemsize == 2:
                    _distances_16(Q, starts[v], starts[v + 1], i0 + r, j0, out)
                else:
                    _distances_64(Q, starts[v], starts[v + 1], i0 + r, j0, out)
