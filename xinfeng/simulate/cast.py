"""One person per role who can sign in, each where there is something to see."""

from dataclasses import dataclass

import numpy as np
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from xinfeng.base.codes import Level
from xinfeng.base.short_code import new as new_password
from xinfeng.people.models import Grant, Role
from xinfeng.units.models import MemberRole

from . import days
from .activities import ANNOUNCED, Activities
from .duties import Duties
from .ground import Ground, Ints
from .loading import Loader
from .people import People
from .places import INSTITUTE, STATION, Places
from .quality import Quality
from .teams import Teams
from .units import Register

# Persons who are no volunteers; they come after all others.
STRANGERS = [
    Role.CITY_OFFICE, Role.COUNTY_OFFICE, Role.TOWNSHIP, Role.LECTURER, Role.INSPECTOR,
    Role.JUROR, Role.SURVEYOR, Role.EDITOR, Role.AUDITOR, Role.RESIDENT, Role.GUARDIAN,
]  # fmt: skip
USERNAMES = {
    Role.CITY_OFFICE: "city",
    Role.COUNTY_OFFICE: "county",
    Role.TOWNSHIP: "township",
    Role.KEEPER: "keeper",
    Role.TEAM_LEADER: "leader",
    Role.LECTURER: "lecturer",
    Role.INSPECTOR: "inspector",
    Role.JUROR: "juror",
    Role.SURVEYOR: "surveyor",
    Role.EDITOR: "editor",
    Role.AUDITOR: "auditor",
    Role.VOLUNTEER: "volunteer",
    Role.RESIDENT: "resident",
    Role.GUARDIAN: "guardian",
}
# Who act for the unit with the most points: it has the most to put right.
ACTING = {MemberRole.HEAD: "head", MemberRole.LIAISON: "liaison"}
# A ward of the guardian, among the volunteers of the village; it has no role of its own.
CHILD = "child"
# A keeper with this many lines to mend has a worklist worth a look.
_DEFECTS = 6


@dataclass(frozen=True)
class SignIn:
    """What a demo prints: who may sign in, and where they answer for something."""

    role: str
    username: str
    password: str
    where: str


@dataclass(frozen=True)
class Part:
    """One role of the cast: the person's index and what the grant covers."""

    role: Role
    person: int
    division: int
    where: str
    place: int = -1


