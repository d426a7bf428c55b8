"""What the values of the laws are, in words."""

WORDS: dict[str, tuple[str, str]] = {
    "value_threshold": ("critical mass of {unit}", "{unit}的临界规模"),
    "value_self_effect": ("effect of {unit} on itself", "{unit}对自身的作用"),
    "value_saturation": ("saturation of the effect of {source} on {receiver}", "{source}对{receiver}的作用的饱和度"),
    "value_contact": ("contact behind the effect of {source} on {receiver}", "{source}对{receiver}的作用所需的接触"),
    "value_cost": ("cost of {source} to {receiver}", "{source}给{receiver}带来的成本"),
    "value_relief": ("relief of {receiver} from the cost of {source}", "{receiver}对{source}所致成本的分摊"),
    "value_delay": ("delay of the effect of {source} on {receiver}", "{source}对{receiver}的作用的时滞"),
}
