"""The order in which a city comes about: ground, places, people, teams, activities, credits."""

from dataclasses import dataclass, replace

import numpy as np

from xinfeng.base import positions
from xinfeng.base.pack import Pack
from xinfeng.people.models import Role
from xinfeng.places.models import Division
from xinfeng.school import menu as courses
from xinfeng.school.menu import Menu

from . import (
    abilities,
    activities,
    attendance,
    cast,
    classes,
    crowd,
    days,
    duties,
    errands,
    filings,
    finding_steps,
    frauds,
    ground,
    lecturers,
    lessons,
    order_course,
    order_people,
    order_rows,
    order_steps,
    order_words,
    orders,
    people,
    places,
    projects,
    reported,
    school_menu,
    school_rows,
    stars,
    survey_rows,
    surveys,
    teams,
    titles,
    units,
    venues,
)
from .cast import SignIn
from .findings import Staff
from .ground import Ground, Ints
from .loading import Loader
from .quality import Quality
from .scale import Chance, Scale

# When the night school began to offer its courses.
_OPENED = np.datetime64("2020-08-20T02:00:00", "s")


@dataclass(frozen=True)
class Founded:
    """The city before anybody does anything."""

    on: activities.Grounds
    duties: duties.Duties
    first_stranger: int


@dataclass(frozen=True)
class Made:
    """Who may enter the city, and which of its credits are false, by kind."""

    sign_ins: list[SignIn]
    frauds: dict[str, list[int]]


def load(loader: Loader, pack: Pack, scale: Scale, seed: int) -> Made:
    """Make everything and hand it to the loader; the same seed makes the same city."""
    chance = Chance(seed)
    land = ground.of(pack, chance)
    menu = courses.load(pack.folder)
    _load_divisions(loader, land)
    projects.load_terms(loader, pack)
    school_menu.load(loader, menu, pack.code, _OPENED)
    order_rows.load_menu(loader, pack.menu, [term.code for term in pack.categories])
    founded = _found(loader, land, scale, chance)
    regulars = stars.candidates(founded.on.people, founded.on.teams.leader, scale, chance)
    school = _school(founded, menu, regulars[0], scale, chance)
    asked = _orders(founded, school, regulars[0], scale, chance)
    own = [school.lessons.errands, *([asked.errands] if asked else [])]
    # What classes and orders hold and earn is part of the city's exact numbers.
    rest = replace(
        scale,
        # What is by invitation is no activity that a city counts.
        activities=scale.activities - school.lessons.errands.held,
        credits=scale.credits - sum(one.credits for one in own),
    )
    made = activities.made(founded.on, rest, chance)
    planted = frauds.planned(made, founded.on, rest, chance)
    titles.load(loader, made, founded.on, chance)
    register = units.made(founded.on, scale, chance)
    seen = _reported(founded, register, scale, chance)
    sign_ins, meeting = _load_people(
        loader, founded, made, (school, int(regulars[0][0])), register, chance
    )
    if register:
        units.load(loader, register, founded.on, chance)
    teams.load_members(loader, founded.on.teams, founded.on.people, land, chance)
    taken = np.concatenate([one.taken() for one in own])
    book = _attend(loader, founded, planted, regulars, (taken, meeting), rest, chance)
    ids = errands.Reached(
        len(made), len(book.shift_of), book.signups, book.credits, book.checkins
    )
    _load_school(loader, founded, school, menu, ids, scale, chance)
    if asked:
        _load_orders(loader, founded, asked, ids, chance)
    if seen and register:
        contacts = len(asked.orders) if asked else 0
        reported.load(loader, seen, register, contacts, chance)
    answered = surveys.made(founded.on, register, founded.first_stranger, scale, chance)
    if answered:
        survey_rows.load(loader, answered, chance)
    return Made(sign_ins, planted.labels)


def _reported(
    founded: Founded, register: units.Register | None, scale: Scale, chance: Chance
) -> finding_steps.Told | None:
    """What was found in the year; the cast has its part in it."""
    first = founded.first_stranger
    staff = Staff(*(first + cast.STRANGERS.index(role)
                    for role in (Role.CITY_OFFICE, Role.INSPECTOR, Role.RESIDENT)))  # fmt: skip
    return reported.made(founded.on, founded.duties, register, staff, scale, chance)


