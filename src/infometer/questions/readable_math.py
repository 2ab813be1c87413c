"""TeX mathematics as text that reads on one line."""

from __future__ import annotations

import re

__all__ = ["readable_math"]

SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "eta": "η", "theta": "θ", "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Delta": "Δ", "Gamma": "Γ", "Sigma": "Σ", "Omega": "Ω", "Phi": "Φ", "cdot": "·",
    "times": "×", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "neq": "≠", "ne": "≠",
    "approx": "≈", "sum": "Σ", "prod": "Π", "infty": "∞", "pm": "±", "in": "∈", "to": "→",
    "ldots": "…", "dots": "…", "cdots": "…", "quad": " ",
}  # fmt: skip
WRAPPER = re.compile(
    r"\\(?:mathrm|mathbf|mathit|mathcal|mathbb|text|textrm|textit|textbf|operatorname|bm|hat|bar)"
    r"\s*\{([^{}]*)\}"
)
FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
SCRIPT = re.compile(r"([_^])\s*\{([^{}]*)\}")
SPACES = re.compile(r"\\[,;:! ]|\\(?:left|right|displaystyle|limits|nonumber|label\{[^}]*\})|&|~")


def readable_math(tex: str) -> str:
    r"""TeX mathematics on one line: fractions as quotients, commands as symbols.

    Parameters
    ----------
    tex : str
        Without its dollar signs.

    Returns
    -------
    str

    Examples
    --------
    >>> readable_math(r"\gamma_k = \frac{p_k g_k}{N_{0}}")
    'γ_k = (p_k g_k)/N_0'
    """
    text = SPACES.sub(" ", tex)
    before = ""
    while before != text:
        before = text
        text = WRAPPER.sub(r"\1", text)
        text = SCRIPT.sub(lambda m: m[1] + _grouped(m[2]), text)
        text = ROOT.sub(lambda m: f"sqrt({m[1].strip()})", text)
        text = FRACTION.sub(lambda m: f"{_grouped(m[1])}/{_grouped(m[2])}", text)
    text = text.replace("\\\\", " ")
    text = re.sub(r"\\([A-Za-z]+)", lambda m: _symbol(m[1]), text)
    return " ".join(text.replace("{", "(").replace("}", ")").replace("\\", "").split())


def _grouped(part: str) -> str:
    part = part.strip()
    return part if re.fullmatch(r"[\w.∞]+", part) else f"({part})"


def _symbol(command: str) -> str:
    return SYMBOLS.get(command, command)
