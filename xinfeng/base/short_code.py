"""Short random codes that people read aloud, scan or type; made at the edge, like the time."""

import os
import secrets
from hashlib import sha256

# Without 0/O, 1/I/L and the like.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
# Random bytes from here on would make the first signs likelier than the others.
_FAIR = 256 - 256 % len(ALPHABET)


def new(length: int = 10) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def of(name: str, length: int = 10) -> str:
    """Always the same for the same thing: what is made twice is the same row."""
    number, signs = int.from_bytes(sha256(name.encode()).digest()), ""
    for _sign in range(length):
        number, place = divmod(number, len(ALPHABET))
        signs += ALPHABET[place]
    return signs


def many(count: int, length: int) -> list[str]:
    """So many at once, from the same source, without asking it sign by sign."""
    signs = ""
    while len(signs) < count * length:
        drawn = os.urandom(count * length * 9 // 8 + 64)
        signs += "".join(ALPHABET[byte % len(ALPHABET)] for byte in drawn if byte < _FAIR)
    return [signs[i * length : (i + 1) * length] for i in range(count)]
