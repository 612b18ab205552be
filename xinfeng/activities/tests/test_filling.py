"""What a city that already stands gets when it is brought up to date."""

from datetime import date, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from xinfeng.activities.models import Activity, Shift
from xinfeng.base import positions
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import TODAY, a_place

from .build import a_shift, an_activity

pytestmark = pytest.mark.django_db
filling = import_module("xinfeng.activities.migrations.0010_fill_due_days_and_cells")
HERE, THERE = (26_893_000, 112_572_000), (26_500_000, 112_900_000)


def test_held_activities_get_the_day_their_records_are_due():
    lan = a_person("lan")
    before = an_activity(leader=lan, state="HELD", held_on=date(2022, 9, 28))
    later = an_activity(leader=lan, state="HELD", held_on=TODAY, recorded_on=TODAY)
    known = an_activity(leader=lan, state="HELD", held_on=TODAY, due_on=TODAY)
    coming = an_activity(leader=lan)

    filling.fill_due_days(apps, SimpleNamespace(connection=connection))

    due = dict(Activity.objects.values_list("pk", "due_on"))
    # Seven days of holiday and two shifted weekends lie in between.
    assert due[before.pk] == date(2022, 10, 17)
    assert due[later.pk] == TODAY + timedelta(days=12)
    assert (due[known.pk], due[coming.pk]) == (TODAY, None)


def test_shifts_get_the_cell_of_their_position_or_of_their_place(monkeypatch):
    monkeypatch.setattr(filling, "BATCH", 2)
    lan = a_person("lan")
    place = a_place(lat_e6=HERE[0], lon_e6=HERE[1])
    at_place = [a_shift(activity=an_activity(leader=lan, place=place)) for _ in range(3)]
    own = an_activity(leader=lan, place=place, lat_e6=THERE[0], lon_e6=THERE[1])
    elsewhere = a_shift(activity=own)
    nowhere = a_shift(leader=lan)

    filling.fill_cells(apps, SimpleNamespace(connection=connection))

    cells = dict(Shift.objects.values_list("pk", "cell"))
    assert {cells[shift.pk] for shift in at_place} == {positions.cell(*HERE)}
    assert cells[elsewhere.pk] == positions.cell(*THERE)
    assert cells[nowhere.pk] is None
