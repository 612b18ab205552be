"""Phones of whoever goes out: listed, set up with a token that is told once, shut out."""

import secrets
from typing import Any

from ninja import Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers
from xinfeng.fieldwork import commands, queries, settings_code
from xinfeng.fieldwork.models import Device, RevokeReason
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .routing import LARGEST, RowId, router


class FieldPhone(Schema):
    """`person_id` is whose phone it is; a token is never told again."""

    phone_id: int
    person_id: int
    name: str
    issued_at: Moment
    seen_at: Moment | None
    revoked_at: Moment | None
    revoke_reason: str


class FieldPhoneList(Schema):
    items: list[FieldPhone]


class FieldPhoneIssued(Schema):
    """Without `person_id` the phone is one's own."""

    person_id: RowId | None = None
    name: str = Field(min_length=1, max_length=60)


class FieldPhoneToken(FieldPhone):
    """`settings` is what ODK Collect reads from a QR code; the token is told this once."""

    server_url: str
    token: str
    settings: str


class FieldPhoneRevoked(Schema):
    """Whoever shuts out the phone of somebody else says why."""

    reason: RevokeReason | None = None


@router.get(
    "/field-phones",
    response=answers(FieldPhoneList),
    auth=needs(Scope.OFFICE),
    summary="My phones, or those of somebody my office looks after",
)
def phones(request: TokenRequest, person_id: RowId | None = None) -> FieldPhoneList:
    found = queries.devices_of(request.standing, person_id or request.user.pk)
    return FieldPhoneList(items=[FieldPhone(**_told(each)) for each in found])


@router.post(
    "/field-phones",
    response=answers(FieldPhoneToken),
    auth=needs(Scope.OFFICE),
    summary="Set up a phone; its token is told this once",
)
def issue(request: TokenRequest, wanted: FieldPhoneIssued) -> FieldPhoneToken:
    issued = commands.issue(
        person_id=wanted.person_id or request.user.pk, name=wanted.name,
        token=secrets.token_urlsafe(32), actor=request.user, at=clock.now(),
    )  # fmt: skip
    address = settings_code.server_url(request, issued.token)
    return FieldPhoneToken(
        **_told(issued.device),
        server_url=address,
        token=issued.token,
        settings=settings_code.packed(address),
    )


@router.post(
    "/field-phones/{phone_id}/revocation",
    response=answers(FieldPhone),
    auth=needs(Scope.OFFICE),
    summary="Shut a phone out: from this moment it fetches and sends nothing",
)
def revoke(request: TokenRequest, phone_id: int, said: FieldPhoneRevoked) -> FieldPhone:
    done = commands.revoke(
        # The database keeps no larger number; nobody has this phone.
        device_id=phone_id if 0 < phone_id <= LARGEST else 0,
        reason=said.reason or "", actor=request.user, at=clock.now(),
    )  # fmt: skip
    return FieldPhone(**_told(done))


def _told(device: Device) -> dict[str, Any]:
    return {
        "phone_id": device.pk,
        "person_id": device.person_id,
        "name": device.name,
        "issued_at": device.issued_at,
        "seen_at": device.seen_at,
        "revoked_at": device.revoked_at,
        "revoke_reason": device.revoke_reason,
    }
