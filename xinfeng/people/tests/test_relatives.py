from datetime import date

import pytest

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people import commands, policies
from xinfeng.people.commands import NewRelative
from xinfeng.people.models import Consent, ConsentKind, Guardianship, Identity, Person
from xinfeng.places.tests.build import NINE, TODAY

from .build import a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei():
    person = a_person()
    with scope.whole_city():
        Identity.objects.filter(pk=person.pk).update(born_on=date(1980, 1, 1))
    return person


def granny(**changes):
    text = policies.current(ConsentKind.REGISTRATION, TODAY)
    fields = {
        "username": "f-granny01", "name": "李奶奶", "born_on": date(1949, 12, 31),
        "agreed": text.code,
    }  # fmt: skip
    return NewRelative(**fields | changes)


def refused(code, actor, **changes):
    with pytest.raises(Refusal) as refusal:
        commands.register_relative(new=granny(**changes), actor=actor, at=NINE)
    assert refusal.value.code == code
    assert not Person.objects.filter(username="f-granny01").exists()


def test_a_family_member_is_a_volunteer_whom_nobody_signs_in_as(mei):
    person = commands.register_relative(new=granny(), actor=mei, at=NINE)
    again = commands.register_relative(new=granny(), actor=mei, at=NINE)

    assert (again.pk, person.registered_on, person.state) == (person.pk, TODAY, "ACTIVE")
    assert not person.has_usable_password()
    with scope.whole_city():
        care = Guardianship.objects.get()
        consent = Consent.objects.get(person=person)
    assert (care.ward_id, care.guardian_id, care.state) == (person.pk, mei.pk, "CONFIRMED")
    assert consent.given_by_id == mei.pk
    assert Entry.objects.get().verb == "person.relative_registered"


def test_no_consent_no_family_member(mei):
    refused("consent_missing", mei, agreed="")


def test_a_child_is_not_entered_like_this(mei):
    refused("relative_too_young", mei, born_on=date(2012, 1, 1))


def test_the_birth_must_be_that_of_the_id_number(mei):
    refused("birth_differs", mei, id_number="11010519491231002X", born_on=date(1950, 1, 1))


def test_who_is_not_known_to_be_of_age_looks_after_nobody():
    with pytest.raises(Forbidden):
        commands.register_relative(new=granny(), actor=a_person("bo"), at=NINE)
