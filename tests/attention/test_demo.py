import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from infometer.attention import EntropyCourse, HeadEntropyTable, build_gpt2  # noqa: E402
from infometer.attention.demo_training import train_demo  # noqa: E402
from infometer.attention.head_answer import head_answer  # noqa: E402
from infometer.attention.logged_numbers import entropy_metrics  # noqa: E402
from infometer.attention.model_measurement import measure_head_entropy  # noqa: E402
from infometer.attention.text_windows import byte_windows, python_reference  # noqa: E402

TEXT = python_reference()


@pytest.fixture(scope="module")
def demo():
    return train_demo(TEXT[:60_000], length=32, n_steps=40)


def test_the_demo_learns_and_its_heads_leave_the_ceiling(demo):
    assert demo.course.steps == (0, 1, 2, 5, 10, 20, 40)
    np.testing.assert_allclose(demo.course.tables[0].normalized, 1.0, atol=2e-3)
    assert demo.course.last.normalized.min() < 0.99
    assert demo.loss < 3.4  # uniform bytes: 5.5; their frequencies alone: about 3.2
    assert demo.course.last.n_rows[0, 0] == 64 * 32


def test_equal_seeds_make_equal_demos(demo):
    again = train_demo(TEXT[:60_000], length=32, n_steps=5)
    once_more = train_demo(TEXT[:60_000], length=32, n_steps=5)
    other = train_demo(TEXT[:60_000], length=32, n_steps=5, random_state=1)
    assert again.loss == once_more.loss != other.loss
    np.testing.assert_array_equal(again.course.last.mean, once_more.course.last.mean)


def test_a_text_that_is_too_short_is_refused():
    with pytest.raises(ValueError, match="the text has 10 windows of 64 bytes; expected at least"):
        train_demo("x" * 650, length=64, n_steps=1)
    with pytest.raises(ValueError, match="the text has 3 bytes, and a window 4"):
        byte_windows("abc", 4)


def test_the_size_of_batches_changes_no_figure():
    sizes = {"n_layer": 2, "n_head": 2, "n_embd": 8, "vocab_size": 256, "n_positions": 32}
    model = build_gpt2("SM+LN+G", initializer_range=0.5, **sizes)
    windows = byte_windows(TEXT[:320], 32)
    told = []
    parts = measure_head_entropy(model, windows, batch_size=3, progress=told.append)
    whole = measure_head_entropy(model, windows, batch_size=10)
    assert told == [3, 6, 9, 10]
    np.testing.assert_allclose(parts.mean, whole.mean, rtol=1e-6)
    one = measure_head_entropy(model, windows, layers=[1])
    assert one.layers == (1,)
    np.testing.assert_allclose(one.mean[0], whole.mean[1], rtol=1e-6)


def test_a_course_is_its_measurements_in_order():
    def table(entropy):
        return HeadEntropyTable.of_means([[entropy, 2.0]], n_tokens=128)

    course = EntropyCourse().then(0, table(3.8)).then(10, table(3.0)).then(20, table(2.0))
    again = course.then(10, table(2.5))  # a resumed run comes by once more
    assert again.steps == (0, 10)
    assert again.last.mean[0, 0] == 2.5
    assert len(course.to_frame()) == 6
    report = course.report()
    assert "From step 0 to 20 the mean entropy went from 75 to 52 %" in report.answer
    assert len(report.figures) == 4
    with pytest.raises(ValueError, match="each above the one before"):
        EntropyCourse((1, 1), (table(1.0), table(1.0)))
    with pytest.raises(ValueError, match="no step was measured"):
        _ = EntropyCourse().last


def test_the_course_is_drawn_for_few_layers_and_for_many():
    pytest.importorskip("matplotlib")
    for n_layers in (1, 30):
        tables = [
            HeadEntropyTable.of_means(np.full((n_layers, 2), e), n_tokens=128) for e in (3, 1)
        ]
        ax = EntropyCourse((0, 500), tuple(tables)).plot()
        ax.figure.canvas.draw()
        assert len(ax.get_legend().get_texts()) == min(n_layers, 3)


def test_the_answer_counts_every_kind_of_head():
    mean = np.array([[3.8, 2.0], [3.7, 2.0], [3.6, 0.05], [2.0, np.nan]])
    table = HeadEntropyTable.of_means(mean, n_tokens=128)
    table.nan_count[3, 1] = 7
    table.sink_share[:] = 0.1
    table.sink_share[0, 1] = 0.9
    assert head_answer(table) == (
        "2 of 8 heads are well-behaved; 1 NaN in layer 3; 3 overloaded in layers 0–2; 1 collapsed "
        "in layer 2; 1 is a sink."
    )
    numbers = entropy_metrics(table)
    assert numbers["attn_entropy/L00/H01"] == 2.0
    assert numbers["attn_entropy/L03/mean"] == 2.0
    assert "attn_entropy/L03/H01" not in numbers
    assert numbers["attn_entropy/heads_sink"] == 1 / 8
