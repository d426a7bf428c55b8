"""Words of the report: headings, the answer, captions, methods, glossary."""

WORDS: dict[str, tuple[str, str]] = {
    "report_title": ("{name}: which mode of symbiosis?", "{name}：处于何种共生模式？"),
    "report_made": (
        "Made by symbiode {version}, seed {seed}; {draws} bootstrap refits behind each probability.",
        "由 symbiode {version} 生成，随机种子 {seed}；每个概率基于 {draws} 次自助法重新拟合。",
    ),
    "report_reduced": (
        "This is a reduced number; symbiode study --full runs them all.",
        "此为缩减次数；symbiode study --full 运行全部次数。",
    ),
    "report_contents": ("Contents", "目录"),
    # the answer
    "report_answer": ("The answer", "结论"),
    "report_model_says": ("Where the model settles", "模型的归宿"),
    "report_data_say": ("What the data say", "数据说明了什么"),
    "report_illustrative": (
        "The coefficients of this model are illustrative: chosen by hand to show a mode clearly, not estimated "
        "and not taken from any publication. This answer says what such coefficients lead to, not what is.",
        "该模型的系数仅为示例：为清楚展示一种模式而人为选定，既非估计结果，也非取自任何出版物。此结论说明这样的系"
        "数会导致什么，而不是现实如何。",
    ),
    "report_fitted_start": (
        "This model was made for the data file; its numbers are only where the search begins.",
        "该模型为数据文件而建，其数值仅为搜索的起点。",
    ),
    "report_no_data": (
        "This model names no data, so nothing is said about any real series.",
        "该模型未指定数据，因此不对任何真实序列作出判断。",
    ),
    "report_none_determined": (
        "Undetermined. None of the {count} pairs of series identifies a symbiosis coefficient.",
        "无法判定。{count} 组序列均不能识别共生系数。",
    ),
    "report_one_undetermined": (
        "Undetermined. The series do not identify a symbiosis coefficient.",
        "无法判定。该组序列不能识别共生系数。",
    ),
    "report_some_determined": (
        "Of {count} pairs of series, {named} determine a mode: {modes}.",
        "{count} 组序列中，{named} 组可以判定模式：{modes}。",
    ),
    "report_named_mode": ("{series}: {mode}, probability {probability}", "{series}：{mode}，概率 {probability}"),
    "report_undetermined_means": (
        "Undetermined does not mean that there is no symbiosis. It means that these numbers are equally "
        "compatible with several modes, so that naming one would be a choice of the author, not a finding.",
        "“无法判定”并不意味着没有共生，而是说这些数字与多种模式同样相容；若指定其中一种，那是作者的选择，而非研究"
        "的发现。",
    ),
    "report_flips": (
        "The sign of the best estimate changes with the unit of account: {signs}. {same}; only the price basis "
        "differs. A sign that depends on the currency is an artefact of measurement and trend, not a fact about "
        "the two economies.",
        "最优估计值的符号随计价单位而变：{signs}。{same}，仅计价基础不同。随货币而变的符号是度量与趋势造成的假象，"
        "而非两地经济的事实。",
    ),
    "report_sign": ("{sign} ({basis})", "{sign}（{basis}）"),
    "report_positive": ("positive", "为正"),
    "report_negative": ("negative", "为负"),
    "report_zero": ("zero", "为零"),
    "report_why_not": (
        "Why: {reasons}. Growth rate, capacity and effect then stand in for one another: different sets of "
        "coefficients, with effects of either sign, describe the same data almost equally well.",
        "原因：{reasons}。于是增长率、容量与作用系数可以互相替代：不同的系数组合（作用的符号可正可负）对同一数据"
        "的描述几乎同样好。",
    ),
    "report_why_trend": (
        "the series move together along smooth trends (variance inflation of the levels up to {vif}; above 10 "
        "counts as severe)",
        "各序列沿平滑趋势共同变动（水平值的方差膨胀因子高达 {vif}；大于 10 即为严重）",
    ),
    "report_why_capacity": (
        "saturation is not seen (the estimated capacity reaches up to {ratio} times the last level)",
        "尚未观察到饱和（估计容量最高达到末期水平的 {ratio} 倍）",
    ),
    "report_why_unbounded": (
        "{open} of the {all} effects have an interval that is open on a side or ends at the bound of the search",
        "{all} 个作用系数中有 {open} 个的区间单侧无界或止于搜索边界",
    ),
    "report_evidence": ("The evidence, series by series", "逐组证据"),
    "report_series": ("Series", "序列"),
    "report_n": ("{first}–{last}, {n} numbers", "{first}–{last}，{n} 个数值"),
    "report_vif": ("VIF", "VIF"),
    "report_ratio": ("K / last level", "K / 末期水平"),
    "report_likeliest": ("Likeliest mode or outcome", "最可能的模式或结局"),
    "report_verdict": ("Verdict", "判定"),
    "report_open": ("unbounded", "无界"),
    "report_evidence_note": (
        "Best estimate with its {level} % profile interval; ∞ or unbounded where the data set no limit within "
        "the search. VIF: variance inflation of the levels; above 10 is severe. Probabilities are printed "
        "whatever the verdict and mean little where it is undetermined; the conditions are numbered as under "
        "Methods.",
        "最优估计值及其 {level} % 剖面区间；∞ 或“无界”表示在搜索范围内数据未给出界限。VIF：水平值的方差膨胀因子，"
        "大于 10 即为严重。无论判定结果如何都给出概率，在无法判定时其意义有限；条件编号见“方法”一节。",
    ),
    "report_failed": ("Why no mode is named", "为何未给出模式"),
    "report_needed": ("What would decide it", "需要什么才能判定"),
    # sections
    "report_model": ("The model", "模型"),
    "report_equations": ("Equations", "方程"),
    "report_values": ("Values", "数值"),
    "report_symbol": ("Symbol", "符号"),
    "report_meaning": ("Meaning", "含义"),
    "report_value": ("Value", "数值"),
    "report_source": ("Source", "来源"),
    "report_law": ("Law: {name}. {reference}.", "规律：{name}。{reference}。"),
    "report_dij": (
        "d with two indices is the symbiosis coefficient: the effect of the second unit on the first, "
        "dimensionless, with the partner measured in its own capacity. Positive helps, negative harms.",
        "带两个下标的 d 为共生系数：第二个单元对第一个单元的作用，无量纲，伙伴以其自身容量计量。正值为助，负值为"
        "损。",
    ),
    "report_equilibria": ("Equilibria and their conditions", "平衡点及其条件"),
    "report_present": ("Present", "存在的单元"),
    "report_state": ("Levels", "水平"),
    "report_type": ("Type", "类型"),
    "report_exists": ("Exists if", "存在条件"),
    "report_stable": ("Stable if", "稳定条件"),
    "report_eigenvalues": ("Eigenvalues (1/{unit})", "特征值（1/{unit}）"),
    "report_absent": ("Not there at these values", "在此数值下不存在"),
    "report_nobody": ("nobody", "无"),
    "report_portrait": ("Phase portrait", "相图"),
    "report_portrait_caption": (
        "Each point is a state of both units; arrows are short pieces of trajectories. Where a solid or dashed "
        "straight line is crossed, one unit neither grows nor shrinks; where two cross, both rest. Markers show "
        "the type of each equilibrium: full attracts, hollow repels, a diamond is a saddle.",
        "图中每一点为两个单元的一种状态，箭头为轨线的短段。穿过实线或虚线时，一个单元既不增长也不收缩；两线相交处"
        "双方静止。标记表示平衡点类型：实心吸引，空心排斥，菱形为鞍点。",
    ),
    "report_map": ("Mode map", "模式图"),
    "report_map_caption": (
        "Which mode, or which outcome that is no mode, each pair of effects leads to; the borders are exact. "
        "Hatched areas are outcomes in which no mode exists. {cloud}",
        "每一对作用系数所导致的模式（或非模式的结局）；边界为精确解。阴影线区域为不存在共生模式的结局。{cloud}",
    ),
    "report_map_cloud": (
        "Dots are refits to resampled data ({series}): they spread over several areas, which is what "
        "undetermined looks like.",
        "散点为对重抽样数据（{series}）的重新拟合：它们散布于多个区域，这正是“无法判定”的样子。",
    ),
    "report_basis": ("The same estimates under each series", "各序列下的估计值"),
    "report_basis_caption": (
        "Best estimates with {level} % profile intervals; an arrow means that the data set no limit on that side.",
        "最优估计值及其 {level} % 剖面区间；箭头表示数据在该侧未给出界限。",
    ),
    "report_fits": ("The fits", "各组拟合"),
    "report_series_caption": (
        "Data, fitted trajectory and its band. A good fit of the curve is no evidence for the effects: two "
        "curves without any effect often fit as well.",
        "数据、拟合轨线及其区间带。曲线拟合良好并不构成作用存在的证据：不含任何作用的两条曲线往往拟合得同样好。",
    ),
    "report_profiles_caption": (
        "For each coefficient, how much worse the fit becomes when it is held at a value and all others adapt. A "
        "coefficient is identified where the curve crosses the dashed threshold on both sides.",
        "对每个系数：将其固定在某一数值并让其余系数调整时，拟合变差多少。曲线在两侧都穿过虚线阈值，该系数才可识别。",
    ),
    "report_estimate": ("Estimate", "估计值"),
    "report_se": ("Std. error", "标准误"),
    "report_interval": ("{level} % interval", "{level} % 区间"),
    "report_reading": ("Reading", "判读"),
    "report_probabilities": ("Probabilities of modes and outcomes", "模式与结局的概率"),
    "report_probability": ("Probability", "概率"),
    "report_mcse": ("Monte Carlo error", "蒙特卡洛误差"),
    "report_data_source": ("Data: {source}", "数据：{source}"),
    "report_fit_line": (
        "{n} numbers, {k} coefficients, {df} residual degrees of freedom; AICc {aicc}; log-likelihood {llf}.",
        "{n} 个数值，{k} 个系数，残差自由度 {df}；AICc {aicc}；对数似然 {llf}。",
    ),
    "report_figure_missing": ("This figure could not be drawn.", "未能绘制此图。"),
    # methods
    "report_methods": ("Methods, and what they cannot do", "方法及其局限"),
    "report_method_settle": (
        "Where the model settles. All equilibria are found with exact arithmetic, set of present units by set, "
        "so that none is missed. For two units a theorem then decides where every positive start ends (Goh 1977; "
        "Hofbauer and Sigmund 1998); where no theorem applies, a certificate or a simulation does, and the "
        "answer says which. Modes are read from gains: what each unit has at the attractor against what it would "
        "have standing alone.",
        "模型的归宿。以精确算术按存在单元的组合逐一求出全部平衡点，因此不会遗漏。对于两个单元，由定理判定每个正初"
        "值的归宿（Goh 1977；Hofbauer 与 Sigmund 1998）；无定理可用时，以证书或数值模拟判定，并注明依据。模式按收"
        "益判读：各单元在吸引子处的水平与其独立时的水平相比。",
    ),
    "report_method_fit": (
        "How the model is fitted. Growth rate, capacity and first level of each unit and both effects are "
        "estimated together: the trajectory of the equations is brought as close as possible to the logarithms "
        "of all data, from at least 20 random starts, with exact sensitivities. Intervals are profile likelihood "
        "with Student t and the residual degrees of freedom; an interval that runs into the bound of the search "
        "is reported as open, never closed by the bound. Errors are taken as independent deviations from one "
        "trajectory; shocks that carry over from year to year make intervals too narrow, which the residual "
        "tests are there to catch.",
        "模型如何拟合。各单元的增长率、容量、初始水平与双方作用一并估计：使方程的轨线尽可能接近全部数据的对数，至"
        "少从 20 个随机起点出发，并使用精确灵敏度。区间为剖面似然区间，采用 Student t 与残差自由度；触及搜索边界"
        "的区间按无界报告，绝不以边界封闭。误差视为对同一条轨线的独立偏离；跨年持续的冲击会使区间过窄，残差检验正"
        "是为此而设。",
    ),
    "report_method_verdict": (
        "When a mode may be named. Only if all of these hold: (1) the fit converged, several starts agree inside "
        "the search box, and doubling the box changes nothing; (2) the interval of each effect is bounded on "
        "both sides; (3) each capacity that scales an effect is identified or given from outside; (4) the "
        "residual tests do not reject at 1 %; (5) the coupled model beats two independent growth curves by AICc, "
        "and a random walk with drift out of sample where there are enough data; (6) for money series, the mode "
        "is the same under every price basis; (7) the probability of the mode, less twice its Monte Carlo error, "
        "reaches {level}. The level is a convention.",
        "何时可以给出模式。须同时满足：(1) 拟合收敛，多个起点在搜索范围内一致，且范围加倍后结果不变；(2) 每个作用"
        "系数的区间两侧有界；(3) 用于折算作用的各容量可识别或由外部给定；(4) 残差检验在 1 % 水平上不拒绝；(5) 按 "
        "AICc，耦合模型优于两条独立增长曲线，且在数据足够时样本外优于带漂移的随机游走；(6) 对货币序列，各计价基础"
        "下模式相同；(7) 模式的概率减去两倍蒙特卡洛误差不低于 {level}。该水平是一种约定。",
    ),
    "report_method_limits": (
        "What this cannot show. Two series that both grow for decades are correlated whatever links them; "
        "direction of influence is visible only where their dynamics differ. The coefficients are averages over "
        "the whole period and carry everything that is not in the model: policy, third partners, prices. "
        "Correlation of levels, a good fit and agreement of many starts are no evidence for an effect, and "
        "nothing here is a forecast.",
        "本方法不能说明什么。两条持续数十年增长的序列无论有无联系都会相关；只有当二者动态不同时，影响的方向才可见。"
        "系数是整个时期的平均，并包含模型之外的一切：政策、第三方、价格。水平值的相关、良好的拟合以及众多起点的一"
        "致都不是作用存在的证据，此处任何内容均非预测。",
    ),
    # the end
    "report_reproduce": ("Reproducing this page", "如何复现"),
    "report_command": ("Command", "命令"),
    "report_versions": ("Versions", "版本"),
    "report_seed": ("Seed", "随机种子"),
    "report_inputs": ("Input files (SHA-256)", "输入文件（SHA-256）"),
    "report_same_bytes": (
        "The same inputs, versions and seed give the same results.json.",
        "相同的输入、版本与种子得到相同的 results.json。",
    ),
    "report_cite": ("How to cite", "如何引用"),
    "report_cite_us": (
        "The symbiode authors, symbiode: symbiosis between regions as a dynamical system, version {version}, MIT "
        "licence.",
        "The symbiode authors, symbiode: symbiosis between regions as a dynamical system，版本 {version}，MIT "
        "许可证。",
    ),
    "report_cite_paper": (
        "For the concepts of symbiosis unit, environment, interface and mode in this setting: Geng Xu and Li "
        "Honghao, Practical Investigation and Mechanism Construction of Shenzhen-Hong Kong Co-construction of an "
        "International Science and Technology Innovation Center: a Symbiotic System Perspective (in Chinese). "
        "That paper holds no equation and no coefficient; every number here is from the data or from this model.",
        "共生单元、环境、界面与模式等概念，请引用 Geng Xu 与 Li Honghao 从共生系统视角研究深港共建国际科技创新中"
        "心的论文（中文）。该文不含任何方程或系数；此处所有数字均来自数据或本模型。",
    ),
    "report_cite_data": ("Data: {source}.", "数据：{source}。"),
    "report_glossary": ("Glossary", "术语表"),
    "report_term": ("Term", "术语"),
    "report_chinese": ("In Chinese", "英文"),
    "report_definition": ("Meaning here", "此处含义"),
    "glossary_unit": (
        "who takes part: a city, an actor, a species; not a unit of measure",
        "参与者：城市、主体或物种；并非计量单位",
    ),
    "glossary_effect": (
        "the effect of one unit on the growth of another, in shares of capacity",
        "一个单元对另一单元增长的作用，以容量份额计",
    ),
    "glossary_capacity": ("the level a unit settles at when it stands alone", "单元独立时趋于的水平"),
    "glossary_equilibrium": ("a state in which nothing changes", "一切不再变化的状态"),
    "glossary_parasitism": ("one gains, the other loses", "一方得益，另一方受损"),
    "glossary_commensalism": ("one gains, the other is indifferent", "一方得益，另一方无所得失"),
    "glossary_asymmetric_mutualism": ("both gain, one clearly more", "双方得益，但一方明显更多"),
    "glossary_symmetric_mutualism": (
        "both gain, the smaller gain at least 90 % of the larger",
        "双方得益，较小增益不低于较大增益的 90 %",
    ),
    "glossary_competition": ("both lose", "双方受损"),
    "glossary_undetermined": (
        "the data are compatible with several modes; a verdict, not a failure",
        "数据与多种模式相容；这是一种判定，而非失败",
    ),
    "term_unit": ("symbiosis unit", "共生单元"),
    "term_effect": ("symbiosis coefficient", "共生系数"),
    "term_capacity": ("capacity", "容量"),
    "term_equilibrium": ("equilibrium", "平衡点"),
    "report_flip": ("{symbol}, the {what}, is {signs}", "{symbol}（{what}）{signs}"),
    "report_same_years": ("Places, years and method are the same", "地区、年份与方法均相同"),
    "report_same_places": ("Places and method are the same", "地区与方法均相同"),
    "report_level": ("{unit} at {level}", "{unit}：{level}"),
    "report_level_gain": ("{unit} at {level}, {gain} % against standing alone", "{unit}：{level}，较独立时 {gain} %"),
    "report_rests_on": ("Decided by {evidence}", "依据：{evidence}"),
    "report_no_model": ("No model was given", "未给出模型"),
    "report_fails": ("fails conditions {numbers}", "未满足条件 {numbers}"),
    "report_chance": ("probability {p}", "概率 {p}"),
    "report_mode_or_outcome": ("Mode or outcome", "模式或结局"),
    "report_kind": ("Read as", "判读依据"),
    "report_by_gains": ("settled mode", "归宿模式"),
    "report_by_signs": ("mode by signs", "按符号的模式"),
    "report_outcome": ("outcome", "结局"),
    "report_gain_ratio": ("smaller over larger gain", "较小与较大增益之比"),
}
