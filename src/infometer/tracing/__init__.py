"""Reading live torch models: hooks that attach on entering and leave the model as it was.

`record_activations` is the verb; `Activations`, `edit_outputs` and `frozen_state` are the context
managers under it. Of language models: `attention_calls`, `record_hidden_states`, `stream_logits`;
`load_language_model` loads one from a folder and `model_memory` says before what it will take.
"""

from infometer.extras import require

require("torch", "torch")

from infometer.tracing.activations import record_activations
from infometer.tracing.attention_call import AttentionCall
from infometer.tracing.attention_reading import attention_calls
from infometer.tracing.frozen_model import frozen_state
from infometer.tracing.hidden_states import HiddenStates, record_hidden_states
from infometer.tracing.hooks import Activations, edit_outputs, layer_names
from infometer.tracing.logits import TokenLogits, stream_logits
from infometer.tracing.memory_estimate import ModelMemory, model_memory
from infometer.tracing.model_loading import load_language_model
from infometer.tracing.readable_layers import attention_layers

__all__ = [
    "Activations",
    "AttentionCall",
    "HiddenStates",
    "ModelMemory",
    "TokenLogits",
    "attention_calls",
    "attention_layers",
    "edit_outputs",
    "frozen_state",
    "layer_names",
    "load_language_model",
    "model_memory",
    "record_activations",
    "record_hidden_states",
    "stream_logits",
]
