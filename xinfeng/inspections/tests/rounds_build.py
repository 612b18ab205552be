"""Builders: a city with points of three kinds in two counties, and a round on its way."""

from datetime import date, timedelta
from pathlib import Path

from xinfeng.base import scope
from xinfeng.inspections import commands
from xinfeng.inspections.commands import Found, Going, NewRound
from xinfeng.inspections.commands.readings import lines_of
from xinfeng.inspections.models import Round, RoundPoint, Verdict
from xinfeng.people.models import Person, Role
from xinfeng.people.tests.build import a_grant, a_person, an_office
from xinfeng.places.tests.build import NINE, a_city, a_division
from xinfeng.units.tests.build import a_point, a_type, a_unit

from .build import a_standard

TEXT = (Path(__file__).parents[3] / "tests/cities/tiny/standards/tiny-city.yaml").read_text()
SECRET = "nobody knows this before the draw"
DICE = "4 6 1 1 3"
TODAY = NINE.date()


def the_office() -> Person:
    return Person.objects.filter(username="office").first() or an_office(
        a_city().city, "office"
    )


def a_standard_of_points():
    return a_standard(TEXT)


def some_points(each: int = 4) -> None:
    """So many farm markets, communities and streets in each of two counties."""
    city = a_city()
    there = [city.village, a_division(430406001001, "先锋社区")]
    for number, village in enumerate(there):
        units = [a_unit(), a_unit()]
        for kind in ("farm-market", "community", "main-street"):
            for i in range(each):
                a_point(
                    division=village, unit=units[i % 2], type=a_type(kind, name=kind),
                    lat_e6=26_900_000 + 10_000 * i, lon_e6=112_600_000 + 50_000 * number,
                )  # fmt: skip


def an_inspector(username: str = "lan") -> Person:
    person = a_person(username, name="兰检查", division=a_city().other_village)
    a_grant(person, Role.INSPECTOR, division=a_city().city)
    return person


def a_round(
    code: str = "R1",
    *,
    size: int = 10,
    secret: str = SECRET,
    since: date = TODAY,
    **more: object,
) -> Round:
    """A planned round over the city, with the small standard of points."""
    fields = {
        "code": code, "name": "第一轮", "standard_id": a_standard_of_points().pk,
        "division_id": a_city().city.pk, "since": since, "until": since + timedelta(days=7),
        "size": size,
    } | more  # fmt: skip
    return commands.plan_round(
        new=NewRound(**fields), secret=secret, actor=the_office(), at=NINE
    )


def a_drawn_round(code: str = "R1", **more: object) -> Round:
    planned = a_round(code, **more)
    return commands.draw_round(round_id=planned.pk, dice=DICE, actor=the_office(), at=NINE)


def an_open_round(code: str = "R1", *, inspectors: list[Person] | None = None, **more) -> Round:
    """In the field: everybody knows their way."""
    drawn = a_drawn_round(code, **more)
    people = inspectors or [an_inspector("lan"), an_inspector("feng")]
    commands.name_inspectors(
        round_id=drawn.pk,
        going=[Going(each.pk) for each in people],
        actor=the_office(),
        at=NINE,
    )
    commands.find_ways(round_id=drawn.pk, at=NINE)
    return commands.open_field(round_id=drawn.pk, actor=the_office(), at=NINE)


def points_of(found: Round) -> list[RoundPoint]:
    with scope.whole_city():
        return list(RoundPoint.objects.filter(round=found).order_by("pk"))


def read_all(found: Round, *, met=lambda point, line: True) -> None:
    """Everything is read by whoever was sent; `met` says what they find."""
    for point in points_of(found):
        if point.state != "TO_VISIT":
            continue
        lines = lines_of(found, point.type)
        commands.read_point(
            round_point_id=point.pk,
            found=[_found(line, met(point, code)) for code, line in lines.items()],
            actor=Person.objects.get(pk=point.person_id),
            at=NINE,
        )


def _found(line, is_met: bool) -> Found:
    field = line.field
    if field.answer == "verdict":
        return Found(line.code, Verdict.MET if is_met else Verdict.NOT_MET)
    good = field.at_least if field.at_least is not None else field.at_most
    bad = good - 1 if field.at_least is not None else good + 1
    return Found(line.code, value=good if is_met else bad)


def a_scored_round(code: str = "R1", *, met=lambda point, line: True, **more) -> Round:
    opened = an_open_round(code, **more)
    read_all(opened, met=met)
    commands.close_round(round_id=opened.pk, actor=the_office(), at=NINE)
    return commands.score_round(round_id=opened.pk, actor=the_office(), at=NINE)


def a_published_round(code: str = "R1", **more) -> Round:
    scored = a_scored_round(code, **more)
    return commands.publish_round(round_id=scored.pk, actor=the_office(), at=NINE)
