import dataclasses

import numpy as np
import pandas as pd
import pytest

from infometer.quantities import JointLaw, joint_law
from infometer.quantities.laws import read_kernel, read_law, read_rows

torch = pytest.importorskip("torch")

THREE = np.arange(1.0, 25.0).reshape(2, 3, 4) / 300


def test_a_table_of_floats_is_neither_copied_nor_can_it_be_written_to():
    p = np.full((2, 2), 0.25)
    law = joint_law(p)
    assert np.shares_memory(law.p, p)
    assert np.shares_memory(law.marginal([1, 0]), p)
    with pytest.raises(ValueError, match="read-only"):
        law.p[0, 0] = 1.0
    p[0, 0] = 0.25  # the user's own array stays as it was
    with pytest.raises(dataclasses.FrozenInstanceError):
        law.p = p


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64])
def test_whole_numbers_of_an_integer_type_are_counts(dtype):
    law = joint_law(np.array([[200, 50], [50, 200]], dtype=dtype))
    assert law.p.tolist() == [[0.4, 0.1], [0.1, 0.4]]
    assert law.n_samples == 500
    assert repr(law) == "JointLaw(0 (2), 1 (2); of 500 rows)"
    assert joint_law([[0.5], [0.5]]).n_samples is None


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([[40.0, 10.0], [10.0, 40.0]], "law sums to 100; expected .* divide by the sum"),
        ([[1, -1], [0, 1]], r"law holds -1 at \(0, 1\)"),
        ([[0.5, np.nan], [0.5, 0.0]], r"law holds nan at \(0, 1\)"),
        ([[0, 0], [0, 0]], "counts that are all 0"),
        (np.zeros((0, 2)), r"law is empty \(shape \(0, 2\)\)"),
        (0.5, "law is the single number 0.5"),
        ([["a", "b"]], "holds values of the type <U1; expected real numbers"),
        ([[0.5], [0.2, 0.3]], "law is no array of numbers"),
        ([0.5 + 0j, 0.5], "complex128; expected real numbers"),
    ],
)
def test_what_is_no_law_is_refused_with_what_it_is(table, message):
    with pytest.raises(ValueError, match=message):
        joint_law(table)


def test_a_law_built_by_hand_is_checked_too():
    with pytest.raises(ValueError, match="p sums to 2"):
        JointLaw(np.ones((2,)))
    with pytest.raises(ValueError, match="expected 2 that differ"):
        JointLaw(np.full((2, 2), 0.25), ("a", "a"))
    with pytest.raises(ValueError, match="expected 2 that differ"):
        JointLaw(np.full((2, 2), 0.25), ("a",))
    with pytest.raises(ValueError, match="the axis 0 has the name 1, which is the number of an"):
        JointLaw(np.full((2, 2), 0.25), (1, "a"))
    law = JointLaw(np.full((2, 2), 0.25), (3, 1))
    assert law.axes([1, 3], "x") == (1, 0)
    assert joint_law(law) is law


def test_variables_are_found_by_name_and_by_number():
    law = JointLaw(THREE, ("a", "b", ("c", 1)))
    assert law.axes("b", "x") == (1,)
    assert law.axes(["b", -1, np.int64(0)], "x") == (1, 2, 0)
    assert law.axes(("c", 1), "x") == law.axes([("c", 1)], "x") == (2,)
    assert law.axes((), "x") == ()
    for wrong in ("z", 3, -4, True, [True, False, True]):
        with pytest.raises(ValueError, match=r"x names .* the variables of this law are 'a', 'b'"):
            law.axes(wrong, "x")
    with pytest.raises(ValueError, match="names a variable twice"):
        law.axes(["a", 0], "x")


def test_groups_share_no_variable_and_only_conditions_may_be_empty():
    law = JointLaw(THREE, ("a", "b", "c"))
    assert law.groups(x="a", y=["c"], given=()) == [(0,), (2,), ()]
    with pytest.raises(ValueError, match="x and given both name 'b'"):
        law.groups(x="b", y="c", given=["b"])
    with pytest.raises(ValueError, match="y names no variable"):
        law.groups(x="b", y=())


def test_marginals_and_their_entropies():
    law = joint_law(THREE)
    assert law.marginal([2, 0]) == pytest.approx(THREE.sum(1).T, abs=1e-16)
    assert law.marginal([2, 0, 1]).tolist() == THREE.transpose(2, 0, 1).tolist()
    assert law.marginal([]) == pytest.approx(1.0)
    pair = THREE.sum(1)
    assert law.entropy([2, 0]) == pytest.approx(-(pair * np.log(pair)).sum(), rel=1e-14)
    assert law.entropy([]) == 0.0
    p, axes = law.conditioned(None, [0])
    assert (p.shape, axes) == ((3, 4, 2), (0, 1))


