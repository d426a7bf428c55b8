"""Words of the figure of what drives growth."""

WORDS: dict[str, tuple[str, str]] = {
    "drives_rate": ("% per {time}", "%/{time}"),
    "drives_title": ("growth of {unit}", "{unit}的增长"),
    "drives_own_growth": ("own growth", "自身增长"),
    "drives_own_limit": ("own limit", "自身限制"),
    "drives_own": ("own growth and limit", "自身增长与限制"),
    "drives_effect": ("effect of {unit}", "{unit}的作用"),
    "drives_together": ("others together, beyond each alone", "其他单元的共同作用（各自作用之外）"),
    "drives_other_units": ("other units ({count})", "其他单元（{count} 个）"),
    "drives_other_events": ("other events ({count})", "其他事件（{count} 项）"),
    "drives_total": ("growth rate: the sum", "增长率（合计）"),
}
