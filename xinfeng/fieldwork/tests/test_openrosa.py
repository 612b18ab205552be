"""The protocol as ODK Collect speaks it: what it insists on, and what it must never be told."""

import base64
import hashlib

import pytest
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.fieldwork import building, commands, reading
from xinfeng.fieldwork.models import Completion, Submission, SubmissionFile
from xinfeng.fieldwork.tests.build import (
    AT,
    TOKEN,
    a_checklist,
    a_media,
    a_phone,
    a_version,
    an_inspector,
    an_office,
    answers,
    everything,
    multipart,
)
from xinfeng.fieldwork.xml import parsed
from xinfeng.files.tests.build import a_picture, on_disk
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person

pytestmark = pytest.mark.django_db
VERSION = {"X-OpenRosa-Version": "1.0"}
BASIC = {"Authorization": "Basic " + base64.b64encode(f"mei:{TOKEN}".encode()).decode()}
RED, BLUE = a_picture(colour="red"), a_picture(colour="blue")


@pytest.fixture
def phone():
    """Mei's phone, which knows the market's form, and Lan's office, which keeps it."""
    mei = an_inspector("mei")
    version = a_version(office=an_office("lan"))
    a_phone(mei)
    return mei, version


def ask(path="formList", method="get", token=TOKEN, headers=VERSION, **more):
    where = f"/or/key/{token}/{path}" if token else f"/or/{path}"
    return getattr(Client(), method)(where, headers=headers, **more)


def send(xml=None, files=(), token=TOKEN, headers=VERSION, body=None, kind=None, client=None):
    body = multipart(answers() if xml is None else xml, files) if body is None else body
    where = f"/or/key/{token}/submission" if token else "/or/submission"
    return (client or Client()).post(
        where, data=body, headers=headers,
        content_type=kind or "multipart/form-data; boundary=BOUNDARY",
    )  # fmt: skip


def said(answer):
    root = parsed(answer.content)
    assert root.tag == "{http://openrosa.org/http/response}OpenRosaResponse"
    return root[0].text


def files_of(instance_id):
    rows = SubmissionFile.objects.filter(submission__instance_id=instance_id)
    return dict(rows.order_by("name").values_list("name", "file__digest"))