def test_marginals_of_short_floats_are_summed_in_long_ones():
    p = np.full((2**20, 3), 1 / 3 / 2**20, dtype=np.float32)
    law = joint_law(p)
    assert law.p.dtype == np.float32
    assert law.marginal([1]) == pytest.approx([1 / 3] * 3, rel=1e-7)  # 1e-3 off in float32
    assert law.entropy([0, 1]) == pytest.approx(np.log(3 * 2**20), rel=1e-7)


def test_the_row_that_is_no_law_is_named():
    with pytest.raises(ValueError, match=r"row 1 of p sums to 0.9"):
        read_law([[0.5, 0.5], [0.4, 0.5]])
    with pytest.raises(ValueError, match=r"row \(1, 0\) of p sums to 0.9.*\(2 rows are like this"):
        read_law([[[0.5, 0.5]], [[0.4, 0.5]], [[0.3, 0.5]]])
    with pytest.raises(ValueError, match="of logits take the softmax first"):
        read_law(torch.tensor([[0.5, 0.5], [-1.0, 2.0]]))
    with pytest.raises(ValueError, match="p sums to 3"):
        read_law([[0.5, 0.5]] * 3, axis=None)


def test_the_sum_of_short_floats_may_be_as_wrong_as_a_softmax_makes_it():
    generator = torch.Generator().manual_seed(0)
    logits = 5.0 * torch.randn(250_000, generator=generator)
    for dtype in (torch.float32, torch.float16, torch.bfloat16):
        law = read_law(logits.to(dtype).softmax(-1))
        assert law.dtype == torch.float32
    for p in (
        torch.tensor([0.5, 0.4997]),
        torch.tensor([0.5, 0.47], dtype=torch.bfloat16),
        np.array([0.5, 0.47], dtype=np.float16),
        np.array([0.5, 0.5 - 1e-7]),
    ):
        with pytest.raises(ValueError, match="sums to"):
            read_law(p)


def test_rows_of_short_floats_are_laws_in_long_ones_but_a_joint_law_is_as_it_was_given():
    rows = torch.rand(3, 1000, generator=torch.Generator().manual_seed(0)).bfloat16().softmax(-1)
    assert not np.allclose(rows.double().sum(-1), 1.0, atol=1e-5)
    assert read_rows(rows).sum(-1) == pytest.approx(1.0, abs=1e-14)
    with pytest.raises(ValueError, match="gradient"):
        read_rows(rows.float().requires_grad_())
    for table in (np.float16([0.5, 0.498]), torch.tensor([0.5, 0.498]).bfloat16()):
        with pytest.raises(ValueError, match=r"law sums to .*divide by the sum"):
            joint_law(table)


def test_a_tensor_is_kept_with_its_history_by_read_law_alone():
    p = torch.tensor([[0.5, 0.0], [0.25, 0.25]], requires_grad=True)
    assert read_law(p, axis=None) is p
    with pytest.raises(ValueError, match=r"gradient, which would end here; give law.detach\(\)"):
        joint_law(p)
    assert joint_law(p.detach()).marginal([1]).tolist() == [0.75, 0.25]
    assert joint_law(p.detach().bfloat16()).p.dtype == np.float32
    assert joint_law(torch.tensor([[3, 1]])).n_samples == 4


def test_a_kernel_is_a_matrix_of_laws():
    frame = pd.DataFrame([[0.5, 0.5], [0.0, 1.0]], index=["a", "b"])
    assert read_kernel(frame).tolist() == [[0.5, 0.5], [0.0, 1.0]]
    assert read_kernel(np.eye(2, dtype=np.float32)).dtype == float
    with pytest.raises(ValueError, match=r"kernel has the shape \(2,\); expected a matrix"):
        read_kernel([0.5, 0.5])
    with pytest.raises(ValueError, match="row 1 of channel sums to 50"):
        read_kernel([[1, 0], [10, 40]], "channel")


def test_rows_of_a_sample_are_not_counts():
    sample = pd.DataFrame({"x": [0, 1, 1], "y": [1, 0, 1]})
    with pytest.raises(ValueError, match=r"as samples have; .* pandas.crosstab"):
        joint_law(sample)
    assert joint_law(pd.crosstab(sample.x, sample.y)).n_samples == 3
    assert joint_law(pd.DataFrame([[40, 10], [10, 40]])).n_samples == 100
    assert joint_law(pd.DataFrame({"u": [2, 1]}, index=["a", "b"])).n_samples == 3
