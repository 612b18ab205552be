"""What an inspector's phone is told: where to go, and what to ask at each kind of point.

A form is data that `static/field/checklist.js` understands: `form_id`, `version`, and questions
with `name`, `type`, `label` in both languages, `required`, `choices`, `line`, and `relevant`,
which shows a question only with one answer of another one.
"""

import re
from collections.abc import Collection, Sequence
from typing import Any

from django.urls import reverse

from xinfeng.fieldwork.models import FormVersion

from .models import Round, RoundPoint, Standard
from .queries.rounds import points_to_visit, rounds_to_visit
from .reading import tree_of
from .tree import Answer, FieldText, Line

_VERDICTS = [
    ("MET", "符合", "Met"),
    ("NOT_MET", "不符合", "Not met"),
    ("NOT_APPLICABLE", "不适用", "Not applicable"),
    ("NOT_KNOWN", "未测", "Not measured"),
]
_PHOTO = {"zh": "问题照片", "en": "Photo of what is wrong"}
_NOTE = {"zh": "说明", "en": "Note"}
_VALUES = {
    Answer.COUNT: {"zh": "数量", "en": "Count"},
    Answer.MINUTES: {"zh": "分钟", "en": "Minutes"},
    Answer.NUMBER: {"zh": "数值", "en": "Value"},
}


def told_to(person_id: int) -> dict[str, Any]:
    """The rounds somebody is sent to, their points in the order of the way, and the forms."""
    rounds, forms = [], {}
    for found in rounds_to_visit(person_id):
        points = points_to_visit(found, person_id)
        for kind in sorted({point.type for point in points}):
            form = form_of(found.standard, kind)
            forms[form["form_id"]] = form
        rounds.append(_round(found, points))
    return {
        "person": person_id,
        "submission": _submission(forms),
        "rounds": rounds,
        "forms": forms,
    }


def form_of(standard: Standard, kind: str) -> dict[str, Any]:
    """The checklist of one type of point, from the lines that are read there."""
    lines = list(tree_of(standard).lines_at(kind))
    return {
        "form_id": _form_id(standard, kind),
        "version": standard.version,
        "questions": [question for line in lines for question in _questions(line)],
    }


def _questions(line: Line) -> list[dict[str, Any]]:
    name, field = _name(line.code), line.field
    assert field is not None, "lines_at gives lines that are read at points"
    verdict = {
        "name": name, "line": line.code, "type": "select_one", "required": True,
        "label": {"zh": line.title.zh, "en": line.title.en or line.title.zh},
        "choices": [{"name": n, "label": {"zh": zh, "en": en}} for n, zh, en in _VERDICTS],
    }  # fmt: skip
    wrong = {"question": name, "is": "NOT_MET"}
    photo = {
        "name": f"{name}_photo", "type": "image", "required": field.photo, "label": _PHOTO,
        "relevant": wrong,
    }  # fmt: skip
    note = {"name": f"{name}_note", "type": "text", "label": _NOTE, "relevant": wrong}
    return [verdict, *_value(name, field), photo, note]


def _value(name: str, field: FieldText) -> list[dict[str, Any]]:
    """What is counted or measured, beside the verdict."""
    if field.answer not in _VALUES:
        return []
    label = _VALUES[field.answer]
    return [{"name": f"{name}_value", "type": "integer", "min": 0, "label": label}]


def _round(found: Round, points: Sequence[RoundPoint]) -> dict[str, Any]:
    return {
        "code": found.code, "name": found.name, "until": found.until.isoformat(),
        "points": [
            _point(found, point, number) for number, point in enumerate(points, start=1)
        ],
    }  # fmt: skip


def _point(found: Round, row: RoundPoint, number: int) -> dict[str, Any]:
    point = row.point
    return {
        "code": point.code, "name": point.name, "order": number, "type": row.type,
        "type_name": point.type.title, "address": point.address, "state": row.state,
        "lat": None if point.lat_e6 is None else point.lat_e6 / 1e6,
        "lon": None if point.lon_e6 is None else point.lon_e6 / 1e6,
        "form": _form_id(found.standard, row.type),
    }  # fmt: skip


def _form_id(standard: Standard, kind: str) -> str:
    return f"{standard.name}.{kind}"


def _name(code: str) -> str:
    """A line's code as the name of a question: letters, digits and underscores."""
    return "l_" + re.sub(r"[^A-Za-z0-9]", "_", code)


def _submission(forms: Collection[str]) -> str | None:
    """Where phones send to; None while one of their checklists is not published as a form.

    What is sent for an unknown form is refused for good, so phones keep it until then.
    """
    published = FormVersion.objects.filter(form__form_id__in=forms, published_at__isnull=False)
    known = published.values("form_id").distinct().count()
    return reverse("fieldwork:submission") if forms and known == len(forms) else None
