"""From answers to published numbers: worked out as often as one likes, published once."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, codes, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.surveys import permissions
from xinfeng.surveys.estimating import CannotWeigh, Computed, Outcome, Settings, work_out
from xinfeng.surveys.models import (
    Estimate,
    Estimation,
    EstimationState,
    ResponseWeight,
    Sample,
    Survey,
    SurveyState,
)
from xinfeng.surveys.queries.inputs import Prepared, prepared
from xinfeng.units.queries import units_of

journal.declare(
    {
        "estimation.made": gettext_lazy("worked out the numbers of a survey"),
        "estimation.published": gettext_lazy("published the numbers of a sample"),
        "survey.published": gettext_lazy("published a survey"),
    }
)
_BATCH = 2_000


@scope.command
def estimate_sample(
    *,
    sample_id: int,
    actor: Person | None,
    at: datetime,
    settings: Settings | None = None,
    tell: Callable[[float], None] | None = None,
) -> Estimation:
    """Weights, estimates and intervals of all questions; the same inputs give the same row.

    Nobody acts where the program itself estimates: `actor` is None then.
    """
    sample = locked_sample(sample_id, actor, at)
    ready = prepared(sample, settings)
    if known := known_of(sample, ready):
        return known
    return kept(sample, ready, worked_out(sample, ready, tell), actor, at)


@scope.command
def publish_survey(*, survey_id: int, actor: Person, at: datetime) -> Survey:
    """Give out the newest estimation of each sample; an earlier one stays to be read.

    A survey that is published already gives out what was estimated since, if anything was.
    """
    survey = Survey.objects.select_for_update(no_key=True).filter(pk=survey_id).first()
    if survey is None:
        raise Unknown("survey_unknown", _("There is no such survey."))
    refuse_assessed(actor, survey, at)
    samples = list(survey.samples.select_related("survey__questionnaire").order_by("pk"))
    newest = [each for sample in samples if (each := _newest(sample)) is not None]
    fresh = [each for each in newest if each.state == EstimationState.DRAFT]
    if survey.state == SurveyState.PUBLISHED and not fresh:
        return survey
    if not newest:
        raise Refusal("nothing_to_publish", _("Nobody has answered this survey."))
    if survey.state != SurveyState.PUBLISHED:
        survey.move_to(SurveyState.PUBLISHED)
        survey.published_by, survey.published_at = actor, at
        survey.save(update_fields=["state", "published_by", "published_at"])
    for each in fresh:
        _give_out(each, actor, at)
    journal.record(
        "survey.published", survey, actor=actor, at=at, where=survey.division_id,
        on=clock.local_date(at), estimations=[each.pk for each in newest],
    )  # fmt: skip
    return survey


def locked_sample(sample_id: int, actor: Person | None, at: datetime) -> Sample:
    """The sample of a survey that is over, held until commit, for somebody who may run it."""
    sample = (
        Sample.objects.select_for_update(of=("self",), no_key=True)
        .select_related("survey__questionnaire")
        .filter(pk=sample_id)
        .first()
    )
    if sample is None:
        raise Unknown("sample_unknown", _("There is no such sample."))
    if actor is not None:
        refuse_assessed(actor, sample.survey, at)
    if not sample.survey.is_over:
        raise Refusal(
            "survey_is_not_closed",
            _("Numbers are worked out once the survey is closed: before, answers still come."),
        )
    return sample


def refuse_assessed(actor: Person, survey: Survey, at: datetime) -> None:
    standing = standing_of(actor, clock.local_date(at))
    span = codes.span(survey.division_id, codes.level_of(survey.division_id))
    if not permissions.may_run_surveys(standing, span, units_of(actor.pk)):
        raise Forbidden(
            "not_your_survey",
            _("Surveys are run by an office over the whole area, by somebody who acts for no"
              " unit."),
        )  # fmt: skip


def known_of(sample: Sample, ready: Prepared) -> Estimation | None:
    """The estimation that the same inputs have given already."""
    found = sample.estimations.filter(inputs_digest=ready.digest)
    return found.order_by("-number").first()


def worked_out(
    sample: Sample, ready: Prepared, tell: Callable[[float], None] | None = None
) -> Outcome:
    try:
        return work_out(ready.inputs, ready.settings, is_drawn=sample.is_drawn, tell=tell)
    except CannotWeigh as wrong:
        raise Refusal(wrong.code, _WORDS[wrong.code]) from wrong


_WORDS = {
    "no_sheets": gettext_lazy("Nobody has answered: there is nothing to work out."),
    "totals_do_not_meet": gettext_lazy(
        "The weights cannot meet the known totals of the frame: look at the totals."
    ),
    "design_does_not_hold": gettext_lazy(
        "The sample does not allow an error to be computed: choose another rule for lonely"
        " communities."
    ),
}


def kept(
    sample: Sample, ready: Prepared, outcome: Outcome, actor: Person | None, at: datetime
) -> Estimation:
    """Written whole, or not at all."""
    last = sample.estimations.aggregate(last=Max("number"))["last"] or 0
    made = Estimation.objects.create(
        sample=sample, number=last + 1, settings=ready.settings.as_json(),
        inputs_digest=ready.digest, told=outcome.told | {"sheets": ready.sheets_told()},
        responses=len(ready.inputs.sheets), by=actor, at=at,
    )  # fmt: skip
    Estimate.objects.bulk_create(_estimates(made, outcome.rows), batch_size=_BATCH)
    if outcome.base is not None and outcome.final is not None:
        ResponseWeight.objects.bulk_create(
            (
                ResponseWeight(
                    estimation=made, response_id=sheet.id, base=float(base), final=float(final)
                )
                for sheet, base, final in zip(
                    ready.inputs.sheets, outcome.base, outcome.final, strict=True
                )
            ),
            batch_size=_BATCH,
        )
    journal.record(
        "estimation.made", made, actor=actor, at=at, where=sample.survey.division_id,
        on=clock.local_date(at), number=made.number, responses=made.responses,
        inputs_digest=made.inputs_digest,
    )  # fmt: skip
    return made


def _estimates(made: Estimation, rows: Iterable[Computed]) -> list[Estimate]:
    return [Estimate(estimation=made, **_columns(row)) for row in rows]


def _columns(row: Computed) -> dict[str, Any]:
    said = row.estimate
    low, high = said.low, said.high
    if said.value is not None and low is not None and high is not None:
        # Rounding in the last digit may not put a number outside its own interval.
        low, high = min(low, said.value), max(high, said.value)
    return {
        "question": row.question, "statistic": row.statistic, "option": row.option,
        "domain": row.domain, "key": row.key, "n": said.n, "no_opinion": row.no_opinion,
        "blank": row.blank, "value": said.value, "se": said.se, "low": low, "high": high,
        "df": max(said.df, 0), "design_effect": said.design_effect,
        "effective_n": said.effective_n,
        "method": said.method.value if row.is_drawn else "", "held": row.held,
    }  # fmt: skip


def _newest(sample: Sample) -> Estimation | None:
    """The estimation of what counts now; refused where sheets were left out since it was."""
    found = sample.estimations.order_by("-number").first()
    if found is None:
        if not sample.responses.exists():
            return None
        raise Refusal("estimate_first", _("Work out the numbers of every sample first."))
    if prepared(sample, Settings.from_json(found.settings)).digest != found.inputs_digest:
        raise Refusal(
            "estimate_again", _("Sheets were left out since the numbers: work them out again.")
        )
    return found


def _give_out(draft: Estimation, actor: Person, at: datetime) -> None:
    Estimation.objects.filter(sample=draft.sample_id, state=EstimationState.PUBLISHED).update(
        state=EstimationState.REPLACED
    )
    draft.state, draft.published_at = EstimationState.PUBLISHED, at
    draft.save(update_fields=["state", "published_at"])
    journal.record(
        "estimation.published", draft, actor=actor, at=at,
        where=draft.sample.survey.division_id, on=clock.local_date(at), number=draft.number,
    )  # fmt: skip
