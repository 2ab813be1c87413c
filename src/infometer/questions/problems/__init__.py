"""Problems of wireless resource allocation, solved, and answers to them verified.

Every number has its unit. `verify_answer` says correct, suboptimal, infeasible or malformed, and
why; `draft_problem_question` makes a four-option question whose key the solver gave.
"""

from infometer.questions.problems.channels import (
    EnergyEfficiencyProblem,
    WaterFillingProblem,
    water_level,
)
from infometer.questions.problems.noma import NomaProblem
from infometer.questions.problems.orthogonal import OmaProblem
from infometer.questions.problems.problem_questions import draft_problem_questions
from infometer.questions.problems.problem_records import read_problem
from infometer.questions.problems.solution import (
    InfeasibleProblemError,
    OptimisationProblem,
    Solution,
    Verdict,
)
from infometer.questions.problems.stationarity import kkt_residual
from infometer.questions.problems.superposition import (
    downlink_rates,
    least_powers,
    two_user_outage,
    uplink_rates,
    weak_to_strong,
)
from infometer.questions.problems.units import read_quantities, read_quantity, show_quantity
from infometer.questions.problems.verification import verify_answer

__all__ = [
    "EnergyEfficiencyProblem",
    "InfeasibleProblemError",
    "NomaProblem",
    "OmaProblem",
    "OptimisationProblem",
    "Solution",
    "Verdict",
    "WaterFillingProblem",
    "downlink_rates",
    "draft_problem_questions",
    "kkt_residual",
    "least_powers",
    "read_problem",
    "read_quantities",
    "read_quantity",
    "show_quantity",
    "two_user_outage",
    "uplink_rates",
    "verify_answer",
    "water_level",
    "weak_to_strong",
]
