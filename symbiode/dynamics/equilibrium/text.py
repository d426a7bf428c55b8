"""Equilibria in words: tables, conditions, sentences, LaTeX.

Comes in: an `EquilibriumSet`. Goes out: text in English or Chinese; nothing is computed here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sympy
from sympy.logic.boolalg import Boolean
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

from symbiode.errors import quote
from symbiode.render import escape_latex, html_table, html_text, significant, text_table
from symbiode.words import say

if TYPE_CHECKING:
    from symbiode.dynamics.equilibrium.results import Absent, Equilibrium, EquilibriumSet, Family, Reason

_MOST = 64  # more sets of units than anybody reads one by one
_LONGEST = 400  # characters of a condition or formula in a table of text
Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


class _PlusFirst:
    """Sums as the field writes them: numbers first, what is added before what is subtracted."""

    def _as_ordered_terms(self, expr: sympy.Expr, order: str | None = None) -> list[sympy.Expr]:
        return sorted(expr.as_ordered_terms(), key=lambda term: (term.could_extract_minus_sign(), not term.is_Number))


class _Text(_PlusFirst, StrPrinter):
    pass


class _Latex(_PlusFirst, LatexPrinter):
    pass


def _printed(told: sympy.Basic, printer: Any) -> str:
    return str(printer().doprint(told))


def formula(expression: sympy.Basic) -> str:
    """Return an expression as text, as the field writes it.

    Examples
    --------
    >>> d12, d21 = sympy.symbols("d12 d21")
    >>> formula((d21 - 1)/(1 - d12*d21))
    '(d21 - 1)/(1 - d12*d21)'
    """
    return _printed(expression, _Text)


def formula_latex(expression: sympy.Basic) -> str:
    """Return an expression as LaTeX, as the field writes it.

    Examples
    --------
    >>> d12, d21 = sympy.symbols("d12 d21")
    >>> formula_latex((d21 - 1)/(1 - d12*d21))
    '\\\\frac{d_{21} - 1}{1 - d_{12} d_{21}}'
    """
    return _printed(expression, _Latex)


def condition(told: Boolean, lang: str = "en", *, here: bool = False) -> str:
    """Return a condition as text; `here` says that it was found at the given values only.

    Examples
    --------
    >>> d12, d21 = sympy.symbols("d12 d21")
    >>> condition(sympy.And(d12 > -1, d12*d21 < 1))
    'd12 > -1 and d12*d21 < 1'
    """
    if told in (sympy.true, sympy.false):
        return say(("eq_here" if told else "eq_not_here") if here else "eq_always" if told else "eq_never", lang)
    parts = sorted(told.args, key=lambda part: (len(str(part)), str(part))) if isinstance(told, sympy.And) else (told,)
    return f" {say('eq_and', lang)} ".join(map(formula, parts))


def sentence(reason: str, values: Reason, lang: str = "en") -> str:
    """Return the sentence of a reason with its values filled in; lists of units are joined."""
    joined = {key: _joined(value, lang) if isinstance(value, tuple) else value for key, value in values}
    return say(reason, lang, **joined)


def _joined(units: tuple[str, ...], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(units) or say("eq_nobody", lang)


def present(found: EquilibriumSet, support: tuple[str, ...], lang: str) -> str:
    """Return the labels of present units."""
    return _joined(tuple(unit.shown(lang) for unit in found.model.units if unit.name in support), lang)


def equilibrium_table(found: EquilibriumSet, lang: str = "en") -> Table:
    """Return heading and rows: who is present, where, which type, eigenvalues."""
    head = (say("eq_present", lang), say("eq_type", lang), *(unit.shown(lang) for unit in found.model.units))
    rows = [
        (present(found, e.support, lang), say(e.stability.value, lang), *map(significant, e.state), _spectrum(e))
        for e in found.equilibria
    ]
    return (*head, say("eq_eigenvalues", lang)), rows


def _spectrum(e: Equilibrium) -> str:
    shown = []
    for value in e.eigenvalues:
        if value.imag > 0:
            shown.append(f"{significant(value.real)} ± {significant(value.imag)}i")
        elif not value.imag:
            shown.append(significant(value.real))
    return ", ".join(shown)


def condition_table(found: EquilibriumSet, lang: str = "en") -> Table:
    """Return heading and rows: who is present, formula, when it exists, when it is stable, why it is what it is."""
    keys, here = ("eq_present", "eq_formula", "eq_exists_if", "eq_stable_if", "eq_why"), not found.symbolic
    rows: list[tuple[str, ...]] = [
        (
            present(found, e.support, lang), _short("(" + ", ".join(map(formula, e.expressions)) + ")", lang),
            *(_short(condition(c, lang, here=here), lang) for c in (e.exists_if, e.stable_if)), e.why(lang),
        )
        for e in found.equilibria
    ]  # fmt: skip
    return tuple(say(key, lang) for key in keys), rows


def absent_table(found: EquilibriumSet, lang: str = "en") -> Table:
    """Return heading and rows: which units have no equilibrium together, when they would have one, why not now."""
    keys, here = ("eq_present", "eq_exists_if", "eq_why"), not found.symbolic
    rows: list[tuple[str, ...]] = [
        (present(found, a.support, lang), _short(condition(a.exists_if, lang, here=here), lang), a.why(lang))
        for a in found.absent
    ]
    return tuple(say(key, lang) for key in keys), rows


def _short(text: str, lang: str) -> str:
    return text if len(text) <= _LONGEST else say("eq_too_long", lang)


def family_sentence(family: Family, lang: str = "en") -> str:
    """Return what a family is, where it lies, and whether it attracts."""
    where = "".join(f", {_equation(equation)}" for equation in family.equations)
    told = say(family.kind, lang, units=_joined(family.support, lang), equations=where)
    if family.attracting is None:
        return told
    space = "" if lang == "zh" else " "
    return told + space + say("eq_family_attracts" if family.attracting else "eq_family_does_not_attract", lang)


def _equation(zero: sympy.Expr) -> str:
    constant, rest = zero.as_coeff_Add()
    return f"{formula(rest)} = {-constant}"


def notes(found: EquilibriumSet, lang: str = "en") -> list[str]:
    """Return what a reader must know about the conditions, the proof, and the status if it is not ok."""
    told = []
    if any(set(e.stable_if.free_symbols) & set(found.model.states) for e in found.listed):
        told.append(say("eq_coordinates", lang))
    if found.equilibria and not found.symbolic:
        told.append(say("eq_numbers_only", lang))
        threshold = found.threshold
        if threshold is not None:
            told.append(say("eq_threshold", lang, expression=formula(threshold)))
    told.append(say(found.proof[0], lang, **dict(found.proof[1])))
    return [*told, found.status.detail if found.status.ok else found.status.message]


def symbols(found: EquilibriumSet, lang: str = "en") -> list[str]:
    """Return one line for each symbol that stands in a formula or condition: what it is and its value."""
    listed = found.listed
    used = {s for e in listed for part in (*e.expressions, e.exists_if, e.stable_if) for s in part.free_symbols}
    return [
        f"{p.symbol} = {significant(float(found.model.values[p.symbol]), 6)}  ({'.'.join(map(quote, p.path))})"
        for p in found.model.parameters
        if p.symbol in used
    ]


def summary(found: EquilibriumSet, lang: str = "en") -> str:
    """Return everything about the equilibria of a model as plain text."""
    title = say("eq_title", lang, name=found.model.name)
    if found.model.illustrative:
        title += f" {say('eq_illustrative', lang)}"
    shown, many = _worth_showing(found, lang)
    parts = [title, *many]
    if shown.equilibria:
        parts.append(text_table(*equilibrium_table(shown, lang), left=2))
        head, rows = condition_table(shown, lang)
        parts.append("\n\n".join(_block(head, row) for row in rows))
    parts.extend(family_sentence(family, lang) for family in found.families)
    if shown.absent:
        parts.append(say("eq_absent", lang) + "\n" + text_table(*absent_table(shown, lang), left=3))
    if symbols(shown, lang):
        parts.append("\n".join([say("eq_symbols", lang), *symbols(shown, lang)]))
    return "\n\n".join([*parts, *filter(None, notes(found, lang))])


def _worth_showing(found: EquilibriumSet, lang: str) -> tuple[EquilibriumSet, list[str]]:
    """Return what a reader is shown, and a sentence where that is not everything."""
    if len(found.listed) <= _MOST:
        return found, []
    shown = replace(found, equilibria=tuple(e for e in found.equilibria if e.stable), absent=())
    return shown, [say("eq_many", lang, count=len(found), shown=len(shown))]


def html(found: EquilibriumSet, lang: str = "en") -> str:
    """Return the equilibria as a fragment of HTML: where and of which type, conditions, why none is missing."""
    shown, many = _worth_showing(found, lang)
    parts = [*map(html_text, many)]
    if shown.equilibria:
        title = say("eq_title", lang, name=found.model.name)
        parts.append(html_table(*equilibrium_table(shown, lang), caption=title))
        parts.append(html_table(*condition_table(shown, lang)))
    if shown.absent:
        parts.append(html_table(*absent_table(shown, lang), caption=say("eq_absent", lang)))
    told = [*(family_sentence(family, lang) for family in found.families), "\n".join(symbols(shown, lang))]
    return "\n".join([*parts, *map(html_text, filter(None, [*told, *notes(found, lang)]))])


def _block(head: tuple[str, ...], row: tuple[str, ...]) -> str:
    return "\n".join([row[0], *(f"  {name}: {cell}" for name, cell in zip(head[1:], row[1:], strict=True))])


def latex(found: EquilibriumSet, lang: str = "en") -> str:
    """Return formulas and conditions as a LaTeX ``array``, safe whatever the units are called."""
    keys = ("eq_present", "eq_formula", "eq_exists_if", "eq_stable_if")
    lines = [" & ".join(rf"\text{{{escape_latex(say(key, lang))}}}" for key in keys)]
    for e in found.listed:
        if e.expressions:
            lines.append(" & ".join(_latex_cells(found, e, lang)))
    return "\\begin{array}{llll}\n" + " \\\\\n".join(lines) + "\n\\end{array}"


def _latex_cells(found: EquilibriumSet, e: Equilibrium | Absent, lang: str) -> list[str]:
    where = ",\\; ".join(_printed(expression, _Latex) for expression in e.expressions)
    told = [_latex_condition(c, lang, here=not found.symbolic) for c in (e.exists_if, e.stable_if)]
    return [rf"\text{{{escape_latex(present(found, e.support, lang))}}}", rf"\left({where}\right)", *told]


def _latex_condition(told: Boolean, lang: str, *, here: bool) -> str:
    if told in (sympy.true, sympy.false):
        return rf"\text{{{escape_latex(condition(told, lang, here=here))}}}"
    return _printed(told, _Latex)
