"""What leaving earns: one fact of the ledger for each sign-up."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from xinfeng.activities.attending import Outcome
from xinfeng.base import clock, pack
from xinfeng.base.refusal import Refusal
from xinfeng.hours import commands as hours
from xinfeng.hours.commands import Due, Fact
from xinfeng.hours.models import Counter, Source
from xinfeng.people.models import Person


def credit(outcomes: Iterable[Outcome], *, actor: Person, at: datetime) -> dict[int, Refusal]:
    """Tell the ledger of all who left and gave enough of the planned time.

    By sign-up, whom it refuses: those have not left, as long as their hours do not fit.
    """
    least = pack.load(settings.CITY_PACK).rules.least_attendance_percent
    earned = [(outcome, outcome.minutes(least)) for outcome in outcomes if outcome.earns]
    due = [
        Due(outcome.scene.person_id, minutes, _fact(outcome))
        for outcome, minutes in earned
        if minutes
    ]
    return hours.post_many(due=due, actor=actor, at=at) if due else {}


def _fact(outcome: Outcome) -> Fact:
    scene, saying = outcome.scene, outcome.saying
    assert outcome.span
    starts_at, ends_at = outcome.span
    # Two persons at least stand for a credit; the same one twice is still one.
    confirmed_by = scene.led_by_id if scene.led_by_id != saying.by else None
    return Fact(
        kind=Source.ATTENDANCE,
        id=scene.signup_id,
        where=scene.division_id,
        on=clock.local_date(scene.starts_at),
        counter=Counter[scene.nature],
        starts_at=starts_at,
        ends_at=ends_at,
        grade=outcome.grade,
        recorded_by_id=saying.by,
        confirmed_by_id=confirmed_by,
    )
