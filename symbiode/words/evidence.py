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
