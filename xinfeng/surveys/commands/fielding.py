"""Who asks, and when the field of a survey begins and ends."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Grant, Person, Role
from xinfeng.surveys.models import (
    CallBack,
    Mode,
    Quota,
    Response,
    Sample,
    SampleCommunity,
    SampleUnit,
    Survey,
    Surveyor,
    SurveyState,
)
from xinfeng.units.queries import units_of

from .addresses import forget_addresses
from .calling_back import settle_call_backs
from .holding import locked, record

journal.declare(
    {
        "survey.surveyors_named": gettext_lazy("named the surveyors of a survey"),
        "survey.community_sent": gettext_lazy("gave a community to another surveyor"),
        "survey.opened": gettext_lazy("opened the field of a survey"),
        "survey.closed": gettext_lazy("closed a survey"),
    }
)
_BEFORE_FIELD = (SurveyState.PLANNED, SurveyState.DRAWN)
_WITH_HOUSEHOLDS = (SurveyState.DRAWN, SurveyState.IN_FIELD)
# Whoever answers here is asked by somebody who is named.
_BY_SOMEBODY = (Mode.HOUSEHOLD, Mode.PHONE, Mode.INTERCEPT)
_VISITED = (Mode.HOUSEHOLD, Mode.PHONE)


@scope.command
def name_surveyors(
    *, survey_id: int, people: Sequence[int], actor: Person, at: datetime
) -> list[Surveyor]:
    """Who asks; communities are dealt out so that every surveyor works in several strata.

    Otherwise nobody could tell later whether an area or its surveyor is different.
    """
    found = locked(survey_id, actor, at)
    if found.state not in _BEFORE_FIELD:
        raise Refusal("survey_state", _("Surveyors are named before the field begins."))
    named = list(dict.fromkeys(people))
    _refuse_no_surveyors(named, found, at)
    communities = list(
        SampleCommunity.objects.filter(sample__survey=found, sample__mode__in=_VISITED)
        .order_by("sample_id", "stratum__key", "pk")
    )  # fmt: skip
    # Households first: one without a surveyor has no person either.
    SampleUnit.objects.filter(sample__survey=found).update(surveyor=None, person=None)
    Surveyor.objects.filter(survey=found).delete()
    made = Surveyor.objects.bulk_create(
        Surveyor(survey=found, person_id=pk, division_id=found.division_id, number=number)
        for number, pk in enumerate(named, start=1)
    )
    _deal(communities, made)
    record("survey.surveyors_named", found, actor, at, surveyors=len(made))
    return made


@scope.command
def send_surveyor(
    *, community_id: int, person_id: int, actor: Person, at: datetime
) -> SampleCommunity:
    """Somebody else goes to a community: what is done there stays with who did it."""
    where = SampleCommunity.objects.filter(pk=community_id).values_list("sample__survey_id")
    if not where:
        raise Unknown("community_unknown", _("There is no such community in the sample."))
    found = locked(where[0][0], actor, at)
    community = SampleCommunity.objects.select_related("surveyor", "sample").get(
        pk=community_id
    )
    if found.state not in _WITH_HOUSEHOLDS or community.sample.mode not in _VISITED:
        raise Refusal("survey_state", _("Nobody is sent to this community now."))
    if community.surveyor is not None and community.surveyor.person_id == person_id:
        return community
    _refuse_no_surveyors([person_id], found, at)
    community.surveyor = _surveyor(found, person_id)
    community.save(update_fields=["surveyor"])
    SampleUnit.objects.filter(community=community, is_final=False).update(
        surveyor=community.surveyor, person_id=person_id
    )
    record(
        "survey.community_sent", found, actor, at, community=community.pk,
        surveyor=community.surveyor.number,
    )  # fmt: skip
    return community


@scope.command
def open_survey(*, survey_id: int, actor: Person, at: datetime) -> Survey:
    """From now on answers come in, and the questions may be read by whoever is asked."""
    found = locked(survey_id, actor, at)
    if found.state == SurveyState.IN_FIELD:
        return found
    samples = list(found.samples.order_by("mode"))
    if found.state == SurveyState.PLANNED and any(each.is_drawn for each in samples):
        raise Refusal("not_drawn_yet", _("Draw the households first."))
    found.move_to(SurveyState.IN_FIELD)
    _refuse_nobody_asking(found, samples)
    found.opened_at = at
    found.save(update_fields=["state", "opened_at"])
    record("survey.opened", found, actor, at)
    return found


@scope.command
def close_survey(*, survey_id: int, actor: Person, at: datetime) -> Survey:
    """Nothing more comes in, and nothing is left that leads from a household to its answers.

    Before the last day only when every household is done and every quota full.
    """
    found = locked(survey_id, actor, at)
    if found.is_over:
        return found
    found.move_to(SurveyState.CLOSED)
    # Who is just answering ends first; whoever comes later finds the survey closed.
    units = SampleUnit.objects.select_for_update(no_key=True).filter(sample__survey=found)
    done = list(units.order_by("pk").values_list("is_final", flat=True))
    if clock.local_date(at) < found.until:
        _refuse_unfinished(found, done.count(False))
    found.closed_at = at
    # What closes early has ended: boards need not wait for the day that was planned.
    ended = max(clock.local_date(at), found.since) + timedelta(days=1)
    found.until = min(found.until, ended)
    found.save(update_fields=["state", "closed_at", "until"])
    settle_call_backs(survey=found, actor=actor, at=at)
    forget_who(found)
    answers = Response.objects.filter(sample__survey=found).count()
    record("survey.closed", found, actor, at, answers=answers, not_done=done.count(False))
    return found


def forget_who(found: Survey) -> None:
    """Erase what leads from answers to households, and write the answers in one go.

    In the order of their ids, which are random, and in one statement: neither the transaction
    nor the place on the disk that a row now has tells when it came.
    """
    forget_addresses(found)
    SampleUnit.objects.filter(sample__survey=found).update(pair=None, web_digest=None)
    CallBack.objects.filter(unit__sample__survey=found).update(pair=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rewrite_responses(%s)", [found.pk])


def _deal(communities: Sequence[SampleCommunity], surveyors: Sequence[Surveyor]) -> None:
    """Like cards, from stratum to stratum on: whoever comes next takes the next one."""
    given: dict[int, list[int]] = defaultdict(list)
    for place, community in enumerate(communities):
        community.surveyor = surveyors[place % len(surveyors)]
        given[place % len(surveyors)].append(community.pk)
    SampleCommunity.objects.bulk_update(communities, ["surveyor"], batch_size=500)
    for place, ids in given.items():
        SampleUnit.objects.filter(community__in=ids).update(
            surveyor=surveyors[place], person_id=surveyors[place].person_id
        )


def _surveyor(found: Survey, person_id: int) -> Surveyor:
    known = Surveyor.objects.filter(survey=found, person_id=person_id).first()
    if known is not None:
        return known
    last = Surveyor.objects.filter(survey=found).order_by("-number").first()
    return Surveyor.objects.create(
        survey=found, person_id=person_id, division_id=found.division_id,
        number=last.number + 1 if last else 1,
    )  # fmt: skip


def _refuse_no_surveyors(people: Sequence[int], found: Survey, at: datetime) -> None:
    if not people:
        raise Refusal("no_surveyors", _("Name at least one surveyor."))
    lo, hi = found.division.span
    able = set(
        Grant.objects.valid_on(clock.local_date(at))
        .filter(role=Role.SURVEYOR, person__in=people, division__gte=lo, division__lt=hi)
        .values_list("person_id", flat=True)
    )
    if able != set(people):
        raise Refusal("not_a_surveyor", _("Only people with the role “surveyor” ask."))
    if any(units_of(pk) for pk in people):
        raise Refusal(
            "surveyor_is_assessed", _("Whoever acts for a unit that is assessed cannot ask.")
        )


def _refuse_nobody_asking(found: Survey, samples: Sequence[Sample]) -> None:
    asked = [each for each in samples if each.mode in _BY_SOMEBODY]
    if not asked:
        return
    without = SampleCommunity.objects.filter(
        sample__survey=found, sample__mode__in=_VISITED, surveyor=None
    ).count()
    if without or not Surveyor.objects.filter(survey=found).exists():
        raise Refusal("nobody_asks", _("Nobody is named who asks. Name the surveyors first."))


def _refuse_unfinished(found: Survey, waiting: int) -> None:
    days = {"day": found.until}
    if waiting:
        raise Refusal(
            "households_wait",
            _("%(n)s households are not done, and the survey runs until %(day)s.")
            % {"n": waiting, **days},
        )
    if found.samples.filter(mode=Mode.WEB_OPEN).exists():
        raise Refusal("survey_runs", _("The survey is open to all until %(day)s.") % days)
    for quota in Quota.objects.filter(sample__survey=found).order_by("pk"):
        if quota.responses.count() < quota.wanted:
            raise Refusal(
                "quotas_wait",
                _("A quota is not full, and the survey runs until %(day)s.") % days,
            )
