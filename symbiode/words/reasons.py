"""Sentences that say why a system settles where it does, and the lines of its summary.

Placeholders: a = d12, b = d21, p = d12*d21, x and y levels, `unit` and `other` names of units. A sentence states the
exact condition, so that a reader can check it.
"""

_GOH_EN = (
    "so the coexistence point is positive and attracts every positive start (theorem: Goh's Lyapunov function)."
)
_GOH_ZH = "因此共存点为正，且吸引所有正初值（定理：Goh 的李雅普诺夫函数）。"
_MILD_EN = f"both effects are above -1, so neither unit dies out, and d12*d21 = {{p}} < 1, {_GOH_EN}"
_MILD_ZH = f"两个系数都大于 -1，没有单元消亡，且 d12*d21 = {{p}} < 1，{_GOH_ZH}"

WORDS: dict[str, tuple[str, str]] = {
    # coexistence of two units that live alone, by the signs of the lower and the higher effect
    "coexist_pp": (
        "Both units gain: d12 = {a} > 0 and d21 = {b} > 0, and d12*d21 = {p} < 1, so the coexistence point attracts "
        "every positive start (theorem: Goh's Lyapunov function).",
        "双方都受益：d12 = {a} > 0，d21 = {b} > 0，且 d12*d21 = {p} < 1，"
        "因此共存点吸引所有正初值（定理：Goh 的李雅普诺夫函数）。",
    ),
    "coexist_zp": (
        f"{{unit}} gains and {{other}} is left as it was: d12 = {{a}}, d21 = {{b}}; {_MILD_EN}",
        f"{{unit}}受益，{{other}}不受影响：d12 = {{a}}，d21 = {{b}}；{_MILD_ZH}",
    ),
    "coexist_np": (
        f"{{unit}} gains at the cost of {{other}}: d12 = {{a}}, d21 = {{b}}; {_MILD_EN}",
        f"{{unit}}受益而{{other}}受损：d12 = {{a}}，d21 = {{b}}；{_MILD_ZH}",
    ),
    "coexist_zz": (
        "Neither unit acts on the other: d12 = 0 and d21 = 0, so each settles at its own capacity from every positive "
        "start (theorem: two separate logistic equations).",
        "双方互不影响：d12 = 0，d21 = 0，因此各自从任何正初值趋于自身容量（定理：两个独立的逻辑斯蒂方程）。",
    ),
    "coexist_nz": (
        f"{{other}} loses and {{unit}} is left as it was: d12 = {{a}}, d21 = {{b}}; {_MILD_EN}",
        f"{{other}}受损，{{unit}}不受影响：d12 = {{a}}，d21 = {{b}}；{_MILD_ZH}",
    ),
    "coexist_nn": (
        f"Each unit holds the other back: d12 = {{a}} < 0 and d21 = {{b}} < 0; {_MILD_EN}",
        f"双方互相抑制：d12 = {{a}} < 0，d21 = {{b}} < 0；{_MILD_ZH}",
    ),
    # coexistence where at least one unit cannot live alone
    "coexist_obligate": (
        "With d12 = {a} and d21 = {b} both levels are positive at the one coexistence point ({x}, {y}), and d12*d21 = "
        "{p} < 1, so it attracts every positive start although not every unit could live alone (theorem: Goh's "
        "Lyapunov function).",
        "当 d12 = {a}、d21 = {b} 时，唯一的共存点 ({x}, {y}) 为正，且 d12*d21 = {p} < 1，"
        "因此它吸引所有正初值，尽管并非每个单元都能独立生存（定理：Goh 的李雅普诺夫函数）。",
    ),
    # one unit stays; the number is the own growth of the loser plus one
    "excluded_2": (
        "{unit} dies out: {effect} = {value} < -1, so it declines where {other} is at its own capacity, and the effect "
        "back on {other} is not below -1; {other} alone attracts every positive start (theorem: competitive exclusion; "
        "d12 = {a}, d21 = {b}).",
        "{unit}消亡：{effect} = {value} < -1，在{other}的容量处{unit}下降，而对{other}的反作用不小于 -1；"
        "所有正初值都趋于{other}独存（定理：竞争排斥；d12 = {a}，d21 = {b}）。",
    ),
    "excluded_1": (
        "{unit} dies out: it has no growth of its own and {effect} = {value} < 0, so {other} alone attracts every "
        "positive start (theorem: planar Lotka-Volterra; d12 = {a}, d21 = {b}).",
        "{unit}消亡：它自身没有增长，且 {effect} = {value} < 0，因此所有正初值都趋于{other}独存"
        "（定理：平面洛特卡-沃尔泰拉系统；d12 = {a}，d21 = {b}）。",
    ),
    "excluded_0": (
        "{unit} cannot live alone and {effect} = {value} < 1 is too little help at the capacity of {other}, so {unit} "
        "dies out and {other} alone attracts every positive start (theorem: planar Lotka-Volterra; d12 = {a}, "
        "d21 = {b}, d12*d21 = {p}).",
        "{unit}不能独立生存，而在{other}的容量处 {effect} = {value} < 1 的帮助不足，因此{unit}消亡，"
        "所有正初值都趋于{other}独存（定理：平面洛特卡-沃尔泰拉系统；d12 = {a}，d21 = {b}，d12*d21 = {p}）。",
    ),
    "fades_2": (
        "{unit} dies out, but only like 1/t: {effect} = -1 exactly, so at the capacity of {other} it neither grows nor "
        "declines to first order, and the next order decides against it (theorem: centre manifold; d12 = {a}, "
        "d21 = {b}).",
        "{unit}消亡，但只以 1/t 的速度：{effect} 恰为 -1，在{other}的容量处一阶增长为零，由二阶项决定其消亡"
        "（定理：中心流形；d12 = {a}，d21 = {b}）。",
    ),
    "fades_1": (
        "{unit} dies out, but only like 1/t: it has no growth of its own and {effect} = 0, so nothing but its own "
        "limitation acts on it (d12 = {a}, d21 = {b}).",
        "{unit}消亡，但只以 1/t 的速度：它自身没有增长，且 {effect} = 0，只有自我限制起作用（d12 = {a}，d21 = {b}）。",
    ),
    "fades_0": (
        "{unit} dies out, but only like 1/t: {effect} = 1 exactly balances its own decline at the capacity of {other}, "
        "and the next order decides against it (theorem: centre manifold; d12 = {a}, d21 = {b}, d12*d21 = {p}).",
        "{unit}消亡，但只以 1/t 的速度：在{other}的容量处 {effect} = 1 恰好抵消其自身下降，由二阶项决定其消亡"
        "（定理：中心流形；d12 = {a}，d21 = {b}，d12*d21 = {p}）。",
    ),
    # nothing stays
    "both_decline": (
        "Neither unit can live alone, and the help is too little: only both effects positive with d12*d21 > 1 could "
        "carry them (d12 = {a}, d21 = {b}, d12*d21 = {p}), so both die out from every positive start (theorem: planar "
        "Lotka-Volterra).",
        "双方都不能独立生存，且互助不足：只有两个系数均为正且 d12*d21 > 1 才可能维持（d12 = {a}，d21 = {b}，"
        "d12*d21 = {p}），因此从任何正初值出发都会灭绝（定理：平面洛特卡-沃尔泰拉系统）。",
    ),
    "both_fade": (
        "No unit grows on its own, and the help is too little: only both effects positive with d12*d21 of at least 1 "
        "could carry them (d12 = {a}, d21 = {b}, d12*d21 = {p}), so both die out from every positive start, at least "
        "one of them only like 1/t (theorem: planar Lotka-Volterra).",
        "没有单元能靠自身增长，且互助不足：只有两个系数均为正且 d12*d21 至少为 1 才可能维持（d12 = {a}，d21 = {b}，"
        "d12*d21 = {p}），因此从任何正初值出发都会灭绝，且至少一方只以 1/t 的速度（定理：平面洛特卡-沃尔泰拉系统）。",
    ),
    # no bound
    "runaway": (
        "Runaway: d12 = {a} > 0 and d21 = {b} > 0 with d12*d21 = {p} > 1, so each feeds the other's growth faster than "
        "its own limitation can hold it, and every positive start blows up in finite time (theorem: the weighted sum "
        "of logarithms outgrows an exponential of itself).",
        "失控增长：d12 = {a} > 0，d21 = {b} > 0，且 d12*d21 = {p} > 1，双方互相推动的增长超过自我限制，"
        "任何正初值都在有限时间内爆破（定理：加权对数和的增长快于其自身的指数）。",
    ),
    "critical": (
        "Unbounded growth: d12 = {a} > 0 and d21 = {b} > 0 with d12*d21 = 1 exactly, so the help cancels the "
        "limitation and both grow exponentially at the rate {rate} without ever blowing up (theorem: exact "
        "first integral).",
        "无界增长：d12 = {a} > 0，d21 = {b} > 0，且 d12*d21 恰为 1，互助恰好抵消自我限制，双方以速率 {rate} "
        "指数增长而不会爆破（定理：精确首次积分）。",
    ),
    # depends on the start
    "founder_control": (
        "Founder control: d12 = {a} and d21 = {b} are both below -1, so each unit excludes the other where it "
        "is common; the stable manifold of the saddle ({x}, {y}) separates the starts (theorem: planar competition).",
        "先入者优势：d12 = {a} 与 d21 = {b} 都小于 -1，谁占多数谁就排斥对方；鞍点 ({x}, {y}) 的稳定流形划分初值"
        "（定理：平面竞争系统）。",
    ),
    "threshold": (
        "A threshold: d12 = {a} > 0, d21 = {b} > 0 and d12*d21 = {p} > 1, so starts above the stable manifold of the "
        "saddle ({x}, {y}) blow up in finite time and starts below it end in {end} (theorem: planar cooperation).",
        "存在门槛：d12 = {a} > 0，d21 = {b} > 0，且 d12*d21 = {p} > 1，位于鞍点 ({x}, {y}) 稳定流形之上的初值在有限"
        "时间内爆破，之下的初值归于{end}（定理：平面合作系统）。",
    ),
    # a line of equilibria
    "line_competition": (
        "d12 = d21 = -1 exactly: the two nullclines are one line, x1/K1 + x2/K2 = 1, every point of it is an "
        "equilibrium, and u1^(1/r1)/u2^(1/r2) never changes, so the start decides where on the line it ends.",
        "d12 = d21 恰为 -1：两条零增长线重合为 x1/K1 + x2/K2 = 1，其上每一点都是平衡点，且 u1^(1/r1)/u2^(1/r2) "
        "保持不变，因此初值决定落在线上何处。",
    ),
    "line_mutualism": (
        "d12 = {a} and d21 = {b} with d12*d21 = 1 exactly, and the own growth of one unit just carries the other: the "
        "two nullclines are one line of equilibria, and a weighted product of the levels never changes, so the start "
        "decides where on the line it ends.",
        "d12 = {a}，d21 = {b}，d12*d21 恰为 1，且一方的增长恰好支撑另一方：两条零增长线重合为一条平衡点线，"
        "水平的加权乘积保持不变，因此初值决定落在线上何处。",
    ),
    "ray": (
        "No unit grows on its own and d12*d21 = 1 exactly (d12 = {a}, d21 = {b}): the ray u1 = d12*u2 is made of "
        "equilibria, and a weighted product of the levels never changes, so the start decides where on the "
        "ray it ends.",
        "没有单元能靠自身增长，且 d12*d21 恰为 1（d12 = {a}，d21 = {b}）：射线 u1 = d12*u2 全由平衡点组成，"
        "水平的加权乘积保持不变，因此初值决定落在射线上何处。",
    ),
    # one unit
    "one_capacity": (
        "Alone it grows to its capacity, {level}, from every positive start (logistic growth, closed form).",
        "独自从任何正初值增长到其容量 {level}（逻辑斯蒂增长，封闭解）。",
    ),
    "one_fades": (
        "It has no growth of its own, only limitation: from every positive start it fades like 1/t (closed form).",
        "它自身没有增长，只有自我限制：从任何正初值以 1/t 的速度衰减（封闭解）。",
    ),
    "one_declines": (
        "It declines alone, so every start dies out (closed form).",
        "它独自下降，因此任何初值都会消亡（封闭解）。",
    ),
    "one_exponential": (
        "Nothing limits it: it grows exponentially at the rate {rate} (closed form).",
        "没有任何限制：以速率 {rate} 指数增长（封闭解）。",
    ),
    "one_constant": (
        "It neither grows nor declines: it stays where it starts.",
        "既不增长也不下降：停留在初值。",
    ),
    "one_blow_up": (
        "It speeds up its own growth, so every positive start blows up in finite time (closed form).",
        "它加速自身增长，因此任何正初值都在有限时间内爆破（封闭解）。",
    ),
    "one_threshold": (
        "It speeds up its own growth but declines when rare: starts above {level} blow up in finite time, starts below "
        "die out (closed form).",
        "它加速自身增长，但稀少时下降：高于 {level} 的初值在有限时间内爆破，低于它的初值消亡（封闭解）。",
    ),
    # lines of the summary
    "settle_headline": ("settles into: {what}", "归宿：{what}"),
    "settle_survivors": ("{units} stays", "{units}留存"),
    "settle_level": ("  {unit}: {level}", "  {unit}：{level}"),
    "settle_level_gain": (
        "  {unit}: {level} ({gain} % against standing alone)",
        "  {unit}：{level}（较独立时 {gain} %）",
    ),
    "settle_blow_up_time": (
        "blow-up after {time} (time in {unit}; error at most {error})",
        "爆破时间：{time}（单位：{unit}；误差不超过 {error}）",
    ),
    "settle_rate": ("growth rate in the long run: {rate} per {unit}", "长期增长率：每 {unit} {rate}"),
    "settle_slow": (
        "slow: the approach is algebraic, like 1/t; no finite time shows it",
        "缓慢：以 1/t 的代数速度趋近，任何有限时间都看不出结果",
    ),
    "settle_nominal": ("mode by the signs of the coefficients: {mode}", "按系数符号的模式：{mode}"),
    "settle_symmetry": (
        "symmetry, smaller over larger: {indices} (symmetric from {limit})",
        "对称指数（小比大）：{indices}（不低于 {limit} 为对称）",
    ),
    "scale_coefficients": ("coefficients {value}", "系数 {value}"),
    "scale_gains": ("relative gains {value}", "相对收益 {value}"),
    "scale_absolute_gains": ("absolute gains {value}", "绝对收益 {value}"),
    "settle_border": (
        "nearest border: {name}, at a distance of {distance}; beyond it: {neighbour}",
        "最近的边界：{name}，距离 {distance}；越过后：{neighbour}",
    ),
    "settle_evidence": ("evidence: {evidence}", "依据：{evidence}"),
    "settle_illustrative": ("illustrative values, not estimates", "示例数值，非估计结果"),
    # why a mode is null
    "null_not_both": (
        "no settled mode: not both units persist at finite levels, so the outcome speaks",
        "无归宿模式：双方并未都以有限水平存续，由结局说明",
    ),
    "null_not_alone": (
        "no settled mode and no gains: at least one unit does not settle at a finite positive level alone, so there is "
        "nothing to compare with",
        "无归宿模式与收益：至少一方独自时不会稳定于有限正水平，无从比较",
    ),
    "null_start": (
        "no settled mode without a start: where it goes depends on the start",
        "未给初值则无归宿模式：结局取决于初值",
    ),
    "null_undecided": ("no settled mode: where it goes is undecided", "无归宿模式：去向未定"),
}
