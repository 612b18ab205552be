"""The personal code in a household's letter: derived, so that no list of codes is kept.

Whoever holds the keys can print a letter again; the database keeps a keyed digest only.
"""

import unicodedata
from collections.abc import Iterable

from xinfeng.base import crypto, short_code

SIGNS = 10
_PURPOSE = "survey personal code"


def code_of(unit_code: str) -> str:
    """The code of a household that stands in a letter, always the same."""
    return codes_of([unit_code])[unit_code]


def codes_of(unit_codes: Iterable[str]) -> dict[str, str]:
    """As `code_of`, of many."""
    return {unit: _signs(crypto.derive(_PURPOSE, unit)) for unit in unit_codes}


def digest_of(code: str) -> bytes:
    """What the household's row keeps of it."""
    return crypto.digest(_PURPOSE, tidied(code))


def digests_of(codes: Iterable[str]) -> list[bytes]:
    return crypto.digest_all(_PURPOSE, [tidied(code) for code in codes])


def tidied(code: str) -> str:
    """As it was printed, whether typed in small letters, wide signs, or with gaps."""
    wide = unicodedata.normalize("NFKC", code).upper()
    return "".join(sign for sign in wide if sign.isascii() and sign.isalnum())


def grouped(code: str) -> str:
    """As it is printed: two groups, which are easier to read and to type."""
    half = SIGNS // 2
    return f"{code[:half]}-{code[half:]}"


def _signs(key: bytes) -> str:
    number, signs = int.from_bytes(key), ""
    for _sign in range(SIGNS):
        number, place = divmod(number, len(short_code.ALPHABET))
        signs += short_code.ALPHABET[place]
    return signs
