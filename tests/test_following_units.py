"""Units and points that come and go move their figures as far as a recount would."""

import pytest

from xinfeng.base import clock
from xinfeng.config.follow import TOUCHED
from xinfeng.insight import commands as insight
from xinfeng.insight.models import MonthlyFigure
from xinfeng.people.tests.build import an_office
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.units import commands
from xinfeng.units.models import UnitKind
from xinfeng.units.tests.build import a_type
from xinfeng.units.wishes import NewPoint, NewUnit, PointWish, UnitWish

pytestmark = pytest.mark.django_db(transaction=True)
AS_OF = clock.local_date(NINE)
NAMES = ["points", "units"]


def follow():
    """Take in what happened, and prove it."""
    insight.follow_journal(names=NAMES, touched_by=TOUCHED, as_of=AS_OF, at=NINE)
    assert insight.reconcile(names=NAMES) == []


def standing(figure):
    row = MonthlyFigure.objects.filter(
        figure=figure, division_id=a_city().city.pk, month=AS_OF.replace(day=1)
    ).first()
    return row.numerator if row else 0


def test_a_unit_and_its_point_are_followed_from_the_first_day_to_the_last():
    office, city = an_office(a_city().city), a_city()
    insight.rebuild(names=NAMES, as_of=AS_OF, at=NINE)
    said = {"actor": office, "at": NINE}

    wish = UnitWish("市城市管理局", "城管局", UnitKind.CITY)
    unit = commands.add_unit(new=NewUnit("CG01", city.city.pk, wish), **said)
    follow()
    spot = PointWish("茶山农贸市场", a_type().pk, unit.pk)
    point = commands.add_point(new=NewPoint("P1", city.village.pk, spot), **said)
    follow()
    assert (standing("units"), standing("points")) == (1, 1)

    commands.close_point(point_id=point.pk, **said)
    follow()
    commands.end_unit(unit_id=unit.pk, **said)
    follow()
    assert (standing("units"), standing("points")) == (0, 0)
