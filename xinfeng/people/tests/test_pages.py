"""The pages of people: a stranger registers, signs in by telephone, reads and leaves."""

import io
import zipfile
from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from xinfeng.base import clock, scope
from xinfeng.people import commands
from xinfeng.people.models import (
    Consent,
    Disclosure,
    Guardianship,
    Identity,
    IdentityDispute,
    Person,
)
from xinfeng.places.tests.build import COUNTY, NINE, TOWNSHIP, VILLAGE, a_city

from .build import PASSWORD, a_person, a_phone, an_applicant, an_id_number, an_office, numbered
from .counting import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


@pytest.fixture
def mei():
    return commands.register_oneself(
        new=an_applicant(), division_id=a_city().village.pk, at=NINE
    )


def applied(client, **more):
    a_city()
    fields = {
        "name": "王小梅", "id_number": an_id_number(), "phone": a_phone(),
        "password": PASSWORD, "agreed": "on", "home": VILLAGE, "version": "registration-2022",
    } | more  # fmt: skip
    return client.post(reverse("people:apply"), fields)


def test_one_taps_down_to_the_village_and_finds_the_form(client):
    a_city()
    for code in ("", COUNTY, TOWNSHIP):
        page = client.get(reverse("people:apply"), {"within": code} if code else {})
        assert b"<form" not in page.content.split(b"<main")[1].split(b"</main")[0]
    page = client.get(reverse("people:apply"), {"within": VILLAGE}).content.decode()
    assert "茶山村" in page
    assert "志愿者个人信息登记告知" in page
    assert "checked" not in page.split("<main")[1]


def test_a_stranger_registers_is_signed_in_and_comes_back_by_telephone(client):
    phone = a_phone()

    answer = applied(client, phone=phone)

    assert answer["Location"] == reverse("people:welcome")
    assert client.get(answer["Location"]).status_code == 200
    client.post(reverse("account_logout"))
    for typed in (f"+86 {phone[:3]} {phone[3:]}", Person.objects.get().username):
        client.post(reverse("account_login"), {"login": typed, "password": PASSWORD})
        assert "_auth_user_id" in client.session
        client.post(reverse("account_logout"))


def test_five_failures_lock_both_ways_in(client, mei):
    phone = a_phone()
    numbered(mei, phone=phone)
    for typed in (phone, mei.username, phone, mei.username, phone):
        client.post(reverse("account_login"), {"login": typed, "password": "guess"})

    client.post(reverse("account_login"), {"login": mei.username, "password": PASSWORD})

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"id_number": "123"}, "this one has 3"),
        ({"phone": "12"}, "11 digits"),
        ({"phone": ""}, "you sign in with it"),
        ({"agreed": ""}, "agree to it first"),
        ({"password": "short"}, "10"),
        ({"id_number": an_id_number(date(2017, 1, 1))}, "Children under 6"),
        ({"id_number": an_id_number(date(2010, 1, 1))}, "a guardian has to agree"),
        ({"version": "registration-1999"}, "text has changed"),
    ],
)
def test_what_is_wrong_is_said_in_the_form_and_what_was_typed_stays(client, wrong, sentence):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        page = applied(client, **wrong)

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "王小梅" in page.content.decode()
    assert not Person.objects.exists()


def test_a_taken_number_is_said_at_its_field(client, mei):
    number = an_id_number()
    numbered(mei, id_number=number)

    page = applied(client, id_number=number)

    assert page.status_code == 200
    assert "该身份证号已有账号" in page.content.decode()


def test_a_child_is_told_to_wait_and_the_guardian_agrees_on_a_page(client):
    lan = numbered(a_person("lan"), id_number=an_id_number(date(1985, 1, 2)))
    page = applied(client, id_number=an_id_number(date(2010, 1, 1)), phone="", guardian="lan")
    assert "_auth_user_id" not in client.session
    child = Person.objects.get(state="ASLEEP")
    assert child.username in page.content.decode()

    client.force_login(lan)
    family = client.get(reverse("people:family")).content.decode()
    assert "王小梅" in family
    assert "未满14周岁未成年人个人信息处理规则" in family
    with scope.whole_city():
        question = Guardianship.objects.get()
    client.post(
        reverse("people:answer_guardian", args=[question.pk, "consent"]),
        {"version": "minor-2022"},
    )

    child.refresh_from_db()
    assert child.is_active
    assert client.get(reverse("people:ward_record", args=[child.pk])).status_code == 200
    assert client.get(reverse("people:ward_record", args=[lan.pk])).status_code == 404


def test_own_pages_open_and_show_numbers_masked(client, mei):
    number, phone = an_id_number(), "13800001234"
    numbered(mei, id_number=number, phone=phone)
    client.force_login(mei)

    for name in ("me", "notices", "profile", "consents", "family", "requests", "account"):
        page = client.get(reverse(f"people:{name}")).content.decode()
        assert number not in page
        assert phone not in page
    assert "138****1234" in client.get(reverse("people:me")).content.decode()


def test_ones_own_record_is_shown_and_taken_along(client, mei):
    number = an_id_number()
    numbered(mei, id_number=number)
    client.force_login(mei)

    assert number in client.get(reverse("people:record")).content.decode()
    files = zipfile.ZipFile(io.BytesIO(client.get(reverse("people:archive")).content))
    assert number in files.read("record.json").decode()


