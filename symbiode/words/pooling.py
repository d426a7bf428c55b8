"""What a panel of many units says together, and what it does not."""

WORDS: dict[str, tuple[str, str]] = {
    "pool_title": (
        "{units} units, {steps} growth rates each, {first} to {last}: {effects} effects",
        "{units} 个单元，每个 {steps} 个增长率，{first} 至 {last}：{effects} 个影响系数",
    ),
    "pool_years_out": (
        "What all units share in a year (a common trend, inflation, a crisis) is taken out: only differences speak.",
        "已剔除各单元同年的共同变动（共同趋势、通胀、危机）：只有单元之间的差异提供信息。",
    ),
    "pool_years_in": (
        "What all units share in a year is not taken out; a common trend may pass for an effect (see --years).",
        "未剔除各单元同年的共同变动；共同趋势可能被误认为影响（--years 可剔除）。",
    ),
    "pool_none": ("no effects between units", "单元之间无影响"),
    "pool_ridge": ("effects around zero (ridge)", "影响围绕零（岭）"),
    "pool_mean": ("effects around a common mean", "影响围绕共同均值"),
    "pool_decay": ("effects that fade with distance, 1/e at {reach} km", "影响随距离衰减，{reach} 公里处为 1/e"),
    "pool_free": ("every effect free (least squares)", "每个影响自由（最小二乘）"),
    "pool_lasso": ("few effects, the others zero (lasso)", "少数影响，其余为零（lasso）"),
    "pool_rank_one": ("one pattern of giving and taking (rank one)", "单一的给与受模式（秩一）"),
    "pool_structure": ("structure", "结构"),
    "pool_error": ("error", "误差"),
    "pool_gain": ("gain", "改进"),
    "pool_se": ("s.e.", "标准误"),
    "pool_loses": (
        "No structure of effects forecasts the next step better than no effects at all ({origins} origins). So no mode "
        "is named here: what follows is what the panel would say if there were effects.",
        "没有任何影响结构对下一步的预测优于“无影响”（{origins} 个起点）。因此这里不判定任何模式；"
        "以下只是“若存在影响”时面板的说法。",
    ),
    "pool_wins": (
        "Effects help to forecast: with {structure}, errors of the next step are {gain} smaller than without effects "
        "(standard error {se}, {origins} origins).",
        "影响有助于预测：采用“{structure}”，下一步的误差比无影响时小 {gain}（标准误 {se}，{origins} 个起点）。",
    ),
    "pool_chance": (
        "Large t values are not more frequent than chance gives (5 % level), so no mode is named here.",
        "大 t 值并不比偶然更多（5 % 水平），因此这里不判定任何模式。",
    ),
    "pool_alone": (
        "Each pair alone: the two levels move so alike that the variance of an effect is {vif} times what unrelated "
        "levels would give (median). {large} of the t values exceed 2; in panels where no unit acts on another it is "
        "{chance} (such a share or more in {p} of them).",
        "逐对来看：两个水平变动如此相似，以致影响的方差是互不相关时的 {vif} 倍（中位数）。|t| 超过 2 的占 {large}；"
        "在单元之间毫无影响的模拟面板中为 {chance}（其中 {p} 的面板达到或超过该比例）。",
    ),
    "pool_adjusted": (
        "Adjusted for {effects} tests, at most 5 % false: {bh} effects remain (Benjamini-Hochberg), {by} "
        "(Benjamini-Yekutieli), {placebo} with p-values from the panels without effects.",
        "对 {effects} 次检验作校正、错误发现不超过 5 % 时：剩余 {bh} 个影响（Benjamini-Hochberg）、{by} 个"
        "（Benjamini-Yekutieli）；用无影响面板的 p 值时剩余 {placebo} 个。",
    ),
    "pool_spread": (
        "Pooled to {structure}: single effects differ from the pattern by {tau} percentage points of growth (standard "
        "deviation; 95 %: {low} to {high}), a source standing at its mean level.",
        "合并估计（{structure}）：来源处于其平均水平时，单个影响与该结构相差 {tau} 个百分点的增长"
        "（标准差；95 %：{low} 至 {high}）。",
    ),
    "pool_pattern": (
        "Size of the pattern: {size} percentage points (95 %: {low} to {high}).",
        "结构的大小：{size} 个百分点（95 %：{low} 至 {high}）。",
    ),
    "pool_beyond": (
        "Effects whose 95 % interval leaves out zero: {count} of {effects}. Pairs with a mode named: {named}/{pairs}.",
        "95 % 区间不含零的影响：{count} / {effects}。判定了模式的单元对：{named} / {pairs}。",
    ),
    "pool_identifies": (
        "What pooling adds to a pair: the typical size of effects, whether a pattern over all pairs forecasts, and "
        "intervals for single effects that borrow from all others. Of {effects} effects the panel holds information "
        "worth {effective}.",
        "合并相对于单对所增加的：影响的典型大小、遍及各对的结构能否预测，以及借助其余影响得到的单个影响区间。"
        "在 {effects} 个影响中，面板所含信息相当于 {effective} 个。",
    ),
    "pool_not": (
        "What it does not: the single effect (it is mostly the pattern, where little was learnt), cause (a shared "
        "shock that hits neighbours alike looks like an effect), and capacities (sizes here are per mean level of the "
        "source; d is this times capacity over mean, over the receiver's growth rate).",
        "合并不能识别的：单个影响（信息少处主要反映结构本身）、因果（同时冲击邻近单元的共同冲击看起来像影响），"
        "以及容量（此处以来源的平均水平为单位；d 为其乘以容量与均值之比，再除以接收方的增长率）。",
    ),
    "pool_symmetric": (
        "A pattern of distance alone is the same both ways: it cannot tell mutualism from parasitism; only deviations "
        "from it can.",
        "仅由距离决定的结构在两个方向上相同，不能区分互惠与寄生；只有对结构的偏离才能区分。",
    ),
    "panel_title": ("What all units say together", "全部单元合起来说明什么"),
    "panel_caption": (
        "The likeliest mode of every pair in the panel, with its probability; hatched where the panel does not say.",
        "面板中每一对单元最可能的模式及其概率；斜线处面板无法判定。",
    ),
    "pool_likeliest": ("Likeliest modes (no verdict unless said):", "最可能的模式（除非注明，否则不构成判定）："),
    "pool_pair": ("pair", "单元对"),
    "pool_mode": ("likeliest mode", "最可能的模式"),
    "pool_probability": ("probability", "概率"),
    "pool_verdict": ("verdict", "判定"),
    "pool_cell": ("Likeliest mode and its probability, %", "最可能的模式及其概率（%）"),
    "pool_hatched": ("hatched: undetermined", "斜线：无法判定"),
}
