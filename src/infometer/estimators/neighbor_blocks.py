"""Nearest neighbours and counts in one pass over all pairs, compiled by numba.

Max-norm distances of a row to all others are taken in blocks of 16-bit integers, sixteen or more
pairs an instruction. What they cannot decide is decided in 64-bit floats, so that radii and counts
are those of exact arithmetic, to the last bit. The same pass gives radii and counts within the
parts of any number of splits of the rows, for a small part of the cost of searching again.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from infometer.estimators.block_distances import exact_distance, fill_distances
from infometer.estimators.neighbor_parts import (
    add_same_part,
    flagged,
    part_masks,
    radii_in_parts,
    rank_order,
)

__all__ = ["scan_rows"]

ROWS = 4
CELLS = 1024


@njit(nogil=True, cache=True, error_model="numpy")
def _as_entry(row, limit, top):
    """The limit as an entry of row, rounded down where entries are whole."""
    cell = np.empty(1, row.dtype)
    cell[0] = max(min(limit, top), -1)
    return cell[0]


@njit(nogil=True, cache=True, error_model="numpy")
def _count(row, n, limit):
    found = 0
    for j in range(n):
        found += row[j] <= limit
    return found


@njit(nogil=True, cache=True, error_model="numpy")
def _copy(row, out):
    for j in range(len(out)):  # the compiler moves more at a time here than in out[:] = row
        out[j] = row[j]


@njit(nogil=True, cache=True, error_model="numpy")
def _least(row, least):
    """The least of the entries j, j + m, j + 2m, … of row, for each of the m places of least."""
    m = len(least)
    _copy(row[:m], least)
    for start in range(m, len(row), m):
        other = row[start : start + m]
        for b in range(m):
            least[b] = other[b] if other[b] < least[b] else least[b]


@njit(nogil=True, cache=True, error_model="numpy")
def _gather_near(row, least, limit, out):
    """The positions j with row[j] ≤ limit, which few entries are; returns how many."""
    m = 0
    for b in range(len(least)):
        if least[b] <= limit:
            for j in range(b, len(row), len(least)):
                out[m] = j
                m += row[j] <= limit
    return m


@njit(nogil=True, cache=True, error_model="numpy")
def _gather(row, n, limit, flags, words, out):
    """The positions j, in order, with row[j] ≤ limit; returns how many."""
    for j in range(n):
        flags[j] = row[j] <= limit
    return flagged(flags, words, (n + 7) // 8, out)


@njit(nogil=True, cache=True, error_model="numpy")
def _limit_of_nearest(row, n, wanted, guess, dimension, top):
    """A limit within which lie at least `wanted` entries of row, and not many more."""
    low, high, limit = 0.0, float(top), guess
    for step in range(64):
        if not low < limit < high or step > 5:
            limit = 0.5 * (low + high)
        found = _count(row, n, _as_entry(row, limit, top))
        if found < wanted:
            low = limit
        else:
            high = limit
            if found <= 1.5 * wanted + 4 or (step > 12 and found <= 64 * wanted):
                break
        limit *= (1.2 * wanted / max(found, 0.3)) ** (1.0 / dimension)
    return high


@njit(nogil=True, cache=True, error_model="numpy")
def _nearest_in_part(row, n, i, labels, t, wanted, E, columns, slack):
    """The exact distance to the wanted-th nearest row of the part that i lies in."""
    best = np.full(wanted, np.inf)
    for exactly in (False, True):
        bound = best[-1] + 2 * slack
        if exactly:
            best[:] = np.inf
        for j in range(n):
            if labels[j, t] != labels[i, t] or j == i or row[j] > bound:
                continue
            found = exact_distance(E, i, j, columns) if exactly else float(row[j])
            if found < best[-1]:
                at = wanted - 1
                while at > 0 and best[at - 1] > found:
                    best[at] = best[at - 1]
                    at -= 1
                best[at] = found
    return best[-1]


@njit(nogil=True, cache=True, error_model="numpy")
def _raise(row, other):
    """The larger of the two in every place, in row."""
    for j in range(len(row)):
        row[j] = other[j] if other[j] > row[j] else row[j]


@njit(nogil=True, cache=True, error_model="numpy")
def _merge(reach, r, views, out):
    """The largest distance over the listed views, in `out` unless it is that of a single view."""
    if len(views) == 1:
        return reach[views[0], r]
    _copy(reach[views[0], r], out)
    for v in views[1:]:
        _raise(out, reach[v, r])
    return out


@njit(nogil=True, cache=True, error_model="numpy")
def scan_rows(
    begin, end, Q, E, starts, margins, classes, wanted, labels, words, longest, unit, slack,
    farthest, top, radii, near, counts,
):  # fmt: skip
    """Radii, neighbours and counts of the rows begin ≤ i < end, in the whole and in every part.

    Q (D, padded n) holds the columns in units of `unit`, E (n, D) exactly: a true distance is
    within `slack` units of one between entries of Q, which are `farthest` at most; `top` is more
    than that. View v has the
    columns starts[v] to starts[v+1]; margin m those views v with margins[m, v]. Row i's
    neighbours are of its own class; labels (n, T) tells the part of each row in each split, the
    first being the whole, and `words` the same bytes eight at a time. Of split t the
    wanted[t, i]-th neighbour is at radii[t, i]; `longest` neighbours are looked at before the
    parts are searched one by one.
    """
    n, splits, views = len(E), labels.shape[1], len(starts) - 1
    reach = np.empty((views, ROWS, Q.shape[1]), Q.dtype)
    joint, merged = np.empty(Q.shape[1], Q.dtype), np.empty(Q.shape[1], Q.dtype)
    flags = np.zeros(8 * (n // 8 + 1), np.uint8)
    flag_words = flags.view(np.uint64)
    picked, bins, found = np.empty(n + 8, np.int64), np.empty(n, np.int64), np.empty(n)
    width = 32 if n >= 64 * longest else 8 if n >= 16 * longest else 1
    least = np.empty(len(joint) // width, Q.dtype)
    columns, radius = np.array([0, E.shape[1]]), np.empty(splits)
    chosen = [np.flatnonzero(margins[m]) for m in range(len(margins))]
    ranges = [np.stack((starts[c], starts[c + 1]), axis=1).ravel() for c in chosen]
    guess = 0.1 * top
    for i0 in range(begin, end, ROWS):
        rows = min(ROWS, end - i0)
        fill_distances(Q, starts, i0, rows, reach)
        for r in range(rows):
            i = i0 + r
            _copy(reach[0, r], joint)
            for v in range(1, views):
                _raise(joint, reach[v, r])
            others = n - 1
            if len(classes):
                for j in range(n):
                    if classes[j] != classes[i]:
                        joint[j] = top
                        others -= 1
            joint[i] = top
            joint[n:] = top
            _least(joint, least)
            most = min(longest, others)
            guess = _limit_of_nearest(least, len(least), most, guess, E.shape[1], top)
            limit = _as_entry(joint, guess + 2 * slack, farthest)
            m = _gather_near(joint, least, limit, picked)
            for c in range(m):
                found[c] = exact_distance(E, i, picked[c], columns)
            order = rank_order(found[:m])
            sure = unit * (guess + slack)
            radii_in_parts(found[order], picked[order], i, labels, wanted, sure, radius, near)
            for t in range(splits):
                if radius[t] < 0:
                    radius[t] = _nearest_in_part(
                        joint, n, i, labels, t, wanted[t, i], E, columns, slack
                    )
                radii[t, i] = radius[t]
            if splits > 1:
                masks, ordered = part_masks(radius, words.shape[1])
                limits = max(ordered[-1] / unit, 1e-300) + slack
                cells = _cells(ordered, unit, slack, limits)
            for m in range(len(margins)):
                row = _merge(reach, r, chosen[m], merged)
                if splits == 1:
                    counts[0, m, i] = _count_whole(
                        row, i, E, ranges[m], radius[0], unit, slack, top, flags, flag_words, picked
                    )
                else:
                    found_in = _gather(
                        row, n, _as_entry(row, limits, top), flags, flag_words, picked
                    )
                    inside = picked[:found_in]
                    _bins(row, i, inside, E, ranges[m], ordered, cells, limits, unit, slack, bins)
                    add_same_part(inside, bins, i, words, masks, counts[:, m, i])


@njit(nogil=True, cache=True, error_model="numpy")
def _count_whole(row, i, E, ranges, radius, unit, slack, top, flags, flag_words, picked):
    """How many other rows are nearer than the radius, or at the same place if it is 0."""
    n, radius = len(E), max(radius, 5e-324)
    if slack == 0:
        return _count(row, n, _as_entry(row, np.nextafter(radius, 0.0), top)) - 1
    low = _as_entry(row, np.ceil(radius / unit - slack) - 1, top)
    high = _as_entry(row, radius / unit + slack, top)
    inside = _count(row, n, low)
    if _count(row, n, high) > inside:
        for j in range(n):
            flags[j] = (row[j] > low) & (row[j] <= high)
        for c in range(flagged(flags, flag_words, (n + 7) // 8, picked)):
            inside += exact_distance(E, i, picked[c], ranges) < radius
    return inside - 1


@njit(nogil=True, cache=True, error_model="numpy")
def _cells(ordered, unit, slack, limit):
    """Of CELLS equal steps to limit: how many radii end below it, or −1 where one may end in it."""
    cells = np.empty(CELLS + 1, np.int16)
    start = 0
    for t in range(len(ordered)):
        ends = ordered[t] / unit * (CELLS / limit)
        around = slack * (CELLS / limit) + 1e-6
        first, last = int(max(ends - around, 0.0)), min(int(ends + around), CELLS)
        cells[start:first] = t
        cells[max(start, first) : last + 1] = -1
        start = max(start, last + 1)
    cells[start:] = len(ordered)
    return cells


@njit(nogil=True, cache=True, error_model="numpy")
def _ended(ordered, distance):
    ended = 0
    for t in range(len(ordered)):
        ended += ordered[t] <= distance
    return ended


@njit(nogil=True, cache=True, error_model="numpy")
def _bins(row, i, rows, E, ranges, ordered, cells, limit, unit, slack, bins):
    """Of each listed row, how many of the ordered radii end at it or before."""
    per_unit = CELLS / limit
    for c in range(len(rows)):
        bins[c] = cells[int(row[rows[c]] * per_unit)]
        if bins[c] < 0:
            low, high = unit * (row[rows[c]] - slack), unit * (row[rows[c]] + slack)
            bins[c] = _ended(ordered, low)
            if bins[c] != _ended(ordered, high):
                bins[c] = _ended(ordered, exact_distance(E, i, rows[c], ranges))
