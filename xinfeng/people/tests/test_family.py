"""Children under 14 sleep until a guardian agrees; whoever answers for one can withdraw."""

from datetime import date, timedelta

import pytest

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people import commands
from xinfeng.people.models import (
    CareKind,
    CareState,
    Consent,
    Guardianship,
    Notice,
    Person,
    PersonState,
)
from xinfeng.places.tests.build import NINE, TODAY, a_city

from .build import (
    AGREED_MINOR,
    a_person,
    a_phone,
    an_applicant,
    an_id_number,
    an_office,
    numbered,
)

pytestmark = pytest.mark.django_db
LATER = NINE + timedelta(days=1)


@pytest.fixture
def lan():
    return numbered(a_person("lan"), id_number=an_id_number(date(1985, 1, 2)))


def a_child(*, guardian="lan", born_on=date(2010, 1, 1)):
    return commands.register_oneself(
        new=an_applicant(id_number=an_id_number(born_on), phone=""),
        division_id=a_city().village.pk, guardian=guardian, at=NINE,
    )  # fmt: skip


def question_of(child):
    with scope.whole_city():
        return Guardianship.objects.get(ward=child)


def confirm(question, guardian, at=LATER):
    return commands.confirm_guardianship(
        guardianship_id=question.pk, version=AGREED_MINOR, actor=guardian, at=at
    )


def state_of(person):
    return Person.objects.get(pk=person.pk).state


def test_a_child_sleeps_and_the_guardian_is_asked(lan):
    child = a_child()

    assert (child.state, child.is_active, child.registered_on) == ("ASLEEP", False, None)
    assert question_of(child).guardian_id == lan.pk
    with scope.whole_city():
        assert Notice.objects.get(kind="guardianship.asked").person_id == lan.pk


def test_the_guardians_consent_wakes_the_account(lan):
    child = a_child()

    confirm(question_of(child), lan)

    child.refresh_from_db()
    assert (child.state, child.registered_on) == ("ACTIVE", LATER.date())
    with scope.whole_city():
        consent = Consent.objects.get(person=child, kind="MINOR")
    assert (consent.given_by_id, consent.version) == (lan.pk, AGREED_MINOR)
    assert confirm(question_of(child), lan).state == CareState.CONFIRMED
    assert Entry.objects.filter(verb="guardianship.confirmed").count() == 1


def test_a_guardian_without_an_account_finds_the_question_when_registering():
    phone = a_phone()
    child = a_child(guardian=phone)
    assert question_of(child).guardian_id is None

    hai = commands.register_oneself(
        new=an_applicant(phone=phone), division_id=a_city().village.pk, at=LATER
    )
    confirm(question_of(child), hai)

    assert state_of(child) == PersonState.ACTIVE
    assert question_of(child).phone_digest is None


def test_a_guardian_is_found_by_telephone(lan):
    phone = a_phone()
    numbered(lan, phone=phone)

    assert question_of(a_child(guardian=f"+86 {phone}")).guardian_id == lan.pk


def test_nobody_but_the_asked_confirms_declines_or_withdraws(lan):
    question, stranger = question_of(a_child()), a_person("stranger")

    for verb in (commands.decline_guardianship, commands.withdraw_guardianship):
        with pytest.raises(Forbidden):
            verb(guardianship_id=question.pk, actor=stranger, at=LATER)
    with pytest.raises(Forbidden):
        confirm(question, stranger)
    with pytest.raises(Forbidden):
        confirm(Guardianship(pk=10**9), lan)


@pytest.mark.parametrize("born_on", [None, date(2005, 7, 18)])
def test_only_the_grown_up_and_checked_answer_for_others(born_on):
    young = a_person("lan")
    if born_on:
        numbered(young, id_number=an_id_number(born_on))
    child = a_child()

    with pytest.raises(Refusal) as refused:
        confirm(question_of(child), young)

    assert refused.value.code == "guardian_too_young"
    assert state_of(child) == PersonState.ASLEEP


def test_a_guardian_agrees_to_the_text_in_force_only(lan):
    child = a_child()

    with pytest.raises(Refusal) as refused:
        commands.confirm_guardianship(
            guardianship_id=question_of(child).pk, version="minor-1999", actor=lan, at=LATER
        )

    assert refused.value.code == "text_has_changed"
    assert state_of(child) == PersonState.ASLEEP


