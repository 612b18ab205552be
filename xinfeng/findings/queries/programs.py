"""Which programs of others may report, and whose key somebody shows."""

from dataclasses import dataclass

from django.db.models import Count

from xinfeng.base import crypto, scope
from xinfeng.findings.models import ReportingProgram, SnapReport


@dataclass(frozen=True)
class Counted:
    program: ReportingProgram
    reports: int


def key_digest(key: str) -> bytes:
    """What is kept of a key."""
    return crypto.digest("open311 key", key)


def program_of(key: str) -> ReportingProgram | None:
    """The program whose key this is, while it may report."""
    living = ReportingProgram.objects.filter(ended_at=None, key_digest=key_digest(key))
    return living.first()


def programs() -> list[Counted]:
    """Each with how much it has reported; those that still may come first."""
    with scope.whole_city():
        counts = dict(
            SnapReport.objects.filter(program__isnull=False)
            .order_by()
            .values_list("program")
            .annotate(n=Count("pk"))
        )
    found = ReportingProgram.objects.order_by("ended_at", "name", "pk")
    living = sorted(found, key=lambda one: one.ended_at is not None)
    return [Counted(one, counts.get(one.pk, 0)) for one in living]
