"""What becomes of visits still to come when an account ends or two become one."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from xinfeng.inspections.models import Inspector, Round, RoundPoint, RoundState, VisitState
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .rounds import record

journal.declare(
    {
        "round.inspector_left": gettext_lazy("gave points of a round to other inspectors"),
        "round.inspector_moved": gettext_lazy(
            "moved points of a round to the account that stays"
        ),
    }
)
_GOING_ON = (RoundState.DRAWN, RoundState.IN_FIELD)


def end_of_visits(person: Person, actor: Person, at: datetime) -> None:
    """Points not visited yet go to whoever of the round has fewest and may; readings stay."""
    for found in _rounds_of(person):
        waiting = list(_waiting(found, person))
        others = list(
            Inspector.objects.filter(round=found).exclude(person=person).order_by("pk")
        )
        load = {
            each.pk: RoundPoint.objects.filter(
                inspector=each, state=VisitState.TO_VISIT
            ).count()
            for each in others
        }
        for point in waiting:
            able = [each for each in others if point.unit_id not in each.own_units]
            chosen = min(able, key=lambda each: (load[each.pk], each.pk), default=None)
            point.inspector = chosen
            point.person_id = chosen.person_id if chosen else None
            if chosen:
                load[chosen.pk] += 1
        RoundPoint.objects.bulk_update(waiting, ["inspector", "person"])
        if waiting:
            record("round.inspector_left", found, actor, at, points=len(waiting))


def move_visits(keep: Person, gone: Person, actor: Person, at: datetime) -> None:
    """Who was sent is the same human being; what one account has read stays as it was sent."""
    for found in _rounds_of(gone):
        old = Inspector.objects.filter(round=found, person=gone).get()
        new = Inspector.objects.filter(round=found, person=keep).first()
        waiting = list(_waiting(found, gone))
        if new is None:
            new = Inspector.objects.create(
                round=found, person=keep, division_id=old.division_id, lat_e6=old.lat_e6,
                lon_e6=old.lon_e6, own_units=old.own_units,
            )  # fmt: skip
        else:
            new.own_units = sorted({*new.own_units, *old.own_units})
            new.save(update_fields=["own_units"])
        for point in waiting:
            point.inspector, point.person = new, keep
        RoundPoint.objects.bulk_update(waiting, ["inspector", "person"])
        record("round.inspector_moved", found, actor, at, points=len(waiting))


def _rounds_of(person: Person) -> list[Round]:
    """Rounds that go on and to which somebody is sent, held until commit."""
    sent = Inspector.objects.filter(person=person).values("round")
    rounds = Round.objects.select_for_update(no_key=True)
    return list(rounds.filter(pk__in=sent, state__in=_GOING_ON).order_by("pk"))


def _waiting(found: Round, person: Person) -> "list[RoundPoint]":
    points = RoundPoint.objects.select_for_update(no_key=True)
    mine = points.filter(round=found, person=person, state=VisitState.TO_VISIT)
    return list(mine.order_by("pk"))
