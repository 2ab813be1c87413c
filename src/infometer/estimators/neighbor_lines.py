"""Counts on a line by sorting, neighbours on two lines by windows; compiled by numba."""

from __future__ import annotations

import numpy as np
from numba import njit

from infometer.estimators.neighbor_parts import flagged, radii_in_parts, rank_order

__all__ = ["count_on_line", "tally_parts", "window_rows"]

STRIDE = 32
BANDS = 64


@njit(nogil=True, cache=True, error_model="numpy")
def tally_parts(labels, order, most):
    """tallies[t, p, q]: how many of the first q rows in `order` lie in part p of split t."""
    n, splits = labels.shape
    tallies = np.zeros((splits, most, n + 1), np.int32)
    for t in range(splits):
        for q in range(n):
            for p in range(most):
                tallies[t, p, q + 1] = tallies[t, p, q]
            tallies[t, labels[order[q], t], q + 1] += 1
    return tallies


@njit(nogil=True, cache=True, error_model="numpy")
def _reach_up(line, at, x, radius):
    """The first position from `at` on whose value is radius or more above x."""
    n = len(line)
    stop = min(at + STRIDE, n)
    while at < stop and abs(line[at] - x) < radius:
        at += 1
    if at < stop or at == n:
        return at
    step = STRIDE
    while at + step < n and abs(line[at + step] - x) < radius:
        at += step
        step *= 2
    high = min(at + step, n)
    while at < high:
        middle = (at + high) // 2
        if abs(line[middle] - x) < radius:
            at = middle + 1
        else:
            high = middle
    return at


@njit(nogil=True, cache=True, error_model="numpy")
def _reach_down(line, at, x, radius):
    """The last position, from `at` down, whose value is radius or more below x; or −1."""
    stop = max(at - STRIDE, -1)
    while at > stop and abs(line[at] - x) < radius:
        at -= 1
    if at > stop or at == -1:
        return at
    step = STRIDE
    while at - step > -1 and abs(line[at - step] - x) < radius:
        at -= step
        step *= 2
    low = max(at - step, -1)
    while at > low:
        middle = (at + low + 1) // 2
        if abs(line[middle] - x) < radius:
            at = middle - 1
        else:
            low = middle
    return at


@njit(nogil=True, cache=True, error_model="numpy")
def count_on_line(begin, end, line, order, labels, tallies, radii, counts):
    """How many other rows of i's part are nearer on the line than radii[t, i], for every split.

    `line` is sorted, and its row `order[q]` stands at q; begin ≤ q < end are done. A radius of 0
    counts the rows at the same place.
    """
    splits = radii.shape[0]
    radius = np.empty(splits)
    for q in range(begin, end):
        i, x = order[q], line[q]
        for t in range(splits):
            radius[t] = max(radii[t, i], 5e-324)
        up, down = q + 1, q - 1
        for t in rank_order(radius):
            up = _reach_up(line, up, x, radius[t])
            down = _reach_down(line, down, x, radius[t])
            if splits == 1:
                counts[t, i] = up - down - 2
            else:
                tally = tallies[t, labels[i, t]]
                counts[t, i] = tally[up] - tally[down + 1] - 1


@njit(nogil=True, cache=True, error_model="numpy")
def _window(line, q, low, high, limit):
    """Move low and high until low ≤ p < high holds all with |line[p] − line[q]| ≤ limit."""
    n, x = len(line), line[q]
    while low > 0 and x - line[low - 1] <= limit:
        low -= 1
    while x - line[low] > limit:
        low += 1
    while high < n and line[high] - x <= limit:
        high += 1
    while line[high - 1] - x > limit:
        high -= 1
    return low, high


@njit(nogil=True, cache=True, error_model="numpy")
def window_rows(begin, end, x, y, order, classes, wanted, labels, longest, radii, near):
    """Radii and neighbours as `neighbor_blocks.scan_rows`, of two lines; x sorted, y beside it.

    Only the rows within a window of x can be among the nearest, about √n of them. Row order[q]
    stands at q; wanted and labels are by row.
    """
    n, splits = len(x), labels.shape[1]
    radius = np.empty(splits)
    flags = np.zeros(8 * (n // 8 + 1), np.uint8)
    words = flags.view(np.uint64)
    picked = np.empty(n + 8, np.int64)
    start = max(x[-1] - x[0], np.ptp(y), 1e-300) * np.sqrt(longest / n)
    usual = np.full(BANDS + 1, start)
    least, per_unit = y.min(), BANDS / max(np.ptp(y), 1e-300)
    low, high = begin, begin + 1
    for q in range(begin, end):
        band = int((y[q] - least) * per_unit)
        i, limit, short, tried = order[q], usual[band], 0.0, 0
        while True:
            low, high = _window(x, q, min(low, q), max(high, q + 1), limit)
            m = _gather_window(y, q, low, high, limit, flags, words, picked, order, classes)
            if m >= longest and (m <= 2 * longest + 8 or tried > 8):
                break
            if high - low == n and _covers(y, q, limit):
                break
            tried += 1
            if m < longest:
                short = max(short, limit)
                limit *= min(2.0, np.sqrt(1.4 * longest / max(m, 0.3)))
            else:
                limit = max(limit * np.sqrt(1.4 * longest / m), 0.5 * (short + limit))
        if tried <= 8:
            usual[band] = max(limit * np.sqrt(1.4 * longest / max(m, 1)), 1e-9 * start)
        found = np.empty(m)
        rows = np.empty(m, np.int64)
        for c in range(m):
            p = picked[c]
            found[c] = max(abs(x[p] - x[q]), abs(y[p] - y[q]))
            rows[c] = order[p]
        by_distance = rank_order(found)
        radii_in_parts(
            found[by_distance], rows[by_distance], i, labels, wanted, limit, radius, near
        )
        for t in range(splits):
            if radius[t] < 0:
                radius[t] = _nearest_in_part(x, y, q, order, classes, labels, t, wanted[t, i])
            radii[t, i] = radius[t]


@njit(nogil=True, cache=True, error_model="numpy")
def _covers(y, q, limit):
    return np.abs(y - y[q]).max() <= limit


@njit(nogil=True, cache=True, error_model="numpy")
def _gather_window(y, q, low, high, limit, flags, words, picked, order, classes):
    """Positions other than q in the window, of q's class, with |y[p] − y[q]| ≤ limit."""
    here = y[q]
    for p in range(high - low):
        flags[p] = abs(y[low + p] - here) <= limit
    flags[high - low : 8 * ((high - low + 7) // 8)] = 0
    flags[q - low] = 0
    if len(classes):
        own = classes[order[q]]
        for p in range(high - low):
            flags[p] &= classes[order[low + p]] == own
    m = flagged(flags, words, (high - low + 7) // 8, picked)
    for c in range(m):
        picked[c] += low
    return m


@njit(nogil=True, cache=True, error_model="numpy")
def _nearest_in_part(x, y, q, order, classes, labels, t, wanted):
    """The distance to the wanted-th nearest row of q's part, and class, among all rows."""
    best = np.full(wanted, np.inf)
    i = order[q]
    for p in range(len(x)):
        j = order[p]
        if p == q or labels[j, t] != labels[i, t] or (len(classes) and classes[j] != classes[i]):
            continue
        found = max(abs(x[p] - x[q]), abs(y[p] - y[q]))
        if found < best[-1]:
            at = wanted - 1
            while at > 0 and best[at - 1] > found:
                best[at] = best[at - 1]
                at -= 1
            best[at] = found
    return best[-1]
