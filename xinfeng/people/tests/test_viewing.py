"""Who looks at a minor by their office leaves a line; nobody else does."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from xinfeng.base import clock, scope
from xinfeng.journal.models import Entry
from xinfeng.people import commands
from xinfeng.people.models import CareKind, CareState, DisclosureState, Guardianship
from xinfeng.places.tests.build import NINE, a_city

from .build import a_person, an_id_number, an_office, numbered

pytestmark = pytest.mark.django_db
CHILD, GROWN = date(2008, 3, 7), date(1990, 3, 7)


@pytest.fixture(autouse=True)
def _demo_day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


@pytest.fixture
def child():
    return numbered(a_person("child"), id_number=an_id_number(CHILD))


@pytest.fixture
def clerk(client):
    clerk = an_office(a_city().township)
    client.force_login(clerk)
    return clerk


def views():
    lines = Entry.objects.filter(verb="person.viewed").order_by("pk")
    return [(line.subject, line.actor_id) for line in lines]


def view(person, actor, at=NINE):
    return commands.note_view(person_id=person.pk, actor=actor, at=at)


def test_an_office_that_opens_a_minors_page_leaves_a_line(client, clerk, child):
    client.get(reverse("people:person", args=[child.pk]))
    assert views() == [(f"people.person:{child.pk}", clerk.pk)]
    assert Entry.objects.get(verb="person.viewed").division_id == child.division_id


def test_whose_age_nobody_knows_is_treated_as_a_minor(client, clerk):
    unknown = a_person("unknown")
    client.get(reverse("people:person", args=[unknown.pk]))
    assert views() == [(f"people.person:{unknown.pk}", clerk.pk)]


def test_of_a_grown_up_nothing_is_written(client, clerk):
    mei = numbered(a_person("mei"), id_number=an_id_number(GROWN))
    client.get(reverse("people:person", args=[mei.pk]))
    assert views() == []


def test_a_form_that_comes_back_shows_the_page_too(client, clerk, child):
    assert (
        client.post(reverse("people:correct", args=[child.pk]), {"phone": "1" * 41}).status_code
        == 200
    )
    assert len(views()) == 1


def test_numbers_in_full_are_looked_at_too(client, clerk, child):
    asked = commands.ask_disclosure(person_id=child.pk, reason="核对证件", actor=clerk, at=NINE)
    assert asked.state == "ASKED"
    second = an_office(a_city().county)
    commands.decide_disclosure(
        disclosure_id=asked.pk, decision=DisclosureState.APPROVED, actor=second, at=NINE
    )
    client.post(reverse("people:decide_disclosure", args=[asked.pk, "opening"]))
    assert len(views()) == 1


def test_who_is_refused_the_page_has_seen_nothing(client, child):
    client.force_login(an_office(a_city().other_county))
    assert client.get(reverse("people:person", args=[child.pk])).status_code == 404
    assert views() == []


def test_the_child_and_the_guardian_look_at_what_is_theirs(child):
    mother, stranger = a_person("mother"), a_person("stranger")
    with scope.whole_city():
        Guardianship.objects.create(
            ward=child, guardian=mother, division_id=child.division_id,
            kind=CareKind.GUARDIAN, state=CareState.CONFIRMED, asked_at=NINE, confirmed_at=NINE,
        )  # fmt: skip
    assert [view(child, who) for who in (child, mother, stranger)] == [False, False, True]


def test_one_line_for_each_viewer_and_hour(clerk, child):
    other = an_office(a_city().county)
    moments = [NINE, NINE + timedelta(minutes=59), NINE + timedelta(minutes=60)]
    assert [view(child, clerk, at) for at in moments] == [True, False, True]
    assert view(child, other)
