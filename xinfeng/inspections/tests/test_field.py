"""What an inspector's phone is told, the key by which it sends, and the shell that it keeps."""

import base64
import gzip
import json

import pytest
from django.test import Client
from django.urls import reverse

from xinfeng.base import scope
from xinfeng.fieldwork import commands as fieldwork
from xinfeng.fieldwork.models import Device, Form, FormVersion, Submission
from xinfeng.fieldwork.tests.build import multipart
from xinfeng.files.tests.build import a_picture
from xinfeng.inspections import commands, field_forms, field_shell
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE

from .phones_build import run_jobs
from .rounds_build import a_drawn_round, an_inspector, an_open_round, some_points, the_office

BROWSER = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537"


@pytest.fixture
def round_(db, monkeypatch):
    """In the field, its checklists out; Lan and Feng are sent."""
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: NINE)
    some_points()
    found = an_open_round()
    commands.publish_forms(round_id=found.pk, actor=the_office(), at=NINE)
    return found


def told_to(person):
    return field_forms.told_to(person.pk)


def a_key(client, person):
    client.force_login(person)
    answer = client.post(reverse("field:phone"), headers={"User-Agent": BROWSER})
    assert answer.status_code == 201
    return "Basic " + base64.b64encode(f"field:{answer.json()['token']}".encode()).decode()


def sent(key, xml, files=(), client=None):
    return (client or Client(enforce_csrf_checks=True)).post(
        reverse("fieldwork:submission"), multipart(xml, files),
        content_type="multipart/form-data; boundary=BOUNDARY",
        headers={"X-OpenRosa-Version": "1.0", "Authorization": key},
    )  # fmt: skip


def filled(told, point, instance_id="uuid:1", *, photo="", deprecates=""):
    """Written as `checklist.js` writes it: each question at its path below the form's root."""
    form = told["forms"][point["form"]]
    line = next(each for each in form["questions"] if "line" in each)
    part = line["path"][0]
    wrong = f"<{line['name']}_photo>{photo}</{line['name']}_photo>" if photo else ""
    former = f"<deprecatedID>{deprecates}</deprecatedID>" if deprecates else ""
    return (
        f'<{form["root"]} id="{form["form_id"]}" version="{form["version"]}">'
        f"<round_code>{told['rounds'][0]['code']}</round_code>"
        f"<point_code>{point['code']}</point_code>"
        f"<{part}><{line['name']}>NOT_MET</{line['name']}>{wrong}</{part}>"
        f"<meta><instanceID>{instance_id}</instanceID>{former}</meta></{form['root']}>"
    ).encode()


@pytest.mark.django_db
def test_the_shell_opens_without_signing_in_and_tells_nothing_of_rounds(client):
    page = client.get(reverse("field:shell"))

    assert page.status_code == 200
    assert b"field/app.js" in page.content
    assert b"csrf" not in page.content


@pytest.mark.django_db
def test_the_worker_keeps_every_file_of_the_shell(client):
    script = client.get(reverse("field:worker"))

    assert script["Content-Type"].startswith("text/javascript")
    known = json.loads(
        script.content.decode().split("\n")[0].removeprefix("const KNOWN = ")[:-1]
    )
    assert known["page"] == reverse("field:shell")
    assert {f"/static/{file}" for file in field_shell.SHELL} < set(known["shell"])
    assert all((field_shell.FOLDER / file).is_file() for file in field_shell.SHELL)


def test_the_shell_holds_every_script_that_another_one_imports():
    scripts = {file for file in field_shell.SHELL if file.endswith(".js")}
    wanted = {
        f"field/{line.split('./')[1].split('.js')[0]}.js"
        for file in scripts
        for line in (field_shell.FOLDER / file).read_text().splitlines()
        if line.startswith("import ")
    }

    assert wanted <= scripts


def test_the_scripts_stay_within_what_a_phone_is_asked_to_fetch():
    files = [field_shell.FOLDER / file for file in field_shell.SHELL if file.endswith(".js")]

    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= 40 * 1024


def test_every_word_that_the_scripts_say_is_there_and_none_that_they_do_not():
    scripts = "".join(
        (field_shell.FOLDER / file).read_text()
        for file in field_shell.SHELL if file.endswith(".js")
    )  # fmt: skip

    assert [name for name in field_shell.words() if f'"{name}"' not in scripts] == []


@pytest.mark.django_db
def test_rounds_are_told_to_whoever_is_signed_in_and_only_their_own(client):
    assert client.get(reverse("field:rounds")).status_code == 302
    mei = a_person()
    client.force_login(mei)

    told = client.get(reverse("field:rounds")).json()

    assert (told["person"], told["rounds"], told["forms"]) == (mei.pk, [], {})
    assert told["csrf"]


