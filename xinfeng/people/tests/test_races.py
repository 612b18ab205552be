"""Two at once: one account a number, one waking of a child."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import translation

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.journal.models import Entry
from xinfeng.people import commands
from xinfeng.people.models import CareKind, Consent, Guardianship, Identity, Person, PersonState
from xinfeng.places.tests.build import NINE, a_city

from .build import (
    AGREED_MINOR,
    a_person,
    a_phone,
    an_applicant,
    an_id_number,
    an_office,
    numbered,
)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each of several threads got, or the refusal it was told."""
    ready, told = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        ready.wait()
        try:
            with translation.override("en"):
                told.append(act())
        except Exception as error:
            told.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    strange = [e for e in told if isinstance(e, Exception) and not isinstance(e, Refusal)]
    assert strange == []
    return told


@pytest.mark.parametrize("same", ["id_number", "phone"])
def test_registrations_at_once_with_one_number_make_one_account(same):
    village = a_city().village
    number = {"id_number": an_id_number(), "phone": a_phone()}[same]
    news = [an_applicant(**{same: number}) for _ in range(4)]

    told = at_once(
        *(
            lambda new=new: commands.register_oneself(new=new, division_id=village.pk, at=NINE)
            for new in news
        )
    )

    refused = [answer.code for answer in told if isinstance(answer, Refusal)]
    assert refused == [f"{same}_taken"] * 3
    with scope.whole_city():
        assert (Person.objects.count(), Identity.objects.count()) == (1, 1)
    assert Entry.objects.filter(verb="person.registered").count() == 1


def test_two_guardians_who_confirm_at_once_wake_the_child_once():
    village = a_city().village
    guardians = [
        numbered(a_person(name), id_number=an_id_number(date(1985, 1, 2)))
        for name in ("lan", "hai")
    ]
    child = commands.register_oneself(
        new=an_applicant(id_number=an_id_number(date(2010, 1, 1)), phone=""),
        division_id=village.pk, guardian="lan", at=NINE,
    )  # fmt: skip
    commands.ask_carer(
        ward_id=child.pk, guardian="hai", kind=CareKind.GUARDIAN,
        actor=an_office(a_city().township), at=NINE,
    )  # fmt: skip
    with scope.whole_city():
        questions = {g.guardian_id: g.pk for g in Guardianship.objects.filter(ward=child)}

    told = at_once(
        *(
            lambda one=one: commands.confirm_guardianship(
                guardianship_id=questions[one.pk], version=AGREED_MINOR, actor=one, at=NINE
            )
            for one in guardians
        )
    )

    assert {answer.state for answer in told} == {"CONFIRMED"}
    child.refresh_from_db()
    assert child.state == PersonState.ACTIVE
    with scope.whole_city():
        standing = Consent.objects.filter(person=child, kind="MINOR", withdrawn_at=None)
        assert standing.count() == 1
