"""Words of mode maps."""

WORDS: dict[str, tuple[str, str]] = {
    "map_depends": ("depends on the start: {ends}", "取决于初始值：{ends}"),
    "map_head": ("Regions over {x} (x) and {y} (y): {count}", "{x}（x）与 {y}（y）平面上的区域：{count} 个"),
    "map_region": (
        "  {name}: {share} % of the area shown, for example at ({at}); evidence: {evidence}",
        "  {name}：占所示面积的 {share} %，例如 ({at})；依据：{evidence}",
    ),
    "map_parts": ("; {count} parts", "；共 {count} 部分"),
    "map_borders": ("Borders, seen from the model at ({at}):", "各边界（从模型所在点 ({at}) 看）："),
    "map_computed": ("computed, to within {error}", "数值求得，误差不超过 {error}"),
    "map_border": ("  {name}: {distance} away, beyond it {to}", "  {name}：距离 {distance}，另一侧为{to}"),
    "map_errors": (", {count} standard errors", "，合 {count} 个标准误"),
    "map_both": ("{mode} ({outcome})", "{mode}（{outcome}）"),
    "map_theorem": (
        "A theorem guarantees that there are no other borders; each region was decided at a point inside.",
        "定理保证没有其他边界；每个区域都在其内部一点作出判定。",
    ),
    "map_shared": (
        "Borders are where equilibria meet, turn unstable or are invaded, and where modes change. Each region between"
        " them was decided at one to six points, and the rest of it shares the answer; where cycles meet each other or"
        " a saddle is not among the borders, so such a change inside a region may be missed.",
        "边界为平衡点相遇、失稳或被侵入之处，以及模式改变之处。边界之间的每个区域在一至六个点上判定，其余部分共用该结果；"
        "极限环彼此相遇或碰到鞍点之处不在边界之列，因此区域内部的这类变化可能遗漏。",
    ),
    "map_searched": (
        "Not every border is known: the area was searched point by point, and refined where neighbours differ.",
        "并非所有边界都已知：对该范围逐点搜索，并在相邻点结果不同之处加密。",
    ),
    "map_nearest": ("nearest border, {distance} away", "最近的边界，距离 {distance}"),
    "map_coarse": (
        "answers up to {share} % of a side apart: smaller regions may be missed",
        "求解点间距最大为边长的 {share} %：更小的区域可能遗漏",
    ),
    "map_outside": (
        " (a part outside the area shown may be nearer)",
        "（所示范围之外的部分可能更近）",
    ),
}
