"""Places open, shut and move; what they were on a day stays what it was."""

import itertools
from datetime import date, timedelta
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinfeng.base import figures, scope, standing
from xinfeng.base.figures import Window
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.places import commands
from xinfeng.places.models import (
    Division,
    DutyKind,
    FacilityKind,
    Place,
    PlaceState,
    Spell,
    Tier,
)
from xinfeng.places.wishes import NewFacility, NewPlace, Opening, Wish

from .build import (
    CITY,
    COUNTY,
    NEXT_VILLAGE,
    NINE,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TODAY,
    TOWNSHIP,
    VILLAGE,
    a_city,
    a_place,
    an_account,
    keeper_of,
    office_of,
)

pytestmark = pytest.mark.django_db
TOMORROW = NINE + timedelta(days=1)


@pytest.fixture
def acting(monkeypatch):
    """Somebody with the standing that the test gives."""

    def as_(reach: standing.Standing):
        monkeypatch.setattr(standing, "of", lambda _person, _day: reach)
        return an_account()

    return as_


def counted(name: str, day: date, within: int = CITY) -> int | None:
    with scope.whole_city():
        window = Window(day, day + timedelta(days=1))
        return figures.value(name, window, span=(within, within + _size(within))).numerator


def _size(code: int) -> int:
    return next(unit for unit in (10**8, 10**6, 10**3, 1) if code % unit == 0)


def new(code: str = "HY1", division: int = VILLAGE, tier: Tier = Tier.STATION) -> NewPlace:
    return NewPlace(code, tier, division, Wish("茶山村新时代文明实践站"))


def test_a_place_is_planned_then_opened_and_counts_from_that_day():
    a_city()
    place = commands.add(new=new(), actor=None, at=NINE)
    assert place.state == PlaceState.PLANNED
    commands.open_(place_id=place.pk, actor=None, at=TOMORROW)
    assert counted("places", TODAY) == 0
    assert counted("places", TODAY + timedelta(days=1)) == 1
    verbs = Entry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["place.added", "place.opened"]


def test_a_suspended_place_does_not_count_while_it_is_shut():
    place = a_place()
    commands.suspend(place_id=place.pk, actor=None, at=NINE)
    commands.open_(place_id=place.pk, actor=None, at=NINE + timedelta(days=10))
    days = [TODAY + timedelta(days=n) for n in (-1, 0, 9, 10)]
    assert [counted("stations", day) for day in days] == [1, 0, 0, 1]


def test_changed_twice_on_a_day_the_last_one_counts():
    place = a_place()
    commands.suspend(place_id=place.pk, actor=None, at=NINE)
    commands.open_(place_id=place.pk, actor=None, at=NINE + timedelta(hours=1))
    assert counted("stations", TODAY) == 1
    assert Spell.objects.filter(place=place, ends_on=None).count() == 1


def test_a_closed_place_never_opens_again():
    place = a_place()
    commands.close(place_id=place.pk, actor=None, at=NINE)
    with pytest.raises(Refusal, match="closed"):
        commands.open_(place_id=place.pk, actor=None, at=TOMORROW)


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(st.sampled_from(["open_", "suspend", "close"]), max_size=8))
def test_whatever_is_pressed_the_spells_tell_one_unbroken_story(verbs):
    with transaction.atomic():
        place = a_place(state=PlaceState.PLANNED)
        for n, verb in enumerate(verbs, 1):
            before = Place.objects.get(pk=place.pk).state
            try:
                getattr(commands, verb)(
                    place_id=place.pk, actor=None, at=NINE + timedelta(days=n)
                )
            except Refusal:
                continue
            after = Place.objects.get(pk=place.pk).state
            assert after == before or after in Place.MOVES[PlaceState(before)]
        spells = list(place.spells.order_by("starts_on"))
        for one, following in itertools.pairwise(spells):
            assert one.ends_on == following.starts_on
        assert spells[-1].ends_on is None
        assert spells[-1].state == Place.objects.get(pk=place.pk).state
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_two_offices_at_once_make_one_change():
    place = a_place()
    found: list[object] = []

    def press():
        try:
            found.append(commands.suspend(place_id=place.pk, actor=None, at=NINE))
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(each, Place) for each in found), found
    assert Entry.objects.filter(verb="place.suspended").count() == 1
    assert Spell.objects.filter(place=place).count() == 2


