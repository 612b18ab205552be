"""Each rule finds exactly the case that is planted, and leaves its clean neighbour alone."""

from datetime import date, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest

from xinfeng.activities.models import CheckIn, Means, SignupState
from xinfeng.base import clock, scope
from xinfeng.hours import commands, rules
from xinfeng.hours.models import Credit, Hold, Source
from xinfeng.hours.tests.as_owner import as_owner
from xinfeng.people.models import Identity, Person
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE, TODAY, a_city
from xinfeng.teams.tests.build import a_team

from .build import a_shift, a_signup, an_activity

pytestmark = pytest.mark.django_db
ONE_MINUTE = timedelta(minutes=1)
ONE_HOUR = timedelta(hours=1)
ONE_DAY = timedelta(days=1)
SINCE, UNTIL = TODAY - 31 * ONE_DAY, TODAY + ONE_DAY
# 26.89 N, 112.57 E and twenty kilometres east of it.
HERE = {"lat_e6": 26_890_000, "lon_e6": 112_570_000}
FAR = {"lat_e6": 26_890_000, "lon_e6": 112_770_000}
_ids = count(1)


@pytest.fixture
def lan():
    return a_person("lan", name="兰")


def people(many: int, prefix: str = "p") -> list[Person]:
    return [a_person(f"{prefix}{n}") for n in range(many)]


def served(shift, person, *, minutes=None, starts_at=None, recorded_at=None, **more) -> Credit:
    """Somebody served a shift and is credited; a quarter of an hour after its end, by code."""
    begins = starts_at or shift.starts_at
    ends = begins + (minutes or 117) * ONE_MINUTE
    signup = a_signup(
        volunteer=person, shift=shift, state=SignupState.LEFT, arrived_at=begins, left_at=ends
    )
    fields = {
        "grade": "A",
        "source_kind": Source.ATTENDANCE,
        "source_id": signup.pk,
        "starts_at": begins,
        "ends_at": ends,
        "recorded_at": recorded_at or ends + 15 * ONE_MINUTE,
    }
    with scope.whole_city():
        return Credit.objects.create(
            person=person,
            division_id=signup.division_id,
            minutes=minutes or 117,
            earned_on=clock.local_date(begins),
            **fields | more,
        )


def past_the_guard() -> None:
    """As old credits are that came in bulk: the days do not know of the times taken."""
    with as_owner() as owner:
        owner.execute("TRUNCATE hours_day")


def checked_in(credit: Credit, *, means=Means.ROTATING, **more) -> CheckIn:
    number = next(_ids)
    at = credit.starts_at
    fields = {"said_at": at, "received_at": at, "counted_at": at}
    with scope.whole_city():
        return CheckIn.objects.create(
            client_id=UUID(int=number), signup_id=credit.source_id, person=credit.person,
            division_id=credit.division_id, phase="IN", means=means, **fields | more,
        )  # fmt: skip


def found(rule: str) -> set[int]:
    """The credits that a look over the month holds by one rule."""
    commands.look(since=SINCE, until=UNTIL, actor=None, at=NINE)
    with scope.whole_city():
        return set(Hold.objects.filter(rule=rule).values_list("credit_id", flat=True))


def holds(rule: str) -> list[Hold]:
    with scope.whole_city():
        return list(Hold.objects.filter(rule=rule).order_by("pk"))


def pks(*credits: Credit) -> set[int]:
    return {credit.pk for credit in credits}


def test_every_rule_says_itself_in_words_with_its_numbers():
    for rule in rules.declared():
        assert "%(" not in rule.words
        assert rule.words
        assert str(rule.title)
        assert str(rule.reads)


@pytest.mark.django_db(transaction=True)
def test_two_services_at_the_same_time_are_held(lan):
    mei, bo = a_person("mei"), a_person("bo")
    first = served(a_shift(leader=lan), mei)
    past_the_guard()
    second = served(a_shift(leader=lan, starts_at=NINE + ONE_HOUR), mei)
    served(a_shift(leader=lan), bo)
    served(a_shift(leader=lan, starts_at=NINE + 2 * ONE_HOUR), bo)

    assert found("overlap") == pks(first, second)
    assert holds("overlap")[0].details == {"other_credit_id": second.pk, "minutes": 57}


