"""Sentences on change over time: windows, breaks, the figure of a history."""

WORDS: dict[str, tuple[str, str]] = {
    "history_title": (
        "{model}, {first} to {last}: fits to windows of {rows} rows",
        "{model}，{first} 至 {last}：以 {rows} 行为窗口的滚动拟合",
    ),
    "history_none": (
        "No mode is named in any of the {count} windows: none decides the sign of both effects at {level} %.",
        "{count} 个窗口均未命名任何模式：没有一个窗口能在 {level}% 水平上同时判定两个作用的符号。",
    ),
    "history_one": ("One mode is named, in {count} of {all} windows:", "{all} 个窗口中有 {count} 个命名了同一种模式："),
    "history_several": (
        "The mode changes; {count} of {all} windows name one:",
        "模式发生变化；{all} 个窗口中有 {count} 个命名了模式：",
    ),
    "history_run": ("{mode} from the window that ends in {last}", "自结束于 {last} 的窗口起为{mode}"),
    "history_undetermined": ("undetermined", "无法判定"),
    "history_part": ("window", "窗口"),
    "history_effect": ("{source} → {receiver}", "{source} → {receiver}"),
    "history_root": ("root", "根值"),
    "history_mode": ("mode", "模式"),
    "history_note": (
        "root: evidence for the sign of an effect (rise of the sum of squares when it is held at zero, as a Student t; "
        "* decided at {level} % over all windows together); t: of the growth regression in the same window. "
        "Neighbouring windows share most of their rows, so a run of them is one finding and not many.",
        "根值：作用符号的证据（把该作用固定为零时平方和的上升，以学生 t 计；* 表示全部窗口合计在 {level}% 水平上"
        "已判定）；t：同一窗口增长回归的 t 值。相邻窗口大部分数据相同，因此连续若干窗口只是一个发现，而非多个。",
    ),
    "history_breaks": ("Did the coefficients change?", "系数是否发生变化？"),
    "history_chow": (
        "{event}: growth of {unit}, F({q}, {df}) = {f}, p = {p}; {lagged} with lagged levels",
        "{event}：{unit}的增长，F({q}, {df}) = {f}，p = {p}；用滞后水平时为 {lagged}",
    ),
    "history_predictive": (
        "{event}: growth of {unit} after it, forecast from the other side, F({q}, {df}) = {f}, p = {p}; {lagged} with "
        "lagged levels",
        "{event}：由另一侧数据预测其后{unit}的增长，F({q}, {df}) = {f}，p = {p}；用滞后水平时为 {lagged}",
    ),
    "history_sup_f": (
        "any date: growth of {unit}, largest F({q}, {df}) = {f} at {at}, p = {p} for these regressors ({limit} in the "
        "limit of long series; {lagged} with lagged levels)",
        "任意日期：{unit}的增长，最大 F({q}, {df}) = {f}，位于 {at}，按本序列回归元模拟 p = {p}"
        "（长序列极限为 {limit}；用滞后水平时为 {lagged}）",
    ),
    "history_refit": (
        "{event}: all coefficients of the trajectory fit, F({q}, {df}) = {f}, p = {p}",
        "{event}：轨迹拟合的全部系数，F({q}, {df}) = {f}，p = {p}",
    ),
    "history_alike": (" (and {dates}: the rows are the same)", "（{dates} 亦同：所分的行相同）"),
    "history_holm": (
        "of these {count} tests at given dates the smallest p (the larger of its two), {p}, is {all} after Holm's "
        "correction for their number",
        "上述 {count} 个给定日期检验中最小的 p 值（各取两者中较大者）{p}，按检验个数作 Holm 校正后为 {all}",
    ),
    "history_lagged": (
        "A break in growth counts only where both p are small. With midpoint levels, shocks to growth near an "
        "equilibrium look like a break; with lagged levels, errors of measurement do.",
        "只有两个 p 值都小时，增长的断点才算数：用中点水平时，均衡附近的增长冲击会被误读为断点；用滞后水平时，"
        "测量误差会被误读为断点。",
    ),
    "history_shocks": (
        "The test of the trajectory fit takes all errors for errors of measurement; shocks to growth, which last, make "
        "it find breaks where there are none, in about half of simulated series. Believe it only together with the "
        "growth regression.",
        "轨迹拟合的检验把一切误差视为测量误差；若存在持续性的增长冲击，即使没有断点，它在约一半的模拟序列中也会"
        "报告断点。须与增长回归一致才可信。",
    ),
    "history_dependent": (
        "Here the residuals of the trajectory fit do follow one another, so its small p values and large roots count "
        "for little.",
        "此处轨迹拟合的残差确实前后相关，因此其较小的 p 值与较大的根值意义不大。",
    ),
    "figure_history_axis": ("Student t", "学生 t"),
    "figure_history_panel": ("{effect}: evidence for its sign", "{effect}：符号的证据"),
    "figure_history_end": ("last {unit} of the window ({rows} rows each)", "窗口末{unit}（每窗 {rows} 行）"),
    "figure_history_root": ("trajectory fit", "轨迹拟合"),
    "figure_history_t": ("growth regression", "增长回归"),
    "figure_history_limit": (
        "sign decided at {level} %, all windows together",
        "全部窗口合计在 {level}% 水平上判定符号",
    ),
    "figure_history_mode": ("mode", "模式"),
}
