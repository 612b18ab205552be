"""No operation tells of somebody what is not for the asker: a canary sings if one does."""

import re
from itertools import product

import pytest

from xinfeng.activities.tests.build import a_shift, a_signup
from xinfeng.base import clock, crypto, scope
from xinfeng.config import api
from xinfeng.config.urls import interface
from xinfeng.dispatch import commands as dispatch
from xinfeng.dispatch.tests.build import a_contact, a_desk, an_order
from xinfeng.filing.tests.build import a_task
from xinfeng.findings import commands as findings
from xinfeng.findings.tests.build import a_wish
from xinfeng.hours.tests.build import a_credit, a_hold
from xinfeng.people import commands as people
from xinfeng.people import notices
from xinfeng.people.models import Identity, Role
from xinfeng.people.models.identity import about
from xinfeng.people.tests.build import a_person, an_office, everyone
from xinfeng.people.tests.tokens import bearer
from xinfeng.places.tests.build import NINE, a_city, a_place
from xinfeng.teams.tests.build import a_membership, a_team
from xinfeng.units.tests.build import a_member, a_point, a_unit

pytestmark = pytest.mark.django_db
NAME, PHONE, ID_NUMBER, LOGIN = "欧阳金丝雀", "13912345678", "430405199001011234", "canary-bird"
SONGS = (NAME, PHONE, ID_NUMBER, LOGIN, "只给金丝雀的消息")
READING = [
    (address, operation)
    for address, operation in api.operations(interface)
    if "GET" in operation.methods
]


@pytest.fixture
def world(monkeypatch):
    """The canary belongs to a team, serves on a shift, has hours, a review and a message.

    It also ordered a service for itself, about which it has complained.
    """
    monkeypatch.setattr(clock, "now", lambda: NINE)
    monkeypatch.setattr(api.Paced, "allow_request", lambda self, request: True)
    place = a_place()
    canary = a_person(LOGIN, name=NAME)
    _seal(canary)
    team = a_team(place=place)
    a_membership(team, canary)
    shift = a_shift(leader=a_person("leader"))
    signup = a_signup(volunteer=canary, shift=shift)
    credit = a_credit(canary)
    hold = a_hold(credit)
    monkeypatch.setitem(notices._sentences, "test.told", "%(title)s")
    with scope.whole_city():
        people.tell("test.told", [canary.pk], at=NINE, title="只给金丝雀的消息")
    a_desk()
    order = an_order(
        actor=canary, is_mine=True, contact=a_contact(name=NAME, phone=PHONE), placed_at=NINE
    )
    dispatch.complain(
        order_id=order.pk, code="CANARY", kind="OTHER", text=f"我是{NAME}，{PHONE}",
        actor=canary, at=NINE,
    )  # fmt: skip
    found = _reported(canary)
    unit, task = a_unit(), a_task()
    a_member(canary, unit)
    a_point(unit=unit, person_in_charge=canary)
    values = {
        "code": [
            team.code, shift.activity.code, place.code, order.code, found.code, unit.code
        ],
        "task_id": [task.pk], "name": [task.standard.name],
        "version": [task.standard.version],
        "key": [order.code, found.code], "file_id": [1],
        "shift_id": [shift.pk], "signup_id": [signup.pk], "hold_id": [hold.pk],
        "credit_id": [credit.pk], "person_id": [canary.pk],
    }  # fmt: skip
    return canary, everyone(place), values


def _reported(canary):
    """A snap report with name and telephone, which an office has confirmed."""
    wish = a_wish(name=NAME, phone=PHONE)
    report = findings.report(new=wish, actor=canary, at=NINE)
    office = an_office(a_city().township, "confirms")
    return findings.confirm(finding_id=report.finding_id, actor=office, at=NINE)


def _seal(person) -> None:
    def sealed(field: str, text: str) -> dict[str, object]:
        return {
            f"{field}_sealed": crypto.seal(text, about=about(field, person.pk)),
            f"{field}_digest": crypto.digest(field, text),
        }

    with scope.whole_city():
        given = sealed("phone", PHONE) | sealed("id_number", ID_NUMBER)
        Identity.objects.filter(pk=person.pk).update(**given)


def asked(address: str, values: dict[str, list[object]]) -> list[str]:
    """The address filled with everything in this world that it could name."""
    names = re.findall(r"{(\w+)}", address)
    known = [values.get(name, ["1" if name.endswith("_id") else "x"]) for name in names]
    return [address.format(**dict(zip(names, each, strict=True))) for each in product(*known)]


@pytest.mark.parametrize("role", [None, *Role.values])
def test_nobody_hears_the_canary_over_the_interface(client, world, role):
    _canary, cast, values = world
    headers = bearer(cast[role]) if role else {}
    heard = {}
    for address, _operation in READING:
        for one in asked(address, values):
            answer = client.get(one, headers=headers)
            assert answer.status_code < 500, one
            sung = [song for song in SONGS if song in answer.content.decode()]
            if sung:
                heard[one] = sung

    assert heard == {}


def test_the_canary_hears_itself(client, world):
    canary, _cast, values = world

    told = "".join(
        client.get(one, headers=bearer(canary)).content.decode()
        for address, _operation in READING
        for one in asked(address, values)
    )

    assert {NAME, LOGIN, "只给金丝雀的消息"} <= {song for song in SONGS if song in told}
    assert PHONE not in told
    assert ID_NUMBER not in told
