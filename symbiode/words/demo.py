"""Texts of the classroom page."""

WORDS: dict[str, tuple[str, str]] = {
    "demo_title": ("what settles, and why", "系统趋于何处，为什么"),
    "demo_language": ("中文", "English"),
    "demo_dark": ("Dark / light", "深色 / 浅色"),
    "demo_reset": ("Reset", "恢复初值"),
    "demo_share": ("Copy link to this state", "复制当前状态的链接"),
    "demo_shared": ("The link is copied: it opens this page as it stands now.", "链接已复制：打开后即为当前状态。"),
    "demo_print": ("Print", "打印"),
    "demo_illustrative": ("Illustrative values, not estimates.", "数值仅为示例，并非估计值。"),
    "demo_noise": (
        "The model's noise is left out: paths are those without chance.",
        "此处略去模型的随机扰动，只显示确定性轨迹。",
    ),
    "demo_controls": ("Values of the model", "模型的数值"),
    "demo_group_effects": ("Symbiosis coefficients", "共生系数"),
    "demo_group_parameters": ("Named values that the coefficients use", "系数所用的命名参数"),
    "demo_group_growth": ("Growth rates", "增长率"),
    "demo_group_capacity": ("Capacities", "容量"),
    "demo_group_initial": ("Start (or drag the ring in the phase portrait)", "初始值（也可拖动相图中的圆环）"),
    "demo_group_time": ("Time", "时间"),
    "demo_group_other": ("Other values", "其他数值"),
    "demo_span": ("time shown", "显示的时长"),
    "demo_portrait": ("Phase portrait: drag to set the start", "相图：拖动以设定初始值"),
    "demo_series": ("Levels over time", "水平随时间的变化"),
    "demo_map": ("Map of modes: click, drag or use the arrow keys", "模式图：点击、拖动或使用方向键"),
    "demo_equilibria": ("Equilibria", "平衡点"),
    "demo_all": (
        "All of them: one linear system for each set of units present.",
        "全部平衡点：对每一组存在的单元求解一个线性方程组。",
    ),
    "demo_searched": (
        "Found by Newton's method from a grid of starts; the package itself gives the certificate that none is "
        "missing.",
        "由网格初值出发的牛顿法求得；是否完备由软件包本身给出证明。",
    ),
    "demo_type": ("type", "类型"),
    "demo_eigenvalues": ("eigenvalues", "特征值"),
    "demo_level": ("level", "水平"),
    "demo_share_level": ("level / capacity", "水平 / 容量"),
    "demo_legend": (
        "growth of this unit is zero on its line; full green marks attract, hollow ones repel, yellow diamonds are "
        "saddles, the dashed line separates the starts.",
        "线上该单元增长为零；绿色实心点吸引，空心点排斥，黄色菱形为鞍点，虚线划分初值。",
    ),
    "demo_legend_three": (
        "the path and the equilibria are seen along the third unit's axis.",
        "轨迹与平衡点沿第三个单元的坐标轴投影显示。",
    ),
    "demo_presets": ("Examples of each mode", "各种模式示例"),
    "demo_preset_bistable": ("two outcomes", "双稳态"),
    "demo_preset_blow_up": ("runaway", "失控增长"),
    "demo_scenario": ("Scenario", "情景"),
    "demo_choose": ("choose", "选择"),
    "demo_none": ("none: the sliders stand still", "无：滑块数值不变"),
    "demo_time": ("time in the scenario", "情景中的时间"),
    "demo_play": ("Play", "播放"),
    "demo_pause": ("Pause", "暂停"),
    "demo_nothing": ("no lever in force yet", "尚无措施生效"),
    "demo_sizes": ("sizes are illustrative", "幅度仅为示例"),
    "demo_settles": ("From every positive start: {what}", "从任何正初值出发：{what}"),
    "demo_depends": ("Where it settles depends on the start", "趋于何处取决于初始值"),
    "demo_start_settles": ("From this start: {what}", "从当前初值出发：{what}"),
    "demo_this_start": ("This start: {what}.", "当前初值：{what}。"),
    "demo_stays": ("{units} stays", "{units}留存"),
    "demo_why_rest": (
        "The path was followed until it rested at a stable equilibrium; no theorem of this page covers this law, so it "
        "speaks for this start only.",
        "沿轨迹积分，直至停留在一个稳定平衡点；本页没有涵盖该方程的定理，因此只对当前初值成立。",
    ),
    "demo_why_away": (
        "The path passed a hundred million times its scale; that is where this page stops.",
        "轨迹超过其尺度的一亿倍，本页在此停止积分。",
    ),
    "demo_why_open": (
        "The path did not come to rest and did not run away in the time this page follows it: it may turn for ever, "
        "or be slow.",
        "在本页积分的时间内，轨迹既未静止也未失控：可能持续振荡，或趋近很慢。",
    ),
    "demo_blow_up": ("From this start it blows up after {time} {unit}.", "从当前初值出发，经过 {time} {unit}后爆破。"),
    "demo_slow": ("The approach is slow: like 1/t.", "趋近缓慢：如 1/t。"),
    "demo_against": (", against standing alone", "（相对于独立状态）"),
    "demo_nominal": ("By the signs of the coefficients: {mode}.", "按系数符号：{mode}。"),
    "demo_evidence": ("evidence: {evidence}", "依据：{evidence}"),
    "demo_footer": (
        "Made by symbiode; this file needs no network. The coefficients are never those of the source paper: it has "
        "none.",
        "由 symbiode 生成，本文件无需联网。系数从不取自来源论文：论文中没有系数。",
    ),
}