@pytest.mark.django_db(transaction=True)
def test_what_was_taken_back_overlaps_with_nothing(lan):
    mei = a_person("mei")
    first = served(a_shift(leader=lan), mei)
    past_the_guard()
    served(a_shift(leader=lan, starts_at=NINE + ONE_HOUR), mei)
    with scope.whole_city():
        Credit.objects.create(
            person=mei, division_id=first.division_id, minutes=-first.minutes,
            earned_on=first.earned_on, source_kind=Source.REVERSAL, source_id=first.pk,
        )  # fmt: skip

    assert found("overlap") == set()


def test_a_day_of_more_than_eight_hours_is_held(lan):
    mei, bo = a_person("mei"), a_person("bo")
    early = served(a_shift(leader=lan, hours=5), mei, minutes=300)
    late = served(a_shift(leader=lan, starts_at=NINE + 5 * ONE_HOUR), mei, minutes=181)
    served(a_shift(leader=lan, hours=8), bo, minutes=480)

    assert found("long_day") == pks(early, late)


def test_only_round_hours_by_hand_are_flagged_and_count_meanwhile(lan):
    mei, bo = a_person("mei"), a_person("bo")
    shifts = [a_shift(leader=lan, starts_at=NINE - n * ONE_DAY) for n in range(5)]
    round_ = [served(shift, mei, minutes=120, grade="C") for shift in shifts]
    for n, shift in enumerate(shifts):
        served(shift, bo, minutes=120 - (n == 3), grade="C")

    assert found("round_hours") == pks(*round_)
    with scope.whole_city():
        assert not Hold.objects.open().exists()
        assert Hold.objects.to_look_at().count() == 5


def test_an_entry_after_the_tenth_working_day_is_flagged(lan):
    # Friday 17 June 2022; the tenth working day after it is Friday 1 July.
    friday = NINE - 30 * ONE_DAY
    shift = a_shift(leader=lan, starts_at=friday)
    late = served(
        shift, a_person("mei"), recorded_at=datetime(2022, 7, 2, 4, tzinfo=NINE.tzinfo)
    )
    served(shift, a_person("bo"), recorded_at=datetime(2022, 7, 1, 15, tzinfo=NINE.tzinfo))

    assert found("entered_late") == pks(late)
    assert holds("entered_late")[0].details == {"days": 15, "due_on": "2022-07-01"}


def test_an_old_service_that_is_entered_now_is_looked_at_too(lan):
    shift = a_shift(leader=lan, starts_at=NINE - 200 * ONE_DAY)
    late = served(shift, a_person("mei"), recorded_at=NINE - ONE_DAY)

    assert found("entered_late") == pks(late)


def test_many_entries_by_one_person_in_one_night_are_held(lan):
    night = NINE.replace(hour=0)
    shift = a_shift(leader=lan, starts_at=NINE - ONE_DAY, capacity=40)
    by_night = [
        served(shift, p, recorded_at=night + n * ONE_MINUTE, recorded_by_id=lan.pk, grade="C")
        for n, p in enumerate(people(10))
    ]
    other = a_person("gao")
    for n, person in enumerate(people(9, "q")):
        served(
            shift,
            person,
            recorded_at=night + n * ONE_MINUTE,
            recorded_by_id=other.pk,
            grade="C",
        )

    assert found("night_entries") == pks(*by_night)


def test_time_entered_for_oneself_is_held(lan):
    shift = a_shift(leader=lan)
    mei, bo = a_person("mei"), a_person("bo")
    own = served(shift, lan, grade="C", recorded_by_id=lan.pk)
    served(shift, mei, grade="C", recorded_by_id=lan.pk)
    # Whoever goes by their own phone is the one who says so.
    checked_in(served(a_shift(leader=lan), bo, grade="", recorded_by_id=bo.pk))

    assert found("self_credit") == pks(own)


def test_service_before_registration_and_after_leaving_is_held(lan):
    mei, bo, gone = a_person("mei"), a_person("bo"), a_person("gone")
    Person.objects.filter(pk=mei.pk).update(registered_on=TODAY + ONE_DAY)
    Person.objects.filter(pk=bo.pk).update(registered_on=TODAY)
    Person.objects.filter(pk=gone.pk).update(left_on=TODAY - ONE_DAY)
    shift = a_shift(leader=lan)
    early, late = served(shift, mei), served(shift, gone)
    served(shift, bo)

    assert found("before_registration") == pks(early, late)
    assert holds("before_registration")[0].details == {"days": 1}


def born(person: Person, on: date) -> Person:
    with scope.whole_city():
        Identity.objects.filter(pk=person.pk).update(born_on=on)
    return person


