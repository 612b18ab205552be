"""What is changed over the interface: the same refusals as on the pages."""

from datetime import timedelta

import pytest

from xinfeng.base import clock
from xinfeng.people.tests.build import a_person
from xinfeng.people.tests.tokens import refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE
from xinfeng.school.models import Series

from .build import MONDAY, a_class, a_course, a_field, a_lecturer, fresh, the_keeper, the_office
from .test_api import ask

pytestmark = pytest.mark.django_db
FRIDAY = MONDAY + timedelta(days=11)


@pytest.fixture(autouse=True)
def nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def said(**more):
    return {
        "title": "太极", "field": a_field().code, "outline": "二十四式", "sessions": 4,
        "minutes": 90,
    } | more  # fmt: skip


def test_an_office_changes_what_a_course_says_and_others_do_not(client):
    course = a_course()
    address = f"courses/{course.code}/changes"

    done = ask(client, address, said(), who=the_office(), scope=Scope.OFFICE).json()
    told = ask(client, address, said(title="x"), who=a_person("x"), scope=Scope.OFFICE)

    assert (done["title"], done["sessions"], done["minutes"]) == ("太极", 4, 90)
    assert refused_with(told) == (403, "not_your_area")
    assert fresh(course).title == "太极"


@pytest.mark.parametrize("wrong", [{"field": "none"}, {"topic": "none"}])
def test_a_course_is_of_a_field_and_a_topic_that_there_are(client, wrong):
    course = a_course()

    told = ask(
        client, f"courses/{course.code}/changes", said(**wrong), who=the_office(),
        scope=Scope.OFFICE,
    )  # fmt: skip

    assert told.status_code == 404
    assert not Series.objects.exists()


def test_an_office_honours_a_lecturer_with_a_source_and_takes_it_away(client):
    bo = a_lecturer()
    address = f"lecturers/{bo.code}/honours"
    office = {"who": the_office(), "scope": Scope.OFFICE}

    shown = ask(client, address, {"honour": "衡阳好人", "source": "2021年公示"}, **office)
    told = ask(client, address, {"honour": "衡阳好人"}, **office)
    own = ask(client, address, {}, who=bo.person, scope=Scope.OFFICE)
    gone = ask(client, address, {}, **office)

    assert shown.json()["honour"] == "衡阳好人"
    assert refused_with(told)[1] == "honour_source"
    assert refused_with(own)[0] == 403
    assert gone.json() == {"code": bo.code, "honour": "", "source": ""}


def test_a_keeper_changes_the_number_of_places_and_a_stranger_does_not(client):
    made = a_class(state="PUBLISHED")
    address = f"classes/{made.code}/quota"

    done = ask(client, address, {"quota": 9}, who=the_keeper(made.place), scope=Scope.LEAD)
    told = ask(client, address, {"quota": 1}, who=a_person("x"), scope=Scope.LEAD)

    assert done.json() == {"code": made.code, "quota": 9}
    assert refused_with(told)[0] == 403
    assert fresh(made).quota == 9


def test_a_moved_evening_is_accepted_by_its_lecturer_over_the_interface(client):
    made = a_class(state="PUBLISHED")
    session, bo = made.sessions.get(number=2), made.lecturer.person
    to = {"on": FRIDAY.isoformat(), "begins_minute": 1080}
    address = f"class-sessions/{session.pk}"

    moved = ask(
        client, f"{address}/moving", to, who=the_keeper(made.place), scope=Scope.LEAD
    ).json()
    waiting = ask(client, "me/lecturing", who=bo, scope=Scope.RECORD).json()["moved"]
    shown = {"starts_at": waiting[0]["starts_at"]}
    done = ask(client, f"{address}/acceptance", shown, who=bo, scope=Scope.PART).json()

    assert moved["asked_at"] is not None
    assert waiting[0]["session"] == session.pk
    assert (done["asked_at"], done["starts_at"]) == (None, moved["starts_at"])
    assert ask(client, "me/lecturing", who=bo, scope=Scope.RECORD).json()["moved"] == []


def test_a_moved_evening_is_declined_and_called_off(client):
    made = a_class(state="PUBLISHED")
    session, keeper = made.sessions.get(number=2), the_keeper(made.place)
    address = f"class-sessions/{session.pk}"
    to = {"on": FRIDAY.isoformat(), "begins_minute": 1080}
    moved = ask(client, f"{address}/moving", to, who=keeper, scope=Scope.LEAD).json()

    no = ask(
        client, f"{address}/refusal", {"starts_at": moved["starts_at"]},
        who=made.lecturer.person, scope=Scope.PART,
    ).json()  # fmt: skip
    off = ask(
        client, f"{address}/calling-off", {"reason": "停电"}, who=keeper, scope=Scope.LEAD
    )

    assert no["declined_at"] is not None
    assert off.json()["state"] == "CALLED_OFF"


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        ("moving", {"on": "2022-08-01", "begins_minute": 1080}),
        ("calling-off", {"reason": "停电"}),
        ("acceptance", {"starts_at": "2022-07-26T19:00:00+08:00"}),
        ("refusal", {"starts_at": "2022-07-26T19:00:00+08:00"}),
    ],
)
@pytest.mark.parametrize("which", ["known", "unknown"])
def test_a_stranger_learns_nothing_of_an_evening(client, verb, given, which):
    made = a_class(state="PUBLISHED")
    pk = made.sessions.get(number=2).pk if which == "known" else 2**63 - 1
    scope = Scope.PART if verb in {"acceptance", "refusal"} else Scope.LEAD

    told = ask(client, f"class-sessions/{pk}/{verb}", given, who=a_person("x"), scope=scope)

    assert refused_with(told)[0] == (404 if scope == Scope.PART else 403)


def test_an_evening_moves_to_no_year_that_nobody_plans(client):
    made = a_class(state="PUBLISHED")
    far = {"on": "9999-12-31", "begins_minute": 1439}

    told = ask(
        client, f"class-sessions/{made.sessions.get(number=1).pk}/moving", far,
        who=the_keeper(made.place), scope=Scope.LEAD,
    )  # fmt: skip

    assert refused_with(told)[1] == "too_far_ahead"