def digest(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(autouse=True)
def _whole_city():
    with scope.whole_city():
        yield


# Looking and asking


def test_every_answer_carries_the_headers_of_the_protocol(phone):
    for answer in (ask(), ask("submission", "head"), send(), send(b"<x"), ask(token="wrong")):
        assert answer["X-OpenRosa-Version"] == "1.0"
        assert int(answer["X-OpenRosa-Accept-Content-Length"]) == 100 << 20
        assert answer["Date"].endswith("GMT")
        assert answer["Content-Language"]
        if answer.status_code != 204:
            assert answer["Content-Type"] == "text/xml; charset=utf-8"


def test_a_look_before_sending_is_answered_by_204_and_nothing_else(phone):
    answer = ask("submission?deviceID=collect%3A1", "head")

    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("path", ["formList", "submission"])
def test_whoever_does_not_speak_the_protocol_is_told_so(phone, path):
    assert ask(path, "head", headers={}).status_code == 400
    assert ask(path, "head", headers={"X-OpenRosa-Version": "2.0"}).status_code == 400


def test_who_says_nothing_is_asked_for_a_password_and_a_wrong_key_is_refused(phone):
    asked = ask(token=None)

    assert (asked.status_code, asked["WWW-Authenticate"][:5]) == (401, "Basic")
    assert ask(token="aaaaaaaaaaaaaaaaaaaaaaaa").status_code == 403
    assert send(token=None).status_code == 401
    assert everything()[1] == ()


@pytest.mark.parametrize("given", ["Basic !!!", "Basic bWVp", "Bearer x", "Basic bWVpOndyb25n"])
def test_a_wrong_password_is_asked_for_again(phone, given):
    answer = ask(token=None, headers=VERSION | {"Authorization": given})

    assert (answer.status_code, answer.has_header("WWW-Authenticate")) == (401, True)


def test_a_phone_may_show_its_token_as_a_password(phone):
    assert ask(token=None, headers=VERSION | BASIC).status_code == 200
    assert send(token=None, headers=VERSION | BASIC).status_code == 201
    assert Submission.objects.get().device.person.username == "mei"


def test_a_browser_is_not_made_to_open_a_window_for_passwords(phone):
    answer = ask(token=None, headers=VERSION | {"Sec-Fetch-Mode": "cors"})

    assert answer.status_code == 401
    assert not answer.has_header("WWW-Authenticate")


def test_a_revoked_phone_fetches_and_sends_nothing_any_more(phone):
    device = a_phone(phone[0], token="second-token")

    commands.revoke(device_id=device.pk, actor=phone[0], at=AT)

    assert ask(token="second-token").status_code == 403
    assert send(token="second-token").status_code == 403
    assert ask().status_code == 200


# Forms


def test_the_list_names_what_phones_insist_on_and_the_digest_of_the_exact_bytes(phone):
    root = parsed(ask().content)
    form = {each.tag.rpartition("}")[2]: each.text for each in root[0]}

    assert root.tag == "{http://openrosa.org/xforms/xformsList}xforms"
    assert (form["formID"], form["name"], form["version"]) == ("market", "农贸市场检查表", "1")
    assert "manifestUrl" not in form
    served = Client().get(form["downloadUrl"], headers=VERSION)
    assert served.status_code == 200
    md5 = hashlib.md5(served.content, usedforsecurity=False).hexdigest()
    assert form["hash"] == f"md5:{md5}"


def test_only_the_newest_version_is_offered_and_a_draft_never(phone):
    _mei, first = phone
    lan = first.created_by
    a_version("2", office=lan)
    drafted = commands.draft(
        xlsx=_market("3"), file_name="m.xlsx", owner_id=first.form.owner_id, actor=lan, at=AT
    )

    assert [each[2].text for each in parsed(ask().content)] == ["2"]
    assert ask(f"forms/{first.pk}/form.xml").status_code == 200
    assert ask(f"forms/{drafted.version.pk}/form.xml").status_code == 404


def test_one_form_can_be_asked_for_and_a_closed_one_is_gone(phone):
    _mei, version = phone
    a_version(form_id="street", office=version.created_by)

    assert len(parsed(ask("formList?formID=street").content)) == 1
    commands.close_form(form_id=version.form_id, actor=version.created_by, at=AT)
    assert [each[0].text for each in parsed(ask().content)] == ["street"]
    assert ask(f"forms/{version.pk}/form.xml").status_code == 404


def test_whoever_has_no_part_in_fieldwork_is_offered_nothing_and_may_send_nothing(phone):
    stranger = Client()
    stranger.force_login(a_person("stranger"))

    listed = stranger.get("/or/formList", headers=VERSION)

    assert (listed.status_code, len(parsed(listed.content))) == (200, 0)
    assert send(token=None, client=stranger).status_code == 403
    assert everything()[1] == ()


def test_the_files_a_form_shows_stand_in_a_manifest_with_their_digests(phone):
    _mei, version = phone
    a_media(version, "plan.png", RED)
    form = {each.tag.rpartition("}")[2]: each.text for each in parsed(ask().content)[0]}

    shown = parsed(Client().get(form["manifestUrl"], headers=VERSION).content)

    assert shown.tag == "{http://openrosa.org/xforms/xformsManifest}manifest"
    media = {each.tag.rpartition("}")[2]: each.text for each in shown[0]}
    assert media["filename"] == "plan.png"
    md5 = hashlib.md5(RED, usedforsecurity=False).hexdigest()
    assert media["hash"] == f"md5:{md5}"
    served = Client().get(media["downloadUrl"], headers=VERSION)
    assert b"".join(served.streaming_content) == RED


# Sending


def test_what_was_sent_is_stored_byte_for_byte_with_what_it_says(phone):
    mei, version = phone

    answer = send()

    assert answer.status_code == 201
    assert said(answer)
    kept = Submission.objects.get()
    assert bytes(kept.xml) == answers()
    assert (kept.person, kept.form_version) == (mei, version)
    assert kept.subjects == {"round": "R7", "point": "K3F9"}
    assert (kept.lat_e6, kept.lon_e6) == (26_890_000, 112_570_000)
    assert kept.started_at.isoformat() == "2026-03-02T09:00:00+00:00"
    assert Completion.objects.filter(submission=kept).exists()
    assert {"submission.received", "submission.completed"} <= set(
        Entry.objects.values_list("verb", flat=True)
    )


def test_answers_are_read_from_the_stored_bytes(phone):
    send(answers(photos=["a.jpg"]), [("a.jpg", RED)])

    found = reading.answers(Submission.objects.get())

    assert (found["l_1_1"], found["l_1_2_value"], found["l_1_1_photo"]) == (
        "NOT_MET",
        3,
        "a.jpg",
    )
    assert found["l_1_1_note"] is None
    assert found["place"].accuracy_m == 8.0


def test_files_come_in_any_order_and_the_form_may_come_last(phone):
    xml = answers(photos=["a.jpg", "b.jpg"])
    body = multipart(None, [("b.jpg", BLUE)])[: -len(b"--BOUNDARY--\r\n")] + multipart(
        xml, [("a.jpg", RED)]
    )

    assert send(body=body).status_code == 201

    assert files_of("uuid:1") == {"a.jpg": digest(RED), "b.jpg": digest(BLUE)}


def test_batches_of_one_form_come_together(phone):
    xml = answers(photos=["a.jpg", "b.jpg"])

    first = send(xml, [("a.jpg", RED)])
    incomplete = Completion.objects.count()
    second = send(xml, [("b.jpg", BLUE)])

    assert (first.status_code, second.status_code, incomplete) == (201, 201, 0)
    assert files_of("uuid:1") == {"a.jpg": digest(RED), "b.jpg": digest(BLUE)}
    assert Completion.objects.count() == 1
    assert "1" in said(first)
    assert "2" in said(first)


def test_a_batch_that_says_more_will_come_is_not_believed_to_decide_what_is_missing(phone):
    body = multipart(answers(), more=[("*isIncomplete*", "", "text/plain", b"yes")])

    send(body=body)

    assert Completion.objects.count() == 1


def test_sending_again_changes_nothing_and_is_thanked_for(phone):
    xml = answers(photos=["a.jpg"])
    send(xml, [("a.jpg", RED)])
    before = everything()

    assert [send(xml, [("a.jpg", RED)]).status_code for _ in range(3)] == [201, 201, 201]

    assert everything() == before


def test_the_first_file_of_a_name_stays_whatever_comes_later(phone):
    xml = answers(photos=["a.jpg"])
    send(xml, [("a.jpg", RED)])

    assert send(xml, [("a.jpg", BLUE)]).status_code == 201
    twice = multipart(answers("uuid:2", photos=["a.jpg"]), [("a.jpg", RED), ("a.jpg", BLUE)])
    assert send(body=twice).status_code == 201

    assert files_of("uuid:1") == files_of("uuid:2") == {"a.jpg": digest(RED)}
    assert digest(BLUE) not in on_disk()


def test_other_answers_under_the_same_id_are_refused(phone):
    send()
    before = everything()

    answer = send(answers(more="<l_1_1_note>changed</l_1_1_note>"))

    assert answer.status_code == 409
    assert everything() == before


def test_two_questions_may_name_one_file_and_two_files_may_be_alike(phone):
    same_name = answers("uuid:1", photos=["a.jpg", "a.jpg"])
    same_bytes = answers("uuid:2", photos=["a.jpg", "b.jpg"])

    assert send(same_name, [("a.jpg", RED)]).status_code == 201
    assert send(same_bytes, [("a.jpg", RED), ("b.jpg", RED)]).status_code == 201

    assert files_of("uuid:1") == {"a.jpg": digest(RED)}
    assert files_of("uuid:2") == {"a.jpg": digest(RED), "b.jpg": digest(RED)}
    assert Completion.objects.count() == 2


def test_files_that_the_answers_do_not_name_are_let_go(phone):
    before = on_disk()

    assert send(answers(photos=["a.jpg"]), [("other.jpg", RED)]).status_code == 201

    assert (files_of("uuid:1"), on_disk()) == ({}, before)
    assert Completion.objects.count() == 0


def test_names_in_any_script_are_kept(phone):
    name = "菜市场-😀é.jpg"

    assert send(answers(photos=[name]), [(name, RED)]).status_code == 201

    assert files_of("uuid:1") == {name: digest(RED)}


def test_the_phones_own_record_of_filling_in_is_expected_and_kept(phone):
    xml = answers().replace(b"<orx:meta>", b"<orx:meta><orx:audit>audit.csv</orx:audit>")

    send(xml)
    assert Submission.objects.get().expects == ["audit.csv"]
    send(xml, [("audit.csv", b"event,node,start,end\nform start,,1,\n")])

    assert list(files_of("uuid:1")) == ["audit.csv"]


def test_a_version_that_phones_still_have_is_taken_in(phone):
    a_version("2", office=phone[1].created_by)

    assert send(answers(version="1")).status_code == 201

    assert Submission.objects.get().form_version.version == "1"


def test_unknown_forms_and_versions_are_named(phone):
    version = send(answers(version="9-b"))
    form = send(answers(form_id="nowhere"))

    assert (version.status_code, form.status_code) == (404, 404)
    assert "9-b" in said(version)
    assert "nowhere" in said(form)


def test_closed_forms_and_versions_take_in_nothing_new_but_what_was_begun(phone):
    _mei, version = phone
    xml = answers(photos=["a.jpg"])
    send(xml)
    commands.close_version(version_id=version.pk, actor=version.created_by, at=AT)

    assert send(answers("uuid:2")).status_code == 409
    commands.close_form(form_id=version.form_id, actor=version.created_by, at=AT)
    assert send(answers("uuid:3")).status_code == 409
    assert send(xml, [("a.jpg", RED)]).status_code == 201

    assert Submission.objects.count() == 1
    assert Completion.objects.count() == 1


def test_a_withdrawn_form_does_not_come_back(phone):
    send()
    kept = Submission.objects.get()
    with pytest.raises(Unknown):
        commands.withdraw(submission_id=kept.pk, reason="x", actor=phone[0], at=AT)

    lan = phone[1].created_by
    commands.withdraw(submission_id=kept.pk, reason="wrong point", actor=lan, at=AT)
    commands.withdraw(submission_id=kept.pk, reason="again", actor=lan, at=AT)

    assert send().status_code == 409
    assert Submission.objects.standing().count() == 0
    assert Entry.objects.filter(verb="submission.withdrawn").count() == 1


def test_nobody_adds_to_what_somebody_else_sent(phone):
    a_phone(an_inspector(), token="another")
    xml = answers(photos=["a.jpg"])
    send(xml)

    assert send(xml, [("a.jpg", RED)], token="another").status_code == 409
    assert files_of("uuid:1") == {}


# Amending


def test_an_amendment_is_a_new_one_that_carries_files_forward(phone):
    send(answers(photos=["a.jpg"]), [("a.jpg", RED)])
    second = answers("uuid:2", photos=["a.jpg", "b.jpg"], deprecates="uuid:1")

    assert send(second, [("b.jpg", BLUE)]).status_code == 201

    assert files_of("uuid:2") == {"a.jpg": digest(RED), "b.jpg": digest(BLUE)}
    assert files_of("uuid:1") == {"a.jpg": digest(RED)}
    assert [each.instance_id for each in Submission.objects.standing()] == ["uuid:2"]
    assert Completion.objects.count() == 2
    assert bytes(Submission.objects.get(instance_id="uuid:1").xml) == answers(photos=["a.jpg"])


def test_a_file_sent_anew_with_an_amendment_is_not_carried(phone):
    send(answers(photos=["a.jpg"]), [("a.jpg", RED)])

    send(answers("uuid:2", photos=["a.jpg"], deprecates="uuid:1"), [("a.jpg", BLUE)])

    assert files_of("uuid:2") == {"a.jpg": digest(BLUE)}
    assert files_of("uuid:1") == {"a.jpg": digest(RED)}


def test_the_second_batch_of_an_amendment_arrives(phone):
    send(answers())
    second = answers("uuid:2", photos=["a.jpg", "b.jpg"], deprecates="uuid:1")

    assert send(second, [("a.jpg", RED)]).status_code == 201
    assert send(second, [("b.jpg", BLUE)]).status_code == 201
    assert send(second).status_code == 201

    assert list(files_of("uuid:2")) == ["a.jpg", "b.jpg"]


def test_amending_what_is_not_there_or_not_the_newest_is_refused(phone):
    send(answers())
    send(answers("uuid:2", deprecates="uuid:1"))

    unknown = send(answers("uuid:3", deprecates="uuid:nothing"))
    old = send(answers("uuid:3", deprecates="uuid:1"))
    itself = send(answers("uuid:4", deprecates="uuid:4"))
    newest = send(answers("uuid:3", deprecates="uuid:2"))

    assert [each.status_code for each in (unknown, old, itself, newest)] == [404, 409, 404, 201]
    chain = Submission.objects.get(instance_id="uuid:3")
    assert chain.root.instance_id == "uuid:1"


def test_an_amendment_under_a_newer_version_of_the_form_is_one(phone):
    send(answers())
    a_version("2", office=phone[1].created_by)

    assert send(answers("uuid:2", version="2", deprecates="uuid:1")).status_code == 201


def test_nobody_amends_what_somebody_else_sent(phone):
    send(answers())
    a_phone(an_inspector(), token="another")

    answer = send(answers("uuid:2", deprecates="uuid:1"), token="another")

    assert answer.status_code == 403


def test_an_amendment_of_something_withdrawn_is_refused(phone):
    send(answers())
    commands.withdraw(
        submission_id=Submission.objects.get().pk, reason="x", actor=phone[1].created_by, at=AT
    )

    assert send(answers("uuid:2", deprecates="uuid:1")).status_code == 409


# The own page


def test_the_own_page_sends_with_its_session_and_a_token_against_forgery(phone):
    mei, _version = phone
    client = Client(enforce_csrf_checks=True)
    client.force_login(mei)
    client.get("/sign-in/")
    client.get("/or/formList", headers=VERSION)
    forged = send(token=None, client=client)

    secret = _get_new_csrf_string()
    client.cookies["csrftoken"] = secret
    own = send(token=None, client=client, headers=VERSION | {"X-CSRFToken": secret})

    assert (forged.status_code, own.status_code) == (403, 201)
    assert Submission.objects.get().device is None


# Phones


def test_a_phone_is_set_up_for_oneself_or_by_the_office_and_told_in_the_journal():
    mei, lan = an_inspector("mei"), an_office("lan")

    a_phone(mei)
    a_phone(mei, token="by-the-office", actor=lan)

    assert Entry.objects.filter(verb="phone.issued").count() == 2
    with pytest.raises(Unknown):
        a_phone(lan, token="not-mine", actor=mei)
    with pytest.raises(Forbidden):
        a_phone(a_person("stranger"), token="no-part")


def test_the_token_itself_is_kept_nowhere():
    device = a_phone(an_inspector())

    assert device.token_digest == digest(TOKEN.encode())
    assert TOKEN not in str(vars(device))


def _market(version):
    return building.xlsx(a_checklist(version))


def test_the_phone_of_an_account_that_is_closed_fetches_and_sends_nothing(phone):
    mei = phone[0]
    mei.state = "CLOSED"
    mei.save(update_fields=["state"])

    assert ask().status_code == 403
    assert send().status_code == 403
    assert not Submission.objects.exists()


def test_nobody_takes_out_of_the_count_what_they_sent_themselves(phone):
    lan = phone[1].created_by
    a_phone(lan, token="token-of-the-office")
    assert send(token="token-of-the-office").status_code == 201
    kept = Submission.objects.get()

    with pytest.raises(Forbidden):
        commands.withdraw(submission_id=kept.pk, reason="x", actor=lan, at=AT)

    assert Submission.objects.standing().count() == 1


def test_nobody_shuts_out_the_phone_of_somebody_else_but_the_office():
    mei, lan = an_inspector("mei"), an_office("lan")
    device = a_phone(mei)

    with pytest.raises(Unknown):
        commands.revoke(device_id=device.pk, actor=an_inspector(), at=AT)
    for _time in range(2):
        commands.revoke(device_id=device.pk, reason="LOST", actor=lan, at=AT)

    assert Entry.objects.filter(verb="phone.revoked").count() == 1


def test_only_so_many_phones_are_in_use_by_one_person():
    mei = an_inspector("mei")
    phones = [a_phone(mei, token=f"token-{number}") for number in range(10)]

    with pytest.raises(Refusal) as refusal:
        a_phone(mei, token="one-more")
    commands.revoke(device_id=phones[0].pk, actor=mei, at=AT)

    assert refusal.value.code == "too_many_devices"
    assert a_phone(mei, token="one-more").is_in_use
