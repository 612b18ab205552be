"""Hours entered by hand: one submits them with a reason, a second person stands for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.units import Minutes
from xinfeng.hours import evidence, permissions
from xinfeng.hours.models import (
    Counter,
    Credit,
    EntryKind,
    EntryLine,
    EntryReason,
    EntryState,
    Evidence,
    Grade,
    HourEntry,
    Outcome,
    Refused,
)
from xinfeng.journal import commands as journal
from xinfeng.people import commands as people
from xinfeng.people import notices
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.teams.models import Membership, Team

from .bulk import Due, post_many
from .ledger import Fact

journal.declare(
    {
        "entry.submitted": gettext_lazy("entered hours by hand"),
        "entry.confirmed": gettext_lazy("stood for hours that somebody else entered"),
        "entry.refused": gettext_lazy("refused hours that somebody else entered"),
        "entry.withdrawn": gettext_lazy("withdrew hours entered by hand"),
    }
)
notices.declare(
    {
        "hours.credited": gettext_lazy("“%(title)s”: %(minutes)s minutes were credited."),
        "hours.confirmed": gettext_lazy("A second person confirmed your entry “%(title)s”."),
        "hours.refused": gettext_lazy("Your entry “%(title)s” was refused; see the reason."),
    }
)
MOST_LINES = 500
A_DAY = timedelta(hours=24)


@dataclass(frozen=True)
class NewEntry:
    """What is told of hours entered by hand; `client_id` makes sending twice harmless."""

    client_id: UUID
    kind: EntryKind
    title: str
    division_id: int
    reason: EntryReason
    team_id: int | None = None
    counter: Counter = Counter.SERVICE
    remark: str = ""
    evidence: str = ""
    file: bytes | None = None


@dataclass(frozen=True)
class NewLine:
    """One person's time; fewer minutes than the span where there were breaks."""

    person_id: int
    starts_at: datetime
    ends_at: datetime
    minutes: Minutes | None = None

    @property
    def on(self) -> date:
        return clock.local_date(self.starts_at)

    @property
    def given(self) -> int:
        whole = (self.ends_at - self.starts_at) // timedelta(minutes=1)
        return whole if self.minutes is None else self.minutes


@scope.command
def submit(
    *, new: NewEntry, lines: Sequence[NewLine], actor: Person, at: datetime
) -> HourEntry:
    """Enter hours by hand; they count when a second person has confirmed them."""
    # Sent twice at once by one person: the second waits here and finds the first.
    Person.objects.select_for_update(no_key=True).get(pk=actor.pk)
    team = Team.objects.filter(pk=new.team_id).first() if new.team_id else None
    standing = standing_of(actor, clock.local_date(at))
    where = _where(new, team, actor)
    if not permissions.may_enter(standing, new.kind, where, team):
        raise Forbidden("not_yours_to_enter", _("You cannot enter hours for these people."))
    sent = HourEntry.objects.filter(client_id=new.client_id, submitted_by=actor)
    if already := sent.order_by("pk").first():
        return already
    _refuse_wrong(new, lines, team, actor, at)
    entry = _write(new, lines, where, team, actor, at)
    _tell("entry.submitted", entry, actor, at, kind=new.kind, lines=len(lines))
    return entry


@scope.command
def confirm(*, entry_id: int, actor: Person, at: datetime) -> HourEntry:
    """Stand for the hours as the second person; each line is credited once."""
    entry, lines = _lock_to_decide(entry_id, actor, at)
    if entry.state == EntryState.CONFIRMED:
        return entry
    entry.move_to(EntryState.CONFIRMED)
    entry.decided_by, entry.decided_at = actor, at
    entry.save(update_fields=["state", "decided_by", "decided_at"])
    due = [Due(line.person_id, Minutes(line.minutes), _fact(entry, line)) for line in lines]
    refused = post_many(due=due, actor=actor, at=at)
    _keep_outcomes(entry, lines, refused)
    _tell_people(entry, lines, at)
    _tell(
        "entry.confirmed", entry, actor, at, minutes=sum(x.credited_minutes or 0 for x in lines)
    )
    return entry


