"""The rounds of a demo are held by the engines, and hold what rounds promise."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from xinfeng.base import clock, pack, scope
from xinfeng.config import first_rounds
from xinfeng.inspections import commands
from xinfeng.inspections.models import Reading, Round, RoundPoint, RoundScore
from xinfeng.simulate.build import build

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
TINY = Path(__file__).resolve().parents[3] / "tests" / "cities" / "tiny"


@pytest.fixture
def held(settings):
    """The tiny city after its offices have held two rounds; gives what they said."""
    settings.CITY_PACK = str(TINY)
    city = pack.load(TINY)
    ahead = city.demo_start - datetime.now(UTC)
    settings.CLOCK_OFFSET_SECONDS = round(ahead.total_seconds())
    build(city, "tiny", progress=lambda line: None)
    for path in city.standards:
        made = commands.import_standard(
            text=path.read_text(), source=path.name, actor=None, at=clock.now()
        )
        commands.publish(standard_id=made.pk, actor=None, at=clock.now())
    said = []
    first_rounds.hold(city.code, said.append)
    return said


def test_one_round_is_published_and_one_is_in_the_field(held):
    first, second = Round.objects.order_by("pk")

    assert (first.state, second.state) == ("PUBLISHED", "IN_FIELD")
    assert "held two rounds" in held[0]
    with scope.whole_city():
        points = RoundPoint.objects.order_by("pk")
        assert set(points.filter(round=first).values_list("state", flat=True)) == {"VISITED"}
        states = set(points.filter(round=second).values_list("state", flat=True))
        assert states == {"VISITED", "TO_VISIT"}
        for point in points.select_related("inspector"):
            assert point.unit_id not in point.inspector.own_units
        readings = Reading.objects.select_related("round_point")
        assert all(each.by_id == each.round_point.person_id for each in readings)
        assert readings.latest("at").at <= clock.now()
    whole = RoundScore.objects.get(round=first, scope="ROUND")
    assert 0 < whole.known <= whole.n


def test_anybody_repeats_their_draw_and_a_wrong_code_is_named(held):
    for each in Round.objects.order_by("pk"):
        told = StringIO()
        call_command("draw", "--check", each.code, "--list", stdout=told)
        assert told.getvalue().count(": ok") == 3

    with pytest.raises(CommandError, match="no round"):
        call_command("draw", "--check", "NONE")
    Round.objects.order_by("pk").filter(pk=each.pk).update(commitment="0" * 64)
    with pytest.raises(CommandError, match="not what was promised"):
        call_command("draw", "--check", each.code, stdout=StringIO())
