"""Services and requests as the specification names their parts."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from xinfeng.base.snap_classes import Choice, Question, read_questions
from xinfeng.findings.models import ENDED, Category, Finding, State
from xinfeng.findings.queries.requests import Shown

PRAISE: Final = "praise"
# Micro-degrees in a thousandth of a degree.
_ROUNDED = 1000
Address = Callable[[Shown], str]


def service(category: Category) -> dict[str, Any]:
    return _service(category.code, _local(category), _hint(category), asks=bool(category.asks))


def praise() -> dict[str, Any]:
    return _service(PRAISE, _("Praise"), _("What is done well, to be passed on."), asks=False)


def definition(code: str, asks: list[dict[str, Any]]) -> dict[str, Any]:
    questions = read_questions(asks)
    return {
        "service_code": code,
        "attributes": [_attribute(order, one) for order, one in enumerate(questions, 1)],
    }


def request(shown: Shown, media: Address) -> dict[str, Any]:
    """What everybody may know of a report; what is not known or not told is empty."""
    own, going_on = shown.finding, shown.going_on
    is_told = shown.is_told
    lat, lon = _rounded(own) if is_told else (None, None)
    return {
        "service_request_id": own.code,
        "status": "closed" if going_on.state in ENDED else "open",
        "status_notes": _notes(shown),
        "service_name": _local(own.category) if own.category else _("Praise"),
        "service_code": own.category.code if own.category else PRAISE,
        "description": own.text if is_told else None,
        "agency_responsible": going_on.unit.name if is_told and going_on.unit else None,
        "service_notice": None,
        "requested_datetime": moment(own.found_at),
        "updated_datetime": moment(max(own.moved_at, going_on.moved_at)),
        "expected_datetime": moment(going_on.due_at) if going_on.is_with_unit else None,
        "address": shown.address if is_told else None,
        "address_id": str(own.division_id) if is_told else None,
        "zipcode": None,
        "lat": lat,
        "long": lon,
        "media_url": media(shown) if is_told and shown.picture else None,
    }


def moment(at: datetime | None) -> str | None:
    """In the city's own time with its distance from UTC, to the second."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None


def _notes(shown: Shown) -> str:
    going_on = shown.going_on
    said = str(going_on.get_state_display())
    if going_on.state in (State.REFUSED, State.SENT_BACK, State.REOPENED) and going_on.reason:
        said = f"{said}: {going_on.get_reason_display()}"
    if shown.finding is not going_on:
        words = {"code": going_on.code, "state": said}
        return _("Known already; goes on as %(code)s: %(state)s") % words
    return said


def _service(code: str, name: str, hint: str, *, asks: bool) -> dict[str, Any]:
    return {
        "service_code": code,
        "service_name": name,
        "description": hint,
        "metadata": asks,
        "type": "realtime",
        "keywords": "",
        "group": _("Snap and report"),
    }


def _attribute(order: int, question: Question) -> dict[str, Any]:
    return {
        "variable": True,
        "code": question.code,
        "datatype": question.kind,
        "required": question.required,
        "datatype_description": "",
        "order": order,
        "description": _said(question, "text"),
        "values": [{"key": one.key, "name": _said(one, "name")} for one in question.choices],
    }


def _said(what: Question | Choice, name: str) -> str:
    in_english = getattr(what, f"{name}_en") if _english() else ""
    return in_english or str(getattr(what, name))


def _local(category: Category) -> str:
    return category.name_en if _english() and category.name_en else category.name


def _hint(category: Category) -> str:
    return category.hint_en if _english() and category.hint_en else category.hint


def _english() -> bool:
    return translation.get_language() == "en"


def _rounded(finding: Finding) -> tuple[float | None, float | None]:
    if finding.lat_e6 is None or finding.lon_e6 is None:
        return None, None
    return round(finding.lat_e6 / _ROUNDED) / 1000, round(finding.lon_e6 / _ROUNDED) / 1000
