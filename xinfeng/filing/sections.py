"""What a unit's page shows of online filing, to whoever may read its papers."""

from collections import Counter

from xinfeng.base import clock
from xinfeng.inspections.queries import standards_of_points
from xinfeng.units import sections
from xinfeng.units.models import Unit
from xinfeng.units.sections import Reader, Section

from . import permissions, queries


@sections.of_unit
def papers(unit: Unit, reader: Reader) -> Section | None:
    """Line by line how far its filing is; nothing where no line is filed by it."""
    if not permissions.may_see(reader.standing, reader.units, unit):
        return None
    today = clock.local_date(reader.at)
    found = [
        (standard, Counter(gap.stage for gap in gaps))
        for standard in standards_of_points()
        if (gaps := queries.gaps(standard, [unit.pk], today))
    ]
    if not found:
        return None
    shown = {"unit": unit, "standards": found, "is_own": unit.pk in reader.units}
    return Section("filing/_of_unit.html", shown)
