from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people import commands, queries
from xinfeng.people.commands import NewPerson
from xinfeng.people.models import Grant, Identity, Person, Role
from xinfeng.people.queries import standing_of
from xinfeng.places.tests.build import NINE, TODAY, VILLAGE, a_city

from .build import AGREED, a_grant, a_person, an_office

pytestmark = pytest.mark.django_db

MEI = NewPerson(
    username="Mei", name="王小梅", password="a long enough password", volunteers=True,
    agreed=AGREED,
)  # fmt: skip


@pytest.fixture
def city():
    return a_city()


@pytest.fixture
def township(city):
    return an_office(city.township)


def test_an_office_registers_a_person_with_a_role(city, township):
    mei = commands.register_person(
        new=MEI, division_id=city.village.pk, role=Role.VOLUNTEER, actor=township, at=NINE
    )

    assert (mei.username, mei.registered_on, mei.check_password(MEI.password)) == (
        "mei", TODAY, True,
    )  # fmt: skip
    assert queries.roles_of(mei, TODAY) == {"VOLUNTEER"}
    verbs = [entry.verb for entry in Entry.objects.order_by("pk")]
    assert verbs == ["person.registered", "grant.given"]


def test_the_journal_holds_no_name(city, township):
    commands.register_person(
        new=MEI, division_id=city.village.pk, role=None, actor=township, at=NINE
    )

    entry = Entry.objects.get()
    assert entry.details == {"channel": "PAPER", "asleep": False}
    assert (entry.division_id, entry.happened_on) == (city.village.pk, TODAY)


def test_an_office_registers_nobody_outside_its_area(city, township):
    for code in [city.other_village.pk, city.county.pk, 430499000000]:
        with pytest.raises(Forbidden):
            commands.register_person(
                new=MEI, division_id=code, role=None, actor=township, at=NINE
            )


def test_a_name_in_use_is_refused_whatever_its_case(city, township):
    a_person("mei")

    with pytest.raises(Refusal) as refusal:
        commands.register_person(
            new=MEI, division_id=city.village.pk, role=None, actor=township, at=NINE
        )

    assert refusal.value.code == "username_taken"
    assert not Entry.objects.exists()


def test_a_role_that_may_not_be_given_registers_nobody(city, township):
    with pytest.raises(Forbidden):
        commands.register_person(
            new=MEI, division_id=city.village.pk, role=Role.AUDITOR, actor=township, at=NINE
        )

    assert not Person.objects.filter(username="mei").exists()


def test_closing_an_account_ends_its_roles(city, township):
    mei = a_person()
    a_grant(mei, Role.VOLUNTEER, division=city.village)

    commands.close_account(person_id=mei.pk, actor=township, at=NINE)

    mei.refresh_from_db()
    assert (mei.is_active, mei.left_on) == (False, TODAY)
    assert queries.roles_of(mei, TODAY) == frozenset()


def test_closing_again_changes_nothing(city):
    mei = a_person()
    commands.close_account(person_id=mei.pk, actor=mei, at=NINE)

    commands.close_account(person_id=mei.pk, actor=mei, at=NINE + timedelta(days=1))

    assert Entry.objects.count() == 1


def test_only_the_person_and_their_office_close_an_account(city):
    mei = a_person()

    for actor in [a_person("stranger"), an_office(city.other_township)]:
        with pytest.raises(Forbidden):
            commands.close_account(person_id=mei.pk, actor=actor, at=NINE)


@pytest.mark.parametrize(
    ("name", "shown"), [("王小梅", "王**"), ("欧阳", "欧*"), ("李", "李*")]
)
def test_a_list_shows_the_family_name_only(name, shown):
    mei = a_person(name=name)

    assert queries.masked_names([mei.pk]) == {mei.pk: shown}


def test_the_database_refuses_a_volunteer_who_left_without_registering():
    mei = a_person(volunteers=False)

    with pytest.raises(IntegrityError, match="volunteer_leaves"), transaction.atomic():
        Person.objects.filter(pk=mei.pk).update(left_on=TODAY)


def test_one_reads_ones_own_identity(city):
    mei = a_person()

    assert queries.me(mei, TODAY).identity.name == "王小梅"
    with scope.reading(person_id=None, spans=[]):
        assert not Identity.objects.exists()


def test_the_first_office_is_made_once_at_the_machine(capsys):
    a_city()
    call_command("first_office", "office", "李办公")
    assert "may sign in with" in capsys.readouterr().out
    office = Person.objects.get(username="office")
    assert standing_of(office, clock.today()).covers(VILLAGE, {Role.CITY_OFFICE})
    assert Grant.objects.get().role == Role.CITY_OFFICE
    with pytest.raises(CommandError):
        call_command("first_office", "second", "王办公")
    assert Person.objects.count() == 1


def test_without_a_city_there_is_no_office():
    with pytest.raises(CommandError):
        call_command("first_office", "office", "李办公")
    assert not Person.objects.exists()