@pytest.mark.parametrize(
    ("tier", "division"),
    [(Tier.STATION, TOWNSHIP), (Tier.CENTRE, VILLAGE), (Tier.INSTITUTE, COUNTY)],
)
def test_a_tier_belongs_to_its_level(tier, division):
    a_city()
    with pytest.raises(Refusal, match="does not belong"):
        commands.add(new=new(division=division, tier=tier), actor=None, at=NINE)


def test_a_code_is_given_once():
    a_city()
    commands.add(new=new(), actor=None, at=NINE)
    with pytest.raises(Refusal, match="already"):
        commands.add(new=new(), actor=None, at=NINE)


def test_an_office_governs_its_own_area_only(acting):
    city = a_city()
    here, there = a_place(), a_place(division=city.other_village)
    clerk = acting(office_of(city.township))
    commands.suspend(place_id=here.pk, actor=clerk, at=NINE)
    with pytest.raises(Forbidden):
        commands.suspend(place_id=there.pk, actor=clerk, at=NINE)
    with pytest.raises(Forbidden):
        commands.move(place_id=here.pk, division_id=OTHER_VILLAGE, actor=clerk, at=NINE)


def test_a_keeper_describes_the_own_place_but_does_not_close_it(acting):
    mine, other = a_place(), a_place()
    keeper = acting(keeper_of(mine))
    hall = NewFacility(FacilityKind.HALL, seats=40)
    commands.enter_facility(place_id=mine.pk, new=hall, actor=keeper, at=NINE)
    with pytest.raises(Forbidden):
        commands.enter_facility(place_id=other.pk, new=hall, actor=keeper, at=NINE)
    with pytest.raises(Forbidden):
        commands.close(place_id=mine.pk, actor=keeper, at=NINE)


def test_another_number_of_seats_counts_from_its_day():
    place = a_place()
    for seats, at in ((20, NINE), (20, TOMORROW), (60, TOMORROW)):
        hall = NewFacility(FacilityKind.HALL, seats=seats)
        commands.enter_facility(place_id=place.pk, new=hall, actor=None, at=at)
    assert counted("place_seats", TODAY, VILLAGE) == 20
    assert counted("place_seats", TODAY + timedelta(days=1), VILLAGE) == 60
    assert Entry.objects.filter(verb="place.facility_entered").count() == 2


def test_the_week_is_set_as_a_whole_and_the_past_keeps_its_own():
    place = a_place()
    commands.set_week(place_id=place.pk, week=[Opening(0, 540, 600)], actor=None, at=NINE)
    week = [Opening(0, 540, 690), Opening(0, 870, 1020), Opening(5, 540, 600)]
    commands.set_week(place_id=place.pk, week=week, actor=None, at=TOMORROW)
    assert counted("place_open_minutes", TODAY, VILLAGE) == 60
    assert counted("place_open_minutes", TODAY + timedelta(days=1), VILLAGE) == 360


@pytest.mark.parametrize(
    "week",
    [
        [Opening(0, 600, 600)],
        [Opening(7, 540, 600)],
        [Opening(0, 540, 1441)],
        [Opening(0, 540, 700), Opening(0, 600, 800)],
    ],
)
def test_an_impossible_week_changes_nothing(week):
    place = a_place()
    with pytest.raises(Refusal):
        commands.set_week(place_id=place.pk, week=week, actor=None, at=NINE)
    assert not place.opening_hours.exists()


