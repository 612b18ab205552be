"""From a station's wish to a learner's marks, by what the pages send alone."""

from datetime import timedelta

import pytest
from django.urls import reverse

from xinfeng.activities.models import Signup
from xinfeng.base import clock, scope
from xinfeng.hours.models import Credit
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE, a_city, a_place
from xinfeng.school.models import ClassRating, NightClass, Timetable

from .build import a_course, a_lecturer, the_keeper, the_office, worked_out

pytestmark = pytest.mark.django_db


@pytest.fixture
def goes(monkeypatch):
    """The city's clock, set to a moment."""

    def to(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    to(NINE)
    return to


def test_a_station_orders_a_class_and_a_learner_rates_what_was_held(client, goes):
    place, mei, lecturer = a_place(), a_person(), a_lecturer()
    keeper = the_keeper(place)

    def sends(who, name, *args, **given):
        client.force_login(who)
        answer = client.post(reverse(name, args=args), given)
        assert answer.status_code == 302, answer.content.decode()

    sends(
        keeper, "school:ask", place.code, code="WISH", course=a_course(sessions=1).code,
        evenings=["1"], wished_from="2022-07-18", begins="19:00", heads="10", room="礼堂",
    )  # fmt: skip
    sends(
        the_office(), "school:ask_timetable", code="PLAN", division=a_city().city.pk,
        first_week="2022-07-18", weeks="4",
    )  # fmt: skip
    worked_out(Timetable.objects.get(code="PLAN"))
    sends(the_office(), "school:publish_timetable", "PLAN")
    made = NightClass.objects.get(request__code="WISH")
    sends(lecturer.person, "school:accept", made.code)
    sends(keeper, "school:publish", made.code)
    sends(mei, "school:enrol", made.code)

    session = made.sessions.get()
    with scope.whole_city():
        expected = list(Signup.objects.filter(shift=session.shift_id).order_by("pk"))
    both = [one.pk for one in expected]
    assert len(both) == 2
    goes(session.starts_at)
    sends(keeper, "school:session", session.pk, arrived=both)
    goes(session.ends_at)
    sends(keeper, "school:session", session.pk, left=both)
    goes(session.ends_at + timedelta(hours=1))
    sends(mei, "school:rate", made.code, content="5", teaching="4", arrangement="5")

    with scope.whole_city():
        assert Credit.objects.of(lecturer.person).minutes() == 60
        assert not Credit.objects.of(mei).exists()
        assert ClassRating.objects.get(night_class=made).teaching == 4
    client.force_login(lecturer.person)
    own = client.get(reverse("school:own")).content.decode()
    assert "1 小时" in own
    client.force_login(mei)
    assert "您的评分" in client.get(reverse("school:class", args=[made.code])).content.decode()
