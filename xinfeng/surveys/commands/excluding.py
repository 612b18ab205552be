"""Sheets that do not count: by whom, why, and told beside every result."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.surveys.models import Exclusion, ExclusionReason, Response

from .held import not_yours, runs
from .integrity import WITH_SHEETS

journal.declare({"response.excluded": gettext_lazy("left an answered sheet out of the count")})


@scope.command
def exclude_response(
    *, response_id: UUID, reason: ExclusionReason, note: str, actor: Person, at: datetime
) -> Exclusion:
    """Leave a sheet out of all numbers, for good. It stays to be read, and its number is told.

    Not by whoever asked, and not to be undone: a sheet that could come and go would let
    somebody choose the result.
    """
    response = (
        Response.objects.select_for_update(of=("self",), no_key=True)
        .select_related("sample__survey", "surveyor")
        .filter(pk=response_id)
        .first()
    )
    if response is None:
        raise Unknown("response_unknown", _("There is no such sheet."))
    survey = response.sample.survey
    if not runs(actor, survey, at):
        raise not_yours()
    if response.surveyor is not None and response.surveyor.person_id == actor.pk:
        raise Forbidden("own_sheet", _("Somebody else decides about your own sheets."))
    already = Exclusion.objects.filter(response=response).first()
    if already is not None:
        return already
    if survey.state not in WITH_SHEETS:
        raise Refusal("survey_has_no_sheets", _("Nobody has answered this survey yet."))
    words = " ".join(note.split())
    if not Exclusion.SHORTEST_NOTE <= len(words) <= Exclusion.LONGEST_NOTE:
        raise Refusal("note_missing", _("Say in a sentence what shows it."))
    made = Exclusion.objects.create(
        response=response, reason=reason, note=words, by=actor, at=at
    )
    # The survey, not the sheet: the journal never leads to one.
    journal.record(
        "response.excluded", survey, actor=actor, at=at, where=survey.division_id,
        on=clock.local_date(at), mode=response.sample.mode, reason=str(reason),
    )  # fmt: skip
    return made
