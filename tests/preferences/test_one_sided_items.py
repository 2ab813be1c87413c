from infometer.preferences import ComparisonGraph, OneSided, one_sided


def found(pairs, outcomes, n=6, **options):
    return one_sided(ComparisonGraph(n_items=n, pairs=pairs, outcomes=outcomes, **options))


def test_items_that_only_win_or_lose():
    sides = found([(0, 1), (0, 2), (1, 2), (3, 2)], [1, 1, 1, 1])
    assert sides.only_win == (0, 3)
    assert sides.only_lose == (2,)


def test_sets_that_only_win_or_lose():
    sides = found([(0, 1), (1, 0), (0, 2), (2, 3), (3, 2), (4, 2)], [1, 1, 1, 1, 1, 1])
    assert sides.unbeaten == ((0, 1),)
    assert sides.winless == ((2, 3),)
    assert sides.only_win == (4,)


def test_a_circle_a_tie_and_strengths_have_none():
    for sides in (
        found([(0, 1), (1, 2), (2, 0)], [1, 1, 1]),
        found([(0, 1)], ["tie"]),
        found([(0, 1)], [5.0], kind="cardinal"),
    ):
        assert sides == OneSided((), (), (), ())