def test_a_minor_in_school_hours_or_at_night_is_held(lan):
    mei = born(a_person("mei"), date(2008, 1, 1))
    bo = born(a_person("bo"), date(1990, 1, 1))
    friday = NINE - 30 * ONE_DAY
    at_school = a_shift(leader=lan, starts_at=friday)
    on_sunday = a_shift(leader=lan, starts_at=NINE)
    at_night = a_shift(leader=lan, starts_at=NINE + 12 * ONE_HOUR)
    in_school = served(at_school, mei)
    by_night = served(at_night, mei)
    served(on_sunday, mei)
    served(at_school, bo)

    assert found("minor_at_school") == pks(in_school, by_night)
    assert holds("minor_at_school")[0].details == {"years": 14, "began": "09:00"}


def test_two_sites_too_far_apart_for_the_time_between_are_held(lan):
    mei, bo = a_person("mei"), a_person("bo")
    here = an_activity(leader=lan, **HERE)
    far = an_activity(leader=lan, **FAR)
    morning = a_shift(activity=here)
    soon = a_shift(activity=far, starts_at=NINE + 2 * ONE_HOUR)
    later = a_shift(activity=far, starts_at=NINE + 3 * ONE_HOUR)
    first, second = served(morning, mei), served(soon, mei)
    served(morning, bo)
    served(later, bo)

    assert found("impossible_travel") == pks(first, second)
    assert holds("impossible_travel")[0].details["km"] == 20
    assert holds("impossible_travel")[0].details["minutes"] == 3


def test_an_entry_minutes_after_the_activity_was_created_is_held(lan):
    hasty = an_activity(leader=lan, created_at=NINE + 2 * ONE_HOUR)
    calm = an_activity(leader=lan, created_at=NINE - ONE_DAY)
    quick = served(a_shift(activity=hasty), a_person("mei"))
    served(a_shift(activity=calm), a_person("bo"))

    assert found("entered_at_once") == pks(quick)


def test_an_activity_created_after_it_took_place_holds_its_credits(lan):
    after = an_activity(leader=lan, created_at=NINE + 3 * ONE_HOUR)
    during = an_activity(leader=lan, created_at=NINE + ONE_HOUR)
    ghost = served(a_shift(activity=after), a_person("mei"))
    served(a_shift(activity=during), a_person("bo"))

    assert found("created_afterwards") == pks(ghost)


def test_the_same_minutes_for_twenty_without_check_in_are_held(lan):
    shift, clean = (a_shift(leader=lan, capacity=60) for _ in range(2))
    same = [served(shift, person, minutes=120) for person in people(20)]
    with_code = served(shift, a_person("mei"), minutes=120)
    checked_in(with_code)
    for person in people(19, "q"):
        served(clean, person, minutes=120)

    assert found("identical_minutes") == pks(*same)


def test_a_roster_confirmed_in_seconds_is_held(lan):
    shift, clean = (a_shift(leader=lan, capacity=60) for _ in range(2))
    second = timedelta(seconds=1)
    end = NINE + 3 * ONE_HOUR
    fast = [
        served(
            shift, person, minutes=100 + n, recorded_by_id=lan.pk,
            recorded_at=end + n * 0.9 * second,
        )
        for n, person in enumerate(people(10))
    ]  # fmt: skip
    for n, person in enumerate(people(10, "q")):
        served(
            clean, person, minutes=100 + n, recorded_by_id=lan.pk,
            recorded_at=end + n * 1.2 * second,
        )  # fmt: skip

    assert found("roster_in_seconds") == pks(*fast)


def test_the_roll_call_itself_says_how_fast_it_was(lan):
    shift = a_shift(leader=lan, capacity=60)
    end = NINE + 3 * ONE_HOUR
    for n, person in enumerate(people(10)):
        # Credited at once with the shift's end; called one after the other in the morning.
        credit = served(shift, person, minutes=100 + n, recorded_by_id=lan.pk, recorded_at=end)
        checked_in(
            credit, means=Means.ROLL_CALL, recorded_by=lan, said_at=NINE + n * ONE_MINUTE
        )

    assert found("roster_in_seconds") == set()


def test_one_phone_for_three_people_is_flagged_and_a_kiosk_is_not(lan):
    shift = a_shift(leader=lan, capacity=60)
    shared = [served(shift, person, minutes=100 + n) for n, person in enumerate(people(3))]
    for credit in shared:
        checked_in(credit, device_id=7)
    for n, person in enumerate(people(2, "q")):
        checked_in(served(shift, person, minutes=90 + n), device_id=8)
    for n, person in enumerate(people(3, "k")):
        checked_in(served(shift, person, minutes=80 + n), device_id=9, means=Means.KIOSK)

    assert found("one_device") == pks(*shared)
    assert all(hold.is_soft for hold in holds("one_device"))


