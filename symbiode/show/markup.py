"""Formulas as MathML, which every browser prints without a script.

Comes in: sympy expressions in the model's own symbols (x1, K1, d12, …), never user text. Goes out: markup that a page
may take as it stands.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

import sympy
from markupsafe import Markup, escape
from sympy.logic.boolalg import And, Boolean, Not, Or
from sympy.printing.mathml import mathml

from symbiode.words import say


def formula(expression: sympy.Basic, *, block: bool = False) -> Markup:
    """Return an expression, equation or inequality as MathML.

    Parameters
    ----------
    expression : sympy.Basic
        In symbols of ours; their digits become subscripts.
    block : bool
        Whether it stands on a line of its own.

    Examples
    --------
    >>> print(formula(sympy.Symbol("d12") < 1))
    <math displaystyle="true"><mrow><msub><mi>d</mi><mi>12</mi></msub><mo>&lt;</mo><mn>1</mn></mrow></math>
    """
    display = ' display="block"' if block else ' displaystyle="true"'
    return Markup(f"<math{display}>{_inner(expression)}</math>")


def equation(left: str, expression: sympy.Basic) -> Markup:
    """Return ``left = expression`` on a line of its own; `left` is MathML of ours, such as that of `rate_of`."""
    return Markup(f'<math display="block"><mrow>{left}<mo>=</mo>{_inner(expression)}</mrow></math>')


def chain(parts: Sequence[sympy.Basic | str], rates: Container[object] = ()) -> Markup:
    """Return expressions and the signs between them on a line of its own; a function in `rates` is d/dt."""
    marks = (
        f"<mo>{escape(part)}</mo>" if isinstance(part, str)
        else rate_of(part.args[0]) if part.func in rates else _inner(part)
        for part in parts
    )  # fmt: skip
    return Markup(f'<math display="block"><mrow>{"".join(marks)}</mrow></math>')


def rate_of(state: sympy.Basic) -> str:
    """Return the MathML of dx/dt."""
    return f"<mfrac><mrow><mi>d</mi>{_inner(state)}</mrow><mrow><mi>d</mi><mi>t</mi></mrow></mfrac>"


def condition(boolean: Boolean, lang: str = "en", *, here: bool = False) -> Markup:
    """Return a condition as formulas joined by words; `here` says that it was found at the given values only.

    Examples
    --------
    >>> print(condition(sympy.true))
    always
    """
    if here and boolean in (sympy.true, sympy.false):
        return Markup(say("eq_here" if boolean == sympy.true else "eq_not_here", lang))
    if boolean in (sympy.true, sympy.false):
        return Markup(say("markup_always" if boolean == sympy.true else "markup_never", lang))
    if isinstance(boolean, (And, Or)):
        word = say("markup_and" if isinstance(boolean, And) else "markup_or", lang)
        parts = sorted(boolean.args, key=sympy.default_sort_key)
        inner = [condition(part, lang) for part in parts]
        shown = [f"({text})" if isinstance(part, (And, Or)) else text for part, text in zip(parts, inner, strict=True)]
        return Markup(word.join(shown))
    if isinstance(boolean, Not):
        return Markup(say("markup_not", lang)) + condition(boolean.args[0], lang)
    return formula(boolean)


def _inner(expression: sympy.Basic) -> str:
    bare = {s: sympy.Symbol(s.name) for s in expression.atoms(sympy.Symbol)}  # so that r stands before x
    text = str(mathml(expression.xreplace(bare), printer="presentation", order="old"))
    for sign in "<>":  # sympy leaves them bare
        text = text.replace(f"<mo>{sign}</mo>", f"<mo>{'&lt;' if sign == '<' else '&gt;'}</mo>")
    return text.replace("&InvisibleTimes;", "&#8290;").replace("<mo>-</mo>", "<mo>−</mo>").replace("<mn>-", "<mn>−")
