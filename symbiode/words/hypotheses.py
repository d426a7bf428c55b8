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
    "robust_choice": ("choice", "选择"),
    "robust_mode": ("mode", "模式"),
    "robust_base": ("this fit", "本次拟合"),
    "robust_error": ("error model", "误差模型"),
    "robust_estimator": ("estimator", "估计方法"),
    "robust_law": ("growth law", "增长律"),
    "robust_basis": ("price basis", "价格口径"),
    "robust_window": ("years used", "所用年份"),
    "robust_year": ("one year left out", "剔除单年"),
    "robust_driver": ("growth also driven by", "增长另受驱动于"),
    "robust_scaling": ("levels", "水平值"),
    "robust_failed": ("Could not be fitted: {name}.", "无法拟合：{name}。"),
    "robust_headline": (
        "Model-robust: {share} of {count} other choices give the mode of this fit ({mode}); every kind of choice "
        "counts the same. Signs kept: {signs}.",
        "对模型选择的稳健性：{count} 种其他选择中有 {share} 得到本次拟合的模式（{mode}）；各类选择权重相同。符号保持："
        "{signs}。",
    ),
    "robust_signs": (
        "Signs kept under {count} other choices, every kind of choice counting the same: {signs}.",
        "在 {count} 种其他选择下符号保持的比例（各类选择权重相同）：{signs}。",
    ),
    "choice_base": ("", ""),
    "choice_error_log": ("errors of logarithms", "对数误差"),
    "choice_error_level": ("errors of levels", "水平误差"),
    "choice_sigma_unit": ("a spread for each unit", "各单元各有离散度"),
    "choice_growth_regression": ("growth regression", "增长率回归"),
    "choice_integral": ("log-integral matching", "对数积分匹配"),
    "choice_logistic": ("logistic", "逻辑斯蒂"),
    "choice_gompertz": ("Gompertz", "Gompertz 律"),
    "choice_exponential": ("exponential", "指数"),
    "choice_carrying_capacity": ("shared carrying capacity", "容量依赖于对方"),
    "choice_trend": ("a common trend", "共同趋势"),
    "choice_without": ("without {what}", "剔除 {what}"),
    "choice_until": ("until {what}", "至 {what} 年"),
    "choice_since": ("since {what}", "自 {what} 年起"),
    "robust_prior": ("prior", "先验"),
    "choice_ridge": ("effects drawn to zero, sd {what}", "作用系数向零收缩，标准差 {what}"),
    "robust_row": ("{kind}: {what}", "{kind}：{what}"),
    "robust_years": ("each single year left out ({count} fits)", "逐年剔除（{count} 次拟合）"),
    "robust_wald": ("95 % interval (delta method)", "95 % 区间（delta 法）"),
    "robust_estimate": ("{sign} estimate", "估计{sign}"),
    "robust_withheld": ("{sign} estimate, interval withheld", "估计{sign}，区间不予给出"),
    "robust_sign_kept": ("sign kept by {share} of other choices", "{share} 的其他选择保持符号"),
    "fit_too_sure": (
        "In synthetic studies of 20 points, leading probabilities of 0.5 to 0.8 named the true mode about 10 "
        "percentage points less often than they say; those above 0.8 about as often.",
        "在含 20 个观测点的模拟研究中，介于 0.5 与 0.8 的领先概率，其命中真实模式的频率比所示约低 10 个百分点；"
        "高于 0.8 的则大致相符。",
    ),
}
