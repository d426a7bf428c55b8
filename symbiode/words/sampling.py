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
}
