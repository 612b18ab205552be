"""A yes is one to an evening: what is moved is asked again, and nobody teaches unasked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from xinfeng.activities import commands as activities
from xinfeng.activities.models import Signup, SignupState
from xinfeng.activities.tests.build import ONE_HOUR
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.people.models import Notice
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE, a_place
from xinfeng.school import commands, evenings, queries
from xinfeng.school.models import Session

from .build import (
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
SIX_PM = 18 * 60


def told(person, since=0):
    with scope.whole_city():
        found = Notice.objects.filter(person=person).order_by("pk")
        return list(found.values_list("kind", flat=True))[since:]


def booked(session):
    with scope.whole_city():
        held = Signup.objects.filter(shift=session.shift_id, part="HELPER").order_by("pk")
        return [one.person_id for one in held if one.state == SignupState.BOOKED]


def moved(made, number=2, *, days=3, at=NINE):
    """The evening of that number, some days later at six, by the keeper."""
    session = made.sessions.get(number=number)
    commands.move_session(
        session_id=session.pk, on=session.on + timedelta(days=days), begins_minute=SIX_PM,
        actor=the_keeper(made.place), at=at,
    )  # fmt: skip
    return fresh(session)


def accept(session, *, at=NINE, starts_at=None, who=None):
    return commands.accept_session(
        session_id=session.pk, starts_at=starts_at or session.starts_at,
        actor=who or fresh(session.night_class).lecturer.person, at=at,
    )  # fmt: skip


def decline(session, *, at=NINE):
    return commands.decline_session(
        session_id=session.pk, starts_at=session.starts_at,
        actor=fresh(session.night_class).lecturer.person, at=at,
    )  # fmt: skip


# Before it is published


def test_a_class_moved_before_publishing_waits_for_another_yes():
    made = a_class(state="CONFIRMED")

    moved(made)

    now = fresh(made)
    assert (now.state, now.accepted_at, now.asked_at) == ("PROPOSED", None, NINE)
    assert told(made.lecturer.person)[-1] == "class.moved"
    with pytest.raises(Refusal) as refusal:
        commands.publish_class(class_id=made.pk, actor=the_keeper(made.place), at=NINE)
    assert refusal.value.code == "class_state"


def test_what_was_moved_and_accepted_again_is_announced_where_it_is():
    made = a_class(state="CONFIRMED")
    session = moved(made)

    commands.accept_class(class_id=made.pk, actor=made.lecturer.person, at=NINE)
    commands.publish_class(class_id=made.pk, actor=the_keeper(made.place), at=NINE)

    assert fresh(session).shift.starts_at == evenings.moment(session.on, SIX_PM)


def test_a_yes_to_a_page_from_before_the_move_is_none():
    made = a_class(state="CONFIRMED")
    moved(made, at=NINE + ONE_HOUR)

    with pytest.raises(Refusal) as refusal:
        commands.accept_class(
            class_id=made.pk, actor=made.lecturer.person, at=NINE + ONE_HOUR, asked_at=NINE
        )

    assert refusal.value.code == "class_moved"
    assert fresh(made).state == "PROPOSED"


# Once it is published


def test_a_session_moves_with_its_shift_and_nobody_is_booked_until_the_lecturer_says_yes():
    made, mei = a_class(state="PUBLISHED"), a_person()
    commands.enrol(class_id=made.pk, actor=mei, at=NINE)
    before = len(told(made.lecturer.person))

    session = moved(made)

    assert session.shift.starts_at == evenings.moment(session.on, SIX_PM)
    assert booked(session) == []
    assert told(made.lecturer.person, before) == ["session.moved"]
    assert told(mei)[-1] == "shift.moved"
    assert fresh(made).state == "PUBLISHED"
    assert booked(made.sessions.get(number=1)) == [made.lecturer.person_id]


def test_the_page_of_a_class_says_that_some_evenings_are_at_another_time(client):
    made = a_class(state="PUBLISHED")
    address = reverse("school:class", args=[made.code])
    note = "个别晚上另有时间"

    assert note not in client.get(address).content.decode()
    moved(made)
    assert note in client.get(address).content.decode()


def test_accepting_the_new_time_books_the_lecturer_once():
    made = a_class(state="PUBLISHED")
    session = moved(made)

    for _time in range(2):
        accept(session)

    assert booked(session) == [made.lecturer.person_id]
    assert fresh(session).asked_at is None
    assert told(the_keeper(made.place)).count("session.accepted") == 1


def test_a_yes_to_an_evening_that_was_moved_once_more_is_none():
    made = a_class(state="PUBLISHED")
    first = moved(made)
    moved(made, days=1)

    with pytest.raises(Refusal) as refusal:
        accept(first)

    assert refusal.value.code == "session_moved"
    assert booked(first) == []


def test_nobody_else_answers_for_the_lecturer():
    made = a_class(state="PUBLISHED")
    session = moved(made)

    for other in (the_keeper(made.place), a_person("x")):
        with pytest.raises(Unknown):
            accept(session, who=other)


def test_after_a_no_the_station_moves_it_again_and_asks_again():
    made = a_class(state="PUBLISHED")
    session = moved(made)

    for _time in range(2):
        decline(session)
    again = moved(made, days=1)

    assert told(the_keeper(made.place)).count("session.declined") == 1
    assert (again.asked_at, again.declined_at) == (NINE, None)
    accept(again)
    assert booked(again) == [made.lecturer.person_id]


def test_what_was_accepted_is_not_declined_afterwards():
    made = a_class(state="PUBLISHED")
    session = accept(moved(made))

    with pytest.raises(Refusal) as refusal:
        decline(session)

    assert refusal.value.code == "session_accepted"


def test_an_evening_that_nobody_accepted_falls_away_an_hour_before():
    made, mei = a_class(state="PUBLISHED"), a_person()
    commands.enrol(class_id=made.pk, actor=mei, at=NINE)
    session = moved(made)
    high_time = session.starts_at - ONE_HOUR
    before = len(told(mei))

    assert queries.sessions_to_lapse(high_time - ONE_HOUR) == []
    assert queries.sessions_to_lapse(high_time) == [session.pk]
    for _time in range(2):
        commands.lapse_session(session_id=session.pk, at=high_time)

    assert (fresh(session).state, fresh(session.activity).state) == ("CALLED_OFF", "CALLED_OFF")
    assert told(mei, before) == ["session.called_off"]
    assert fresh(made).state == "PUBLISHED"


def test_what_was_moved_at_short_notice_leaves_half_of_the_time():
    made = a_class(state="PUBLISHED")
    session = made.sessions.get(number=2)
    asked = session.starts_at - ONE_HOUR
    session = moved(made, days=0, at=session.starts_at - 2 * ONE_HOUR)

    assert session.starts_at == asked
    commands.lapse_session(session_id=session.pk, at=asked - timedelta(minutes=31))
    assert fresh(session).state == "PLANNED"
    commands.lapse_session(session_id=session.pk, at=asked - timedelta(minutes=30))
    assert fresh(session).state == "CALLED_OFF"


def test_the_last_evening_without_a_yes_ends_the_class():
    made = a_class(a_request(course_id=a_course("once", sessions=1).pk), state="PUBLISHED")
    session = moved(made, number=1)

    commands.lapse_session(session_id=session.pk, at=session.starts_at - ONE_HOUR)

    assert (fresh(made).state, fresh(made.request).state) == ("CALLED_OFF", "ASKED")


def test_an_evening_that_was_accepted_does_not_fall_away():
    made = a_class(state="PUBLISHED")
    session = accept(moved(made))

    commands.lapse_session(session_id=session.pk, at=session.starts_at - ONE_HOUR)

    assert fresh(session).state == "PLANNED"


def test_the_lecturer_answers_on_their_own_page(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)
    made = a_class(state="PUBLISHED")
    session = moved(made)
    client.force_login(made.lecturer.person)

    own = client.get(reverse("school:own")).content.decode()
    address = reverse("school:accept_session", args=[session.pk])
    assert address in own
    client.post(address, {"starts_at": session.starts_at.isoformat()})

    assert booked(session) == [made.lecturer.person_id]
    assert address not in client.get(reverse("school:own")).content.decode()


def test_an_answer_to_no_time_at_all_is_refused(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)
    made = a_class(state="PUBLISHED")
    session = moved(made)
    client.force_login(made.lecturer.person)

    client.post(reverse("school:accept_session", args=[session.pk]), {"starts_at": "soon"})

    assert booked(session) == []


@pytest.mark.parametrize("lie", [{"asked_at": NINE}, {"declined_at": NINE}])
def test_only_a_published_evening_is_asked_again_and_only_who_was_asked_declines(lie):
    made = a_class(state="CONFIRMED")

    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(night_class=made, number=1).update(**lie)


# Called off: each is told once


def test_a_class_called_off_tells_each_person_once_however_many_evenings_fall_away():
    made, mei = a_class(state="PUBLISHED"), a_person()
    commands.enrol(class_id=made.pk, actor=mei, at=NINE)
    before = {one: len(told(one)) for one in (mei, made.lecturer.person)}

    commands.call_off_class(
        class_id=made.pk, reason="停电", actor=the_keeper(made.place), at=NINE
    )

    for person, count in before.items():
        assert told(person, count) == ["class.called_off"]


def test_an_evening_called_off_tells_learner_and_lecturer_once_with_the_reason():
    made, mei = a_class(state="PUBLISHED"), a_person()
    commands.enrol(class_id=made.pk, actor=mei, at=NINE)
    before = {one: len(told(one)) for one in (mei, made.lecturer.person)}

    commands.call_off_session(
        session_id=made.sessions.get(number=2).pk, reason="停电",
        actor=the_keeper(made.place), at=NINE,
    )  # fmt: skip

    for person, count in before.items():
        assert told(person, count) == ["session.called_off"]
    with scope.whole_city():
        assert Notice.objects.filter(person=mei).order_by("-pk")[0].words["why"] == "停电"


def test_whoever_gave_one_evening_back_hears_of_a_class_that_is_off_too():
    made, mei = (
        a_class(a_request(a_place()), lecturer=a_lecturer(), state="PUBLISHED"),
        a_person(),
    )
    commands.enrol(class_id=made.pk, actor=mei, at=NINE)
    session = made.sessions.get(number=2)
    with scope.whole_city():
        Signup.objects.filter(person=mei).exclude(shift=session.shift_id).update(
            state=SignupState.CANCELLED
        )
    before = len(told(mei))

    commands.call_off_class(
        class_id=made.pk, reason="停电", actor=the_keeper(made.place), at=NINE
    )

    assert told(mei, before) == ["class.called_off"]
    assert evenings.moment(session.on, SEVEN_PM) == session.starts_at


def test_swept_too_late_an_evening_is_off_unless_learners_had_come():
    made, mei = a_class(state="PUBLISHED"), a_person()
    commands.enrol(class_id=made.pk, actor=mei, at=NINE)
    second, third = moved(made, number=2), moved(made, number=3)
    with scope.whole_city():
        there = Signup.objects.get(shift=third.shift_id, person=mei)
    activities.check_in(signup_id=there.pk, actor=the_keeper(made.place), at=third.starts_at)

    for session in (second, third):
        commands.lapse_session(session_id=session.pk, at=third.ends_at)

    assert [fresh(one).state for one in (second, third)] == ["CALLED_OFF", "PLANNED"]


def test_asking_a_lecturer_who_has_accepted_takes_nothing_back():
    made = a_class(state="CONFIRMED")

    with pytest.raises(Refusal) as refusal:
        commands.propose_class(class_id=made.pk, actor=the_office(), at=NINE)

    assert refusal.value.code == "class_state"
    assert fresh(made).state == "CONFIRMED"


def test_an_evening_called_off_on_its_activitys_page_is_off_in_the_class_too():
    made, mei = a_class(state="PUBLISHED"), a_person()
    commands.enrol(class_id=made.pk, actor=mei, at=NINE)
    session = made.sessions.get(number=1)
    activities.call_off(activity_id=session.activity_id, actor=the_keeper(made.place), at=NINE)
    before = Notice.objects.count()

    assert queries.sessions_called_off_elsewhere() == [session.pk]
    for _again in range(2):
        commands.follow_activity(session_id=session.pk, at=NINE)

    session.refresh_from_db()
    assert session.state == "CALLED_OFF"
    assert Notice.objects.count() == before
    assert queries.sessions_called_off_elsewhere() == []


def test_an_evening_that_has_begun_is_neither_moved_nor_called_off_nor_answered():
    made = a_class(state="PUBLISHED")
    keeper, session = the_keeper(made.place), moved(made)
    late = session.starts_at

    for act in (
        lambda: moved(made, at=late),
        lambda: commands.call_off_session(
            session_id=session.pk, reason="停电", actor=keeper, at=late
        ),
        lambda: accept(session, at=late),
        lambda: decline(session, at=late),
    ):
        with pytest.raises(Refusal) as refusal:
            act()
        assert refusal.value.code == "session_begun"

    assert (fresh(session).state, booked(session)) == ("PLANNED", [])
