"""Whoever is assessed reads nothing of what phones sent, whatever office they sit in too."""

import pytest
from django.urls import reverse

from xinfeng.base import scope
from xinfeng.base.refusal import Unknown
from xinfeng.fieldwork import commands as fieldwork
from xinfeng.fieldwork.models import Submission
from xinfeng.places.tests.build import NINE
from xinfeng.units.tests.build import a_member, a_unit

from .phones_build import Phone, a_form, a_round_with_forms, points_of
from .rounds_build import some_points, the_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch):
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: NINE)
    some_points()
    point = points_of(a_round_with_forms())[0]
    assert Phone(point.person).send(a_form(point)) == [201]
    with scope.whole_city():
        return Submission.objects.select_related("person").get()


def addresses(sent):
    one = {"submission_id": sent.pk}
    return [reverse("fieldwork:received", kwargs=one), reverse("fieldwork:raw", kwargs=one)]


def test_the_office_reads_what_came_until_it_acts_for_a_unit_that_is_judged(client, sent):
    office = the_office()
    client.force_login(office)
    before = [client.get(address).status_code for address in addresses(sent)]
    assert addresses(sent)[0] in client.get(reverse("fieldwork:submissions")).content.decode()

    a_member(office, a_unit())

    assert before == [200, 200]
    assert [client.get(address).status_code for address in addresses(sent)] == [404, 404]
    page = client.get(reverse("fieldwork:submissions")).content.decode()
    assert addresses(sent)[0] not in page
    with pytest.raises(Unknown):
        fieldwork.withdraw(submission_id=sent.pk, reason="写错了", actor=office, at=NINE)


def test_what_somebody_sent_themselves_stays_theirs_to_read(client, sent):
    a_member(sent.person, a_unit())
    client.force_login(sent.person)

    assert client.get(addresses(sent)[0]).status_code == 200
