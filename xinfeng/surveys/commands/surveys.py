"""A survey from its plan: which questions, of whom, by which design; bound before the draw."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from math import sqrt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope, short_code
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.base.sampling import TooFew
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.places.models import Division
from xinfeng.surveys import designing, framing
from xinfeng.surveys.asking import bank_of
from xinfeng.surveys.asking.bank import Bank
from xinfeng.surveys.framing import InStratum
from xinfeng.surveys.models import (
    DRAWN_MODES,
    Frame,
    Mode,
    QuestionnaireVersion,
    Quota,
    Sample,
    Stratum,
    Survey,
    SurveyState,
    VersionState,
)
from xinfeng.surveys.quotas import asked_of_all, key_of
from xinfeng.surveys.wishes import NewSample, NewSurvey

from .addresses import forget_addresses
from .holding import locked, record, refuse_assessed

journal.declare(
    {
        "survey.planned": gettext_lazy("planned a survey"),
        "survey.called_off": gettext_lazy("called a survey off"),
    }
)
LEAST_SECRET = 16
# Half and half: where nobody knows better, a stratum may differ as much as one can.
UNKNOWN_SHARE = 0.5
OPEN_CODE_LENGTH = 10
# Questions and answers of a quota, as its key writes them.
LONGEST_QUOTA = 120


@scope.command
def plan_survey(*, new: NewSurvey, secret: str, actor: Person, at: datetime) -> Survey:
    """Fix frame and design, and bind the secret half of the seed, before any draw.

    The other half is thrown in public afterwards: so nobody can choose the households, and
    nobody can change the list once the seed is known.
    """
    refuse_assessed(actor, new.division_id, at)
    if known := Survey.objects.filter(code=new.code).first():
        return known
    _refuse_misfit(new, secret, at)
    version, frame = _locked_version(new), _frame(new)
    strata = framing.strata_of(frame) if frame else []
    shared = {each.mode: shares(each, strata) for each in new.samples if _is_drawn(each)}
    _refuse_misfit_quotas(new, version)
    made = Survey.objects.create(
        code=new.code, name=new.name, name_en=new.name_en, series=new.series, year=new.year,
        questionnaire=version, division_id=new.division_id, since=new.since, until=new.until,
        frame=frame, secret=secret, commitment=sha256(secret.encode()).hexdigest(),
        planned_by=actor, planned_at=at,
    )  # fmt: skip
    for each in new.samples:
        _keep_sample(made, each, strata, shared.get(each.mode, {}), _headline(new))
    record(
        "survey.planned", made, actor, at, commitment=made.commitment,
        questions=version.digest, frame=frame.digest if frame else None,
        modes=[each.mode.value for each in new.samples],
    )  # fmt: skip
    return made


@scope.command
def call_off_survey(*, survey_id: int, actor: Person, at: datetime) -> Survey:
    """Nobody goes out; what was drawn is never used again."""
    found = locked(survey_id, actor, at)
    if found.state == SurveyState.CALLED_OFF:
        return found
    found.move_to(SurveyState.CALLED_OFF)
    found.save(update_fields=["state"])
    forget_addresses(found)
    record("survey.called_off", found, actor, at)
    return found


def shares(new: NewSample, strata: list[InStratum]) -> dict[str, int]:
    """How many communities of each stratum; refused in words where it does not fit."""
    assert new.communities is not None
    sizes = {
        each.key: designing.Stratum(
            each.communities, _spread(new.expected.get(each.key)), float(each.households)
        )
        for each in strata
    }
    there = sum(each.communities for each in strata)
    least = sum(min(new.least, each.communities) for each in strata)
    try:
        return designing.share_out(
            sizes, new.communities, designing.Rule(new.allocation), new.least
        )
    except TooFew:
        raise Refusal(
            "communities_do_not_fit",
            _("The frame has %(there)s communities in %(strata)s strata; at least %(least)s in"
              " all are needed so that each stratum gives %(each)s. Choose a number between.")
            % {"there": there, "strata": len(strata), "least": least, "each": new.least},
        ) from None  # fmt: skip


def _spread(share: float | None) -> float:
    known = UNKNOWN_SHARE if share is None else share
    return sqrt(known * (1 - known))


def _is_drawn(new: NewSample) -> bool:
    return new.mode in DRAWN_MODES


def _headline(new: NewSurvey) -> Mode | None:
    """The sample that was named, or the first that is drawn."""
    named = [each.mode for each in new.samples if each.is_headline]
    drawn = [each.mode for each in new.samples if _is_drawn(each)]
    return next(iter(named or drawn), None)


def _refuse_misfit(new: NewSurvey, secret: str, at: datetime) -> None:
    if len(secret) < LEAST_SECRET:
        raise Refusal("secret_is_short", _("The secret half of the seed is too short."))
    if not new.since < new.until or new.until <= clock.local_date(at):
        raise Refusal("survey_days", _("A survey ends after it begins, and not before today."))
    if Division.objects.filter(pk=new.division_id).first() is None:
        raise Unknown("division_unknown", _("There is no such division."))
    modes = [each.mode for each in new.samples]
    if not modes or len(modes) != len(set(modes)):
        raise Refusal(
            "survey_modes", _("Choose at least one way of asking, and each way once.")
        )
    headlines = [each for each in new.samples if each.is_headline]
    if len(headlines) > 1 or any(not _is_drawn(each) for each in headlines):
        raise Refusal(
            "headline_is_drawn",
            _("One sample is published first, and it must be one that is drawn by lot."),
        )
    for each in new.samples:
        _refuse_misfit_numbers(each)


def _refuse_misfit_numbers(new: NewSample) -> None:
    counted = bool(new.communities) and bool(new.per_community)
    if _is_drawn(new) and not counted:
        raise Refusal(
            "sample_size",
            _("Say how many communities are drawn, and how many households of each."),
        )
    if any(not 0 <= share <= 1 for share in new.expected.values()):
        raise Refusal("expected_share", _("An expected share lies between 0 and 100 %."))
    if (new.mode == Mode.INTERCEPT) != bool(new.quotas):
        raise Refusal(
            "quotas_wanted", _("Asking in the street needs quotas, and nothing else has them.")
        )


def _locked_version(new: NewSurvey) -> QuestionnaireVersion:
    version = QuestionnaireVersion.objects.filter(pk=new.questionnaire_version_id).first()
    if version is None:
        raise Unknown("questionnaire_unknown", _("There is no such questionnaire."))
    if version.state != VersionState.LOCKED:
        raise Refusal(
            "questionnaire_is_a_draft",
            _("A survey is planned with a locked questionnaire, so that nobody rewords it."),
        )
    return version


def _frame(new: NewSurvey) -> Frame | None:
    if not any(_is_drawn(each) for each in new.samples):
        return None
    frame = Frame.objects.filter(pk=new.frame_id).first() if new.frame_id else None
    if frame is None:
        raise Refusal("frame_wanted", _("Choose the frame from which households are drawn."))
    if frame.division_id != new.division_id:
        raise Refusal("frame_of_elsewhere", _("This frame lists another area."))
    return frame


def _refuse_misfit_quotas(new: NewSurvey, version: QuestionnaireVersion) -> None:
    quotas = [quota for each in new.samples for quota in each.quotas]
    bank = bank_of(version.document) if quotas else None
    keys = [key_of(quota.cell) for quota in quotas]
    if len(keys) != len(set(keys)) or any(quota.wanted < 1 for quota in quotas):
        raise Refusal("quota_twice", _("Each quota stands once and asks for somebody."))
    if any(len(key) > LONGEST_QUOTA for key in keys):
        raise Refusal("quota_too_long", _("A quota is told by too many questions."))
    if len({frozenset(quota.cell) for quota in quotas}) > 1:
        raise Refusal("quotas_differ", _("All quotas are told by the same questions."))
    if bank is not None and not all(_fits(bank, quota.cell) for quota in quotas):
        raise Refusal(
            "quota_of_what_is_not_asked",
            _("A quota names answers to questions that everybody is asked and must answer."),
        )


def _fits(bank: Bank, cell: Mapping[str, str]) -> bool:
    """Otherwise a quota would be lost where its question is skipped."""
    offered = {
        question.code: {option.code for option in question.options}
        for question in asked_of_all(bank)
    }
    return bool(cell) and all(
        answer in offered.get(question, ()) for question, answer in cell.items()
    )


def _keep_sample(
    survey: Survey, new: NewSample, strata: list[InStratum], given: Mapping[str, int],
    headline: Mode | None,
) -> None:  # fmt: skip
    drawn = _is_drawn(new)
    open_code = new.open_code or short_code.of(f"open {survey.code}", OPEN_CODE_LENGTH)
    sample = Sample.objects.create(
        survey=survey, mode=new.mode, is_headline=new.mode == headline,
        communities=new.communities if drawn else None,
        per_community=new.per_community if drawn else None,
        allocation=new.allocation, least=new.least, way=new.way, adult=new.adult,
        lonely=new.lonely, open_code=open_code if new.mode == Mode.WEB_OPEN else "",
    )  # fmt: skip
    if drawn:
        Stratum.objects.bulk_create(
            Stratum(
                sample=sample, key=each.key, county=each.county, is_urban=each.is_urban,
                communities=each.communities, households=each.households,
                wanted=given[each.key],
            )
            for each in strata
        )  # fmt: skip
    Quota.objects.bulk_create(
        Quota(sample=sample, cell=dict(quota.cell), key=key_of(quota.cell), wanted=quota.wanted)
        for quota in new.quotas
    )
