"""What a sample says of its population: pure values in, estimates out.

A `Design` comes first: who could be chosen, at which stages, of how many, with what weight.
Everything else takes one. docs/developers/estimates.md names the source of each formula.
"""

from .calibrating import Bounds, Margin, NotConverged, post_stratify, rake, respond, trim
from .comparing import (
    Apart,
    Contrast,
    Place,
    Verdict,
    against_the_rest,
    change,
    contrast,
    holm,
    places,
    verdict,
)
from .design import BadDesign, Design, Lonely, Stage, declare
from .estimating import mean, ratio, share, total
from .intervals import Method
from .jackknife import Replicated, jackknife
from .publishing import Policy, Published, publish
from .quantities import Domains, Ratio, Sum, domains
from .results import Estimate, Estimates
from .satisfaction import Satisfaction, Scale, satisfaction
from .stacking import stack_apart, stack_shared

__all__ = [
    "Apart",
    "BadDesign",
    "Bounds",
    "Contrast",
    "Design",
    "Domains",
    "Estimate",
    "Estimates",
    "Lonely",
    "Margin",
    "Method",
    "NotConverged",
    "Place",
    "Policy",
    "Published",
    "Ratio",
    "Replicated",
    "Satisfaction",
    "Scale",
    "Stage",
    "Sum",
    "Verdict",
    "against_the_rest",
    "change",
    "contrast",
    "declare",
    "domains",
    "holm",
    "jackknife",
    "mean",
    "places",
    "post_stratify",
    "publish",
    "rake",
    "ratio",
    "respond",
    "satisfaction",
    "share",
    "stack_apart",
    "stack_shared",
    "total",
    "trim",
    "verdict",
]