def test_a_guardian_who_declines_leaves_the_child_asleep(lan):
    question = question_of(a_child())

    commands.decline_guardianship(guardianship_id=question.pk, actor=lan, at=LATER)
    commands.decline_guardianship(guardianship_id=question.pk, actor=lan, at=LATER)

    with pytest.raises(Refusal):
        confirm(question, lan)
    assert Entry.objects.filter(verb="guardianship.declined").count() == 1


def test_when_the_guardian_withdraws_the_child_sleeps_and_wakes_with_another_consent(lan):
    child = a_child()
    confirm(question_of(child), lan)

    commands.withdraw_guardianship(guardianship_id=question_of(child).pk, actor=lan, at=LATER)

    child.refresh_from_db()
    assert (child.state, child.left_on) == ("ASLEEP", LATER.date())
    with scope.whole_city():
        assert not Consent.objects.filter(
            person=child, kind="MINOR", withdrawn_at=None
        ).exists()
    clerk = an_office(a_city().township)
    again = commands.ask_carer(
        ward_id=child.pk, guardian="lan", kind=CareKind.GUARDIAN, actor=clerk, at=LATER
    )
    confirm(again, lan)
    child.refresh_from_db()
    assert (child.state, child.left_on) == ("ACTIVE", None)


def test_somebody_of_14_or_more_goes_on_without_a_guardian(lan):
    child = a_child(born_on=date(2008, 7, 19))
    confirm(question_of(child), lan)
    birthday = NINE.replace(day=20)

    commands.withdraw_guardianship(
        guardianship_id=question_of(child).pk, actor=lan, at=birthday
    )

    assert state_of(child) == PersonState.ACTIVE


def test_another_guardian_keeps_the_child_awake(lan):
    hai = numbered(a_person("hai"), id_number=an_id_number(date(1984, 1, 2)))
    child = a_child()
    first = question_of(child)
    confirm(first, lan)
    second = commands.ask_carer(
        ward_id=child.pk, guardian="hai", kind=CareKind.GUARDIAN, actor=lan, at=LATER
    )
    confirm(second, hai)

    commands.withdraw_guardianship(guardianship_id=first.pk, actor=lan, at=LATER)

    assert state_of(child) == PersonState.ACTIVE


def test_a_carer_of_a_family_member_is_asked_by_the_member_or_the_office_only(lan):
    granny, stranger = a_person("granny"), a_person("stranger")

    with pytest.raises(Forbidden):
        commands.ask_carer(
            ward_id=granny.pk, guardian="lan", kind=CareKind.CARER, actor=stranger, at=NINE
        )
    asked = commands.ask_carer(
        ward_id=granny.pk, guardian="lan", kind=CareKind.CARER, actor=granny, at=NINE
    )
    again = commands.ask_carer(
        ward_id=granny.pk, guardian="lan", kind=CareKind.CARER, actor=granny, at=NINE
    )

    assert again == asked
    assert confirm(asked, lan).state == CareState.CONFIRMED
    with scope.whole_city():
        assert not Consent.objects.filter(person=granny).exists()


@pytest.mark.parametrize("guardian", ["nobody", "12345"])
def test_an_unknown_guardian_is_told_and_nothing_is_kept(guardian):
    with pytest.raises(Refusal) as refused:
        a_child(guardian=guardian)

    assert refused.value.code == "guardian_unknown"
    assert not Person.objects.exists()


def test_nobody_is_their_own_guardian():
    mei = a_person("mei")

    with pytest.raises(Refusal):
        commands.ask_carer(
            ward_id=mei.pk, guardian="mei", kind=CareKind.CARER, actor=mei, at=NINE
        )


def test_the_birthday_itself_is_the_first_day_without_a_guardian():
    on_birthday = date(TODAY.year - 14, TODAY.month, TODAY.day)

    with pytest.raises(Refusal):
        a_child(guardian="", born_on=on_birthday + timedelta(days=1))
    assert a_child(guardian="", born_on=on_birthday).state == PersonState.ACTIVE
