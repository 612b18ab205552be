"""Builders for what programs of others send over Open311, and read."""

from xinfeng.base import scope
from xinfeng.findings import commands
from xinfeng.findings.models import SnapReport
from xinfeng.people.tests.build import an_office
from xinfeng.places.tests.build import a_city

from .build import HOUR, MONDAY, a_category, an_office_here

HOME = "/open311/v2"


def sent(client, *, form="json", headers=None, **changes):
    body = {
        "service_code": "litter", "description": "垃圾桶满了两天没人收。",
        "address_id": a_city().village.pk,
    } | changes  # fmt: skip
    return client.post(f"{HOME}/requests.{form}", body, headers=headers or {})


def number_of(answer):
    assert answer.status_code == 201, answer.content.decode()
    return answer.json()[0]["service_request_id"]


def reported(client, **changes):
    number = number_of(sent(client, **changes))
    with scope.whole_city():
        return SnapReport.objects.select_related("finding", "contact").get(code=number)


def asked(client, **query):
    answer = client.get(f"{HOME}/requests.json", query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def one(client, number):
    return client.get(f"{HOME}/requests/{number}.json").json()[0]


def confirmed(report, **more):
    return commands.confirm(
        finding_id=report.finding_id, actor=an_office_here(), at=MONDAY + 4 * HOUR, **more
    )


def a_key(an_hour=600):
    commands.add_program(
        code="APP", key="K" * 32, name="随手帮", an_hour=an_hour,
        actor=an_office(a_city().city, "city"), at=MONDAY,
    )  # fmt: skip
    return "K" * 32


def error_of(answer, status):
    assert answer.status_code == status, answer.content.decode()
    [said] = answer.json()
    assert said["code"] == status
    return said["description"]


def broken_facilities():
    choices = [{"key": "lamp", "name": "路灯"}, {"key": "cover", "name": "井盖"}]
    ask = {"code": "facility", "text": "哪种设施", "kind": "singlevaluelist", "required": True}
    return a_category(
        "facilities", name="设施缺损", position=2, asks=[ask | {"choices": choices}]
    )
