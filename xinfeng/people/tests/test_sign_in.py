from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import NoReverseMatch, reverse

from xinfeng.base import clock
from xinfeng.journal.models import Entry
from xinfeng.people import commands
from xinfeng.people.models import Role, SignInTally
from xinfeng.places.tests.build import NINE, a_city, a_place

from .build import PASSWORD, a_grant, a_keeper, a_person, an_office
from .counting import at_most

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def mei():
    return a_person("mei", password=PASSWORD)


@pytest.fixture
def at(monkeypatch):
    """Let the pages' clock stand at a moment."""

    def stand(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    stand(NINE)
    return stand


def sign_in(client, password=PASSWORD, name="mei"):
    return client.post(reverse("account_login"), {"login": name, "password": password})


def test_signing_in_leads_to_today(client, mei):
    answer = sign_in(client)

    assert (answer.status_code, answer["Location"]) == (302, "/today/")


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client, mei):
    wrong = sign_in(client, "not the password").content.decode()
    unknown = sign_in(client, "not the password", "nobody").content.decode()

    assert "_auth_user_id" not in client.session
    assert [line for line in wrong.splitlines() if "error" in line] == [
        line for line in unknown.splitlines() if "error" in line
    ]


def test_five_failures_lock_the_name_for_a_quarter_of_an_hour(client, mei, at):
    for _ in range(5):
        sign_in(client, "guess")

    sign_in(client)
    assert "_auth_user_id" not in client.session
    at(NINE + 15 * MINUTE)
    sign_in(client)
    assert "_auth_user_id" in client.session


def test_a_lock_is_journalled_without_the_name(client, mei, at):
    for _ in range(7):
        sign_in(client, "guess")

    entry = Entry.objects.get()
    assert (entry.verb, "mei" in entry.subject) == ("sign_in.locked", False)


def test_unknown_names_are_locked_alike(client, at):
    for _ in range(5):
        sign_in(client, "guess", "nobody")

    assert not commands.count_try(username="Nobody ", at=NINE)


def test_coming_in_forgets_earlier_slips(client, mei, at):
    for _ in range(4):
        sign_in(client, "guess")

    sign_in(client)

    assert not SignInTally.objects.exists()


def test_old_failures_are_forgotten(client, mei, at):
    for _ in range(4):
        sign_in(client, "guess")
    at(NINE + 16 * MINUTE)

    sign_in(client, "guess")

    assert SignInTally.objects.get().tries == 1


def test_a_closed_account_does_not_come_in(client, mei):
    commands.close_account(person_id=mei.pk, actor=mei, at=NINE)

    sign_in(client)

    assert "_auth_user_id" not in client.session


def test_closing_an_account_ends_its_sessions(client, mei):
    sign_in(client)
    commands.close_account(person_id=mei.pk, actor=mei, at=NINE)

    answer = client.get(reverse("people:me"))

    assert answer["Location"].startswith(settings.LOGIN_URL)


def test_the_session_changes_its_key_when_somebody_signs_in(client, mei):
    client.cookies[settings.SESSION_COOKIE_NAME] = "planted"

    sign_in(client)

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "planted"


def test_signing_out_takes_a_post(client, mei):
    sign_in(client)

    client.get(reverse("account_logout"))
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_signed_in_pages_are_not_kept_in_caches(client, mei):
    client.force_login(mei)

    assert "no-store" in client.get(reverse("people:me"))["Cache-Control"]


def test_there_is_no_page_to_sign_up(client):
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert "sign-up" not in client.get(reverse("account_login")).content.decode()


def test_my_page_names_my_roles_and_places(client, mei):
    place = a_place(name="茶山村新时代文明实践站")
    a_grant(mei, Role.KEEPER, place=place)
    client.force_login(mei)

    with at_most(7):
        page = client.get(reverse("people:me")).content.decode()

    assert "王小梅" in page
    assert "茶山村新时代文明实践站" in page


@pytest.mark.parametrize(
    ("role", "name"),
    [
        (Role.KEEPER, "inspections:worklist"),
        (Role.AUDITOR, "insight:figures"),
        (Role.VOLUNTEER, "activities:list"),
        (None, "activities:list"),
    ],
)
def test_each_role_begins_on_its_own_page(client, mei, role, name):
    if role:
        a_grant(mei, role, division=a_city().village)
    client.force_login(mei)

    try:
        expected = reverse(name)
    except NoReverseMatch:
        expected = "/"
    assert client.get(reverse("today"))["Location"] == expected


def test_an_office_begins_on_the_board_of_its_division(client):
    county = a_city().county
    client.force_login(an_office(county))

    assert client.get(reverse("today"))["Location"] == f"/boards/{county.pk}/"


def test_a_keeper_of_one_place_begins_at_the_worklist(client):
    client.force_login(a_keeper(a_place()))

    assert client.get(reverse("today")).status_code == 302
