"""Short random codes that people read aloud, scan or type; made at the edge, like the time."""

import secrets

# Without 0/O, 1/I/L and the like.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new(length: int = 10) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
