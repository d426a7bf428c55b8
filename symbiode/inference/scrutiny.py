"""Everything a referee asks of one fit, in one value: tests, modes imposed, rivals, other choices, change over time.

Comes in: a `Fit` and dated events. Goes out: `Scrutiny`; what cannot be asked of this fit is None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from symbiode.errors import InvalidValueError, RefusedError
from symbiode.inference.constrained import ModeFits, mode_fits
from symbiode.inference.contests import Falsification, falsify
from symbiode.inference.histories import Event, History, history
from symbiode.inference.hypotheses import Tests, hypotheses
from symbiode.inference.remedies import Deciders, deciders_of
from symbiode.inference.results import Fit
from symbiode.inference.robustness import Robustness, robustness
from symbiode.inference.side_by_side import SideBySide, compare, every_method

SLOW = ("posterior", "state_space")
Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True, eq=False)
class Scrutiny:
    """What became of a fit under questioning.

    Parameters
    ----------
    falsification : Falsification or None
        Forecasts against rivals, shuffled growth.
    tests : Tests or None
    modes : ModeFits or None
        The best fit in each mode.
    methods : SideBySide or None
        Other estimators on the same data.
    robustness : Robustness or None
        Other choices that could have been made.
    history : History or None
        Windows, dated and unknown breaks.
    deciders : Deciders or None
        What would decide the signs of the effects.
    """

    falsification: Falsification | None
    tests: Tests | None
    modes: ModeFits | None
    methods: SideBySide | None
    robustness: Robustness | None
    history: History | None
    deciders: Deciders | None


def scrutinise(fit: Fit, *, events: Sequence[Event] = (), full: bool = False) -> Scrutiny:
    """Ask everything of a fit.

    Parameters
    ----------
    fit : Fit
    events : sequence of Event
        Dated, for the break tests.
    full : bool
        Whether the slow estimators stand in the table of methods too.

    Returns
    -------
    Scrutiny

    Examples
    --------
    >>> import symbiode
    >>> asked = scrutinise(symbiode.fit(symbiode.load("lotka-volterra"), draws=20))
    >>> asked.falsification.contest.loses_to
    ()
    """
    methods = {key: method for key, method in every_method().items() if full or key not in SLOW}
    return Scrutiny(
        falsification=_asked(partial(falsify, fit)),
        tests=_asked(partial(hypotheses, fit)),
        modes=_asked(partial(mode_fits, fit)),
        methods=_asked(partial(compare, fit.model, fit.observations, methods=methods, seed=fit.seed)),
        robustness=_asked(partial(robustness, fit)),
        history=_asked(partial(history, fit.model, fit.observations, events=events, seed=fit.seed)),
        deciders=_asked(partial(deciders_of, fit)),
    )


def _asked(question: Callable[[], Answer]) -> Answer | None:
    """Return the answer, None where the question has no meaning for the fit or the data are too few."""
    try:
        return question()
    except (RefusedError, InvalidValueError):
        return None
