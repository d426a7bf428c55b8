"""Scenarios: levers that move the values of a model over time.

Comes in: a `Model` and a scenario card, or the same as Python tables. Goes out: a `Scenario`; models frozen at a time
(`at_time`), with levers at chosen strengths (`with_strengths`), or moving between two events (`moving`).

A scenario card is a TOML file. The shortest valid one::

    model = "shenzhen-hongkong"

    [levers.rail]
    at = 2018
    moves = { "effects.shenzhen.hongkong" = { add = 0.1 } }

and one with every key::

    name = "rail-and-rules"
    label = { en = "Rail and rules", zh = "轨道与规则" }
    model = "shenzhen-hongkong"
    source = "who says so"
    illustrative = true                    # magnitudes are examples; a lever may say otherwise

    [levers.rail]
    label = { en = "High-speed rail", zh = "高铁" }
    shape = "ramp"                         # step, ramp, adoption, pulse or constant
    at = 2018                              # in the time unit of the model
    until = 2022                           # ramp: where it is complete
    strength = 0.5                         # 0 to 1, 1 if not given
    mechanism = "C1"                       # A1 to C3
    family = "interface"                   # unit, environment or interface; follows from the mechanism
    date = "2018-09-23"                    # as the source says
    source = "operator's announcement"
    moves = { "effects.shenzhen.hongkong" = { add = 0.1 }, "hongkong.capacity" = { times = 0.05 } }

    [levers.rules]
    shape = "adoption"                     # 1/(1 + exp(-speed (t - at - lag)))
    at = 2020
    speed = 0.8                            # per time unit
    lag = 2
    moves = { "shenzhen.growth" = { times = 0.1 } }

    [levers.crisis]
    shape = "pulse"                        # exp(-(t - at)/lasting) from `at` on
    at = 2020
    lasting = 1.5
    moves = { "hongkong.growth" = { add = -0.02 } }

A lever has an activity s(t) from 0 to its strength. A moved value is base * (1 + sum times s) + sum add s over all
levers; an effect that is a formula follows the named parameters that are moved.
"""

from symbiode.system.scenario.building import build_scenario as build_scenario
from symbiode.system.scenario.changes import at_time as at_time
from symbiode.system.scenario.changes import moves_of as moves_of
from symbiode.system.scenario.changes import with_moved as with_moved
from symbiode.system.scenario.changes import with_strengths as with_strengths
from symbiode.system.scenario.levers import Lever as Lever
from symbiode.system.scenario.levers import Move as Move
from symbiode.system.scenario.levers import Scenario as Scenario
from symbiode.system.scenario.levers import activity as activity
from symbiode.system.scenario.levers import events as events
from symbiode.system.scenario.levers import turns as turns
from symbiode.system.scenario.motion import check_course as check_course
from symbiode.system.scenario.motion import moving as moving
from symbiode.system.scenario.motion import values_over as values_over
