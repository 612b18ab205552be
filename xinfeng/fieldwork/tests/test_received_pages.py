"""Pages of what phones sent: the list, one submission, its files, amendments, withdrawal."""

import pytest
from django.urls import reverse

from xinfeng.base import clock, scope
from xinfeng.fieldwork.models import Submission, SubmissionFile
from xinfeng.fieldwork.tests.build import (
    AT,
    a_phone,
    a_version,
    an_inspector,
    an_office,
    answers,
    multipart,
)
from xinfeng.files.tests.build import a_picture
from xinfeng.journal.models import Entry
from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_grant, a_person
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import a_city

pytestmark = pytest.mark.django_db
KEY = "mei-token-0123456789"


@pytest.fixture(autouse=True)
def _at_nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def field():
    """Mei, whose phone sends, and Lan, whose office keeps the form."""
    mei, lan = an_inspector("mei"), an_office("lan")
    a_version(office=lan)
    a_phone(mei, token=KEY)
    return mei, lan


def address(name, /, **kwargs):
    return reverse(f"fieldwork:{name}", kwargs=kwargs)


def read(client, name, /, status=200, query=None, **kwargs):
    answer = client.get(address(name, **kwargs), query or {})
    assert answer.status_code == status
    return answer.content.decode() if status == 200 else ""


def sent(client, instance_id="uuid:1", files=(), **more):
    """What Mei's phone sends: kept as a row."""
    answer = client.post(
        f"/or/key/{KEY}/submission", data=multipart(answers(instance_id, **more), files),
        headers={"X-OpenRosa-Version": "1.0"},
        content_type="multipart/form-data; boundary=BOUNDARY",
    )  # fmt: skip
    assert answer.status_code == 201
    with scope.whole_city():
        return Submission.objects.get(instance_id=instance_id)


def file_of(submission):
    with scope.whole_city():
        return SubmissionFile.objects.get(submission=submission)


def noted(actor):
    return Entry.objects.filter(verb="submission.viewed", actor=actor).count()


def test_the_office_reads_what_came_with_answers_by_their_questions(client, field):
    submission = sent(client)
    client.force_login(field[1])

    assert "农贸市场检查表" in read(client, "submissions")
    page = read(client, "received", submission_id=submission.pk)

    assert "地面干净" in page
    assert "不符合" in page
    assert "26.890000, 112.570000" in page
    assert "未作答" in page


def test_a_look_at_what_somebody_sent_is_noted_once_an_hour(client, field):
    mei, lan = field
    submission = sent(client)
    client.force_login(lan)
    read(client, "received", submission_id=submission.pk)
    read(client, "received", submission_id=submission.pk)
    assert noted(lan) == 1

    client.force_login(mei)
    read(client, "received", submission_id=submission.pk)

    assert noted(mei) == 0


def test_an_inspector_reads_only_what_they_sent_themselves(client, field):
    submission = sent(client)
    client.force_login(field[0])
    assert "uuid" not in read(client, "submissions")
    assert address("received", submission_id=submission.pk) in read(client, "submissions")

    client.force_login(an_inspector("other"))

    assert address("received", submission_id=submission.pk) not in read(client, "submissions")
    read(client, "received", status=404, submission_id=submission.pk)
    read(client, "raw", status=404, submission_id=submission.pk)


@pytest.mark.parametrize("role", [Role.COUNTY_OFFICE, Role.TOWNSHIP])
def test_offices_below_the_forms_owner_do_not_look_on(client, field, role):
    submission = sent(client)
    division = a_city().county if role == Role.COUNTY_OFFICE else a_city().township
    below = a_person("below", division=division)
    a_grant(below, role, division=division)
    client.force_login(below)

    assert address("received", submission_id=submission.pk) not in read(client, "submissions")
    read(client, "received", status=404, submission_id=submission.pk)


