"""Sentences of the step-by-step derivation: equations, equilibria, stability, special values, the mode."""

WORDS: dict[str, tuple[str, str]] = {
    "explain_title": ("{name}: where it settles, step by step", "{name}：归宿的逐步推导"),
    "explain_equations": ("The equations", "方程"),
    "explain_states": ("{symbol} is the level of {unit}.", "{symbol} 为{unit}的水平。"),
    "explain_effect": (
        "dij is the effect of unit j on unit i, as a share of own growth per capacity of j.",
        "dij 为单元 j 对单元 i 的作用，以 j 的容量为尺度、以自身增长率为单位。",
    ),
    "explain_values": ("With the numbers of this model:", "代入本模型的数值："),
    "explain_large": (
        "{count} units: the equations are alike, only the first is printed.",
        "共 {count} 个单元：各方程形式相同，此处只写第一个。",
    ),
    "explain_counting": ("What an equilibrium is", "何为平衡点"),
    "explain_kolmogorov": (
        "Every rate has the level itself as a factor. So at an equilibrium each unit is either absent or has a growth "
        "per head of zero: {supports} sets of present units to look at, one after the other.",
        "每个变化率都以该单元自身的水平为因子。因此在平衡点处，每个单元要么不存在，要么人均增长率为零："
        "共有 {supports} 种存在单元的组合，逐一考察。",
    ),
    "explain_linear": (
        "The growth per head is linear in the levels, so every set asks for the solution of a linear system.",
        "人均增长率是水平的线性函数，因此每种组合都归结为解一个线性方程组。",
    ),
    "explain_not_linear": (
        "The growth per head is not linear in the levels; the solutions are found as the last sentence of this step "
        "says, and their stability from the Jacobian at each.",
        "人均增长率不是水平的线性函数；各解的求法见本步最后一句，稳定性由各点的雅可比矩阵得出。",
    ),
    "explain_other": (
        "The rates do not have the levels as factors; an equilibrium is a state at which all rates are zero.",
        "变化率并不都以自身水平为因子；平衡点是使所有变化率为零的状态。",
    ),
    "explain_some": (
        "Only the equilibria that attract, and that of all units, are derived here, {shown} of {count}; "
        "`symbiode equilibria` lists all.",
        "此处只推导吸引的平衡点以及全部单元共存的平衡点，共 {shown} 个（总数 {count}）；全部见 `symbiode equilibria`。",
    ),
    "explain_no_list": ("No list of equilibria can be given: {why}", "无法给出平衡点列表：{why}"),
    "explain_at": ("Present: {units}", "存在：{units}"),
    "explain_nobody": ("Nobody present", "全部不存在"),
    "explain_solve": ("Growth per head of those present, set to zero:", "令存在者的人均增长率为零："),
    "explain_solve_rates": ("The rates of change, set to zero:", "令各变化率为零："),
    "explain_solution": ("The solution:", "解得："),
    "explain_origin": ("Nothing to solve: all levels are zero.", "无须求解：所有水平均为零。"),
    "explain_absent": ("Not an equilibrium of its own here: {why}.", "此处不是自己的平衡点：{why}。"),
    "explain_exists": ("It exists if: {condition}.", "存在条件：{condition}。"),
    "explain_invasion": (
        "Growth per head of {unit} from a small beginning there, which is one eigenvalue:",
        "{unit} 从很小的初值开始在该处的人均增长率，即一个特征值：",
    ),
    "explain_grows": (
        "Above zero: {unit} grows, so this point does not attract.",
        "大于零：{unit}增长，故该点不吸引。",
    ),
    "explain_dies": ("Below zero: a little of {unit} dies out again.", "小于零：少量的{unit}会重新消亡。"),
    "explain_flat": (
        "Exactly zero: the linear part does not decide; a border of two outcomes runs through these values.",
        "恰为零：线性部分无法判定；这些数值正处在两种结局的分界上。",
    ),
    "explain_own": ("The eigenvalue along its own axis:", "沿自身坐标轴的特征值："),
    "explain_jacobian": ("Jacobian J among those present:", "存在者之间的雅可比矩阵 J："),
    "explain_trace": (
        "Trace T and determinant D; both eigenvalues have a negative real part exactly if T < 0 and D > 0:",
        "迹 T 与行列式 D；两个特征值实部均为负，当且仅当 T < 0 且 D > 0：",
    ),
    "explain_roots": (
        "The eigenvalues are (T ± sqrt(T^2 - 4*D))/2. What stands under the root tells a node (not below zero) from a "
        "focus (below zero):",
        "特征值为 (T ± sqrt(T^2 - 4*D))/2。根号内的值区分结点（不小于零）与焦点（小于零）：",
    ),
    "explain_saddle": (
        "D < 0: one eigenvalue is positive, one negative, a saddle.", "D < 0：特征值一正一负，为鞍点。",
    ),
    "explain_sink": ("T < 0 and D > 0: it attracts.", "T < 0 且 D > 0：吸引。"),
    "explain_source": ("T > 0 and D > 0: it repels.", "T > 0 且 D > 0：排斥。"),
    "explain_circles": (
        "T = 0 and D > 0: purely imaginary eigenvalues; the linear part does not decide.",
        "T = 0 且 D > 0：特征值为纯虚数，线性部分无法判定。",
    ),
    "explain_singular": ("D = 0: one eigenvalue is zero; the linear part does not decide.",
                         "D = 0：有一个特征值为零，线性部分无法判定。"),
    "explain_hurwitz": (
        "The eigenvalues solve lambda^3 + a1*lambda^2 + a2*lambda + a3 = 0. By Routh and Hurwitz all real parts are "
        "negative exactly if a1 > 0, a3 > 0 and a1*a2 - a3 > 0:",
        "特征值满足 lambda^3 + a1*lambda^2 + a2*lambda + a3 = 0。由劳斯-赫尔维茨判据，实部全为负，当且仅当 "
        "a1 > 0、a3 > 0 且 a1*a2 - a3 > 0：",
    ),
    "explain_hurwitz_holds": ("All three hold: it attracts.", "三式均成立：吸引。"),
    "explain_hurwitz_fails": ("Not all three hold: it does not attract.", "三式不全成立：不吸引。"),
    "explain_eigenvalues": ("Eigenvalues: {values}.", "特征值：{values}。"),
    "explain_type": ("{kind}: {why}.", "{kind}：{why}。"),
    "explain_stable_if": ("Attracts if: {condition}.", "吸引的条件：{condition}。"),
    "explain_special": ("Special values", "特殊数值"),
    "explain_plane": (
        "With own growth +1 for both, the two effects alone decide where it goes; the rates of growth do not:",
        "双方自身增长均为 +1 时，归宿只由两个作用系数决定，与增长率无关：",
    ),
    "explain_here": ("→ HERE: {text}", "→ 本例：{text}"),
    "explain_region_coexistence": (
        "d12 > -1, d21 > -1 and d12*d21 < 1: both stay; every positive start goes to the point with both.",
        "d12 > -1、d21 > -1 且 d12*d21 < 1：双方都留存，所有正初值趋于共存点。",
    ),
    "explain_region_blow_up": (
        "d12 > 0, d21 > 0 and d12*d21 > 1: each pulls the other up faster than it limits itself; levels become "
        "infinite in finite time.",
        "d12 > 0、d21 > 0 且 d12*d21 > 1：相互拉动快于自我限制，水平在有限时间内趋于无穷。",
    ),
    "explain_region_unbounded": (
        "d12 > 0, d21 > 0 and d12*d21 = 1: the nullclines are parallel; growth without end at the rate "
        "(1 + d12)*r1*r2/(r2 + d12*r1), but not in finite time.",
        "d12 > 0、d21 > 0 且 d12*d21 = 1：零斜线平行；以速率 (1 + d12)*r1*r2/(r2 + d12*r1) 无界增长，"
        "但不在有限时间内。",
    ),
    "explain_region_first": (
        "d12 < -1 and d21 > -1: unit 2 drives unit 1 out.", "d12 < -1 且 d21 > -1：单元 2 排除单元 1。",
    ),
    "explain_region_second": (
        "d21 < -1 and d12 > -1: unit 1 drives unit 2 out.", "d21 < -1 且 d12 > -1：单元 1 排除单元 2。",
    ),
    "explain_region_bistable": (
        "d12 < -1 and d21 < -1: the start decides who stays (bistable); the point with both is a saddle. With equal "
        "rates of growth the border between the two is the ray x2/K2 = (1 + d21)/(1 + d12)*x1/K1.",
        "d12 < -1 且 d21 < -1：由初值决定谁留存（双稳态），共存点为鞍点。增长率相等时，两者的分界为射线 "
        "x2/K2 = (1 + d21)/(1 + d12)*x1/K1。",
    ),
    "explain_region_edge": (
        "Exactly one of d12 = -1, d21 = -1: a transcritical border. If the other is above -1, the unit with -1 dies "
        "out only like 1/t; if it is below -1, the unit with -1 stays.",
        "d12 = -1、d21 = -1 恰有其一：跨临界分界。若另一个大于 -1，"
        "取 -1 的单元仅以 1/t 的速度消亡；若另一个小于 -1，则取 -1 的单元留存。",
    ),
    "explain_region_line": (
        "d12 = d21 = -1: a whole line of equilibria, x1/K1 + x2/K2 = 1; the start decides which one.",
        "d12 = d21 = -1：整条直线 x1/K1 + x2/K2 = 1 都是平衡点，由初值决定到哪一点。",
    ),
    "explain_own_both_minus": (
        "Own growth -1 for both: alone each dies out, so the empty state attracts. Only with d12 > 0, d21 > 0 and "
        "d12*d21 > 1 is there a point with both, and it is a saddle: below its border all die out, above it levels "
        "become infinite in finite time.",
        "双方自身增长均为 -1：单独时都会消亡，故空状态吸引。仅当 d12 > 0、d21 > 0 且 d12*d21 > 1 时存在共存点，"
        "且为鞍点："
        "分界以下全部灭绝，以上则在有限时间内趋于无穷。",
    ),
    "explain_own_one_minus": (
        "Own growth -1 for one unit, which dies out alone; its partner lives alone. Both stay if the effect on the "
        "obligate unit is above 1 and d12*d21 < 1.",
        "一个单元自身增长为 -1，单独时消亡；另一个可以独立生存。若对专性单元的作用大于 1 且 d12*d21 < 1，则双方留存。",
    ),
    "explain_own_zero": (
        "Own growth 0 of a unit: alone it neither grows nor dies from small levels, and an effect of either sign "
        "decides.",
        "某单元自身增长为 0：单独时从很小的水平既不增长也不以指数消亡，由作用的符号决定。",
    ),
    "explain_blow_up": ("Why it blows up, and when at the latest", "为何爆破，最迟何时"),
    "explain_subsolution": (
        "Put u1 = x1/K1 and u2 = x2/K2. Along u1 = s*(1 + d12), u2 = s*(1 + d21) both growth terms are the same, "
        "1 + s*(d12*d21 - 1), which rises with s. Effects above zero keep order, so a start above this ray stays above "
        "the solution of s' = r*s*(1 + (d12*d21 - 1)*s), with r the smaller rate; that one is infinite at the time",
        "令 u1 = x1/K1，u2 = x2/K2。沿 u1 = s*(1 + d12)、u2 = s*(1 + d21)，双方的增长项同为 "
        "1 + s*(d12*d21 - 1)，随 s 增大。作用为正时次序保持，因此位于该射线之上的初值始终不低于 "
        "s' = r*s*(1 + (d12*d21 - 1)*s) 的解（r 取较小的增长率），而后者在如下时刻趋于无穷",
    ),
    "explain_bound": (
        "from the start {start}, with s0 the smaller of u1/(1 + d12) and u2/(1 + d21). The levels blow up no later "
        "than that; with equal rates and a start on the ray exactly then.",
        "（初值为 {start}，s0 取 u1/(1 + d12) 与 u2/(1 + d21) 中较小者）。"
        "水平最迟在此时爆破；若增长率相等且初值在射线上，则恰在此时。",
    ),
    "explain_lyapunov": ("Why every positive start goes there", "为何所有正初值都到达该处"),
    "explain_function": (
        "With x* the point that was found and weights c that are positive, take",
        "设 x* 为所得平衡点，c 为正的权重，取",
    ),
    "explain_falls": (
        "It is zero at x* and above zero elsewhere. Along every orbit, with y = x - x*, it changes at the rate",
        "该函数在 x* 处为零，别处为正。令 y = x - x*，它沿每条轨道的变化率为",
    ),
    "explain_negative": (
        "which is negative away from x*, since the first coefficient is negative and the discriminant of the form is",
        "在 x* 之外为负，因为首项系数为负，且该二次型的判别式为",
    ),
    "explain_negative_more": (
        "whose quadratic form is negative or zero: checked exactly, with the same conclusion.",
        "其二次型非正：已精确验证，结论相同。",
    ),
    "explain_mode": ("Which mode that is", "属于哪种模式"),
    "explain_gain": (
        "A mode is read off the gains, g = level over capacity, less 1; with both present, from the solution above:",
        "模式由增益判定，g 为水平与容量之比减 1；双方共存时，由上面的解得：",
    ),
    "explain_signs": (
        "1 + d12, 1 + d21 and 1 - d12*d21 are above zero, so each gain has the sign of the effect received: the mode "
        "that the signs of the effects name is the mode that is realised.",
        "1 + d12、1 + d21 与 1 - d12*d21 均大于零，因此每个增益与所受作用同号：按作用符号命名的模式即为实现的模式。",
    ),
    "explain_ladder": (
        "Both gain: mutualism; one gains and the other is as before: commensalism; one gains and one loses: "
        "parasitism; both lose: competition; one loses and the other is as before: amensalism; neither: neutralism.",
        "双方获益：互惠共生；一方获益、另一方不变：偏利共生；一方获益、一方受损：寄生；双方受损：竞争；"
        "一方受损、另一方不变：偏害；双方不变：独立。",
    ),
    "explain_symmetric": (
        "A mutualism is called symmetric if the smaller gain is at least {limit} of the larger (a convention):",
        "互惠共生中较小增益不低于较大增益的 {limit} 时称为对称（此为约定）：",
    ),
    "explain_named": ("So it is {mode}.", "因此为{mode}。"),
    "explain_no_mode": (
        "No mode is named: a mode compares two units that both stay, from the start asked for, with standing alone at "
        "a finite positive level.",
        "不命名模式：模式要求（从所问的初值出发）双方都留存，并与各自独立时有限的正水平相比较。",
    ),
    "explain_many": (
        "With {count} units the gains come from the whole system, so every pair has its own mode: `symbiode settle` "
        "shows the table.",
        "{count} 个单元时增益取决于整个系统，因此每一对各有其模式：见 `symbiode settle` 的表。",
    ),
    "explain_answer": ("The answer, and what decides it", "结论及其依据"),
    "explain_from": ("From the start {start}:", "从初值 {start} 出发："),
}
