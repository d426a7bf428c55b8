"""Words of plans: the least change of levers that reaches a target mode."""

WORDS: dict[str, tuple[str, str]] = {
    "policy_effect": ("effect of {source} on {receiver}", "{source}对{receiver}的作用"),
    "policy_strength": ("strength of “{name}”", "“{name}”的力度"),
    "policy_already": (
        "{target} holds already, with the margins asked for: nothing has to change.",
        "目前已经是{target}，并满足所要求的裕度：无需改变。",
    ),
    "policy_reached": (
        "{target} can be reached with an effort of {effort}:",
        "可以达到{target}，代价为 {effort}：",
    ),
    "policy_not_proved": (
        "{target} cannot be reached with these levers: it is proved that nothing within their limits does it.",
        "这些杠杆无法达到{target}：已证明在其界限之内没有可行办法。",
    ),
    "policy_not_found": (
        "No way to {target} with these levers was found (searches from many starts; not a proof).",
        "未找到用这些杠杆达到{target}的办法（从多个起点搜索；并非证明）。",
    ),
    "policy_table": ("lever\tfrom\tto\tprice of one unit\tcost\tpaid by", "杠杆\t从\t到\t单价\t代价\t付费方"),
    "policy_nobody": ("–", "–"),
    "policy_stays": ("unchanged: {levers}", "不变：{levers}"),
    "policy_pays": ("{payer} pays {cost} ({share} %).", "{payer}承担 {cost}（{share} %）。"),
    "policy_mode": (
        "Between {first} and {second}: {before} now, {after} then.",
        "{first}与{second}之间：现为{before}，之后为{after}。",
    ),
    "policy_gains": (
        "Gains then: {first} {gain_first} %, {second} {gain_second} %; smaller over larger: {index} "
        "(now {index_before}).",
        "之后的增益：{first} {gain_first} %，{second} {gain_second} %；"
        "较小与较大之比：{index}（现为 {index_before}）。",
    ),
    "policy_held": (
        "Held at every time checked from {by} to {until}.",
        "在 {by} 至 {until} 之间所检查的每个时刻都成立。",
    ),
    "policy_margins": (
        "Kept: a distance of {margin} from the nearest border of the target in the measure of the effects, and "
        "{runaway} from runaway growth.",
        "保持：距目标最近边界 {margin}（以作用系数计），距失控增长 {runaway}。",
    ),
    "policy_price_margin": (
        "Every 0.01 more of that distance costs about {cost}.", "这一距离每多 0.01，代价约增加 {cost}。"
    ),
    "policy_price_runaway": (
        "Every 0.01 more distance from runaway growth costs about {cost}.", "距失控增长每多 0.01，代价约增加 {cost}。"
    ),
    "policy_binds": (
        "“{lever}” is at its limit of {limit}; every 0.01 more room would save about {saving}.",
        "“{lever}”已到界限 {limit}；每放宽 0.01 约可节省 {saving}。",
    ),
    "policy_budget_binds": (
        "The budget{payer} binds: one unit more would save about {saving}.",
        "预算{payer}已用尽：每增加一个单位约可节省 {saving}。",
    ),
    "policy_of": (" of {payer}", "（{payer}）"),
    "policy_global": (
        "Proved: no other change of these levers costs less (bounds from below meet this effort to within {gap}).",
        "已证明：这些杠杆的任何其他改变都不会更省（下界与该代价之差不超过 {gap}）。",
    ),
    "policy_local": (
        "Not proved: the best of {starts} local searches, {agreed} of which ended here; the conditions of a local "
        "optimum hold to within {residual}.",
        "未证明：{starts} 次局部搜索中的最优者，其中 {agreed} 次到达此处；局部最优条件的误差不超过 {residual}。",
    ),
    "policy_settled": (
        "Checked by settling the changed model; evidence: {evidence}.",
        "已求变化后模型的最终状态加以核对；依据：{evidence}。",
    ),
    "policy_budget_short": (
        "The budget{payer} is too small: {needed} would be needed.", "预算{payer}不足：需要 {needed}。"
    ),
    "policy_gap": (
        "Wherever these levers stand, at least this is missing and would have to come by other means: {missing}.",
        "无论这些杠杆取何值，至少还缺少以下变化，须另寻途径：{missing}。",
    ),
    "policy_gap_at": ("Least is missing where the levers stand at: {levers}.", "缺少最少时，杠杆取值为：{levers}。"),
    "policy_missing": ("{effect} {change}", "{effect} {change}"),
    "policy_stands_in_the_way": (
        "In the way: {limits}.", "障碍：{limits}。"
    ),
    "policy_limit_lower": ("the lower limit of “{lever}”", "“{lever}”的下限"),
    "policy_limit_upper": ("the upper limit of “{lever}”", "“{lever}”的上限"),
    "policy_relaxed": (
        "It would be enough to let {limits}.", "放宽到以下程度即可：{limits}。"
    ),
    "policy_go_to": ("“{lever}” go to {value}", "“{lever}”到 {value}"),
    "policy_be": (
        "“{lever}” be {value} times as strong as its card says", "“{lever}”达到其情景卡所述力度的 {value} 倍"
    ),
    "policy_never": (
        "Wider limits for these levers would not help; other levers are needed, for example {names}.",
        "放宽这些杠杆的界限也无济于事，需要其他杠杆，例如 {names}。",
    ),
    "policy_too_safe": (
        "No effects at all were found that keep {margin} from every border of the target and {runaway} from runaway "
        "growth: ask for smaller margins.",
        "无论作用取何值，都未找到能与目标的各边界保持 {margin}、与失控增长保持 {runaway} 的办法：请减小裕度。",
    ),
    "policy_reach": (
        "Over the draws of the effects it is reached with probability {share} on the half that was not used to find "
        "it, at least {low} with confidence {confidence} % (one-sided binomial limit, {draws} draws; asked: {asked}; "
        "without the change {before}).",
        "在未用于求解的一半抽样上，达到目标的概率为 {share}；以 {confidence} % 的置信度至少为 {low}"
        "（单侧二项下限，{draws} 次抽样；要求 {asked}；不作改变时为 {before}）。",
    ),
    "policy_chance_short": (
        "With these levers and these draws, probability {asked} is not shown to be reachable: the best change found "
        "reaches {share} of the draws not used to find it, at least {low} with confidence {confidence} %.",
        "用这些杠杆和这些抽样，无法证明可以达到概率 {asked}：所找到的最好改变在未用于求解的抽样上达到 {share}，"
        "以 {confidence} % 的置信度至少为 {low}。",
    ),
    "policy_likeliest": (
        "This is the change that reaches most draws, since none found reaches the reserve above what is asked "
        "that the search for the cheapest needs: it is maybe not the cheapest.",
        "这是达到目标的抽样最多的改变：所找到的改变均无法在所要求的概率之上留出搜索最省改变所需的余量，因此它未必代价最小。",
    ),
    "policy_dropped": (
        "{kept} rows of the draws were kept; {dropped} were left out, as they hold a value that is no finite number.",
        "保留 {kept} 行抽样；{dropped} 行含非有限数值，已略去。",
    ),
    "policy_alone": ("By itself each lever:", "单独使用各杠杆："),
    "policy_alone_reaches": ("  {lever}: {cost}", "  {lever}：{cost}"),
    "policy_alone_not": ("  {lever}: does not reach it", "  {lever}：无法达到"),
    "policy_without": ("  without {lever}: {cost} more", "  不用{lever}：增加 {cost}"),
    "policy_without_not": ("  without {lever}: out of reach", "  不用{lever}：无法达到"),
    "policy_most": (
        "What each lever is worth (extra effort when it is left out):", "各杠杆的价值（去掉它时增加的代价）："
    ),
    "policy_illustrative": (
        "Values of this model, sizes of levers and prices are illustrative: an example of a calculation, not advice.",
        "该模型的数值、杠杆的大小与价格均为示意：这是计算示例，并非政策建议。",
    ),
    "policy_units": (
        "Effort is the sum of price times change; without prices every unit of change costs 1.",
        "代价为单价乘以改变量之和；未给单价时，每单位改变的代价为 1。",
    ),
    "policy_units_square": (
        "Effort is the root of the sum of the squares of price times change.", "代价为单价乘以改变量的平方和之根。"
    ),
    "policy_axis_effort": ("Effort", "代价"),
    "policy_axis_effort_illustrative": ("Effort (illustrative values)", "代价（数值为示意）"),
    "policy_axis_margin": ("Margin kept (distance to the border)", "保持的裕度（到边界的距离）"),
    "policy_axis_probability": ("Probability of reaching it", "达到目标的概率"),
    "policy_now": ("now", "现在"),
    "policy_then": ("after the change", "改变之后"),
    "policy_target": ("target: {target}", "目标：{target}"),
    "policy_kept": ("target with the margins", "含裕度的目标区域"),
    "policy_asked_margin": ("margin asked for", "所要求的裕度"),
    "policy_out_of_reach": ("out of reach", "无法达到"),
}
