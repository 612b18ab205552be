"""What an inspector's phone is told: where to go, what to ask there, and what has arrived.

A checklist is the published form of its type of point, as every other phone fetches it:
`FormVersion.questions` (see `fieldwork.xforms`), from which `static/field/checklist.js` writes
what that form would have written. A point whose form is not out yet has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xinfeng.fieldwork.models import FormState, FormVersion, VersionState

from .checklists import form_id
from .models import Round, RoundPoint
from .queries.field import Sent, sent_by
from .queries.rounds import points_to_visit, rounds_to_visit

# What the phone fills in by itself, and what its pages can ask.
_HIDDEN = frozenset({"start", "end", "today", "audit"})
_ASKED = frozenset(
    {
        "select_one", "select_multiple", "integer", "decimal", "text", "date", "time",
        "datetime", "image", "geopoint", "barcode", "acknowledge", "note",
    }
)  # fmt: skip


def told_to(person_id: int) -> dict[str, Any]:
    """The rounds somebody is sent to, their points in the order of the way, and the forms."""
    found = rounds_to_visit(person_id)
    ways = [_Way(each, points_to_visit(each, person_id)) for each in found]
    versions = _published(ways)
    sent = sent_by(person_id, [each.code for each in found])
    return {
        "person": person_id,
        "rounds": [_round(way, versions, sent) for way in ways],
        "forms": {str(version.pk): _form(version) for version in versions.values()},
    }


@dataclass(frozen=True)
class _Way:
    round: Round
    points: Sequence[RoundPoint]

    def form_of(self, point: RoundPoint) -> tuple[str, str]:
        """The id and the version of what is asked at a point."""
        standard = self.round.standard
        return form_id(standard, point.type), standard.version


def _published(ways: Sequence[_Way]) -> dict[tuple[str, str], FormVersion]:
    wanted = {way.form_of(point) for way in ways for point in way.points}
    found = FormVersion.objects.filter(
        form__form_id__in={form for form, _version in wanted},
        version__in={version for _form, version in wanted},
        state=VersionState.PUBLISHED, form__state=FormState.OPEN,
    )  # fmt: skip
    versions = found.select_related("form").defer("xform").order_by("pk")
    return {(each.form.form_id, each.version): each for each in versions}


def _form(version: FormVersion) -> dict[str, Any]:
    return {**version.questions, "can_be_filled": _can_be_filled(version.questions)}


def _can_be_filled(questions: dict[str, Any]) -> bool:
    """Whether the phone's pages can ask all of it; Collect can ask the rest."""
    asked = {question["type"] for question in questions["questions"]}
    hidden = {question["name"] for question in questions["hidden"]}
    is_reckoned = any("calculate" in question for question in questions["questions"])
    return questions["is_simple"] and not is_reckoned and asked <= _ASKED and hidden <= _HIDDEN


def _round(
    way: _Way,
    versions: dict[tuple[str, str], FormVersion],
    sent: dict[tuple[str, str], Sent],
) -> dict[str, Any]:
    found = way.round
    points = [
        _point(point, number, versions.get(way.form_of(point)))
        | {"sent": _sent(sent.get((found.code, point.point.code)))}
        for number, point in enumerate(way.points, start=1)
    ]
    return {
        "code": found.code, "name": found.name, "until": found.until.isoformat(),
        "points": points,
    }  # fmt: skip


def _point(row: RoundPoint, number: int, version: FormVersion | None) -> dict[str, Any]:
    point = row.point
    return {
        "code": point.code, "name": point.name, "order": number, "type": row.type,
        "type_name": point.type.title, "address": point.address, "state": row.state,
        "lat": None if point.lat_e6 is None else point.lat_e6 / 1e6,
        "lon": None if point.lon_e6 is None else point.lon_e6 / 1e6,
        "form": None if version is None else str(version.pk),
    }  # fmt: skip


def _sent(sent: Sent | None) -> dict[str, Any] | None:
    """What this person sent of a point, by whichever phone; what amends it names its id."""
    if sent is None:
        return None
    return {
        "id": sent.instance_id, "at": sent.at.isoformat(), "arrived": sent.arrived,
        "expected": sent.expected, "why_not": str(sent.why_not.label) if sent.why_not else "",
    }  # fmt: skip
