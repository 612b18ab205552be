"""What is refused before it is read: bodies that fill the disk, signs that no text holds."""

import pytest
from django.urls import reverse

from xinfeng.config.limits import MOST_BYTES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("length", [str(MOST_BYTES + 1), "9" * 30])
def test_a_body_larger_than_any_form_is_refused_unread(client, monkeypatch, length):
    def read(*_asked):
        raise AssertionError("nothing of it is read")

    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest._load_post_and_files", read)

    for name in ("snap:report", "account_login", "findings:act"):
        kwargs = {"snap:report": {"kind": "litter"}, "account_login": {}}.get(
            name, {"code": "X", "verb": "repair"}
        )
        answer = client.post(reverse(name, kwargs=kwargs), {"a": "b"}, CONTENT_LENGTH=length)
        assert answer.status_code == 413, name


def test_nine_large_pictures_and_phones_have_room(client):
    small = client.post(reverse("account_login"), {"login": "x", "password": "y"})
    phone = client.post(
        reverse("fieldwork:submission"), {"a": "b"}, CONTENT_LENGTH=str(MOST_BYTES + 1)
    )

    assert small.status_code == 200
    assert phone.status_code == 400, "it says itself what it takes"


@pytest.mark.parametrize(
    "address",
    [
        "/snap/track/%00.x/", "/teams/?words=%00", "/places/?within=%00",
        "/certificates/?code=%00", "/standards/a/%00/", "/snap/a%00/",
    ],
)  # fmt: skip
def test_a_sign_that_the_database_keeps_nowhere_finds_nothing(client, address):
    assert client.get(address).status_code == 404


def test_a_program_is_told_of_a_body_too_large_as_of_any_other_no(client):
    answer = client.post(
        "/api/v1/orders", b"{}", "application/json", CONTENT_LENGTH=str(MOST_BYTES + 1)
    )

    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"


def test_a_form_where_json_is_taken_is_refused_as_unreadable(client):
    answer = client.post("/api/v1/activities/near", {"lat": "26.9", "lon": "112.6"})

    assert answer.status_code == 400
    assert answer.json()["code"] == "unreadable"