def test_a_point_is_told_with_the_published_form_of_its_type(round_):
    told = told_to(an_inspector_of(round_))

    points = told["rounds"][0]["points"]
    assert [point["order"] for point in points] == list(range(1, len(points) + 1))
    for point in points:
        form = told["forms"][point["form"]]
        version = FormVersion.objects.get(pk=point["form"])
        assert form["form_id"] == f"{round_.standard.name}.{point['type']}"
        assert form["questions"] == version.questions["questions"]
        assert form["can_be_filled"]


def an_inspector_of(round_):
    return inspectors_of(round_)[0]


def inspectors_of(round_):
    with scope.whole_city():
        rows = round_.inspectors.select_related("person").order_by("pk")
        return [each.person for each in rows]


def device_of(person):
    with scope.whole_city():
        return Device.objects.get(person=person)


def the_submission():
    with scope.whole_city():
        return Submission.objects.select_related("person").get()


def test_a_point_whose_form_is_not_out_or_closed_has_none(round_):
    lan = an_inspector_of(round_)
    form = Form.objects.get(form_id__endswith=".farm-market")

    fieldwork.close_form(form_id=form.pk, actor=the_office(), at=NINE)

    points = told_to(lan)["rounds"][0]["points"]
    assert {p["form"] is None for p in points if p["type"] == "farm-market"} == {True}
    assert None not in {p["form"] for p in points if p["type"] != "farm-market"}


@pytest.mark.parametrize(
    "changed",
    [
        {"is_simple": False},
        {"questions": [{"name": "a", "path": ["a"], "type": "video"}]},
        {"questions": [{"name": "a", "path": ["a"], "type": "text", "calculate": "1 + 1"}]},
        {"hidden": [{"name": "sum", "path": ["sum"], "type": "integer"}]},
    ],
)
def test_a_form_that_asks_what_the_pages_cannot_is_left_to_collect(round_, changed):
    version = FormVersion.objects.order_by("pk").first()
    FormVersion.objects.filter(pk=version.pk).update(questions=version.questions | changed)

    forms = told_to(an_inspector_of(round_))["forms"]

    assert forms[str(version.pk)]["can_be_filled"] is False


def test_a_round_whose_field_has_not_begun_is_not_told(db, monkeypatch):
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: NINE)
    some_points()
    a_drawn_round()

    assert told_to(an_inspector())["rounds"] == []


def test_what_is_told_costs_the_same_for_many_points(round_, django_assert_max_num_queries):
    lan = an_inspector_of(round_)

    # Beside the three settings of scope and their savepoints.
    with django_assert_max_num_queries(20):
        told_to(lan)


def test_a_browser_is_set_up_as_a_phone_on_ones_list(round_, client):
    lan = an_inspector_of(round_)

    a_key(client, lan)

    device = device_of(lan)
    assert device.name == "测评网页 · Chrome · Android"
    assert device.is_in_use


@pytest.mark.django_db
def test_whoever_does_not_go_out_gets_no_key(client):
    client.force_login(a_person("mei"))

    assert client.post(reverse("field:phone")).status_code == 403
    assert client.get(reverse("field:phone")).status_code == 405


def test_the_key_asks_for_the_round_long_after_the_session(round_, client):
    lan = an_inspector_of(round_)
    key = a_key(client, lan)

    told = Client().get(reverse("field:rounds"), headers={"Authorization": key}).json()

    assert told["person"] == lan.pk
    # What only a session needs is told to a session.
    assert "csrf" not in told


def test_the_key_sends_without_a_session_and_another_session_does_not_matter(round_, client):
    lan = an_inspector_of(round_)
    key, told = a_key(client, lan), told_to(lan)
    client.force_login(an_inspector("mei"))

    answer = sent(key, filled(told, told["rounds"][0]["points"][0]), client=client)

    assert answer.status_code == 201
    assert the_submission().person == lan


def test_the_answer_says_how_many_photos_are_here_and_which_are_not(round_, client):
    lan = an_inspector_of(round_)
    key, told = a_key(client, lan), told_to(lan)
    xml = filled(told, told["rounds"][0]["points"][0], photo="a.jpg")

    first, then = sent(key, xml), sent(key, xml, [("a.jpg", a_picture())])

    assert b'<received arrived="0" expected="1" xmlns="urn:xinfeng:receipt">' in first.content
    assert b"<missing>a.jpg</missing>" in first.content
    assert b'<received arrived="1" expected="1" xmlns="urn:xinfeng:receipt" />' in then.content


