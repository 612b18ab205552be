"""Codes that prove themselves: a random part, and a signature that no database holds."""

import base64
import hmac

from xinfeng.base import crypto

MAC_BYTES = 10


def signed(purpose: str, code: str) -> str:
    """`CODE.MAC`, for a card or a kiosk; whoever has the database alone cannot make one."""
    mac = crypto.derive(purpose, code)[:MAC_BYTES]
    return f"{code}.{base64.b32encode(mac).decode()}"


def code_of(purpose: str, text: str) -> str | None:
    """The code, if this is genuine, alone or at the end of an address; otherwise None."""
    last = text.strip().rstrip("/").rpartition("/")[2].upper()
    code, _dot, _mac = last.partition(".")
    if not code or not hmac.compare_digest(signed(purpose, code).encode(), last.encode()):
        return None
    return code
