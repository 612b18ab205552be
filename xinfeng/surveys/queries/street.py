"""What each quota of a sample in the street still needs."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from xinfeng.surveys.models import Quota, Response, Sample


@dataclass(frozen=True)
class Need:
    """A quota, and how many of it have answered; sheets that were excluded make room again."""

    quota: Quota
    taken: int

    @property
    def missing(self) -> int:
        return max(0, self.quota.wanted - self.taken)


def needs_of(sample: Sample) -> list[Need]:
    rows = list(sample.quotas.order_by("key", "pk"))
    taken = taken_of(rows)
    return [Need(row, taken[row.pk]) for row in rows]


def taken_of(rows: Iterable[Quota]) -> dict[int, int]:
    """How many sheets count in each quota. Decided where its row is locked."""
    wanted = {row.pk: 0 for row in rows}
    counted = (
        Response.objects.filter(quota__in=wanted, exclusion=None)
        .values_list("quota")
        .annotate(sheets=Count("pk"))
        .order_by("quota")
    )
    return wanted | {pk: sheets for pk, sheets in counted if pk is not None}
