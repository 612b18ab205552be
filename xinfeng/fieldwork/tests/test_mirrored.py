"""What other servers of the protocol promise in their tests, promised here as well.

docs/developers/openrosa.md lists all of it, with the test that shows each.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings as program
from django.test import Client

from xinfeng.base import scope
from xinfeng.fieldwork import building, commands
from xinfeng.fieldwork.models import FormVersion, Submission, SubmissionFile
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
    multipart,
)
from xinfeng.fieldwork.xml import parsed
from xinfeng.files.tests.build import a_picture
from xinfeng.places.tests.build import a_city

pytestmark = pytest.mark.django_db
VERSION = {"X-OpenRosa-Version": "1.0"}
LIST = "{http://openrosa.org/xforms/xformsList}"
RED, BLUE = a_picture(colour="red"), a_picture(colour="blue")
AUDIT = b"event,node,start,end\nform start,,1,\n"


@pytest.fixture(autouse=True)
def _whole_city():
    with scope.whole_city():
        yield


@pytest.fixture
def phone():
    """Mei's phone, which knows the market's form, and Lan's office, which keeps it."""
    mei, lan = an_inspector("mei"), an_office("lan")
    a_phone(mei)
    return mei, lan, a_version(office=lan)


def ask(path="formList", token=TOKEN, method="get", headers=VERSION):
    return getattr(Client(), method)(f"/or/key/{token}/{path}", headers=headers)


def send(xml=None, files=(), more=(), path="submission"):
    return Client().post(
        f"/or/key/{TOKEN}/{path}", data=multipart(xml or answers(), files, more=more),
        headers=VERSION, content_type="multipart/form-data; boundary=BOUNDARY",
    )  # fmt: skip


def listed(answer):
    assert answer.status_code == 200
    return [form.find(f"{LIST}formID").text for form in parsed(answer.content)]


def files_of(instance_id):
    rows = SubmissionFile.objects.filter(submission__instance_id=instance_id)
    return {row.name: row for row in rows.select_related("file").order_by("name")}


def a_draft(lan, version="9"):
    return commands.draft(
        xlsx=building.xlsx(a_checklist(version)), file_name="market.xlsx",
        owner_id=a_city().city.pk, actor=lan, at=AT, subject="point",
    ).version  # fmt: skip


# Lists of forms


def test_a_list_without_forms_is_a_list(phone):
    answer = ask("formList?formID=none")

    assert listed(answer) == []
    assert answer["Content-Type"] == "text/xml; charset=utf-8"


def test_a_list_is_the_same_for_whoever_asks_by_password_key_or_page(phone):
    by_key = listed(ask())
    page = Client()
    page.force_login(phone[0])

    assert listed(page.get("/or/formList", headers=VERSION)) == by_key == ["market"]


def test_addresses_in_the_list_stay_under_the_key_that_asked(phone):
    version = phone[2]
    a_media(version, "sign.jpg", RED)

    (form,) = parsed(ask().content)

    for name in ("downloadUrl", "manifestUrl"):
        assert f"/or/key/{TOKEN}/forms/{version.pk}/" in form.find(f"{LIST}{name}").text


