import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from infometer.bottleneck.figures import draw_curves, draw_loss_bound, draw_plane, draw_training


def frame(steps=(0, 10, 1000), layers=("a", "b"), **columns):
    rows = [
        {"step": step, "layer": layer, "quantity": quantity, "value_nats": 1.0 + 0.1 * i + 0.5 * j,
         "low": np.nan, "high": np.nan, "ceiling": 3.0, "loss_bound_nats": 0.1 * i,
         "null_nats": 0.2, "loss": 1.0 / (1 + i), **columns}
        for i, step in enumerate(steps)
        for j, layer in enumerate(layers)
        for quantity in ("I(X;L)", "I(L;Y)")
    ]  # fmt: skip
    return pd.DataFrame(rows)


def axes():
    return Figure().add_subplot()


@pytest.mark.parametrize("steps", [(0,), (0, 1), (0, 10, 100_000)])
def test_the_plane_has_a_path_for_every_layer_whatever_its_length(steps):
    ax = draw_plane(frame(steps), axes())
    paths = [line for line in ax.lines if len(line.get_xdata()) == len(steps) and line.zorder == 1]
    assert len(paths) == 2
    assert {text.get_text() for text in ax.texts} == {"a", "b", "log n", "H(Y)"}
    ax.figure.canvas.draw()


def test_layers_may_begin_late_and_miss_steps():
    rows = frame()
    rows = rows[~((rows["layer"] == "b") & (rows["step"] == 0))]
    draw_plane(rows, axes()).figure.canvas.draw()
    draw_curves(rows, "I(X;L)", axes()).figure.canvas.draw()


def test_curves_show_the_ceiling_the_null_and_where_nothing_can_be_read():
    ax = draw_curves(frame(), "I(X;L)", axes())
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["a", "b"]
    assert "log n" in [text.get_text() for text in ax.texts]
    assert ax.get_ylim()[1] > 3.0
    assert any(line.get_linestyle() == "--" for line in ax.lines)
    assert "H(Y)" in [t.get_text() for t in draw_curves(frame(), "I(L;Y)", axes()).texts]
    assert draw_curves(frame(ceiling=np.nan), "I(X;L)", axes()).texts[:] == []


def test_training_shows_what_there_is():
    ax = draw_training(frame(accuracy=0.5, evaluation_loss=2.0), axes())
    assert len(ax.lines) == 2
    assert len(ax.figure.axes) == 2
    assert len(draw_training(frame(), axes()).figure.axes) == 1


def test_the_bound_of_the_loss_is_drawn_for_every_layer():
    ax = draw_loss_bound(frame(), axes(), "bits")
    assert len(ax.lines) == 2
    assert ax.get_ylabel() == "at most lost by PCA, bits"


@pytest.mark.parametrize("name", ["_orig_mod.0", "$a", "$\\no$"])
def test_layers_are_named_as_they_are_called(name):
    drawn = [
        draw_curves(frame(layers=(name,)), "I(X;L)", axes()),
        draw_loss_bound(frame(layers=(name,)), axes()),
    ]
    for ax in drawn:
        ax.figure.canvas.draw()
        assert [text.get_text() for text in ax.get_legend().get_texts()] == [name]
    draw_plane(frame(layers=(name,)), axes()).figure.canvas.draw()
