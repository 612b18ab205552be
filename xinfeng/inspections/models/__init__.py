"""Standards and what is judged by them; rounds and what is read on them."""

from .evaluations import WHOLE, Evaluation, Result, Score, Verdict
from .filings import Filing, FilingQuerySet, Item
from .intakes import Intake, IntakeState, WhyNot
from .readings import Reading, ReadingQuerySet, RoundScore, ScoreScope
from .rounds import (
    OVER,
    Inspector,
    PointRole,
    Round,
    RoundPoint,
    RoundState,
    VisitState,
    WhyReplaced,
)
from .standards import Standard, StandardState

__all__ = [
    "OVER",
    "WHOLE",
    "Evaluation",
    "Filing",
    "FilingQuerySet",
    "Inspector",
    "Intake",
    "IntakeState",
    "Item",
    "PointRole",
    "Reading",
    "ReadingQuerySet",
    "Result",
    "Round",
    "RoundPoint",
    "RoundScore",
    "RoundState",
    "Score",
    "ScoreScope",
    "Standard",
    "StandardState",
    "Verdict",
    "VisitState",
    "WhyNot",
    "WhyReplaced",
]
