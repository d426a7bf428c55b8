"""Sentences of the exercises: questions, hints, solutions, what a check says."""

WORDS: dict[str, tuple[str, str]] = {
    "quiz_title": ("Exercises (seed {seed})", "练习（随机种子 {seed}）"),
    "quiz_equations": (
        "dx1/dt = {r1}*x1*(1 - x1/{K1} + {a}*x2/{K2}),  dx2/dt = {r2}*x2*(1 - x2/{K2} + {b}*x1/{K1})",
        "dx1/dt = {r1}*x1*(1 - x1/{K1} + {a}*x2/{K2})，  dx2/dt = {r2}*x2*(1 - x2/{K2} + {b}*x1/{K1})",
    ),
    "quiz_coexistence": (
        "Both units stay. What is the level of unit {unit} at the equilibrium with both?",
        "双方都留存。在共存平衡点处，单元 {unit} 的水平是多少？",
    ),
    "quiz_coexistence_why": (
        "Both brackets are zero: x{unit} = K{unit}*(1 + d{unit}{other})/(1 - d12*d21).",
        "两个括号均为零：x{unit} = K{unit}*(1 + d{unit}{other})/(1 - d12*d21)。",
    ),
    "quiz_stability": (
        "Of which type is the equilibrium (x1, x2) = ({x1}, {x2})?",
        "平衡点 (x1, x2) = ({x1}, {x2}) 属于哪种类型？",
    ),
    "quiz_stability_why": (
        "Its eigenvalues are {values}.", "其特征值为 {values}。",
    ),
    "quiz_nominal": (
        "Which mode do the signs of the effects name (nominal mode; symmetric if the smaller effect is at least 0.9 of "
        "the larger)?",
        "按作用的符号属于哪种模式（名义模式；较小作用不低于较大作用的 0.9 时称为对称）？",
    ),
    "quiz_settled": (
        "Where does every positive start settle, or does that depend on the start?",
        "所有正初值归于何处，抑或取决于初值？",
    ),
    "quiz_nominal_why": ("d12 = {a}, d21 = {b}.", "d12 = {a}，d21 = {b}。"),
    "quiz_blow_up_border": (
        "Let d12 grow and leave everything else. At which d12 does coexistence turn into runaway growth?",
        "让 d12 增大，其余不变。d12 为何值时，共存变为失控增长？",
    ),
    "quiz_blow_up_border_why": (
        "At d12*d21 = 1 the nullclines are parallel: d12 = 1/d21.", "d12*d21 = 1 时零斜线平行：d12 = 1/d21。",
    ),
    "quiz_symmetric_border": (
        "Let d12 grow from 0 to d21 and leave everything else. From which d12 on is the settled mode symmetric "
        "mutualism, that is the gain of unit 1 at least 0.9 of that of unit 2?",
        "让 d12 从 0 增大到 d21，其余不变。从哪个 d12 起归宿为对称互惠共生，即单元 1 的增益不低于单元 2 的 0.9？",
    ),
    "quiz_symmetric_border_why": (
        "The gains are d12*(1 + d21)/(1 - d12*d21) and d21*(1 + d12)/(1 - d12*d21); "
        "d12*(1 + d21) = 0.9*d21*(1 + d12) gives d12 = 9*d21/(10 + d21).",
        "增益为 d12*(1 + d21)/(1 - d12*d21) 与 d21*(1 + d12)/(1 - d12*d21)；由 "
        "d12*(1 + d21) = 0.9*d21*(1 + d12) 得 d12 = 9*d21/(10 + d21)。",
    ),
    "quiz_blow_up_time": (
        "Both start at x1 = x2 = {start}. At which time do the levels become infinite?",
        "双方初值为 x1 = x2 = {start}。水平在何时趋于无穷？",
    ),
    "quiz_blow_up_time_why": (
        "By symmetry both stay equal, and u = x/K solves u' = r*u*(1 + (d - 1)*u), which is infinite at "
        "log(1 + 1/((d - 1)*u(0)))/r.",
        "由对称性双方始终相等，u = x/K 满足 u' = r*u*(1 + (d - 1)*u)，在 log(1 + 1/((d - 1)*u(0)))/r 时趋于无穷。",
    ),
    "quiz_number": (
        "A number or formula, such as 2/3, 0.6667 or log(3)/2; within {tolerance} of the answer (relative above 1).",
        "填数或算式，如 2/3、0.6667 或 log(3)/2；与答案之差不超过 {tolerance}（大于 1 时为相对误差）即可。",
    ),
    "quiz_choices": ("One of: {choices}.", "任选其一：{choices}。"),
    "quiz_answer": ("Answer: {answer}. {why}", "答案：{answer}。{why}"),
    "quiz_right": ("Right.", "正确。"),
    "quiz_wrong": ("Not so.", "不对。"),
    "quiz_ask": ("Your answer (empty: show it)", "你的答案（留空则显示答案）"),
    "quiz_score": ("{right} of {count} right.", "共 {count} 题，答对 {right} 题。"),
}
