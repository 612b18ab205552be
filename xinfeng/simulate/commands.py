"""The one write of this room: a whole city, or none of it."""

import resource
import time
from collections.abc import Callable

from django.apps import apps
from django.db import connections, models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from psycopg import Connection, sql

from xinfeng.activities.models import (
    Activity,
    Category,
    CheckIn,
    Post,
    Programme,
    Project,
    Shift,
    Signup,
)
from xinfeng.base import guards
from xinfeng.base.pack import Pack
from xinfeng.base.refusal import Refusal
from xinfeng.dispatch.models import (
    CallBack,
    Complaint,
    MenuClass,
    MenuItem,
    Offer,
    Order,
    Plan,
    Rating,
    Step,
    Unserved,
)
from xinfeng.findings.models import (
    Appeal,
    Extension,
    Finding,
    FindingFile,
    FindingStep,
    Recheck,
    Repair,
    SnapReport,
)
from xinfeng.findings.models import Category as SnapCategory
from xinfeng.hours import days
from xinfeng.hours.models import Credit, Star
from xinfeng.inspections.models import Filing
from xinfeng.journal import commands as journal
from xinfeng.people.models import (
    Consent,
    Contact,
    Grant,
    Identity,
    Person,
    Profile,
    Qualification,
)
from xinfeng.places.models import (
    Division,
    Duty,
    Facility,
    Headcount,
    OpeningException,
    OpeningHours,
    Place,
    Spell,
)
from xinfeng.school.models import (
    ClassRating,
    ClassRequest,
    Course,
    Enrolment,
    Field,
    Lecturer,
    NightClass,
    Series,
    Session,
    Timetable,
    WalkIns,
)
from xinfeng.teams.models import Membership, Team
from xinfeng.units.models import Point, PointType, Unit, UnitMember

from . import catalogue, city, company
from .city import Made
from .loading import Loader, after_copy
from .scale import SCALES, Scale

journal.declare({"city.simulated": _("A simulated city was built from one seed")})

OWNER = "owner"
# Every table that a simulated city fills.
TABLES: list[type[models.Model]] = [
    Division, Place, Spell, Facility, OpeningHours, OpeningException, Headcount, Duty,
    Person, Identity, Grant, Profile, Qualification, Consent, Team, Membership,
    Category, Programme, Project,
    Activity, Shift, Post, Signup, CheckIn, Credit, Star, Filing,
    Field, Series, Course, Lecturer, Lecturer.fields.through, ClassRequest, Timetable,
    NightClass, Session, Enrolment, WalkIns, ClassRating,
    MenuClass, MenuItem, Contact, Order, Step, Plan, Offer, Unserved, Rating, CallBack,
    Complaint, Unit, UnitMember, PointType, Point,
    SnapCategory, Finding, FindingStep, FindingFile, Repair, Recheck, Extension, Appeal,
    SnapReport,
    # All of them, though a few stay empty: they lean on those that are filled.
    *apps.get_app_config("surveys").get_models(),
]  # fmt: skip

# Seconds that a single index must take to be named.
_WORTH_A_LINE = 1.0

Progress = Callable[[str], None]


def build(pack: Pack, scale: str, seed: int = 2022, *, progress: Progress) -> Made:
    """Make the pack's city from one seed; returns one sign-in per role, and what is false.

    All of it is one transaction of the owner: an end in between leaves nothing behind.
    """
    if scale not in SCALES:
        known = ", ".join(SCALES)
        words = gettext("There is no scale %(scale)s; there are: %(known)s.")
        raise Refusal("unknown_scale", words % {"scale": scale, "known": known})
    with transaction.atomic(using=OWNER):
        connections[OWNER].ensure_connection()
        _refuse_a_second_city()
        return _build(connections[OWNER].connection, pack, SCALES[scale], seed, progress)


def _refuse_a_second_city() -> None:
    for model in (Place, Person, Team):
        if model._default_manager.using(OWNER).exists():
            raise Refusal(
                "city_stands",
                gettext(
                    "This database already holds a city: there are places or people in it."
                    " A simulated city is only built into an empty one."
                ),
            )


def _build(db: Connection, pack: Pack, scale: Scale, seed: int, progress: Progress) -> Made:
    started = time.perf_counter()
    tables = [model._meta.db_table for model in TABLES]
    # Neither ledger may be emptied otherwise, nor loaded past the triggers that check each row.
    with catalogue.with_room_to_build(db), guards.lifted(db, tables):
        taken = catalogue.taken_off(db, tables)
        # Emptied in this transaction, a table takes rows that are frozen from the start.
        names = sql.SQL(", ").join(sql.Identifier(table) for table in tables)
        db.execute(sql.SQL("TRUNCATE {}").format(names))
        with Loader(db) as loader:
            made = city.load(loader, pack, scale, seed)
        _report(loader, started, progress)
        _put_back(db, taken, progress)
        for model in TABLES:
            after_copy(db, model)
        days.loaded_in_bulk(db)
        company.equip(pack.demo_start)
        _analyse(db, tables, progress)
    _journal(pack, scale, seed, loader.rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    progress(f"{'together':<44}{time.perf_counter() - started:>8.1f} s   peak {peak} MiB")
    return made


def _report(loader: Loader, started: float, progress: Progress) -> None:
    for table, rows in sorted(loader.rows.items(), key=lambda item: -item[1]):
        progress(f"copied {table:<37}{loader.seconds[table]:>8.1f} s {rows:>12,} rows")
    rows = sum(loader.rows.values())
    progress(f"{'made and copied':<44}{time.perf_counter() - started:>8.1f} s {rows:>12,} rows")


def _put_back(db: Connection, taken: catalogue.Taken, progress: Progress) -> None:
    started = last = time.perf_counter()
    for name in catalogue.put_back(db, taken):
        now = time.perf_counter()
        if now - last >= _WORTH_A_LINE:
            progress(f"built {name:<38}{now - last:>8.1f} s")
        last = now
    progress(f"{'indexes and constraints':<44}{last - started:>8.1f} s")


def _analyse(db: Connection, tables: list[str], progress: Progress) -> None:
    started = time.perf_counter()
    for table in tables:
        db.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
    progress(f"{'analysed':<44}{time.perf_counter() - started:>8.1f} s")


def _journal(pack: Pack, scale: Scale, seed: int, rows: dict[str, int]) -> None:
    journal.record(
        "city.simulated",
        Division(code=pack.code),
        actor=None,
        at=pack.demo_start,
        where=pack.code,
        using=OWNER,
        scale=scale.name,
        seed=seed,
        rows=rows,
    )
