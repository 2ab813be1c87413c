import os
import subprocess
import sys
from functools import partial

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from infometer.benchmark.identity import identity
from infometer.estimators import KSG, MutualInformationSelector
from infometer.sources import DataRows, GaussianMixture


class Plain:
    def __init__(self, width):
        self.width = width

    def measure(self, x, y):
        return self.width


def scaled(x, y, factor=1.0):
    return factor


def enclosing(factor):
    return lambda x, y: factor


DIFFERENT = [
    KSG(),
    KSG(k=4),
    MutualInformationSelector(k=KSG()),
    MutualInformationSelector(k=KSG(k=4)),
    Plain(1),
    Plain(2.0),
    Plain(1).measure,
    Plain(2).measure,
    scaled,
    partial(scaled, factor=2.0),
    partial(scaled, factor=3.0),
    enclosing(1),
    enclosing(2),
    lambda x, y: 0.5,
    lambda x, y: 0.25,
    lambda x, y: x in {"a", "b"},
    lambda x, y, z=1: 0.5,
    np.arange(2000.0),
    np.where(np.arange(2000) == 1000, -1.0, np.arange(2000.0)),
    GaussianMixture([[0.0], [1.0]], 1.0),
    GaussianMixture([[0.0], [np.nextafter(1.0, 2)]], 1.0),
    [KSG()],
    {"a": KSG()},
    np.corrcoef,
    np.cov,
    np.random.default_rng(0),
    np.random.default_rng(1),
    sparse.csr_array(np.diag([1.0, 2.0])),
    sparse.csr_array(np.diag([1.0, 3.0])),
    pd.DataFrame({"a": np.arange(1000)}),
    pd.DataFrame({"a": np.where(np.arange(1000) == 500, -1, np.arange(1000))}),
    {"left", "right"},
    DataRows(np.arange(100.0), np.arange(100)),
    DataRows(np.arange(100.0), -np.arange(100)),
    None,
    "None",
]


def test_what_differs_is_told_apart_and_nothing_by_its_address():
    texts = [identity(value) for value in DIFFERENT]
    assert len(set(texts)) == len(DIFFERENT)
    assert not [text for text in texts if " at 0x" in text]


@pytest.mark.parametrize("make", [lambda: Plain(1), lambda: KSG(k=4), lambda: enclosing([1])])
def test_what_is_made_alike_is_the_same(make):
    assert identity(make()) == identity(make())


def test_modules_are_told_by_their_weights_and_their_settings():
    torch = pytest.importorskip("torch")

    class Tempered(torch.nn.Module):
        def __init__(self, temperature, weight=1.0):
            super().__init__()
            self.layer = torch.nn.Linear(1, 1)
            torch.nn.init.constant_(self.layer.weight, weight)
            torch.nn.init.zeros_(self.layer.bias)
            self.temperature = temperature

    texts = {identity(Tempered(*given)) for given in ((0.1,), (10.0,), (0.1, 2.0))}
    assert len(texts) == 3
    assert identity(Tempered(0.1)) in texts
    long = torch.arange(5000.0)
    assert identity(long) != identity(torch.where(long == 2500, -1.0, long))


def test_what_holds_itself_is_told_and_large_data_in_no_time():
    loop = {"name": "loop"}
    loop["self"] = [loop]
    assert identity(loop) == "{'name': 'loop', 'self': list(...)}"
    assert len(identity(Plain(np.zeros((20_000, 10))))) < 200


def test_a_function_that_calls_itself_is_told():
    def factorial(x, y):
        return 1 if x <= 1 else x * factorial(x - 1, y)

    assert "factorial" in identity(factorial)


DEFINED = """
def choose(x, y, among=('a', 'b')):
    return x in {'left', 'right', 'above'} and (lambda: x in {'one', 'two', 'three'})
"""


def test_another_process_tells_the_same():
    """Whose hashes of text, and so whose order of sets, are others."""
    here = {"__name__": "__main__"}
    exec(DEFINED, here)
    code = f"{DEFINED}\nfrom infometer.benchmark.identity import identity\nprint(identity(choose))"
    there = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONHASHSEED": "1"},
    )  # fmt: skip
    assert there.stdout.strip() == identity(here["choose"])
