"""Places in a class: taken, waited for, given back and given on; who walks in; who rates."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from xinfeng.activities import commands as activities
from xinfeng.activities.models import Card, Signup
from xinfeng.activities.tests.build import ONE_HOUR, a_shift, a_signup
from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.hours.models import Credit
from xinfeng.journal.models import Entry
from xinfeng.people.models import Notice
from xinfeng.people.tests.build import a_keeper, a_person, numbered
from xinfeng.places.tests.build import NINE, a_city, a_place
from xinfeng.school import commands, queries
from xinfeng.school.models import ClassRating, Enrolment, WalkIns

from .build import a_class, a_course, a_request, fresh, the_keeper

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei():
    """Mei learns, and is no volunteer."""
    return a_person("mei", volunteers=False)


@pytest.fixture
def night_class():
    """Two places, three evenings from Tuesday on."""
    return a_class(state="PUBLISHED")


def enrol(night_class, person, at=NINE):
    return commands.enrol(class_id=night_class.pk, actor=person, at=at)


def booked(person):
    with scope.whole_city():
        own = Signup.objects.filter(person=person, state="BOOKED").order_by("shift_id")
        return list(own.values_list("part", flat=True))


def told(person):
    with scope.whole_city():
        found = Notice.objects.filter(person=person).order_by("pk")
        return list(found.values_list("kind", flat=True))


def states(night_class):
    with scope.whole_city():
        rows = Enrolment.objects.filter(night_class=night_class).order_by("pk")
        return list(rows.values_list("state", flat=True))


# Enrolling


def test_enrolling_books_all_evenings_as_a_learner(night_class, mei):
    enrolment = enrol(night_class, mei)

    assert enrolment.state == "ENROLLED"
    assert booked(mei) == ["LEARNER"] * 3
    assert Entry.objects.filter(verb="enrolment.taken").count() == 1


def test_enrolling_again_is_the_same_enrolment(night_class, mei):
    first = enrol(night_class, mei)

    assert enrol(night_class, mei) == first
    assert booked(mei) == ["LEARNER"] * 3


def test_later_only_the_evenings_ahead_are_booked(night_class, mei):
    after_first = night_class.sessions.get(number=1).ends_at

    enrol(night_class, mei, at=after_first)

    assert len(booked(mei)) == 2


def test_after_the_last_evening_has_begun_nobody_enrols(night_class, mei):
    with pytest.raises(Refusal) as refusal:
        enrol(night_class, mei, at=night_class.sessions.get(number=3).starts_at)

    assert refusal.value.code == "class_begun_last"


@pytest.mark.parametrize("state", ["DRAFT", "PROPOSED", "CONFIRMED"])
def test_what_is_not_published_does_not_exist_for_learners(state, mei):
    made = a_class(state=state)

    with pytest.raises(Unknown):
        enrol(made, mei)


def test_a_lecturer_is_no_learner_of_their_own(night_class):
    with pytest.raises(Refusal) as refusal:
        enrol(night_class, night_class.lecturer.person)

    assert refusal.value.code == "own_class"


def test_who_has_something_else_on_one_evening_does_not_enrol(night_class, mei):
    mei.registered_on = NINE.date()
    mei.save()
    begin = night_class.sessions.get(number=2).starts_at
    a_signup(volunteer=mei, shift=a_shift(leader=a_person("x"), starts_at=begin))

    with pytest.raises(Refusal) as refusal:
        enrol(night_class, mei)

    assert refusal.value.code == "shift_overlaps"
    assert states(night_class) == []
    assert len(booked(mei)) == 1


def test_a_course_for_adults_is_not_for_whose_age_is_unknown(mei):
    made = a_class(a_request(course_id=a_course("adults", min_age=18).pk), state="PUBLISHED")

    with pytest.raises(Refusal) as refusal:
        enrol(made, mei)

    assert refusal.value.code == "age_unknown"


def test_nobody_enrols_a_stranger(night_class, mei):
    with pytest.raises(Unknown):
        commands.enrol(class_id=night_class.pk, person_id=mei.pk, actor=a_person("x"), at=NINE)


# Waiting


def test_when_the_quota_is_full_people_wait(night_class, mei):
    enrol(night_class, a_person("a")), enrol(night_class, a_person("b"))

    enrolment = enrol(night_class, mei)

    assert (enrolment.state, booked(mei)) == ("WAITING", [])


def test_a_place_given_back_goes_to_who_waits_longest(night_class, mei):
    first = enrol(night_class, a_person("a"))
    enrol(night_class, a_person("b")), enrol(night_class, mei)
    enrol(night_class, a_person("late"))

    commands.cancel_enrolment(enrolment_id=first.pk, actor=first.person, at=NINE)

    assert states(night_class) == ["CANCELLED", "ENROLLED", "ENROLLED", "WAITING"]
    assert booked(mei) == ["LEARNER"] * 3
    assert booked(first.person) == []
    assert told(mei) == ["enrolment.promoted"]


def test_who_cannot_have_the_place_is_told_why_and_it_goes_on(night_class, mei):
    first = enrol(night_class, a_person("a"))
    enrol(night_class, a_person("b"))
    busy = a_person("busy")
    enrol(night_class, busy), enrol(night_class, mei)
    begin = night_class.sessions.get(number=3).starts_at
    a_signup(volunteer=busy, shift=a_shift(leader=a_person("x"), starts_at=begin))

    commands.cancel_enrolment(enrolment_id=first.pk, actor=first.person, at=NINE)

    assert states(night_class) == ["CANCELLED", "ENROLLED", "WAITING", "ENROLLED"]
    assert told(busy) == ["enrolment.skipped"]


def test_leaving_the_waiting_list_frees_no_place(night_class, mei):
    enrol(night_class, a_person("a")), enrol(night_class, a_person("b"))
    waiting = enrol(night_class, mei)

    for _time in range(2):
        commands.cancel_enrolment(enrolment_id=waiting.pk, actor=mei, at=NINE)

    assert states(night_class) == ["ENROLLED", "ENROLLED", "CANCELLED"]


def test_nobody_gives_another_ones_place_back(night_class, mei):
    enrolment = enrol(night_class, mei)

    with pytest.raises(Unknown):
        commands.cancel_enrolment(enrolment_id=enrolment.pk, actor=a_person("x"), at=NINE)


def test_who_cancelled_may_enrol_again(night_class, mei):
    first = enrol(night_class, mei)
    commands.cancel_enrolment(enrolment_id=first.pk, actor=mei, at=NINE)

    second = enrol(night_class, mei)

    assert (second.state, second.pk == first.pk) == ("ENROLLED", False)


def test_a_larger_quota_lets_in_who_waits(night_class, mei):
    enrol(night_class, a_person("a")), enrol(night_class, a_person("b"))
    enrol(night_class, mei)

    commands.resize_class(
        class_id=night_class.pk, quota=3, actor=the_keeper(night_class.place), at=NINE
    )

    assert states(night_class) == ["ENROLLED"] * 3
    assert booked(mei) == ["LEARNER"] * 3


def test_a_quota_is_never_smaller_than_what_is_taken(night_class, mei):
    enrol(night_class, a_person("a")), enrol(night_class, mei)

    with pytest.raises(Refusal) as refusal:
        commands.resize_class(
            class_id=night_class.pk, quota=1, actor=the_keeper(night_class.place), at=NINE
        )

    assert refusal.value.code == "fewer_than_taken"


def test_the_sweep_sees_a_place_that_came_free_by_itself(night_class, mei):
    first = enrol(night_class, a_person("a"))
    enrol(night_class, a_person("b")), enrol(night_class, mei)
    with scope.whole_city():
        Enrolment.objects.filter(pk=first.pk).update(state="CANCELLED", closed_at=NINE)
        Signup.objects.filter(person=first.person).update(state="CANCELLED")

    assert queries.classes_to_fill(NINE) == [night_class.pk]
    commands.fill_places(class_id=night_class.pk, at=NINE)

    assert states(night_class) == ["CANCELLED", "ENROLLED", "ENROLLED"]
    assert queries.classes_to_fill(NINE) == []


def test_when_the_class_is_called_off_nobody_holds_or_waits_any_more(night_class, mei):
    enrol(night_class, a_person("a")), enrol(night_class, a_person("b"))
    enrol(night_class, mei)

    commands.call_off_class(
        class_id=night_class.pk, reason="停课", actor=the_keeper(night_class.place), at=NINE
    )

    assert states(night_class) == ["LAPSED"] * 3
    assert told(mei) == ["enrolment.lapsed"]
    assert told(fresh(night_class).lecturer.person)[-1] == "class.called_off"


# Who walks in


def test_somebody_known_walks_in_with_a_telephone_number(night_class, mei):
    numbered(mei, phone="13800001234")
    session, keeper = night_class.sessions.get(number=1), the_keeper(night_class.place)

    signup = commands.let_in(
        session_id=session.pk, who="138 0000 1234", actor=keeper, at=session.starts_at
    )

    assert (signup.person_id, signup.state, signup.part) == (mei.pk, "PRESENT", "LEARNER")


def test_somebody_known_walks_in_with_a_card(night_class, mei):
    with scope.whole_city():
        Card.objects.create(
            code="ABCDEFGHJK", person=mei, division_id=mei.division_id, issued_at=NINE,
            issued_by_id=mei.pk,
        )  # fmt: skip
    session = night_class.sessions.get(number=1)

    signup = commands.let_in(
        session_id=session.pk, who="abcdefghjk", actor=the_keeper(night_class.place),
        at=session.starts_at + ONE_HOUR / 2,
    )  # fmt: skip

    assert signup.state == "PRESENT"


def test_whom_nobody_knows_is_a_head(night_class):
    session = night_class.sessions.get(number=1)

    with pytest.raises(Unknown):
        commands.let_in(
            session_id=session.pk, who="13900009999", actor=the_keeper(night_class.place),
            at=session.starts_at,
        )  # fmt: skip


def test_a_full_room_lets_nobody_known_in(night_class, mei):
    enrol(night_class, a_person("a")), enrol(night_class, a_person("b"))
    numbered(mei, phone="13800001234")
    session = night_class.sessions.get(number=1)

    with pytest.raises(Refusal) as refusal:
        commands.let_in(
            session_id=session.pk, who="13800001234", actor=the_keeper(night_class.place),
            at=session.starts_at,
        )  # fmt: skip

    assert refusal.value.code == "shift_full"


def test_heads_are_counted_apart_and_the_last_count_stands(night_class):
    session, keeper = night_class.sessions.get(number=1), the_keeper(night_class.place)

    for heads in (12, 14, 14):
        commands.count_heads(
            session_id=session.pk, heads=heads, actor=keeper, at=session.ends_at
        )

    assert WalkIns.objects.get().heads == 14
    assert Entry.objects.filter(verb="session.heads_counted").count() == 2


@pytest.mark.parametrize("who", ["lecturer", "learner", "strange keeper"])
def test_only_who_runs_the_class_counts(night_class, mei, who):
    other = {
        "lecturer": night_class.lecturer.person,
        "learner": mei,
        "strange keeper": a_keeper(a_place(division=a_city().next_village), "other"),
    }[who]
    session = night_class.sessions.get(number=1)

    with pytest.raises(Forbidden):
        commands.count_heads(session_id=session.pk, heads=3, actor=other, at=session.ends_at)


def test_nobody_counts_heads_before_the_evening(night_class):
    session = night_class.sessions.get(number=1)

    with pytest.raises(Refusal) as refusal:
        commands.count_heads(
            session_id=session.pk, heads=3, actor=the_keeper(night_class.place), at=NINE
        )

    assert refusal.value.code == "session_not_on"


# Rating


def attend(night_class, person):
    session, keeper = night_class.sessions.get(number=1), the_keeper(night_class.place)
    with scope.whole_city():
        signup = Signup.objects.get(shift=session.shift, person=person)
    activities.check_in(signup_id=signup.pk, actor=keeper, at=session.starts_at)
    activities.check_out(signup_id=signup.pk, actor=keeper, at=session.ends_at)
    return session.ends_at


def rate(night_class, person, at, **marks):
    given = {"content": 5, "teaching": 4, "arrangement": 3} | marks
    return commands.rate_class(class_id=night_class.pk, actor=person, at=at, **given)


def test_who_attended_rates_once(night_class, mei):
    enrol(night_class, mei)
    later = attend(night_class, mei)

    first = rate(night_class, mei, later, comment="讲得好")
    again = rate(night_class, mei, later, teaching=1)

    assert (again, first.teaching) == (first, 4)
    with scope.whole_city():
        assert ClassRating.objects.count() == 1


def test_the_means_open_every_rating_and_the_words_only_for_whom_they_are(
    client, night_class, mei
):
    enrol(night_class, mei)
    rate(night_class, mei, attend(night_class, mei), comment="讲得好")
    address = reverse("school:marks", args=[night_class.code])
    assert (
        address in client.get(reverse("school:class", args=[night_class.code])).content.decode()
    )

    for reader, reads in ((None, False), (mei, False), (the_keeper(night_class.place), True)):
        client.logout()
        if reader:
            client.force_login(reader)
        page = client.get(address).content.decode()
        assert "data-label" in page
        assert ("讲得好" in page) is reads
        assert "王小梅" not in page


def test_who_only_enrolled_does_not_rate(night_class, mei):
    enrol(night_class, mei)

    with pytest.raises(Forbidden):
        rate(night_class, mei, night_class.sessions.get(number=1).ends_at)


def test_the_lecturer_does_not_rate(night_class):
    bo = night_class.lecturer.person
    later = attend(night_class, bo)

    with pytest.raises(Forbidden):
        rate(night_class, bo, later)


def test_a_month_after_the_end_nobody_rates_any_more(night_class, mei):
    enrol(night_class, mei)
    attend(night_class, mei)
    end = night_class.sessions.get(number=3).ends_at
    commands.end_class(class_id=night_class.pk, at=end)

    with pytest.raises(Refusal) as refusal:
        rate(night_class, mei, end + timedelta(days=30))

    assert refusal.value.code == "rating_over"


@pytest.mark.parametrize("mark", [0, 6])
def test_a_mark_is_from_one_to_five(night_class, mei, mark):
    enrol(night_class, mei)
    later = attend(night_class, mei)

    with pytest.raises(Refusal) as refusal:
        rate(night_class, mei, later, content=mark)

    assert refusal.value.code == "marks"


def test_learners_never_earn(night_class, mei):
    enrol(night_class, mei)

    attend(night_class, mei)

    with scope.whole_city():
        assert not Credit.objects.filter(person=mei).exists()


# What the database itself refuses


@pytest.mark.parametrize(
    "lie",
    [
        {"state": "WAITING"},
        {"state": "ENROLLED", "enrolled_at": None},
        {"state": "ENROLLED", "closed_at": NINE},
        {"state": "CANCELLED"},
        {"state": "INVENTED"},
    ],
)
def test_an_enrolment_is_in_one_state(night_class, mei, lie):
    enrolment = enrol(night_class, mei)

    with scope.whole_city(), pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=enrolment.pk).update(**lie)


def test_nobody_is_enrolled_twice(night_class, mei):
    enrolment = enrol(night_class, mei)
    enrolment.pk = None

    with scope.whole_city(), pytest.raises(IntegrityError), transaction.atomic():
        enrolment.save()


@pytest.mark.parametrize("mark", ["content", "teaching", "arrangement"])
def test_no_mark_outside_is_kept(night_class, mei, mark):
    enrol(night_class, mei)
    rating = rate(night_class, mei, attend(night_class, mei))

    with scope.whole_city(), pytest.raises(IntegrityError), transaction.atomic():
        ClassRating.objects.filter(pk=rating.pk).update(**{mark: 6})
