"""The concepts of the source paper, each with what carries it in the shipped models.

Comes in: ``models/framework/concepts.toml``. Goes out: a table for report and tests.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from symbiode.system.formats import models_folder

KINDS = ("element", "flow", "mode", "challenge", "mechanism", "event", "achieved")


@dataclass(frozen=True, kw_only=True)
class Concept:
    """One concept of the paper.

    Parameters
    ----------
    id : str
        Its name within its kind: ``U1``, ``A1``, ``2007``.
    kind : str
        One of `KINDS`.
    label : tuple of (language, str) pairs
        What it is, in English and in the terms of the paper.
    carried_by : tuple of str
        ``model NAME: KEY.PATH``, ``card NAME: LEVER``, ``fact ID`` or ``result NAME.FIELD``.
    """

    id: str
    kind: str
    label: tuple[tuple[str, str], ...]
    carried_by: tuple[str, ...]

    def shown(self, lang: str = "en") -> str:
        """Return the label in a language."""
        return dict(self.label)[lang]


def concepts() -> tuple[Concept, ...]:
    """Return every concept of the source paper with the parts of the models that carry it, in its order.

    References
    ----------
    Geng Xu and Li Honghao, Practical Investigation and Mechanism Construction of Shenzhen-Hong Kong Co-construction of
    an International Science and Technology Innovation Center: a Symbiotic System Perspective.

    Examples
    --------
    >>> next(concept for concept in concepts() if concept.id == "A1").carried_by
    ('card a1: design', 'card actors-a1: design')
    """
    text = (models_folder() / "framework" / "concepts.toml").read_text(encoding="utf-8")
    return tuple(
        Concept(
            id=row["id"], kind=row["kind"], label=tuple(row["label"].items()), carried_by=tuple(row["carried_by"])
        )
        for row in tomllib.loads(text)["concepts"]
    )  # fmt: skip
