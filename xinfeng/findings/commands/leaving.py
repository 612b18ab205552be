"""What becomes of findings when an account ends or two become one."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from xinfeng.files.commands import strip
from xinfeng.files.models import File
from xinfeng.findings.models import FindingFile, SnapReport
from xinfeng.journal import commands as journal
from xinfeng.people.commands.contacts import forget_contacts_of
from xinfeng.people.models import Contact, Person

journal.declare(
    {
        "snap.moved_account": gettext_lazy("moved snap reports to the account that stays"),
        "snap.account_ended": gettext_lazy("took the account off its snap reports"),
    }
)


def end_of_account(person: Person, actor: Person, at: datetime) -> None:
    """What they reported stays, without them and without their words about it.

    Their pictures show what is to be put right, so they stay with the finding: as the copy that
    everybody may see, without place, time and camera, and without who took them.
    """
    own = SnapReport.objects.filter(reported_by=person).order_by("pk")
    found = list(own.select_for_update(of=("self",)))
    _let_pictures_go(person, [one.finding_id for one in found], actor, at)
    SnapReport.objects.filter(pk__in=[one.pk for one in found]).update(
        reported_by=None, comment_sealed=""
    )
    forget_contacts_of(person, at)
    for one in found[:1]:
        journal.record(
            "snap.account_ended", one, actor=actor, at=at, where=one.division_id,
            reports=len(found),
        )  # fmt: skip


def _let_pictures_go(
    person: Person, finding_ids: list[int], actor: Person, at: datetime
) -> None:
    """Those of the reports only: what somebody hung up for a unit or an office is its own."""
    hung = FindingFile.objects.filter(finding__in=finding_ids, added_by=person)
    taken = File.objects.filter(uploaded_by=person, pk__in=hung.values("file"))
    strip(file_ids=list(taken.order_by("pk").values_list("pk", flat=True)), actor=actor, at=at)
    hung.update(added_by=None)


def move_reports(keep: Person, gone: Person, actor: Person, at: datetime) -> None:
    """What one account reported belongs to the account that stays."""
    found = list(SnapReport.objects.filter(reported_by=gone).order_by("pk"))
    SnapReport.objects.filter(reported_by=gone).update(reported_by=keep)
    Contact.objects.filter(person=gone).update(person=keep)
    for one in found[:1]:
        journal.record(
            "snap.moved_account", one, actor=actor, at=at, where=one.division_id,
            reports=len(found),
        )  # fmt: skip
