"""Text generators and scorers behind one protocol, and what a language model's scores say.

A `TextBackend` has two calls: ``generate`` writes answers to a conversation, ``score`` gives the
log-probabilities of given text, in nats, or says that it cannot.
"""

from infometer.backends.choice_items import ChoiceItem, read_choice_items
from infometer.backends.protocol import (
    BackendError,
    NoRuleError,
    ScoringNotSupportedError,
    TextBackend,
    TokenLogprobs,
)

__all__ = [
    "BackendError",
    "ChoiceItem",
    "NoRuleError",
    "ScoringNotSupportedError",
    "TextBackend",
    "TokenLogprobs",
    "read_choice_items",
]
