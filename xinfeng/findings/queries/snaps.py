"""What a reporter sees: what is known nearby, and what became of their report."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef

from xinfeng.base import pack, scope
from xinfeng.findings.models import (
    Finding,
    FindingFile,
    FindingStep,
    SnapReport,
    Stage,
    State,
)

from .callers import holds
from .sheet import near

_PUBLIC_STEPS = frozenset({
    "finding.raised", "finding.confirmed", "finding.ordered", "finding.taken_up",
    "finding.repaired", "finding.verified", "finding.sent_back", "finding.closed",
    "finding.closed_by_time", "finding.reopened", "finding.refused", "finding.praised",
    "snap.joined", "finding.merged", "snap.not_satisfied",
})  # fmt: skip


@dataclass(frozen=True)
class Tracked:
    """A report as its tracking page shows it; `finding` is the one that goes on."""

    report: SnapReport
    finding: Finding
    steps: list[FindingStep]
    before: list[FindingFile]
    after: list[FindingFile]
    is_joined: bool

    @property
    def may_rate(self) -> bool:
        done = self.finding.state in (State.VERIFIED, State.CLOSED)
        return done and not self.finding.is_praise and self.report.stars is None


def known_near(lat_e6: int, lon_e6: int, category_id: int, at: datetime) -> list[Finding]:
    """What others have reported just here and not long ago, confirmed and still open."""
    rules = pack.load(settings.CITY_PACK).rules
    since = at - timedelta(days=rules.snap_duplicate_days)
    lately = Finding.objects.open().told().filter(found_at__gte=since, is_praise=False)
    return near(lat_e6, lon_e6, category_id, rules.snap_duplicate_m, lately)


def split(key: str) -> tuple[str, str]:
    """The key in an address: the number and the secret."""
    code, _dot, secret = key.partition(".")
    return code, secret


def tracked(key: str) -> Tracked | None:
    """The report of whoever holds the address; a wrong key and no report look alike."""
    code, secret = split(key)
    with scope.whole_city():
        report = (
            SnapReport.objects.select_related(
                "category", "finding__unit", "finding__division", "finding__merged_into__unit"
            )
            .filter(code=code)
            .first()
        )
        if report is None or not holds(report, secret):
            return None
    own = report.finding
    finding = own.merged_into or own
    steps = FindingStep.objects.filter(finding=finding, verb__in=_PUBLIC_STEPS).order_by("pk")
    # Pictures of who reported the same later hang here too, for the unit: not for each other.
    elsewhere = FindingFile.objects.filter(file=OuterRef("file"), pk__lt=OuterRef("pk"))
    own_files = FindingFile.objects.filter(
        ~Exists(elsewhere.exclude(finding=own)), finding=own, stage=Stage.BEFORE
    )
    after = FindingFile.objects.filter(
        finding=finding, stage=Stage.AFTER, attempt=finding.attempt
    )
    return Tracked(
        report=report,
        finding=finding,
        steps=list(steps),
        before=list(own_files.select_related("file").order_by("pk")),
        after=list(after.select_related("file").order_by("pk")) if finding.verified_at else [],
        is_joined=own.merged_into_id is not None,
    )
