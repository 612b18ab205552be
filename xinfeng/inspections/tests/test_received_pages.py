"""What the office of a round sees of what phones sent, and what nobody else does."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden
from xinfeng.fieldwork.models import SubmissionFile
from xinfeng.findings.models import Finding
from xinfeng.inspections import commands
from xinfeng.inspections.models import Inspector, Intake, Reading, RoundPoint
from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_person, everyone
from xinfeng.places.tests.build import NINE, a_place
from xinfeng.units.tests.build import a_member

from .phones_build import (
    Phone,
    a_form,
    a_round_with_forms,
    newest,
    photos_of,
    points_of,
    refused,
    run_jobs,
)
from .rounds_build import an_inspector, some_points, the_office

pytestmark = pytest.mark.django_db
LATER = NINE + timedelta(days=8)
WRONG = ("I-1-1", "I-1-2")


@pytest.fixture(autouse=True)
def _points(db, monkeypatch):
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: NINE)
    some_points()


@pytest.fixture
def point():
    opened = a_round_with_forms()
    return next(each for each in points_of(opened) if each.type == "farm-market")


def at(name: str, point: RoundPoint, *more: object, **query) -> str:
    address = reverse(f"inspections:{name}", args=[point.round.code, *more])
    return address + ("?small=1" if query else "")


def page(client, address: str, person=None) -> str:
    client.force_login(person or the_office())
    answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def sent(point, wrong=(), files=None, **more) -> None:
    Phone(point.person).send(
        a_form(point, wrong, **more), photos_of(wrong) if files is None else files
    )
    run_jobs()


def opens(client, address: str) -> bool:
    answer = client.get(address)
    return answer.status_code == 200 and b"".join(answer.streaming_content)[:2] == b"\xff\xd8"


def intake() -> Intake:
    with scope.whole_city():
        return Intake.objects.select_related("submission").get()


def photo() -> SubmissionFile:
    with scope.whole_city():
        return SubmissionFile.objects.order_by("pk").first()


def over(point) -> None:
    commands.close_round(round_id=point.round_id, actor=the_office(), at=LATER)


def test_the_office_is_told_why_a_form_does_not_count_and_counts_it(client, point):
    sent(point, point_code="NOSUCH")

    first = page(client, at("round", point))
    received = page(client, at("round_received", point))
    answer = client.post(
        at("round_count", point, intake().pk), {"point": point.pk}, follow=True
    )

    assert at("round_received", point) in first
    assert "没有这个点位" in received
    assert "NOSUCH" in received
    # It was sent from that very point.
    assert f"{point.point.code} {point.point.name} · 相距 0 米" in received
    assert answer.status_code == 200
    assert intake().state == "COUNTED"
    assert len(newest(point)) == 4


def test_the_office_leaves_a_form_out(client, point):
    sent(point, point_code="NOSUCH")
    client.force_login(the_office())

    answer = client.post(at("round_leave_out", point, intake().pk), follow=True)

    assert answer.status_code == 200
    assert intake().state == "LEFT_OUT"
    assert "没有这个点位" in answer.content.decode()


def test_a_point_must_be_chosen_and_be_one_of_the_round(client, point):
    sent(point, point_code="NOSUCH")
    client.force_login(the_office())
    address = at("round_count", point, intake().pk)

    assert client.post(address, {"point": ""}).status_code == 409
    assert client.post(address, {"point": 1}).status_code == 404
    assert intake().state == "NOT_COUNTED"


def test_a_point_shows_what_was_sent_when_from_where_and_with_which_photos(client, point):
    sent(point, WRONG, photos_of(WRONG)[:1], place="27.0 112.7 0 5")

    told = page(client, at("round_point", point, point.pk))
    listed = page(client, at("round_points", point))

    assert "2 个文件已到 1 个" in told
    assert "米" in told
    assert at("round_photo", point, photo().pk) in told
    assert "2 个文件已到 1 个" in listed


def test_a_photo_is_shown_as_its_public_copy_to_whoever_holds_the_round(client, point):
    sent(point, WRONG)
    client.force_login(the_office())

    shown = client.get(at("round_photo", point, photo().pk))
    small = client.get(at("round_photo", point, photo().pk, small=1))

    for answer in (shown, small):
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert b"Exif" not in b"".join(answer.streaming_content)


def test_photos_of_a_round_that_is_over_are_for_units_and_offices_only(client, point):
    sent(point, WRONG)
    member, resident = a_person("member"), a_person("resident")
    a_member(member, point.unit)
    address = at("round_photo", point, photo().pk)
    client.force_login(member)
    assert client.get(address).status_code == 404

    over(point)

    assert opens(client, address)
    client.force_login(resident)
    assert client.get(address).status_code == 404


def test_what_did_not_count_shows_its_photos_to_the_office_alone(client, point):
    sent(point, WRONG, point_code="NOSUCH")
    over(point)
    member = a_person("member")
    a_member(member, point.unit)
    address = at("round_photo", point, photo().pk)

    client.force_login(member)
    assert client.get(address).status_code == 404
    client.force_login(the_office())
    assert opens(client, address)


def test_a_file_that_is_no_picture_is_not_shown(client, point):
    audit = [("audit.csv", b"event,node,start\nform start,,1\n")]
    sent(point, (), audit, audit="audit.csv")
    with scope.whole_city():
        assert SubmissionFile.objects.count() == 1
    client.force_login(the_office())

    assert client.get(at("round_photo", point, photo().pk)).status_code == 404


def test_the_unit_sees_the_photo_beside_its_line(client, point):
    sent(point, WRONG)
    over(point)
    for step in (commands.score_round, commands.publish_round):
        step(round_id=point.round_id, actor=the_office(), at=LATER)
    member = a_person("member")
    a_member(member, point.unit)

    told = page(client, at("round_unit", point, point.unit.code), member)

    assert at("round_photo", point, photo().pk) in told
    for kind, folder in (("xlsx", "xl/media/"), ("docx", "word/media/")):
        answer = client.get(at("round_questions", point, point.unit.code, kind))
        with zipfile.ZipFile(io.BytesIO(answer.content)) as paper:
            shown = [name for name in paper.namelist() if name.startswith(folder)]
        assert len(shown) == len(WRONG)


def test_a_reading_is_amended_on_its_page_with_the_reason(client, point):
    sent(point, WRONG)
    address = at("round_amend", point, point.pk, "I-1-1")
    assert address in page(client, at("round_point", point, point.pk))
    page(client, address)

    without = client.post(address, {"verdict": "MET", "note": ""})
    answer = client.post(address, {"verdict": "MET", "note": "照片中已清理"})

    assert (without.status_code, answer.status_code) == (200, 302)
    assert newest(point)["I-1-1"] == "MET"
    with scope.whole_city():
        assert Reading.objects.filter(line="I-1-1").count() == 2
    assert client.get(at("round_amend", point, point.pk, "NONE")).status_code == 404


def test_a_counted_line_is_amended_by_its_number(client, point):
    sent(point)
    client.force_login(the_office())

    client.post(
        at("round_amend", point, point.pk, "I-2-2"),
        {"verdict": "", "value": "1", "note": "只有一处"},
    )

    assert newest(point)["I-2-2"] == "NOT_MET"


def test_a_point_without_inspector_is_given_to_somebody_and_what_they_sent_counts(
    client, point
):
    wei = an_inspector("wei")
    with scope.whole_city():
        RoundPoint.objects.filter(pk=point.pk).update(inspector=None, person=None)
    Phone(wei).send(a_form(point))
    run_jobs()
    assert intake().why == "NOT_THEIRS"
    assert at("round_send", point, point.pk) in page(client, at("round_point", point, point.pk))

    answer = client.post(at("round_send", point, point.pk), {"person": wei.pk}, follow=True)
    run_jobs()

    assert answer.status_code == 200
    with scope.whole_city():
        assert Inspector.objects.get(person=wei).round_id == point.round_id
        assert RoundPoint.objects.get(pk=point.pk).person_id == wei.pk
    assert intake().state == "COUNTED"


def test_nobody_is_sent_to_their_own_unit_or_without_the_role(point):
    def send(person, actor=None):
        return commands.send_inspector(
            round_point_id=point.pk, person_id=person.pk, actor=actor or the_office(), at=NINE
        )

    wei = an_inspector("wei")
    a_member(wei, point.unit)

    assert refused(lambda: send(wei)) == "own_unit"
    assert refused(lambda: send(a_person("resident"))) == "not_an_inspector"
    with pytest.raises(Forbidden):
        send(an_inspector("hong"), a_person("stranger"))
    sent(point)
    assert refused(lambda: send(an_inspector("jun"))) == "round_state"


def test_findings_are_raised_and_ordered_from_the_page(client, point):
    sent(point, WRONG)
    over(point)
    first = page(client, at("round", point))

    raised = client.post(at("round_findings", point), follow=True).content.decode()
    ordered = client.post(at("round_order", point), follow=True)

    assert at("round_findings", point) in first
    assert at("round_order", point) in raised
    assert Finding.objects.count() == 2
    assert ordered.status_code == 200


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.CITY_OFFICE])
def test_nobody_of_the_assessed_city_sees_or_does_anything_of_it(client, role, point):
    sent(point, WRONG, point_code="NOSUCH")
    client.force_login(everyone(a_place())[role])
    pages = [
        at("round_received", point), at("round_photo", point, photo().pk),
        at("round_amend", point, point.pk, "I-1-1"),
    ]  # fmt: skip
    posts = [
        at("round_count", point, intake().pk), at("round_leave_out", point, intake().pk),
        at("round_send", point, point.pk), at("round_findings", point),
        at("round_order", point), at("round_forms", point),
        at("round_amend", point, point.pk, "I-1-1"),
    ]  # fmt: skip

    assert {client.get(address).status_code for address in pages} <= {403, 404}
    assert {
        client.post(address, {"point": point.pk, "person": 1}).status_code for address in posts
    } <= {403, 404}
    assert intake().state == "NOT_COUNTED"


def test_many_forms_cost_no_more_queries_than_one(client, point, django_assert_max_num_queries):
    mine = [each for each in points_of(point.round) if each.person_id == point.person_id]
    phone = Phone(point.person)
    for each in mine:
        phone.send(a_form(each, point_code="NOSUCH"))
    run_jobs()
    client.force_login(the_office())

    with django_assert_max_num_queries(40):
        client.get(at("round_received", point))