def test_files_that_are_missing_are_named_and_the_list_can_be_narrowed_to_them(client, field):
    whole, missing = sent(client), sent(client, "uuid:2", photos=["a.jpg"])
    client.force_login(field[1])

    page = read(client, "submissions", query={"state": "missing"})
    assert address("received", submission_id=missing.pk) in page
    assert address("received", submission_id=whole.pk) not in page
    assert "a.jpg" in read(client, "received", submission_id=missing.pk)

    sent(client, "uuid:2", [("a.jpg", a_picture())], photos=["a.jpg"])
    client.force_login(field[1])

    page = read(client, "submissions", query={"state": "whole"})
    assert address("received", submission_id=missing.pk) in page


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ({"form": "market"}, True), ({"form": "other"}, False),
        ({"day": "2026-03-02"}, True), ({"day": "2026-03-03"}, False),
        ({"day": "9999-12-31"}, False), ({"person": "1"}, False),
        ({"state": "withdrawn"}, False), ({"state": "amended"}, False),
        ({"state": "?", "day": "x", "person": "x", "after": "x"}, True),
        ({"after": "1.000000_1"}, False), ({"after": "9999999999.000000_1"}, True),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_its_address(client, field, query, there):
    submission = sent(client)
    client.force_login(field[1])

    page = read(client, "submissions", query=query)

    assert (address("received", submission_id=submission.pk) in page) is there


def test_pictures_are_shown_without_their_place_and_as_sent_to_who_looks_closer(client, field):
    picture = a_picture()
    submission = sent(client, files=[("a.jpg", picture)], photos=["a.jpg"])
    where = {"submission_id": submission.pk, "file_id": file_of(submission).pk}
    client.force_login(field[1])

    public = client.get(address("sent_file", **where))
    assert public["Content-Type"] == "image/jpeg"
    assert b"".join(public) != picture
    assert noted(field[1]) == 0
    original = client.get(address("sent_file", **where), {"original": 1})
    assert b"".join(original) == picture
    assert noted(field[1]) == 1

    client.force_login(an_inspector("other"))
    assert client.get(address("sent_file", **where)).status_code == 404


def test_the_bytes_are_there_as_they_were_sent(client, field):
    submission = sent(client)
    client.force_login(field[1])

    answer = client.get(address("raw", submission_id=submission.pk))

    assert answer.content == answers("uuid:1")
    assert "attachment" in answer["Content-Disposition"]


def test_amendments_stand_in_a_chain_with_what_each_changed(client, field):
    first = sent(client)
    sent(client, "uuid:2", deprecates="uuid:1", more="<l_1_1_note>有积水</l_1_1_note>")
    client.force_login(field[1])

    page = read(client, "received", submission_id=first.pk)

    assert "<ins>有积水</ins>" in page
    assert "<del>未作答</del>" in page
    assert "已有更正" in page


def test_an_amendment_that_changed_no_answer_says_so(client, field):
    sent(client)
    second = sent(client, "uuid:2", deprecates="uuid:1")
    client.force_login(field[1])

    assert "答案没有变化" in read(client, "received", submission_id=second.pk)


def test_the_office_takes_one_out_of_the_count_and_says_why(client, field):
    submission = sent(client)
    client.force_login(field[1])
    where = address("withdraw", submission_id=submission.pk)

    assert client.post(where, {"reason": ""}).status_code == 422
    assert client.post(where, {"reason": "重复上报"}).status_code == 302

    page = read(client, "received", submission_id=submission.pk)
    assert "重复上报" in page
    assert where not in page
    listed = read(client, "submissions", query={"state": "withdrawn"})
    assert address("received", submission_id=submission.pk) in listed


def test_nobody_takes_back_what_they_sent_themselves(client, field):
    submission = sent(client)
    client.force_login(field[0])
    where = address("withdraw", submission_id=submission.pk)

    assert where not in read(client, "received", submission_id=submission.pk)
    assert client.post(where, {"reason": "x"}).status_code in (403, 404)


def test_a_stranger_reads_nothing(client, field):
    submission = sent(client)
    client.force_login(a_person("stranger"))

    read(client, "submissions", status=403)
    read(client, "received", status=404, submission_id=submission.pk)


def test_the_list_costs_the_same_for_many(client, field):
    for number in range(9):
        sent(client, f"uuid:{number}")
    client.force_login(field[1])

    with at_most(20):
        read(client, "submissions")


def test_the_list_goes_on_where_the_page_ended(client, field, monkeypatch):
    monkeypatch.setattr("xinfeng.fieldwork.queries.listing.PAGE", 2)
    rows = [sent(client, f"uuid:{number}") for number in range(3)]
    client.force_login(field[1])
    answer = client.get(address("submissions"))
    key = answer.content.decode().partition("after=")[2].partition('"')[0]

    page = read(client, "submissions", query={"after": key})

    assert address("received", submission_id=rows[0].pk) in page
    assert address("received", submission_id=rows[2].pk) not in page