def test_two_people_on_one_phone_at_ten_activities_are_flagged(lan):
    mei, bo, ann = a_person("mei"), a_person("bo"), a_person("ann")
    pairs, others = [], []
    for n in range(10):
        shift = a_shift(leader=lan, starts_at=NINE - n * ONE_DAY)
        pairs += [served(shift, mei, minutes=100), served(shift, bo, minutes=101)]
        for credit in pairs[-2:]:
            checked_in(credit, device_id=7)
        others.append(served(shift, ann, minutes=99))
        checked_in(others[-1], device_id=7 if n else 8)

    # Ann shared the phone nine times only.
    assert found("always_together") == pks(*pairs)


def test_the_code_of_a_place_used_from_far_away_is_held(lan):
    shift = a_shift(leader=lan)
    far, beyond, near, vague = (
        served(shift, person, minutes=90 + n) for n, person in enumerate(people(4))
    )
    outside = {"code_held": True, "is_inside": False}
    checked_in(far, distance_band_m=5000, accuracy_band_m=100, **outside)
    checked_in(beyond, distance_band_m=None, accuracy_band_m=100, **outside)
    checked_in(near, distance_band_m=1000, accuracy_band_m=100, **outside)
    checked_in(vague, distance_band_m=5000, accuracy_band_m=5000, **outside)

    assert found("code_from_afar") == pks(far, beyond)


def test_more_than_a_quarter_beyond_the_plan_is_held(lan):
    shift = a_shift(leader=lan)
    over = served(shift, a_person("mei"), minutes=151)
    served(shift, a_person("bo"), minutes=150)

    assert found("over_plan") == pks(over)


def a_team_that_serves(number: int, minutes: int, lan, heads: int = 5) -> list[Credit]:
    team = a_team(code=f"T{number}", leader=lan, name=f"{number}")
    shift = a_shift(activity=an_activity(leader=lan, team=team), hours=8, capacity=60)
    return [
        served(shift, person, minutes=minutes + n)
        for n, person in enumerate(people(heads, f"t{number}-"))
    ]


def test_a_team_far_above_its_peers_is_held(lan):
    for number in range(7):
        a_team_that_serves(number, 100 + 10 * number, lan)
    far_above = a_team_that_serves(8, 400, lan)

    assert found("hours_per_head") == pks(*far_above)
    assert holds("hours_per_head")[0].details["per_head"] == 402


def test_a_team_with_few_peers_is_compared_with_nobody(lan):
    for number in range(6):
        a_team_that_serves(number, 100, lan)
    a_team_that_serves(8, 400, lan)

    assert found("hours_per_head") == set()


def test_a_new_team_with_many_hours_is_held(lan, monkeypatch):
    team = a_team(code="T1", leader=lan, name="新", founded_on=TODAY - 2 * ONE_DAY)
    old = a_team(code="T2", leader=lan, name="旧", founded_on=TODAY - 30 * ONE_DAY)
    monkeypatch.setitem(rules._for_this_city(), "new_team", _of_ten_hours())
    loud = [
        served(
            a_shift(activity=an_activity(leader=lan, team=team), hours=6), person, minutes=301
        )
        for person in people(2)
    ]
    for person in people(2, "q"):
        served(
            a_shift(activity=an_activity(leader=lan, team=old), hours=6), person, minutes=301
        )

    assert found("new_team") == pks(*loud)
    assert holds("new_team")[0].team_id == team.pk


def _of_ten_hours():
    rule = rules.get("new_team")
    return rules._changed(rule, {"hours": 10})


def test_looking_twice_holds_nothing_twice(lan):
    for name in ("mei", "bo"):
        served(a_shift(leader=lan), a_person(name), minutes=151)

    first = commands.look(since=SINCE, until=UNTIL, actor=None, at=NINE)
    second = commands.look(since=SINCE, until=UNTIL, actor=None, at=NINE)

    assert first.held["over_plan"] == 2
    assert second.held == {}
    assert first.credits == second.credits == 2
    assert len(holds("over_plan")) == 2


def test_clean_hours_are_held_by_no_rule(lan):
    city = a_city()
    assert city
    served(a_shift(leader=lan), a_person("mei"))

    assert commands.look(since=SINCE, until=UNTIL, actor=None, at=NINE).held == {}
