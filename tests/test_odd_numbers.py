"""Numbers that no table holds, at the addresses that read them by hand: no page breaks off."""

import pytest
from django.urls import reverse

from xinfeng.base import clock
from xinfeng.base.numbers import number_in, numbers_in
from xinfeng.dispatch.tests.build import an_item
from xinfeng.filing.tests.build import a_task
from xinfeng.findings.tests.build import a_category
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.school.tests.build import a_class

pytestmark = pytest.mark.django_db
ODD = ["9" * 30, "9" * 5000, "²", "１", "--5", "-", "0x1", "9" * 19, " 1", ""]


@pytest.mark.parametrize("text", ODD)
def test_what_is_no_number_of_ours_is_none(text):
    assert number_in(text) is None
    assert numbers_in([text, "7"]) == [7]


@pytest.mark.parametrize("text", ODD)
def test_no_page_breaks_off(client, monkeypatch, text):
    monkeypatch.setattr(clock, "now", lambda: NINE)
    a_category()
    task, night_class = a_task(), a_class(state="PUBLISHED")
    by_standard = [task.standard.name, task.standard.version]
    item = an_item()

    anonymous = [
        (reverse("snap:where", args=["litter"]), {"lat": text, "lon": "5"}),
        (reverse("snap:report", args=["litter"]), {"within": text, "lat": "5", "lon": text}),
        (reverse("dispatch:order_when", args=[item.code]), {"skip": text, "within": text}),
        (reverse("dispatch:order_who", args=[item.code]), {"within": text}),
    ]
    assert _asked(client, anonymous) == set()

    client.force_login(an_office(a_city().city))
    signed_in = [
        (reverse("filing:review"), {"after": text}),
        (reverse("filing:matrix", args=by_standard), {"unit": text}),
        (reverse("activities:mine"), {"after": text}),
        (reverse("findings:desk"), {"after": text, "within": text, "unit": text}),
    ]
    assert _asked(client, signed_in) == set()
    sent = [
        (reverse("findings:order_many"), {"finding": [text, "1"], "term": "WD3"}),
        (reverse("people:profile"), {"free": [text]}),
    ]
    assert {at for at, said in sent if client.post(at, said).status_code >= 500} == set()

    client.force_login(a_person("somebody"))
    enrolled = client.post(reverse("school:enrol", args=[night_class.code]), {"person": text})
    assert enrolled.status_code < 500


def _asked(client, addresses):
    return {at for at, query in addresses if client.get(at, query).status_code >= 500}
