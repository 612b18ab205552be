"""What this room tells of a person, and what becomes of it when an account ends or merges."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from xinfeng.people import leaving, merging, records, sealing
from xinfeng.people.records import Row

from .commands.leaving import end_of_account, move_reports
from .models import FindingStep, HotlineSheet, SnapReport

leaving.declare(end_of_account)
merging.declare(move_reports)
sealing.declare(SnapReport, "comment_sealed", lambda row: row.bound)
sealing.declare(HotlineSheet, "content_sealed", lambda row: row.bound)


@records.section("snap_reports", _("My snap reports"))
def snap_reports(person_id: int) -> Iterable[Row]:
    own = SnapReport.objects.filter(reported_by=person_id)
    for report in own.select_related("finding", "category", "contact").order_by("pk"):
        contact = report.contact
        yield {
            "code": report.code,
            "category": report.category.name if report.category else None,
            "text": report.finding.text,
            "state": report.finding.state,
            "division": report.division_id,
            "reported_at": report.reported_at,
            "name": contact.name() if contact else None,
            "phone": contact.phone() if contact else None,
            "stars": report.stars,
            "comment": report.comment(),
            "rated_at": report.rated_at,
        }


@records.section("finding_steps", _("What I did about findings"))
def steps(person_id: int) -> Iterable[Row]:
    mine = FindingStep.objects.filter(actor=person_id).select_related("finding")
    for step in mine.order_by("pk"):
        yield {"finding": step.finding.code, "verb": step.verb, "at": step.at}
