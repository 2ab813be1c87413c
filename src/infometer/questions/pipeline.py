"""From documents to a question set: drafted, gated, shuffled, written; killed, it goes on."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infometer.backends import RuleBased, TextBackend
from infometer.backends.request_cache import RequestCache
from infometer.questions.check import required_names
from infometer.questions.chunks import chunk_documents
from infometer.questions.documents import Document
from infometer.questions.drafting import draft_questions
from infometer.questions.durable_backend import DurableBackend
from infometer.questions.gates import GATES, Gate, GateInputs
from infometer.questions.gates.leak import leak_estimate
from infometer.questions.gating import judge_questions, judge_set, rejected_by
from infometer.questions.option_order import balance_positions
from infometer.questions.problems import draft_problem_questions
from infometer.questions.question_set_report import QuestionSetReport
from infometer.questions.records import Question
from infometer.questions.writing import rejected_path, work_path, write_questions
from infometer.resampling import root_seed

__all__ = ["QuestionPipeline"]

Progress = Callable[[int, int, str], object]


@dataclass(frozen=True)
class QuestionPipeline:
    """Drafts questions from documents, lets every gate judge them, and writes what stands.

    Parameters
    ----------
    backend : TextBackend
        Drafts: ``RuleBased(RULES)``, or a language model.
    gates : tuple of Gate
    judge : TextBackend, optional
        Answers and scores; by default `backend`. Another model than the one that drafts is the
        better judge.
    require : tuple of str
        Gates that reject a question that they could not judge.

    Examples
    --------
    >>> import tempfile
    >>> from infometer.questions import example_document
    >>> from infometer.questions.drafting import RULES
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pipeline = QuestionPipeline(RuleBased(RULES))
    ...     made = pipeline.run([example_document()], folder + "/set.jsonl", per_level=2)
    ...     lines = Path(folder, "set.jsonl").read_text(encoding="utf-8").splitlines()
    >>> len(lines) == len(made.accepted) > 0
    True
    """

    backend: TextBackend
    gates: tuple[Gate, ...] = GATES
    judge: TextBackend | None = None
    require: tuple[str, ...] = ("evidence",)

    def __post_init__(self) -> None:
        required_names(self.require, self.gates)

    def run(
        self,
        documents: Sequence[Document],
        out: str | os.PathLike[str],
        *,
        per_level: int = 20,
        problems: int = 0,
        random_state: Any = 0,
        progress: Progress | None = None,
    ) -> QuestionSetReport:
        """Build a set and write it.

        Parameters
        ----------
        documents : sequence of Document
        out : path
            JSON lines of the accepted questions, by their ids. Beside it, ``NAME.rejected.jsonl``
            has the others with their verdicts, and ``NAME.jsonl.work.sqlite`` what a language model
            has said: the same call goes on from there, or gives the same bytes again.
        per_level : int
            Questions to draft of each kind and level.
        problems : int
            Numeric problems besides, whose keys a solver gives.
        random_state : int, None, RandomState or Generator
        progress : callable, optional
            Called as ``progress(done, total, what)``.

        Returns
        -------
        QuestionSetReport

        Raises
        ------
        BackendError
            If the backend that drafts fails; what it said before is kept.
        ValueError
            If no question can be drafted.
        """
        path, seed = Path(out), root_seed(random_state)
        tell = progress or (lambda done, total, what: None)
        cache = RequestCache(work_path(path)) if self._asks_models() else None
        tell(0, len(self.gates), "drafting")
        drafted, log = draft_questions(
            documents, _durable(self.backend, cache), per_level=per_level, random_state=seed
        )
        drafted += draft_problem_questions(problems, seed) if problems else []
        if not drafted:
            raise ValueError(
                f"documents carry no question ({dict(log.refusals)}); give longer texts, or others"
            )
        chunks = {chunk.id: chunk for chunk in chunk_documents(documents)}
        judge = _durable(self.judge or self.backend, cache)
        final = judge_questions(
            sorted(drafted, key=lambda question: question.id),
            self.gates,
            inputs := GateInputs(chunks, judge, seed),
            require=self.require,
            arrange=lambda standing: balance_positions(standing, seed),
            progress=tell,
        )
        report = QuestionSetReport(
            questions=tuple(final),
            set_results=tuple(judge_set(self._standing(final), self.gates, inputs)),
            leak=leak_estimate(self._standing(final), seed),
            require=self.require,
            settings={
                "documents": [document.name for document in documents],
                "backend": self.backend.name,
                "judge": judge.name,
                "per_level": per_level,
                "problems": problems,
                "random_state": seed,
            },
            drafting=log,
        )
        write_questions(path, report.accepted)
        write_questions(rejected_path(path), report.rejected, require=self.require)
        return report

    def _asks_models(self) -> bool:
        return not all(isinstance(b, RuleBased | None) for b in (self.backend, self.judge))

    def _standing(self, questions: Sequence[Question]) -> list[Question]:
        return [question for question in questions if not rejected_by(question, self.require)]


def _durable(backend: TextBackend, cache: RequestCache | None) -> TextBackend:
    """Rules need no memory: they say the same again."""
    if cache is None or isinstance(backend, RuleBased):
        return backend
    return DurableBackend(backend, cache)