def station(ground: Ground, places: Places, duties: Duties, quality: Quality) -> int:
    """The index of the station whose keeper signs in: in the demo county, with some defects."""
    county = demo_county(ground)
    own = places.is_open & (places.tiers == STATION) & (duties.keepers >= 0)
    inside = own & (places.divisions // 10**6 == county // 10**6)
    pool = np.flatnonzero(inside if inside.any() else own)
    distance = np.abs(quality.defects()[pool] - _DEFECTS)
    return int(pool[np.argmin(distance)])


def demo_county(ground: Ground) -> int:
    """The county that bears the city's name, or the one with the most villages."""
    namesake = ground.pack.name.removesuffix("市") + "县"
    counties = ground.of_level(Level.COUNTY)
    for i in counties:
        if ground.names[i] == namesake:
            return int(ground.codes[i])
    lo, hi = ground.spans(ground.codes[counties], np.full(len(counties), 10**6))
    return int(ground.codes[counties[np.argmax(hi - lo)]])


def parts(
    ground: Ground,
    places: Places,
    duties: Duties,
    teams: Teams,
    activities: Activities,
    home: int,
    known: tuple[int, int],
    first_stranger: int,
) -> list[Part]:
    """Everybody of the cast; `home` is the demo station's index.

    `known` are the volunteer and the lecturer (-1: nobody lectures).
    """
    volunteer, lecturer = known
    city, village = ground.pack.code, int(places.divisions[home])
    county, township = village // 10**6 * 10**6, village // 1000 * 1000
    where = {Role.COUNTY_OFFICE: county, Role.LECTURER: county, Role.TOWNSHIP: township,
             Role.RESIDENT: village, Role.GUARDIAN: village}  # fmt: skip
    team = _team_of_today(teams, activities, county)
    led, near = int(teams.divisions[team]), ground.name_of
    keeper = Part(Role.KEEPER, int(duties.keepers[home]), village, places.names[home], home)
    leader = Part(Role.TEAM_LEADER, int(teams.leader[team]), led, teams.names[team])
    found = [keeper, leader, Part(Role.VOLUNTEER, volunteer, village, near(village))]
    for k, role in enumerate(STRANGERS):
        code = where.get(role, city)
        # Somebody who really gives classes; a stranger only where there are none.
        teaches = role == Role.LECTURER and lecturer >= 0
        person = lecturer if teaches else first_stranger + k
        found.append(Part(role, person, code, near(code)))
    order = list(USERNAMES)
    return sorted(found, key=lambda part: order.index(part.role))


def dressed(
    people: People, parts: list[Part], child: int, register: Register | None
) -> list[SignIn]:
    """Give the cast usernames and a password of this build, hashed once for all of them."""
    password = new_password(10)
    stored = make_password(password)
    for part in parts:
        people.cast[part.person] = (USERNAMES[part.role], stored)
    found = [
        SignIn(str(part.role.label), USERNAMES[part.role], password, part.where)
        for part in parts
    ]
    if child >= 0:
        people.cast[child] = (CHILD, stored)
        guarded = next(part.where for part in parts if part.role == Role.GUARDIAN)
        found.append(SignIn(str(_("child")), CHILD, password, guarded))
    for role, person, unit in _acting(register) if register else []:
        # A demo's volunteer may be of a unit as well, and keeps their own name.
        if people.cast.setdefault(person, (ACTING[role], stored))[0] == ACTING[role]:
            named = _("%(part)s of a unit") % {"part": role.label}
            found.append(SignIn(str(named), ACTING[role], password, unit))
    return found


def _acting(register: Register) -> list[tuple[MemberRole, int, str]]:
    largest = int(np.bincount(register.unit).argmax())
    members = np.flatnonzero(register.member_of == largest).tolist()
    return [
        (register.role[k], int(register.member[k]), register.units[largest].name)
        for k in members
        if register.role[k] in ACTING
    ]


def child_near(people: People, ground: Ground, village: int) -> int:
    """A volunteer of eleven to thirteen years who lives as near as possible; -1: none."""
    young = (people.born > days.at("2008-08-01")) & (people.born < days.at("2011-07-01"))
    young &= ~np.isnat(people.registered) & np.isnat(people.left)
    homes = ground.village_codes[people.homes]
    for unit in (1, 10**3, 10**6, 10**12):
        near = np.flatnonzero(young & (homes // unit == village // unit))
        if len(near):
            return int(near[0])
    return -1


def meeting(activities: Activities, parts: list[Part]) -> tuple[int, int]:
    """This morning's activity of the team leader, and the volunteer who comes to it."""
    person = {part.role: part.person for part in parts}
    today = (activities.state == ANNOUNCED) & (activities.day == days.TODAY)
    led = activities.leader == person[Role.TEAM_LEADER]
    return int(np.flatnonzero(today & led)[0]), person[Role.VOLUNTEER]


def load_grants(loader: Loader, places: Places, duties: Duties, parts: list[Part]) -> None:
    """Grants of the cast, of every keeper, and of the township offices."""
    keepers = np.flatnonzero((duties.keepers >= 0) & places.is_open)
    offices = np.flatnonzero((duties.chiefs >= 0) & (places.tiers == INSTITUTE))
    own = [part for part in parts if part.role != Role.KEEPER]
    n = len(own), len(keepers), len(offices)
    person = np.concatenate(
        [[part.person for part in own], duties.keepers[keepers], duties.chiefs[offices]]
    )
    division = np.concatenate(
        [[part.division for part in own], np.zeros(n[1], int), places.divisions[offices]]
    )
    place: Ints = np.concatenate([np.zeros(n[0], int), keepers + 1, np.zeros(n[2], int)])
    roles = [part.role.value for part in own]
    roles += [Role.KEEPER.value] * n[1] + [Role.TOWNSHIP.value] * n[2]
    loader.add(
        Grant,
        {
            "id": np.arange(1, sum(n) + 1),
            "person_id": person + 1,
            "role": roles,
            "division_id": np.ma.array(division, mask=place > 0),
            "place_id": np.ma.array(place, mask=place == 0),
            "starts_on": _since([part.role for part in own], sum(n)),
            "ends_on": None,
        },
    )


def _since(roles: list[Role], count: int) -> days.Days:
    """The city's office was there before all others: it has run surveys since 2019."""
    found = np.full(count, days.at("2022-01-01"))
    found[: len(roles)][[role == Role.CITY_OFFICE for role in roles]] = days.at("2019-01-01")
    return found


def _team_of_today(teams: Teams, activities: Activities, county: int) -> int:
    """A team that has an activity this morning, in the demo county if there is one."""
    today = (activities.state == ANNOUNCED) & (activities.day == days.TODAY)
    own = np.flatnonzero(today & (activities.team >= 0))
    near = own[activities.divisions[own] // 10**6 == county // 10**6]
    return int(activities.team[(near if len(near) else own)[0]])
