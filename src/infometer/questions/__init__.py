"""Question sets built from documents: every question with its evidence, gated, its sums checked.

A document becomes chunks, entities and a graph of what stands together; paths over it become
true/false and four-option questions; every gate says pass, fail or not run, with its reason.
"""

from infometer.questions.acronyms import find_acronyms
from infometer.questions.check import check_questions
from infometer.questions.chunks import chunk_documents
from infometer.questions.documents import (
    Document,
    LeftOut,
    Section,
    document_from_text,
    example_document,
    read_documents,
)
from infometer.questions.draft_roles import draft_with_roles
from infometer.questions.drafting import RULES as RULES
from infometer.questions.drafting import DraftLog, draft_questions
from infometer.questions.entities import Entity, extract_entities, propose_entities
from infometer.questions.entity_graph import EntityGraph, Link, build_entity_graph, sample_paths
from infometer.questions.formulas import Formula, read_formula
from infometer.questions.gates import Gate, GateInputs
from infometer.questions.option_order import balance_positions
from infometer.questions.pipeline import QuestionPipeline
from infometer.questions.planted_faults import PlantedFault, planted_faults
from infometer.questions.question_set_report import QuestionSetReport
from infometer.questions.reading import read_questions
from infometer.questions.records import Chunk, Evidence, GateResult, Question

__all__ = [
    "Chunk",
    "Document",
    "DraftLog",
    "Entity",
    "EntityGraph",
    "Evidence",
    "Formula",
    "Gate",
    "GateInputs",
    "GateResult",
    "LeftOut",
    "Link",
    "PlantedFault",
    "Question",
    "QuestionPipeline",
    "QuestionSetReport",
    "Section",
    "balance_positions",
    "build_entity_graph",
    "check_questions",
    "chunk_documents",
    "document_from_text",
    "draft_questions",
    "draft_with_roles",
    "example_document",
    "extract_entities",
    "find_acronyms",
    "planted_faults",
    "propose_entities",
    "read_documents",
    "read_formula",
    "read_questions",
    "sample_paths",
]