def test_one_unfit_photo_refuses_its_batch_and_nothing_else(round_, client):
    """What phones build upon: they send the same form again, without the photo at fault."""
    lan = an_inspector_of(round_)
    key, told = a_key(client, lan), told_to(lan)
    xml = filled(told, told["rounds"][0]["points"][0], photo="a.jpg")

    broken = sent(key, xml, [("a.jpg", b"\xff\xd8\xff no picture")])
    without = sent(key, xml)
    again = sent(key, xml, [("a.jpg", a_picture())])

    assert (broken.status_code, without.status_code, again.status_code) == (415, 201, 201)
    assert b'<refused xmlns="urn:xinfeng:receipt" code="picture_broken"' in broken.content
    with scope.whole_city():
        assert the_submission().files.get().name == "a.jpg"


def test_a_refusal_carries_its_code(round_, client):
    lan = an_inspector_of(round_)
    key, told = a_key(client, lan), told_to(lan)
    point = told["rounds"][0]["points"][0]
    sent(key, filled(told, point))

    answer = sent(key, filled(told, point, photo="a.jpg"))

    assert answer.status_code == 409
    assert b'code="submission_differs"' in answer.content


def test_what_was_sent_is_told_with_the_point_and_an_amendment_takes_its_place(round_, client):
    lan = an_inspector_of(round_)
    key, told = a_key(client, lan), told_to(lan)
    point = told["rounds"][0]["points"][0]
    sent(key, filled(told, point, "uuid:1", photo="a.jpg"))
    before = told_to(lan)["rounds"][0]["points"][0]["sent"]

    sent(key, filled(told, point, "uuid:2", deprecates="uuid:1"))

    after = told_to(lan)["rounds"][0]["points"][0]["sent"]
    assert (before["id"], before["arrived"], before["expected"]) == ("uuid:1", 0, 1)
    assert (after["id"], after["arrived"], after["expected"]) == ("uuid:2", 0, 0)
    assert told["rounds"][0]["points"][1]["sent"] is None


def test_what_does_not_count_is_told_with_the_reason(round_, client):
    lan = an_inspector_of(round_)
    key, told = a_key(client, lan), told_to(lan)
    first, *others = told["rounds"][0]["points"]
    other = next(each for each in others if each["type"] != first["type"])
    sent(key, filled(told, {**other, "code": first["code"]}, "uuid:1"))
    sent(key, filled(told, other, "uuid:2"))

    run_jobs()

    points = {p["code"]: p["sent"] for p in told_to(lan)["rounds"][0]["points"]}
    why = points[first["code"]]["why_not"]
    assert why == "it is the checklist of another kind of point"
    assert points[other["code"]]["why_not"] == ""


def test_what_another_inspector_sent_is_not_told(round_, client):
    lan, feng = inspectors_of(round_)
    told = told_to(lan)
    code = told_to(feng)["rounds"][0]["points"][0]["code"]
    key = a_key(client, feng)

    sent(key, filled(told, {**told["rounds"][0]["points"][0], "code": code}))

    assert {p["sent"] for p in told_to(lan)["rounds"][0]["points"]} == {None}


def test_leaving_gives_the_key_back(round_, client):
    lan = an_inspector_of(round_)
    key = a_key(client, lan)
    other = Client(enforce_csrf_checks=True)

    answer = other.post(reverse("field:leaving"), headers={"Authorization": key})

    assert answer.status_code == 204
    assert not device_of(lan).is_in_use
    assert other.get(reverse("field:rounds"), headers={"Authorization": key}).status_code == 401


@pytest.mark.django_db
def test_leaving_needs_a_key_not_a_session(client):
    client.force_login(a_person("mei"))

    assert client.post(reverse("field:leaving")).status_code == 401
    wrong = {"Authorization": "Basic bm9ib2R5Om5vdGhpbmc="}
    assert client.post(reverse("field:leaving"), headers=wrong).status_code == 401


def test_a_phone_that_was_revoked_is_told_nothing(round_, client):
    lan = an_inspector_of(round_)
    key, told = a_key(client, lan), told_to(lan)
    device = device_of(lan)

    fieldwork.revoke(device_id=device.pk, actor=lan, at=NINE)

    asked = Client().get(reverse("field:rounds"), headers={"Authorization": key})
    assert asked.status_code == 401
    assert sent(key, filled(told, told["rounds"][0]["points"][0])).status_code == 401
    with scope.whole_city():
        assert not Submission.objects.exists()
