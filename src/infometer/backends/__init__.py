"""Text generators and scorers behind one protocol, and what a language model's scores say.

A `TextBackend` has two calls: ``generate`` writes answers to a conversation, ``score`` gives the
log-probabilities of given text, in nats, or says that it cannot.
"""

from infometer.backends.answer_items import AnswerItem
from infometer.backends.answer_prompts import AnswerPrompt
from infometer.backends.choice_items import ChoiceItem, read_choice_items
from infometer.backends.http_retries import RequestIncident
from infometer.backends.json_answers import JsonAnswer, ask_json
from infometer.backends.language_v_information import LanguageVInformation
from infometer.backends.leakage import Leakage, leakage_report
from infometer.backends.local_model import LocalModel
from infometer.backends.one_line_rules import trivial_rules
from infometer.backends.openai_compatible import OpenAICompatible
from infometer.backends.protocol import (
    AnswerAttempt,
    BackendError,
    MalformedAnswerError,
    NoRuleError,
    ScoringNotSupportedError,
    TextBackend,
    TokenLogprobs,
)
from infometer.backends.recording import Recording
from infometer.backends.replay import Replay
from infometer.backends.rule_based import RuleBased
from infometer.backends.scoring import lm_pvi
from infometer.backends.tasks import task_messages
from infometer.backends.usage import Usage

__all__ = [
    "AnswerAttempt",
    "AnswerItem",
    "AnswerPrompt",
    "BackendError",
    "ChoiceItem",
    "JsonAnswer",
    "LanguageVInformation",
    "Leakage",
    "LocalModel",
    "MalformedAnswerError",
    "NoRuleError",
    "OpenAICompatible",
    "Recording",
    "Replay",
    "RequestIncident",
    "RuleBased",
    "ScoringNotSupportedError",
    "TextBackend",
    "TokenLogprobs",
    "Usage",
    "ask_json",
    "leakage_report",
    "lm_pvi",
    "read_choice_items",
    "task_messages",
    "trivial_rules",
]
