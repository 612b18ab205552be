"""Where a drawn household lives, sealed until its survey closes."""

from xinfeng.base import crypto
from xinfeng.surveys.models import SampleUnit


def sealed_address(unit_code: str, address: str) -> str:
    return crypto.seal(address, about=_about(unit_code))


def address_of(unit: SampleUnit) -> str:
    """For whoever is to go there; "" where no list of addresses was taken in."""
    if not unit.address_sealed:
        return ""
    return crypto.unseal(unit.address_sealed, about=_about(unit.code))


def sealed_phone(unit_code: str, phone: str) -> str:
    return crypto.seal(phone, about=_about_phone(unit_code))


def phone_of(unit: SampleUnit) -> str:
    """For whoever is to call it; "" where no number is known."""
    if not unit.phone_sealed:
        return ""
    return crypto.unseal(unit.phone_sealed, about=_about_phone(unit.code))


def _about_phone(unit_code: str) -> str:
    return f"survey phone {unit_code}"


def _about(unit_code: str) -> str:
    return f"survey address {unit_code}"
