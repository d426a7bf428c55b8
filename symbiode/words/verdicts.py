"""Sentences of the verdict: failed conditions, what would decide it, statuses, residual tests, the fit's summary."""

WORDS: dict[str, tuple[str, str]] = {
    "verdict_named": (
        "Verdict: {mode}, probability {probability} with Monte Carlo error {error} (a mode is named from {level} on).",
        "判定：{mode}，概率 {probability}，蒙特卡罗误差 {error}（概率达到 {level} 方才命名）。",
    ),
    "verdict_named_outcome": (
        "Verdict: {mode}, probability {probability} with Monte Carlo error {error} (a mode is named from {level} on), "
        "leading to {outcome} with probability {share}.",
        "判定：{mode}，概率 {probability}，蒙特卡罗误差 {error}（概率达到 {level} 方才命名）；"
        "走向{outcome}的概率为 {share}。",
    ),
    "verdict_undetermined": (
        "Verdict: undetermined. A mode is named only if every condition holds and its probability reaches {level}.",
        "判定：无法判定。只有全部条件成立且概率达到 {level}，才会命名一种模式。",
    ),
    "verdict_needed": ("What would decide it:", "怎样才能判定："),
    # condition 1
    "verdict_status": ("The search did not end cleanly: {status}", "搜索未能干净地结束：{status}"),
    "verdict_starts": (
        "Only {agreeing} of {starts} starting points ended at the best answer inside the search box; at least two must "
        "agree.",
        "{starts} 个起点中只有 {agreeing} 个在搜索范围内到达最优解；至少需要两个一致。",
    ),
    "verdict_box": (
        "The mode of the best fit is made by the search box: {mode} inside it, {wider} when the box is twice as wide.",
        "最优拟合的模式取决于搜索范围：范围内为{mode}，范围加倍后为{wider}。",
    ),
    # condition 2
    "verdict_effect_one_sided": (
        "The effect of {source} on {receiver} is limited on one side only: on the other side any size fits the data "
        "almost as well.",
        "{source}对{receiver}的作用只有一侧有界：在另一侧，任意大小都几乎同样符合数据。",
    ),
    "verdict_effect_flat": (
        "The effect of {source} on {receiver} is not identified: every size that was tried, of either sign, fits the "
        "data almost as well.",
        "{source}对{receiver}的作用不可识别：所尝试的任何大小与符号都几乎同样符合数据。",
    ),
    "verdict_effect_at_bound": (
        "The best fit puts the effect of {source} on {receiver} on the bound of the search, so its size is set by the "
        "bound and not by the data.",
        "最优拟合把{source}对{receiver}的作用推到搜索边界上，其大小由边界而非数据决定。",
    ),
    "verdict_effect_cut_by": (
        "The interval of the effect of {source} on {receiver} is closed only because another coefficient reached the "
        "bound of the search ({others}).",
        "{source}对{receiver}的作用区间之所以闭合，只是因为另一系数触及搜索边界（{others}）。",
    ),
    "verdict_effect_assumed": (
        "The effect of {source} on {receiver} was not estimated, so its sign is an assumption and not a finding.",
        "{source}对{receiver}的作用未经估计，其符号只是假设，而非发现。",
    ),
    "verdict_no_effects": (
        "No effect was estimated, so a mode would be an assumption of the model and not a finding.",
        "未估计任何作用系数，因此模式只是模型的假设，而非发现。",
    ),
    # condition 3
    "verdict_capacity": (
        "The capacity of {unit}, which scales the effects, is not identified: the estimate is {ratio} times the last "
        "level, and the data do not limit it on both sides.",
        "用于标度作用系数的{unit}容量不可识别：估计值为末期水平的 {ratio} 倍，且数据未能在两侧给出界限。",
    ),
    # condition 4
    "verdict_residuals": (
        "The residuals of {unit} are not what the intervals assume ({test}, p = {p}), so intervals and probabilities "
        "are too narrow.",
        "{unit}的残差不满足区间所依据的假设（{test}，p = {p}），因此区间与概率过于乐观。",
    ),
    # condition 5
    "verdict_aicc_none": (
        "The series is too short to compare the model with independent growth (AICc is not defined).",
        "序列过短，无法与各自独立增长的模型比较（AICc 无定义）。",
    ),
    "verdict_alone": (
        "Units that grow independently describe the data no worse for their size: AICc {alone} without effects, {aicc} "
        "with them.",
        "各自独立增长的模型以更少的参数同样好地描述数据：无作用时 AICc 为 {alone}，有作用时为 {aicc}。",
    ),
    "verdict_random_walk": (
        "Out of sample the model forecasts no better than a random walk with drift: its error is {u} times as large.",
        "样本外预测不优于带漂移的随机游走：误差为其 {u} 倍。",
    ),
    # condition 6
    "verdict_basis": ("{mode} in {basis}", "按{basis}为{mode}"),
    "verdict_bases": (
        "The mode of the best fit depends on the unit of account: {bases}.",
        "最优拟合的模式取决于计价单位：{bases}。",
    ),
    "verdict_one_basis": (
        "There is one price basis only, and both series trend, so nothing shows that the answer is not made by prices.",
        "仅有一种计价基础，且各序列均有趋势，无从表明结论不是由价格造成的。",
    ),
    # condition 7
    "verdict_no_pair": (
        "A verdict names the mode of one pair (number of units here: {count}); the probabilities of every pair stand "
        "in the result.",
        "判定针对一对单元（此处单元数：{count}）；每一对的概率列于结果中。",
    ),
    "verdict_no_draws": (
        "No probability could be computed, because no repetition of the fit succeeded.",
        "无法计算概率：没有一次重复拟合成功。",
    ),
    "verdict_probability": (
        "The most probable mode, {mode}, has probability {p} with Monte Carlo error {error}; naming it takes {level} "
        "after two such errors are taken off.",
        "最可能的模式为{mode}，概率 {p}，蒙特卡罗误差 {error}；减去两倍误差后须达到 {level} 方可命名。",
    ),
    # what would decide it
    "needed_capacity": (
        "Capacities from outside the series, such as land, labour or a benchmark city, fixed in the model file; or "
        "observations until growth visibly slows.",
        "来自序列之外的容量信息（如土地、劳动力或对标城市），在模型文件中固定；或观测直至增长明显放缓。",
    ),
    "needed_contrast": (
        "Years in which one unit moves and the other does not: a shock to one of them, a stretch before they were "
        "connected, or each observed alone. More years of the same common trend do not help.",
        "一方变动而另一方不变的年份：对其中一方的冲击、两者联通之前的时期，或各自单独的观测。更多同一共同趋势的年份并无帮助。",
    ),
    "needed_years": (
        "More observations, or less noisy ones: the error of an effect falls with their number only if they are not "
        "more of the same trend.",
        "更多或噪声更小的观测：只有当它们不是同一趋势的延续时，作用系数的误差才会随数量减小。",
    ),
    "needed_law": (
        "A law that describes these series better: another growth law, a common trend or a covariate, or an estimator "
        "for shocks that last (process noise).",
        "更符合这些序列的规律：另一种增长律、共同趋势或协变量，或适用于持续性冲击（过程噪声）的估计方法。",
    ),
    "needed_one_account": (
        "A price basis on which the question is well posed, such as constant prices at purchasing power parity, with "
        "the reason for it; then the same answer under the others.",
        "使问题有明确含义的计价基础（如按购买力平价的不变价），并说明理由；且在其他基础下得到相同结论。",
    ),
    "needed_bases": (
        "The same series under at least one more price basis (local currency, constant prices, purchasing power "
        "parity).",
        "至少再有一种计价基础下的同一序列（本币、不变价、购买力平价）。",
    ),
    # statuses
    "status_ok": ("the computation succeeded.", "计算成功。"),
    "status_not_identifiable": ("the data do not separate the coefficients.", "数据不能区分各系数。"),
    "status_multimodal": (
        "several different sets of coefficients fit the data about equally well.",
        "若干组不同的系数对数据的拟合几乎同样好。",
    ),
    "status_at_bound": (
        "the best fit lies on a bound of the search, so its coefficients are partly the bound's.",
        "最优拟合位于搜索边界上，其系数部分由边界决定。",
    ),
    "status_not_converged": ("the search did not converge.", "搜索未收敛。"),
    "status_optimistic": (
        "the residuals are not independent, so the intervals are too narrow.",
        "残差不独立，区间过窄。",
    ),
    # residual tests
    "test_autocorrelation": ("they follow one another: Ljung-Box test", "前后相关：Ljung-Box 检验"),
    "test_runs": ("too few changes of sign: runs test", "变号过少：游程检验"),
    "test_heteroscedasticity": ("their spread changes with time: Koenker's test", "离散程度随时间变化：Koenker 检验"),
    # summary
    "fit_title": ("{model} fitted to {file} ({first} to {last})", "{model} 对 {file} 的拟合（{first} 至 {last}）"),
    "fit_method": (
        "{error} errors, {starts} starts ({agreeing} agree), seed {seed}, {failures} trial points refused",
        "{error}误差，{starts} 个起点（{agreeing} 个一致），随机种子 {seed}，拒绝试探点 {failures} 个",
    ),
    "fit_error_log": ("logarithmic", "对数"),
    "fit_error_level": ("absolute", "绝对"),
    "fit_status": ("Status: {status}", "状态：{status}"),
    "fit_unconverged": (
        "NOT CONVERGED: these coefficients are where the search stopped; do not use them.",
        "未收敛：以下系数只是搜索停止之处，请勿使用。",
    ),
    "fit_nobs": ("observations", "观测数"),
    "fit_df": ("residual degrees of freedom", "残差自由度"),
    "fit_sigma": ("residual standard deviation", "残差标准差"),
    "fit_coefficient": ("coefficient", "系数"),
    "fit_estimate": ("estimate", "估计值"),
    "fit_se": ("std. error", "标准误"),
    "fit_t": ("t", "t"),
    "fit_p": ("P>|t|", "P>|t|"),
    "fit_low": ("low", "下限"),
    "fit_high": ("high", "上限"),
    "fit_reading": ("reading", "解读"),
    "fit_interval": (
        "low and high: {level} % profile-likelihood interval; a dash is an end that the data do not set.",
        "下限与上限为 {level}% 剖面似然区间；短横表示数据未给出该端。",
    ),
    "fit_modes": (
        "Probability of each mode ({how}; |effect| <= {zero} is none, symmetric within {tau})",
        "各模式的概率（{how}；|作用| <= {zero} 视为无，对称容差 {tau}）",
    ),
    "fit_outcomes": ("Probability of each outcome", "各结局的概率"),
    "fit_bootstrap": ("{count} refits of simulated data, {failed} failed", "{count} 次模拟数据再拟合，{failed} 次失败"),
    "fit_profiledraws": ("{count} draws along the profiles", "沿剖面抽样 {count} 次"),
    "fit_normaldraws": ("{count} normal draws", "正态抽样 {count} 次"),
    "fit_mc": ("Monte Carlo error", "蒙特卡罗误差"),
    "fit_diagnostics": ("What the data look like", "数据的样子"),
    "fit_vif": ("variance inflation of the levels: {values}", "水平值的方差膨胀因子：{values}"),
    "fit_ratio": ("capacity over last level: {values}", "容量与末期水平之比：{values}"),
    "fit_alone": ("AICc {aicc} with effects, {alone} without", "AICc：有作用 {aicc}，无作用 {alone}"),
    "fit_walk": (
        "one step ahead, out of sample: {u} times the error of a random walk with drift",
        "样本外一步预测：误差为带漂移随机游走的 {u} 倍",
    ),
    "fit_illustrative": (
        "Some values of this model are illustrative and were not estimated.",
        "该模型的部分数值仅为示例，未经估计。",
    ),
}
