"""Names of estimators, what is known of their bias, kinds of standard error, and the table that shows them together."""

WORDS: dict[str, tuple[str, str]] = {
    "estimator_trajectory": ("trajectory matching", "轨迹匹配"),
    "estimator_growth_regression": ("growth regression", "增长率回归"),
    "estimator_growth_regression_lagged": ("growth regression, lagged", "增长率回归（滞后）"),
    "estimator_growth_regression_log_mean": ("growth regression, log mean", "增长率回归（对数平均）"),
    "estimator_integral": ("log-integral matching", "对数积分匹配"),
    "estimator_leslie": ("Leslie steps", "莱斯利步进"),
    "estimator_frozen_partner": ("exact steps, partner frozen", "伙伴冻结的精确步进"),
    "estimator_grey": ("grey Lotka-Volterra, direct", "灰色洛特卡-沃尔泰拉（直接）"),
    "estimator_grey_accumulated": ("grey, accumulated (1-AGO)", "灰色（一次累加）"),
    "estimator_state_space": ("state space", "状态空间"),
    "estimator_posterior": ("posterior sampling", "后验抽样"),
    "bias_trajectory": (
        "The reference: 0.30 and 0.15. Takes all noise for errors of measurement; where shocks to growth persist its "
        "standard errors are too small.",
        "参照方法：0.30 与 0.15。把一切噪声当作测量误差；若增长的冲击会延续，标准误偏小。",
    ),
    "bias_growth_regression": (
        "0.24 and 0.08. The level of a step contains its error, which pulls effects down; with 0.5 % errors and 15 "
        "points it is unbiased (0.31 and 0.16).",
        "0.24 与 0.08。一步的水平含有该步的误差，使作用偏低；误差为 0.5 %、15 个点时无偏（0.31 与 0.16）。",
    ),
    "bias_growth_regression_lagged": (
        "0.52 and 0.16. Biased wherever levels trend, however good the data: with 0.5 % errors and 15 "
        "points 0.53 and 0.01.",
        "0.52 与 0.16。水平有趋势便有偏，数据再好也一样：误差为 0.5 %、15 个点时得 0.53 与 0.01。",
    ),
    "bias_growth_regression_log_mean": (
        "0.24 and 0.08. As with the midpoint.",
        "0.24 与 0.08。与中点回归相同。",
    ),
    "integral_too_short": (
        "Intervals and standard errors are too short: they take the errors of all years as independent, which those of "
        "integrals are not. In 1,000 simulated studies nominal 95 % intervals covered 81 to 92 %.",
        "区间与标准误偏窄：其假定各年误差独立，而积分的误差并不独立。在 1,000 次模拟研究中，名义 95 % 的区间"
        "实际覆盖率为 81 % 至 92 %。",
    ),
    "bias_integral": (
        "0.28 and 0.12. Near trajectory matching; its standard errors take the errors of all years as independent, "
        "which those of integrals are not.",
        "0.28 与 0.12。接近轨迹匹配；其标准误假定各年误差独立，而积分的误差并不独立。",
    ),
    "bias_leslie": (
        "0.36 and 0.30. Noise is read as mutualism; strong effects of a partner are distorted by the step itself.",
        "0.36 与 0.30。会把噪声读成互惠；伙伴的强作用会被步长本身扭曲。",
    ),
    "bias_frozen_partner": (
        "0.37 and 0.38. Noise is read as mutualism, as with Leslie; strong effects are followed better.",
        "0.37 与 0.38。与莱斯利步进一样把噪声读成互惠；对强作用的刻画较好。",
    ),
    "bias_grey": (
        "0.01 and -0.22. Errors of measurement turn even a sign; large levels weigh most.",
        "0.01 与 -0.22。测量误差甚至会使符号反转；高水平的年份权重最大。",
    ),
    "bias_grey_accumulated": (
        "Its coefficients belong to sums of the past: never compare its capacities and effects with the others.",
        "其系数属于累加序列：容量与作用不可与其他方法相比。",
    ),
    "fit_estimator": ("Estimator: {name}. {errors}", "估计方法：{name}。{errors}"),
    "errors_classical": (
        "Standard errors: classical (equal, independent errors).",
        "标准误：经典（误差同方差且独立）。",
    ),
    "errors_hc1": ("Standard errors: HC1 (unequal errors).", "标准误：HC1（允许异方差）。"),
    "errors_hc3": ("Standard errors: HC3 (unequal errors, small samples).", "标准误：HC3（允许异方差，适合小样本）。"),
    "errors_newey_west": (
        "Standard errors: Newey-West with {lags} lags (unequal and dependent errors).",
        "标准误：Newey-West，滞后 {lags} 期（允许异方差与自相关）。",
    ),
    "status_not_supported": (
        "This method does not cover this model or these data.",
        "该方法不适用于此模型或此数据。",
    ),
    "status_too_short": (
        "There are too few observations for the number of coefficients.",
        "观测数相对系数个数太少。",
    ),
    "compare_title": (
        "{model}: every method on the same data (standard errors in brackets)",
        "{model}：同一数据，各种方法（括号内为标准误）",
    ),
    "compare_method": ("method", "方法"),
    "compare_mode": ("signs would mean", "符号所示模式"),
    "compare_status": ("note", "备注"),
    "compare_warning": ("see below", "见下"),
    "compare_refused": ("refused", "拒绝"),
    "compare_known": (
        "What is known of each, from 1,000 simulated studies of two growing units (true effects 0.30 and 0.15, 30 "
        "points, 2 % errors of measurement; medians of the estimates):",
        "各方法的已知偏差，来自 1,000 次模拟研究（两个增长中的单元，真实作用 0.30 与 0.15，30 个点，2 % 测量误差；"
        "以下为估计值的中位数）：",
    ),
    "compare_troubles": ("Warnings and refusals:", "警告与拒绝："),
    "compare_accumulated": (
        "Coefficients of accumulated series describe sums of the past, so no mode follows from them.",
        "累加序列的系数描述的是过去之和，不能由此得出模式。",
    ),
    "compare_same": (
        "All methods agree on the signs ({modes}). They share the data, so this proves nothing; symbiode fit says how "
        "sure it is.",
        "各方法的符号一致（{modes}）。它们用的是同一数据，这不是证明；确定程度见 symbiode fit。",
    ),
    "compare_differ": (
        "The methods disagree: {modes}. What is reported would depend on the method; symbiode fit says how sure.",
        "各方法不一致：{modes}。结论取决于方法；确定程度见 symbiode fit。",
    ),
}
