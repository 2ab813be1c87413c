"""Reading live torch models: hooks that attach on entering and leave the model as it was.

`record_activations` is the verb; `Activations`, `edit_outputs` and `frozen_state` are the context
managers under it.
"""

from infometer.extras import require

require("torch", "torch")

from infometer.tracing.activations import record_activations
from infometer.tracing.attention_call import AttentionCall
from infometer.tracing.attention_calls import attention_calls
from infometer.tracing.attention_layers import attention_layers
from infometer.tracing.frozen_state import frozen_state
from infometer.tracing.hooks import Activations, edit_outputs, layer_names

__all__ = [
    "Activations",
    "AttentionCall",
    "attention_calls",
    "attention_layers",
    "edit_outputs",
    "frozen_state",
    "layer_names",
    "record_activations",
]
