"""Words of figures and pages: axes, legends, headings."""

WORDS: dict[str, tuple[str, str]] = {
    # figures
    "figure_level": ("{unit} ({measure})", "{unit}（{measure}）"),
    "figure_share": ("share of own capacity", "占自身容量之比"),
    "figure_level_bare": ("{unit}", "{unit}"),
    "figure_effect": ("{name}: effect of {source} on {receiver}", "{name}：{source}对{receiver}的作用"),
    "figure_nullcline": ("{unit} at rest (nullcline)", "{unit}静止线（零增长线）"),
    "figure_flow": ("direction of flow", "流向"),
    "figure_trajectory": ("trajectory", "轨线"),
    "figure_separatrix": ("separatrix", "分界线"),
    "figure_family": ("line of equilibria", "平衡点连线"),
    "figure_data": ("data {first}–{last}", "数据 {first}–{last}"),
    "figure_illustrative": ("illustrative values, not estimates", "示例数值，非估计结果"),
    "figure_model_point": ("model", "模型"),
    "figure_model_illustrative": ("model (illustrative values)", "模型（示例数值）"),
    "figure_estimate": ("estimate", "估计值"),
    "figure_draws": ("draws from the fit", "拟合抽样"),
    "figure_contour": ("{level} % of the draws", "{level} % 的抽样"),
    "figure_exclusion": ("{unit} excluded", "{unit}被排斥"),
    "figure_year": ("year", "年份"),
    "figure_month": ("month", "月"),
    "figure_day": ("day", "天"),
    "figure_hour": ("hour", "小时"),
}
