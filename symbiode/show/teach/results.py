"""What `explain` returns: steps of sentences and formulas, and their form as text, Markdown, HTML and LaTeX.

Comes in: steps that `explaining` has worked out. Goes out: text a reader or a program can take; nothing is computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import sympy

from symbiode.dynamics.equilibrium import EquilibriumSet
from symbiode.dynamics.equilibrium.text import formula, formula_latex
from symbiode.dynamics.modes import Settlement
from symbiode.errors import Status
from symbiode.render import escape_html, escape_latex, significant
from symbiode.show.markup import chain
from symbiode.show.naming import pretty
from symbiode.system.model import Model
from symbiode.words import LANGUAGES, say

Part = sympy.Basic | str
RATE = sympy.Function("rate")
"""``RATE(x1)`` in a formula is dx1/dt."""
_SIGNS = {"=": "=", "≈": r"\approx", "<": "<", ">": ">", "≤": r"\le"}
_SYMBOL = re.compile(r"\b([adgKrxuy])(\d{1,2})\b")
_PREAMBLE = (r"\usepackage{amsmath}", r"\setlength{\parindent}{0pt}\setlength{\parskip}{6pt}", r"\begin{document}")


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence in both languages; symbols of ours stand in it as d12 or x1."""

    en: str
    zh: str

    def told(self, lang: str) -> str:
        """Return it in a language."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A chain such as ``x1 = K1*(1 + d12)/(1 - d12*d21) = 10/7 ≈ 1.42857``.

    Parameters
    ----------
    parts : tuple of sympy expressions and signs
        A sign is one of = ≈ < > ≤.
    """

    parts: tuple[Part, ...]

    def text(self) -> str:
        """Return it for a terminal."""
        told = " ".join(part if isinstance(part, str) else _plain(part) for part in self.parts)
        return pretty(told.replace("**", "^").replace("*", " · "))

    def latex(self) -> str:
        """Return it as LaTeX without delimiters."""
        return " ".join(_SIGNS[part] if isinstance(part, str) else _latex(part) for part in self.parts)


def _plain(part: sympy.Basic) -> str:
    if isinstance(part, sympy.MatrixBase):
        return "[" + ", ".join("[" + ", ".join(map(_plain, part.row(i))) + "]" for i in range(part.rows)) + "]"
    if isinstance(part, sympy.Float):
        return significant(float(part), 6)
    return f"d{part.args[0]}/dt" if part.func == RATE else formula(part)


def _latex(part: sympy.Basic) -> str:
    return rf"\frac{{d{sympy.latex(part.args[0])}}}{{dt}}" if part.func == RATE else formula_latex(part)


