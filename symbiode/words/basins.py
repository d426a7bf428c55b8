"""Words of basins of attraction."""

WORDS: dict[str, tuple[str, str]] = {
    "basin_beyond": ("beyond every bound", "超出一切界限"),
    "basin_singular": ("the equations end", "方程无法继续"),
    "basin_on_separatrix": ("on a separatrix, to within the error", "在误差范围内位于分界线上"),
    "basin_not_settled": ("not settled within the horizon", "在所算时间内尚未稳定"),
    "basin_work_limit": ("the work limit was reached", "达到计算量上限"),
    "basin_death": ("extinction in finite time", "有限时间灭亡"),
    "basin_head": (
        "Starts in {region}: {count} random starts (seed {seed}), uniform; evidence: {evidence}",
        "初始值范围 {region}：{count} 个均匀随机初始值（种子 {seed}）；依据：{evidence}",
    ),
    "basin_share": ("  {name}: {share} % ({low} to {high} %)", "  {name}：{share} %（{low} 至 {high} %）"),
    "basin_exact": ("  {name}: every positive start", "  {name}：一切正的初始值"),
    "basin_lyapunov": (
        "largest Lyapunov exponent {rate} (error {error}), from {count} starts; all of them share one range and mean",
        "最大李雅普诺夫指数 {rate}（误差 {error}），由 {count} 个初始值得出；所有这些初始值的取值范围与均值相同",
    ),
    "basin_shock": (
        "From '{start}' the smallest shock has size {size} ({measure}){bound}, to ({at}); then: {end}",
        "从“{start}”出发，最小冲击为 {size}（{measure}）{bound}，到达 ({at})；此后：{end}",
    ),
    "basin_shock_unit": (
        "From '{start}' by {unit} alone: {size} ({measure}){bound}, to ({at}); then: {end}",
        "从“{start}”出发，仅改变{unit}：{size}（{measure}）{bound}，到达 ({at})；此后：{end}",
    ),
    "basin_every": ("{name}: every start", "{name}：一切初始值"),
    "basin_percent": (" ({share} %)", "（{share} %）"),
    "basin_arrow": ("smallest shock: {sizes}", "最小冲击：{sizes}"),
    "basin_unknown": (
        "{unknown} of {draws} random starts have no known end.", "{draws} 个随机初始值中有 {unknown} 个的归宿未知。"
    ),
    "basin_bound": (" at most", "，此为上界"),
    "basin_absolute": ("in the measure of the states", "以状态的计量单位计"),
    "basin_relative": ("in shares of the capacities", "以容量的份额计"),
    "basin_explained": (
        "{share} % of the changes between neighbouring cells lie on a separatrix.",
        "相邻格子之间的变化有 {share} % 位于分界线上。",
    ),
}
