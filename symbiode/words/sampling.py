"""Sentences of posterior sampling and of process noise."""

WORDS: dict[str, tuple[str, str]] = {
    "posterior_priors": ("Priors: {priors}.", "先验：{priors}。"),
    "posterior_chains": (
        "{chains} chains of {draws} draws: R-hat at most {r_hat}; effective draws at least {bulk} (bulk) and {tail} "
        "(tails).",
        "{chains} 条链，每条 {draws} 次抽样：R-hat 最大 {r_hat}；有效抽样数至少为 {bulk}（主体）和 {tail}（尾部）。",
    ),
    "posterior_errors": (
        "Estimates are posterior means, intervals posterior quantiles; Monte Carlo errors of the means: {errors}.",
        "估计值为后验均值，区间为后验分位数；均值的蒙特卡罗误差：{errors}。",
    ),
    "posterior_sigmas": (
        "Residual standard deviation, posterior mean (sd): {sigmas}.",
        "残差标准差，后验均值（标准差）：{sigmas}。",
    ),
    "fit_credible": (
        "low, high: {level} % credible interval, quantiles of the posterior. Flat: little more than the prior.",
        "下限、上限：{level}% 可信区间，即后验分位数。平坦：与先验相差无几。",
    ),
    "fit_posteriordraws": ("{count} posterior draws", "后验抽样 {count} 次"),
    "state_space_noise": (
        "Shocks to log growth over one unit of time (q) and errors of one observation (e), standard deviations: "
        "{noise}; shocks make {share} of q² + e².",
        "单位时间内对数增长冲击（q）与单次观测误差（e）的标准差：{noise}；冲击占 q² + e² 的 {share}。",
    ),
    "state_space_both": (
        "The data do not tell shocks from errors of observation: every share from 0 to almost 1 fits about as well.",
        "数据不能区分冲击与观测误差：从 0 到接近 1 的任何占比拟合都差不多。",
    ),
    "state_space_no_process": (
        "No shocks are needed (p {p}); shares up to {high} fit about as well.",
        "不需要冲击（p {p}）；占比不超过 {high} 时拟合都差不多。",
    ),
    "state_space_no_error": (
        "Errors of observation are not needed; shares of shocks from {low} up fit about as well (no shocks: p {p}).",
        "不需要观测误差；冲击占比自 {low} 以上拟合都差不多（无冲击：p {p}）。",
    ),
    "state_space_apart": (
        "The data tell shocks from errors of observation: 95 % interval of the share {low} to {high} (no shocks: p "
        "{p}).",
        "数据能区分冲击与观测误差：占比的 95% 区间为 {low} 至 {high}（无冲击：p {p}）。",
    ),
}
