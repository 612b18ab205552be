"""Keys for programs of others: given by the city office, shown once, taken away."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from xinfeng.base import clock
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.findings import commands
from xinfeng.findings.models import ReportingProgram
from xinfeng.findings.queries.programs import program_of
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import a_city

from .build import MONDAY, an_office_here

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


def lan():
    return an_office(a_city().city, "city")


def added(actor, **changes):
    given = {"code": "APP", "key": "K" * 32, "name": "随手帮", "an_hour": 600} | changes
    return commands.add_program(actor=actor, at=MONDAY, **given)


def test_a_key_is_kept_as_a_digest_only():
    made = added(lan())
    kept = ReportingProgram.objects.values().get()
    assert made.key not in str(kept)
    assert program_of(made.key) == made.program
    assert program_of("K" * 31) is None
    assert Entry.objects.filter(verb="reporting_program.added").count() == 1


@pytest.mark.parametrize("who", [an_office_here, lambda: a_person("mei")])
def test_only_the_city_office_gives_keys(who):
    with pytest.raises(Forbidden):
        added(who())
    assert not ReportingProgram.objects.exists()


def test_a_key_is_taken_away_once_and_for_all():
    office = lan()
    made = added(office)
    for _n in range(2):
        commands.end_program(code="APP", actor=office, at=MONDAY)
    assert program_of(made.key) is None
    assert Entry.objects.filter(verb="reporting_program.ended").count() == 1


@pytest.mark.parametrize("changes", [{"name": " "}, {"an_hour": 0}, {"an_hour": 10**6}])
def test_a_program_has_a_name_and_a_limit(changes):
    with pytest.raises(Refusal):
        added(lan(), **changes)


def test_the_database_keeps_no_program_without_a_limit():
    made = added(lan()).program
    with pytest.raises(IntegrityError):
        ReportingProgram.objects.filter(pk=made.pk).update(an_hour=0)


def test_the_key_is_shown_on_the_page_that_gives_it_and_never_again(client):
    client.force_login(lan())
    given = {"name": "随手帮", "an_hour": "60"}
    shown = client.post(reverse("findings:add_program"), given)
    program = ReportingProgram.objects.get()

    assert shown["Cache-Control"] == "no-store"
    page = shown.content.decode()
    key = next(w for w in page.replace("<", " ").replace(">", " ").split() if len(w) == 32)
    assert program_of(key) == program
    again = client.get(reverse("findings:programs")).content.decode()
    assert "随手帮" in again
    assert key not in again


def test_a_form_that_is_wrong_gives_no_key(client):
    client.force_login(lan())
    answer = client.post(reverse("findings:add_program"), {"name": "", "an_hour": "0"})
    assert answer.status_code == 422
    assert not ReportingProgram.objects.exists()


def test_the_page_is_the_city_offices(client):
    client.force_login(an_office_here())
    assert client.get(reverse("findings:programs")).status_code == 403
