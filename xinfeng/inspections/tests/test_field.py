"""What an inspector's phone is told, and the shell that it keeps."""

import json

import pytest
from django.urls import reverse

from xinfeng.inspections import field_forms, field_shell
from xinfeng.people.tests.build import a_person

from .build import a_standard

pytestmark = pytest.mark.django_db


def test_the_shell_opens_without_signing_in_and_tells_nothing_of_rounds(client):
    page = client.get(reverse("field:shell"))

    assert page.status_code == 200
    assert b"field/app.js" in page.content
    assert b"csrf" not in page.content


def test_the_worker_keeps_every_file_of_the_shell(client):
    script = client.get(reverse("field:worker"))

    assert script["Content-Type"].startswith("text/javascript")
    known = json.loads(
        script.content.decode().split("\n")[0].removeprefix("const KNOWN = ")[:-1]
    )
    assert known["page"] == reverse("field:shell")
    assert {f"/static/{file}" for file in field_shell.SHELL} < set(known["shell"])
    assert all((field_shell.FOLDER / file).is_file() for file in field_shell.SHELL)


def test_the_scripts_stay_within_what_a_phone_is_asked_to_fetch():
    files = [field_shell.FOLDER / file for file in field_shell.SHELL if file.endswith(".js")]

    assert sum(file.stat().st_size for file in files) <= 60 * 1024


def test_rounds_are_told_to_whoever_is_signed_in_and_only_their_own(client):
    assert client.get(reverse("field:rounds")).status_code == 302
    mei = a_person()
    client.force_login(mei)

    told = client.get(reverse("field:rounds")).json()

    assert (told["person"], told["rounds"], told["forms"]) == (mei.pk, [], {})
    assert told["csrf"]


def test_a_form_without_lines_asks_nothing():
    form = field_forms.form_of(a_standard(), "farm-market")

    assert form["questions"] == []
    assert form["form_id"].endswith(".farm-market")
