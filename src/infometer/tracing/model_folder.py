"""The folder of a model: its configuration, and the class that its weights belong to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from infometer.extras import require

__all__ = ["folder_config", "model_class", "model_folder"]


def model_folder(model: str | Path) -> Path:
    """The folder of a model with safetensors in it; anything else raises ``ValueError``.

    Examples
    --------
    >>> model_folder("no/such/model")
    Traceback (most recent call last):
    ValueError: model is 'no/such/model', which is no folder with a config.json; ...
    """
    folder = Path(model)
    if not (folder / "config.json").is_file():
        raise ValueError(
            f"model is {str(model)!r}, which is no folder with a config.json; expected the folder "
            "of a model (save_pretrained writes one): nothing is downloaded"
        )
    if not any(folder.glob("*.safetensors")):
        pickled = sorted(path.name for path in folder.glob("*.bin"))
        raise ValueError(
            f"model is {str(model)!r}, a folder without safetensors"
            + (f" but with {pickled}, which could run any code" if pickled else "")
            + "; expected weights as safetensors: nothing is unpickled. Have their author save "
            "them with save_pretrained(safe_serialization=True)"
        )
    return folder


def folder_config(folder: Path) -> Any:
    """The configuration in a folder; one that needs code of the folder raises ``ValueError``."""
    loader = require("transformers", "language").AutoConfig
    return loader.from_pretrained(folder, local_files_only=True, trust_remote_code=False)


def model_class(config: Any) -> Any:
    """The class of Transformers that a configuration names; without a name its language model.

    Raises
    ------
    ValueError
        For a class that Transformers does not have: it needs code of the folder, which never runs.

    Examples
    --------
    >>> from transformers import GPT2Config
    >>> model_class(GPT2Config()).__name__
    'GPT2LMHeadModel'
    >>> model_class(GPT2Config(architectures=["GPT2Model"])).__name__
    'GPT2Model'
    """
    transformers = require("transformers", "language")
    for name in getattr(config, "architectures", None) or ():
        found = getattr(transformers, name, None)
        if found is None:
            raise ValueError(
                f"the model is a {name!r}, which transformers {transformers.__version__} does not "
                "have; expected one of its own classes: no code of the folder is run"
            )
        return found
    kind = type(config)
    if kind in transformers.MODEL_FOR_CAUSAL_LM_MAPPING:
        return transformers.MODEL_FOR_CAUSAL_LM_MAPPING[kind]
    return transformers.MODEL_MAPPING[kind]