def test_behind_a_web_server_that_speaks_https_the_list_speaks_of_https(phone, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    (form,) = parsed(ask(headers=VERSION | {"X-Forwarded-Proto": "https"}).content)

    assert form.find(f"{LIST}downloadUrl").text.startswith("https://")


def test_a_form_that_has_only_drafts_is_not_listed_and_not_served(phone):
    _mei, lan, _version = phone
    xlsx = building.xlsx(a_checklist(form_id="young"))
    draft = commands.draft(
        xlsx=xlsx, file_name="a.xlsx", owner_id=a_city().city.pk, actor=lan, at=AT
    ).version

    assert listed(ask()) == ["market"]
    assert ask(f"forms/{draft.pk}/form.xml").status_code == 404
    assert ask(f"forms/{draft.pk}/manifest").status_code == 404


def test_an_older_version_is_served_and_its_manifest_too_until_it_is_closed(phone):
    _mei, lan, old = phone
    a_version("2", office=lan)
    assert ask(f"forms/{old.pk}/form.xml").content == bytes(old.xform)

    commands.close_version(version_id=old.pk, actor=lan, at=AT)

    assert ask(f"forms/{old.pk}/form.xml").status_code == 404
    assert ask(f"forms/{old.pk}/manifest").status_code == 404


def test_a_manifest_without_files_is_a_manifest(phone):
    answer = ask(f"forms/{phone[2].pk}/manifest")

    assert answer.status_code == 200
    assert list(parsed(answer.content)) == []


def test_a_file_of_another_version_is_not_served_under_this_one(phone):
    _mei, lan, version = phone
    other = a_version("2", office=lan)
    media = a_media(other, "sign.jpg", RED)

    assert ask(f"forms/{version.pk}/media/{media.pk}").status_code == 404
    served = ask(f"forms/{other.pk}/media/{media.pk}")
    assert b"".join(served) == RED


def test_a_title_with_signs_of_xml_does_not_break_the_list(phone):
    commands.publish(
        version_id=commands.draft(
            xlsx=building.xlsx(
                a_checklist(form_id="odd", title=building.Words('<店> & "摊"', "Odd"))
            ),
            file_name="odd.xlsx", owner_id=a_city().city.pk, actor=phone[1], at=AT,
        ).version.pk,
        actor=phone[1], at=AT,
    )  # fmt: skip

    names = [form.find(f"{LIST}name").text for form in parsed(ask().content)]

    assert '<店> & "摊"' in names


# What is sent


def test_a_draft_takes_nothing_in(phone):
    a_draft(phone[1])

    answer = send(answers(version="9"))

    assert answer.status_code == 404
    assert "9" in answer.content.decode()
    assert not Submission.objects.exists()


def test_a_draft_that_was_published_takes_in_what_phones_made_under_it(phone):
    draft = a_draft(phone[1])
    commands.publish(version_id=draft.pk, actor=phone[1], at=AT)

    assert send(answers(version="9")).status_code == 201
    assert Submission.objects.get().form_version == draft


def test_what_is_sent_belongs_to_the_person_and_the_phone_whose_key_it_was(phone):
    other = an_inspector("other")
    a_phone(other, token="other-token-0123456789")

    send()

    submission = Submission.objects.select_related("device").get()
    assert submission.person == phone[0]
    assert submission.device.person == phone[0]


@pytest.mark.parametrize("query", ["", "?deviceID=collect%3A1", "?deviceID=a&deviceID=b"])
def test_the_phones_own_number_may_come_along_or_not(phone, query):
    assert send(path=f"submission{query}").status_code == 201


def test_further_files_come_later_as_often_as_the_phone_likes(phone):
    xml = answers(photos=["a.jpg", "b.jpg"])

    said = [send(xml, [("a.jpg", RED)]), send(xml), send(xml, [("b.jpg", BLUE)])]

    assert [answer.status_code for answer in said] == [201, 201, 201]
    assert files_of("uuid:1").keys() == {"a.jpg", "b.jpg"}


def test_a_file_is_kept_as_it_was_sent(phone):
    send(answers(photos=["a.jpg"]), [("a.jpg", RED)])

    file = files_of("uuid:1")["a.jpg"].file
    assert (file.size, file.kind) == (len(RED), "image/jpeg")


@pytest.mark.parametrize("name", ["照片 1.jpg", "fähre.jpg", "a&b.jpg", "100 percent.jpg"])
def test_files_are_found_again_under_the_very_name_that_the_answers_use(phone, name):
    xml = answers(photos=[name.replace("&", "&amp;")])

    send(xml, [(name, RED)])

    assert list(files_of("uuid:1")) == [name]


def test_what_the_phone_says_beside_the_form_and_its_files_changes_nothing(phone):
    more = [("*isIncomplete*", "", "text/plain", b"yes"), ("Date", "", "text/plain", b"x")]

    assert send(more=more).status_code == 201
    assert Submission.objects.get().expects == []


def test_answers_that_a_newer_form_does_not_ask_are_kept_all_the_same(phone):
    xml = answers(more="<gone_question>7</gone_question>")

    assert send(xml).status_code == 201
    assert bytes(Submission.objects.get().xml) == xml


def test_other_spaces_make_other_bytes(phone):
    send()

    assert send(answers() + b"\n").status_code == 409


# Amendments


def test_an_amendment_under_an_id_that_is_taken_is_refused(phone):
    send(answers("uuid:1"))
    send(answers("uuid:2"))

    answer = send(answers("uuid:2", deprecates="uuid:1"))

    assert answer.status_code == 409
    assert not Submission.objects.exclude(deprecates=None).exists()


def test_an_amendment_that_amends_itself_is_refused(phone):
    answer = send(answers("uuid:1", deprecates="uuid:1"))

    assert answer.status_code == 404
    assert not Submission.objects.exists()


def test_an_amendment_of_a_submission_of_another_form_is_refused(phone):
    a_version(form_id="shop", office=phone[1])
    send(answers("uuid:1"))

    answer = send(answers("uuid:2", form_id="shop", deprecates="uuid:1"))

    assert answer.status_code == 404


def test_an_amendment_leaves_what_it_amends_as_it_was(phone):
    first = answers(photos=["a.jpg"])
    send(first, [("a.jpg", RED)])

    send(answers("uuid:2", photos=["a.jpg"], deprecates="uuid:1"), [("a.jpg", BLUE)])

    before = Submission.objects.get(instance_id="uuid:1")
    assert bytes(before.xml) == first
    assert before.deprecates is None
    assert files_of("uuid:1")["a.jpg"].file.digest != files_of("uuid:2")["a.jpg"].file.digest


def test_a_file_that_an_amendment_does_not_name_any_more_is_not_carried(phone):
    send(answers(photos=["a.jpg", "b.jpg"]), [("a.jpg", RED), ("b.jpg", BLUE)])

    send(answers("uuid:2", photos=["b.jpg"], deprecates="uuid:1"))

    assert list(files_of("uuid:2")) == ["b.jpg"]
    assert files_of("uuid:1").keys() == {"a.jpg", "b.jpg"}


def test_a_file_that_is_missing_from_the_former_one_may_come_with_the_amendment(phone):
    send(answers(photos=["a.jpg"]))

    send(answers("uuid:2", photos=["a.jpg"], deprecates="uuid:1"), [("a.jpg", RED)])

    assert list(files_of("uuid:2")) == ["a.jpg"]
    assert not files_of("uuid:2")["a.jpg"].is_carried


def test_an_amendment_of_an_amendment_stands_in_one_chain(phone):
    for number in (1, 2, 3):
        former = f"uuid:{number - 1}" if number > 1 else ""
        send(answers(f"uuid:{number}", deprecates=former))

    chain = Submission.objects.order_by("pk")
    assert [each.root_id for each in chain] == [None, chain[0].pk, chain[0].pk]
    assert list(Submission.objects.standing()) == [chain[2]]


def test_the_record_of_filling_in_is_the_newest_ones_own(phone):
    def with_audit(*args, **more):
        return answers(*args, **more).replace(
            b"<orx:meta>", b"<orx:meta><orx:audit>audit.csv</orx:audit>"
        )

    send(with_audit(), [("audit.csv", AUDIT)])
    send(with_audit("uuid:2", deprecates="uuid:1"), [("audit.csv", AUDIT + b"end,,2,\n")])

    assert files_of("uuid:1")["audit.csv"].file.size == len(AUDIT)
    assert files_of("uuid:2")["audit.csv"].file.size == len(AUDIT) + 8


def test_an_amendment_under_a_closed_version_is_refused(phone):
    _mei, lan, version = phone
    send()
    commands.close_version(version_id=version.pk, actor=lan, at=AT)

    assert send(answers("uuid:2", deprecates="uuid:1")).status_code == 409


# Keys


@pytest.mark.parametrize("path", ["formList", "submission"])
def test_a_look_with_a_key_that_nobody_has_is_refused(phone, path):
    assert ask(path, token="x" * 24, method="head").status_code == 403


def test_reading_what_was_sent_is_no_part_of_the_protocol(phone):
    assert ask("submission").status_code == 405


def test_only_what_is_published_counts_as_a_version_of_a_form(phone):
    a_draft(phone[1])

    assert [each.version for each in FormVersion.objects.offered()] == ["1"]


# The list of all of it


def test_every_test_that_the_list_of_mirrored_behaviours_names_is_there():
    listed = program.ROOT / "docs" / "developers" / "openrosa.md"
    named = re.findall(r"`([a-z]+(?:_[a-z]+){3,})`", listed.read_text(encoding="utf-8"))
    written = "".join(file.read_text("utf-8") for file in Path(__file__).parent.glob("test_*"))

    assert len(named) > 40
    assert [name for name in named if f"def test_{name}(" not in written] == []
