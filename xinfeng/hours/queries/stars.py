"""Stars: what somebody's hours give, what waits at a desk, and what the public may see."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import Sum

from xinfeng.base import pack, scope
from xinfeng.base.city_rules import CityRules
from xinfeng.base.standing import Standing
from xinfeng.hours.models import (
    LEVELS,
    ApplicationState,
    Counter,
    ObjectionState,
    Star,
    StarApplication,
    StarBan,
    StarObjection,
)
from xinfeng.people.models import Person
from xinfeng.people.permissions import UPPER_OFFICES, is_volunteer
from xinfeng.people.queries import ages, masked_names
from xinfeng.places.models import Division

from .certificates import valid_credits

PAGE = 50
# From this age on a name may stand where everybody reads it, as in the publicity list.
NAMED_FROM = 14


def rules() -> CityRules:
    return pack.load(settings.CITY_PACK).rules


def service_minutes(person_id: int) -> int:
    """Valid service up to now: what was taken back or is under review does not count."""
    counted = valid_credits(person_id).filter(counter=Counter.SERVICE).order_by()
    return int(counted.aggregate(total=Sum("minutes"))["total"] or 0)


@dataclass(frozen=True)
class Way:
    """How somebody stands towards one star; `lacks` is empty when nothing is missing."""

    level: int
    minutes: int
    since: date | None
    lacks: str


@dataclass(frozen=True)
class StarStanding:
    """What counts towards somebody's stars on a day."""

    minutes: int
    current: Star | None
    ban: StarBan | None
    ways: list[Way]

    def way(self, level: int) -> Way:
        return next(way for way in self.ways if way.level == level)


def star_standing(person: Person, on: date) -> StarStanding:
    """For a command, or a page of the person or of an office that may see them."""
    minutes = service_minutes(person.pk)
    current = Star.objects.filter(person=person, ended_on=None).order_by("pk").first()
    ban = (
        StarBan.objects.filter(person=person, starts_on__lte=on, ends_on__gt=on)
        .order_by("-ends_on", "pk")
        .first()
    )
    ways = [_way(person, level, minutes, current, ban, on) for level in LEVELS]
    return StarStanding(minutes, current, ban, ways)


def _way(
    person: Person,
    level: int,
    minutes: int,
    current: Star | None,
    ban: StarBan | None,
    on: date,
) -> Way:
    asked = rules()
    needed = asked.star_minutes(level)
    since = None
    if person.registered_on is not None:
        since = person.registered_on + relativedelta(months=asked.star_months(level))
    lacks = ""
    if not is_volunteer(person) or since is None:
        lacks = "not_a_volunteer"
    elif ban is not None:
        lacks = "banned"
    elif current is not None and current.level >= level:
        lacks = "star_held"
    elif minutes < needed:
        lacks = "not_enough_hours"
    elif on < since:
        lacks = "too_early"
    return Way(level, needed, since, lacks)


@dataclass(frozen=True)
class MyStars:
    standing: StarStanding
    open: StarApplication | None
    past: list[StarApplication]


def my_stars(person: Person, on: date) -> MyStars:
    with scope.reading(person_id=person.pk, spans=[]):
        found = list(StarApplication.objects.filter(person=person).order_by("-pk")[:PAGE])
        standing = star_standing(person, on)
    waiting = {ApplicationState.APPLIED, ApplicationState.NOTICE}
    running = next((one for one in found if one.state in waiting), None)
    return MyStars(standing, running, [one for one in found if one is not running])


@dataclass(frozen=True)
class Listed:
    """A line of a list: the family name only, and where the volunteer lives."""

    application: StarApplication
    name: str
    where: str


@dataclass(frozen=True)
class StarList:
    lines: list[Listed]
    after: int | None


def star_desk(standing: Standing, *, after: int) -> StarList:
    """What waits for the offices of a reach, the oldest first."""
    with scope.reading(person_id=None, spans=standing.spans(UPPER_OFFICES)):
        waiting = StarApplication.objects.filter(
            state__in=[ApplicationState.APPLIED, ApplicationState.NOTICE], pk__gt=after
        )
        return _listed(list(waiting.order_by("pk")[: PAGE + 1]))


def star_notice(on: date, *, after: int) -> StarList:
    """Everybody may see who is about to be given a star, while the notice stands."""
    with scope.whole_city():
        shown = StarApplication.objects.filter(
            state=ApplicationState.NOTICE, notice_until__gte=on, pk__gt=after
        )
        return _listed(list(shown.order_by("pk")[: PAGE + 1]), named_on=on)


def _listed(found: list[StarApplication], *, named_on: date | None = None) -> StarList:
    """With `named_on` for everybody's eyes: children, and whose age nobody knows, unnamed."""
    shown = found[:PAGE]
    people = {one.person_id for one in shown}
    if named_on is not None:
        known_ages = ages(people, named_on)
        people = {pk for pk in people if (known_ages.get(pk) or 0) >= NAMED_FROM}
    names = masked_names(people)
    codes = {one.division_id for one in shown}
    known = dict(Division.objects.filter(pk__in=codes).order_by("pk").values_list("pk", "name"))
    lines = [
        Listed(one, names.get(one.person_id, "*"), known.get(one.division_id, ""))
        for one in shown
    ]
    return StarList(lines, shown[-1].pk if len(found) > PAGE else None)


@dataclass(frozen=True)
class StarCase:
    """One application as its office sees it."""

    line: Listed
    standing: StarStanding
    objections: list[StarObjection]
    is_over: bool


def star_case(standing: Standing, application_id: int, on: date) -> StarCase | None:
    with scope.reading(person_id=None, spans=standing.spans(UPPER_OFFICES)):
        found = StarApplication.objects.select_related("person").filter(pk=application_id)
        application = found.first()
        if application is None:
            return None
        objections = list(application.objections.order_by("pk"))
        how = star_standing(application.person, on)
    open_ones = [one for one in objections if one.state == ObjectionState.OPEN]
    until = application.notice_until
    is_over = until is not None and on > until and not open_ones
    return StarCase(_listed([application]).lines[0], how, objections, is_over)
