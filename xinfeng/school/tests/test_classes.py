"""From a lecturer's yes to the last evening: accepted, published, moved, called off, ended."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from xinfeng.activities import commands as activities
from xinfeng.activities.models import Activity, Shift, Signup
from xinfeng.activities.tests.build import ONE_HOUR, a_shift, a_signup, an_activity
from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.hours.models import Credit
from xinfeng.journal.models import Entry
from xinfeng.people.models import Notice
from xinfeng.people.tests.build import a_keeper, a_person, an_office
from xinfeng.places.tests.build import NINE, a_city, a_place
from xinfeng.school import commands, evenings, queries
from xinfeng.school.models import ClassState, NightClass, Session

from .build import (
    MONDAY,
    SEVEN_PM,
    a_class,
    a_course,
    a_lecturer,
    a_request,
    fresh,
    the_keeper,
    the_office,
)

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


def told(person):
    with scope.whole_city():
        found = Notice.objects.filter(person=person).order_by("pk")
        return list(found.values_list("kind", flat=True))


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


# Placed by hand


def test_an_office_places_a_class_on_the_evenings_of_its_sessions():
    made = a_class()

    days = list(made.sessions.order_by("number").values_list("on", flat=True))
    assert days == evenings.weekly(TUESDAY, 3)
    assert (made.state, fresh(made.request).state) == ("DRAFT", "PLACED")
    assert verbs()[-1] == "class.placed"


def test_placing_the_same_again_changes_nothing():
    first = a_class()

    again = a_class(first.request, lecturer=first.lecturer)

    assert again == first


def test_what_was_served_or_withdrawn_is_not_placed_again():
    wanted = a_request()
    commands.withdraw_request(request_id=wanted.pk, actor=the_keeper(wanted.place), at=NINE)

    with pytest.raises(Refusal) as refusal:
        a_class(wanted)

    assert refusal.value.code == "request_state"


def test_placing_elsewhere_takes_the_first_draft_out():
    first = a_class()

    second = a_class(first.request, lecturer=first.lecturer, first_on=TUESDAY + timedelta(2))

    assert fresh(first).state == ClassState.WITHDRAWN
    assert not first.sessions.exists()
    assert second.sessions.count() == 3


@pytest.mark.parametrize("clash", ["lecturer_taken", "room_taken", "group_taken"])
def test_nobody_and_nothing_is_in_two_places_on_one_evening(clash):
    place, bo = a_place(), a_lecturer()
    a_class(a_request(place, group="合唱队"), lecturer=bo)
    same = {
        "lecturer_taken": {"room": "二楼"},
        "room_taken": {},
        "group_taken": {"room": "二楼", "group": "合唱队"},
    }[clash]
    al = bo if clash == "lecturer_taken" else a_lecturer("al")
    wanted = a_request(place, **same)

    with pytest.raises(Refusal) as refusal:
        a_class(wanted, lecturer=al)

    assert refusal.value.code == clash
    assert fresh(wanted).state == "ASKED"


def test_groups_of_two_places_with_one_name_are_two_groups():
    a_class(a_request(group="合唱队"))
    other = a_request(a_place(division=a_city().next_village), group="合唱队")

    assert a_class(other, lecturer=a_lecturer("al")).state == "DRAFT"


def test_an_activity_of_the_place_is_in_the_way():
    place = a_place()
    on = evenings.moment(TUESDAY + timedelta(weeks=1), SEVEN_PM)
    a_shift(
        activity=an_activity(leader=the_keeper(place), place=place, title="联欢"), starts_at=on
    )

    with pytest.raises(Refusal, match="联欢"):
        a_class(a_request(place))


def test_what_a_lecturer_does_elsewhere_is_in_the_way_and_not_told():
    bo = a_lecturer()
    shift = a_shift(
        activity=an_activity(leader=a_person("x"), title="看病"),
        starts_at=evenings.moment(TUESDAY, SEVEN_PM),
    )
    a_signup(volunteer=bo.person, shift=shift)

    with pytest.raises(Refusal) as refusal:
        a_class(lecturer=bo)

    assert refusal.value.code == "lecturer_taken"
    assert "看病" not in str(refusal.value)


def test_a_township_places_within_its_own_area_only():
    wanted, bo = a_request(a_place(division=a_city().other_village)), a_lecturer()

    with pytest.raises(Forbidden):
        commands.place_class(
            request_id=wanted.pk, lecturer_id=bo.pk, first_on=TUESDAY, code="X",
            actor=an_office(a_city().township), at=NINE,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "lecturer", "course"),
    [
        ("lecturer_state", {"state": "PAUSED"}, {}),
        ("qualification_missing", {}, {"qualifications": ["nurse"]}),
    ],
)
def test_who_cannot_give_it_is_not_placed(code, lecturer, course):
    wanted = a_request(course_id=a_course("other", **course).pk)

    with pytest.raises(Refusal) as refusal:
        a_class(wanted, lecturer=a_lecturer(**lecturer))

    assert refusal.value.code == code


# Accepted and declined


def test_nobody_accepts_for_a_lecturer():
    proposed = a_class(state="PROPOSED")

    for other in (the_office(), the_keeper(proposed.place), a_person("mei")):
        with pytest.raises(Unknown):
            commands.accept_class(class_id=proposed.pk, actor=other, at=NINE)

    assert fresh(proposed).state == "PROPOSED"


def test_a_draft_cannot_be_accepted_because_nobody_was_asked():
    draft = a_class()

    with pytest.raises(Unknown):
        commands.accept_class(class_id=draft.pk, actor=draft.lecturer.person, at=NINE)


def test_accepting_twice_is_accepting_once():
    made = a_class(state="CONFIRMED")

    again = commands.accept_class(
        class_id=made.pk, actor=made.lecturer.person, at=NINE + ONE_HOUR
    )

    assert again.accepted_at == NINE
    assert verbs().count("class.accepted") == 1


def test_declining_with_a_reason_frees_the_request_and_tells_the_station():
    proposed = a_class(state="PROPOSED")

    commands.decline_class(
        class_id=proposed.pk, reason="BUSY", actor=proposed.lecturer.person, at=NINE
    )

    assert (fresh(proposed).state, fresh(proposed.request).state) == ("DECLINED", "ASKED")
    assert not proposed.sessions.exists()
    assert told(the_keeper(proposed.place)) == ["class.declined"]


def test_declining_needs_a_reason():
    proposed = a_class(state="PROPOSED")

    with pytest.raises(Refusal) as refusal:
        commands.decline_class(
            class_id=proposed.pk, reason="", actor=proposed.lecturer.person, at=NINE
        )

    assert refusal.value.code == "reason_needed"


def test_silence_gives_the_request_back():
    proposed = a_class(state="PROPOSED", first_on=MONDAY + timedelta(days=20))
    later = NINE + timedelta(days=5)

    assert queries.classes_to_lapse(NINE) == []
    assert queries.classes_to_lapse(later) == [proposed.pk]
    commands.lapse_class(class_id=proposed.pk, at=later)

    assert (fresh(proposed).state, fresh(proposed.request).state) == ("WITHDRAWN", "ASKED")


def test_what_was_accepted_does_not_lapse():
    made = a_class(state="CONFIRMED")

    commands.lapse_class(class_id=made.pk, at=NINE + timedelta(days=5))

    assert fresh(made).state == "CONFIRMED"


def test_what_was_replaced_is_not_accepted_any_more():
    first = a_class(state="PROPOSED")
    a_class(first.request, lecturer=a_lecturer("al"))

    with pytest.raises(Refusal) as refusal:
        commands.accept_class(class_id=first.pk, actor=first.lecturer.person, at=NINE)

    assert refusal.value.code == "class_replaced"


# Published


def test_publishing_announces_an_activity_for_each_evening():
    made = a_class(state="PUBLISHED")

    shifts = [session.shift for session in made.sessions.order_by("number")]
    assert [shift.starts_at for shift in shifts] == [
        evenings.moment(day, SEVEN_PM) for day in evenings.weekly(TUESDAY, 3)
    ]
    parts = set(shifts[0].posts.values_list("part", "audience", "capacity"))
    assert parts == {("HELPER", "INVITED", 1), ("LEARNER", "INVITED", 2)}
    activity = shifts[0].activity
    assert (activity.state, activity.audience) == ("ANNOUNCED", "OPEN")
    assert activity.series_id == activity.pk
    assert "柏" not in activity.title + activity.content + activity.contact


def test_publishing_books_the_lecturer_into_every_evening():
    made = a_class(state="PUBLISHED")

    with scope.whole_city():
        booked = Signup.objects.filter(person=made.lecturer.person, part="HELPER")
        assert booked.count() == 3
    assert told(made.lecturer.person)[-1] == "class.published"


def test_publishing_twice_announces_once():
    made = a_class(state="PUBLISHED")

    commands.publish_class(class_id=made.pk, actor=the_keeper(made.place), at=NINE)

    assert Activity.objects.count() == 3


def test_nothing_is_published_that_nobody_has_accepted():
    proposed = a_class(state="PROPOSED")

    with pytest.raises(Refusal) as refusal:
        commands.publish_class(class_id=proposed.pk, actor=the_keeper(proposed.place), at=NINE)

    assert refusal.value.code == "class_state"
    assert not Activity.objects.exists()


def test_a_lecturer_never_runs_their_own_class():
    place = a_place()
    keeper = a_keeper(place, "bo")
    keeper.registered_on = NINE.date()
    keeper.save()
    made = a_class(a_request(place), lecturer=a_lecturer(person=keeper), state="CONFIRMED")

    with pytest.raises(Forbidden):
        commands.publish_class(class_id=made.pk, actor=keeper, at=NINE)
    commands.publish_class(class_id=made.pk, actor=the_office(), at=NINE)

    assert keeper.pk not in Activity.objects.order_by("pk")[0].deputies


def test_a_strange_keeper_publishes_nothing():
    made = a_class(state="CONFIRMED")
    other = a_keeper(a_place(division=a_city().next_village), "other")

    with pytest.raises(Forbidden):
        commands.publish_class(class_id=made.pk, actor=other, at=NINE)


# Hours


@pytest.mark.parametrize(("is_paid", "minutes"), [(False, [60]), (True, [])])
def test_an_unpaid_lecturer_earns_an_evening_once_and_a_paid_one_nothing(is_paid, minutes):
    made = a_class(lecturer=a_lecturer(is_paid=is_paid), state="PUBLISHED")
    shift = made.sessions.get(number=1).shift
    keeper = the_keeper(made.place)
    with scope.whole_city():
        signup = Signup.objects.get(shift=shift)

    for _time in range(2):
        activities.check_in(signup_id=signup.pk, actor=keeper, at=shift.starts_at)
        activities.check_out(signup_id=signup.pk, actor=keeper, at=shift.ends_at)

    with scope.whole_city():
        credited = Credit.objects.filter(person=made.lecturer.person)
        assert list(credited.values_list("minutes", flat=True)) == minutes


# Moved


def test_a_session_moves_to_no_evening_of_another_class():
    bo = a_lecturer()
    made = a_class(lecturer=bo, state="PUBLISHED")
    a_class(
        a_request(a_place(division=a_city().next_village)), lecturer=bo,
        first_on=TUESDAY + timedelta(days=1),
    )  # fmt: skip
    session = made.sessions.get(number=1)

    with pytest.raises(Refusal) as refusal:
        commands.move_session(
            session_id=session.pk, on=TUESDAY + timedelta(days=1), begins_minute=SEVEN_PM,
            actor=the_keeper(made.place), at=NINE,
        )  # fmt: skip

    assert refusal.value.code == "lecturer_taken"
    assert fresh(session).on == TUESDAY


# Called off and ended


def test_a_session_is_called_off_and_the_class_goes_on():
    made = a_class(state="PUBLISHED")
    session = made.sessions.get(number=2)

    commands.call_off_session(
        session_id=session.pk, reason="停电", actor=the_keeper(made.place), at=NINE
    )

    assert (fresh(session).state, fresh(session.activity).state) == ("CALLED_OFF", "CALLED_OFF")
    assert fresh(made).state == "PUBLISHED"


def test_the_only_session_is_not_called_off_alone():
    made = a_class(a_request(course_id=a_course("once", sessions=1).pk), state="PUBLISHED")

    with pytest.raises(Refusal) as refusal:
        commands.call_off_session(
            session_id=made.sessions.get().pk, reason="停电", actor=the_keeper(made.place),
            at=NINE,
        )  # fmt: skip

    assert refusal.value.code == "last_session"


def test_calling_a_class_off_calls_off_its_evenings_and_frees_the_request():
    made = a_class(state="PUBLISHED")

    for _time in range(2):
        commands.call_off_class(
            class_id=made.pk, reason="讲师生病", actor=the_keeper(made.place), at=NINE
        )

    assert set(Activity.objects.values_list("state", flat=True)) == {"CALLED_OFF"}
    assert (fresh(made).state, fresh(made.request).state) == ("CALLED_OFF", "ASKED")
    assert verbs().count("class.called_off") == 1


def test_a_class_that_has_begun_is_called_off_for_the_rest():
    made = a_class(state="PUBLISHED")
    after_first = made.sessions.get(number=1).ends_at

    commands.call_off_class(
        class_id=made.pk, reason="停课", actor=the_keeper(made.place), at=after_first
    )

    states = made.sessions.order_by("number").values_list("state", flat=True)
    assert list(states) == ["PLANNED", "CALLED_OFF", "CALLED_OFF"]
    assert fresh(made.request).state == "SERVED"


def test_calling_off_says_why():
    made = a_class(state="PUBLISHED")

    with pytest.raises(Refusal) as refusal:
        commands.call_off_class(
            class_id=made.pk, reason=" ", actor=the_keeper(made.place), at=NINE
        )

    assert refusal.value.code == "reason_needed"


def test_after_its_last_evening_a_class_ends():
    made = a_class(state="PUBLISHED")
    end = made.sessions.get(number=3).ends_at

    assert queries.classes_to_end(end - ONE_HOUR) == []
    assert queries.classes_to_end(end) == [made.pk]
    commands.end_class(class_id=made.pk, at=end)
    commands.end_class(class_id=made.pk, at=end)

    assert (fresh(made).state, fresh(made.request).state) == ("ENDED", "SERVED")
    assert verbs().count("class.ended") == 1


def test_what_nobody_published_in_time_does_not_stay_open():
    made = a_class(state="CONFIRMED")
    begin = made.sessions.get(number=1).starts_at

    commands.end_class(class_id=made.pk, at=begin)

    assert (fresh(made).state, fresh(made.request).state) == ("CALLED_OFF", "ASKED")
    assert not Session.objects.exists()


def test_a_request_with_an_accepted_class_is_not_simply_withdrawn():
    made = a_class(state="CONFIRMED")

    with pytest.raises(Refusal) as refusal:
        commands.withdraw_request(
            request_id=made.request_id, actor=the_keeper(made.place), at=NINE
        )

    assert refusal.value.code == "class_confirmed"


def test_withdrawing_a_request_tells_the_lecturer_who_was_asked():
    proposed = a_class(state="PROPOSED")

    commands.withdraw_request(
        request_id=proposed.request_id, actor=the_keeper(proposed.place), at=NINE
    )

    assert (fresh(proposed).state, fresh(proposed.request).state) == ("WITHDRAWN", "WITHDRAWN")
    assert told(proposed.lecturer.person)[-1] == "class.withdrawn"


# What the database itself refuses


@pytest.mark.parametrize(
    "lie",
    [
        {"state": "CONFIRMED"},
        {"state": "PUBLISHED", "accepted_at": NINE},
        {"state": "DECLINED", "asked_at": NINE, "closed_at": NINE},
        {"state": "ENDED", "asked_at": NINE, "accepted_at": NINE, "closed_at": NINE},
        {"state": "CALLED_OFF", "asked_at": NINE, "accepted_at": NINE, "closed_at": NINE},
        {"state": "PROPOSED"},
        {"accepted_at": NINE},
        {"asked_at": NINE},
        {"closed_at": NINE},
        {"quota": 0},
        {"sessions_count": 0},
        {"ends_minute": 60},
        {"state": "INVENTED"},
    ],
)
def test_a_class_is_in_one_state_with_all_that_belongs_to_it(lie):
    made = a_class()

    with pytest.raises(IntegrityError), transaction.atomic():
        NightClass.objects.filter(pk=made.pk).update(**lie)


@pytest.mark.parametrize(
    "lie",
    [
        {"state": "CALLED_OFF"},
        {"state": "HELD"},
        {"ends_at": NINE},
        {"number": 2},
        {"on": TUESDAY + timedelta(weeks=1)},
    ],
)
def test_a_session_is_possible(lie):
    made = a_class()

    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(night_class=made, number=1).update(**lie)


def test_a_session_has_both_activity_and_shift_or_none():
    made = a_class(state="PUBLISHED")

    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(night_class=made, number=1).update(shift=None)
    assert Shift.objects.count() == 3


def test_a_request_has_one_live_class():
    made = a_class()
    copy = NightClass.objects.get(pk=made.pk)
    copy.pk, copy.code = None, "TWICE"

    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()
