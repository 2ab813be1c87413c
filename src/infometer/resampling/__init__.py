"""Seeds, intervals and nulls: keyed streams, Holmes-Nemenman subsampling, permutations.

Rows that belong together, of one subject, one document or one stretch of time, are named by
``groups``: a group is never cut in two by a split, nor its order changed by a permutation.
"""

from infometer.resampling.groups import effective_size, group_codes, shuffle_groups
from infometer.resampling.jackknife import Jackknife, jackknife
from infometer.resampling.permutations import PermutationNull, permutation_null
from infometer.resampling.seeds import generator, integer_seed, root_seed
from infometer.resampling.splits import subsampling_splits
from infometer.resampling.student import student_interval
from infometer.resampling.subsampling import (
    SubsamplingError,
    part_values,
    parts_error,
    splits_error,
    subsampling_error,
)

__all__ = [
    "Jackknife",
    "PermutationNull",
    "SubsamplingError",
    "effective_size",
    "generator",
    "group_codes",
    "integer_seed",
    "jackknife",
    "part_values",
    "parts_error",
    "permutation_null",
    "root_seed",
    "shuffle_groups",
    "splits_error",
    "student_interval",
    "subsampling_error",
    "subsampling_splits",
]