@scope.command
def refuse(*, entry_id: int, reason: Refused, actor: Person, at: datetime) -> HourEntry:
    """Say as the second person why the hours do not count."""
    entry, _lines = _lock_to_decide(entry_id, actor, at)
    if entry.state == EntryState.REFUSED:
        return entry
    entry.move_to(EntryState.REFUSED)
    entry.decided_by, entry.decided_at, entry.refused_for = actor, at, reason
    entry.save(update_fields=["state", "decided_by", "decided_at", "refused_for"])
    href = reverse("hours:entry", args=[entry.pk])
    people.tell("hours.refused", [entry.submitted_by_id], at=at, href=href, title=entry.title)
    _tell("entry.refused", entry, actor, at, reason=reason)
    return entry


@scope.command
def withdraw(*, entry_id: int, actor: Person, at: datetime) -> HourEntry:
    """Take one's own entry back while nobody has decided on it."""
    entry = _locked().filter(pk=entry_id, submitted_by=actor).first()
    if entry is None:
        raise _not_yours()
    if entry.state == EntryState.WITHDRAWN:
        return entry
    entry.move_to(EntryState.WITHDRAWN)
    entry.decided_at = at
    entry.save(update_fields=["state", "decided_at"])
    _tell("entry.withdrawn", entry, actor, at)
    return entry


def _where(new: NewEntry, team: Team | None, actor: Person) -> int:
    """A team's hours belong where the team is; nobody chooses who decides on their own."""
    if team is not None:
        return team.division_id
    return actor.division_id if new.kind == EntryKind.OWN else new.division_id


def _refuse_wrong(
    new: NewEntry, lines: Sequence[NewLine], team: Team | None, actor: Person, at: datetime
) -> None:
    if not lines:
        raise Refusal("no_lines", _("Name at least one person and time."))
    if len(lines) > MOST_LINES:
        raise Refusal("too_many_lines", _("At most 500 lines at once."))
    if new.kind == EntryKind.OWN and {line.person_id for line in lines} != {actor.pk}:
        raise Refusal("only_oneself", _("An application is for one's own hours only."))
    if new.kind == EntryKind.GROUP and team is None:
        raise Refusal("no_team", _("A group entry names its team."))
    if new.kind == EntryKind.HISTORICAL and not new.evidence.strip():
        raise Refusal("no_evidence", _("Hours from before the platform need evidence."))
    for line in lines:
        _refuse_time(line, at)
    _refuse_people(lines)
    if team is not None:
        _refuse_outsiders(team, lines)


def _refuse_time(line: NewLine, at: datetime) -> None:
    if line.ends_at <= line.starts_at:
        raise Refusal("time_backwards", _("The end lies before the beginning."))
    if line.ends_at > at:
        raise Refusal("not_yet", _("Hours can be entered only after they were given."))
    if line.ends_at - line.starts_at > A_DAY:
        raise Refusal("too_long", _("One line covers 24 hours at most."))
    if not 0 < line.given * 60 <= (line.ends_at - line.starts_at).total_seconds():
        raise Refusal("minutes_do_not_fit", _("The minutes do not fit between these times."))


def _refuse_people(lines: Sequence[NewLine]) -> None:
    """Everybody was a registered volunteer on the day."""
    known = Person.objects.order_by("pk").in_bulk({line.person_id for line in lines})
    for line in lines:
        person = known.get(line.person_id)
        if person is None or person.registered_on is None or line.on < person.registered_on:
            raise Refusal(
                "not_registered_then",
                _("On %(day)s this person was not registered as a volunteer.")
                % {"day": line.on.isoformat()},
            )
        if person.left_on is not None and line.on >= person.left_on:
            raise Refusal(
                "left_by_then",
                _("On %(day)s this person was no volunteer any more.")
                % {"day": line.on.isoformat()},
            )


def _refuse_outsiders(team: Team, lines: Iterable[NewLine]) -> None:
    """Everybody was in the team on the day."""
    spells: dict[int, list[tuple[date, date | None]]] = {}
    found = Membership.objects.filter(
        team=team, person_id__in={line.person_id for line in lines}
    )
    for person, since, until in found.order_by("pk").values_list(
        "person_id", "starts_on", "ends_on"
    ):
        spells.setdefault(person, []).append((since, until))
    for line in lines:
        own = spells.get(line.person_id, [])
        if not any(
            since <= line.on and (until is None or line.on <= until) for since, until in own
        ):
            raise Refusal(
                "not_a_member_then",
                _("On %(day)s this person was not in the team.") % {"day": line.on.isoformat()},
            )


