"""The field of a survey over the interface: households, tries and sheets, and how it goes."""

from datetime import date
from typing import Any

from django.http import Http404
from ninja import Query, Schema
from pydantic import Field, JsonValue

from xinfeng.base import clock
from xinfeng.base.contract import answers, number_key
from xinfeng.people.tokens import Scope, TokenRequest, needs
from xinfeng.surveys import commands, parcels, queries, reach
from xinfeng.surveys.models import Mode, Sample, SampleCommunity, Survey, Surveyor
from xinfeng.surveys.queries.monitoring import Stand

from .routing import SurveyCode, Way, router

_VISITED = (Mode.HOUSEHOLD, Mode.PHONE)


class FieldNarrowed(Schema):
    mode: Way = "HOUSEHOLD"
    after: str = Field("", max_length=20)


class StandBrief(Schema):
    """Households by what became of them; "" in `dispositions` was not tried yet.

    Rates are AAPOR's, from 0 to 1, null where nothing can be said: RR1, RR3 and its share e.
    """

    households: int
    done: int
    tries: int
    dispositions: dict[str, int]
    rr1: float | None
    rr3: float | None
    e: float | None
    cooperation: float | None


class CommunityStand(StandBrief):
    id: int
    division: int
    name: str
    surveyor: int | None


class SurveyorStand(StandBrief):
    number: int
    person: int


class OverdueBrief(Schema):
    """A household to which somebody promised to come again, and did not."""

    household: str
    division: int
    again_on: date
    surveyor: int | None


class FieldPage(Schema):
    whole: StandBrief
    surveyors: list[SurveyorStand]
    items: list[CommunityStand]
    overdue: list[OverdueBrief]
    next: str | None


class SurveyorWanted(Schema):
    person: int = Field(ge=1, lt=2**63)


class CommunitySent(Schema):
    id: int
    division: int
    surveyor: int


class Parcel(Schema):
    """Tries (`kind` "try") and sheets (`kind` "sheet"), each answered by itself.

    A try: key, unit, on, part, disposition, again_on, again_part. A sheet: key, unit, on, part,
    answers, adults, arrangement, language, seconds, started_at, ended_at, is_complete, pair.
    The same `key` again is the same try or sheet.
    """

    items: list[JsonValue] = Field(min_length=1, max_length=parcels.MOST_ITEMS)


class Mistake(Schema):
    where: str
    detail: str


class ItemReceived(Schema):
    """What became of an item: taken, now or before; or `code` and `detail` say why not."""

    key: str
    is_taken: bool
    code: str
    detail: str
    mistakes: list[Mistake]
    disposition: str
    is_final: bool


class ParcelReceived(Schema):
    items: list[ItemReceived]


@router.get(
    "/surveys/{code}/field",
    response=answers(FieldPage),
    auth=needs(Scope.OFFICE),
    summary="How the field of a survey goes, by community and by surveyor",
)
def survey_field(
    request: TokenRequest, code: SurveyCode, narrowed: Query[FieldNarrowed]
) -> FieldPage:
    sample = _sample(reach.held(request, code), narrowed.mode)
    found = queries.field_of(sample, on=clock.today(), after=number_key(narrowed.after))
    return FieldPage(
        whole=StandBrief(**_told(found.whole)),
        surveyors=[
            SurveyorStand(
                number=each.surveyor.number, person=each.surveyor.person_id,
                **_told(each.stand),
            )
            for each in found.surveyors
        ],
        items=[
            CommunityStand(
                id=each.community.pk, division=each.community.division_id,
                name=each.community.division.name,
                surveyor=_number(each.community.surveyor),
                **_told(each.stand),
            )
            for each in found.communities
        ],
        overdue=[
            OverdueBrief(
                household=each.unit.code, division=each.unit.community.division_id,
                again_on=each.again_on,
                surveyor=_number(each.unit.surveyor),
            )
            for each in found.overdue
        ],
        next=str(found.next) if found.next else None,
    )  # fmt: skip


@router.post(
    "/surveys/{code}/field/{community}/surveyor",
    response=answers(CommunitySent),
    auth=needs(Scope.OFFICE),
    summary="Give a community to another surveyor",
)
def hand_over(
    request: TokenRequest, code: SurveyCode, community: int, said: SurveyorWanted
) -> CommunitySent:
    found = reach.held(request, code)
    known = SampleCommunity.objects.filter(sample__survey=found, pk=_small(community)).first()
    if known is None:
        raise Http404
    sent = commands.send_surveyor(
        community_id=known.pk, person_id=said.person, actor=request.user, at=clock.now()
    )
    assert sent.surveyor is not None, "somebody was just sent"
    return CommunitySent(id=sent.pk, division=sent.division_id, surveyor=sent.surveyor.number)


@router.post(
    "/surveys/parcels",
    response=answers(ParcelReceived),
    auth=needs(Scope.OFFICE),
    summary="Send tries and sheets of one's own households; sent twice they are one",
)
def send_parcel(request: TokenRequest, said: Parcel) -> ParcelReceived:
    received = parcels.take(said.items, actor=request.user, at=clock.now())
    return ParcelReceived(items=[ItemReceived(**each.as_json()) for each in received])


def _told(stand: Stand) -> dict[str, Any]:
    rates = stand.rates
    return {
        "households": stand.households, "done": stand.done, "tries": stand.tries,
        "dispositions": {key: n for key, n in stand.dispositions.items() if n},
        "rr1": rates["response"], "rr3": rates["response_of_eligible"],
        "e": rates["eligible"], "cooperation": rates["cooperation"],
    }  # fmt: skip


def _number(surveyor: Surveyor | None) -> int | None:
    return surveyor.number if surveyor else None


def _sample(found: Survey, mode: str) -> Sample:
    sample = found.samples.filter(mode=mode, mode__in=_VISITED).first()
    if sample is None:
        raise Http404
    return sample


def _small(number: int) -> int:
    return number if 0 < number < 2**63 else 0
