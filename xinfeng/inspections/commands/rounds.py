"""A round from its plan to its draw: bound before, drawn in public, repeatable after."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, codes, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.base.sampling import TooFew, allocate
from xinfeng.inspections import drawing, permissions
from xinfeng.inspections.models import (
    PointRole,
    Round,
    RoundPoint,
    RoundState,
    Standard,
    StandardState,
)
from xinfeng.inspections.rounds.drawing import Stratum
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Division
from xinfeng.units.models import Point
from xinfeng.units.queries import units_of

journal.declare(
    {
        "round.planned": gettext_lazy("planned a round of inspection"),
        "round.called_off": gettext_lazy("called a round of inspection off"),
        "round.drawn": gettext_lazy("drew the points of a round"),
    }
)
# A throw, a lottery number: a few words that a crowd has heard.
LONGEST_DICE = 80
LEAST_SECRET = 16


@dataclass(frozen=True)
class NewRound:
    """What a clerk plans: which standard, where, when, and how many points."""

    code: str
    name: str
    standard_id: int
    division_id: int
    since: date
    until: date
    size: int
    least: int = 1
    cycle_year: int | None = None


@scope.command
def plan_round(*, new: NewRound, secret: str, actor: Person, at: datetime) -> Round:
    """Fix which points can be drawn and bind the secret half of the seed, before any draw.

    The other half is thrown in public afterwards: so nobody can choose the points, and nobody
    can change the list once the seed is known.
    """
    refuse_assessed(actor, new.division_id, at)
    if known := Round.objects.filter(code=new.code).first():
        return known
    _refuse_misfit(new, secret, at)
    standard = _published(new.standard_id)
    frame = drawing.frame_of(standard, _span(new.division_id))
    _refuse_too_few(frame.by_stratum(), new)
    made = Round.objects.create(
        code=new.code, name=new.name, standard=standard, division_id=new.division_id,
        since=new.since, until=new.until, size=new.size, least=new.least,
        cycle_year=new.cycle_year, frame=drawing.written(frame), frame_digest=frame.digest(),
        secret=secret, commitment=sha256(secret.encode()).hexdigest(),
        planned_by=actor, planned_at=at,
    )  # fmt: skip
    record(
        "round.planned", made, actor, at, frame_digest=made.frame_digest,
        commitment=made.commitment, size=made.size, points=len(frame.strata),
    )  # fmt: skip
    return made


@scope.command
def call_off_round(*, round_id: int, actor: Person, at: datetime) -> Round:
    """Nobody goes out; what was drawn is never used again."""
    found = locked(round_id, actor, at)
    if found.state == RoundState.CALLED_OFF:
        return found
    found.move_to(RoundState.CALLED_OFF)
    found.save(update_fields=["state"])
    record("round.called_off", found, actor, at)
    return found


@scope.command
def draw_round(*, round_id: int, dice: str, actor: Person, at: datetime) -> Round:
    """Draw the points from the bound secret and what was thrown in public."""
    found = locked(round_id, actor, at)
    dice = " ".join(dice.split())
    if found.drawn_at is not None and found.dice == dice:
        return found
    found.move_to(RoundState.DRAWN)
    if not dice or len(dice) > LONGEST_DICE:
        raise Refusal(
            "no_dice", _("Write down what was thrown in public: up to 80 letters or digits.")
        )
    found.dice, found.drawn_by, found.drawn_at = dice, actor, at
    rows = _rows(found)
    found.save(update_fields=["state", "dice", "drawn_by", "drawn_at"])
    RoundPoint.objects.bulk_create(rows)
    record("round.drawn", found, actor, at, points=len(rows), dice=dice)
    return found


def _rows(found: Round) -> list[RoundPoint]:
    frame, drawn = drawing.frame_read(found.frame), drawing.drawn_of(found)
    sizes = {stratum: len(codes) for stratum, codes in frame.by_stratum().items()}
    points = Point.objects.select_related("type").in_bulk(drawn.codes(), field_name="code")
    return [
        round_point(found, points[code], stratum, order, sizes[stratum], len(chosen))
        for stratum, chosen in drawn.chosen.items()
        for order, code in enumerate(chosen, start=1)
    ]


def round_point(
    found: Round, point: Point, stratum: Stratum, order: int, size: int, chosen: int
) -> RoundPoint:
    county, kind = stratum
    return RoundPoint(
        round=found, point=point, unit_id=point.unit_id, division_id=found.division_id,
        county=int(county), type=kind, stratum_size=size, stratum_drawn=chosen, order=order,
        role=PointRole.CHOSEN,
    )  # fmt: skip


def locked(round_id: int, actor: Person, at: datetime) -> Round:
    """The round, held until commit, for somebody who may run it."""
    found = Round.objects.select_for_update(no_key=True).filter(pk=round_id).first()
    if found is None:
        raise Unknown("round_unknown", _("There is no such round."))
    refuse_assessed(actor, found.division_id, at)
    return found


def refuse_assessed(actor: Person, division_id: int, at: datetime) -> None:
    """Whoever is assessed, or acts for a unit that is, never holds the round's secrets."""
    standing = standing_of(actor, clock.local_date(at))
    if not permissions.may_run_rounds(standing, _span(division_id), units_of(actor.pk)):
        raise Forbidden(
            "not_your_round",
            _("Rounds are held by the city office, by somebody who acts for no unit."),
        )


def record(verb: str, found: Round, actor: Person | None, at: datetime, **details: Any) -> None:
    journal.record(verb, found, actor=actor, at=at, where=found.division_id, **details)


def _span(division_id: int) -> tuple[int, int]:
    return codes.span(division_id, codes.level_of(division_id))


def _refuse_misfit(new: NewRound, secret: str, at: datetime) -> None:
    if len(secret) < LEAST_SECRET:
        raise Refusal("secret_is_short", _("The secret half of the seed is too short."))
    if not new.since < new.until or new.until <= clock.local_date(at):
        raise Refusal("round_days", _("A round ends after it begins, and not before today."))
    if Division.objects.filter(pk=new.division_id).first() is None:
        raise Unknown("division_unknown", _("There is no such division."))


def _published(standard_id: int) -> Standard:
    standard = Standard.objects.filter(pk=standard_id).first()
    if standard is None or standard.state != StandardState.PUBLISHED:
        raise Refusal(
            "standard_is_a_draft", _("A round follows a published standard: it never changes.")
        )
    if standard.parsed["grain"] == "place":
        raise Refusal(
            "standard_is_of_places", _("This standard judges practice places, not points.")
        )
    return standard


def _refuse_too_few(strata: dict[Stratum, list[str]], new: NewRound) -> None:
    try:
        allocate({key: len(codes) for key, codes in strata.items()}, new.size, new.least)
    except TooFew:
        there = sum(len(codes) for codes in strata.values())
        fewest = sum(min(new.least, len(codes)) for codes in strata.values())
        raise Refusal(
            "points_do_not_fit",
            _("From %(there)s points can be drawn; each kind in each county asks for at least"
              " %(fewest)s in all. Choose a number between.")
            % {"there": there, "fewest": fewest},
        ) from None  # fmt: skip
