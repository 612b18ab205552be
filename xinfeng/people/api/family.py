"""Whom one answers for, and who answers for oneself."""

from ninja import Schema
from pydantic import Field

from xinfeng.base import clock, masking
from xinfeng.base.contract import Moment, answers
from xinfeng.people import commands, queries
from xinfeng.people.models import CareKind, Channel, Guardianship
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .routing import router


class CareBrief(Schema):
    """One answers for another; of the name a program sees the first sign only."""

    id: int
    name: str
    kind: str
    state: str
    asked_at: Moment
    confirmed_at: Moment | None


class FamilyPage(Schema):
    """`wards`: whom I answer for or am asked to; `carers`: who answers for me."""

    wards: list[CareBrief]
    carers: list[CareBrief]


class CareAnswered(Schema):
    id: int
    kind: str
    state: str


class CareConsent(Schema):
    """For a child: the version of the text MINOR of `/policies` that I read and agree to."""

    version: str = Field("", max_length=20)


class CareWish(Schema):
    """Their mobile number or account name; they are asked and have to agree."""

    guardian: str = Field(min_length=1, max_length=60)


@router.get(
    "/me/family",
    response=answers(FamilyPage),
    auth=needs(Scope.RECORD),
    summary="My family: whom I answer for, and who answers for me",
)
def family(request: TokenRequest) -> FamilyPage:
    wards, carers = queries.family_of(request.user)
    return FamilyPage(
        wards=[_care(care) for care in wards], carers=[_care(care) for care in carers]
    )


@router.post(
    "/me/family/carers",
    response=answers(CareAnswered),
    auth=needs(Scope.PART),
    summary="Ask somebody to look after my account",
)
def ask_carer(request: TokenRequest, wish: CareWish) -> CareAnswered:
    return _answered(
        commands.ask_carer(
            ward_id=request.user.pk,
            guardian=wish.guardian,
            kind=CareKind.CARER,
            actor=request.user,
            at=clock.now(),
        )
    )


@router.post(
    "/me/family/{int:guardianship_id}/consent",
    response=answers(CareAnswered),
    auth=needs(Scope.PART),
    summary="Agree to answer for a child or a family member",
)
def confirm_guardianship(
    request: TokenRequest, guardianship_id: int, consent: CareConsent
) -> CareAnswered:
    return _answered(
        commands.confirm_guardianship(
            guardianship_id=guardianship_id,
            version=consent.version,
            channel=Channel.API,
            actor=request.user,
            at=clock.now(),
        )
    )


@router.post(
    "/me/family/{int:guardianship_id}/refusal",
    response=answers(CareAnswered),
    auth=needs(Scope.PART),
    summary="Do not agree to answer for somebody",
)
def decline_guardianship(request: TokenRequest, guardianship_id: int) -> CareAnswered:
    return _answered(
        commands.decline_guardianship(
            guardianship_id=guardianship_id, actor=request.user, at=clock.now()
        )
    )


@router.post(
    "/me/family/{int:guardianship_id}/withdrawal",
    response=answers(CareAnswered),
    auth=needs(Scope.PART),
    summary="No longer answer for somebody",
)
def withdraw_guardianship(request: TokenRequest, guardianship_id: int) -> CareAnswered:
    return _answered(
        commands.withdraw_guardianship(
            guardianship_id=guardianship_id, actor=request.user, at=clock.now()
        )
    )


def _care(care: queries.Care) -> CareBrief:
    held = care.guardianship
    return CareBrief(
        id=held.pk,
        name=masking.name(care.name) if care.name else "",
        kind=held.kind,
        state=held.state,
        asked_at=held.asked_at,
        confirmed_at=held.confirmed_at,
    )


def _answered(held: Guardianship) -> CareAnswered:
    return CareAnswered(id=held.pk, kind=held.kind, state=held.state)
