"""An order as it is being filled in: sealed in the browser's own cookie, kept in no table.

So nothing is lost between the steps, nobody needs an account, and whoever floods the form
leaves no row behind. Its number and the secret of its tracking link are drawn at the first
step: pressing the last button twice places one order.
"""

import json
import zlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from xinfeng.base import crypto, short_code
from xinfeng.base.crypto import Unsealable

# How long "as soon as possible" looks ahead; the deadline for finishing an order is as long.
SOON_DAYS = 7
PARTS = 3
_ABOUT = "order draft"
# A browser keeps 4,096 bytes with the cookie's name; the forms' lengths stay far below.
MOST_BYTES = 3_800


@dataclass(frozen=True)
class Draft:
    """What has been said so far; empty where nothing was said yet."""

    code: str
    secret: str
    client_id: str
    item: str = ""
    # Days as 2022-07-17; none chosen means as soon as possible.
    when_said: bool = False
    days: tuple[str, ...] = ()
    parts: tuple[int, ...] = ()
    division: int = 0
    for_other: bool = False
    for_minor: bool = False
    relation: str = ""
    name: str = ""
    phone: str = ""
    address: str = ""
    note: str = ""
    language: str = ""
    agreed: bool = False
    # The pass of the station's device on which it is filled in.
    kiosk: str = ""

    @property
    def is_soon(self) -> bool:
        return self.when_said and not self.days

    @property
    def who_said(self) -> bool:
        return bool(self.agreed and self.name and self.division)


@dataclass(frozen=True)
class Wished:
    """From one day to another, and on which parts of which weekdays within."""

    first: date
    last: date
    # None: at any time.
    parts: int | None


def begin(item: str, *, kiosk: str = "", division: int = 0) -> Draft:
    return Draft(
        code=short_code.new(),
        secret=short_code.new(20),
        client_id=str(uuid4()),
        item=item,
        kiosk=kiosk,
        division=division,
    )


def wished(draft: Draft, today: date) -> Wished:
    """The days as the order keeps them: bit `weekday * 3 + part of day`, Monday first."""
    parts = draft.parts or tuple(range(PARTS))
    if not draft.days:
        return Wished(today, today + timedelta(days=SOON_DAYS), None)
    days = sorted(date.fromisoformat(day) for day in draft.days)
    bits = {day.weekday() * PARTS + part for day in days for part in parts}
    return Wished(days[0], days[-1], sum(1 << bit for bit in bits))


def sealed(draft: Draft) -> str:
    plain = json.dumps(asdict(draft), ensure_ascii=False, separators=(",", ":"))
    packed = b64encode(zlib.compress(plain.encode(), 9)).decode()
    return crypto.seal(packed, about=_ABOUT)


def read(text: str) -> Draft | None:
    """What the cookie says, if it is one of ours and of this form; otherwise nothing."""
    try:
        packed = b64decode(crypto.unseal(text, about=_ABOUT), validate=True)
        kept: dict[str, Any] = json.loads(zlib.decompress(packed))
    except (Unsealable, NotBase64, zlib.error, ValueError):
        return None
    names = {field.name for field in fields(Draft)}
    if not {"code", "secret", "client_id"} <= kept.keys() <= names:
        return None
    draft = Draft(**kept)
    return replace(draft, days=tuple(draft.days), parts=tuple(draft.parts))
