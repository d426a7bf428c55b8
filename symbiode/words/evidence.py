"""Sentences on what an answer about where a system goes rests on: proofs beyond the linear laws, and simulation."""

WORDS: dict[str, tuple[str, str]] = {
    # one start, certified
    "trial_trapped_coexistence": (
        "From this start, followed with measured error, it has entered by time {time} a region around the "
        "equilibrium with all units that no trajectory leaves and in which all approach it (certificate: a quadratic "
        "Lyapunov function checked with interval arithmetic).",
        "从该初值出发（数值积分误差已测定），到时间 {time} 已进入所有单元共存平衡点附近的一个区域：任何轨道都不离开它"
        "且都趋于该平衡点（证书：以区间算术验证的二次李雅普诺夫函数）。",
    ),
    "trial_trapped_exclusion": (
        "From this start, followed with measured error, it has entered by time {time} a region around the "
        "equilibrium of {units} that no trajectory leaves and in which all approach it (certificate: a quadratic "
        "Lyapunov function checked with interval arithmetic).",
        "从该初值出发（数值积分误差已测定），到时间 {time} 已进入{units}的平衡点附近的一个区域：任何轨道都不离开它且"
        "都趋于该平衡点（证书：以区间算术验证的二次李雅普诺夫函数）。",
    ),
    "trial_trapped_extinction": (
        "From this start, followed with measured error, it has entered by time {time} a region around the empty "
        "state that no trajectory leaves and in which everything dies out (certificate: a quadratic Lyapunov "
        "function checked with interval arithmetic).",
        "从该初值出发（数值积分误差已测定），到时间 {time} 已进入空状态附近的一个区域：任何轨道都不离开它且全部灭绝（"
        "证书：以区间算术验证的二次李雅普诺夫函数）。",
    ),
    # theorems for laws of any form
    "sublinear": (
        "No unit ever harms another, and along each ray from zero the growth of each turns from positive to negative "
        "once, so the coexistence point attracts every positive start (theorem: cooperative and sublinear; checked "
        "on the equations).",
        "没有单元损害他者，且沿每条从零出发的射线各自的增长只由正变负一次，因此共存点吸引所有正初值（定理：合作且次线"
        "性；已在方程上验证）。",
    ),
    "dominated_coexistence": (
        "Everywhere self-limitation outweighs all effects, with weights {weights}, so the coexistence point attracts "
        "every positive start (certificate: Goh's Lyapunov function with these weights).",
        "处处自我限制都胜过全部相互作用（权重 {weights}），因此共存点吸引所有正初值（证书：以此为权重的 Goh 李雅普诺"
        "夫函数）。",
    ),
    "dominated_exclusion": (
        "Everywhere self-limitation outweighs all effects, with weights {weights}, so the equilibrium of {units}, "
        "which no absent unit can invade, attracts every positive start (certificate: Goh's Lyapunov function with "
        "these weights).",
        "处处自我限制都胜过全部相互作用（权重 {weights}），因此缺席者无法侵入的{units}平衡点吸引所有正初值（证书：以"
        "此为权重的 Goh 李雅普诺夫函数）。",
    ),
    "dominated_extinction": (
        "Everywhere self-limitation outweighs all effects, with weights {weights}, so everything dies out from every "
        "positive start (certificate: Goh's Lyapunov function with these weights).",
        "处处自我限制都胜过全部相互作用（权重 {weights}），因此从任何正初值出发全部灭绝（证书：以此为权重的 Goh 李雅"
        "普诺夫函数）。",
    ),
    "no_cycle_cooperative": (
        "Neither unit ever harms the other, so every orbit converges to an equilibrium or grows without bound "
        "(theorem: planar cooperative flows).",
        "双方从不互相损害，因此每条轨道或收敛于平衡点，或无界增长（定理：平面合作系统）。",
    ),
    "no_cycle_competitive": (
        "Neither unit ever helps the other, so every orbit converges to an equilibrium or grows without bound "
        "(theorem: planar competitive flows).",
        "双方从不互相帮助，因此每条轨道或收敛于平衡点，或无界增长（定理：平面竞争系统）。",
    ),
    "no_cycle_empty": (
        "A cycle would surround an equilibrium with both units, and there is none, so every bounded orbit converges "
        "to an equilibrium (theorem: Poincaré and Bendixson).",
        "极限环必包围一个双方共存的平衡点，而此处没有，因此每条有界轨道收敛于平衡点（定理：庞加莱-本迪克松）。",
    ),
    "no_cycle_dulac": (
        "There is no cycle: with B = {dulac} the divergence of B times the rates never changes sign (Dulac), so "
        "every bounded orbit converges to an equilibrium (Poincaré and Bendixson).",
        "没有极限环：取 B = {dulac}，B 乘以速率的散度从不变号（杜拉克），因此每条有界轨道收敛于平衡点（庞加莱-本迪克"
        "松）。",
    ),
    "bounded_box": (
        "Growth stays bounded: large enough boxes are entered and never left.",
        "增长有界：足够大的方框只进不出。",
    ),
    "bounded_sum": (
        "Growth stays bounded: a weighted sum of the levels declines wherever it is large.",
        "增长有界：各水平的加权和在其较大时总是下降。",
    ),
    "only_one_reached": (
        "Of all equilibria (the list is complete) only one can be reached from positive starts: all go there.",
        "在完整的平衡点清单中，只有一个可由正初值到达：所有正初值都趋于它。",
    ),
    "several_reached": (
        "Of all equilibria (the list is complete) {count} attract; the start decides between them.",
        "在完整的平衡点清单中有 {count} 个吸引，由初值决定归于哪一个。",
    ),
    "none_reached": (
        "No equilibrium can be reached from positive starts, and growth per head is bounded, so every positive start "
        "grows without bound, though not in finite time.",
        "没有任何平衡点可由正初值到达，而人均增长有上界，因此所有正初值都无界增长，但不会在有限时间内爆破。",
    ),
    "some_grow": (
        "From high enough levels both grow without bound, though not in finite time; from low ones they settle. The "
        "start decides.",
        "从足够高的水平出发双方无界增长（但不在有限时间内）；从低水平出发则归于稳定。由初值决定。",
    ),
    # no rest
    "trial_cycle": (
        "It goes round a limit cycle of {units} with period {period} (error {error}): the orbit closes, its largest "
        "Floquet multiplier is {multiplier} < 1, and returns come closer over two horizons. The levels given are "
        "means over one period (simulation, not a proof).",
        "它趋于{units}的极限环，周期 {period}（误差 {error}）：轨道闭合，最大弗洛凯乘子 {multiplier} < 1，且在两个时"
        "长上回归越来越近。所给水平为一个周期内的平均值（数值模拟，并非证明）。",
    ),
    "trial_chaos": (
        "It never settles: the largest Lyapunov exponent is {value} (error {error}), above zero over the first and "
        "the second half of the time alike, so neighbouring starts part exponentially (simulation, not a proof).",
        "它从不稳定下来：最大李雅普诺夫指数为 {value}（误差 {error}），在前后两半时间内均大于零，相邻初值按指数分离（"
        "数值模拟，并非证明）。",
    ),
    "trial_means": (
        "The levels given are means over time, which agree over both halves of it.",
        "所给水平为时间平均值，前后两半时间内一致。",
    ),
    "trial_heteroclinic": (
        "It never settles: it passes {count} saddle equilibria (of {units}) in turn and stays {factor} times as long "
        "with every round, so what looks like rest is a slow passage (simulation matched to the list of equilibria).",
        "它从不稳定下来：依次经过 {count} 个鞍点平衡（{units}），每一轮停留的时间是上一轮的 {factor} 倍，看似静止其实"
        "是缓慢经过（数值模拟，与平衡点清单相符）。",
    ),
    "trials_agree_cycle": (
        "No theorem applies; {count} starts spread over three decades all go to the same cycle in simulation, which "
        "proves nothing for other starts.",
        "没有适用的定理；跨三个数量级的 {count} 个初值在模拟中都趋于同一个极限环，但不能证明其他初值亦然。",
    ),
    "trials_agree_chaotic": (
        "No theorem applies; {count} starts spread over three decades all stay irregular in simulation, which proves "
        "nothing for other starts.",
        "没有适用的定理；跨三个数量级的 {count} 个初值在模拟中都保持不规则，但不能证明其他初值亦然。",
    ),
    "trials_agree_heteroclinic": (
        "No theorem applies; {count} starts spread over three decades all slow down past the same saddles in "
        "simulation, which proves nothing for other starts.",
        "没有适用的定理；跨三个数量级的 {count} 个初值在模拟中都经过相同的鞍点并越来越慢，但不能证明其他初值亦然。",
    ),
    # finite-time death
    "trial_death": (
        "Followed by simulation from this start: at time {time} the capacity of {units} has fallen to zero, which "
        "kills it in finite time.",
        "从该初值数值模拟：到时间 {time}，{units}的容量降至零，因而在有限时间内消亡。",
    ),
    "settle_death_time": (
        "gone at time {time} {unit} (error {error})",
        "消亡时间 {time} {unit}（误差 {error}）",
    ),
    "settle_period": (
        "period {time} {unit} (error {error})",
        "周期 {time} {unit}（误差 {error}）",
    ),
    "settle_lyapunov": (
        "largest Lyapunov exponent {rate} per {unit} (error {error})",
        "最大李雅普诺夫指数每{unit} {rate}（误差 {error}）",
    ),
    "settle_range": (
        "{unit}: between {low} and {high}, mean {level}",
        "{unit}：介于 {low} 与 {high} 之间，平均 {level}",
    ),
}
