"""Sentences about the indices of the literature on symbiosis."""

WORDS: dict[str, tuple[str, str]] = {
    "indices_degree": ("symbiosis degree: {values}", "共生度：{values}"),
    "indices_coefficient": (
        "symbiosis coefficient theta, the share of each degree: {values}",
        "共生系数 θ（各方共生度所占比重）：{values}",
    ),
    "indices_of_by": ("of {unit} by {other} {value}", "{unit}对{other} {value}"),
    "indices_energy": ("symbiosis energy E_s = sum K_i g_i: {value}", "共生能量 E_s = ∑ K_i g_i：{value}"),
    "indices_energy_is": (" (positive: together they make more than apart)", "（为正：合作的产出大于各自独立）"),
    "indices_energy_not": (" (not positive: together they make no more than apart)", "（不为正：合作并未增加产出）"),
    "indices_not_together": (
        "undefined, as the units do not come to rest together",
        "无定义：各单元未共同归于静止",
    ),
    "indices_alone": (
        "undefined, as at least one unit does not settle at a finite positive level alone",
        "无定义：至少一个单元独自时不会稳定于有限正水平",
    ),
    "indices_noise": (
        "undefined, as the mean of levels with noise does not solve the equations of this law",
        "无定义：在噪声下，水平的均值不满足该规律的方程",
    ),
    "indices_no_limit": (
        "undefined, as a unit without self-limitation has no level of its own for given partners",
        "无定义：无自我限制的单元在伙伴给定时没有自身的水平",
    ),
    "indices_nowhere": (
        "undefined, as there is no single state that every start settles into",
        "无定义：并非所有初值都归于同一状态",
    ),
    "indices_measures": (
        "undefined, as the units are measured in different units of measure",
        "无定义：各单元的计量单位不同",
    ),
    "indices_path": (
        "Both degrees cannot be read off one joint path: there the slopes of ln x1 on ln x2 and of ln x2 on ln x1 are "
        "reciprocal, so neither zero nor opposite signs can occur. They are partial responses, each from its own "
        "equation.",
        "两个共生度不能从同一条路径读出：ln x1 对 ln x2 与 ln x2 对 ln x1 的斜率互为倒数，不可能出现零或相反的符号。"
        "它们是偏响应，各由自身方程得出。",
    ),
    "organisation_none": ("no open link", "无连接"),
    "organisation_point": ("point symbiosis", "点共生"),
    "organisation_intermittent": ("intermittent symbiosis", "间歇共生"),
    "organisation_continuous": ("continuous symbiosis", "连续共生"),
    "organisation_integrated": ("integrated symbiosis", "一体化共生"),
    "links_summary": ("organisation mode: {kind} ({told})", "共生组织模式：{kind}（{told}）"),
    "links_now": (
        "{links} % of the links through the interface have a conductance of {limit} or more",
        "经共生界面的连接中 {links} % 的通导度不低于 {limit}",
    ),
    "links_over": (
        "from {begin} to {end} some link is open {time} % of the time, and then {links} % of them; open means a "
        "conductance of {limit} or more",
        "{begin} 至 {end} 年间有 {time} % 的时间存在开放的连接，此时 {links} % 的连接开放；"
        "通导度不低于 {limit} 视为开放",
    ),
}
