"""Residents report what they see, or praise it; and rate what became of it."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, crypto, scope
from xinfeng.base.codes import Level, level_of
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.findings import permissions
from xinfeng.findings.models import (
    Category,
    Finding,
    FindingFile,
    Reason,
    SnapReport,
    Stage,
    State,
)
from xinfeng.findings.queries.callers import contact_of, holds, track_digest
from xinfeng.findings.wishes import NewFinding, NewReport
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import NewContact, Opened, open_contact, tell
from xinfeng.people.commands.contacts import keep_contact
from xinfeng.people.models import Contact, Person
from xinfeng.places.models import Division

from .absorbing import absorb, lock_both
from .answering import answered
from .asking import lock_for, words_of
from .moving import alone, lock, move, note
from .pacing import refuse_flood, sender_of
from .pictures import hang
from .raising import keep
from .telling import tell_unit

journal.declare(
    {
        "snap.reported": gettext_lazy("sent a snap report"),
        "snap.joined": gettext_lazy("reported what others had reported"),
        "snap.rated": gettext_lazy("rated how a snap report was dealt with"),
        "snap.not_satisfied": gettext_lazy("was not satisfied; the finding was reopened"),
        "snap.contact_opened": gettext_lazy("saw who sent a snap report"),
    }
)
notices.declare(
    {"snap.reported": gettext_lazy("Your report has come in; its number is %(code)s.")}
)
# From here on down a reporter is not satisfied, and what is not closed yet is opened again.
_POOR = 2


@scope.command
def report(
    *, new: NewReport, actor: Person | None, at: datetime, same_as_id: int | None = None
) -> SnapReport:
    """Anybody may, with a name or without; sent twice it is reported once.

    `same_as_id` is an open finding that the reporter has recognised: theirs is joined to it and
    follows it.
    """
    alone(f"snap {new.client_id}")
    if already := _already(new):
        return already
    if actor is not None and not actor.is_active:
        raise Forbidden("account_not_active", _("This account cannot do this."))
    category = _category(new)
    refuse_flood(new, actor, at)
    [finding] = keep([_finding(new, category, at)], actor=None, at=at)
    hang(finding, new.pictures, Stage.BEFORE, actor, at)
    made = SnapReport.objects.create(
        code=new.code, client_id=new.client_id, finding=finding, category=category,
        division_id=finding.division_id, contact=_contact(new, actor, at), reported_by=actor,
        track_digest=track_digest(new.code, new.secret), address_digest=sender_of(new),
        reported_at=at, program_id=new.program_id,
        answers=answered(category.asks if category else [], new.answers) or None,
    )  # fmt: skip
    journal.record(
        "snap.reported", made, actor=None, at=at, where=made.division_id,
        on=clock.local_date(at), praise=new.is_praise, named=bool(made.contact_id),
    )  # fmt: skip
    if same_as_id is not None:
        _join(finding, same_as_id, at)
    if actor is not None:
        tell("snap.reported", {actor.pk}, at=at, code=new.code)
    return made


@scope.command
def rate(
    *, report_id: int, secret: str, stars: int, comment: str, actor: Person | None, at: datetime
) -> SnapReport:
    """The reporter says how it was dealt with; who is not satisfied has it looked at again."""
    made = SnapReport.objects.select_for_update(of=("self",)).filter(pk=report_id).first()
    own = made is not None and actor is not None and made.reported_by_id == actor.pk
    if made is None or not (own or holds(made, secret)):
        raise Unknown("report_unknown", _("There is no such report."))
    if made.stars is not None:
        return made
    finding = lock(made.finding_id)
    assert finding is not None
    if finding.merged_into_id is not None:
        finding = lock(finding.merged_into_id)
        assert finding is not None
    if finding.state not in (State.VERIFIED, State.CLOSED):
        raise Refusal("not_yet", _("It can be rated once it was put right and re-checked."))
    if not 1 <= stars <= 5:
        raise Refusal("stars_wrong", _("Give one to five stars."))
    made.stars, made.rated_at = stars, at
    if comment.strip():
        made.comment_sealed = crypto.seal(
            comment.strip()[: SnapReport.LONGEST], about=made.bound
        )
    made.save(update_fields=["stars", "rated_at", "comment_sealed"])
    journal.record(
        "snap.rated", made, actor=None, at=at, where=made.division_id,
        on=clock.local_date(at), stars=stars,
    )  # fmt: skip
    if stars <= _POOR and finding.state == State.VERIFIED:
        move(
            finding, State.REOPENED, verb="snap.not_satisfied", actor=None, at=at,
            reason=Reason.NOT_SATISFIED,
        )  # fmt: skip
        if finding.unit_id is not None:
            tell_unit("finding.reopened", finding, at)
    return made


@scope.command
def open_reporter(*, finding_id: int, actor: Person, at: datetime) -> Opened:
    """Who reported it and how to reach them, to ask back; each opening is written down."""
    finding, _caller = lock_for(finding_id, actor, at, permissions.may_open_contact)
    contact_id = contact_of(finding.pk)
    if contact_id is None:
        raise Refusal("reported_anonymously", _("This was reported without a name."))
    note(finding, verb="snap.contact_opened", actor=actor, at=at)
    return open_contact(contact_id=contact_id, actor=actor, at=at, why="snap report")


def _already(new: NewReport) -> SnapReport | None:
    """What the same form has made before, for whoever sent it."""
    made = SnapReport.objects.filter(client_id=new.client_id).first()
    if made is not None and not holds(made, new.secret):
        raise Refusal("form_used", _("This form was used already; open a new one."))
    return made


def _category(new: NewReport) -> Category | None:
    offered = Category.objects.offered()
    category = offered.filter(pk=new.category_id).first() if new.category_id else None
    if category is None and not new.is_praise:
        raise Refusal("category_missing", _("Choose what it is about."))
    return category


def _finding(new: NewReport, category: Category | None, at: datetime) -> NewFinding:
    there = Division.objects.as_of(clock.local_date(at)).filter(pk=new.division_id)
    low_enough = level_of(new.division_id) in (Level.TOWNSHIP, Level.VILLAGE)
    if not low_enough or not there.exists():
        raise Refusal("where_missing", _("Say where it is: the village, community or street."))
    return NewFinding(
        code=new.code, origin=f"snap:{new.client_id}", source=new.source,
        division_id=new.division_id, text=words_of(new.text, SnapReport.LONGEST),
        found_at=at, category_id=category.pk if category else None,
        lat_e6=new.lat_e6, lon_e6=new.lon_e6, is_praise=new.is_praise,
    )  # fmt: skip


def _join(finding: Finding, same_as_id: int, at: datetime) -> None:
    own, known = lock_both(finding.pk, same_as_id)
    assert own is not None
    into = absorb(own, known, verb="snap.joined", actor=None, at=at)
    # One more picture of the same thing helps whoever puts it right.
    FindingFile.objects.bulk_create(
        [
            FindingFile(finding=into, file_id=one.file_id, stage=one.stage,
                        attempt=into.attempt, at=at)
            for one in FindingFile.objects.filter(finding=own).order_by("pk")
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _contact(new: NewReport, actor: Person | None, at: datetime) -> Contact | None:
    if not new.name.strip() and not new.phone.strip():
        return None
    if not new.name.strip():
        raise Refusal("name_missing", _("Say how we may call you, or leave both fields empty."))
    return keep_contact(
        NewContact(name=new.name, phone=new.phone, note=new.reach),
        division_id=new.division_id,
        person_id=actor.pk if actor else None, at=at,
    )  # fmt: skip
