"""Sentences that say why a system settles where it does, and the lines of its summary.

Placeholders: d12 and d21 the effects by name, a and b their values, p the product, x and y levels, `unit` and `other`
units. A sentence states the exact condition, so that a reader can check it.
"""

WORDS: dict[str, tuple[str, str]] = {
    # coexistence of two units that live alone, by the signs of the lower and the higher effect
    "coexist_pp": (
        "Both units gain: {d12} = {a} > 0 and {d21} = {b} > 0, and {d12}*{d21} = {p} < 1, so the coexistence "
        "point attracts every positive start (theorem: Goh's Lyapunov function).",
        "双方都受益：{d12} = {a} > 0，{d21} = {b} > 0，且 {d12}*{d21} = {p} < 1，因此共存点吸引所有正初值（定理："
        "Goh 的李雅普诺夫函数）。",
    ),
    "coexist_zp": (
        "{unit} gains and {other} is left as it was: {d12} = {a}, {d21} = {b}; both effects are above -1, so "
        "neither unit dies out, and {d12}*{d21} = {p} < 1, so the coexistence point is positive and attracts "
        "every positive start (theorem: Goh's Lyapunov function).",
        "{unit}受益，{other}不受影响：{d12} = {a}，{d21} = {b}；两个系数都大于 -1，没有单元消亡，且 {d12}*{d21} ="
        " {p} < 1，因此共存点为正，且吸引所有正初值（定理：Goh 的李雅普诺夫函数）。",
    ),
    "coexist_np": (
        "{unit} gains at the cost of {other}: {d12} = {a}, {d21} = {b}; both effects are above -1, so neither "
        "unit dies out, and {d12}*{d21} = {p} < 1, so the coexistence point is positive and attracts every "
        "positive start (theorem: Goh's Lyapunov function).",
        "{unit}受益而{other}受损：{d12} = {a}，{d21} = {b}；两个系数都大于 -1，没有单元消亡，且 {d12}*{d21} = {p}"
        " < 1，因此共存点为正，且吸引所有正初值（定理：Goh 的李雅普诺夫函数）。",
    ),
    "coexist_zz": (
        "Neither unit acts on the other: {d12} = 0 and {d21} = 0, so each settles at its own capacity from every "
        "positive start (theorem: two separate logistic equations).",
        "双方互不影响：{d12} = 0，{d21} = 0，因此各自从任何正初值趋于自身容量（定理：两个独立的逻辑斯蒂方程）。",
    ),
    "coexist_nz": (
        "{other} loses and {unit} is left as it was: {d12} = {a}, {d21} = {b}; both effects are above -1, so "
        "neither unit dies out, and {d12}*{d21} = {p} < 1, so the coexistence point is positive and attracts "
        "every positive start (theorem: Goh's Lyapunov function).",
        "{other}受损，{unit}不受影响：{d12} = {a}，{d21} = {b}；两个系数都大于 -1，没有单元消亡，且 {d12}*{d21} ="
        " {p} < 1，因此共存点为正，且吸引所有正初值（定理：Goh 的李雅普诺夫函数）。",
    ),
    "coexist_nn": (
        "Each unit holds the other back: {d12} = {a} < 0 and {d21} = {b} < 0; both effects are above -1, so "
        "neither unit dies out, and {d12}*{d21} = {p} < 1, so the coexistence point is positive and attracts "
        "every positive start (theorem: Goh's Lyapunov function).",
        "双方互相抑制：{d12} = {a} < 0，{d21} = {b} < 0；两个系数都大于 -1，没有单元消亡，且 {d12}*{d21} = {p} < "
        "1，因此共存点为正，且吸引所有正初值（定理：Goh 的李雅普诺夫函数）。",
    ),
    # coexistence where at least one unit cannot live alone
    "coexist_obligate": (
        "With {d12} = {a} and {d21} = {b} both levels are positive at the one coexistence point ({x}, {y}), and "
        "{d12}*{d21} = {p} < 1, so it attracts every positive start although not every unit could live alone "
        "(theorem: Goh's Lyapunov function).",
        "当 {d12} = {a}、{d21} = {b} 时，唯一的共存点 ({x}, {y}) 为正，且 {d12}*{d21} = {p} < 1，因此它吸引所有正"
        "初值，尽管并非每个单元都能独立生存（定理：Goh 的李雅普诺夫函数）。",
    ),
    # one unit stays; the number is the own growth of the loser plus one
    "excluded_2": (
        "{unit} dies out: {effect} = {value} < -1, so it declines where {other} is at its own capacity, and the "
        "effect back on {other} is not below -1; {other} alone attracts every positive start (theorem: "
        "competitive exclusion; {d12} = {a}, {d21} = {b}).",
        "{unit}消亡：{effect} = {value} < -1，在{other}的容量处{unit}下降，而对{other}的反作用不小于 -1；所有正初"
        "值都趋于{other}独存（定理：竞争排斥；{d12} = {a}，{d21} = {b}）。",
    ),
    "excluded_1": (
        "{unit} dies out: it has no growth of its own and {effect} = {value} < 0, so {other} alone attracts "
        "every positive start (theorem: planar Lotka-Volterra; {d12} = {a}, {d21} = {b}).",
        "{unit}消亡：它自身没有增长，且 {effect} = {value} < 0，因此所有正初值都趋于{other}独存（定理：平面洛特卡"
        "-沃尔泰拉系统；{d12} = {a}，{d21} = {b}）。",
    ),
    "excluded_0": (
        "{unit} cannot live alone and {effect} = {value} < 1 is too little help at the capacity of {other}, so "
        "{unit} dies out and {other} alone attracts every positive start (theorem: planar Lotka-Volterra; {d12} "
        "= {a}, {d21} = {b}, {d12}*{d21} = {p}).",
        "{unit}不能独立生存，而在{other}的容量处 {effect} = {value} < 1 的帮助不足，因此{unit}消亡，所有正初值都"
        "趋于{other}独存（定理：平面洛特卡-沃尔泰拉系统；{d12} = {a}，{d21} = {b}，{d12}*{d21} = {p}）。",
    ),
    "fades_2": (
        "{unit} dies out, but only like 1/t: {effect} = -1 exactly, so at the capacity of {other} it neither "
        "grows nor declines to first order, and the next order decides against it (theorem: centre manifold; "
        "{d12} = {a}, {d21} = {b}).",
        "{unit}消亡，但只以 1/t 的速度：{effect} 恰为 -1，在{other}的容量处一阶增长为零，由二阶项决定其消亡（定理："
        "中心流形；{d12} = {a}，{d21} = {b}）。",
    ),
    "fades_1": (
        "{unit} dies out, but only like 1/t: it has no growth of its own and {effect} = 0, so nothing but its "
        "own limitation acts on it ({d12} = {a}, {d21} = {b}).",
        "{unit}消亡，但只以 1/t 的速度：它自身没有增长，且 {effect} = 0，只有自我限制起作用（{d12} = {a}，{d21} ="
        " {b}）。",
    ),
    "fades_0": (
        "{unit} dies out, but only like 1/t: {effect} = 1 exactly balances its own decline at the capacity of "
        "{other}, and the next order decides against it (theorem: centre manifold; {d12} = {a}, {d21} = {b}, "
        "{d12}*{d21} = {p}).",
        "{unit}消亡，但只以 1/t 的速度：在{other}的容量处 {effect} = 1 恰好抵消其自身下降，由二阶项决定其消亡（定"
        "理：中心流形；{d12} = {a}，{d21} = {b}，{d12}*{d21} = {p}）。",
    ),
    # nothing stays
    "both_decline": (
        "Neither unit can live alone, and the help is too little: only both effects positive with {d12}*{d21} > "
        "1 could carry them ({d12} = {a}, {d21} = {b}, {d12}*{d21} = {p}), so both die out from every positive "
        "start (theorem: planar Lotka-Volterra).",
        "双方都不能独立生存，且互助不足：只有两个系数均为正且 {d12}*{d21} > 1 才可能维持（{d12} = {a}，{d21} = "
        "{b}，{d12}*{d21} = {p}），因此从任何正初值出发都会灭绝（定理：平面洛特卡-沃尔泰拉系统）。",
    ),
    "both_fade": (
        "No unit grows on its own, and the help is too little: only both effects positive with {d12}*{d21} of at "
        "least 1 could carry them ({d12} = {a}, {d21} = {b}, {d12}*{d21} = {p}), so both die out from every "
        "positive start, at least one of them only like 1/t (theorem: planar Lotka-Volterra).",
        "没有单元能靠自身增长，且互助不足：只有两个系数均为正且 {d12}*{d21} 至少为 1 才可能维持（{d12} = {a}，"
        "{d21} = {b}，{d12}*{d21} = {p}），因此从任何正初值出发都会灭绝，且至少一方只以 1/t 的速度（定理：平面洛"
        "特卡-沃尔泰拉系统）。",
    ),
    # no bound
    "runaway": (
        "Runaway: {d12} = {a} > 0 and {d21} = {b} > 0 with {d12}*{d21} = {p} > 1, so each feeds the other's "
        "growth faster than its own limitation can hold it, and every positive start blows up in finite time "
        "(theorem: the weighted sum of logarithms outgrows an exponential of itself).",
        "失控增长：{d12} = {a} > 0，{d21} = {b} > 0，且 {d12}*{d21} = {p} > 1，双方互相推动的增长超过自我限制，任"
        "何正初值都在有限时间内爆破（定理：加权对数和的增长快于其自身的指数）。",
    ),
    "critical": (
        "Unbounded growth: {d12} = {a} > 0 and {d21} = {b} > 0 with {d12}*{d21} = 1 exactly, so the help cancels "
        "the limitation and both grow exponentially at the rate {rate} without ever blowing up (theorem: exact "
        "first integral).",
        "无界增长：{d12} = {a} > 0，{d21} = {b} > 0，且 {d12}*{d21} 恰为 1，互助恰好抵消自我限制，双方以速率 "
        "{rate} 指数增长而不会爆破（定理：精确首次积分）。",
    ),
    # depends on the start
    "founder_control": (
        "Founder control: {d12} = {a} and {d21} = {b} are both below -1, so each unit excludes the other where "
        "it is common; the stable manifold of the saddle ({x}, {y}) separates the starts (theorem: planar "
        "competition).",
        "先入者优势：{d12} = {a} 与 {d21} = {b} 都小于 -1，谁占多数谁就排斥对方；鞍点 ({x}, {y}) 的稳定流形划分初"
        "值（定理：平面竞争系统）。",
    ),
    "threshold": (
        "A threshold: {d12} = {a} > 0, {d21} = {b} > 0 and {d12}*{d21} = {p} > 1, so starts above the stable "
        "manifold of the saddle ({x}, {y}) blow up in finite time and starts below it end in {end} (theorem: "
        "planar cooperation).",
        "存在门槛：{d12} = {a} > 0，{d21} = {b} > 0，且 {d12}*{d21} = {p} > 1，位于鞍点 ({x}, {y}) 稳定流形之上的"
        "初值在有限时间内爆破，之下的初值归于{end}（定理：平面合作系统）。",
    ),
    # a line of equilibria
    "line_competition": (
        "{d12} = {d21} = -1 exactly: the two nullclines are one line, u1 + u2 = 1 for u = x/K, every point of it "
        "is an equilibrium, and u1^(1/r1)/u2^(1/r2) never changes, so the start decides where on the line it "
        "ends.",
        "{d12} = {d21} 恰为 -1：两条零增长线重合为 u1 + u2 = 1（u = x/K），其上每一点都是平衡点，且 "
        "u1^(1/r1)/u2^(1/r2) 保持不变，因此初值决定落在线上何处。",
    ),
    "line_mutualism": (
        "{d12} = {a} and {d21} = {b} with {d12}*{d21} = 1 exactly, and the own growth of one unit just carries "
        "the other: the two nullclines are one line of equilibria, and a weighted product of the levels never "
        "changes, so the start decides where on the line it ends.",
        "{d12} = {a}，{d21} = {b}，{d12}*{d21} 恰为 1，且一方的增长恰好支撑另一方：两条零增长线重合为一条平衡点线，"
        "水平的加权乘积保持不变，因此初值决定落在线上何处。",
    ),
    "ray": (
        "No unit grows on its own and {d12}*{d21} = 1 exactly ({d12} = {a}, {d21} = {b}): the ray u1 = {d12}*u2 "
        "is made of equilibria, and a weighted product of the levels never changes, so the start decides where "
        "on the ray it ends.",
        "没有单元能靠自身增长，且 {d12}*{d21} 恰为 1（{d12} = {a}，{d21} = {b}）：射线 u1 = {d12}*u2 全由平衡点组"
        "成，水平的加权乘积保持不变，因此初值决定落在射线上何处。",
    ),
    # two units of which at least one has no self-limitation
    "neutral": (
        "{unit} lives on {other} and nothing limits either: every orbit is closed, because the Volterra function "
        "never changes (theorem), and the time means are the equilibrium ({x}, {y}).",
        "{unit}依赖{other}，双方均无自我限制：Volterra 函数保持不变（定理），所有轨道都是闭轨，时间平均为平衡点 ("
        "{x}, {y})。",
    ),
    "free_goh": (
        "The one coexistence point ({x}, {y}) is positive, one unit gains what the other loses, and one is "
        "limited, so it attracts every positive start (theorem: Goh's Lyapunov function and LaSalle's principle).",
        "唯一的共存点 ({x}, {y}) 为正，一方所得即另一方所失，且有一方自我限制，因此它吸引所有正初值（定理：Goh 的"
        "李雅普诺夫函数与 LaSalle 原理）。",
    ),
    "free_excluded": (
        "{unit} dies out: it does not live on what {other} is alone, {level}, where {other} settles from every "
        "positive start (theorem: planar Lotka-Volterra).",
        "{unit}消亡：{other}独自的水平 {level} 不足以维持它，所有正初值都趋于{other}独存（定理：平面洛特卡-沃尔泰"
        "拉系统）。",
    ),
    "free_extinct": (
        "Neither unit lives alone and neither carries the other, so both die out from every positive start "
        "(theorem: planar Lotka-Volterra).",
        "双方都不能独立生存，也无法互相维持，因此从任何正初值出发都会灭绝（定理：平面洛特卡-沃尔泰拉系统）。",
    ),
    "free_grows": (
        "Nothing limits {unit}: in the long run it grows exponentially at the rate {rate} (theorem: planar "
        "Lotka-Volterra).",
        "没有什么限制{unit}：长期以速率 {rate} 指数增长（定理：平面洛特卡-沃尔泰拉系统）。",
    ),
    "free_faster": (
        "{other} grows exponentially without limit and speeds up {unit}, which outgrows every exponential, "
        "though not in finite time (closed form).",
        "{other}无限制地指数增长并加速{unit}，后者快于任何指数，但不会在有限时间内爆破（封闭解）。",
    ),
    "free_algebraic": (
        "{other} fades like 1/t and its help makes {unit} grow like a power of time, without bound (closed form).",
        "{other}以 1/t 衰减，其帮助使{unit}以时间的幂次无界增长（封闭解）。",
    ),
    "free_by_level": (
        "{other} stays where it starts, and that level sets the growth of {unit} (closed form).",
        "{other}停留在初值，该水平决定{unit}的增长（封闭解）。",
    ),
    "free_blow_up": (
        "Both units help each other and at least one has no self-limitation, so every positive start blows up in "
        "finite time (theorem: planar cooperation).",
        "双方互助且至少一方没有自我限制，因此任何正初值都在有限时间内爆破（定理：平面合作系统）。",
    ),
    "free_saddle": (
        "The stable manifold of the saddle ({x}, {y}) separates the starts (theorem: planar monotone systems).",
        "鞍点 ({x}, {y}) 的稳定流形划分初值（定理：平面单调系统）。",
    ),
    "free_depends": (
        "A line of equilibria attracts some starts and not others (theorem: planar Lotka-Volterra).",
        "一条平衡点线吸引部分初值（定理：平面洛特卡-沃尔泰拉系统）。",
    ),
    "free_line": (
        "It ends on a line of equilibria, because a unit neither grows nor declines once the other is gone; the "
        "start decides where on the line.",
        "最终落在一条平衡点线上：另一方消失后该单元既不增长也不下降；初值决定落在何处。",
    ),
    # three or more units
    "weights_coexistence": (
        "All units stay: with the weights {weights} every term of a Lyapunov function falls, so exactly one "
        "equilibrium cannot be invaded, it has all units, and it attracts every positive start (certificate "
        "checked exactly; theorem: Takeuchi and Adachi).",
        "所有单元留存：取权重 {weights}，李雅普诺夫函数严格下降，因此恰有一个不可入侵的平衡点，它包含所有单元并吸"
        "引所有正初值（证书经精确验证；定理：Takeuchi 与 Adachi）。",
    ),
    "weights_exclusion": (
        "Only {units} stay: with the weights {weights} every term of a Lyapunov function falls, so exactly one "
        "equilibrium cannot be invaded, and it attracts every positive start (certificate checked exactly; "
        "theorem: Takeuchi and Adachi).",
        "仅{units}留存：取权重 {weights}，李雅普诺夫函数严格下降，因此恰有一个不可入侵的平衡点，它吸引所有正初值"
        "（证书经精确验证；定理：Takeuchi 与 Adachi）。",
    ),
    "weights_extinction": (
        "Nothing stays: with the weights {weights} every term of a Lyapunov function falls, and no unit can "
        "invade the empty state (certificate checked exactly; theorem: Takeuchi and Adachi).",
        "无一留存：取权重 {weights}，李雅普诺夫函数严格下降，且没有单元能侵入空状态（证书经精确验证；定理："
        "Takeuchi 与 Adachi）。",
    ),
    "runaway_units": (
        "Runaway: nobody harms {units}, they all help each other, and together the help outruns their "
        "limitation, so every positive start blows up in finite time; a negative solution of the linear "
        "equations is no equilibrium (theorem: Hofbauer and Sigmund).",
        "失控增长：{units}不受任何单元损害且彼此互助，合计的帮助超过自我限制，因此任何正初值都在有限时间内爆破；"
        "线性方程的负解不是平衡点（定理：Hofbauer 与 Sigmund）。",
    ),
    "critical_units": (
        "Unbounded growth: all units help each other and together the help exactly cancels the limitation, so "
        "they grow exponentially at the rate {rate} without blowing up (theorem: exact first integral).",
        "无界增长：所有单元互助，合计的帮助恰好抵消自我限制，因此以速率 {rate} 指数增长而不爆破（定理：精确首次积"
        "分）。",
    ),
    "circle_rests": (
        "Each unit beats the next in a circle, but weakly: the product of the weak parts, {weak}, is above that "
        "of the strong parts, {strong}, so coexistence attracts every positive start (theorem: Chi, Hsu and Wu).",
        "三者循环相克，但较弱：弱部之积 {weak} 大于强部之积 {strong}，因此共存点吸引所有正初值（定理：Chi、Hsu 与"
        " Wu）。",
    ),
    "circle_neutral": (
        "Each unit beats the next in a circle, and the products of the weak and the strong parts are equal "
        "({weak}), so it ends on neutral closed orbits whose time means are the equilibrium (theorem: Chi, Hsu "
        "and Wu).",
        "三者循环相克，弱部之积与强部之积相等（{weak}），最终落在中性闭轨上，其时间平均为平衡点（定理：Chi、Hsu "
        "与 Wu）。",
    ),
    "circle_slows": (
        "Each unit beats the next in a circle, and strongly: the product of the strong parts, {strong}, is above "
        "that of the weak parts, {weak}, so every positive start (but the ray through the equilibrium) goes from "
        "unit to unit for ever, ever more slowly (theorem: Chi, Hsu and Wu).",
        "三者循环相克且较强：强部之积 {strong} 大于弱部之积 {weak}，因此除过平衡点的射线外，任何正初值都在三者之"
        "间不断轮换，且越来越慢（定理：Chi、Hsu 与 Wu）。",
    ),
    # one unit with an equation of its own
    "line_rest": (
        "On a line every start moves to the next equilibrium in the direction of its growth: {level} (exact "
        "roots and signs).",
        "一维系统中，任何初值沿增长方向趋于下一个平衡点：{level}（精确求根与定号）。",
    ),
    "line_roots": (
        "Several equilibria attract: which one depends on the side of the unstable ones (exact roots and signs).",
        "有多个吸引平衡点：取决于初值位于不稳定平衡点的哪一侧（精确求根与定号）。",
    ),
    "line_away": (
        "Above its last equilibrium it grows without bound, though not in finite time (exact roots and signs).",
        "超过最后一个平衡点后无界增长，但不会在有限时间内爆破（精确求根与定号）。",
    ),
    # no theorem
    "not_supported": (
        "Noise, delays or equations that change with time are not settled here.",
        "带噪声、时滞或随时间变化的方程不在此判定。",
    ),
    "trial_settled_coexistence": (
        "Followed by simulation from this start: two horizons agree that it approaches the stable equilibrium "
        "with all units.",
        "从该初值数值模拟：两个时长一致表明它趋于所有单元共存的稳定平衡点。",
    ),
    "trial_settled_exclusion": (
        "Followed by simulation from this start: two horizons agree that it approaches the stable equilibrium of "
        "{units}.",
        "从该初值数值模拟：两个时长一致表明它趋于{units}的稳定平衡点。",
    ),
    "trial_settled_extinction": (
        "Followed by simulation from this start: two horizons agree that everything dies out.",
        "从该初值数值模拟：两个时长一致表明全部灭绝。",
    ),
    "trial_blow_up": (
        "Followed by simulation from this start: it blows up in finite time.",
        "从该初值数值模拟：在有限时间内爆破。",
    ),
    "trial_unbounded": (
        "Followed by simulation from this start: it grows exponentially without bound, at the rate {rate}.",
        "从该初值数值模拟：以速率 {rate} 无界指数增长。",
    ),
    "trial_open": (
        "Followed by simulation from this start up to time {horizon}: it has not come to rest, and no cycle, no "
        "slowing round of saddles and no chaos is clear, so nothing is claimed.",
        "从该初值数值模拟至时间 {horizon}：既未归于静止，也没有明确的极限环、越来越慢的鞍点循环或混沌，因此不作断言。",
    ),
    "trials_undecided": (
        "No theorem applies, and of the starts followed in simulation (spread over three decades) number {count} "
        "did not settle.",
        "没有适用的定理；在跨三个数量级的初值中，第 {count} 个的模拟未能归于稳定。",
    ),
    "trials_agree_coexistence": (
        "No theorem applies; {count} starts spread over three decades all settle at the same stable equilibrium "
        "with all units in simulation, which proves nothing for other starts.",
        "没有适用的定理；跨三个数量级的 {count} 个初值在模拟中都趋于同一个所有单元共存的稳定平衡点，但不能证明其"
        "他初值亦然。",
    ),
    "trials_agree_exclusion": (
        "No theorem applies; {count} starts spread over three decades all settle at the same stable equilibrium "
        "of {units} in simulation, which proves nothing for other starts.",
        "没有适用的定理；跨三个数量级的 {count} 个初值在模拟中都趋于{units}的同一个稳定平衡点，但不能证明其他初值"
        "亦然。",
    ),
    "trials_agree_extinction": (
        "No theorem applies; {count} starts spread over three decades all die out in simulation, which proves "
        "nothing for other starts.",
        "没有适用的定理；跨三个数量级的 {count} 个初值在模拟中都灭绝，但不能证明其他初值亦然。",
    ),
    "trials_agree_blow_up": (
        "No theorem applies; {count} starts spread over three decades all blow up in simulation, which proves "
        "nothing for other starts.",
        "没有适用的定理；跨三个数量级的 {count} 个初值在模拟中都爆破，但不能证明其他初值亦然。",
    ),
    "trials_agree_unbounded": (
        "No theorem applies; {count} starts spread over three decades all grow without bound in simulation, "
        "which proves nothing for other starts.",
        "没有适用的定理；跨三个数量级的 {count} 个初值在模拟中都无界增长，但不能证明其他初值亦然。",
    ),
    "trials_differ": (
        "No theorem applies; of {count} starts spread over three decades some settle in one place and some in "
        "another.",
        "没有适用的定理；跨三个数量级的 {count} 个初值归于不同之处。",
    ),
    "trials_missed": (
        "Stable equilibria that none of the simulated starts reached: {count}; positive starts near each settle there.",
        "模拟初值均未到达的稳定平衡点数：{count}；各点附近的正初值归于该点。",
    ),
    # one start
    "start_absent": (
        "What starts at zero stays at zero ({units}); the rest is decided without it.",
        "初值为零者始终为零（{units}）；其余单元按其缺席判定。",
    ),
    "start_empty": ("Nothing is there at the start, so nothing ever is.", "开始时一无所有，因此永远一无所有。"),
    "start_by_order_exclusion": (
        "This start is beside the saddle on the side where {units} wins (theorem: the flow keeps the competitive "
        "order).",
        "该初值位于鞍点一侧，{units}胜出（定理：流保持竞争序）。",
    ),
    "start_by_order_extinction": (
        "This start is below the saddle, so it dies out (theorem: the flow keeps the order).",
        "该初值位于鞍点之下，因此灭绝（定理：流保序）。",
    ),
    "start_by_order_blow_up": (
        "This start is above the saddle, so it blows up (theorem: the flow keeps the order).",
        "该初值位于鞍点之上，因此爆破（定理：流保序）。",
    ),
    "start_by_order_unbounded": (
        "This start is beside the saddle on the side where {units} grows without bound (theorem: the flow keeps "
        "the order).",
        "该初值位于鞍点一侧，{units}无界增长（定理：流保序）。",
    ),
    "start_followed_exclusion": (
        "This start was followed in 40 digits until it was beside the saddle, where {units} wins by theorem.",
        "以 40 位精度跟踪该初值，直至其位于鞍点一侧，由定理知{units}胜出。",
    ),
    "start_followed_extinction": (
        "This start was followed in 40 digits until it was below the saddle, from where it dies out by theorem.",
        "以 40 位精度跟踪该初值，直至其位于鞍点之下，由定理知其灭绝。",
    ),
    "start_followed_blow_up": (
        "This start was followed in 40 digits until it was above the saddle, from where it blows up by theorem.",
        "以 40 位精度跟踪该初值，直至其位于鞍点之上，由定理知其爆破。",
    ),
    "start_followed_unbounded": (
        "This start was followed in 40 digits until it was beside the saddle, where {units} grows without bound "
        "by theorem.",
        "以 40 位精度跟踪该初值，直至其位于鞍点一侧，由定理知{units}无界增长。",
    ),
    "start_on_separatrix": (
        "This start lies exactly on the separatrix: undisturbed it ends at the saddle, and any disturbance "
        "decides.",
        "该初值恰在分界线上：无扰动时趋于鞍点，任何扰动都会决定其归宿。",
    ),
    "start_near_separatrix": (
        "This start comes so near to the saddle that 40 digits do not tell its side.",
        "该初值极接近鞍点，40 位精度也无法判定其所在一侧。",
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
    "one_constant": ("It neither grows nor declines: it stays where it starts.", "既不增长也不下降：停留在初值。"),
    "one_blow_up": (
        "It speeds up its own growth, so every positive start blows up in finite time (closed form).",
        "它加速自身增长，因此任何正初值都在有限时间内爆破（封闭解）。",
    ),
    "one_threshold": (
        "It speeds up its own growth but declines when rare: starts above {level} blow up in finite time, starts "
        "below die out (closed form).",
        "它加速自身增长，但稀少时下降：高于 {level} 的初值在有限时间内爆破，低于它的初值消亡（封闭解）。",
    ),
    # lines of the summary
    "settle_headline": ("settles into: {what}", "归宿：{what}"),
    "settle_survivors": ("{units} stays", "{units}留存"),
    "settle_end": ("  may end in: {what}", "  可能归宿：{what}"),
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
    "scale_gains": ("relative gains {value}", "相对增益 {value}"),
    "scale_absolute_gains": ("absolute gains {value}", "绝对增益 {value}"),
    "settle_border": (
        "nearest border: {name}, at a distance of {distance}; beyond it: {neighbour}",
        "最近的边界：{name}，距离 {distance}；越过后：{neighbour}",
    ),
    "border_band": ("smaller over larger gain = {limit}", "较小与较大增益之比 = {limit}"),
    "settle_evidence": ("evidence: {evidence}", "依据：{evidence}"),
    "settle_illustrative": ("illustrative values, not estimates", "示例数值，非估计结果"),
    # why a mode is null
    "null_not_both": (
        "no settled mode: not both units persist at finite levels, so the outcome speaks",
        "无归宿模式：双方并未都以有限水平存续，由结局说明",
    ),
    "null_not_alone": (
        "no settled mode: at least one unit does not settle at a finite positive level alone, so there is "
        "nothing to compare with",
        "无归宿模式：至少一方独自时不会稳定于有限正水平，无从比较",
    ),
    "null_start": (
        "no settled mode without a start: where it goes depends on the start",
        "未给初值则无归宿模式：结局取决于初值",
    ),
    "null_without": (
        "no settled mode: where the system goes without one of the two is not decided",
        "无归宿模式：缺少其中一方时系统的去向未定",
    ),
    "null_undecided": ("no settled mode: where it goes is undecided", "无归宿模式：去向未定"),
}
