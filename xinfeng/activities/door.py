"""The code of the moment at the door of an activity: made from its key and the time alone.

The screen of the leader shows `ACTIVITY.STEP.MAC`, new every 30 seconds, or six digits for
those who type. Whoever has it was there at that step, or knows somebody who was. The
construction is that of RFC 4226 and 6238 over HMAC-SHA256; times are the server's.
"""

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from xinfeng.base import crypto

STEP = timedelta(seconds=30)
DIGITS_STEP = timedelta(minutes=5)
# One step to either side: reading, typing and a slow network take their time.
WINDOW = 1
MAC_BYTES = 10
DIGITS = 6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# All of it lies in the alphanumeric set of QR codes, which keeps them coarse and readable.
_CODE = re.compile(r"(?:.*/C/)?([A-Z0-9-]{1,20})\.([0-9]{1,12})\.([A-Z2-7]{16})/?")


@dataclass(frozen=True)
class Seen:
    """A rotating code as somebody read it; nothing about it is proven yet."""

    activity: str
    step: int
    mac: str

    def __str__(self) -> str:
        return f"{self.activity}.{self.step}.{self.mac}"

    @property
    def starts_at(self) -> datetime:
        return _EPOCH + self.step * STEP

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + STEP

    def is_of(self, at: datetime) -> bool:
        """Was this shown at the moment, give or take one step?"""
        return abs(self.step - step_of(at)) <= WINDOW

    def nearest(self, at: datetime) -> datetime:
        """The moment itself while the code was shown, else the nearest one at which it was."""
        return min(max(at, self.starts_at), self.ends_at)


def key_of(activity: str) -> bytes:
    return crypto.derive("door", activity)


def step_of(at: datetime, step: timedelta = STEP) -> int:
    return (at - _EPOCH) // step


def shown(activity: str, at: datetime) -> Seen:
    """What the leader's screen shows at this moment."""
    step = step_of(at)
    return Seen(activity, step, _mac(key_of(activity), step))


def read(text: str) -> Seen | None:
    """A code as it was scanned, alone or at the end of an address; None for anything else."""
    found = _CODE.fullmatch(text.strip().upper())
    return Seen(found[1], int(found[2]), found[3]) if found else None


def is_genuine(seen: Seen) -> bool:
    """Did a door of ours show this at the step it names? Whether that is now is not asked."""
    return hmac.compare_digest(seen.mac, _mac(key_of(seen.activity), seen.step))


def digits_shown(activity: str, at: datetime) -> str:
    return digits(key_of(activity), step_of(at, DIGITS_STEP))


def digits_hold(activity: str, typed: str, at: datetime) -> bool:
    """Are these the six digits of the moment, or of the step before or after?"""
    key, now = key_of(activity), step_of(at, DIGITS_STEP)
    near = [digits(key, step) for step in range(now - WINDOW, now + WINDOW + 1)]
    # All are compared, so that the time taken tells nothing.
    return sum(hmac.compare_digest(one.encode(), typed.encode()) for one in near) > 0


def digits(key: bytes, step: int, count: int = DIGITS) -> str:
    """RFC 4226 with SHA-256, as RFC 6238 uses it."""
    mac = hmac.digest(key, step.to_bytes(8, "big"), sha256)
    at = mac[-1] & 15
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**count:0{count}d}"


def _mac(key: bytes, step: int) -> str:
    # A message of another length than that of the six digits: neither tells of the other.
    mac = hmac.digest(key, b"rotating" + step.to_bytes(8, "big"), sha256)
    return base64.b32encode(mac[:MAC_BYTES]).decode()
