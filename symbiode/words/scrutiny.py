"""Texts of the referee's part of a report."""

WORDS: dict[str, tuple[str, str]] = {
    "scrutiny_title": ("What a referee would ask", "审稿人会问的问题"),
    "scrutiny_lead": (
        "Asked of the first series, {series}. Nothing here moves the verdict; it says how far to trust any of its "
        "numbers.",
        "针对第一组序列（{series}）。以下内容不改变判定，只说明其中的数字有多可信。",
    ),
    "scrutiny_rivals": ("Does it forecast better than doing without the theory?", "它的预测是否优于不用该理论？"),
    "scrutiny_tests": ("Is there an effect at all?", "究竟有没有作用？"),
    "scrutiny_imposed": ("What do the data lose if a mode is imposed?", "若强加某一模式，数据会损失多少？"),
    "scrutiny_estimators": ("Do other estimators find the same?", "其他估计方法的结果是否相同？"),
    "scrutiny_choices": ("Would another careful person have found the same?", "换一位细心的研究者，结果会一样吗？"),
    "scrutiny_choices_caption": (
        "Each effect under other choices that could have been made: error model, prior, estimator, growth law, price "
        "basis, trend, single years left out, span. Hollow marks lie on a bound or have no interval.",
        "在其他可能的选择下每个作用系数的估计：误差模型、先验、估计方法、增长律、价格口径、趋势、剔除单年、时段。空心标记"
        "表示位于搜索边界或没有区间。",
    ),
    "scrutiny_history": ("Did it change over time?", "它是否随时间变化？"),
    "scrutiny_history_caption": (
        "Evidence for the sign of each effect in windows that move along the series, the mode each window names, "
        "and the dated events.",
        "沿序列移动的各时间窗中每个作用系数符号的证据、各窗所得的模式，以及有日期的事件。",
    ),
    "scrutiny_deciders": ("What would decide it?", "什么可以使其得到判定？"),
}
