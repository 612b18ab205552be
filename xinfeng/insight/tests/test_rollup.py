"""Stored values equal the rows behind them, whatever happens to the rows."""

from datetime import UTC, date, datetime

import pytest

from xinfeng.base import figures, scope
from xinfeng.base.figures import Window
from xinfeng.insight import commands
from xinfeng.insight.models import MonthlyFigure
from xinfeng.insight.rollup import outermost
from xinfeng.journal.models import Entry
from xinfeng.places.models import Place, Spell
from xinfeng.places.tests.build import a_city, a_place

pytestmark = pytest.mark.django_db
TODAY = date(2022, 7, 17)
AT = datetime(2022, 7, 17, tzinfo=UTC)
NAMES = ("places", "stations", "village_coverage")
TOUCHED = {"place.opened": ("places", "stations", "village_coverage")}


@pytest.fixture
def city():
    a_city()


def stored(name, code, month=date(2022, 7, 1)):
    row = MonthlyFigure.objects.filter(figure=name, division_id=code, month=month).first()
    return None if row is None else row.numerator


def a_new_station(code, opened_on):
    place = a_place(code=f"X{code}{opened_on:%y%m%d}")
    Spell.objects.filter(place=place).delete()
    Place.objects.filter(pk=place.pk).update(division_id=code)
    Spell.objects.create(place=place, division_id=code, state="OPEN", starts_on=opened_on)
    Entry.objects.create(at=AT, verb="place.opened", subject=f"p:{place.pk}", division_id=code)
    return place


def follow():
    return commands.follow_journal(names=NAMES, touched_by=TOUCHED, as_of=TODAY, at=AT)


def test_every_division_above_counts_a_place(city):
    place = a_place()

    commands.rebuild(names=NAMES, as_of=TODAY, at=AT)

    code = place.division_id
    for above in (code, code // 1000 * 1000, code // 10**6 * 10**6, code // 10**8 * 10**8):
        assert stored("places", above) == 1


def test_a_rebuild_of_the_same_rows_changes_nothing(city):
    a_place()
    commands.rebuild(names=NAMES, as_of=TODAY, at=AT)

    assert commands.rebuild(names=NAMES, as_of=TODAY, at=AT) == 0
    assert commands.reconcile(names=NAMES) == []


def test_reconcile_names_a_value_that_was_tampered_with(city):
    place = a_place()
    commands.rebuild(names=NAMES, as_of=TODAY, at=AT)
    MonthlyFigure.objects.filter(
        figure="places", division_id=place.division_id, month=date(2022, 7, 1)
    ).update(numerator=7)

    [difference] = commands.reconcile(names=NAMES)

    assert difference[:2] == ("places", place.division_id)
    assert difference[3:5] == (7, 1)


def test_reconcile_before_any_roll_up_says_what_to_run(city):
    with pytest.raises(commands.RollUpMissing, match="xinfeng rollup"):
        commands.reconcile(names=NAMES)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("opened_on", [date(2022, 7, 3), date(2021, 2, 1), date(2018, 1, 1)])
def test_what_the_journal_tells_is_taken_in_and_equals_a_recount(opened_on):
    a_city()
    first = a_place()
    commands.rebuild(names=NAMES, as_of=TODAY, at=AT)

    a_new_station(first.division_id, opened_on)
    a_new_station(first.division_id // 1000 * 1000, opened_on)
    follow()

    assert stored("places", first.division_id // 10**8 * 10**8) == 3
    assert commands.reconcile(names=NAMES) == []


@pytest.mark.django_db(transaction=True)
def test_following_twice_counts_once():
    a_city()
    first = a_place()
    commands.rebuild(names=NAMES, as_of=TODAY, at=AT)
    a_new_station(first.division_id, TODAY)

    assert follow() == 1
    assert follow() == 0
    assert commands.reconcile(names=NAMES) == []


def test_a_new_day_recounts_everything(city):
    a_place()
    commands.rebuild(names=NAMES, as_of=date(2022, 6, 30), at=AT)

    follow()

    assert stored("places", 430400000000) == 1
    assert commands.reconcile(names=NAMES) == []


def test_the_stored_value_is_the_sum_of_the_rows(city):
    a_place()
    commands.rebuild(names=NAMES, as_of=TODAY, at=AT)
    window = Window(date(2022, 7, 1), date(2022, 7, 18))

    with scope.whole_city():
        rows = figures.rows("places", window)

    assert sum(row.numerator for row in rows) == stored("places", 430400000000)


def test_of_divisions_inside_each_other_only_the_outermost_is_recounted():
    assert outermost({430405007006, 430405000000, 430406001001}) == (430405000000, 430406001001)
