"""Sentences on what data could tell apart, before and after they are there."""

WORDS: dict[str, tuple[str, str]] = {
    "structure_whole": (
        "The equations allow it: one trajectory without noise determines all {count} coefficients "
        "({orders} derivatives suffice).",
        "方程本身允许识别：一条无噪声轨线即可确定全部 {count} 个系数（只需 {orders} 阶导数）。",
    ),
    "structure_partly": (
        "No data can separate {names}: of {count} coefficients one trajectory determines {rank} combinations only.",
        "任何数据都无法区分 {names}：{count} 个系数中，一条轨线只能确定 {rank} 个组合。",
    ),
    "design_decides": (
        "{count} observations of each unit, {first} to {last}, with {noise} % noise would show the sign of every "
        "effect, if the model were true.",
        "若模型为真，每个单元 {count} 个观测（{first} 至 {last}，噪声 {noise}%）足以显示每个作用的符号。",
    ),
    "design_fails": (
        "{count} observations of each unit, {first} to {last}, with {noise} % noise would not show the sign of every "
        "effect, even if the model were true.",
        "即使模型为真，每个单元 {count} 个观测（{first} 至 {last}，噪声 {noise}%）也不足以显示每个作用的符号。",
    ),
    "design_power": (
        "{what}: its sign would show with probability {p}",
        "{what}：其符号显现的概率为 {p}",
    ),
    "design_valley": (
        "{what} can be anything from {low} to {high} (at least) if {partner} goes along from {partner_low} to "
        "{partner_high}: the fit changes by less than the noise of one observation",
        "{what}可取（至少）{low} 至 {high} 之间的任何值，只要{partner}相应地由 {partner_low} 变到 {partner_high}："
        "拟合的变化小于一个观测的噪声",
    ),
    "design_collinear": (
        "hardest to tell apart: {names} (collinearity index {index}; from about 10 on they replace one another)",
        "最难区分：{names}（共线性指数 {index}；约 10 以上即可相互替代）",
    ),
    "deciders_head": (
        "What would show the signs, if the true effects were {sizes} and the noise {noise} %:",
        "若真实作用为{sizes}，噪声为 {noise}%，怎样才能显示其符号：",
    ),
    "deciders_size": ("{size} for the {what}", "{what} {size}"),
    "deciders_now": (
        "the series as it is: probability {p} for the less visible effect",
        "现有序列：较难显现的作用的概率为 {p}",
    ),
    "deciders_years": (
        "{years} more years of the same: probability {p}",
        "再观测同样的 {years} 年：概率 {p}",
    ),
    "deciders_no_years": (
        "more years of the same do not do it: {years} more give probability {p} at best",
        "仅延长观测无济于事：再加 {years} 年，概率最多为 {p}",
    ),
    "deciders_capacities": (
        "capacities known from outside: probability {p}",
        "容量由外部给定：概率 {p}",
    ),
    "deciders_alone": (
        "each unit also observed alone, from the same level for as long: probability {p}",
        "另有各单元单独存在时从同一水平起、同样长的观测：概率 {p}",
    ),
}
