"""Formulas of one line: their symbols, and their value at given numbers."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["Formula", "read_formula"]

SYMBOL = r"[A-Za-zα-ωΑ-Ω][\wα-ω]*(?:_\([\w, ]+\))?"
EQUATION = re.compile(rf"\s*({SYMBOL})\s*=\s*([^=]+?)[.,;]?\s*$")
FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "sqrt": math.sqrt, "log2": math.log2, "log10": math.log10, "ln": math.log, "exp": math.exp,
    "max": max, "min": min,
}  # fmt: skip
OPERATORS = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b, ast.Pow: lambda a, b: a**b,
}  # fmt: skip

LONG_PRODUCT = re.compile(r"[A-Za-z]{3,}[\w]* +\(?[A-Za-z]{2,}|\b[A-Za-z]+ +[A-Za-z]{3,}")
"""Words in a row, as in prose: no product of symbols."""
ALLOWED = (ast.BinOp, ast.UnaryOp, ast.USub, ast.Load, *OPERATORS)


@dataclass(frozen=True)
class Formula:
    """An equation ``name = expression`` that can be evaluated.

    Parameters
    ----------
    name : str
        The symbol on its left.
    text : str
        The equation as it stands in the document.
    symbols : tuple of str
        Those on its right, in their order.

    Examples
    --------
    >>> read_formula("E = P · T").value({"P": 2.0, "T": 3.0})
    6.0
    """

    name: str
    text: str
    symbols: tuple[str, ...]

    @property
    def n_operations(self) -> int:
        """Operations and functions on its right."""
        tree, _ = _parsed(self.text.partition("=")[2])
        return sum(isinstance(node, ast.BinOp | ast.Call) for node in ast.walk(tree))

    def value(self, numbers: Mapping[str, float]) -> float:
        """What the right side is where its symbols have these values.

        Raises ValueError where it has none, as for the logarithm of a negative number.
        """
        tree, names = _parsed(self.text.partition("=")[2])
        values = {name: numbers[symbol] for symbol, name in names.items()}
        try:
            return float(_evaluated(tree, values))
        except (ArithmeticError, TypeError) as error:
            raise ValueError(f"{self.text} has no value at {dict(numbers)}: {error}") from error


def read_formula(text: str) -> Formula | None:
    """Read an equation of symbols, numbers, + − · × / ^ and sqrt, log2, log10, ln, exp, max, min.

    Parameters
    ----------
    text : str
        As `readable_math` writes it; two symbols side by side are a product.

    Returns
    -------
    Formula or None
        None where it is no such equation, or has no symbol on its right.

    Examples
    --------
    >>> read_formula("γ_k = p_k g_k/N_0").symbols
    ('p_k', 'g_k', 'N_0')
    """
    found = EQUATION.match(text)
    if found is None or len(found[2]) > 120:
        return None
    try:
        _, names = _parsed(found[2])
    except (SyntaxError, ValueError):
        return None
    if not names or found[1] in names:
        return None
    return Formula(found[1], text.strip().rstrip(".,;"), tuple(names))


def _parsed(right: str) -> tuple[ast.expr, dict[str, str]]:
    """The tree of an expression, and the plain name that stands for each symbol in it."""
    text = right.rstrip(" .,;")
    for sign, plain in (("·", "*"), ("×", "*"), ("−", "-"), ("–", "-"), ("^", "**")):
        text = text.replace(sign, plain)
    text = re.sub(r"\blog_?\(?(2|10)\)?\b", r"log\1", text)
    names: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        symbol = found[0]
        if symbol in FUNCTIONS:
            return symbol
        return names.setdefault(symbol, f"x{len(names)}")

    text = re.sub(SYMBOL, named, text)
    if LONG_PRODUCT.search(right):
        raise ValueError("has words side by side")
    functions = "|".join(FUNCTIONS)
    text = re.sub(rf"(?<=[\w)])\s+(?=(?:x\d|\(|{functions}))", "*", text)
    text = re.sub(rf"\b({functions})\*(?=\()", r"\1", text)
    text = re.sub(r"(?<=\))(?=[x(])|(?<=\d)(?=x\d)", "*", text)
    tree = ast.parse(text.strip(), mode="eval").body
    _check(tree, set(names.values()))
    return tree, names


def _check(tree: ast.expr, names: set[str]) -> None:
    """Only sums, products, powers and known functions of numbers and symbols are formulas."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if (
                not isinstance(node.func, ast.Name)
                or node.func.id not in FUNCTIONS
                or node.keywords
            ):
                raise ValueError("calls what is no known function")
        elif isinstance(node, ast.Name):
            if node.id not in names and node.id not in FUNCTIONS:
                raise ValueError(f"{node.id} is no symbol")
        elif isinstance(node, ast.Constant):
            if not isinstance(node.value, int | float):
                raise ValueError("holds what is no number")
        elif not isinstance(node, ALLOWED):
            raise ValueError(f"holds {type(node).__name__}")


def _evaluated(node: ast.expr, values: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant):
        return node.value  # type: ignore[return-value]
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.UnaryOp):
        return -_evaluated(node.operand, values)
    if isinstance(node, ast.BinOp):
        left, right = _evaluated(node.left, values), _evaluated(node.right, values)
        return float(OPERATORS[type(node.op)](left, right))
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    return float(FUNCTIONS[node.func.id](*(_evaluated(part, values) for part in node.args)))
