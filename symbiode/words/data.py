"""Notices about data: what was done to a file, and what a reader should know about its numbers."""

WORDS: dict[str, tuple[str, str]] = {
    "check_note": ("note: {note}", "提示：{note}"),
    "check_clean": ("{file}: no faults", "{file}：没有错误"),
    "history_outside": (
        "note: outside the series, so not tested: {dates}",
        "提示：以下日期在序列之外，未作检验：{dates}",
    ),
    "data_encoding": (
        "The file is not UTF-8 and was read as {encoding}; if names look wrong, save it as UTF-8 or give encoding=.",
        "该文件不是 UTF-8 编码，已按 {encoding} 读取；若名称显示有误，请另存为 UTF-8 或给出 encoding=。",
    ),
    "data_delimiter": (
        "The columns are separated by {delimiter}.",
        "各列以 {delimiter} 分隔。",
    ),
    "data_empty_rows": (
        "Empty rows were left out: lines {lines}.",
        "已略去空行：第 {lines} 行。",
    ),
    "data_unused_empty_column": (
        "Column {number} has no name and no cells and was left out.",
        "第 {number} 列没有列名也没有内容，已略去。",
    ),
    "data_text_column": (
        "Column {column} holds text; it is not a series.",
        "列 {column} 为文字，不作为序列。",
    ),
    "data_sorted": (
        "The rows were not in the order of {time} and were sorted.",
        "各行未按 {time} 排序，已重新排序。",
    ),
    "data_duplicates": (
        "{time} {at} stands in lines {lines}; {rule}.",
        "{time} {at} 出现在第 {lines} 行；{rule}。",
    ),
    "data_missing": (
        "{column}: no value at {times}.",
        "{column}：以下时点缺值：{times}。",
    ),
    "data_gaps": (
        "No row for {times}; the real spacing is kept, nothing is filled in.",
        "缺少以下时点的行：{times}；保留真实间隔，不作填补。",
    ),
    "data_not_positive": (
        "{column}: zero or negative in lines {lines}; errors on the log scale are not possible there.",
        "{column}：第 {lines} 行为零或负数，无法使用对数误差。",
    ),
    "data_jump": (
        "{column}: from line {before} to line {after} the value changes by a factor of {factor}; "
        "is the unit of measure the same?",
        "{column}：第 {before} 行到第 {after} 行数值相差 {factor} 倍；计量单位是否一致？",
    ),
    "data_break": (
        "{column}: {change} % from {first} to {last}, where {usual} % a step is usual. A revision or a change of "
        "definition? Then start after it, or leave it out; if it is real (a crisis), fit with and without it.",
        "{column}：{first} 至 {last} 变动 {change} %，通常每步为 {usual} %。是修订或口径变化吗？"
        "若是，请从其后开始或略去；若属真实（如危机），请分别在包含与剔除时拟合。",
    ),
    "data_total": (
        "{column} is the sum of the other columns; a total is no unit: leave it out with units=.",
        "{column} 为其余各列之和；合计不是单元，请用 units= 略去。",
    ),
    "data_constant": (
        "{column}: every value is the same, so nothing about its growth can be learnt.",
        "{column}：所有数值相同，无法得知其增长。",
    ),
    "data_vintage": (
        "{column} changes from '{before}' to '{after}' between {first} and {last}: a step there may be a change of "
        "definition, not growth.",
        "{column} 在 {first} 与 {last} 之间由“{before}”变为“{after}”：此处的跳跃可能是口径变化而非增长。",
    ),
    "data_scaled": (
        "{unit} was multiplied by {factor}.",
        "{unit} 已乘以 {factor}。",
    ),
    "data_deflated": (
        "{unit} was put at {base} prices with the deflator of {region}.",
        "{unit} 已用{region}的平减指数换算为 {base} 年价格。",
    ),
    "data_converted": (
        "{unit} was converted with the {rate} of {region} of each year.",
        "{unit} 已按{region}逐年的 {rate} 换算。",
    ),
    "data_converted_at": (
        "{unit} was converted with the {rate} of {region} of {at}.",
        "{unit} 已按{region} {at} 年的 {rate} 换算。",
    ),
    "autocorrelation": ("autocorrelation (Ljung-Box)", "自相关（Ljung-Box）"),
    "runs": ("too few runs of one sign", "同号游程过少"),
    "heteroscedasticity": ("spread changes with time (Koenker)", "方差随时间变化（Koenker）"),
    "data_no_rate": (
        "Left out because the table has no {rate} for them: {times}.",
        "因表中没有相应的{rate}而略去：{times}。",
    ),
}
