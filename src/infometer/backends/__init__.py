"""Text generators and scorers behind one protocol, and what a language model's scores say.

A `TextBackend` has two calls: ``generate`` writes answers to a conversation, ``score`` gives the
log-probabilities of given text, in nats, or says that it cannot.
"""

from infometer.backends.choice_items import ChoiceItem, read_choice_items
from infometer.backends.json_answers import JsonAnswer, ask_json
from infometer.backends.local_model import LocalModel
from infometer.backends.protocol import (
    AnswerAttempt,
    BackendError,
    MalformedAnswerError,
    NoRuleError,
    ScoringNotSupportedError,
    TextBackend,
    TokenLogprobs,
)
from infometer.backends.rule_based import RuleBased
from infometer.backends.tasks import task_messages

__all__ = [
    "AnswerAttempt",
    "BackendError",
    "ChoiceItem",
    "JsonAnswer",
    "LocalModel",
    "MalformedAnswerError",
    "NoRuleError",
    "RuleBased",
    "ScoringNotSupportedError",
    "TextBackend",
    "TokenLogprobs",
    "ask_json",
    "read_choice_items",
    "task_messages",
]
