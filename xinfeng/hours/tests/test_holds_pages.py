import re

import pytest
from django.urls import reverse

from xinfeng.base import scope
from xinfeng.hours.models import Hold, HoldState
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import a_city

from .build import a_credit, a_hold

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    office = an_office(a_city().county)
    client.force_login(office)
    return office


def text(answer) -> str:
    return answer.content.decode()


def test_the_volunteer_reads_why_and_objects_by_a_form(client):
    mei = a_person()
    hold = a_hold(a_credit(mei))
    client.force_login(mei)
    address = reverse("hours:hold", args=[hold.pk])

    listed = text(client.get(reverse("hours:reviews")))
    page = text(client.get(address))
    client.post(
        reverse("hours:appeal", args=[hold.pk]), {"reason": "I_WAS_THERE", "text": "在"}
    )

    assert "同一时间两次服务" in listed
    assert "重叠 30 分钟" in page
    assert 'name="finding"' not in page
    assert 'name="reason"' not in text(client.get(address))
    with scope.whole_city():
        assert Hold.objects.get().appeal == "I_WAS_THERE"


def test_a_reason_is_needed_to_object(client):
    mei = a_person()
    hold = a_hold(a_credit(mei))
    client.force_login(mei)

    page = text(client.post(reverse("hours:appeal", args=[hold.pk]), {"reason": "x"}))

    assert 'class="error"' in page


def test_the_office_decides_by_one_form_and_on_several_at_once(client, office):
    holds = [a_hold(a_credit(a_person(name))) for name in ("mei", "bo", "ann")]

    page = text(client.get(reverse("hours:hold", args=[holds[0].pk])))
    client.post(reverse("hours:decide", args=[holds[0].pk]), {"finding": "NOT_SERVED"})
    client.post(
        reverse("hours:decide_several"),
        {"finding": "FAMILY", "holds": [holds[1].pk, holds[2].pk, "x"]},
    )

    assert 'name="finding"' in page
    assert "王**" in page
    assert "王小梅" not in page
    with scope.whole_city():
        states = list(Hold.objects.order_by("pk").values_list("state", flat=True))
    assert states == [HoldState.UPHELD, HoldState.RELEASED, HoldState.RELEASED]


def test_the_desk_is_narrowed_by_rule_team_area_and_objection(client, office):
    one = a_hold(
        a_credit(a_person("mei")), rule="long_day", team_id=7, details={"minutes": 500}
    )
    a_hold(a_credit(a_person("bo")))
    other = a_hold(a_credit(a_person("ann"), division=a_city().other_county))
    address = reverse("hours:holds")

    def shown(**query):
        page = text(client.get(address, query))
        return sorted({int(pk) for pk in re.findall(r'href="/hours/holds/(\d+)/"', page)})

    assert other.pk not in shown()
    assert shown(rule="long_day") == shown(team=7) == [one.pk]
    assert len(shown(within=a_city().village.pk)) == 2
    assert shown(appealed="1") == []


def test_a_hold_elsewhere_is_answered_like_an_unknown_one(client):
    hold = a_hold(a_credit(a_person()))
    for person in (an_office(a_city().other_county), a_person("bo")):
        client.force_login(person)
        for hold_id in (hold.pk, 404):
            assert client.get(reverse("hours:hold", args=[hold_id])).status_code == 404


def test_the_desk_costs_the_same_however_many_wait(client, office):
    for number in range(12):
        a_hold(a_credit(a_person(f"p{number}")))

    with at_most(20):
        client.get(reverse("hours:holds"))


def test_everybody_reads_the_rules_with_this_citys_numbers_and_what_came_of_them(client):
    a_hold(a_credit(a_person()), rule="long_day", details={"minutes": 500})

    page = text(client.get(reverse("hours:rules")))

    assert "服务时长超过 480 分钟" in page
    assert "王" not in page
    assert text(client.get(reverse("hours:audits")))