@dataclass(frozen=True)
class _School:
    able: abilities.Abilities
    papers: abilities.Papers
    corps: lecturers.Lecturers
    lessons: lessons.Lessons
    home: int

    @property
    def lecturer(self) -> int:
        """Whose class begins next at the station of the cast, or else next of all; -1: none."""
        open_ = [one for one in self.lessons.classes if one.state == classes.PUBLISHED]
        open_.sort(key=lambda one: (one.place != self.home, one.first_on < days.TODAY))
        return int(self.corps.person[open_[0].lecturer]) if open_ else -1


def _school(founded: Founded, menu: Menu, busy: Ints, scale: Scale, chance: Chance) -> _School:
    """Before all other activities: who teaches or learns on a day is nowhere else then."""
    on = founded.on
    able = abilities.made(on, founded.first_stranger, busy[:1], chance)
    papers = abilities.papers_of(able, on, founded.duties.chiefs, chance)
    home = cast.station(on.ground, on.places, founded.duties, on.quality)
    corps = lecturers.made(on, able, papers, menu, busy, scale, chance)
    planned = classes.planned(on, corps, menu, home, scale, chance)
    taught = lessons.made(on, corps, menu, planned, busy, chance)
    return _School(able, papers, corps, taught, home)


def _load_school(
    loader: Loader,
    founded: Founded,
    school: _School,
    menu: Menu,
    ids: errands.Reached,
    scale: Scale,
    chance: Chance,
) -> None:
    on, chiefs = founded.on, founded.duties.chiefs
    abilities.load(loader, school.able, school.papers, on, chance)
    lecturers.load(loader, school.corps, on, menu, chiefs, chance)
    made = school.lessons
    before = errands.load(loader, made.errands, on.ground, ids, chance("evenings"))
    school_rows.load(loader, made, on, school.corps, (menu, school.home), before, scale, chance)


@dataclass(frozen=True)
class _Asked:
    orders: orders.Orders
    course: order_course.Course
    serving: order_people.Serving
    errands: errands.Errands
    # Each order's activity by index; -1: none.
    shift: Ints


def _orders(
    founded: Founded, school: _School, busy: Ints, scale: Scale, chance: Chance
) -> _Asked | None:
    """What residents ask for; nothing in a city whose pack has no menu."""
    on = founded.on
    menu = on.ground.pack.menu
    if not menu.classes:
        return None
    made = orders.made(on, founded.duties, menu, scale, chance)
    village = int(np.searchsorted(on.ground.village_codes, on.places.divisions[school.home]))
    resident = founded.first_stranger + cast.STRANGERS.index(Role.RESIDENT)
    shown = orders.staged(made, menu, village, resident)
    course = order_course.made(made, on, menu, chance)
    elsewhere = np.concatenate([busy, school.corps.person])
    known = school.able, school.papers, elsewhere, school.lessons.errands.taken()
    serving = order_people.assigned(made, course, on, menu, known, chance)
    order_people.stage(made, course, serving, shown, int(busy[0]), on)
    services, shift = order_people.errands(made, course, serving, on, menu, chance)
    return _Asked(made, course, serving, services, shift)


def _load_orders(
    loader: Loader, founded: Founded, asked: _Asked, ids: errands.Reached, chance: Chance
) -> None:
    on, made, course = founded.on, asked.orders, asked.course
    menu = on.ground.pack.menu
    before = errands.load(loader, asked.errands, on.ground, ids, chance("services"))
    order_rows.load_contacts(loader, made, course, on, chance)
    shift = asked.shift, before
    order_rows.load_orders(loader, made, course, on, menu, shift, chance)
    order_steps.load(loader, made, course, asked.serving, on, chance)
    order_words.load(loader, made, course, asked.serving, on, chance)


def _found(loader: Loader, land: Ground, scale: Scale, chance: Chance) -> Founded:
    everywhere = places.made(land, scale, chance)
    quality = Quality(everywhere.divisions, everywhere.tiers, chance)
    places.load(loader, everywhere, land, chance)
    venues.load(loader, everywhere, quality, chance)
    charge = duties.made(everywhere, quality, chance)
    homes = land.village_of(everywhere.divisions[charge.place], chance("officials"))
    persons = people.made(land, scale, homes, chance)
    first_stranger = len(persons)
    duties.load(loader, charge)
    groups = teams.made(land, everywhere, persons, charge.keepers, quality, scale, chance)
    teams.load(loader, groups)
    library = projects.made(land.pack, everywhere, quality, chance)
    projects.load(loader, library, land.pack, everywhere, chance)
    filings.load(loader, everywhere, charge.keepers, quality, chance)
    persons = people.joined_by(persons, np.zeros(len(cast.STRANGERS), dtype=np.int32))
    leaders = _leaders_of_places(groups, everywhere, charge, chance)
    on = activities.Grounds(land, everywhere, groups, persons, library, quality, leaders)
    return Founded(on, charge, first_stranger)


