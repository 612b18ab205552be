"""Accounts end: closed, erased, merged; what was done stays, and the person can see it all."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people import commands, leaving, merging, queries, records
from xinfeng.people.models import (
    CareKind,
    Consent,
    Grant,
    Guardianship,
    Identity,
    Notice,
    Person,
    PersonState,
    Profile,
    Qualification,
    Role,
)
from xinfeng.places.tests.build import NINE, TODAY, a_city

from .build import (
    PASSWORD,
    a_grant,
    a_person,
    a_phone,
    an_applicant,
    an_id_number,
    an_office,
    numbered,
)
from .test_family import LATER, a_child, confirm, question_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei():
    return commands.register_oneself(
        new=an_applicant(), division_id=a_city().village.pk, at=NINE
    )


@pytest.fixture
def clerk():
    return an_office(a_city().township)


def erase(person, actor=None, at=LATER):
    return commands.erase_account(person_id=person.pk, actor=actor or person, at=at)


def held(model, **of):
    with scope.whole_city():
        return model.objects.filter(**of).count()


def test_erasing_leaves_a_number_and_nothing_of_the_person(mei):
    a_grant(mei, Role.VOLUNTEER, division=a_city().village)
    commands.tell_profile(
        person_id=mei.pk, told=commands.Told(skills=("first-aid",)), actor=mei, at=NINE
    )
    commands.enter_qualification(
        person_id=mei.pk, code="lifeguard", number="A1", valid_until=None, actor=mei, at=NINE
    )

    gone = erase(mei)

    assert (gone.state, gone.username, gone.left_on) == (
        "ERASED", f"erased-{mei.pk}", LATER.date(),
    )  # fmt: skip
    for model in (Identity, Profile, Qualification, Notice):
        assert held(model, person=mei) == 0
    assert held(Consent, person=mei, withdrawn_at=None) == 0
    assert queries.secrets([mei.pk]) == {}
    assert not Grant.objects.filter(person=mei).valid_on(LATER.date()).exists()
    assert not gone.check_password(PASSWORD)


def test_erasing_again_changes_nothing_and_is_told_once(mei):
    erase(mei)
    erase(mei)

    assert Entry.objects.filter(verb="person.erased").count() == 1
    assert "王" not in str(Entry.objects.values_list("details", flat=True))


def test_somebody_erased_can_register_again(mei):
    number = an_id_number()
    numbered(mei, id_number=number)
    erase(mei)

    again = commands.register_oneself(
        new=an_applicant(id_number=number), division_id=a_city().village.pk, at=LATER
    )

    assert again.pk != mei.pk


def test_only_oneself_the_office_and_the_guardian_end_an_account(mei, clerk):
    for stranger in (a_person("stranger"), an_office(a_city().other_township)):
        for verb in (commands.close_account, commands.erase_account):
            with pytest.raises(Forbidden):
                verb(person_id=mei.pk, actor=stranger, at=LATER)
    lan = numbered(a_person("lan"), id_number=an_id_number(date(1985, 1, 2)))
    child = a_child()
    confirm(question_of(child), lan)

    assert erase(child, lan).state == PersonState.ERASED
    assert erase(mei, clerk).state == PersonState.ERASED


def test_when_a_guardian_leaves_the_child_sleeps():
    lan = numbered(a_person("lan"), id_number=an_id_number(date(1985, 1, 2)))
    child = a_child()
    confirm(question_of(child), lan)

    commands.close_account(person_id=lan.pk, actor=lan, at=LATER)

    assert Person.objects.get(pk=child.pk).state == PersonState.ASLEEP


def test_upper_rooms_are_told_when_somebody_leaves(mei, monkeypatch):
    told = []
    monkeypatch.setattr(leaving, "_enders", [])
    leaving.declare(lambda person, actor, at: told.append((person.pk, actor.pk, at)))

    commands.close_account(person_id=mei.pk, actor=mei, at=LATER)
    commands.close_account(person_id=mei.pk, actor=mei, at=LATER)

    assert told == [(mei.pk, mei.pk, LATER)]


def merge(keep, gone, clerk, at=LATER):
    return commands.merge_people(keep_id=keep.pk, gone_id=gone.pk, actor=clerk, at=at)


def test_merging_moves_what_is_known_and_ends_the_second_account(mei, clerk, monkeypatch):
    phone = a_phone()
    old = numbered(a_person("old"), phone=phone)
    numbered(mei, phone="")
    with scope.whole_city():
        Identity.objects.filter(pk=mei.pk).update(phone_sealed="", phone_digest=None)
    commands.enter_qualification(
        person_id=old.pk, code="lifeguard", number="A1", valid_until=None, actor=old, at=NINE
    )
    moved = []
    monkeypatch.setattr(merging, "_movers", [])
    merging.declare(lambda keep, gone, actor, at: moved.append((keep.pk, gone.pk)))

    merge(mei, old, clerk)
    merge(mei, old, clerk)

    old.refresh_from_db()
    assert (old.state, old.merged_into_id, old.is_active) == ("MERGED", mei.pk, False)
    assert moved == [(mei.pk, old.pk)]
    with scope.whole_city():
        stays, goes = (Identity.objects.get(pk=p.pk) for p in (mei, old))
        assert (stays.phone(), goes.phone(), goes.name) == (phone, "", "")
        assert Qualification.objects.get(person=mei).number() == "A1"
    assert Person.objects.get(pk=mei.pk).registered_on == date(2019, 1, 1)
    # Reversals of the old account's hours are still to be sealed.
    assert queries.secrets([mei.pk, old.pk]).keys() == {mei.pk, old.pk}


def test_two_id_numbers_are_two_people(mei, clerk):
    other = numbered(a_person("other"), id_number=an_id_number())

    with pytest.raises(Refusal) as refused:
        merge(mei, other, clerk)

    assert refused.value.code == "two_people"
    assert held(Identity) == 3


def test_an_office_merges_people_of_its_own_area_only_and_never_itself(mei, clerk):
    there = a_person("there", division=a_city().other_village)

    for actor, keep, gone in ((clerk, mei, there), (mei, mei, there), (clerk, clerk, mei)):
        with pytest.raises(Forbidden):
            merge(keep, gone, actor)
    with pytest.raises((Refusal, Forbidden)):
        merge(mei, mei, clerk)


def test_care_moves_with_a_merge_but_nobody_becomes_their_own_guardian(mei, clerk):
    lan = numbered(a_person("lan"), id_number=an_id_number(date(1985, 1, 2)))
    old = a_person("old")
    for ward in (old, mei):
        asked = commands.ask_carer(
            ward_id=ward.pk, guardian="lan", kind=CareKind.CARER, actor=ward, at=NINE
        )
        confirm(asked, lan)

    merge(mei, old, clerk)

    with scope.whole_city():
        assert Guardianship.objects.get().ward_id == mei.pk
    asked = commands.ask_carer(
        ward_id=lan.pk, guardian=mei.username, kind=CareKind.CARER, actor=lan, at=NINE
    )
    twin = a_person("twin")
    asked = commands.ask_carer(
        ward_id=twin.pk, guardian=mei.username, kind=CareKind.CARER, actor=twin, at=NINE
    )
    merge(mei, twin, clerk)
    with scope.whole_city():
        assert not Guardianship.objects.filter(pk=asked.pk).exists()


def test_everything_held_is_in_the_archive(mei):
    number = an_id_number()
    numbered(mei, id_number=number)

    with scope.whole_city():
        files = zipfile.ZipFile(io.BytesIO(records.archive(mei.pk, LATER)))

    told = json.loads(files.read("record.json"))["sections"]
    assert set(files.namelist()) == {"record.json", *(f"{name}.csv" for name in told)}
    assert told["identity"][0]["id_number"] == number
    assert told["consents"][0]["text"]
    assert files.read("identity.csv").decode().startswith("\ufeffname,")
    assert [line["verb"] for line in told["journal"]] == ["person.registered"]


def test_the_archive_holds_nobody_elses_rows(mei):
    lan = commands.register_oneself(
        new=an_applicant(name="李兰兰"), division_id=a_city().village.pk, at=NINE
    )

    with scope.whole_city():
        files = zipfile.ZipFile(io.BytesIO(records.archive(mei.pk, LATER)))
        other = Identity.objects.get(pk=lan.pk)
        forbidden = ["李兰兰", lan.username, other.id_number(), other.phone()]

    for name in files.namelist():
        text = files.read(name).decode()
        assert not any(word in text for word in forbidden), name


def test_a_cell_that_looks_like_a_formula_is_only_text():
    assert records._cell("=1+1") == "'=1+1"
    assert records._cell(["a"]) == '["a"]'
    assert records._cell(None) == ""


def test_the_office_lets_somebody_in_again_but_never_a_higher_one(mei, clerk):
    again = commands.reset_password(
        person_id=mei.pk, password="another long one", actor=clerk, at=LATER
    )

    assert again.check_password("another long one")
    boss = an_office(a_city().county, "boss")
    boss.division = a_city().village
    boss.save(update_fields=["division"])
    for actor, whom in ((clerk, boss), (clerk, clerk), (mei, clerk)):
        with pytest.raises(Forbidden):
            commands.reset_password(
                person_id=whom.pk, password="another long one", actor=actor, at=LATER
            )


def test_one_changes_ones_own_telephone_with_the_password(mei):
    phone = a_phone()

    with pytest.raises(Refusal):
        commands.change_phone(phone=phone, password="wrong", actor=mei, at=LATER)
    commands.change_phone(phone=phone, password=PASSWORD, actor=mei, at=LATER)

    with scope.whole_city():
        assert Identity.objects.get(pk=mei.pk).phone() == phone
    assert Entry.objects.get(verb="person.phone_changed").details == {}


def test_a_taken_telephone_is_refused_when_changing(mei):
    phone = a_phone()
    numbered(a_person("lan"), phone=phone)

    with pytest.raises(Refusal) as refused:
        commands.change_phone(phone=phone, password=PASSWORD, actor=mei, at=LATER)

    assert refused.value.code == "phone_taken"


def test_the_office_corrects_what_stands_on_the_card(mei, clerk):
    number = an_id_number(date(1991, 1, 1), female=False)

    commands.correct_identity(
        person_id=mei.pk, name="王晓梅", id_number=number, phone="", actor=clerk, at=LATER
    )

    with scope.whole_city():
        identity = Identity.objects.get(pk=mei.pk)
        assert (identity.name, identity.id_number(), identity.sex) == ("王晓梅", number, "M")
        assert identity.phone()
    assert Entry.objects.get(verb="person.corrected").details == {
        "fields": ["name", "id_number"]
    }
    with pytest.raises(Forbidden):
        commands.correct_identity(
            person_id=mei.pk, name="x", id_number="", phone="", actor=mei, at=LATER
        )


def test_volunteers_are_counted_until_the_day_they_leave(mei):
    erase(mei, at=NINE + timedelta(days=3))

    left = Person.objects.get(pk=mei.pk)
    assert (left.registered_on, left.left_on) == (TODAY, TODAY + timedelta(days=3))
