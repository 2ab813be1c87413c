"""Question sets built from documents: every question with its evidence, gated, its sums checked.

A document becomes chunks, entities and a graph of what stands together; paths over it become
true/false and four-option questions; every gate says pass, fail or not run, with its reason.
"""

from infometer.questions.check import check_questions
from infometer.questions.gates import Gate, GateInputs
from infometer.questions.option_order import balance_positions
from infometer.questions.planted_faults import PlantedFault, planted_faults
from infometer.questions.question_set_report import QuestionSetReport
from infometer.questions.reading import read_questions
from infometer.questions.records import Chunk, Evidence, GateResult, Question

__all__ = [
    "Chunk",
    "Evidence",
    "Gate",
    "GateInputs",
    "GateResult",
    "PlantedFault",
    "Question",
    "QuestionSetReport",
    "balance_positions",
    "check_questions",
    "planted_faults",
    "read_questions",
]
