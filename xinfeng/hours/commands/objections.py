"""Objections to the publicity list: anybody may raise one, an office looks into it."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, crypto, pack, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.hours import permissions
from xinfeng.hours.models import (
    Contest,
    Credit,
    Doubt,
    DoubtState,
    Objection,
)
from xinfeng.hours.queries import publicity
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of

from .contests import raise_contest

journal.declare(
    {
        "objection.raised": gettext_lazy("objected to a line of the publicity list"),
        "objection.taken_up": gettext_lazy("took an objection up for verification"),
        "objection.dismissed": gettext_lazy("found nothing in an objection"),
    }
)
AN_HOUR = timedelta(hours=1)
DIGEST_CHARACTERS = 40


@scope.command
def object_to(
    *,
    credit_id: int,
    doubt: Doubt,
    text: str = "",
    address: str,
    actor: Person | None,
    at: datetime,
) -> Objection:
    """Doubt a line of the publicity list, signed in or not; so many an hour per address."""
    digest = crypto.digest("objection address", address).hex()[:DIGEST_CHARACTERS]
    _alone(digest)
    line = publicity.line(credit_id, clock.local_date(at))
    if line is None:
        raise Unknown("line_unknown", _("This line is not on the list."))
    credit = line.credit
    mine = Objection.objects.filter(
        credit=credit, address_digest=digest, doubt=doubt, state=DoubtState.OPEN
    )
    if already := mine.order_by("pk").first():
        return already
    _refuse_flood(digest, at)
    made = Objection.objects.create(
        credit=credit, division_id=credit.division_id, doubt=doubt, text=text.strip(),
        raised_by=actor, address_digest=digest, raised_at=at,
    )  # fmt: skip
    _tell("objection.raised", made, actor, at, doubt=doubt)
    return made


@scope.command
def take_up(*, objection_id: int, actor: Person, at: datetime) -> Objection:
    """There may be something in it: the credit is contested and verified in the open."""
    found = _lock_to_decide(objection_id, actor, at)
    if found.state == DoubtState.TAKEN_UP:
        return found
    found.move_to(DoubtState.TAKEN_UP)
    found.contest = _contest_of(found, actor, at)
    found.decided_by, found.decided_at = actor, at
    found.save(update_fields=["state", "contest", "decided_by", "decided_at"])
    _tell("objection.taken_up", found, actor, at, contest_id=found.contest_id)
    return found


@scope.command
def dismiss(*, objection_id: int, actor: Person, at: datetime) -> Objection:
    """Nothing shows that the line is wrong."""
    found = _lock_to_decide(objection_id, actor, at)
    if found.state == DoubtState.DISMISSED:
        return found
    found.move_to(DoubtState.DISMISSED)
    found.decided_by, found.decided_at = actor, at
    found.save(update_fields=["state", "decided_by", "decided_at"])
    _tell("objection.dismissed", found, actor, at)
    return found


def _alone(digest: str) -> None:
    """One at a time from one address, so that the count of the hour is exact."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"objection {digest}"])


def _refuse_flood(digest: str, at: datetime) -> None:
    most = pack.load(settings.CITY_PACK).rules.objections_an_hour
    lately = Objection.objects.filter(address_digest=digest, raised_at__gt=at - AN_HOUR)
    if lately.count() >= most:
        raise Refusal(
            "too_many_objections",
            _("Many objections came from here in the last hour. Please try again later."),
        )


def _contest_of(found: Objection, actor: Person, at: datetime) -> Contest:
    Person.objects.select_for_update(no_key=True).get(pk=found.credit.person_id)
    open_ = Contest.objects.open().filter(credit_id=found.credit_id).order_by("pk").first()
    if open_ is not None:
        return open_
    if Credit.objects.reversals([found.credit_id]).exists():
        raise Refusal("taken_back_already", _("This time was taken back already."))
    # What somebody unknown wrote is for the office; the volunteer sees the kind of doubt.
    return raise_contest(
        credit=found.credit, doubt=Doubt(found.doubt), text="", right=None, raised_by=None,
        actor=actor, at=at,
    )  # fmt: skip


def _lock_to_decide(objection_id: int, actor: Person, at: datetime) -> Objection:
    locked = Objection.objects.select_for_update(of=("self",)).select_related("credit")
    found = locked.filter(pk=objection_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if found is None or not permissions.may_decide_objection(standing, found):
        raise Forbidden("not_your_objection", _("Only the city or county office can do this."))
    return found


def _tell(
    verb: str, found: Objection, actor: Person | None, at: datetime, **details: Any
) -> None:
    journal.record(
        verb, found, actor=actor, at=at, where=found.division_id,
        on=found.credit.earned_on, credit_id=found.credit_id, **details,
    )  # fmt: skip
