"""The ranking of responsible units stands on the public board, with its intervals."""

import pytest
from django.urls import reverse

from xinfeng.insight import commands as insight
from xinfeng.insight.published import published
from xinfeng.inspections import commands
from xinfeng.inspections.tests.rounds_build import a_scored_round, some_points, the_office
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.units.models import Unit

pytestmark = pytest.mark.django_db


def test_it_stands_there_once_it_is_published_and_not_before(client, monkeypatch):
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: NINE)
    some_points()
    insight.rebuild(names=published().names, as_of=NINE.date(), at=NINE)
    scored = a_scored_round(met=lambda point, line: line != "I-1-1")
    board = reverse("insight:division", args=[a_city().city.pk])
    unit = Unit.objects.order_by("pk").first()
    assert unit.name not in client.get(board).content.decode()

    commands.publish_round(round_id=scored.pk, actor=the_office(), at=NINE)

    page = client.get(board).content.decode()
    assert unit.name in page
    assert 'class="bar span"' in page
    assert reverse("inspections:round_result", args=[scored.code]) in page


def test_a_board_with_a_round_costs_eight_queries_or_fewer(
    client, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: NINE)
    some_points()
    scored = a_scored_round()
    commands.publish_round(round_id=scored.pk, actor=the_office(), at=NINE)
    insight.rebuild(names=published().names, as_of=NINE.date(), at=NINE)
    with django_assert_max_num_queries(8):
        assert scored.name in client.get("/").content.decode()
