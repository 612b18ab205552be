"""Where the city stands, by what residents answered."""

from fractions import Fraction

import pytest

from xinfeng.base import asked
from xinfeng.filing.queries.standing import city_standing
from xinfeng.inspections.tests.build import a_standard
from xinfeng.inspections.tests.test_surveyed import ASKED, TODAY, Known, told
from xinfeng.places.tests.build import a_city

pytestmark = pytest.mark.django_db


def test_where_the_city_stands_takes_lines_that_are_known_and_no_others(monkeypatch):
    known = Known(told("counters", 0.95, 0.93, 0.96), told("hotline", 0.86, 0.83, 0.89))
    monkeypatch.setattr(asked, "_tells", [known])
    a_city()
    standing, _round = city_standing(a_standard(ASKED), TODAY)
    survey = next(each for each in standing.methods if each.method == "survey")

    assert (survey.lines, survey.lines_known) == (2, 1)
    # Its lines share 20 points by weight: a quarter of them is met, the rest is open.
    assert survey.reached.got == survey.reached.known == Fraction(5)
