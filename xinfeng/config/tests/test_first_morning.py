"""A tiny city as a demo has it: built once, then judged by what the program itself says."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from xinfeng.base import pack, scope
from xinfeng.config import first_morning
from xinfeng.dispatch.explaining import Why
from xinfeng.dispatch.models import Offer, OfferState, Plan, State, Step, Unserved
from xinfeng.school.models import (
    ClassRequest,
    ClassState,
    NightClass,
    RequestState,
    Timetable,
    TimetableState,
)
from xinfeng.simulate.build import build

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
TINY = Path(__file__).resolve().parents[3] / "tests" / "cities" / "tiny"


@pytest.fixture
def made(settings):
    """The tiny city on its first morning; gives what was planted in it."""
    settings.CITY_PACK = str(TINY)
    city = pack.load(TINY)
    ahead = city.demo_start - datetime.now(UTC)
    settings.CLOCK_OFFSET_SECONDS = round(ahead.total_seconds())
    return city, build(city, "tiny", progress=lambda line: None)


def test_a_plan_of_the_demo_is_one_that_the_engines_worked_out(made):
    city, _made = made
    with scope.whole_city():
        assert not Plan.objects.exists()
        assert not Offer.objects.filter(state=OfferState.PROPOSED).exists()
        assert not Timetable.objects.exists()
        assert not NightClass.objects.filter(state=ClassState.DRAFT).exists()
    said = []

    first_morning.work(city.code, said.append)

    with scope.whole_city():
        plan = Plan.objects.get()
        assert plan.bound_m <= plan.cost_m <= plan.greedy_cost_m
        assert plan.proposed == Offer.objects.filter(plan=plan).count() > 0
        assert plan.unserved == Unserved.objects.count()
        assert set(Unserved.objects.values_list("why", flat=True)) <= set(Why.values)
        tables = list(Timetable.objects.order_by("pk"))
        assert {one.state for one in tables} <= {TimetableState.DRAFT, TimetableState.PUBLISHED}
        assert all(one.bound_m <= one.cost_m for one in tables)
        unplaced = ClassRequest.objects.filter(state=RequestState.UNPLACED)
        assert sum(one.unplaced for one in tables) == unplaced.count()
        placed = NightClass.objects.filter(timetable__in=tables)
        # What came out as it was before stays where it was.
        assert sum(one.placed - one.kept for one in tables) == placed.count() > 0
    assert len(said) == 1 + len(tables)


def test_what_was_seeded_agrees_with_itself(made):
    _city, cast = made

    with scope.whole_city(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id, b.id FROM hours_credit a JOIN hours_credit b"
            " ON a.person_id = b.person_id AND a.id < b.id"
            " AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"
            " WHERE a.minutes > 0 AND b.minutes > 0"
        )
        overlapping = cursor.fetchall()
        ends = Step.objects.filter(to_state__in=[State.REFUSED, State.CANCELLED])
        reasons = list(ends.order_by("pk").values_list("reason", "order__reason"))

    planted = {credit for ids in cast.frauds.values() for credit in ids}
    # No two credits share time but those that were planted to be found.
    assert {credit for pair in overlapping for credit in pair} <= planted
    assert reasons
    assert all(told == of_order for told, of_order in reasons)
