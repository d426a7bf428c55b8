"""Words about branches of equilibria along a coefficient: kinds of special points, stretches, completeness."""

WORDS: dict[str, tuple[str, str]] = {
    "follow_title": (
        "Equilibria of {name} along {coefficient}, from {low} to {high}",
        "{name} 的平衡点随 {coefficient} 的变化，从 {low} 到 {high}",
    ),
    "follow_model": ("the model", "该模型"),
    "follow_no_part": (
        "{coefficient} is not part of the equations of equilibria: nothing changes along it.",
        "{coefficient} 不出现在平衡方程中：沿它没有任何变化。",
    ),
    "follow_head_branch": ("branch", "分支"),
    "follow_head_interval": ("interval", "区间"),
    "follow_head_stability": ("types along it", "沿线的类型"),
    "follow_head_point": ("special point", "特殊点"),
    "follow_head_value": ("value", "取值"),
    "follow_head_error": ("error", "误差"),
    "follow_head_state": ("levels", "水平"),
    "follow_head_on": ("branches", "所在分支"),
    "follow_head_form": ("normal form", "规范形"),
    "follow_formulas": ("Closed forms, {symbol} = {coefficient}:", "闭式解，{symbol} = {coefficient}："),
    "follow_none": ("There is no special point in the interval.", "区间内没有特殊点。"),
    "follow_stretches": ("Between the special points:", "在各特殊点之间："),
    "follow_stable": ("stable: {names}", "稳定：{names}"),
    "follow_nothing": ("none by its eigenvalues", "按特征值无稳定平衡点"),
    "follow_family": ("At every value of the coefficient: {family}", "对系数的每个取值：{family}"),
    "follow_fold": ("fold", "折叠点"),
    "follow_transcritical": ("transcritical", "跨临界点"),
    "follow_pitchfork": ("pitchfork", "叉形分岔点"),
    "follow_hopf": ("Hopf", "霍普夫点"),
    "follow_continuum_point": ("line of equilibria", "平衡点连续统"),
    "follow_degenerate_point": ("degenerate point", "退化点"),
    "follow_asymptote": ("levels go to infinity", "水平趋于无穷"),
    "follow_pole": ("the equations have no value", "方程没有定义"),
    "follow_mode_change": ("mode change", "模式转变"),
    "follow_from_to": ("{kind}: {low} → {high}", "{kind}：{low} → {high}"),
    "follow_sense": (", {sense}", "（{sense}）"),
    "follow_supercritical": ("supercritical", "超临界"),
    "follow_subcritical": ("subcritical", "亚临界"),
    "follow_degenerate": ("degenerate", "退化"),
    "follow_complete_closed": (
        "All branches are here: growth per capita is linear in the levels, so every set of units has at most one "
        "branch, in closed form.",
        "所有分支都已列出：人均增长率是水平的线性函数，每个单元组合至多有一条闭式分支。",
    ),
    "follow_complete_lists": (
        "Branches start from the complete lists of equilibria at several values and go on through every special point; "
        "a closed loop that lies between two of these values without meeting another branch could be missed.",
        "分支从若干取值处的完整平衡点列表出发，并穿过每个特殊点；若有一条闭合分支完全位于两个取值之间且不与其他分支相交，"
        "则可能遗漏。",
    ),
    "follow_searched": (
        "Branches start from equilibria found by a search from many starts: no complete list is available for these "
        "equations, so a branch could be missed.",
        "分支从多初值搜索得到的平衡点出发：此类方程没有完整列表，可能遗漏分支。",
    ),
    "follow_incomplete": (
        "These are not all branches, so nothing is said of what attracts between the special points.",
        "这里并非全部分支，因此不说明各特殊点之间什么是吸引的。",
    ),
    "branches_stable": ("stable", "稳定"),
    "branches_unstable": ("not stable", "不稳定"),
    "branches_along": ("{name}: {told}", "{name}：{told}"),
    "branches_count": ("{count} stable", "{count} 个稳定"),
    "branches_none": ("nobody present", "均不存在"),
    "follow_too_many": (
        "Only {count} branches could be followed; there are more.", "只能跟踪 {count} 条分支，还有其他分支。",
    ),
    "follow_undefined": (
        "The equations have no value at {values}: branches are followed only from where they have one.",
        "方程在 {values} 处没有定义：仅从有定义之处跟踪分支。",
    ),
    "follow_stalled": ("A branch could not be followed to its end: {names}.", "有分支未能延续到尽头：{names}。"),
}
