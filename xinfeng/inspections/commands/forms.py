"""The checklists of a round's standard go out to phones as forms."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.fieldwork import building
from xinfeng.fieldwork import commands as fieldwork
from xinfeng.inspections import checklists
from xinfeng.inspections.models import Round, RoundState
from xinfeng.inspections.queries.forms import TypeForm, forms_of
from xinfeng.inspections.sent import SUBJECT
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .rounds import locked, record

journal.declare(
    {"round.forms_published": gettext_lazy("published the checklists of a round to phones")}
)
JOB = "inspections.publish_forms"
BEFORE_THE_END = (RoundState.PLANNED, RoundState.DRAWN, RoundState.IN_FIELD)


def publish_forms(*, round_id: int, actor: Person, at: datetime) -> int:
    """One form for each type of point that the standard reads; how many are new.

    A version of the standard is a version of the forms: what is out already stays as it is, and
    phones that hold an older one are still listened to. Each form is a transaction of its own,
    because making all of them takes seconds.
    """
    found, wanted = _wanted(round_id=round_id, actor=actor, at=at)
    for each in wanted:
        _publish(found, each, actor, at)
    if wanted:
        _note(round_id=round_id, forms=len(wanted), actor=actor, at=at)
    return len(wanted)


def defer(found: Round, actor: Person) -> None:
    """A job makes them beside the pages, for whoever sends the inspectors out."""
    app.configure_task(JOB, lock=f"round_forms_{found.standard_id}").defer(
        round_id=found.pk, person_id=actor.pk
    )


@scope.command
def _wanted(*, round_id: int, actor: Person, at: datetime) -> tuple[Round, list[TypeForm]]:
    found = locked(round_id, actor, at)
    if found.state not in BEFORE_THE_END:
        raise Refusal("round_is_over", _("This round needs no checklists any more."))
    return found, [each for each in forms_of(found.standard) if not each.is_out]


def _publish(found: Round, wanted: TypeForm, actor: Person, at: datetime) -> None:
    title = building.Words(wanted.type.name, wanted.type.name_en)
    asked = checklists.checklist(found.standard, wanted.type.code, title)
    drafted = fieldwork.draft(
        xlsx=building.xlsx(asked), file_name=f"{asked.form_id}-{asked.version}.xlsx",
        owner_id=found.division_id, subject=SUBJECT, actor=actor, at=at,
    )  # fmt: skip
    fieldwork.publish(version_id=drafted.version.pk, actor=actor, at=at)


@scope.command
def _note(*, round_id: int, forms: int, actor: Person, at: datetime) -> None:
    found = Round.objects.get(pk=round_id)
    record("round.forms_published", found, actor, at, forms=forms)
