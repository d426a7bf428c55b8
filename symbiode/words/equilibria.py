"""Sentences about equilibria: why each is of its type, why others are absent, why the list is complete."""

WORDS: dict[str, tuple[str, str]] = {
    "eq_no_proof": ("", ""),
    "eq_complete_linear": (
        "The list is complete: an equilibrium is a set of present units whose per-capita growth rates, all linear, are "
        "zero. {units} units have {supports} such sets; each linear system was solved exactly: {present} points, "
        "{absent} sets without a point of their own, {families} families.",
        "列表完整:平衡点就是一组存在的单元, 其人均增长率 (均为线性) 全为零。{units} 个单元共有 {supports} 个这样的组合, "
        "每个线性方程组都已精确求解: {present} 个平衡点, {absent} 个组合没有自己的平衡点, {families} 个平衡点族。",
    ),
}
