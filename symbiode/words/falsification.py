"""Sentences on forecasts against rivals and on placebos."""

WORDS: dict[str, tuple[str, str]] = {
    "contest_loses": (
        "The model loses: {steps} ahead, out of sample, it forecasts worse than {rivals}. What it says about effects "
        "has not earned trust.",
        "模型落败：样本外提前{steps}预测不如{rivals}。它关于作用的结论尚不足信。",
    ),
    "contest_wins": (
        "Out of sample, {steps} ahead, the model forecasts better than {rivals}.",
        "样本外提前{steps}预测优于{rivals}。",
    ),
    "contest_failed": (
        "From {count} of {origins} origins the model gave no forecast, which counts as losing.",
        "在 {origins} 个起报点中有 {count} 个模型未能给出预测，计为落败。",
    ),
    "contest_few": (
        "Only {origins} origins: too few to judge forecasts.",
        "仅有 {origins} 个起报点，不足以评判预测。",
    ),
    "contest_none": (
        "The series is too short to forecast years that the fit has not seen.",
        "序列过短，无法预测拟合未见过的年份。",
    ),
    "contest_steps": ("{count} steps", " {count} 步"),
    "contest_step": ("one step", "一步"),
    "contest_row": (
        "against {rival}: {u} times its error (p that the model is no better {better}, that it is no worse {worse}; "
        "{origins} origins)",
        "对{rival}：误差为其 {u} 倍（模型并不更优的 p 值 {better}，并不更差的 p 值 {worse}；{origins} 个起报点）",
    ),
    "rival_random_walk": ("a random walk with drift", "带漂移的随机游走"),
    "rival_autoregression": ("a vector autoregression of growth, VAR(1)", "增长率的向量自回归 VAR(1)"),
    "rival_logistics": ("independent logistic growth", "各自独立的逻辑斯蒂增长"),
    "placebo_shuffled": (
        "{source} on {receiver}: t = {t}. With the years of {source}'s growth in random order the t value is as large "
        "with probability {p} ({count} orders; Student's t would say {textbook}).",
        "{source}对{receiver}：t = {t}。将{source}各年增长随机重排后，t 值达到同样大小的概率为 {p}"
        "（{count} 次重排；学生 t 分布给出 {textbook}）。",
    ),
    "placebo_pairs": (
        "{source} on {receiver}: t = {t}. Among {count} effects between other units of the panel the rank is {p}; "
        "{share} % of them exceed 2 in size, where chance alone gives about 5 %.",
        "{source}对{receiver}：t = {t}。在面板其他单元之间的 {count} 个作用中位次为 {p}；其中 {share}% 的 |t| 超过 2，"
        "而纯属偶然时约为 5%。",
    ),
}
