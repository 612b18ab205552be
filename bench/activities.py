"""What is asked of sign-up and of the list of what is near."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from random import Random
from statistics import quantiles
from time import perf_counter
from typing import Any

from django.urls import reverse

from bench import serving
from bench.measure import Measured, milliseconds
from xinfeng.activities import commands
from xinfeng.activities.commands import NewActivity, NewShift
from xinfeng.activities.models import Activity, ActivityState, Category, Shift, Signup
from xinfeng.activities.queries import Around
from xinfeng.activities.queries.near import nearest
from xinfeng.base import clock, scope, short_code
from xinfeng.people.models import Grant, Identity, Person, Role

PORT = 8191
CROWD, PLACES, CLIENTS = 2000, 50, 64
SEED = 7
GROWN = date(2000, 1, 1)


def answers() -> Iterator[Measured]:
    yield _rush()
    yield from _near()


def _rush() -> Measured:
    """Everybody presses the same button; afterwards the rows are counted, not the answers."""
    shift = _shift()
    with scope.whole_city():
        # Small children come with a guardian; they are no part of this question.
        adults = Identity.objects.filter(born_on__lt=GROWN).order_by("pk")
        grown = list(adults.values_list("pk", flat=True)[: 2 * CROWD])
    people = list(
        Person.objects.filter(registered_on__isnull=False, left_on=None, state="ACTIVE")
        .filter(pk__in=grown)
        .exclude(pk=shift.activity.leader_id)
        .order_by("pk")[:CROWD]
    )
    address = reverse("activities:sign_up", args=[shift.pk])
    asks = [
        partial(serving.press, address=address, cookie=cookie)
        for cookie in serving.signed_in(people)
    ]
    with serving.server(PORT):
        started = perf_counter()
        taken, statuses = serving.at_once(PORT, asks, CLIENTS)
        seconds = perf_counter() - started
    booked, waiting, in_order = _counted(shift)
    tail = quantiles(taken, n=100)[98]
    right = booked == min(PLACES, len(people)) and booked + waiting == len(people) and in_order
    wrong = sum(status != 302 for status in statuses)
    return Measured(
        f"sign-up rush: {len(people):,} people for {PLACES} places through HTTP,"
        f" {CLIENTS} clients",
        f"{booked} booked, {waiting:,} waiting{'' if in_order else ' NOT in order'},"
        f" p50 {quantiles(taken, n=2)[0]:.0f} ms, p99 {tail:.0f} ms,"
        f" {len(people) / seconds:.0f} a second, {wrong} refused",
        f"exactly {PLACES} booked, the rest waiting in order, p99 ≤ 1 s",
        right and not wrong and tail <= 1000,
    )


def _near() -> Iterator[Measured]:
    """The question itself, as the page asks it, from places all over the city."""
    at = clock.now()
    coming = Shift.objects.upcoming(at).filter(
        cell__isnull=False, activity__place__isnull=False
    )
    rows = coming.values_list("activity__place__lat_e6", "activity__place__lon_e6")[:200]
    points = [(lat, lon) for lat, lon in rows if lat is not None and lon is not None]
    total = Activity.objects.count()
    category = Category.objects.order_by("code").first()
    rng = Random(SEED)  # noqa: S311
    asked: list[tuple[str, dict[str, Any]]] = [
        ("place and time", {}),
        ("place, time and free places", {"free_only": True}),
        (
            "place, time, category and free places",
            {"free_only": True, "category": category.code if category else ""},
        ),
    ]
    for what, more in asked:
        for radius in (5_000, 20_000):
            middle, tail = _asked(points, rng, radius, more)
            yield Measured(
                f"near me, {what}, {radius // 1000} km, among {total:,} activities",
                f"p50 {middle:.1f} ms, p99 {tail:.1f} ms",
                "p99 ≤ 10 ms in the database",
                tail <= 10,
            )


def _asked(
    points: Sequence[tuple[int, int]], rng: Random, radius: int, more: dict[str, Any]
) -> tuple[float, float]:
    at = clock.now()

    def ask() -> None:
        lat, lon = rng.choice(points)
        nearest(Around(lat, lon, radius_m=radius, **more), at=at)

    with scope.whole_city():
        return milliseconds(ask)


def _shift() -> Shift:
    """An activity of the city office with fifty places, announced the way people do it."""
    at = clock.now()
    office = Grant.objects.filter(role=Role.CITY_OFFICE).select_related("person").order_by("pk")
    leader = office[0].person
    # So far ahead that nobody holds another place then; each run on a day of its own.
    starts_at = at + timedelta(days=300 + Activity.objects.count() % 1000)
    activity = commands.announce(
        new=NewActivity(
            code=short_code.new(),
            title="抢名额",
            category_id=Category.objects.order_by("pk")[0].pk,
            division_id=office[0].division_id or leader.division_id,
            shifts=(NewShift(starts_at, starts_at + timedelta(hours=2), PLACES),),
            nature="SERVICE",
            content="清扫",
            conditions="不限",
            contact="市文明办",
            risks="无",
            protection="手套",
            meeting_point="市民广场",
        ),
        actor=leader,
        at=at,
    )
    assert activity.state == ActivityState.ANNOUNCED
    return activity.shifts.get()


def _counted(shift: Shift) -> tuple[int, int, bool]:
    with scope.whole_city():
        rows = list(
            Signup.objects.filter(shift=shift).order_by("pk").values_list("state", flat=True)
        )
    booked, waiting = rows.count("BOOKED"), rows.count("WAITING")
    return booked, waiting, rows == ["BOOKED"] * booked + ["WAITING"] * waiting
