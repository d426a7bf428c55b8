"""Words of paths of modes along a scenario."""

WORDS: dict[str, tuple[str, str]] = {
    "path_head": (
        "{model}, scenario “{scenario}”, {begin} to {end}",
        "{model}，情景“{scenario}”，{begin} 至 {end}",
    ),
    "path_frozen": ("Where it would settle if everything stayed as it is then:", "若一切停留在当时状态，将趋于："),
    "path_actual": (
        "Where it is, by what each unit has gained so far over standing alone:",
        "实际所处模式（按各单元迄今相对独立发展的增益判定）：",
    ),
    "path_piece": ("  {begin} to {end}: {name}", "  {begin} 至 {end}：{name}"),
    "path_under_way": ("under way", "演化中"),
    "path_stays": ("{name}; {units} stays", "{name}；留存：{units}"),
    "path_regions": (
        "Regions, by what each gains from the other being there (sum of levels with less without, over the sum of "
        "{scale} of its units):",
        "地区之间，按对方存在给本方带来的增益判定（有对方与无对方时水平之差的总和，除以本方各单元{scale}之和）：",
    ),
    "path_scale_capacity": ("capacities", "容量"),
    "path_scale_alone": ("levels without the other", "无对方时水平"),
    "path_region": (
        "  {pair}: {pieces}; at the end {gains}; by the effects {nominal}",
        "  {pair}：{pieces}；期末{gains}；按系数为{nominal}",
    ),
    "path_region_piece": ("{begin} to {end} {name}", "{begin} 至 {end} {name}"),
    "path_pairs": (
        "Pairs of units at the end, by what each gains from the other being there ((x_i - x_i without j)/K_i), of "
        "{count}:",
        "期末各对单元，按对方存在带来的增益判定（(x_i − 无 j 时的 x_i)/K_i），共 {count} 对：",
    ),
    "path_pairs_nominal": ("  by the effects: {counts}", "  按系数：{counts}"),
    "path_pairs_count": ("{name} {count}", "{name} {count} 对"),
    "path_pairs_unknown": ("Modes of pairs of units are not known: {why}", "未给出各对单元的模式：{why}"),
    "path_pairs_alone": (
        "these units do not all settle alone, so there is nothing that gains could be a share of.",
        "这些单元并非都能独立存在，增益没有可比的基准。",
    ),
    "path_pairs_open": (
        "where the others would settle without a unit is not known for certain (with delays or noise it is while "
        "effects are weak enough, else while the whole comes to rest).",
        "去掉某一单元后其余单元的归宿无法确知（有时滞或噪声时，仅当作用足够弱才可确知；否则须整体趋于平衡）。",
    ),
    "path_pairs_many": ("they are read for up to {most} units.", "仅对至多 {most} 个单元给出。"),
    "path_pair_changes": ("Changes of pairs (where they would settle):", "各对的变化（将趋于的模式）："),
    "path_pair_change": (
        "  {pair}: {time}, from {before} to {after}; {border}",
        "  {pair}：{time}，由{before}变为{after}；{border}",
    ),
    "path_changes": ("Changes:", "变化："),
    "path_none": ("No change of mode or outcome.", "模式与结局均无变化。"),
    "path_none_whole": ("No change of the outcome of the whole.", "整体结局无变化。"),
    "path_end_many": (
        "At {time}: gains {gains}; total gain {total}, energy {energy}; resilience {resilience} per {unit}.",
        "{time} 时：增益 {gains}；总增益 {total}，共生能量 {energy}；恢复力每{unit} {resilience}。",
    ),
    "path_would": ("would settle", "趋于"),
    "path_is": ("is", "实际"),
    "path_change": (
        "  {number}. {time}, {which}: from {before} to {after}; {border}",
        "  {number}. {time}，{which}：由{before}变为{after}；{border}",
    ),
    "path_error": ("{time} ± {error}", "{time} ± {error}"),
    "path_border": ("{name} is crossed", "越过边界 {name}"),
    "path_border_event": ("an event jumps over the border", "事件使其跨过边界"),
    "path_border_sampled": ("located by settling at both sides", "由两侧的判定结果夹逼定位"),
    "path_border_gains": ("the gains so far cross the border", "累积增益越过边界"),
    "path_border_fold": (
        "the attractor meets an unstable equilibrium and vanishes (fold)",
        "吸引子与不稳定平衡点相遇而消失（折叠分岔）",
    ),
    "path_border_hopf": ("the attractor begins to oscillate (Hopf)", "吸引子开始振荡（霍普夫分岔）"),
    "path_border_transcritical": (
        "a unit enters or leaves (transcritical)",
        "有单元进入或退出（跨临界分岔）",
    ),
    "path_border_runaway": ("the attractor moves away to infinity", "吸引子趋于无穷远"),
    "path_border_blow_up": ("the levels become infinite", "水平在有限时间内趋于无穷"),
    "path_border_unbounded": ("the levels grow beyond all bounds", "水平无界增长"),
    "path_border_death": ("a unit dies", "有单元消亡"),
    "path_border_beyond": ("the levels leave every sensible range", "水平超出合理范围"),
    "path_border_singular": ("the equations cannot be continued", "方程无法继续求解"),
    "path_cause": ("     {lever}: {share}, through {moves}", "     {lever}：{share}，作用于 {moves}"),
    "path_share": ("{share} % of the push", "占推动的 {share} %"),
    "path_moves_then": ("moves then", "当时在变动"),
    "path_end": (
        "At {time}: gains {gains}; S_g {gains_index} (gains), S_d {effects_index} (effects); total gain {total}, "
        "energy {energy}; resilience {resilience} per {unit}.",
        "{time} 时：增益 {gains}；对称度 S_g {gains_index}（增益），S_d {effects_index}（系数）；总增益 {total}，"
        "共生能量 {energy}；恢复力每{unit} {resilience}。",
    ),
    "path_margin": (
        "Margin to runaway growth: {last} at the end, smallest {least} at {time}.",
        "距失控增长的裕度：期末 {last}，最小 {least}（{time}）。",
    ),
    "path_distance": (
        "Nearest border at the end: {name}, {distance} away.",
        "期末最近的边界：{name}，距离 {distance}。",
    ),
    "path_lag": (
        "Lag behind the attractor: {last} % at the end, largest {most} % at {time}.",
        "落后于吸引子的程度：期末 {last} %，最大 {most} %（{time}）。",
    ),
    "path_tips": (
        "It tips: the attractor followed slowly ends at ({expected}), the actual state goes to {where}{since}.",
        "发生倾覆：缓慢跟随的吸引子终于 ({expected})，实际状态则趋于{where}{since}。",
    ),
    "path_since": (", since {time} ± {error}", "，始于 {time} ± {error}"),
    "path_no_tip": (
        "It does not tip: from its last state it goes where the attractor is ({expected}).",
        "未发生倾覆：由期末状态出发仍趋于吸引子 ({expected})。",
    ),
    "path_same_end": ("It does not tip: {where} either way.", "未发生倾覆：两种读法均为{where}。"),
    "path_tip_unknown": (
        "Whether it tips was not decided.",
        "是否倾覆未能判定。",
    ),
    "path_evidence": (" Evidence: {evidence}.", "依据：{evidence}。"),
    "path_illustrative": (
        "Magnitudes of levers and values of the model are illustrative, not estimates.",
        "杠杆幅度与模型数值均为示例，并非估计值。",
    ),
    "path_figure_ladder": ("Path of modes: {scenario}", "共生模式路径：{scenario}"),
    "path_figure_frozen": ("would settle (thin below)", "将趋于（下图细线）"),
    "path_figure_actual": ("is (bold below)", "实际所处（下图粗线）"),
    "path_figure_level": ("level", "水平"),
    "path_figure_tips": ("goes elsewhere from here", "自此趋向别处"),
    "path_figure_gain": ("gain over alone, %", "相对独立的增益，%"),
    "path_figure_would": (
        "would settle, by what each gains from the other being there",
        "将趋于的模式（按对方存在给本方带来的增益判定）",
    ),
    "path_figure_pairs": ("pairs of units", "单元对数"),
    "path_figure_region_gain": ("gain from the other region, %", "来自对方地区的增益，%"),
    "path_levers": ("levers: {count}", "杠杆 {count} 个"),
    "path_no_cards": ("No scenario card fits this model.", "没有适用于该模型的情景卡。"),
}
