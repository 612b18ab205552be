"""Programs of others that report over Open311: the city office lets them in, and out again."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.findings.models import ReportingProgram
from xinfeng.findings.permissions import may_keep_programs
from xinfeng.findings.queries.programs import key_digest
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of

journal.declare(
    {
        "reporting_program.added": gettext_lazy("gave a program a key to report with"),
        "reporting_program.ended": gettext_lazy("took a program's key to report away"),
    }
)


@dataclass(frozen=True)
class Keyed:
    """The program, and its key: shown once, kept as a digest."""

    program: ReportingProgram
    key: str


@scope.command
def add_program(
    *, code: str, key: str, name: str, an_hour: int, actor: Person, at: datetime
) -> Keyed:
    """Whoever shows the key reports as this program, so many times an hour."""
    _may_they(actor, at)
    if not name.strip() or not 1 <= an_hour <= ReportingProgram.MOST:
        raise Refusal("program_wrong", _("Give it a name, and at least one report an hour."))
    program = ReportingProgram.objects.create(
        code=code, name=name.strip()[:60], key_digest=key_digest(key), an_hour=an_hour,
        added_by=actor, added_at=at,
    )  # fmt: skip
    journal.record("reporting_program.added", program, actor=actor, at=at, an_hour=an_hour)
    return Keyed(program, key)


@scope.command
def end_program(*, code: str, actor: Person, at: datetime) -> ReportingProgram:
    """Its key opens nothing from now on; what it reported stays."""
    _may_they(actor, at)
    found = ReportingProgram.objects.select_for_update(of=("self",)).filter(code=code).first()
    if found is None:
        raise Unknown("program_unknown", _("There is no such program."))
    if found.ended_at is not None:
        return found
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    journal.record("reporting_program.ended", found, actor=actor, at=at)
    return found


def _may_they(actor: Person, at: datetime) -> None:
    if not may_keep_programs(standing_of(actor, clock.local_date(at))):
        raise Forbidden("not_the_city_office", _("Programs are kept by the city office."))
