"""Where somebody may invite: own places, own teams, own area; and what a form begins with."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q
from django.utils import timezone

from xinfeng.activities.models import Activity
from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.people.models import Person
from xinfeng.people.permissions import OFFICES
from xinfeng.places.models import Division, Place, PlaceState
from xinfeng.teams.models import Team

# More are no help in one list; an office of the city chooses an area instead.
MOST = 300
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Grounds:
    places: list[Place]
    teams: list[Team]
    divisions: list[Division]

    def division_of(self, place: int | None, team: int | None, division: int | None) -> int:
        """Where an activity lies: at the place, else in the area chosen, else the team's."""
        places = {one.pk: one.division_id for one in self.places}
        teams = {one.pk: one.division_id for one in self.teams}
        if place is not None:
            return places[place]
        return division if division is not None else teams[team or 0]

    def accounts(self, names: Iterable[str]) -> dict[str, int]:
        """Ids of open accounts by their names."""
        found = Person.objects.filter(username__in=list(names), state="ACTIVE").order_by("pk")
        return dict(found.values_list("username", "pk"))

    def __bool__(self) -> bool:
        return bool(self.places or self.teams or self.divisions)


def grounds_of(person: Person, standing: Standing, *, of: Activity | None = None) -> Grounds:
    """All that this person may invite in, the smallest first; and where an activity lies."""
    spans = standing.spans(OFFICES)
    kept = Q(pk__in=standing.places) | scope.reached(spans)
    places = Place.objects.filter(kept).exclude(state=PlaceState.CLOSED)
    teams = Team.objects.filter(leader=person, dissolved_on=None)
    return Grounds(
        places=_with(of.place if of else None, places.in_reading_order()[:MOST]),
        teams=_with(of.team if of else None, teams.order_by("name", "pk")[:MOST]),
        divisions=_with(of.division if of else None, _divisions(spans)),
    )


def _with(own: M | None, others: Iterable[M]) -> list[M]:
    """A deputy keeps what the activity has, without having it for others."""
    return [*([own] if own else []), *(other for other in others if other != own)]


def _divisions(spans: list[tuple[int, int]]) -> list[Division]:
    current = Division.objects.filter(scope.reached(spans, "code"), valid_until=None)
    # Counties and townships before villages: a wide office chooses widely.
    return list(current.order_by("level", "code")[:MOST])


def beginning(person: Person, grounds: Grounds) -> dict[str, Any]:
    """What a new form begins with: the last similar activity, else the first own place."""
    last = _last(person, grounds)
    if last is None:
        place = grounds.places[0] if len(grounds.places) == 1 else None
        team = grounds.teams[0] if len(grounds.teams) == 1 and place is None else None
        return {
            "place": place.pk if place else None,
            "team": team.pk if team else None,
            "meeting_point": place.address if place else "",
            "starts": "09:00",
            "ends": "11:00",
            "capacity": 20,
        }
    # What differs each time is asked each time: a category left from last time would be wrong.
    asked = {"title": "", "category": None, "deputies": "", "nature": last.nature}
    return said_by(last) | _times(last) | asked


def said_by(activity: Activity) -> dict[str, Any]:
    """The words of an activity as the form's fields name them."""
    names = Person.objects.filter(pk__in=activity.deputies).order_by("username")
    fields = (
        "title", "nature", "meeting_point", "content", "conditions", "contact", "risk", "risks",
        "protection", "insurance", "insured_from", "insured_until", "fence_m",
    )  # fmt: skip
    return {name: getattr(activity, name) for name in fields} | {
        "category": activity.category_id,
        "place": activity.place_id,
        "team": activity.team_id,
        "division": None if activity.place_id or activity.team_id else activity.division_id,
        "project": activity.project_id,
        "programme": activity.programme_id,
        "deputies": " ".join(names.values_list("username", flat=True)),
    }


def _last(person: Person, grounds: Grounds) -> Activity | None:
    led = Activity.objects.public().filter(leader=person)
    found = led.order_by("-pk").first()
    if found is None and grounds.places:
        own = [place.pk for place in grounds.places[:20]]
        found = Activity.objects.public().filter(place__in=own).order_by("-pk").first()
    return found


def _times(activity: Activity) -> dict[str, Any]:
    shift = activity.shifts.order_by("-starts_at", "-pk").first()
    if shift is None:
        return {}
    starts, ends = (timezone.localtime(m) for m in (shift.starts_at, shift.ends_at))
    return {
        "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "capacity": shift.capacity,
    }
