"""What stands around every page."""

import pytest
from django.test import override_settings
from django.urls import reverse

from xinfeng.config import messages, views

pytestmark = pytest.mark.django_db
DEMO = override_settings(CLOCK_OFFSET_SECONDS=-3600)


def test_large_type_and_the_dark_ground_are_kept_by_the_device(client):
    client.post(reverse("modes"), {"mode": "large", "next": "/sign-in/"})
    answer = client.get("/sign-in/")

    assert 'class="large"' in answer.content.decode()

    client.post(reverse("modes"), {"mode": "large"})

    assert 'class=""' in client.get("/sign-in/").content.decode()


def test_a_switch_sends_nobody_to_another_origin(client):
    answer = client.post(reverse("modes"), {"mode": "dark", "next": "https://elsewhere.test/"})

    assert answer["Location"] == "/"


def test_an_unknown_mode_changes_nothing(client):
    assert not client.post(reverse("modes"), {"mode": "loud"}).cookies


def test_the_language_is_the_visitors_choice(client):
    assert "登录" in client.get("/sign-in/").content.decode()

    client.post(reverse("set_language"), {"language": "en", "next": "/sign-in/"})

    page = client.get("/sign-in/").content.decode()
    assert 'lang="en"' in page
    assert "Sign in" in page


def test_demo_time_stands_on_every_page_of_a_demo_only(client):
    with DEMO:
        assert "演示时间" in client.get("/sign-in/").content.decode()

    assert "演示时间" not in client.get("/sign-in/").content.decode()


def test_sample_values_are_shown_in_a_demo_only(client):
    with DEMO:
        assert client.get(reverse("look")).status_code == 200
        assert client.get(reverse("look_wide")).status_code == 200

    assert client.get(reverse("look")).status_code == 404


def test_an_unknown_address_is_answered_in_the_house(client):
    answer = client.get("/no/such/page/")

    assert answer.status_code == 404
    assert "没有这个页面" in answer.content.decode()


def test_a_broken_page_needs_no_database_and_gives_a_code(rf, django_db_blocker):
    with django_db_blocker.block():
        answer = views.broken(rf.get("/"))

    assert answer.status_code == 500
    assert "反映问题时请报编号" in answer.content.decode()


def test_catalogues_tell_what_is_missing(tmp_path, monkeypatch):
    room = tmp_path / "room"
    room.mkdir()
    (room / "__init__.py").write_text("")
    (room / "views.py").write_text('from x import _\n_("Nobody translated this")\n')
    monkeypatch.setattr(messages, "PACKAGE", tmp_path)

    assert messages.problems() == [
        f"room: no Chinese for 'Nobody translated this' ({_where(room)})"
    ]

    messages.extract_all()
    po = messages.catalogue_of(room)
    po.write_text(
        po.read_text()
        .replace('msgstr ""\n', 'msgstr "没人翻译过"\n')
        .replace('msgid ""\nmsgstr "没人翻译过"', 'msgid ""\nmsgstr ""', 1)
    )
    messages.compile_all()

    assert messages.problems() == []
    assert po.with_suffix(".mo").exists()


def _where(room):
    return f"{(room / 'views.py').relative_to(messages.PACKAGE.parent)}:2"