def test_a_consent_is_given_and_withdrawn_by_one_tap_each(client, mei):
    client.force_login(mei)
    client.post(reverse("people:give_consent", args=["location"]), {"version": "location-2022"})
    with scope.whole_city():
        assert Consent.objects.filter(person=mei, kind="LOCATION", withdrawn_at=None).exists()

    client.post(reverse("people:withdraw_consent", args=["location"]))

    with scope.whole_city():
        assert not Consent.objects.filter(
            person=mei, kind="LOCATION", withdrawn_at=None
        ).exists()


def test_a_profile_is_told_on_its_page(client, mei):
    client.force_login(mei)

    client.post(
        reverse("people:profile"), {"skills": ["first-aid"], "free": ["0", "20", "99", "x"]}
    )

    page = client.get(reverse("people:profile")).content.decode()
    assert page.count("checked") >= 3


def test_leaving_takes_the_password(client, mei):
    client.force_login(mei)
    end = reverse("people:end", args=["erasure"])

    client.post(end, {"password": "guess"})
    assert Person.objects.get(pk=mei.pk).is_active
    client.post(end, {"password": PASSWORD})

    assert Person.objects.get(pk=mei.pk).state == "ERASED"
    assert "_auth_user_id" not in client.session


def test_a_password_is_changed_and_the_session_goes_on(client, mei):
    client.force_login(mei)

    client.post(reverse("people:password"), {"old": PASSWORD, "new": "another long one"})

    assert Person.objects.get(pk=mei.pk).check_password("another long one")
    assert client.get(reverse("people:me")).status_code == 200


@pytest.mark.parametrize("by", ["id_number", "phone", "username", "name"])
def test_an_office_finds_people_of_its_area_and_sees_them_masked(client, mei, by):
    number, phone = an_id_number(), a_phone()
    numbered(mei, id_number=number, phone=phone)
    typed = {"id_number": number, "phone": phone, "username": mei.username, "name": "王小"}[by]
    for office, finds in (
        (an_office(a_city().township), True), (an_office(a_city().other_county), False),
    ):  # fmt: skip
        client.force_login(office)
        with at_most(8):
            page = client.post(reverse("people:search"), {"q": typed}).content.decode()
        assert (f"/people/{mei.pk}/" in page) is finds
        assert "王小梅" not in page
        status = client.get(reverse("people:person", args=[mei.pk])).status_code
        assert status == (200 if finds else 404)
    client.force_login(an_office(a_city().township, "clerk"))
    page = client.get(reverse("people:person", args=[mei.pk])).content.decode()
    assert number not in page
    assert phone not in page


def test_numbers_are_shown_once_with_the_reason(client, mei):
    number = an_id_number()
    numbered(mei, id_number=number)
    client.force_login(an_office(a_city().township))
    ask = reverse("people:disclose", args=[mei.pk])

    client.post(ask, {"reason": ""})
    with scope.whole_city():
        assert not Disclosure.objects.exists()
    page = client.post(ask, {"reason": "核对保险名单"})

    assert number in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_who_is_no_office_opens_no_desk(client, mei):
    client.force_login(a_person("stranger"))

    for name, args in (
        ("search", []), ("person", [mei.pk]), ("office_requests", []),
    ):  # fmt: skip
        assert client.get(reverse(f"people:{name}", args=args)).status_code == 403
    for name in ("disclose", "correct", "reset_password"):
        address = reverse(f"people:{name}", args=[mei.pk])
        assert client.post(address, {"reason": "aaaa"}).status_code in {403, 404}


def test_not_me_answers_alike_whether_or_not_there_is_an_account(client, mei):
    number = an_id_number()
    numbered(mei, id_number=number)
    pages = []
    for typed in (number, an_id_number()):
        page = client.post(
            reverse("people:not_me"),
            {"id_number": typed, "contact": "王 13900000000", "county": COUNTY},
        ).content.decode()
        once = ("查询编号", "csrf")
        pages.append([row for row in page.splitlines() if not any(w in row for w in once)])

    assert pages[0] == pages[1]
    clerk = an_office(a_city().county)
    client.force_login(clerk)
    assert "13900000000" in client.get(reverse("people:office_requests")).content.decode()


def test_unread_messages_are_counted_beside_mine_until_read(client, mei):
    clerk = an_office(a_city().township)
    commands.ask_disclosure(person_id=mei.pk, reason="核对名单", actor=clerk, at=NINE)
    client.force_login(mei)
    assert 'class="badge"' in client.get(reverse("people:consents")).content.decode()
    assert "核对名单" in client.get(reverse("people:notices")).content.decode()

    answer = client.post(reverse("people:read_all"), {"leads": "//evil.example/"})

    assert answer["Location"] == reverse("people:notices")
    assert 'class="badge"' not in client.get(reverse("people:consents")).content.decode()


def test_the_office_registers_a_volunteer_on_paper(client):
    client.force_login(an_office(a_city().township))
    fields = {
        "username": "xiaomei", "name": "王小梅", "home": VILLAGE, "volunteers": "on",
        "id_number": an_id_number(),
    }  # fmt: skip

    client.post(reverse("people:register"), fields)
    assert not Person.objects.filter(username="xiaomei").exists()
    client.post(reverse("people:register"), fields | {"agreed": "on"})

    with scope.whole_city():
        identity = Identity.objects.get(person__username="xiaomei")
        assert Consent.objects.get(person=identity.person_id).channel == "PAPER"


def test_a_long_way_to_be_reached_is_said_in_the_form_and_is_no_error(client):
    a_city()

    page = client.post(
        reverse("people:not_me"),
        {"id_number": an_id_number(), "contact": "王" * 61, "county": COUNTY},
    )

    assert page.status_code == 200
    with scope.whole_city():
        assert not IdentityDispute.objects.exists()
