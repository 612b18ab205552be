"""Where a drawn household lives, sealed until its survey closes."""

from collections.abc import Sequence

from xinfeng.base import crypto, scope
from xinfeng.surveys.models import Sample, SampleUnit
from xinfeng.surveys.tables import Household, Told


def sealed_address(unit_code: str, address: str) -> str:
    return crypto.seal(address, about=about_address(unit_code))


def address_of(unit: SampleUnit) -> str:
    """For whoever is to go there; "" where no list of addresses was taken in."""
    if not unit.address_sealed:
        return ""
    return crypto.unseal(unit.address_sealed, about=about_address(unit.code))


def sealed_phone(unit_code: str, phone: str) -> str:
    return crypto.seal(phone, about=about_phone(unit_code))


def phone_of(unit: SampleUnit) -> str:
    """For whoever is to call it; "" where no number is known."""
    if not unit.phone_sealed:
        return ""
    return crypto.unseal(unit.phone_sealed, about=about_phone(unit.code))


def households_of(sample: Sample) -> list[Household]:
    """The households of a sample with all that is known of how to reach them."""
    with scope.whole_city():
        units = list(sample.units.select_related("community").order_by("pk"))
    return [
        Household(
            unit.pk, unit.code, unit.community.division_id, unit.number, address_of(unit),
            phone_of(unit),
        )
        for unit in units
    ]  # fmt: skip


def sealed_all(rows: Sequence[Told]) -> tuple[list[str], list[str]]:
    """Addresses and telephones of many rows; "" where a row says none."""
    texts = [(row.address, about_address(row.household.code)) for row in rows]
    texts += [(row.phone, about_phone(row.household.code)) for row in rows]
    sealed = crypto.seal_all(texts)
    told = [kept if text else "" for (text, _bound), kept in zip(texts, sealed, strict=True)]
    return told[: len(rows)], told[len(rows) :]


def about_phone(unit_code: str) -> str:
    return f"survey phone {unit_code}"


def about_address(unit_code: str) -> str:
    return f"survey address {unit_code}"
