"""The phones that sign for somebody: registered, listed, taken back."""

import base64
import binascii

from ninja import Schema
from pydantic import Field

from xinfeng.activities import commands, queries
from xinfeng.activities.models import Keyholder
from xinfeng.base import clock, short_code
from xinfeng.base.contract import Moment, answers
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .schemas import router

# The point of a P-256 key, uncompressed, in base64url.
_POINT_SIGNS = 88
_KEY_SIGNS = 16


class DeviceWish(Schema):
    public_key: str = Field(
        max_length=_POINT_SIGNS,
        description="The uncompressed P-256 point, 65 bytes, in base64url.",
    )
    label: str = Field("", max_length=60, description="What I call it.")


class DeviceBrief(Schema):
    id: int
    label: str
    registered_at: Moment
    revoked_at: Moment | None


class DeviceKey(Schema):
    """`key` is what the device says in `POST /api/v1/checkins`."""

    id: int
    key: str


@router.get(
    "/me/devices",
    response=answers(list[DeviceBrief]),
    auth=needs(Scope.RECORD),
    summary="Devices that sign for me",
)
def devices(request: TokenRequest) -> list[DeviceBrief]:
    return [_device(held) for held in queries.my_devices(request.user).keyholders]


@router.post(
    "/me/devices",
    response=answers(DeviceKey),
    auth=needs(Scope.PART),
    summary="Let a device sign for me",
)
def register_device(request: TokenRequest, wish: DeviceWish) -> DeviceKey:
    held = commands.register_device(
        public_key=_point(wish.public_key),
        label=wish.label,
        code=short_code.new(_KEY_SIGNS),
        actor=request.user,
        at=clock.now(),
    )
    return DeviceKey(id=held.pk, key=held.code)


@router.post(
    "/me/devices/{int:keyholder_id}/revocation",
    response=answers(DeviceBrief),
    auth=needs(Scope.PART),
    summary="Believe a device no longer",
)
def revoke_device(request: TokenRequest, keyholder_id: int) -> DeviceBrief:
    return _device(
        commands.revoke_device(keyholder_id=keyholder_id, actor=request.user, at=clock.now())
    )


def _point(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        # Nothing is no key either: the command says so.
        return b""


def _device(held: Keyholder) -> DeviceBrief:
    return DeviceBrief(
        id=held.pk,
        label=held.label,
        registered_at=held.registered_at,
        revoked_at=held.revoked_at,
    )
