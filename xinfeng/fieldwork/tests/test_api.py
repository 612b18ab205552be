"""The interface of fieldwork: the same commands and refusals as the pages."""

import base64
import json
import zlib

import pytest

from xinfeng.base import clock, scope
from xinfeng.fieldwork import building
from xinfeng.fieldwork.models import Device, FormVersion, Submission
from xinfeng.fieldwork.tests.build import (
    AT,
    a_checklist,
    a_phone,
    a_version,
    an_inspector,
    an_office,
    answers,
    multipart,
)
from xinfeng.fieldwork.tests.workbooks import a_workbook
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person
from xinfeng.people.tests.tokens import bearer
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import a_city

pytestmark = pytest.mark.django_db
KEY = "mei-token-0123456789"


@pytest.fixture(autouse=True)
def _at_nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


def ask(client, person, address, status=200, **query):
    answer = client.get(f"/api/v1/{address}", query, headers=bearer(person, Scope.OFFICE))
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def do(client, person, address, status=200, **said):
    answer = client.post(
        f"/api/v1/{address}", json.dumps(said), content_type="application/json",
        headers=bearer(person, Scope.OFFICE),
    )  # fmt: skip
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def packed(workbook):
    return base64.b64encode(workbook).decode()


def sent(client, instance_id="uuid:1", **more):
    client.post(
        f"/or/key/{KEY}/submission", data=multipart(answers(instance_id, **more)),
        headers={"X-OpenRosa-Version": "1.0"},
        content_type="multipart/form-data; boundary=BOUNDARY",
    )  # fmt: skip
    with scope.whole_city():
        return Submission.objects.get(instance_id=instance_id)


def test_a_form_is_drafted_published_read_and_closed(client):
    lan, owner = an_office("lan"), a_city().city.pk

    made = do(client, lan, "forms", owner=owner, workbook=packed(building.xlsx(a_checklist())))
    assert made == {"form_id": "market", "version": "1", "state": "DRAFT", "warnings": []}
    assert do(client, lan, "forms/market/versions/1/publishing")["state"] == "PUBLISHED"

    (brief,) = ask(client, lan, "forms")["items"]
    assert (brief["form_id"], brief["offered"], brief["owner"]) == ("market", "1", owner)
    shown = ask(client, lan, "forms/market")
    assert [each["questions"] for each in shown["versions"]] == [10]
    version = ask(client, lan, "forms/market/versions/1")
    assert version["questions"]["questions"][3]["line"] == "1.1"
    assert version["xform"].encode() == bytes(FormVersion.objects.get().xform)

    assert do(client, lan, "forms/market/versions/1/closing")["state"] == "CLOSED"
    assert do(client, lan, "forms/market/versions/1/reopening")["state"] == "PUBLISHED"
    assert do(client, lan, "forms/market/closing")["state"] == "CLOSED"
    assert do(client, lan, "forms/market/reopening")["state"] == "OPEN"


def test_a_wrong_workbook_comes_back_with_every_place(client):
    workbook = a_workbook(("text", "shop", "店名"), ("text", "shop", "店名"))

    said = do(client, an_office("lan"), "forms", 422, owner=a_city().city.pk,
              workbook=packed(workbook))  # fmt: skip

    assert said["code"] == "xlsform_wrong"
    assert said["mistakes"] == [
        {
            "where": "survey.3.name",
            "detail": "名称“shop”在第 2 行已用过。 请给这道题换一个名称。",
        }
    ]


def test_what_is_no_base64_is_told(client):
    said = do(client, an_office("lan"), "forms", 422, owner=a_city().city.pk, workbook="!!!!")

    assert said["code"] == "workbook_unreadable"


def test_inspectors_read_forms_and_keep_none(client):
    a_version()
    mei = an_inspector("mei")

    assert len(ask(client, mei, "forms")["items"]) == 1
    assert ask(client, mei, "forms/market")["versions"][0]["received"] is None
    do(client, mei, "forms/market/closing", 404)
    do(client, mei, "forms", 403, owner=a_city().city.pk,
       workbook=packed(building.xlsx(a_checklist("2"))))  # fmt: skip
    ask(client, a_person("stranger"), "forms/market", 404)


def test_a_phone_is_set_up_with_a_token_told_once_and_shut_out(client):
    mei, lan = an_inspector("mei"), an_office("lan")

    issued = do(client, lan, "field-phones", person_id=mei.pk, name="Redmi")
    settings = json.loads(zlib.decompress(base64.b64decode(issued["settings"])))
    assert settings["general"]["server_url"] == issued["server_url"]
    assert issued["server_url"].endswith(f"/or/key/{issued['token']}")

    (listed,) = ask(client, lan, "field-phones", person_id=mei.pk)["items"]
    assert "token" not in listed
    do(client, lan, f"field-phones/{listed['phone_id']}/revocation", 409)
    done = do(client, lan, f"field-phones/{listed['phone_id']}/revocation", reason="LOST")
    assert (done["revoke_reason"], done["revoked_at"] is None) == ("LOST", False)


def test_nobody_sets_up_or_sees_the_phone_of_somebody_else(client):
    mei, other = an_inspector("mei"), an_inspector("other")
    device = a_phone(mei)

    assert ask(client, other, "field-phones", person_id=mei.pk)["items"] == []
    do(client, other, "field-phones", 404, person_id=mei.pk, name="x")
    do(client, other, f"field-phones/{device.pk}/revocation", 404, reason="LOST")
    with scope.whole_city():
        assert Device.objects.get().is_in_use


def test_submissions_are_listed_and_read_with_their_answers(client):
    mei, lan = an_inspector("mei"), an_office("lan")
    a_version(office=lan)
    a_phone(mei, token=KEY)
    first = sent(client, photos=["a.jpg"])
    second = sent(client, "uuid:2", photos=["a.jpg"], deprecates="uuid:1")

    page = ask(client, lan, "field-submissions", form="market", state="missing")
    (line,) = page["items"]
    assert (line["submission_id"], line["files_arrived"], line["files_expected"]) == (
        second.pk, 0, 1,
    )  # fmt: skip
    shown = ask(client, lan, f"field-submissions/{second.pk}")
    told = {each["question"]: each for each in shown["answers"]}
    assert (told["l_1_1"]["value"], told["l_1_1"]["words"]) == ("NOT_MET", "不符合")
    assert (shown["amends"], shown["missing_files"]) == (first.pk, ["a.jpg"])
    before = ask(client, lan, f"field-submissions/{first.pk}")
    assert (before["state"], before["amended_by"]) == ("amended", second.pk)
    assert Entry.objects.filter(verb="submission.viewed", actor=lan).count() == 2
    ask(client, an_inspector("other"), f"field-submissions/{second.pk}", 404)


def test_the_list_goes_on_by_its_key_and_says_when_a_key_is_none(client, monkeypatch):
    monkeypatch.setattr("xinfeng.fieldwork.queries.listing.PAGE", 1)
    mei, lan = an_inspector("mei"), an_office("lan")
    a_version(office=lan)
    a_phone(mei, token=KEY)
    old, new = sent(client), sent(client, "uuid:2")

    page = ask(client, lan, "field-submissions")
    assert [each["submission_id"] for each in page["items"]] == [new.pk]
    after = ask(client, lan, "field-submissions", after=page["next"])
    assert [each["submission_id"] for each in after["items"]] == [old.pk]
    for key in ("x", "1_x", "1e400_1", "nan_1", "1_0"):
        assert ask(client, lan, "field-submissions", 422, after=key)["code"] == (
            "after_unreadable"
        )
