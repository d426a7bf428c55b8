"""Sentences about the claims of this field, and what a model says to them."""

WORDS: dict[str, tuple[str, str]] = {
    "claims_note": (
        "The source paper argues in words. What follows is what the equations of this model add: where a claim holds, "
        "where it does not, and the formula that decides. Another law may answer otherwise.",
        "来源论文以文字论证。以下是本模型方程所能补充的：论断在何处成立、何处不成立，以及起决定作用的公式。换一种规律，"
        "答案可能不同。",
    ),
    "claim_holds": ("holds in this model", "在本模型中成立"),
    "claim_partly": ("holds in part", "部分成立"),
    "claim_fails": ("does not hold in this model", "在本模型中不成立"),
    "claim_untested": ("not tested", "未检验"),
    "claim_most_stable": (
        "Symmetric mutualism is the most stable mode (the paper: most ideal in stability).",
        "对称互惠共生最为稳定（论文：稳定性最为理想）。",
    ),
    "claim_more_than_two": (
        "1 + 1 > 2: in symmetric mutualism both together make more than apart (said in this literature).",
        "1 + 1 > 2：在对称互惠共生中，合作的产出大于各自独立之和（见于该领域文献）。",
    ),
    "claim_degree_rises": (
        "The degree of symbiosis rises along the ladder: parasitism, commensalism, asymmetric, symmetric mutualism "
        "(the paper).",
        "共生程度沿寄生、偏利共生、非对称互惠共生、对称互惠共生依次提高（论文）。",
    ),
    "claim_interface_energy": (
        "The interface is the main source of energy generation (the paper).",
        "共生界面是能量生成的主要来源（论文）。",
    ),
    "claim_needs_pair": (
        "This experiment needs two units whose effects are on the scale of capacities.",
        "该实验需要两个以容量为尺度的共生单元。",
    ),
    "claim_needs_sum": (
        "The effects of this model add up to nothing that could be shared as a mutualism.",
        "该模型两项作用之和不为正，无法分配为互惠共生。",
    ),
    "claim_needs_rest": (
        "The units of this model do not settle together whatever the start, so there is nothing to compare.",
        "该模型的单元并非从任何初值出发都共同归于稳定，无从比较。",
    ),
    "claim_needs_theorem": (
        "No theorem settles this model: the experiment would be one long simulation after the other, and was not run.",
        "没有定理能判定该模型的归宿：实验需逐点长时间模拟，未予进行。",
    ),
    "claim_needs_gain": (
        "No unit of this model gains, so there is no ladder to climb.",
        "该模型中没有单元受益，无阶梯可登。",
    ),
    "claim_needs_effects": (
        "This model names no effects that an interface could carry.",
        "该模型没有可经界面传递的作用。",
    ),
    "claim_needs_energy": (
        "This model has no symbiosis energy to speak of: units do not settle alone, or levels have other measures.",
        "该模型的共生能量无定义：单元独自时不会稳定，或计量单位不同。",
    ),
    "claim_sum": (
        "The sum of both effects is held at {sum} and shared in other ways.",
        "保持两项作用之和为 {sum}，改变其分配。",
    ),
    "claim_what_gain": ("The total gain", "总增益"),
    "claim_what_margin": ("The margin to runaway 1 − d₁₂d₂₁", "与失控增长的距离 1 − d₁₂d₂₁"),
    "claim_what_return": ("The speed of return after a disturbance", "受扰后的恢复速度"),
    "claim_compared_largest": (
        "{what} is largest at the even split: {middle}, against {ends} where one side gets all.",
        "{what}在均分时最大：{middle}，全归一方时为 {ends}。",
    ),
    "claim_compared_smallest": (
        "{what} is smallest at the even split: {middle}, against {ends} where one side gets all.",
        "{what}在均分时最小：{middle}，全归一方时为 {ends}。",
    ),
    "claim_compared_between": (
        "{what} is neither largest nor smallest at the even split: {middle}, against {ends} where one side gets all.",
        "{what}在均分时既非最大也非最小：{middle}，全归一方时为 {ends}。",
    ),
    "claim_compared_same": (
        "{what} is the same however the sum is shared: {middle}.",
        "{what}与分配方式无关：{middle}。",
    ),
    "claim_compared_nowhere": (
        "{what} has no value at the even split, where the pair does not settle together; less even splits do.",
        "{what}在均分时没有值：此时两者不能共同归于稳定，而较不均的分配可以。",
    ),
    "claim_counted": (
        "Over a grid of both effects from −0.8 to 0.8, the energy is positive in this many of the cases that settle: "
        "{shares}.",
        "两项作用各取 −0.8 至 0.8 的网格，归于共存的情形中共生能量为正的比例：{shares}。",
    ),
    "claim_not_only": (
        "So it is not true of symmetric mutualism only: {modes}.",
        "可见不限于对称互惠共生，还有：{modes}。",
    ),
    "claim_productive": (
        "Parasitism makes more together than apart as long as the one that loses loses little: the second formula.",
        "只要受损一方损失不大，寄生也能使合作的产出大于各自独立之和：见第二个公式。",
    ),
    "claim_equal_growth": (
        "With equal growth rates r the slowest eigenvalue is exactly −r for every split: the speed of return then says "
        "nothing about symmetry.",
        "若两者增长率同为 r，则无论如何分配，最慢的特征值恰为 −r：恢复速度与对称性无关。",
    ),
    "claim_by_construction": (
        "All effects of this model go through the interface, so that without it there is no energy by construction. "
        "What the experiment adds: the first opening pays where K₁d₁₂ + K₂d₂₁ > 0.",
        "该模型的全部作用都经过共生界面，故没有界面就没有能量，这是由构造决定的。实验所补充的是：当 K₁d₁₂ + K₂d₂₁ > 0 "
        "时，界面的初步开放即有收益。",
    ),
    "claim_path_rises": (
        "Where the weaker effect is raised beside the stronger, up the ladder, the sum of both degrees rises all the "
        "way, from {low} to {high}.",
        "保持较强的作用不变，逐步提高较弱的作用，沿阶梯而上，两个共生度之和一路上升，由 {low} 至 {high}。",
    ),
    "claim_path_falls": (
        "Where the weaker effect is raised beside the stronger, up the ladder, the sum of both degrees does not rise "
        "all the way, from {low} to {high}.",
        "保持较强的作用不变，逐步提高较弱的作用，沿阶梯而上，两个共生度之和并非一路上升（由 {low} 至 {high}）。",
    ),
    "claim_not_ranking": (
        "But a mode alone does not rank degrees: symmetric mutualism with both effects {effect} has a sum of {low}, "
        "less than the {high} of an asymmetric one. A mode is a shape, not a size.",
        "但模式本身不能排定共生度的高低：两项作用均为 {effect} 的对称互惠共生，其和为 {low}，低于某一非对称互惠共生的 "
        "{high}。模式说的是形态，不是大小。",
    ),
    "claim_opened_all": (
        "Opened from shut to fully open, the interface raises the energy all the way, from {shut} to {wide}.",
        "共生界面由全闭到全开，共生能量一路上升，由 {shut} 至 {wide}。",
    ),
    "claim_opened_some": (
        "Opened from shut, the interface raises the energy from {shut} to {most} at a conductance of {best}, not "
        "throughout.",
        "共生界面由全闭渐开，共生能量由 {shut} 升至 {most}（通导度 {best}），但并非始终上升。",
    ),
    "claim_opened_none": (
        "Opened from shut to fully open, the interface raises the energy nowhere above {shut}: it multiplies what the "
        "effects are, and these take more than they give.",
        "共生界面由全闭到全开，共生能量从未高于 {shut}：界面放大作用本身，而这些作用得不偿失。",
    ),
    "claim_opened_away": (
        "At higher conductances the units run away or do not settle together.",
        "通导度更高时，各单元失控增长或不再共存。",
    ),
    "claim_no_interface": (
        "The model names no interface, so all effects are scaled together, 1 being the model as it stands.",
        "模型未设共生界面，故将所有作用按同一比例缩放，1 即模型现状。",
    ),
    "claim_other_sources": (
        "With the interface shut an energy of {shut} remains, which has other sources.",
        "界面全闭时仍有 {shut} 的能量，另有来源。",
    ),
    "claim_formula_most_stable": (
        "For two logistic units: g, the gain of each over standing alone; the pair runs away unless the second holds.",
        "对两个逻辑斯谛单元：g 为各自相对独立的增益；若第二式不成立则失控增长。",
    ),
    "claim_formula_more_than_two": (
        "For two logistic units that settle together; the second where d₁₂ > 0 > d₂₁.",
        "适用于共同归于稳定的两个逻辑斯谛单元；第二式适用于 d₁₂ > 0 > d₂₁。",
    ),
    "claim_formula_degree_rises": (
        "For two logistic units: δ₁₂ is the degree of the first by the second; for d₁₂ > 0 both rise with d₂₁.",
        "对两个逻辑斯谛单元：δ₁₂ 为前者对后者的共生度；当 d₁₂ > 0 时两者均随 d₂₁ 上升。",
    ),
    "claim_formula_interface_energy": (
        "E is the symbiosis energy, c the conductance, d₁₂ and d₂₁ the effects at c = 1.",
        "E 为共生能量，c 为通导度，d₁₂ 与 d₂₁ 为 c = 1 时的作用。",
    ),
    # figure
    "claim_short_most_stable": ("The even split is the most stable", "均分最为稳定"),
    "claim_short_more_than_two": ("1 + 1 > 2", "1 + 1 > 2"),
    "claim_short_degree_rises": ("The degree rises along the ladder", "共生度沿阶梯提高"),
    "claim_short_interface_energy": ("The interface is the source of energy", "共生界面是能量的来源"),
    "claim_axis_most_stable": (
        "share of the sum of both effects that {first} receives",
        "{first}在两项作用之和中所得的份额",
    ),
    "claim_axis_degree_rises": ("the weaker effect, the stronger one held", "较弱的作用（较强者保持不变）"),
    "claim_axis_interface_energy": ("conductance of the interface", "共生界面的通导度"),
    "claim_values_most_stable": ("share of the largest value", "占各自最大值之比"),
    "claim_values_degree_rises": ("symbiosis degree", "共生度"),
    "claim_values_interface_energy": ("symbiosis energy", "共生能量"),
    "claim_curve_gain": ("total gain", "总增益"),
    "claim_curve_margin": ("margin to runaway", "与失控的距离"),
    "claim_curve_return": ("speed of return", "恢复速度"),
    "claim_curve_degree_1": ("{first} by {second}", "{first}对{second}"),
    "claim_curve_degree_2": ("{second} by {first}", "{second}对{first}"),
    "claim_curve_energy": ("energy where all settle together", "共同归于稳定时的能量"),
    "claim_here": ("the model", "模型现状"),
    "claim_area_mutualism": ("mutualism", "互惠共生"),
    "claim_area_competition": ("competition", "竞争"),
    "claim_area_parasitism": ("parasitism", "寄生"),
    "claim_energy_positive": ("more together", "合作产出更多"),
    "claim_energy_negative": ("less together", "合作产出更少"),
}