def test_a_secretary_follows_the_one_before():
    place = a_place()
    for name, at in (("zhou", NINE), ("li", TOMORROW)):
        an_account(name)
        commands.name_person(
            place_id=place.pk, username=name, kind=DutyKind.SECRETARY, actor=None, at=at
        )
    duties = place.duties.order_by("starts_on")
    assert [(d.person.username, d.ends_on) for d in duties] == [
        ("zhou", TODAY + timedelta(days=1)),
        ("li", None),
    ]


def test_nobody_unknown_is_named():
    place = a_place()
    with pytest.raises(Refusal, match="no account"):
        commands.name_person(
            place_id=place.pk, username="nobody", kind=DutyKind.STAFF, actor=None, at=NINE
        )


def test_a_merged_township_does_not_rewrite_the_past():
    city = a_city()
    place = a_place()
    institute = a_place(division=city.township)
    on = TODAY
    commands.merge(
        old=TOWNSHIP,
        into=OTHER_TOWNSHIP,
        on=on,
        new_codes={VILLAGE: OTHER_TOWNSHIP + 200, NEXT_VILLAGE: OTHER_TOWNSHIP + 201},
        actor=None,
        at=NINE,
    )
    yesterday = on - timedelta(days=1)
    assert (counted("places", yesterday, TOWNSHIP), counted("places", on, TOWNSHIP)) == (2, 0)
    assert counted("places", yesterday, OTHER_TOWNSHIP) == 0
    assert counted("places", on, OTHER_TOWNSHIP) == 2
    assert counted("places", yesterday) == counted("places", on) == 2
    place.refresh_from_db()
    institute.refresh_from_db()
    assert place.division_id == OTHER_TOWNSHIP + 200
    assert institute.division_id == OTHER_TOWNSHIP
    old = Division.objects.get(pk=VILLAGE)
    assert (old.valid_until, old.successor_id) == (on, OTHER_TOWNSHIP + 200)


@pytest.mark.parametrize(
    ("into", "new_codes"),
    [
        (COUNTY, {VILLAGE: 1, NEXT_VILLAGE: 2}),
        (OTHER_TOWNSHIP, {VILLAGE: OTHER_TOWNSHIP + 200}),
        (OTHER_TOWNSHIP, {VILLAGE: OTHER_VILLAGE, NEXT_VILLAGE: OTHER_TOWNSHIP + 201}),
        (OTHER_TOWNSHIP, {VILLAGE: TOWNSHIP + 300, NEXT_VILLAGE: OTHER_TOWNSHIP + 201}),
    ],
)
def test_a_merger_that_does_not_fit_changes_nothing(into, new_codes):
    a_place()
    with pytest.raises(Refusal):
        commands.merge(
            old=TOWNSHIP, into=into, on=TODAY, new_codes=new_codes, actor=None, at=NINE
        )
    assert not Division.objects.exclude(valid_until=None).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"lon_e6": 112_000_000},
        {"lon_e6": 190_000_000, "lat_e6": 1},
        {"tier": "TOWER"},
        {"state": "LOST"},
    ],
)
def test_the_database_refuses_impossible_places(wrong):
    place = a_place()
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.filter(pk=place.pk).update(**wrong)


def test_two_spells_of_a_place_never_overlap():
    place = a_place()
    with pytest.raises(IntegrityError), transaction.atomic():
        Spell.objects.create(
            place=place, division=place.division, state="OPEN", starts_on=TODAY
        )


def test_a_merger_at_the_machine_needs_a_code_for_each_part(tmp_path):
    a_place()
    merger = ("merge_division", str(TOWNSHIP), str(OTHER_TOWNSHIP), "--on", TODAY.isoformat())
    with pytest.raises(CommandError, match="nothing was merged"):
        call_command(*merger)
    codes = tmp_path / "codes.csv"
    codes.write_text(
        f"old,new\n{VILLAGE},{OTHER_TOWNSHIP + 200}\n{NEXT_VILLAGE},{OTHER_TOWNSHIP + 201}\n"
    )
    call_command(*merger, "--codes", str(codes))
    assert Place.objects.get().division_id == OTHER_TOWNSHIP + 200
