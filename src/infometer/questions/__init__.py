"""Question sets built from documents: every question with its evidence, gated, its sums checked.

A document becomes chunks, entities and a graph of what stands together; paths over it become
true/false and four-option questions; every gate says pass, fail or not run, with its reason.
"""

from infometer.questions.records import Chunk, Evidence, GateResult, Question

__all__ = ["Chunk", "Evidence", "GateResult", "Question"]
