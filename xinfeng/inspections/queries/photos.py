"""The photos that inspectors took of lines, and how many of those they named have arrived."""

from collections.abc import Iterable, Mapping

from django.db.models import Count

from xinfeng.base import scope
from xinfeng.fieldwork.models import SubmissionFile
from xinfeng.files.queries import SMALL_SIDE, open_public
from xinfeng.inspections.models import Intake, IntakeState, Round, RoundPoint
from xinfeng.inspections.sent import said_by

# A letter of a unit with so many pictures still opens everywhere.
MOST_ON_PAPER, MOST_EACH = 120, 2
# By point of the round and line.
Photos = Mapping[tuple[int, str], list[SubmissionFile]]
_READ = (IntakeState.COUNTED, IntakeState.AMENDED)


def photos_at(points: Iterable[RoundPoint]) -> Photos:
    """Those of the form that counts at each point; a few queries for any number of points."""
    with scope.whole_city():
        counted = _forms_at({point.pk for point in points})
        rows = SubmissionFile.objects.filter(
            submission__in=[each.submission_id for each in counted]
        )
        files: dict[tuple[int, str], SubmissionFile] = {}
        for row in rows.select_related("file").order_by("pk"):
            if row.file.is_picture:
                files[row.submission_id, row.name] = row
    return {
        (intake.round_point_id, line): there
        for intake in counted
        if intake.round_point_id is not None
        for line, names in said_by(intake.submission).photos.items()
        if (there := _there(files, intake.submission_id, names))
    }


def _forms_at(point_ids: set[int]) -> list[Intake]:
    """One for each point; while an amendment waits for the office, the one before it."""
    rows = (
        Intake.objects.filter(round_point__in=point_ids, state__in=_READ)
        .select_related("submission").prefetch_related("submission__form_version")
        .order_by("-submission_id")
    )  # fmt: skip
    found: dict[int | None, Intake] = {}
    for row in rows:
        former = found.setdefault(row.round_point_id, row)
        if former.state != IntakeState.COUNTED and row.state == IntakeState.COUNTED:
            found[row.round_point_id] = row
    return list(found.values())


def _there(
    files: Mapping[tuple[int, str], SubmissionFile], submission_id: int, names: Iterable[str]
) -> list[SubmissionFile]:
    found = (files.get((submission_id, name)) for name in names)
    return [each for each in found if each is not None]


def missing_at(held: Round) -> dict[int, tuple[int, int]]:
    """Points of which files are still on a phone: how many have arrived, and of how many."""
    with scope.whole_city():
        rows = (
            Intake.objects.filter(round=held, state=IntakeState.COUNTED)
            .annotate(arrived=Count("submission__files"))
            .values_list("round_point_id", "arrived", "submission__expects")
            .order_by("pk")
        )
        return {
            point: (arrived, len(named)) for point, arrived, named in rows
            if point is not None and arrived < len(named)
        }  # fmt: skip


def photo_of(held: Round, file_id: int, *, all_forms: bool) -> SubmissionFile | None:
    """One picture of a form that is read in this round, or of any form sent to its office."""
    with scope.whole_city():
        row = SubmissionFile.objects.select_related("file").filter(pk=file_id).first()
        if row is None or not row.file.is_picture:
            return None
        intakes = Intake.objects.filter(submission=row.submission_id)
        if all_forms:
            intakes = intakes.filter(division_id=held.division_id)
        else:
            intakes = intakes.filter(round=held, state__in=_READ)
        return row if intakes.exists() else None


def small_photos(points: Iterable[RoundPoint]) -> Mapping[tuple[int, str], list[bytes]]:
    """Small public copies for papers, by point and line; a paper takes only so many."""
    found: dict[tuple[int, str], list[bytes]] = {}
    left = MOST_ON_PAPER
    for key, rows in photos_at(points).items():
        kept = [row.file for row in rows if row.file.is_kept][: min(left, MOST_EACH)]
        left -= len(kept)
        for file in kept:
            with open_public(file, SMALL_SIDE) as stream:
                found.setdefault(key, []).append(stream.read())
    return found
