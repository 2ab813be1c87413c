"""Every public name has one of the shapes that CONTRIBUTING.md lists, and says what it is."""

import contextlib
import dataclasses
import importlib
import inspect

import pytest

import infometer

torch = pytest.importorskip("torch")
torchmetrics = pytest.importorskip("torchmetrics")

import sklearn.base  # noqa: E402

PUBLIC_MODULES = (
    *(f"infometer.{name}" for name in infometer.__all__ if name not in infometer._VERBS),
    "infometer.extras",
    "infometer.estimators.fitting",
    "infometer.estimators.metrics",
    "infometer.estimators.predictive",
    "infometer.preferences.collecting",
    "infometer.questions.problems",
)
WITH_EXAMPLES = tuple(
    f"infometer.{name}"
    for name in (
        "attention",
        "backends",
        "benchmark",
        "bottleneck",
        "estimators",
        "graphs",
        "measure",
        "preferences",
        "quantities",
        "questions",
        "resampling",
        "sources",
        "tracing",
        "usable",
    )
)
CALLBACKS = {
    ("lightning.pytorch.callbacks.callback", "Callback"),
    ("pytorch_lightning.callbacks.callback", "Callback"),
    ("transformers.trainer_callback", "TrainerCallback"),
}


def is_class_of(thing, *bases):
    return inspect.isclass(thing) and issubclass(thing, bases)


def is_context_function(thing):
    made = contextlib.contextmanager(lambda: None)
    return inspect.isfunction(thing) and thing.__code__ is made.__code__


def is_named_tuple(thing):
    return is_class_of(thing, tuple) and hasattr(thing, "_fields")


def is_frozen_dataclass(thing):
    return dataclasses.is_dataclass(thing) and thing.__dataclass_params__.frozen


def is_callback(thing):
    names = {(base.__module__, base.__name__) for base in getattr(thing, "__mro__", ())}
    return bool(names & CALLBACKS)


SHAPES = {
    "function": lambda thing: inspect.isfunction(thing) and not is_context_function(thing),
    "scikit-learn estimator": lambda thing: is_class_of(thing, sklearn.base.BaseEstimator),
    "torchmetrics metric": lambda thing: is_class_of(thing, torchmetrics.Metric),
    "module or callback": lambda thing: (
        (is_class_of(thing, torch.nn.Module) and not is_class_of(thing, torchmetrics.Metric))
        or is_callback(thing)
    ),
    "frozen value": lambda thing: is_frozen_dataclass(thing) or is_named_tuple(thing),
    "context manager": lambda thing: (
        is_context_function(thing)
        or (inspect.isclass(thing) and hasattr(thing, "__enter__") and hasattr(thing, "__exit__"))
    ),
    "text backend": lambda thing: (
        inspect.isclass(thing)
        and hasattr(thing, "generate")
        and hasattr(thing, "score")
        and not getattr(thing, "_is_protocol", False)
    ),
    "torch sampler": lambda thing: is_class_of(thing, torch.utils.data.Sampler),
    "protocol": lambda thing: getattr(thing, "_is_protocol", False),
    "error or warning": lambda thing: is_class_of(thing, Exception),
}
"""The six shapes, what follows an outside protocol, and what only few modules have."""

ONLY_IN = {
    "protocol": {
        "infometer.backends.protocol",
        "infometer.contracts",
        "infometer.questions.problems.solution",
    },
    "error or warning": {
        "infometer.backends.protocol",
        "infometer.questions.problems.solution",
        "infometer.contracts",
        "infometer.extras",
    },
}


def shapes_of(thing):
    return [shape for shape, fits in SHAPES.items() if fits(thing)]


def public_things():
    modules = {name: importlib.import_module(name) for name in PUBLIC_MODULES}
    return [
        pytest.param(module_name, getattr(module, name), id=f"{module_name}.{name}")
        for module_name, module in modules.items()
        for name in getattr(module, "__all__", ())
    ]


@pytest.mark.parametrize("module_name", PUBLIC_MODULES)
def test_a_public_module_lists_its_names_and_says_what_it_is_for(module_name):
    module = importlib.import_module(module_name)
    names = getattr(module, "__all__", [])
    assert names, f"{module_name} has no __all__: list its public names there"
    assert len(names) == len(set(names))
    assert module.__doc__


@pytest.mark.parametrize(("module_name", "thing"), public_things())
def test_a_public_name_has_exactly_one_shape(module_name, thing):
    shapes = shapes_of(thing)
    assert len(shapes) == 1, f"fits {shapes or 'none'} of {', '.join(SHAPES)}"
    assert thing.__module__ in ONLY_IN.get(shapes[0], {thing.__module__})


@pytest.mark.parametrize(("module_name", "thing"), public_things())
def test_a_public_name_is_documented(module_name, thing):
    document = inspect.getdoc(thing) or ""
    first = document.partition("\n")[0]
    assert first.strip(), "has no docstring"
    assert not first.startswith(f"{thing.__name__}("), "has only the docstring that Python makes"
    if inspect.isfunction(thing) and module_name.startswith(WITH_EXAMPLES):
        assert "\nExamples\n--------\n" in document, "shows no example"
        assert ">>> " in document


def test_what_has_no_shape_or_two_is_found():
    class Loose:
        """Holds whatever it is given."""

    class Both(sklearn.base.BaseEstimator, torch.nn.Module):
        """Is two things at once."""

    @dataclasses.dataclass
    class Mutable:
        """May change under its user's hands."""

    assert shapes_of(Loose) == shapes_of(Mutable) == shapes_of(0.5) == []
    assert shapes_of(Both) == ["scikit-learn estimator", "module or callback"]
    assert shapes_of(torchmetrics.MeanMetric) == ["torchmetrics metric"]
    assert shapes_of(contextlib.contextmanager(shapes_of)) == ["context manager"]
