"""Curves of special points in two coefficients, and cycles."""

WORDS: dict[str, tuple[str, str]] = {
    "curves_title": ("Special points of {name} over {first} and {second}", "{name} 在 {first} 与 {second} 上的特殊点"),
    "curves_window": (
        "{first} from {a} to {b}, {second} from {c} to {d}",
        "{first} 从 {a} 到 {b},{second} 从 {c} 到 {d}",
    ),
    "curves_head_kind": ("curve", "曲线"),
    "curves_head_units": ("units present", "存在的单元"),
    "curves_head_formula": ("formula", "公式"),
    "curves_head_point": ("point", "点"),
    "curves_head_state": ("state", "状态"),
    "curves_head_form": ("normal form", "规范形"),
    "curves_none": ("No curve of special points crosses this window.", "此窗口内没有特殊点曲线。"),
    "curves_entering": ("{kind}, {unit} enters", "{kind}({unit} 进入)"),
    "curves_sense": ("{kind}, {sense}", "{kind}({sense})"),
    "curves_supercritical": ("supercritical", "超临界"),
    "curves_subcritical": ("subcritical", "亚临界"),
    "curves_mixed": ("partly super-, partly subcritical", "部分超临界、部分亚临界"),
    "curves_degenerate": ("degenerate: no small cycle is isolated", "退化:没有孤立的小极限环"),
    "curves_fold": ("fold", "折叠"),
    "curves_hopf": ("Hopf", "霍普夫"),
    "curves_transcritical": ("transcritical", "跨临界"),
    "curves_pitchfork": ("branches cross", "分支相交"),
    "curves_asymptote": ("levels grow without bound", "水平无界增长"),
    "curves_cusp": ("cusp", "尖点"),
    "curves_bogdanov_takens": ("Bogdanov-Takens", "Bogdanov-Takens 点"),
    "curves_generalised_hopf": ("generalised Hopf", "广义霍普夫"),
    "curves_zero_hopf": ("zero-Hopf", "零-霍普夫"),
    "curves_fold_transcritical": ("fold meets transcritical", "折叠与跨临界相遇"),
    "curves_continuum": ("line of equilibria", "平衡点连成一线"),
    "curves_exact": (
        "Complete: the rates per capita are linear in the levels, so every curve is a factor of a determinant; "
        "two units have neither folds nor Hopf points then.",
        "完整:人均增长率对水平是线性的,每条曲线都是某个行列式的因子;此时两个单元既无折叠点也无霍普夫点。",
    ),
    "curves_scanned": (
        "Every special point on lines across the window, each with a complete list of equilibria at two values, was "
        "followed both ways. A closed curve that lies between the lines could be missed.",
        "窗口内若干条直线上的每个特殊点(每条直线在两个取值处有完整的平衡点列表)都已向两侧追踪。"
        "完全位于直线之间的闭曲线可能遗漏。",
    ),
    "curves_searched": (
        "Every special point found on lines across the window was followed both ways; equilibria were searched by "
        "Newton's method from many starts, so a curve could be missed.",
        "在窗口内若干条直线上找到的每个特殊点都已向两侧追踪;平衡点由牛顿法从多个初值搜索,可能有曲线遗漏。",
    ),
}
