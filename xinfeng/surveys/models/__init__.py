"""The nouns of this room, by what they are about."""

from .answers import Exclusion, ExclusionReason, Quota, Response
from .desk import AddressTally, Calling
from .estimations import (
    Domain,
    Estimate,
    Estimation,
    EstimationState,
    Held,
    ResponseWeight,
    Statistic,
)
from .field import (
    FINAL,
    Attempt,
    CallBack,
    CallBackOutcome,
    DayPart,
    Disposition,
    Surveyor,
)
from .frames import Frame, FrameCommunity, FrameTotal
from .integrity import CallBackSummary, CheckState, IntegrityReport, IntegrityRun
from .questionnaires import Questionnaire, QuestionnaireVersion, VersionState
from .runs import EstimationRun, RunState
from .samples import (
    DRAWN_MODES,
    AdultRule,
    Allocation,
    HouseholdWay,
    LonelyRule,
    Mode,
    Sample,
    SampleCommunity,
    SampleUnit,
    Stratum,
)
from .sheets import SheetKind, SurveySheet
from .surveys import OVER, Survey, SurveyState

__all__ = [
    "DRAWN_MODES",
    "FINAL",
    "OVER",
    "AddressTally",
    "AdultRule",
    "Allocation",
    "Attempt",
    "CallBack",
    "CallBackOutcome",
    "CallBackSummary",
    "Calling",
    "CheckState",
    "DayPart",
    "Disposition",
    "Domain",
    "Estimate",
    "Estimation",
    "EstimationRun",
    "EstimationState",
    "Exclusion",
    "ExclusionReason",
    "Frame",
    "FrameCommunity",
    "FrameTotal",
    "Held",
    "HouseholdWay",
    "IntegrityReport",
    "IntegrityRun",
    "LonelyRule",
    "Mode",
    "Questionnaire",
    "QuestionnaireVersion",
    "Quota",
    "Response",
    "ResponseWeight",
    "RunState",
    "Sample",
    "SampleCommunity",
    "SampleUnit",
    "SheetKind",
    "Statistic",
    "Stratum",
    "Survey",
    "SurveySheet",
    "SurveyState",
    "Surveyor",
    "VersionState",
]
