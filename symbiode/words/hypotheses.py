"""Sentences of tests on the effects, mode-constrained fits and robustness."""

WORDS: dict[str, tuple[str, str]] = {
    "tests_title": ("Tests on the effects", "作用系数的检验"),
    "tests_hypothesis": ("tested", "检验对象"),
    "tests_against": ("against", "备择"),
    "tests_way": ("by", "方法"),
    "tests_statistic": ("statistic", "统计量"),
    "tests_df": ("d.f.", "自由度"),
    "tests_p": ("p", "p"),
    "tests_any": ("any sign", "任意符号"),
    "tests_none": ("no effect: {effects}", "无作用：{effects}"),
    "tests_equal": ("equal effects: {effects}", "作用相等：{effects}"),
    "tests_negligible": ("effect beyond ±{margin}: {effects}", "作用超出 ±{margin}：{effects}"),
    "tests_symmetric": ("not symmetric mutualism: {effects}", "并非对称互惠：{effects}"),
    "tests_wald": ("Wald", "Wald"),
    "tests_likelihood_ratio": ("likelihood ratio", "似然比"),
    "tests_note": (
        "A small p speaks against the line tested. A large one is no evidence for it: only a small p of “effect beyond "
        "±{zero}” shows that an effect is negligible, and only a small p of “not symmetric mutualism” that the "
        "smaller effect is at least 1 − {tau} of the larger. Equality depends on how levels are scaled. – is withheld: "
        "the data do not limit the coefficient enough.",
        "p 值小表示数据不支持该行的假设；p 值大并不是支持它的证据：只有“作用超出 ±{zero}”的 p 值小，才说明作用可忽略；"
        "只有“并非对称互惠”的 p 值小，才说明较小的作用至少为较大者的 1 − {tau} 倍。相等与否取决于水平的标度方式。"
        "– 表示不予给出：数据对该系数限制不足。",
    ),
    "modefits_title": ("The best fit in each mode", "各模式下的最优拟合"),
    "modefits_mode": ("mode imposed", "限定的模式"),
    "modefits_signs": ("signs", "符号"),
    "modefits_weight": ("weight", "权重"),
    "modefits_note": (
        "AICc weight of each mode: {shares}. Weights compare these fits with one another; they are no probabilities. "
        "†: an effect lies on the bound of the search, which sets its size.",
        "各模式的 AICc 权重：{shares}。权重只在这些拟合之间作比较，并不是概率。"
        "†：有作用系数落在搜索边界上，其大小由边界决定。",
    ),
}
