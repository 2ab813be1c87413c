"""
A question set from a document, gate by gate
============================================

A text on power control becomes true/false and four-option questions, each with the words it rests
on. Every gate says pass, fail or not run: rules can check what stands in the text, but whether a
question needs its text takes a language model, and no model is asked here.
"""

from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt

from infometer.backends import RuleBased
from infometer.questions import QuestionPipeline, example_document, read_questions
from infometer.questions.drafting import RULES
from infometer.questions.problems import NomaProblem, verify_answer

# %%
# Rules draft, gates judge, and what is accepted is written as JSON lines. The same document and
# seed give the same bytes.

with TemporaryDirectory() as folder:
    path = f"{folder}/set.jsonl"
    pipeline = QuestionPipeline(RuleBased(RULES))
    report = pipeline.run([example_document()], path, per_level=6, problems=3, random_state=0)
    questions, _ = read_questions(path)
print(report.answer())

for question in [q for q in questions if q.kind == "multiple_choice"][:3]:
    print(f"\n{question.level}: {question.question}")
    for place, option in enumerate(question.options):
        print(f"  {'*' if place == question.key else ' '} {option}")
    for evidence in question.evidence:
        print(f"    “{evidence.quote}”")

# %%
# What each gate let through. "Not run" is no pass.

print(report.yields.drop(columns="asks").to_string(index=False))
figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
report.plot(ax)

# %%
# Numeric questions carry their problem, so that a solver can judge any answer to them.

problem = NomaProblem(
    ["0.2 linear", "1 linear"], "1 W", power="10 W", rates=["1 bit/s/Hz", "1 bit/s/Hz"]
)
print(problem.statement())
print(problem.solve())
for answer in (
    {"variables": ["7.5 W", "2.5 W"]},
    {"variables": ["5 W", "5 W"]},
    {"value": "3.4 bit/s/Hz"},
    {"value": "2.8"},
):
    verdict = verify_answer(problem, answer)
    print(f"{answer}: {verdict.verdict}. {verdict.reason}")

plt.show()
