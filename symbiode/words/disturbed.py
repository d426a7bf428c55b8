"""Words of settling with noise or delays, and of the figures of many paths."""

WORDS: dict[str, tuple[str, str]] = {
    "figure_undisturbed": (
        "drawn without noise and delays",
        "绘图未计噪声与时滞",
    ),
    "noise_alone": (
        "{unit} lasts: noise takes sigma^2/2 from its mean log growth, and {rate} is left while it is rare.",
        "{unit}能够持续：噪声使平均对数增长减少 sigma^2/2，稀少时仍余 {rate}。",
    ),
    "noise_pair": (
        "Both units last: with sigma^2/2 taken from their log growth, each still grows on average when it is rare "
        "beside the other, {unit} at the rate {rate} and {other} at {more}.",
        "两者均能持续：对数增长各减去 sigma^2/2 后，任一方稀少时平均仍增长，{unit}的速率为 {rate}，{other}为 {more}。",
    ),
    "noise_winner": (
        "{unit} lasts, alone.",
        "{unit}独自持续。",
    ),
    "noise_stay": (
        "With sigma^2/2 taken from every log growth, these last: {units}; a group without one of them can be invaded "
        "(Lyapunov weights, checked exactly).",
        "各对数增长减去 sigma^2/2 后，{units}能够持续：缺少其中任一方的组合都可被侵入（Lyapunov 权重，已精确验证）。",
    ),
    "noise_lost": (
        "{unit} is lost: its mean log growth when rare, sigma^2/2 taken off, is {rate}, below zero.",
        "{unit}会消失：扣除 sigma^2/2 后，其稀少时的平均对数增长为 {rate}，小于零。",
    ),
    "noise_means": (
        "The levels are means over time: they solve the equations of rest with growth lowered by sigma^2/2.",
        "所给水平为时间平均：它们满足增长率减去 sigma^2/2 后的静止方程。",
    ),
    "noise_shift": (
        "Noise changes the outcome: without it, {end}.",
        "噪声改变了结局：无噪声时为{end}。",
    ),
    "noise_shift_units": (
        "Noise changes the outcome: without it, {units} would stay.",
        "噪声改变了结局：无噪声时留下的是{units}。",
    ),
    "noise_chance": (
        "Either unit, once established, keeps the other out even with noise: one of them is lost, and from every start "
        "chance decides which.",
        "任一方一旦立足，即使有噪声也会把另一方挡在外面：必有一方消失，从任何初值出发都由偶然决定是哪一方。",
    ),
    "noise_chance_runaway": (
        "Below a threshold the units fall back, above it they help each other up without limit; with noise chance "
        "decides from every start.",
        "低于阈值则回落，高于阈值则相互推动、无限增长；有噪声时，从任何初值出发都由偶然决定。",
    ),
    "noise_blow_up": (
        "They help each other more than they limit themselves: every path becomes infinite in finite time, with "
        "probability one, at a time that chance decides.",
        "相互促进超过自我限制：每条路径都以概率一在有限时间内变为无穷，具体时间由偶然决定。",
    ),
    "noise_unbounded": (
        "Every path grows without bound in the long run; the rate is that of the mean log growth.",
        "每条路径长期无界增长；所给速率为平均对数增长率。",
    ),
    "noise_critical": (
        "With this noise a mean log growth is zero, or no theorem covers these effects with noise.",
        "在此噪声下平均对数增长恰为零，或没有定理涵盖这种带噪声的作用。",
    ),
    "noise_paths_agree": (
        "{count} simulated paths over a time of {horizon} agree; the levels are their means over the second half, "
        "standard error at most {error} %.",
        "{count} 条模拟路径在时长 {horizon} 内结果一致；所给水平为后半段的均值，标准误不超过 {error} %。",
    ),
    "noise_paths_up": (
        "All of {count} simulated paths become infinite in finite time.",
        "{count} 条模拟路径全部在有限时间内变为无穷。",
    ),
    "noise_paths_differ": (
        "{count} simulated paths over a time of {horizon} do not agree; on {kept} of them all units last.",
        "{count} 条模拟路径在时长 {horizon} 内结果不一致；其中 {kept} 条路径上各方都能持续。",
    ),
    "delay_harmless": (
        "Delays of any length change nothing of this: each unit limits itself more than the others move it.",
        "任意长的时滞都不改变这一点：每一方的自我限制都强于其他方对它的影响。",
    ),
    "delay_order": (
        "Delays of any length change nothing of this: competitors keep their order.",
        "任意长的时滞都不改变这一点：竞争双方保持序关系。",
    ),
    "delay_bounds": (
        "Delays of any length change nothing of this: the level one unit keeps in the end is enough to decide.",
        "任意长的时滞都不改变这一点：其中一方最终保持的水平足以决定结局。",
    ),
    "delay_unbounded": (
        "Each helps the other beyond its self-limitation, d12 d21 = {p} > 1, but help arrives late: growth goes on "
        "without bound, not in finite time, at the rate ln(d12 d21)/{delay} = {rate}.",
        "相互促进超过自我限制，d12 d21 = {p} > 1，但帮助来得迟：无界增长，但不在有限时间内爆破，"
        "速率为 ln(d12 d21)/{delay} = {rate}。",
    ),
    "delay_linear": (
        "Help just cancels self-limitation and arrives late, after {delay} for both ways: growth without bound, in "
        "the long run along a straight line.",
        "帮助恰好抵消自我限制且来得迟（往返共 {delay}）：无界增长，长期沿直线增长。",
    ),
    "delay_below": (
        "The equilibrium with both is stable against small disturbances: the two delays add up to {delay}, less than "
        "{limit}, at which a pair of roots of the linearised equations crosses the imaginary axis (exact formula).",
        "共存平衡点对小扰动稳定：两个时滞之和为 {delay}，小于 {limit}——此时线性化方程的一对根穿过虚轴（精确公式）。",
    ),
    "delay_above": (
        "The equilibrium with both is unstable: the two delays add up to {delay}, more than {limit}, at which a pair "
        "of roots of the linearised equations crosses the imaginary axis (exact formula).",
        "共存平衡点不稳定：两个时滞之和为 {delay}，大于 {limit}——此时线性化方程的一对根穿过虚轴（精确公式）。",
    ),
    "delay_roots": (
        "No root of the linearised equations with their delays has a positive real part (argument principle).",
        "含时滞的线性化方程没有实部为正的根（辐角原理）。",
    ),
    "delay_settled": (
        "Followed by simulation, it approaches this equilibrium more and more.",
        "经模拟跟踪，轨线越来越接近该平衡点。",
    ),
    "delay_cycle": (
        "Followed by simulation, it goes round a cycle: {laps} rounds of the same length and height.",
        "经模拟跟踪，轨线绕一极限环运行：{laps} 圈的周期与幅度相同。",
    ),
    "delay_trials_agree": (
        "{count} starts spread over two decades, each constant before the first time, end there.",
        "分布在两个数量级上的 {count} 个初值（初始时刻之前保持不变）都到达那里。",
    ),
    "delay_trials_differ": (
        "{count} starts, each constant before the first time, do not end alike.",
        "{count} 个初值（初始时刻之前保持不变）的归宿不同。",
    ),
    "eq_delays_harmless": (
        "Delays move no equilibrium, and with these effects they change no type: each unit limits itself more than the "
        "others move it.",
        "时滞不移动平衡点，且在这些作用下也不改变类型：每一方的自我限制都强于其他方对它的影响。",
    ),
    "eq_noise": (
        "These are the equilibria without noise; with noise no level stays at rest, and settle gives means over time.",
        "这些是无噪声时的平衡点；有噪声时水平不会静止，settle 给出时间平均。",
    ),
    # figures
    "figure_paths_band": ("{level} % of the paths", "{level} % 的路径"),
    "figure_paths_median": ("median of {count} paths", "{count} 条路径的中位数"),
    "figure_paths_one": ("one path", "单条路径"),
    "figure_occupancy": ("{first} and {second}, from moment to moment", "{first}与{second}的逐时模式"),
    "figure_share_of_paths": ("share of the paths", "路径占比"),
    "figure_time_share": ("{mode}: {share} % of the later half", "{mode}：占后半段 {share} %"),
}
