"""A phone in tests: it holds a key, counts, signs and sends as the script of the page does."""

import base64
import json
from datetime import datetime
from uuid import UUID, uuid4

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from xinfeng.activities import commands
from xinfeng.activities.models import Keyholder
from xinfeng.base import short_code
from xinfeng.people.models import Person


def milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


class Phone:
    """One browser; several people may have registered it."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.counter = 0

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def register(self, person: Person, at: datetime) -> Keyholder:
        return commands.register_device(
            public_key=self.point, label="", code=short_code.new(16), actor=person, at=at
        )

    def say(self, keyholder: Keyholder, *, said_at: datetime, **words: object) -> dict:
        """One signed check-in, not sent yet."""
        self.counter += 1
        said = {"id": str(uuid4()), "counter": self.counter, "phase": "IN", "means": "ROTATING"}
        said |= {"said_at": milliseconds(said_at)} | words
        text = json.dumps(said)
        return {"key": keyholder.code, "said": text, "signature": self.sign(text)}

    def sign(self, text: str) -> str:
        r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def sent(message: dict, *, at: datetime) -> bytes:
    """The bytes that go over the network at a moment of the phone's clock."""
    return json.dumps(message | {"sent_at": milliseconds(at)}).encode()


def id_of(message: dict) -> UUID:
    return UUID(json.loads(message["said"])["id"])
