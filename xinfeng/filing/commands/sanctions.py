"""The negative list: what happened takes points, once another office has confirmed it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.filing import permissions
from xinfeng.filing.models import Sanction, SanctionState
from xinfeng.inspections import reading
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.places.models import Division

from .rights import rights, standard_of_points

journal.declare(
    {
        "sanction.proposed": gettext_lazy("entered something of the negative list"),
        "sanction.confirmed": gettext_lazy("confirmed an entry of the negative list"),
        "sanction.refused": gettext_lazy("did not take up an entry of the negative list"),
        "sanction.lifted": gettext_lazy("lifted an entry of the negative list"),
    }
)


@dataclass(frozen=True)
class NewSanction:
    """What happened, where and when, and where it can be read."""

    entry: str
    division_id: int
    happened_on: date
    what: str
    source: str


@scope.command
def propose(*, standard_id: int, new: NewSanction, actor: Person, at: datetime) -> Sanction:
    """Enter what happened; it counts from the moment another person confirms it."""
    standard = standard_of_points(standard_id)
    entries = {each.code: each for each in reading.tree_of(standard).negative}
    if new.entry not in entries:
        raise Unknown("entry_unknown", _("The negative list has no such entry."))
    if not Division.objects.filter(pk=new.division_id).exists():
        raise Refusal("division_unknown", _("There is no division with this code."))
    _may(actor, at, new.division_id)
    if new.happened_on > clock.local_date(at):
        raise Refusal("day_is_to_come", _("This day is still to come."))
    same = Sanction.objects.filter(
        standard=standard, entry=new.entry, division_id=new.division_id,
        happened_on=new.happened_on, state__in=[SanctionState.PROPOSED, SanctionState.STANDING],
    ).first()  # fmt: skip
    if same is not None:
        return same
    sanction = Sanction.objects.create(
        standard=standard, entry=new.entry, division_id=new.division_id,
        happened_on=new.happened_on, what=new.what, source=new.source,
        deduct=entries[new.entry].deduct, proposed_by=actor, proposed_at=at,
    )  # fmt: skip
    _told("sanction.proposed", sanction, actor, at)
    return sanction


@scope.command
def confirm(*, sanction_id: int, actor: Person, at: datetime) -> Sanction:
    return _judge(sanction_id, SanctionState.STANDING, "", "sanction.confirmed", actor, at)


@scope.command
def refuse(*, sanction_id: int, reason: str, actor: Person, at: datetime) -> Sanction:
    return _judge(sanction_id, SanctionState.REFUSED, reason, "sanction.refused", actor, at)


@scope.command
def lift(*, sanction_id: int, reason: str, actor: Person, at: datetime) -> Sanction:
    """What stood is taken away, with a reason; the entry itself stays to be seen."""
    return _judge(sanction_id, SanctionState.LIFTED, reason, "sanction.lifted", actor, at)


def _judge(
    sanction_id: int, state: SanctionState, reason: str, verb: str, actor: Person, at: datetime
) -> Sanction:
    sanction = Sanction.objects.select_for_update().filter(pk=sanction_id).first()
    if sanction is None:
        raise Unknown("sanction_unknown", _("There is no such entry."))
    _may(actor, at, sanction.division_id)
    if sanction.proposed_by_id == actor.pk:
        raise Forbidden("own_entry", _("Another person must judge what you entered."))
    if sanction.state == state:
        return sanction
    if state != SanctionState.STANDING and not reason.strip():
        raise Refusal("reason_is_missing", _("Say why; it is shown beside the entry."))
    sanction.move_to(state)
    sanction.judged_by, sanction.judged_at, sanction.reason = actor, at, reason.strip()
    sanction.save(update_fields=["state", "judged_by", "judged_at", "reason"])
    _told(verb, sanction, actor, at)
    return sanction


def _may(actor: Person, at: datetime, division_id: int) -> None:
    if not permissions.may_sanction(rights(actor, at).standing, division_id):
        raise Forbidden(
            "not_the_office", _("Only the office of the county or city above does this.")
        )


def _told(verb: str, sanction: Sanction, actor: Person, at: datetime) -> None:
    journal.record(
        verb, sanction, actor=actor, at=at, where=sanction.division_id,
        on=sanction.happened_on, entry=sanction.entry,
    )  # fmt: skip