def _leaders_of_places(
    groups: teams.Teams, everywhere: places.Places, charge: duties.Duties, chance: Chance
) -> Ints:
    """The keeper, else the chief, else the leader of a team near by."""
    units = ground.units_of(everywhere.divisions)
    near = teams.near(groups, everywhere.divisions, units, chance("leaders of places"))
    chief = np.where(charge.chiefs >= 0, charge.chiefs, groups.leader[near])
    return np.where(charge.keepers >= 0, charge.keepers, chief)


def _load_people(
    loader: Loader,
    founded: Founded,
    made: activities.Activities,
    known: tuple[_School, int],
    register: units.Register | None,
    chance: Chance,
) -> tuple[list[SignIn], tuple[int, int]]:
    on, (school, star) = founded.on, known
    home = school.home
    village = int(np.searchsorted(on.ground.village_codes, on.places.divisions[home]))
    on.people.homes[founded.first_stranger :] = village
    parts = cast.parts(
        on.ground, on.places, founded.duties, on.teams, made, home,
        (star, school.lecturer), founded.first_stranger,
    )  # fmt: skip
    code = int(on.places.divisions[home])
    child = cast.child_near(on.people, on.ground, code)
    sign_ins = cast.dressed(on.people, parts, child, register)
    people.load(loader, on.people, on.ground, chance)
    cast.load_grants(loader, on.places, founded.duties, parts)
    meeting = cast.meeting(made, parts)
    # Check-in is open when a visitor arrives, and for a good while.
    made.starts[meeting[0]], made.minutes[meeting[0]] = 495, 240
    return sign_ins, meeting


def _attend(
    loader: Loader,
    founded: Founded,
    planted: frauds.Frauds,
    regulars: tuple[Ints, Ints],
    known: tuple[Ints, tuple[int, int]],
    scale: Scale,
    chance: Chance,
) -> attendance.Ledger:
    on, made, (taken, meeting) = founded.on, planted.activities, known
    who, quotas = regulars
    crowded = crowd.made(on.ground, on.people, who, chance)
    pairs = crowd.regulars(on.people, made, on.ground, who, quotas, chance("regulars"))
    offset = activities.offset_minutes(on.ground)
    book = attendance.ledger(made, len(on.people), offset, planted)
    attendance.load(loader, book, crowded, pairs, (meeting, taken), scale, chance)
    attendance.load_shifts(loader, book, _cells(on, made, chance), chance)
    stars.load(loader, on.people, on.ground, who, book.by_person, chance)
    return book


def _cells(on: activities.Grounds, made: activities.Activities, chance: Chance) -> Ints:
    """The cell of each activity, by its place or else by its division; 0 where nobody knows."""
    lat, lon = places.positions(on.places, on.ground, chance)
    known = [
        positions.cell(y, x) if y is not np.ma.masked else 0
        for y, x in zip(lat, lon, strict=True)
    ]
    at = np.searchsorted(on.ground.codes, made.divisions)
    own, which = np.unique(at, return_inverse=True)
    ground_lat, ground_lon = on.ground.lat[own], on.ground.lon[own]
    of_ground = [
        0 if np.isnan(y) else positions.cell(round(y * 1e6), round(x * 1e6))
        for y, x in zip(ground_lat, ground_lon, strict=True)
    ]
    by_place = np.array(known, dtype=np.int64)[np.maximum(made.place, 0)]
    return np.where(made.place >= 0, by_place, np.array(of_ground, dtype=np.int64)[which])


def _load_divisions(loader: Loader, land: Ground) -> None:
    rows = sorted(land.pack.divisions, key=lambda row: row.code)
    loader.add(
        Division,
        {
            "code": land.codes,
            "level": land.levels,
            "name": land.names,
            "name_en": [row.name_en for row in rows],
            "valid_from": np.array([row.valid_from for row in rows], dtype="M8[D]"),
            "valid_until": None,
            "successor_id": None,
        },
    )
