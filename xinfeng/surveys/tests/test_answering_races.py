"""Several at a barrier: one sheet a household and a form, one last place of a quota."""

from datetime import timedelta
from threading import Lock
from uuid import uuid4

import pytest
from django.db import connection

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.people.models import Person
from xinfeng.places.tests.build import NINE
from xinfeng.surveys import commands
from xinfeng.surveys.commands import Receipt, answering
from xinfeng.surveys.models import AddressTally, Response, Survey, SurveyState

from .answers import a_coded, a_street, an_open, codes_of, sheet
from .at_once import MANY, at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NINE + timedelta(days=2)


def received(told: list[object]) -> int:
    return sum(each is Receipt.RECEIVED for each in told)


def test_a_household_that_sends_twice_at_once_answers_once():
    code = codes_of(a_coded())[0]

    told = at_once(lambda: commands.answer_by_code(code=code, sheet=sheet(), at=LATER))

    assert received(told) == 1
    assert told.count(Receipt.ALREADY) == MANY - 1
    assert Response.objects.count() == 1


def test_a_form_that_is_sent_twice_at_once_is_kept_once():
    sample, form = an_open(), uuid4()

    told = at_once(
        lambda: commands.answer_open(
            open_code=sample.open_code, key=form, sheet=sheet(), at=LATER, address="here"
        )
    )

    assert received(told) == 1
    assert Response.objects.count() == 1


def test_an_address_sends_no_more_than_its_day_allows(monkeypatch):
    monkeypatch.setattr(answering, "SHEETS_A_DAY", 2)
    sample = an_open()

    told = at_once(
        lambda: commands.answer_open(
            open_code=sample.open_code, key=uuid4(), sheet=sheet(), at=LATER, address="here"
        )
    )

    assert received(told) == Response.objects.count() == AddressTally.objects.get().sheets == 2


def test_the_last_place_of_a_quota_goes_to_one():
    sample = a_street({"sex": "f", "age": "a18_39"}, wanted=1)
    lan = Person.objects.get(username="lan")

    told = at_once(
        lambda: commands.answer_in_street(
            sample_id=sample.pk, key=uuid4(), sheet=sheet(adults=None), spot="解放广场",
            actor=lan, at=LATER,
        )
    )  # fmt: skip

    assert received(told) == 1
    assert {each.code for each in told if isinstance(each, Refusal)} == {"quota_full"}
    assert Response.objects.count() == 1


def test_a_sheet_of_the_street_sent_twice_at_once_is_kept_once():
    sample, form = a_street({"sex": "f", "age": "a18_39"}, wanted=9), uuid4()
    lan = Person.objects.get(username="lan")

    told = at_once(
        lambda: commands.answer_in_street(
            sample_id=sample.pk, key=form, sheet=sheet(adults=None), spot="解放广场",
            actor=lan, at=LATER,
        )
    )  # fmt: skip

    assert received(told) == Response.objects.count() == 1


def test_no_sheet_comes_in_beside_the_close():
    """Whoever closes holds the survey's row: a sheet is in before, or told that it is over."""
    sample = a_coded(households=MANY)
    codes, turn, lock = codes_of(sample), iter(range(MANY)), Lock()

    def act() -> object:
        with lock:
            mine = next(turn)
        if mine == 0:
            return _close(sample.survey_id)
        return commands.answer_by_code(code=codes[mine], sheet=sheet(), at=LATER)

    told = at_once(act)

    [counted] = [each for each in told if isinstance(each, int)]
    # What the close has counted is all there ever is.
    assert counted == Response.objects.count() == received(told)


@scope.command
def _close(survey_id: int) -> int:
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=survey_id)
    survey.state, survey.closed_at = SurveyState.CLOSED, LATER
    survey.save(update_fields=["state", "closed_at"])
    with connection.cursor() as cursor:
        # So that answers on their way meet the close in its middle.
        cursor.execute("SELECT pg_sleep(0.2)")
    return Response.objects.count()
