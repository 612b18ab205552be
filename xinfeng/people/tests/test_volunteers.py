"""Registering oneself: what is kept and how, who is refused, and who has to wait."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.journal.models import Entry
from xinfeng.people import commands, policies, queries, real_name
from xinfeng.people.models import Consent, ConsentKind, Identity, Person, PersonState, Profile
from xinfeng.people.real_name import Finding
from xinfeng.places.tests.build import NINE, TODAY, a_city

from .build import AGREED, a_person, a_phone, an_applicant, an_id_number, an_office

pytestmark = pytest.mark.django_db
ID, PHONE = "430405199003070061", "13800001234"


@pytest.fixture
def village():
    return a_city().village


def register(village, **more):
    guardian = more.pop("guardian", "")
    return commands.register_oneself(
        new=an_applicant(**more), division_id=village.pk, guardian=guardian, at=NINE
    )


def identity_of(person):
    with scope.whole_city():
        return Identity.objects.get(pk=person.pk)


def test_a_stranger_registers_and_is_a_volunteer_from_today(village):
    number = an_id_number(date(1990, 3, 7))

    mei = register(village, id_number=number, phone="138 0000 1234")

    identity = identity_of(mei)
    assert (mei.state, mei.registered_on, mei.division_id) == ("ACTIVE", TODAY, village.pk)
    assert (identity.id_number(), identity.phone()) == (number, PHONE)
    assert (identity.sex, identity.born_on) == ("F", date(1990, 3, 7))
    assert (identity.verified_how, identity.verified_at) == ("number", NINE)
    assert len(identity.secret) == 32


def test_the_consent_keeps_which_words_were_read(village):
    mei = register(village)

    with scope.whole_city():
        consent = Consent.objects.get(person=mei)
    policy = policies.current("registration", TODAY)
    assert (consent.kind, consent.version, consent.channel) == (
        "REGISTRATION", policy.code, "PAGE",
    )  # fmt: skip
    assert (consent.text_digest, consent.given_by_id) == (policy.digest, mei.pk)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"agreed": ""}, "consent_missing"),
        ({"agreed": "registration-1999"}, "text_has_changed"),
        ({"id_number": "430405199003070041"}, "id_number_wrong"),
        ({"id_number": ""}, "something_is_missing"),
        ({"name": " "}, "something_is_missing"),
        ({"password": None}, "something_is_missing"),
        ({"phone": "12345"}, "phone_wrong"),
        ({"id_number": an_id_number(date(2016, 7, 18))}, "too_young"),
        ({"id_number": an_id_number(date(2010, 7, 18))}, "guardian_needed"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(village, wrong, code):
    with pytest.raises(Refusal) as refused:
        register(village, **wrong)

    assert refused.value.code == code
    assert not Person.objects.exists()
    assert not Entry.objects.exists()


def test_one_id_number_or_phone_is_one_account(village):
    number, phone = an_id_number(), a_phone()
    register(village, id_number=number, phone=phone)

    for again, code in (
        ({"id_number": number}, "id_number_taken"),
        ({"phone": phone}, "phone_taken"),
    ):
        with pytest.raises(Refusal) as refused:
            register(village, **again)
        assert refused.value.code == code
    assert Person.objects.count() == 1


def test_neither_rows_nor_journal_hold_a_number_in_the_clear(village):
    number = an_id_number()
    register(village, id_number=number, phone=PHONE)
    told = [number, PHONE, number[6:14]]

    with connection.cursor() as cursor, scope.whole_city():
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608
            rows = " ".join(row[0] for row in cursor.fetchall())
            assert not any(text in rows for text in told), table
            for text in told:
                assert text.encode().hex() not in rows, table


def test_a_service_that_the_city_names_checks_the_name(village, settings, monkeypatch):
    settings.REAL_NAME_CHECK = "xinfeng.people.real_name.local"
    monkeypatch.setattr(
        real_name, "local_service", lambda *_: Finding(None, "姓名与证件不符"), raising=False
    )
    monkeypatch.setattr(real_name, "import_string", lambda _: real_name.local_service)

    with pytest.raises(Refusal, match="姓名与证件不符"):
        register(village)


def test_a_check_that_could_not_be_made_leaves_the_account_unverified(village, monkeypatch):
    monkeypatch.setattr(
        real_name,
        "import_string",
        lambda _: lambda name, text, on: replace(real_name.local(name, text, on), how=""),
    )

    identity = identity_of(register(village))

    assert (identity.verified_at, identity.verified_how) == (None, "")
    assert identity.id_number()


def test_the_office_registers_on_paper(village):
    clerk = an_office(a_city().township)
    new = an_applicant(agreed=AGREED)

    mei = commands.register_person(
        new=new, division_id=village.pk, role=None, actor=clerk, at=NINE
    )

    with scope.whole_city():
        consent = Consent.objects.get(person=mei)
    assert (consent.channel, consent.given_by_id) == ("PAPER", clerk.pk)


def test_the_office_keeps_no_number_without_a_consent(village):
    clerk = an_office(a_city().township)

    with pytest.raises(Refusal) as refused:
        commands.register_person(
            new=an_applicant(agreed=""), division_id=village.pk, role=None, actor=clerk, at=NINE
        )

    assert refused.value.code == "consent_missing"


def test_two_people_are_salted_apart(village):
    mei, lan = register(village), register(village)

    salts = queries.secrets([mei.pk, lan.pk, 10**9])

    assert salts.keys() == {mei.pk, lan.pk}
    assert salts[mei.pk] != salts[lan.pk]


def test_ages_and_abilities_of_somebody_unknown_stay_unknown(village):
    mei, lan = register(village), a_person("lan")
    with scope.whole_city():
        Profile.objects.create(person=mei, division_id=village.pk, skills=["first-aid"])

    assert queries.ages([mei.pk, lan.pk], TODAY) == {mei.pk: 32, lan.pk: None}
    assert queries.abilities(mei.pk, TODAY).skills == {"first-aid"}
    assert queries.abilities(lan.pk, TODAY).age is None


CONTRADICTIONS = [
    ("people_identity", "UPDATE people_identity SET id_number_sealed = 'x'"),
    ("people_identity", "UPDATE people_identity SET phone_digest = 'x'"),
    ("people_identity", "UPDATE people_identity SET verified_at = now()"),
    ("people_identity", "UPDATE people_identity SET secret = NULL"),
    ("people_person", "UPDATE people_person SET state = 'MERGED'"),
    ("people_person", "UPDATE people_person SET merged_into_id = id, state = 'MERGED'"),
    ("people_person", "UPDATE people_person SET state = 'HAPPY'"),
    ("people_consent", "UPDATE people_consent SET withdrawn_at = now()"),
    ("people_consent", "UPDATE people_consent SET kind = 'DANCING'"),
    ("people_profile", "UPDATE people_profile SET categories = '{a,b,c,d,e}'"),
    ("people_profile", "UPDATE people_profile SET availability = 2097152"),
    ("people_profile", "UPDATE people_profile SET availability = -1"),
]


@pytest.mark.parametrize(("table", "statement"), CONTRADICTIONS, ids=lambda text: text[-40:])
def test_the_database_refuses_contradictions(village, table, statement):
    mei = a_person(division=village)
    with scope.whole_city():
        Profile.objects.create(person=mei, division_id=village.pk)
        Consent.objects.create(
            person=mei, division_id=village.pk, kind=ConsentKind.LOCATION, version="1",
            text_digest="0" * 64, channel="PAGE", given_at=NINE, given_by=mei,
        )  # fmt: skip
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_every_refusal_is_a_sentence_in_both_languages(village):
    for language in ("zh-hans", "en"):
        with translation.override(language), pytest.raises(Refusal) as refused:
            register(village, id_number="123")
        assert "123" not in str(refused.value)


def test_an_account_that_ended_moves_no_more():
    mei = a_person()
    mei.state = PersonState.ERASED

    with pytest.raises(Refusal):
        mei.move_to(PersonState.ACTIVE)
