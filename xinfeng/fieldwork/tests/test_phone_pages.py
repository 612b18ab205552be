"""Pages of phones: set up by a code shown once, and shut out in two taps."""

import base64
import json
import zlib

import pytest
from django.urls import reverse

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal
from xinfeng.fieldwork import commands, settings_code
from xinfeng.fieldwork.commands.devices import digest_of
from xinfeng.fieldwork.models import Device, RevokeReason
from xinfeng.fieldwork.tests.build import AT, TOKEN, a_phone, an_inspector, an_office
from xinfeng.journal.models import Entry
from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_grant, a_person
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import a_city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


def address(name, /, **kwargs):
    return reverse(f"fieldwork:{name}", kwargs=kwargs)


def read(client, name, /, status=200, **kwargs):
    answer = client.get(address(name, **kwargs))
    assert answer.status_code == status
    return answer.content.decode()


def issue(client, person, name="红色小米"):
    return client.post(address("issue_phone", person_id=person.pk), {"name": name})


def revoke(client, device, **given):
    return client.post(address("revoke_phone", device_id=device.pk), given)


def everywhere():
    with scope.whole_city():
        return list(Device.objects.order_by("pk"))


def test_the_code_holds_what_the_app_reads_and_the_address_with_the_token():
    packed = settings_code.packed("https://city.example/or/key/abc")

    said = json.loads(zlib.decompress(base64.b64decode(packed)))

    assert said["general"]["server_url"] == "https://city.example/or/key/abc"
    assert said["general"]["form_update_mode"] == "match_exactly"
    assert said["general"]["autosend"] == "wifi_and_cellular"
    assert said["project"] == {"name": "新风"}
    assert settings_code.drawn(packed).startswith("data:image/svg+xml")


def test_a_phone_is_set_up_and_its_code_shown_this_once(client):
    mei = an_inspector("mei")
    client.force_login(mei)

    answer = issue(client, mei)

    page = answer.content.decode()
    token = page.partition("/or/key/")[2].partition("<")[0]
    (device,) = everywhere()
    assert device.token_digest == digest_of(token)
    assert "data:image/svg+xml" in page
    assert answer["Cache-Control"] == "no-store, private"
    assert token not in read(client, "phones")
    assert "红色小米" in read(client, "phones")


def test_the_token_of_the_code_opens_the_door(client):
    mei = an_inspector("mei")
    client.force_login(mei)
    page = issue(client, mei).content.decode()
    where = "/or/key/" + page.partition("/or/key/")[2].partition("<")[0]

    answer = client.get(f"{where}/formList", headers={"X-OpenRosa-Version": "1.0"})

    assert answer.status_code == 200
    assert "上次在线" in read(client, "phones")


def test_a_lost_phone_is_shut_out_in_two_taps(client):
    mei = an_inspector("mei")
    device = a_phone(mei)
    client.force_login(mei)

    page = read(client, "phones")
    assert page.count("<details") == 1
    assert address("revoke_phone", device_id=device.pk) in page
    assert revoke(client, device, reason="LOST").status_code == 302

    (device,) = everywhere()
    assert (device.revoked_at, device.revoke_reason) == (AT, RevokeReason.LOST)
    asked = client.get(f"/or/key/{TOKEN}/formList", headers={"X-OpenRosa-Version": "1.0"})
    assert asked.status_code == 403
    assert "已停用" in read(client, "phones")


def test_the_office_looks_after_the_phones_of_its_inspectors(client):
    mei, lan = an_inspector("mei"), an_office("lan")
    client.force_login(lan)

    assert "mei" in read(client, "goers")
    issue(client, mei)
    page = read(client, "phones_of", person_id=mei.pk)
    assert "红色小米" in page
    (device,) = everywhere()
    assert (device.person, device.issued_by) == (mei, lan)

    assert revoke(client, device).status_code == 409
    assert revoke(client, device, reason="LEFT").status_code == 302
    assert everywhere()[0].revoke_reason == "LEFT"
    assert Entry.objects.filter(verb="phone.revoked", actor=lan).count() == 1


def test_an_office_says_why_it_shuts_out_somebody_elses_phone():
    device = a_phone(an_inspector("mei"))

    with pytest.raises(Refusal) as refused:
        commands.revoke(device_id=device.pk, actor=an_office("lan"), at=AT)

    assert refused.value.code == "no_reason"


def test_an_office_does_not_see_phones_beyond_its_area(client):
    elsewhere = a_person("elsewhere", division=a_city().city)
    a_grant(elsewhere, Role.INSPECTOR, division=a_city().city)
    device = a_phone(elsewhere)
    county = a_person("county", division=a_city().county)
    a_grant(county, Role.COUNTY_OFFICE, division=a_city().county)
    client.force_login(county)

    assert "elsewhere" not in read(client, "goers")
    read(client, "phones_of", status=404, person_id=elsewhere.pk)
    assert revoke(client, device, reason="LOST").status_code == 404
    assert issue(client, elsewhere).status_code == 404


@pytest.mark.parametrize("name", ["phones", "goers"])
def test_a_stranger_has_no_phones_here(client, name):
    client.force_login(a_person("stranger"))

    read(client, name, status=403)


def test_a_phone_without_a_name_is_not_set_up(client):
    mei = an_inspector("mei")
    client.force_login(mei)

    assert issue(client, mei, name=" ").status_code == 302
    assert everywhere() == []


def test_the_list_of_whoever_goes_out_costs_the_same_for_many(client):
    for _number in range(8):
        a_phone(an_inspector(), token=f"token-{_number}-0123456789")
    client.force_login(an_office("lan"))

    with at_most(16):
        read(client, "goers")
