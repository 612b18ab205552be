"""Reports of residents as everybody may read them, for programs of others."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from xinfeng.base import codes
from xinfeng.findings.models import (
    ENDED,
    OPEN,
    Finding,
    FindingFile,
    FindingQuerySet,
    Source,
    Stage,
    State,
)
from xinfeng.places.models import Division

# What residents sent in knowing that others read it; callers of the hotline did not.
OF_RESIDENTS = (Source.SNAP, Source.OPEN311)
_WITH = ("category", "unit", "merged_into__unit")


@dataclass(frozen=True)
class Asked:
    """Which reports; nothing chosen means all of them."""

    since: datetime
    until: datetime
    services: Collection[str] = ()
    # Of "open" and "closed".
    states: Collection[str] = ()


@dataclass(frozen=True)
class Shown:
    """One report: as it came in, and as what it goes on."""

    finding: Finding
    address: str
    picture: FindingFile | None = None

    @property
    def going_on(self) -> Finding:
        return self.finding.merged_into or self.finding

    @property
    def is_told(self) -> bool:
        """Whether an office has looked at it, and taken out what nobody else should read."""
        return self.finding.confirmed_at is not None and not self.finding.is_praise


def listed(asked: Asked, *, start: int, size: int) -> list[Shown]:
    """So many from a place in the list on, the newest first; three queries."""
    rows = _told().filter(found_at__gte=asked.since, found_at__lte=asked.until)
    if asked.services:
        rows = rows.filter(category__code__in=asked.services)
    if set(asked.states) == {"open"}:
        rows = rows.filter(state__in=OPEN)
    elif set(asked.states) == {"closed"}:
        rows = rows.filter(state__in=ENDED)
    found = rows.select_related(*_WITH).order_by("-found_at", "-pk")
    return _shown(found[start : start + size])


def numbered(numbers: Sequence[str]) -> list[Shown]:
    """Those of residents under these numbers, confirmed or not, in the order of the list."""
    found = Finding.objects.filter(source__in=OF_RESIDENTS, code__in=numbers)
    return _shown(found.select_related(*_WITH).order_by("-found_at", "-pk"))


def public_picture(number: str, file_id: int) -> FindingFile | None:
    """A picture that an office has made public; None: there is none such."""
    shown = FindingFile.objects.filter(
        finding__code=number, finding__source__in=OF_RESIDENTS, finding__is_praise=False,
        finding__confirmed_at__isnull=False, is_public=True, pk=file_id,
    )  # fmt: skip
    return shown.select_related("file").first()


def _told() -> FindingQuerySet:
    residents = Finding.objects.filter(source__in=OF_RESIDENTS, is_praise=False)
    return residents.filter(confirmed_at__isnull=False).exclude(state=State.MERGED)


def _shown(found: Iterable[Finding]) -> list[Shown]:
    rows = list(found)
    addresses = _addresses({row.division_id for row in rows})
    public = FindingFile.objects.filter(finding__in=rows, is_public=True)
    pictures: dict[int, FindingFile] = {}
    # The first of how it looked before; how it looks after the repair is shown on our pages.
    for one in public.filter(stage=Stage.BEFORE).order_by("pk"):
        pictures.setdefault(one.finding_id, one)
    return [Shown(row, addresses[row.division_id], pictures.get(row.pk)) for row in rows]


def _addresses(divisions: Collection[int]) -> dict[int, str]:
    """The names from the county down to each, in one query."""
    trails = {
        code: [*codes.ancestors(code, codes.level_of(code))[1:], code] for code in divisions
    }
    wanted = {code for trail in trails.values() for code in trail}
    names = dict(Division.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return {code: "".join(names.get(c, "") for c in trail) for code, trail in trails.items()}
