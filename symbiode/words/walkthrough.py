"""Words of the report's walk through the framework."""

WORDS: dict[str, tuple[str, str]] = {
    "walk_title": ("The framework, and what would change it", "共生框架，以及如何改变"),
    "walk_lead": (
        "The source paper gives concepts, dated events and directions, but no equation and no number. Each concept has "
        "a place in this model; every magnitude is ours and illustrative.",
        "来源论文给出概念、有日期的事件和作用方向，但没有方程和数值。每个概念在本模型中都有对应；所有量值均由我们设定，"
        "仅为示例。",
    ),
    "walk_change": ("What would change it", "如何改变"),
    "walk_illustrative": (
        "Sizes of levers and values of the model are illustrative, not estimates.",
        "杠杆大小与模型取值均为示例，非估计结果。",
    ),
    "walk_framework": ("The symbiotic system", "共生系统"),
    "walk_diagnosis": ("Diagnosis", "诊断"),
    "walk_mechanisms": ("Mechanisms, one at a time", "机制：逐一施行"),
    "walk_paths": ("Paths of modes", "共生模式的路径"),
    "walk_policy": ("Policy: the least effort to symmetric mutualism", "政策：达到对称互惠共生的最小代价"),
    "walk_claims": ("Claims, put to the model", "把论断交给模型检验"),
    "walk_concepts": ("Every concept of the paper, and what carries it", "论文的每个概念及其载体"),
    "walk_framework_caption": (
        "Units, the effects between them, interface, environment and mode, drawn from the model itself: what it has no "
        "parameter for is not shown.",
        "共生单元及其相互作用、共生界面、共生环境与共生模式，均由模型本身绘出；模型没有参数的部分不予显示。",
    ),
    "walk_index": ("index", "指标"),
    "walk_index_degree": ("symbiosis degree", "共生度"),
    "walk_index_degree_means": (
        "per cent more of its level in the long run for one per cent more of the other, held there",
        "另一方水平提高百分之一并保持时，自身长期水平提高的百分数",
    ),
    "walk_index_coefficient": ("symbiosis coefficient θ", "共生系数 θ"),
    "walk_index_coefficient_means": (
        "share of its degree in the sum of both sizes; one half each is even",
        "自身共生度在两者绝对值之和中的比重；各占一半为均等",
    ),
    "walk_index_energy": ("symbiosis energy E_s", "共生能量 E_s"),
    "walk_index_energy_means": (
        "what each makes above standing alone; the sum is {total}; symbiosis pays where it is positive",
        "各自超出独立时的产出；合计 {total}；为正则共生有益",
    ),
    "walk_index_coefficients": ("symmetry of effects S_d", "作用的对称度 S_d"),
    "walk_index_coefficients_means": (
        "smaller over larger effect; scaled by capacities",
        "较小与较大作用之比，以容量为尺度",
    ),
    "walk_index_gains": ("symmetry of gains S_g", "增益的对称度 S_g"),
    "walk_index_gains_means": (
        "smaller over larger relative gain; 0.9 and more is called symmetric, a convention",
        "较小与较大相对增益之比；不低于 0.9 称为对称，此为约定",
    ),
    "walk_index_absolute_gains": ("symmetry of absolute gains S_abs", "绝对增益的对称度 S_abs"),
    "walk_index_absolute_gains_means": ("in the measure of the levels; only reported", "以水平的计量单位计；仅供参考"),
    "walk_energy": ("Symbiosis energy E_s = sum K_i g_i: {value}.", "共生能量 E_s = ∑ K_i g_i：{value}。"),
    "walk_organised": (
        "Organisation mode, by the share of links through the interface whose conductance is at least a threshold: "
        "{kinds}. The thresholds are a convention.",
        "共生组织模式（按经共生界面、通导度不低于阈值的连接所占比例）：{kinds}。阈值为约定。",
    ),
    "walk_organised_at": ("{kind} at {limit}", "阈值 {limit} 时为{kind}"),
    "walk_diagnosis_paper": (
        "The paper finds that Shenzhen and Hong Kong are still some distance from the target, and names no present "
        "mode.",
        "论文认为深港距目标模式尚有差距，并未指明当前处于何种模式。",
    ),
    "walk_diagnosis_note": (
        "The present mode is an estimate with its uncertainty, not a constant: this is what the data give.",
        "当前模式是带有不确定性的估计，而非常数；以下是数据所给出的。",
    ),
    "walk_challenges": ("Challenges as quantities of models", "挑战对应的模型量"),
    "walk_challenge": ("challenge", "挑战"),
    "walk_carrier": ("carried by", "载体"),
    "walk_carrier_model": ("model", "模型"),
    "walk_carrier_card": ("card", "情景卡"),
    "walk_carrier_result": ("result", "结果"),
    "walk_carrier_fact": ("fact", "事实"),
    "walk_value_here": ("value here", "本模型取值"),
    "walk_levers_each": ("Levers, one at a time", "杠杆：逐一施行"),
    "walk_levers_note": (
        "Each lever fully in force, nothing else moved, and the model settled again.",
        "每次只将一个杠杆施行到位，其余不变，再判定模型的归宿。",
    ),
    "walk_direction": (
        "Which way a mechanism works is the paper's; its size is ours.",
        "机制的作用方向取自论文，大小由我们设定。",
    ),
    "walk_lever": ("lever", "杠杆"),
    "walk_moves": ("what it moves", "作用于"),
    "walk_gain_of": ("gain of {unit}", "{unit}的增益"),
    "walk_total_gain": ("total gain", "总增益"),
    "walk_energy_then": ("energy (change)", "共生能量（变化）"),
    "walk_mode_then": ("mode then", "届时的模式"),
    "walk_trials_none": (
        "Levers: none of {count}, fully in force alone, changes the mode.",
        "杠杆：{count} 个杠杆单独施行到位，均不改变模式。",
    ),
    "walk_trials_some": (
        "Levers: of {count}, fully in force alone, these change the mode: {names}.",
        "杠杆：{count} 个杠杆单独施行到位，改变模式的有：{names}。",
    ),
    "walk_paths_note": (
        "Two readings of each scenario: where the system would settle if everything stayed as it is at each time, and "
        "where it is by what each unit has gained so far. The lag is how far the levels are then from where they would "
        "settle, as a share of that.",
        "每个情景有两种读法：若一切停留在当时状态，系统将归于何处；以及按各单元迄今的增益，系统实际处于何处。滞后指届时实际水平与"
        "其归宿之差，占归宿水平的比例。",
    ),
    "walk_scenario": ("scenario", "情景"),
    "walk_would": ("would settle", "将归于"),
    "walk_is": ("is", "实际"),
    "walk_gains_end": ("gains at the end", "期末增益"),
    "walk_margin": ("least margin to runaway", "与失控的最小距离"),
    "walk_lag": ("lag at the end", "期末滞后"),
    "walk_ladder_caption": (
        "Modes over time with the events marked: bars where the system would settle, the line where it is; below, the "
        "gains of both. Of three and more units, bars are pairs of regions (or of units), by what each gains from the "
        "other being there; other pairs of units are counted.",
        "模式随时间的变化及事件：条形为将归于的模式，折线为实际所处；下图为双方的增益。三个及以上单元时，条形为地区之间"
        "（或单元之间）的模式，按对方存在给本方带来的增益判定；其余各对单元只计数。",
    ),
    "walk_path_stays": (
        "Scenario “{scenario}” ({begin} to {end}): {first} throughout.",
        "情景“{scenario}”（{begin} 至 {end}）：始终为{first}。",
    ),
    "walk_path_moves": (
        "Scenario “{scenario}” ({begin} to {end}): from {first} to {last}.",
        "情景“{scenario}”（{begin} 至 {end}）：由{first}到{last}。",
    ),
    "walk_policy_note": (
        "The least change of levers that brings the model into symmetric mutualism and keeps a margin.",
        "使模型达到对称互惠共生并保持裕度所需的最小杠杆变化。",
    ),
    "walk_own": (
        "With levers of your own: the first command writes a commented card, to be changed; the others answer.",
        "使用自己的杠杆：第一条命令写出带注释的情景卡，修改后用其余命令得到答案。",
    ),
    "walk_plan_levers_title": ("With these levers", "使用上述杠杆"),
    "walk_plan_effects_title": ("By the effects themselves", "直接改变作用本身"),
    "walk_plan_levers": ("Policy with these levers: {text}.", "政策（上述杠杆）：{text}。"),
    "walk_plan_effects": ("Policy on the effects themselves: {text}.", "政策（直接改变作用）：{text}。"),
    "walk_policy_caption": (
        "Left: the step into the target on the plane of both effects. Right: the effort over the margin that is kept.",
        "左：两项作用平面上通向目标的一步。右：代价与所保持裕度的关系。",
    ),
    "walk_from": ("from", "从"),
    "walk_to": ("to", "到"),
    "walk_cost": ("cost", "代价"),
    "walk_claims_count": ("Claims of this field, tested: {counts}.", "该领域论断的检验：{counts}。"),
    "walk_count_holds": ("{count} hold", "{count} 项成立"),
    "walk_count_partly": ("{count} hold in part", "{count} 项部分成立"),
    "walk_count_fails": ("{count} do not hold", "{count} 项不成立"),
    "walk_no_mode": ("no settled mode", "无归宿模式"),
    "walk_claims_caption": (
        "What each experiment changes (horizontal) and what follows. Top left: each quantity relative to its largest "
        "value.",
        "每个实验所改变的量（横轴）及其结果。左上图中各量均以其最大值为 1。",
    ),
    "walk_concepts_note": (
        "All {count} concepts of the paper with the value, card, fact or result that carries each. That a number "
        "carries a concept is our reading.",
        "论文的全部 {count} 个概念，以及承载每个概念的取值、情景卡、事实或结果。由某一数值承载某一概念，是我们的解读。",
    ),
    "walk_concept": ("concept", "概念"),
    "walk_term": ("term of the paper", "英文"),
    "walk_kind": ("{kind} ({count})", "{kind}（{count}）"),
    "walk_kind_element": ("Elements", "共生要素"),
    "walk_kind_flow": ("Flows", "要素流动"),
    "walk_kind_mode": ("Modes", "共生模式"),
    "walk_kind_challenge": ("Challenges", "挑战"),
    "walk_kind_mechanism": ("Mechanisms", "机制"),
    "walk_kind_event": ("Events and facts", "事件与事实"),
    "walk_kind_achieved": ("Already achieved", "已有成就"),
    "report_more_equilibria": ("{count} more equilibria", "其余 {count} 个平衡点"),
    "report_more_absent": ("{count} sets of units without an equilibrium", "{count} 个不存在平衡点的单元组合"),
}
