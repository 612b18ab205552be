"""Whoever took an optional consent back is left in peace: no page asks for it again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from xinfeng.base import clock, scope
from xinfeng.people import commands
from xinfeng.people.models import Channel, Consent, ConsentKind
from xinfeng.places.tests.build import NINE

from .build import a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(client):
    """Mei agreed to a text about her position that has a new version since."""
    mei = a_person("mei")
    with scope.whole_city():
        Consent.objects.create(
            person=mei, division_id=mei.division_id, kind=ConsentKind.LOCATION,
            version="location-old", text_digest="0" * 64, channel=Channel.PAGE, given_at=NINE,
            given_by=mei,
        )  # fmt: skip
    client.force_login(mei)
    return mei


def asked_after(client, monkeypatch, days):
    monkeypatch.setattr(clock, "now", lambda: NINE + timedelta(days=days))
    link = f'href="{reverse("people:consents")}"'
    page = client.get(reverse("people:me")).content.decode()
    door = client.get(reverse("activities:door")).content.decode()
    # The way to one's consents always stands there; a question is a second one.
    return page.count(link) > 1 or link in door


def test_a_new_version_of_a_text_that_stands_is_asked_for(client, mei, monkeypatch):
    assert asked_after(client, monkeypatch, 0)


@pytest.mark.parametrize("days", [0, 1, 29, 30, 31, 300])
def test_after_taking_it_back_nobody_asks_again(client, mei, monkeypatch, days):
    commands.withdraw_consent(person_id=mei.pk, kind=ConsentKind.LOCATION, actor=mei, at=NINE)
    assert not asked_after(client, monkeypatch, days)
