"""How allauth's identity provider is set up here: our scopes, our key, names that do not link.

The signing key lies beside the database, not in it. What a program learns of a person is one
name of its own for them: two programs cannot tell that they serve the same person.
"""

import os
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, PrivateKey
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

from xinfeng.base import crypto
from xinfeng.people.models import Person
from xinfeng.people.tokens import Scope

HALF = 8


class Provider(DefaultOIDCAdapter):  # type: ignore[misc]
    scope_display = {"openid": Scope.RECORD.label} | {s.value: s.label for s in Scope}

    def get_user_sub(self, client: Client, user: Person) -> str:
        """The program's own name for the person: a sealed block only we can open."""
        block = _half(client) + user.pk.to_bytes(HALF, "big")
        encryptor = _cipher().encryptor()
        return (encryptor.update(block) + encryptor.finalize()).hex()

    def get_user_by_sub(self, client: Client, sub: str) -> Person | None:
        decryptor = _cipher().decryptor()
        try:
            block = decryptor.update(bytes.fromhex(sub)) + decryptor.finalize()
        except ValueError:
            return None
        if len(block) != 2 * HALF or block[:HALF] != _half(client):
            return None
        person = Person.objects.filter(pk=int.from_bytes(block[HALF:], "big")).first()
        return person if person and person.is_active else None

    def get_claims(self, purpose: Any, user: Any, client: Any, scopes: Any, **_: Any) -> Any:
        """Who it is, by the program's own name for them, and nothing about them."""
        return {"sub": self.get_user_sub(client, user)}

    def list_private_keys(self, **_: Any) -> list[PrivateKey]:
        return [PrivateKey(pem=_key(Path(settings.SIGN_IN_KEY_FILE)))]


def _half(client: Client) -> bytes:
    return sha256(client.pk.encode()).digest()[:HALF]


def _cipher() -> Cipher[modes.ECB]:
    # One block of its own for each person and program: there is nothing to chain.
    return Cipher(algorithms.AES(crypto.derive("program's name")), modes.ECB())  # noqa: S305


@cache
def _key(file: Path) -> str:
    """Made at first need; readable by its owner alone."""
    if not file.exists():
        _keep_first(file)
    return file.read_text()


def _keep_first(file: Path) -> None:
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = file.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to:
        to.write(text)
    # Two processes that start together keep the key of the first.
    with suppress(FileExistsError):
        os.link(temporary, file)
    temporary.unlink()
