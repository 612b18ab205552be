"""A table of where drawn households live and how they are called."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from xinfeng.base import phone, previews
from xinfeng.base.phone import BadPhone
from xinfeng.base.previews import lines
from xinfeng.base.table_cells import Cells
from xinfeng.places.told_divisions import ToldDivisions, told_in

from .columns import ADDRESSES
from .frames import MOST_HOUSEHOLDS, whole

NEEDED = ("address", "phone")
# Sealed it still has room in its column.
LONGEST = 120


@dataclass(frozen=True)
class Household:
    """A drawn household, with what is known already of how to reach it."""

    unit_id: int
    code: str
    division_id: int
    number: int
    address: str
    phone: str


@dataclass(frozen=True)
class Told:
    """What a row says of a household; an empty cell leaves what was known."""

    household: Household
    address: str
    phone: str

    @property
    def known_id(self) -> int | None:
        known = self.household.address or self.household.phone
        return self.household.unit_id if known else None

    @property
    def differs(self) -> bool:
        known = self.household
        return self.address not in ("", known.address) or self.phone not in ("", known.phone)


@dataclass
class _Reading:
    by_code: Mapping[str, Household]
    by_number: Mapping[tuple[int, int], Household]
    divisions: Callable[[], ToldDivisions]
    seen: dict[int, int]


def read_addresses(
    data: bytes, households: Sequence[Household], as_of: date | None
) -> previews.Preview[Told]:
    """Of the households of one sample; one more query where communities are named."""
    result: previews.Preview[Told] = previews.Preview()
    kept: list[ToldDivisions] = []

    def divisions() -> ToldDivisions:
        if not kept:
            kept.append(ToldDivisions(as_of))
        return kept[0]

    reading = _Reading(
        {each.code: each for each in households},
        {(each.division_id, each.number): each for each in households}, divisions, {},
    )  # fmt: skip
    for cells in lines(data, ADDRESSES, NEEDED, result.problems):
        before = len(result.problems)
        row = _row(cells, reading)
        if row is not None and len(result.problems) == before:
            result.rows.append(row)
    return result


def _row(cells: Cells, reading: _Reading) -> Told | None:
    household = _coded(cells, reading) if cells.cells.get("code") else _numbered(cells, reading)
    address = " ".join(cells.text("address", most=LONGEST).split())
    number = _phone(cells)
    if not cells.cells.get("address") and not cells.cells.get("phone"):
        cells.wrong(
            "address", _("This row has neither an address nor a telephone."),
            _("Fill in one of them, or take the row out."),
        )  # fmt: skip
    if household is None:
        return None
    first = reading.seen.setdefault(household.unit_id, cells.number)
    if first != cells.number:
        cells.wrong(
            "code", _("This household stands in row %(row)s already.") % {"row": first},
            _("Leave one of the two."),
        )  # fmt: skip
    return Told(household, address, number)


def _coded(cells: Cells, reading: _Reading) -> Household | None:
    found = reading.by_code.get(cells.cells["code"].upper())
    if found is None:
        cells.wrong(
            "code", _("No household of this sample has this code."),
            _("Copy it from the sample sheet."),
        )  # fmt: skip
    return found


def _numbered(cells: Cells, reading: _Reading) -> Household | None:
    division = reading.divisions().told(cells)
    number = whole(cells, "number", MOST_HOUSEHOLDS)
    if division is None or number is None:
        return None
    found = reading.by_number.get((division.pk, number))
    if found is None:
        cells.wrong(
            "number" if cells.cells.get("number") else told_in(cells),
            _("No household with this number was drawn in this community."),
            _("Copy both from the sample sheet."),
        )  # fmt: skip
    return found


def _phone(cells: Cells) -> str:
    typed = cells.text("phone", most=40)
    if not typed:
        return ""
    try:
        return phone.parse(typed)
    except BadPhone as error:
        cells.wrong("phone", str(error))
        return ""
