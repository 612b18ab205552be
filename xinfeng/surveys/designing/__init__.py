"""How many to ask, and where: sizes, power, and their shares of the strata."""

from .allocation import Rule, Stratum, share_out
from .size import (
    Plan,
    Size,
    design_effect,
    half_width,
    power_of_change,
    size_for_change,
    size_for_share,
    size_to_show,
)

__all__ = [
    "Plan",
    "Rule",
    "Size",
    "Stratum",
    "design_effect",
    "half_width",
    "power_of_change",
    "share_out",
    "size_for_change",
    "size_for_share",
    "size_to_show",
]
