"""What an office says of a survey that it plans."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from .models import AdultRule, Allocation, HouseholdWay, LonelyRule, Mode


@dataclass(frozen=True)
class NewQuota:
    """How many of a kind are asked in the street: {"sex": "f", "age": "a18_39"}."""

    cell: Mapping[str, str]
    wanted: int


@dataclass(frozen=True)
class NewSample:
    """People asked in one way, and how they are chosen."""

    mode: Mode
    communities: int | None = None
    per_community: int | None = None
    allocation: Allocation = Allocation.PROPORTIONAL
    least: int = 2
    way: HouseholdWay = HouseholdWay.SYSTEMATIC
    adult: AdultRule = AdultRule.BIRTHDAY
    lonely: LonelyRule = LonelyRule.ADJUST
    is_headline: bool = False
    # Of Neyman's: the share expected in each stratum; half where nothing is said.
    expected: Mapping[str, float] = field(default_factory=dict)
    # Of INTERCEPT, and of WEB_OPEN.
    quotas: tuple[NewQuota, ...] = ()
    open_code: str = ""


@dataclass(frozen=True)
class NewSurvey:
    """What an office plans: questions, area, days, and a sample for each way of asking."""

    code: str
    name: str
    questionnaire_version_id: int
    division_id: int
    since: date
    until: date
    year: int
    samples: tuple[NewSample, ...]
    frame_id: int | None = None
    series: str = ""
    name_en: str = ""
