"""The night school over the interface: the same commands, the same refusals."""

import pytest

from xinfeng.base import clock
from xinfeng.people.tests.build import a_person
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE, a_city, a_place
from xinfeng.school.models import ClassState

from .build import a_class, a_course, a_request, fresh, the_keeper, the_office

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture(autouse=True)
def nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def ask(client, address, given=None, *, who=None, scope=None):
    headers = bearer(who, scope) if who else {}
    if given is None:
        return client.get(f"/api/v1/{address}", headers=headers)
    return client.post(f"/api/v1/{address}", given, JSON, headers=headers)


def test_everybody_reads_classes_courses_evenings_and_the_board(client):
    made = a_class(state="PUBLISHED")

    listed = ask(client, "classes").json()["items"]
    menu = ask(client, "courses").json()["items"]
    nights = ask(client, "class-sessions?first=2022-07-18&until=2022-08-30").json()["items"]
    board = ask(client, "popular-courses").json()
    who = ask(client, f"lecturers/{made.lecturer.code}").json()

    assert [(one["code"], one["free"]) for one in listed] == [(made.code, 2)]
    assert [one["open_classes"] for one in menu] == [1]
    assert [one["number"] for one in nights] == [1, 2, 3]
    assert board["weight_of_enrolment"] > 0
    assert who["name"] == "柏老师"
    assert ask(client, f"classes/{made.code}").json()["mine"] is None


def test_a_class_that_is_not_published_is_unknown(client):
    made = a_class(state="CONFIRMED")

    assert refused_with(ask(client, f"classes/{made.code}")) == (404, "unknown")
    assert ask(client, "classes").json()["items"] == []


def test_a_learner_enrols_sees_it_and_gives_it_back(client):
    made, mei = a_class(state="PUBLISHED"), a_person()

    place = ask(client, f"classes/{made.code}/enrolments", {}, who=mei, scope=Scope.PART).json()
    mine = ask(client, "me/classes", who=mei, scope=Scope.RECORD).json()["items"]
    address = f"me/enrolments/{place['id']}/cancellation"
    gone = ask(client, address, {}, who=mei, scope=Scope.PART).json()

    assert place["state"] == "ENROLLED"
    assert [one["id"] for one in mine] == [place["id"]]
    assert gone["state"] == "CANCELLED"


def test_somebody_elses_enrolment_is_unknown(client):
    made = a_class(state="PUBLISHED")
    address = f"classes/{made.code}/enrolments"
    place = ask(client, address, {}, who=a_person(), scope=Scope.PART).json()

    told = ask(
        client, f"me/enrolments/{place['id']}/cancellation", {}, who=a_person("x"),
        scope=Scope.PART,
    )  # fmt: skip

    assert refused_with(told)[0] == 404


def test_who_never_came_cannot_rate(client):
    made = a_class(state="PUBLISHED")
    marks = {"content": 5, "teaching": 5, "arrangement": 5}

    told = ask(client, f"classes/{made.code}/ratings", marks, who=a_person(), scope=Scope.PART)

    assert refused_with(told)[1] == "not_attended"


def test_a_keeper_orders_a_class_by_a_program_and_a_stranger_does_not(client):
    place, course = a_place(), a_course()
    wish = {
        "code": "WISH01", "course": course.code, "wished_from": "2022-07-25", "evenings": 127,
        "begins_minute": 1140, "heads": 20, "room": "礼堂",
    }  # fmt: skip
    address = f"places/{place.code}/class-requests"

    made = ask(client, address, wish, who=the_keeper(place), scope=Scope.LEAD).json()
    told = ask(client, address, wish, who=a_person("x"), scope=Scope.LEAD)
    listed = ask(client, address, who=the_keeper(place), scope=Scope.LEAD).json()["items"]

    assert (made["code"], made["state"]) == ("WISH01", "ASKED")
    assert refused_with(told)[0] == 403
    assert [one["code"] for one in listed] == ["WISH01"]
    assert ask(client, address, who=a_person("y"), scope=Scope.LEAD).status_code == 404


def test_a_lecturer_answers_and_the_keeper_publishes(client):
    made = a_class(state="PROPOSED")
    bo = made.lecturer.person

    asked = ask(client, "me/lecturing", who=bo, scope=Scope.RECORD).json()["asked"]
    ask(client, f"classes/{made.code}/acceptance", {}, who=bo, scope=Scope.PART)
    assert fresh(made).state == ClassState.CONFIRMED
    keeper = the_keeper(made.place)
    done = ask(client, f"classes/{made.code}/publication", {}, who=keeper, scope=Scope.LEAD)

    assert [one["code"] for one in asked] == [made.code]
    assert done.json()["state"] == "PUBLISHED"


def test_the_office_asks_for_a_timetable_once_and_others_never(client):
    a_request()
    said = {
        "code": "PLAN01", "division": a_city().city.pk, "first_week": "2022-07-18", "weeks": 4,
    }  # fmt: skip

    plans = [
        ask(client, "timetables", said, who=the_office(), scope=Scope.OFFICE).json()
        for _ in range(2)
    ]
    told = ask(client, "timetables", said, who=a_person("x"), scope=Scope.OFFICE)

    assert [plan["state"] for plan in plans] == ["QUEUED", "QUEUED"]
    assert refused_with(told)[0] == 403
    unknown = ask(client, "timetables/PLAN01", who=a_person("y"), scope=Scope.OFFICE)
    assert unknown.status_code == 404
