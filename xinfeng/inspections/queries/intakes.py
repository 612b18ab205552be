"""What phones sent to a round, for the office that holds it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from xinfeng.base import positions, scope
from xinfeng.inspections.models import Intake, IntakeState, Round, RoundPoint, VisitState
from xinfeng.inspections.sent import said_by
from xinfeng.units.models import Point

from .rounds import person_names

# More than an office looks through at once; the number in all is told beside them.
MOST = 100
_NEAREST = 20


@dataclass(frozen=True)
class Place:
    """A point that a form may be meant for, and how far from it the phone was."""

    point: RoundPoint
    metres: int | None


@dataclass(frozen=True)
class Received:
    """One form: who sent it, when and where by their phone's word, and what became of it."""

    intake: Intake
    sender: str
    round_code: str
    point_code: str
    # From the point at which it counts, or that it names.
    metres: int | None
    arrived: int
    expected: int
    places: tuple[Place, ...] = ()

    @property
    def started_at(self) -> datetime | None:
        return self.intake.submission.started_at

    @property
    def ended_at(self) -> datetime | None:
        return self.intake.submission.ended_at

    @property
    def is_whole(self) -> bool:
        return self.arrived >= self.expected


def waiting_forms(held: Round) -> int:
    with scope.whole_city():
        return _of(held).filter(state=IntakeState.NOT_COUNTED).count()


def received_forms(held: Round, states: Iterable[str]) -> list[Received]:
    """Those in these states, the newest first; for one that waits the points near it."""
    with scope.whole_city():
        rows = list(_with_all(_of(held).filter(state__in=list(states)))[:MOST])
        points = _points(held) if rows else []
        return _told(rows, points)


def forms_at(point: RoundPoint) -> list[Received]:
    """Everything that was sent for a point, whether it counts or not."""
    with scope.whole_city():
        return _told(list(_with_all(Intake.objects.filter(round_point=point))), [])


def intake_of(held: Round, pk: int) -> Intake | None:
    with scope.whole_city():
        return _of(held).filter(pk=pk).first()


def _of(held: Round) -> QuerySet[Intake]:
    """Of the round; and those of its office that name no round."""
    return Intake.objects.filter(Q(round=held) | Q(round=None, division_id=held.division_id))


def _with_all(rows: QuerySet[Intake]) -> QuerySet[Intake]:
    return (
        rows.annotate(arrived=Count("submission__files"))
        .select_related("submission", "round_point__point")
        .prefetch_related("submission__form_version__form")
        .order_by("-submission_id")
    )


def _points(held: Round) -> list[RoundPoint]:
    rows = RoundPoint.objects.filter(round=held).exclude(state=VisitState.REPLACED)
    return list(rows.select_related("point__type", "unit").order_by("pk"))


def _told(rows: list[Intake], points: list[RoundPoint]) -> list[Received]:
    names = person_names({each.person_id for each in rows})
    return [_one(each, names[each.person_id], points) for each in rows]


def _one(intake: Intake, sender: str, points: list[RoundPoint]) -> Received:
    said, submission = said_by(intake.submission), intake.submission
    point = intake.round_point.point if intake.round_point else None
    arrived: int = intake.arrived  # type: ignore[attr-defined]
    return Received(
        intake, sender, said.round_code, said.point_code, _metres(intake, point), arrived,
        len(submission.expects), _near(intake, points),
    )  # fmt: skip


def _near(intake: Intake, points: list[RoundPoint]) -> tuple[Place, ...]:
    """Of the kind that the form asks about: the sender's own first, then the nearest."""
    if intake.state not in (IntakeState.NOT_COUNTED, IntakeState.LEFT_OUT):
        return ()
    kind = intake.submission.form_version.form.form_id.rpartition(".")[2]
    fits = [each for each in points if each.type == kind] or points
    places = [Place(each, _metres(intake, each.point)) for each in fits]
    places.sort(
        key=lambda place: (
            place.point.person_id != intake.person_id,
            place.metres is None,
            place.metres or 0,
            place.point.pk,
        )
    )
    return tuple(places[:_NEAREST])


def _metres(intake: Intake, point: Point | None) -> int | None:
    sent = intake.submission
    if point is None or sent.lat_e6 is None or sent.lon_e6 is None:
        return None
    if point.lat_e6 is None or point.lon_e6 is None:
        return None
    return positions.metres((sent.lat_e6, sent.lon_e6), (point.lat_e6, point.lon_e6))
