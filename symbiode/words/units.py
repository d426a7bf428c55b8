"""Sentences about three and more units: who persists, what removal shows, and the table of pairs."""

WORDS: dict[str, tuple[str, str]] = {
    "units_permanent": (
        "All units persist from every positive start, whatever they settle into, and their time means are {levels} "
        "(theorem: average Lyapunov function with the weights {weights}, every equilibrium that lacks a unit checked "
        "exactly).",
        "无论归宿如何，从任何正初值出发所有单元都持续存在，其时间平均为 {levels}（定理：平均李雅普诺夫函数，权重 "
        "{weights}，已精确检验每个缺少单元的平衡点）。",
    ),
    "units_not_permanent": (
        "Not every positive start keeps all units: no absent unit can invade the equilibrium {levels}, so starts near "
        "it lose units.",
        "并非所有正初值都能保住全部单元：缺席的单元无法侵入平衡点 {levels}，其附近的初值会失去单元。",
    ),
    "persistence_contradicts": (
        "The simulation loses a unit, but all units are proved to persist: rounding or too short a time misled it, so "
        "nothing is claimed of where it settles.",
        "模拟中有单元消失，但已证明所有单元持续存在：模拟受舍入或时长所误，因此不断言其归宿。",
    ),
    "crowd_open": (
        "No theorem applies, and a start followed in simulation did not come to rest. An equilibrium that no absent "
        "unit can invade, found by pivots, has {units}; nothing is claimed of who reaches it.",
        "没有适用的定理，模拟中的初值也未归于静止。由主元法找到的一个不可入侵平衡点含{units}；不断言能否到达。",
    ),
    "crowd_open_unknown": (
        "No theorem applies, a start followed in simulation did not come to rest, and pivots found no equilibrium that "
        "no absent unit can invade, so nothing is claimed.",
        "没有适用的定理，模拟中的初值未归于静止，主元法也未找到不可入侵的平衡点，因此不作断言。",
    ),
    "units_table": (
        "modes of pairs: above the diagonal as they settle, below it by the signs of the coefficients",
        "两两模式：对角线上方为归宿模式，下方按系数符号",
    ),
    "units_help_harms": (
        "{other} helps {unit} directly, but {unit} would do better without {other}",
        "{other}直接有益于{unit}，但没有{other}时{unit}反而更好",
    ),
    "units_harm_helps": (
        "{other} harms {unit} directly, but {unit} would do worse without {other}",
        "{other}直接有损于{unit}，但没有{other}时{unit}反而更差",
    ),
    "short_parasitism": ("parasit.", "寄生"),
    "short_commensalism": ("commens.", "偏利"),
    "short_asymmetric_mutualism": ("asym.mut.", "非对称"),
    "short_symmetric_mutualism": ("sym.mut.", "对称"),
    "short_neutralism": ("neutral", "中性"),
    "short_amensalism": ("amens.", "偏害"),
    "short_competition": ("compet.", "竞争"),
}
