"""Builders: a valid thing in one line; a test names only what it is about."""

from datetime import datetime, timedelta
from itertools import count

from xinfeng.activities.commands import NewActivity, NewShift
from xinfeng.activities.models import Activity, Category, Post, Shift, Signup
from xinfeng.base import scope
from xinfeng.people.models import Person
from xinfeng.places.models import Division
from xinfeng.places.tests.build import NINE, a_city

ONE_HOUR = timedelta(hours=1)
# Sunday morning, when the people who sign up have their coffee.
EIGHT = NINE - ONE_HOUR
_codes = count(1)


def a_category(code: str = "environment", name: str = "环境保护") -> Category:
    return Category.objects.get_or_create(code=code, defaults={"name": name})[0]


def an_activity(
    *, leader: Person, division: Division | None = None, **more: object
) -> Activity:
    """A river clean-up in 茶山村, announced."""
    fields = {"code": f"A{next(_codes):05d}", "title": "河道清洁", "category": a_category()}
    return Activity.objects.create(
        leader=leader, division=division or a_city().village, **fields | more
    )


def a_shift(
    *,
    leader: Person | None = None,
    activity: Activity | None = None,
    starts_at: datetime = NINE,
    hours: int = 2,
    capacity: int = 10,
) -> Shift:
    """From 09:00 to 11:00 for ten people, unless the test says otherwise."""
    return Shift.objects.create(
        activity=activity or an_activity(leader=leader),
        starts_at=starts_at,
        ends_at=starts_at + hours * ONE_HOUR,
        capacity=capacity,
    )


def a_post(shift: Shift, name: str = "清捞", *, capacity: int = 5, **more: object) -> Post:
    """Fishing rubbish out of the river, five people, no conditions."""
    return Post.objects.create(shift=shift, name=name, capacity=capacity, **more)


MORNING = NewShift(NINE, NINE + 2 * ONE_HOUR, 10)
# What the law wants stated, as short as it can be.
STATED = {
    "nature": "SERVICE",
    "content": "清捞河道垃圾",
    "conditions": "身体健康，自愿参加",
    "contact": "村委会 0734-0000000",
    "risks": "河边地滑",
    "protection": "发放手套和救生衣，专人看护",
    "meeting_point": "茶山村码头",
}


def a_wish(**changes: object) -> NewActivity:
    """The river clean-up as an office enters it, complete."""
    fields = STATED | {
        "code": "RIVER",
        "title": "河道清洁",
        "category_id": a_category().pk,
        "division_id": a_city().village.pk,
        "shifts": (MORNING,),
    }
    return NewActivity(**fields | changes)


def a_signup(
    *,
    volunteer: Person,
    leader: Person | None = None,
    shift: Shift | None = None,
    **more: object,
) -> Signup:
    """A booked place on a shift."""
    on = shift or a_shift(leader=leader)
    with scope.whole_city():
        return Signup.objects.create(
            shift=on, person=volunteer, division_id=on.activity.division_id, **more
        )
