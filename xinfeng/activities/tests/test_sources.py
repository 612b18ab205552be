import pytest

from xinfeng.hours import commands as hours
from xinfeng.hours import sources
from xinfeng.hours.commands import Fact
from xinfeng.hours.models import Reason, Source
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import NINE, TODAY, VILLAGE, a_city, a_place
from xinfeng.teams.tests.build import a_team

from .build import a_shift, a_signup, an_activity

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan():
    return a_person("lan", name="陈兰")


def credited(signup):
    fact = Fact(Source.ATTENDANCE, signup.pk, VILLAGE, TODAY)
    return hours.post(person=signup.person, minutes=60, fact=fact, actor=signup.person, at=NINE)


def test_a_credit_says_which_activity_of_whom_it_stands_on(lan):
    place, team = a_place(), a_team(leader=lan)
    activity = an_activity(leader=lan, place=place, team=team)
    credit = credited(a_signup(volunteer=a_person(), shift=a_shift(activity=activity)))

    said = sources.describe([credit])[credit.pk]

    assert (said.title, said.organiser, said.place) == ("河道清洁", team.name, place.name)
    assert said.in_charge == "陈*"
    assert activity.code in said.href


def test_a_reversal_is_described_by_what_it_takes_back(lan):
    credit = credited(a_signup(volunteer=a_person(), leader=lan))
    office = an_office(a_city().county)
    reversal = hours.reverse(
        credit_id=credit.pk, reason=Reason.NOT_SERVED, actor=office, at=NINE
    )

    said = sources.describe([reversal])[reversal.pk]

    assert said.title == "河道清洁"


def test_a_fact_that_is_gone_is_named_by_its_kind(lan):
    credit = hours.post(
        person=lan, minutes=60, fact=Fact(Source.ATTENDANCE, 404, VILLAGE, TODAY), actor=lan,
        at=NINE,
    )  # fmt: skip

    assert sources.describe([credit])[credit.pk].title


def test_describing_many_costs_as_much_as_describing_one(lan):
    shift = a_shift(leader=lan)
    credits = [credited(a_signup(volunteer=a_person(f"v{n}"), shift=shift)) for n in range(10)]

    with at_most(5):
        sources.describe(credits)
