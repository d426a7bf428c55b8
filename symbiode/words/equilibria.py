"""Sentences about equilibria: why each is of its type, why others are absent, why the list is complete."""

WORDS: dict[str, tuple[str, str]] = {
    "eq_title": ("Equilibria of {name}", "{name} 的平衡点"),
    "eq_illustrative": ("(illustrative values)", "(示例数值)"),
    "eq_present": ("present", "存在的单元"),
    "eq_nobody": ("nobody", "无"),
    "eq_type": ("type", "类型"),
    "eq_eigenvalues": ("eigenvalues", "特征值"),
    "eq_formula": ("formula", "公式"),
    "eq_exists_if": ("exists if", "存在条件"),
    "eq_stable_if": ("stable if", "稳定条件"),
    "eq_why": ("why", "原因"),
    "eq_and": ("and", "且"),
    "eq_always": ("always", "恒成立"),
    "eq_never": ("never", "不成立"),
    "eq_here": ("yes, at these values", "在当前数值下成立"),
    "eq_not_here": ("no, not at these values", "在当前数值下不成立"),
    "eq_absent": ("Sets of units without an equilibrium of their own", "没有自己平衡点的单元组合"),
    "eq_symbols": ("where", "其中"),
    "eq_coordinates": (
        "x1, x2, … in a condition are the coordinates of that equilibrium.",
        "条件中的 x1、x2、… 是该平衡点的坐标。",
    ),
    "eq_numbers_only": (
        "Formulas and conditions are given at these values only.",
        "公式与条件仅针对当前数值给出。",
    ),
    "eq_threshold": (
        "With both units present the equations have two real solutions while this is above zero, one where it is zero, "
        "none below: {expression}.",
        "两个单元都存在时,下式大于零则方程有两个实数解,等于零时只有一个,小于零时没有:{expression}。",
    ),
    "eq_many": (
        "{count} equilibria in all; the {shown} that attract are shown.",
        "共有 {count} 个平衡点;此处列出吸引的 {shown} 个。",
    ),
    "eq_too_long": ("(too long to print here)", "(过长,此处不列出)"),
    "eq_attracts": (
        "attracts its neighbourhood: every eigenvalue has a negative real part",
        "吸引其邻域:所有特征值的实部均为负",
    ),
    "eq_invaded": (
        "not stable: from a small beginning {units} would grow there",
        "不稳定:{units} 从很小的初值开始就会增长",
    ),
    "eq_borderline": (
        "linearisation does not decide: from a small beginning the growth rate of {units} is exactly zero there",
        "线性化无法判定:{units} 从很小的初值开始时增长率恰为零",
    ),
    "eq_saddle": (
        "a saddle: attracts along some directions and repels along others",
        "鞍点:沿某些方向吸引,沿另一些方向排斥",
    ),
    "eq_unstable_node": ("repels: every eigenvalue has a positive real part", "排斥:所有特征值的实部均为正"),
    "eq_unstable_focus": (
        "repels in growing oscillations: every eigenvalue has a positive real part",
        "以增幅振荡排斥:所有特征值的实部均为正",
    ),
    "eq_centre": (
        "a centre: a conserved quantity keeps every nearby trajectory on a closed orbit",
        "中心:守恒量使附近的轨线都保持在闭轨上",
    ),
    "eq_degenerate": (
        "linearisation does not decide: an eigenvalue has a real part of exactly zero",
        "线性化无法判定:有特征值的实部恰为零",
    ),
    "eq_negative": ("{units} would have to be below zero", "{units} 须为负值"),
    "eq_coincides": (
        "{units} would be exactly zero: it is the equilibrium of the others",
        "{units} 恰为零:这就是其余单元的平衡点",
    ),
    "eq_parallel": (
        "the determinant is zero and the equations contradict each other (for two units: parallel nullclines)",
        "行列式为零且方程互相矛盾(两个单元时:零斜线平行)",
    ),
    "eq_never_rests": ("{units} alone is never at rest", "{units} 单独存在时永不静止"),
    "eq_family_outside": (
        "the determinant is zero and no solution has all of them above zero",
        "行列式为零,且没有使它们全部为正的解",
    ),
    "eq_line": (
        "The determinant is zero: a line of equilibria of {units}{equations}.",
        "行列式为零:{units} 有一条平衡点直线{equations}。",
    ),
    "eq_surface": (
        "The determinant is zero: a surface of equilibria of {units}{equations}.",
        "行列式为零:{units} 有一个平衡点曲面{equations}。",
    ),
    "eq_curve": (
        "The rates have a common factor: a curve of equilibria of {units}{equations}.",
        "变化率有公因子:{units} 有一条平衡点曲线{equations}。",
    ),
    "eq_everywhere": (
        "Every state of {units} is an equilibrium{equations}.",
        "{units} 的每个状态都是平衡点{equations}。",
    ),
    "eq_family_attracts": ("It attracts from the side.", "它从侧向吸引。"),
    "eq_family_does_not_attract": ("It does not attract everywhere along it.", "它并非处处从侧向吸引。"),
    "eq_no_proof": ("", ""),
    "eq_complete_linear": (
        "The list is complete: an equilibrium is a set of present units whose per-capita growth rates, all of them "
        "linear, are zero. {units} units have {supports} such sets, and each linear system was solved exactly: "
        "{present} with a point, {absent} without, {families} with a line or surface of points.",
        "列表完整:平衡点由存在的单元组合决定,其人均增长率(均为线性)全部为零。"
        "{units} 个单元共有 {supports} 个组合,每个线性方程组都已精确求解:"
        "{present} 个有平衡点,{absent} 个没有,{families} 个为一族平衡点。",
    ),
    "eq_sheet": (
        "The equations share solutions: a surface of equilibria of {units}{equations}.",
        "方程有公共解:{units} 有一个平衡点曲面{equations}。",
    ),
    "eq_not_decided": (
        "linearisation does not decide: an eigenvalue is too close to the imaginary axis to prove its side",
        "线性化无法判定:有特征值离虚轴太近,无法证明其位于哪一侧",
    ),
    "eq_complete_elimination": (
        "The list is complete: the equations of each of the {supports} sets of units are polynomials once denominators "
        "are cleared. Elimination (a Groebner basis and one polynomial in one unknown) accounts for all their complex "
        "solutions, {complex} with multiplicity; the real ones were isolated exactly: {present} lie in the closed "
        "orthant away from zero denominators, {families} families.",
        "列表完整:{supports} 个单元组合的方程去分母后都是多项式。"
        "消元(Gröbner 基与单未知数多项式)计入全部复数解,按重数共 {complex} 个;实数解均已精确隔离:"
        "{present} 个位于闭的非负区域且分母不为零,{families} 族。",
    ),
    "eq_searched_whole": (
        "The list is complete: for {searched} of the {supports} sets of units the equilibria were enclosed by interval "
        "arithmetic (every part of the box {box} was proved to hold none or exactly one, and none lies beyond it), for "
        "the others by exact elimination: {present} equilibria, {families} families.",
        "列表完整:{supports} 个单元组合中有 {searched} 个用区间算术搜索"
        "(方框 {box} 的每一部分都已证明没有或恰有一个平衡点,且框外没有),其余用精确消元:"
        "{present} 个平衡点,{families} 族。",
    ),
    "eq_searched_box": (
        "In the box {box}, verified: for {searched} of the {supports} sets of units every part of it was proved by "
        "interval arithmetic to hold no equilibrium or exactly one; nothing is said beyond it. The other sets were "
        "solved by exact elimination: {present} equilibria, {families} families.",
        "在方框 {box} 内已验证:{supports} 个单元组合中有 {searched} 个用区间算术证明"
        "框内每一部分没有或恰有一个平衡点;框外不作结论。其余组合用精确消元:"
        "{present} 个平衡点,{families} 族。",
    ),
    "eq_searched_open": (
        "Not complete: in the box {box} interval arithmetic left parts where an equilibrium is neither proved nor "
        "excluded ({searched} of the {supports} sets of units were searched); the {present} equilibria listed are "
        "proved.",
        "不完整:在方框 {box} 内,区间算术未能在某些部分证明或排除平衡点"
        "({supports} 个单元组合中搜索了 {searched} 个);所列 {present} 个平衡点均已证明。",
    ),
    "eq_searched_part": (
        "Not complete: for {skipped} of the {supports} sets of units the equations have so many terms that no search "
        "was begun ({searched} were searched by interval arithmetic); the {present} equilibria listed are proved.",
        "不完整:{supports} 个单元组合中有 {skipped} 个方程项数过多,未作搜索"
        "({searched} 个用区间算术搜索);所列 {present} 个平衡点均已证明。",
    ),
    "eq_undecided": (
        "Undecided boxes: {count}, among them {boxes}.",
        "未能判定的方框:{count} 个,其中有 {boxes}。",
    ),
    "eq_beside_family": (
        "Isolated equilibria of the same units may exist beside a family of three or more units.",
        "在三个或更多单元的平衡点族之外,相同单元可能还有孤立的平衡点。",
    ),
    "eq_delays": (
        "Delays do not move equilibria; the types listed are those without delays, and with these effects long enough "
        "delays may change them: settle tells.",
        "时滞不改变平衡点；所列类型为无时滞时的类型，在这些作用下，足够长的时滞可能改变类型：见 settle。",
    ),
    "eq_overflow": (
        "An equilibrium lies beyond the largest floating-point number; its exact value is kept.",
        "有平衡点超出浮点数的最大值;其精确值予以保留。",
    ),
}