Line = Sentence | Formula


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a derivation.

    Parameters
    ----------
    key : str
        What it is about: ``equations``, ``counting``, ``equilibrium``, ``absent``, ``special``, ``blow_up``,
        ``lyapunov``, ``mode`` or ``answer``.
    title : Sentence
    lines : tuple of Sentence or Formula
    """

    key: str
    title: Sentence
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """The derivation for one model, step by step with its numbers.

    Parameters
    ----------
    model : Model
    equilibria : EquilibriumSet
    settlement : Settlement
        Whose reason the last step tells.
    steps : tuple of Step
    """

    model: Model
    equilibria: EquilibriumSet
    settlement: Settlement
    steps: tuple[Step, ...]

    @property
    def status(self) -> Status:
        """Of where it settles, or of the equilibria where that says more."""
        return self.equilibria.status if self.settlement.status.ok else self.settlement.status

    def title(self, lang: str = "en") -> str:
        """Return the heading."""
        note = f" {say('eq_illustrative', lang)}" if self.model.illustrative else ""
        return say("explain_title", lang, name=self.model.name) + note

    def summary(self, lang: str = "en") -> str:
        """Return all steps as plain text.

        Examples
        --------
        >>> import symbiode
        >>> print(symbiode.explain(symbiode.load("shenzhen-hongkong")).summary().splitlines()[2])
        1. The equations
        """
        return self._joined(
            lang, str, "{0}. {1}", lambda line: f"   {_sentence(line, lang)}", lambda line: f"      {line.text()}", "\n"
        )

    def markdown(self, lang: str = "en") -> str:
        """Return all steps as Markdown with LaTeX formulas between ``$$``."""
        return self._joined(
            lang, lambda text: f"# {_for_markdown(text)}", "## {0}. {1}",
            lambda line: _for_markdown(_sentence(line, lang)), lambda line: f"$${line.latex()}$$", "\n\n",
            _for_markdown,
        )  # fmt: skip

    def html(self, lang: str = "en") -> str:
        """Return all steps as a fragment of HTML with MathML formulas, which need no script."""
        return self._joined(
            lang, lambda text: f"<h2>{escape_html(text)}</h2>", "<h3>{0}. {1}</h3>",
            lambda line: f"<p>{escape_html(_sentence(line, lang))}</p>", lambda line: _mathml(line), "\n",
            escape_html,
        )  # fmt: skip

    def page(self, lang: str = "en") -> str:
        """Return all steps as one HTML file that needs no network."""
        style = "body{font:1rem/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
        head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>{style}</style>'
        title = escape_html(self.title(lang))
        body = self.html(lang).replace("<h3>", "<h2>").replace("</h3>", "</h2>").replace("<h2>", "<h1>", 1)
        body = body.replace("</h2>", "</h1>", 1)
        name = "zh-Hans" if lang == "zh" else lang
        return (
            f'<!doctype html>\n<html lang="{name}"><head>{head}<title>{title}</title></head>\n'
            f"<body><main>\n{body}\n</main></body></html>\n"
        )

    def latex(self, lang: str = "en") -> str:
        """Return all steps as a LaTeX document; the Chinese one is set with xelatex and ctex."""
        kind = r"\documentclass{article}" if lang == "en" else r"\documentclass{ctexart}"
        body = self._joined(
            lang, lambda text: rf"\section*{{{_for_latex(text)}}}", r"\subsection*{{{0}. {1}}}",
            lambda line: _for_latex(_sentence(line, lang, plain=True)) + "\n",
            lambda line: rf"\[ {line.latex()} \]", "\n", _for_latex,
        )  # fmt: skip
        return "\n".join((kind, *_PREAMBLE, body, r"\end{document}", ""))

    def as_object(self) -> list[dict[str, object]]:
        """Return the steps as plain lists and texts, both languages."""
        return [
            {"key": step.key, "title": _both(step.title), "lines": [_object(line) for line in step.lines]}
            for step in self.steps
        ]

    def _repr_html_(self) -> str:
        return self.html()

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def _joined(
        self, lang: str, title: Callable[[str], str], heading: str, sentence: Callable[[Sentence], str],
        formula: Callable[[Formula], str], gap: str, escape: Callable[[str], str] = str,
    ) -> str:  # fmt: skip
        parts = [title(self.title(lang))]
        for k, step in enumerate(self.steps, start=1):
            parts.append(("\n" if gap == "\n" else "") + heading.format(k, escape(pretty(step.title.told(lang)))))
            parts += [sentence(line) if isinstance(line, Sentence) else formula(line) for line in step.lines]
        return gap.join(parts)


def _sentence(line: Sentence, lang: str, *, plain: bool = False) -> str:
    return line.told(lang) if plain else pretty(line.told(lang))


def _mathml(line: Formula) -> str:
    return f'<div style="margin:.6em 0;overflow:auto hidden">{chain(line.parts, {RATE})}</div>'


def _for_markdown(text: str) -> str:
    """Return text that Markdown prints as it stands, HTML in it escaped."""
    return escape_html(re.sub(r"([\\`*_{}\[\]#|$~])", r"\\\1", text))


def _for_latex(text: str) -> str:
    """Return escaped text with symbols of ours as formulas."""
    subscripts = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
    return _SYMBOL.sub(r"$\1_{\2}$", escape_latex(text.translate(subscripts).replace(" · ", "*")))


def _both(sentence: Sentence) -> dict[str, str]:
    return {lang: sentence.told(lang) for lang in LANGUAGES}


def _object(line: Line) -> dict[str, object]:
    if isinstance(line, Sentence):
        return {**_both(line)}
    return {"formula": line.text(), "latex": line.latex()}
