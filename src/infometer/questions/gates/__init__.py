"""What can be wrong with a question, one gate a file; `GATES` has them in the order they judge."""

from infometer.questions.gates.context_needed import CONTEXT_NEEDED
from infometer.questions.gates.duplicates import DUPLICATES
from infometer.questions.gates.evidence import EVIDENCE
from infometer.questions.gates.gate import Gate, GateInputs
from infometer.questions.gates.hops import HOPS
from infometer.questions.gates.key import KEY
from infometer.questions.gates.key_agreement import KEY_AGREEMENT
from infometer.questions.gates.leak import LEAK
from infometer.questions.gates.lengths import LENGTHS
from infometer.questions.gates.options import OPTIONS
from infometer.questions.gates.positions import POSITIONS
from infometer.questions.gates.problem import PROBLEM
from infometer.questions.gates.schema import SCHEMA
from infometer.questions.gates.truth_balance import TRUTH_BALANCE

__all__ = ["GATES", "Gate", "GateInputs"]

GATES = (
    SCHEMA,
    KEY,
    OPTIONS,
    EVIDENCE,
    LENGTHS,
    PROBLEM,
    DUPLICATES,
    KEY_AGREEMENT,
    CONTEXT_NEEDED,
    HOPS,
    TRUTH_BALANCE,
    POSITIONS,
    LEAK,
)