def _write(
    new: NewEntry,
    lines: Sequence[NewLine],
    where: int,
    team: Team | None,
    actor: Person,
    at: datetime,
) -> HourEntry:
    entry = HourEntry.objects.create(
        client_id=new.client_id, kind=new.kind, counter=new.counter, title=new.title.strip(),
        division_id=where, team=team, reason=new.reason, remark=new.remark.strip(),
        evidence=new.evidence.strip(), submitted_by=actor, submitted_at=at,
    )  # fmt: skip
    EntryLine.objects.bulk_create(
        EntryLine(
            entry=entry, person_id=line.person_id, division_id=where, on=line.on,
            starts_at=line.starts_at, ends_at=line.ends_at, minutes=line.given,
        )
        for line in lines
    )  # fmt: skip
    if new.file:
        Evidence.objects.create(
            entry=entry, division_id=where, added_by=actor, content=new.file,
            kind=evidence.kind_of(new.file), sha256=sha256(new.file).hexdigest(),
        )  # fmt: skip
    return entry


def _locked() -> "QuerySet[HourEntry]":
    return HourEntry.objects.select_for_update(of=("self",)).select_related("team")


def _lock_to_decide(
    entry_id: int, actor: Person, at: datetime
) -> tuple[HourEntry, list[EntryLine]]:
    entry = _locked().filter(pk=entry_id).first()
    if entry is None:
        raise _not_yours()
    lines = list(entry.lines.order_by("person_id", "starts_at", "pk"))
    standing = standing_of(actor, clock.local_date(at))
    concerned = {line.person_id for line in lines}
    if not permissions.may_decide_entry(standing, entry, concerned):
        raise _not_yours()
    return entry, lines


def _not_yours() -> Refusal:
    # Unknown and not-yours get the same answer, so ids cannot be probed.
    return Forbidden(
        "not_your_entry",
        _(
            "Only a second person can do this: the team's leader or an office, and nobody whose"
            " hours they are or who entered them."
        ),
    )


def _fact(entry: HourEntry, line: EntryLine) -> Fact:
    return Fact(
        kind=entry.source, id=line.pk, where=entry.division_id, on=line.on,
        counter=Counter(entry.counter), starts_at=line.starts_at, ends_at=line.ends_at,
        grade=Grade.C, recorded_by_id=entry.submitted_by_id,
        confirmed_by_id=entry.decided_by_id,
    )  # fmt: skip


def _keep_outcomes(
    entry: HourEntry, lines: list[EntryLine], refused: dict[int, Refusal]
) -> None:
    """What became of each line, read from the ledger itself."""
    posted = Credit.objects.filter(
        source_kind=entry.source, source_id__in=[x.pk for x in lines]
    )
    minutes = dict(posted.order_by("pk").values_list("source_id", "minutes"))
    for line in lines:
        line.credited_minutes = minutes.get(line.pk)
        if line.pk in refused:
            line.outcome = Outcome.OVERLAP
        elif line.credited_minutes is None:
            line.outcome = Outcome.DAY_FULL
        else:
            whole = line.credited_minutes == line.minutes
            line.outcome = Outcome.CREDITED if whole else Outcome.CUT
    EntryLine.objects.bulk_update(lines, ["outcome", "credited_minutes"])


def _tell_people(entry: HourEntry, lines: Iterable[EntryLine], at: datetime) -> None:
    """Whoever was credited, and who had submitted it."""
    given: dict[int, int] = {}
    for line in lines:
        given[line.person_id] = given.get(line.person_id, 0) + (line.credited_minutes or 0)
    for minutes in sorted(set(given.values()) - {0}):
        whose = [person for person, own in given.items() if own == minutes]
        people.tell(
            "hours.credited", whose, at=at, href=reverse("hours:mine"), title=entry.title,
            minutes=minutes,
        )  # fmt: skip
    people.tell(
        "hours.confirmed", [entry.submitted_by_id], at=at,
        href=reverse("hours:entry", args=[entry.pk]), title=entry.title,
    )  # fmt: skip


def _tell(verb: str, entry: HourEntry, actor: Person, at: datetime, **details: Any) -> None:
    journal.record(
        verb, entry, actor=actor, at=at, where=entry.division_id,
        on=clock.local_date(at), **details,
    )  # fmt: skip
