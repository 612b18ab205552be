"""Estimations as rows: made once of the same inputs, published with their survey."""

import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.surveys import commands, jobs
from xinfeng.surveys.models import (
    Estimate,
    Estimation,
    EstimationRun,
    EstimationState,
    Exclusion,
    FrameTotal,
    Mode,
    Response,
    ResponseWeight,
    Sample,
    SurveyState,
)
from xinfeng.units.tests.build import a_member, a_unit

from .answered import Shape, an_answered_survey, the_office
from .build import a_survey, a_version

pytestmark = pytest.mark.django_db
SMALL = Shape(counties=(430405000000, 430406000000), drawn=3, per_community=10)


@pytest.fixture
def sample() -> Sample:
    return an_answered_survey(SMALL).samples.get()


def estimated(sample: Sample, **more):
    return commands.estimate_sample(sample_id=sample.pk, actor=the_office(), at=NINE, **more)


def published(sample: Sample, **more):
    return commands.publish_survey(
        survey_id=sample.survey_id, actor=the_office(), at=NINE, **more
    )


def an_exclusion(sample: Sample) -> None:
    first = sample.responses.order_by("pk").first()
    Exclusion.objects.create(
        response=first, reason="COPIED", note="两份相同", by=the_office(), at=NINE
    )


def test_an_estimation_keeps_numbers_weights_and_how_they_were_made(sample: Sample) -> None:
    made = estimated(sample)

    assert (made.number, made.responses) == (1, sample.responses.count())
    assert made.settings["margins"] == ["county", "age", "sex"]
    assert made.told["households"]["COMPLETE"] == made.responses
    assert made.estimates.filter(question="overall", domain="WHOLE").count() == 2
    assert made.weights.count() == made.responses
    whole = sum(made.weights.values_list("final", flat=True))
    assert whole == pytest.approx(1_000_000)


def test_the_same_inputs_give_the_same_estimation_and_not_a_second_one(sample) -> None:
    made = estimated(sample)

    assert estimated(sample) == made
    assert Estimation.objects.count() == 1
    assert Entry.objects.filter(verb="estimation.made").count() == 1


def test_a_sheet_that_is_left_out_gives_another_estimation(sample: Sample) -> None:
    first = estimated(sample)
    an_exclusion(sample)

    second = estimated(sample)

    assert (second.number, second.responses) == (2, first.responses - 1)
    assert second.told["sheets"]["excluded"] == {"COPIED": 1}


def test_what_was_broken_off_is_counted_and_weighs_nothing(sample: Sample) -> None:
    whole = sample.responses.first()
    Response.objects.create(
        sample=sample, community=whole.community, division_id=whole.division_id,
        county=whole.county, on=whole.on, answers={"estate": "very"}, is_complete=False,
    )  # fmt: skip

    made = estimated(sample)

    assert made.told["sheets"]["broken_off"] == 1
    assert made.responses == sample.responses.count() - 1


def test_other_settings_give_another_estimation(sample: Sample) -> None:
    from_settings = commands.estimation.Settings(margins=("county",), non_response=False)

    assert estimated(sample).number == 1
    assert estimated(sample, settings=from_settings).number == 2


def test_nothing_is_estimated_while_answers_come() -> None:
    sample = an_answered_survey(SMALL, state=SurveyState.IN_FIELD).samples.get()

    with pytest.raises(Refusal) as refused:
        estimated(sample)
    assert refused.value.code == "survey_is_not_closed"


def test_who_is_assessed_estimates_and_publishes_nothing(sample: Sample) -> None:
    keeper = an_office(a_city().city, "keeper-of-unit")
    a_member(keeper, a_unit())
    others = (keeper, a_person("mei"), an_office(a_city().county, "of-county"))

    for act in (
        lambda who: commands.estimate_sample(sample_id=sample.pk, actor=who, at=NINE),
        lambda who: commands.ask_for_estimation(sample_id=sample.pk, actor=who, at=NINE),
        lambda who: commands.publish_survey(survey_id=sample.survey_id, actor=who, at=NINE),
    ):
        for who in others:
            with pytest.raises(Forbidden):
                act(who)


def test_there_is_no_such_sample() -> None:
    with pytest.raises(Unknown):
        commands.estimate_sample(sample_id=1, actor=the_office(), at=NINE)


def test_a_lonely_community_is_refused_where_the_rule_says_so(sample: Sample) -> None:
    FrameTotal.objects.filter(margin="county").delete()
    Sample.objects.filter(pk=sample.pk).update(lonely="FAIL")
    for stratum in sample.strata.all()[:1]:
        with scope.whole_city():
            lonely = stratum.drawn.order_by("pk").first()
        for each in Response.objects.filter(community__stratum=stratum).exclude(
            community=lonely
        ):
            Exclusion.objects.create(response=each, reason="TEST", note="试填", at=NINE)

    with pytest.raises(Refusal) as refused:
        estimated(sample)
    assert refused.value.code == "design_does_not_hold"


def test_publishing_gives_out_the_newest_estimation_of_each_sample(sample: Sample) -> None:
    estimated(sample)
    an_exclusion(sample)
    newest = estimated(sample)

    survey = published(sample)

    newest.refresh_from_db()
    assert (survey.state, newest.state) == (SurveyState.PUBLISHED, EstimationState.PUBLISHED)
    assert survey.published_at == newest.published_at == NINE
    assert Estimation.objects.get(number=1).state == EstimationState.DRAFT


def test_publishing_again_changes_nothing(sample: Sample) -> None:
    estimated(sample)
    published(sample)

    assert published(sample).state == SurveyState.PUBLISHED
    assert Entry.objects.filter(verb="survey.published").count() == 1


def test_a_published_estimation_is_replaced_by_a_later_one_and_stays(sample: Sample) -> None:
    first = estimated(sample)
    published(sample)
    an_exclusion(sample)
    second = estimated(sample)
    published(sample)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("REPLACED", "PUBLISHED")
    assert first.estimates.exists()


def test_numbers_older_than_an_exclusion_are_not_published(sample: Sample) -> None:
    estimated(sample)
    an_exclusion(sample)

    with pytest.raises(Refusal) as refused:
        published(sample)
    assert refused.value.code == "estimate_again"


def test_a_survey_without_numbers_is_not_published(sample: Sample) -> None:
    with pytest.raises(Refusal) as refused:
        published(sample)
    assert refused.value.code == "estimate_first"


def test_a_survey_that_nobody_answered_is_not_published() -> None:
    city = a_city().city
    survey = a_survey(city, a_version(city, NINE), NINE, state=SurveyState.CLOSED)

    with pytest.raises(Refusal) as refused:
        commands.publish_survey(survey_id=survey.pk, actor=the_office(), at=NINE)
    assert refused.value.code == "nothing_to_publish"


def test_there_is_no_such_survey_to_publish() -> None:
    with pytest.raises(Unknown):
        commands.publish_survey(survey_id=1, actor=the_office(), at=NINE)


def test_samples_open_to_all_are_counted_without_interval_and_without_weights(sample) -> None:
    survey = sample.survey
    open_one = Sample.objects.create(survey=survey, mode=Mode.WEB_OPEN, open_code="open-2022")
    for answer in ("very", "not"):
        Response.objects.create(
            sample=open_one, division_id=survey.division_id, on=survey.since,
            answers={"overall": answer},
        )  # fmt: skip

    made = estimated(open_one)

    row = made.estimates.get(question="overall", statistic="SATISFIED", domain="WHOLE")
    assert (row.value, row.n, row.low, row.method, row.held) == (0.5, 2, None, "", "FEW")
    assert not made.weights.exists()


def test_numbers_and_weights_never_change(sample: Sample) -> None:
    estimated(sample)

    for rows in (Estimate.objects.all(), ResponseWeight.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()


def test_a_job_makes_the_numbers_and_says_how_far_it_is(sample: Sample) -> None:
    run = commands.ask_for_estimation(sample_id=sample.pk, actor=the_office(), at=NINE)
    assert commands.ask_for_estimation(sample_id=sample.pk, actor=the_office(), at=NINE) == run

    jobs.estimate_survey(run.pk)

    run.refresh_from_db()
    assert (run.state, run.progress) == ("DONE", 100)
    assert run.estimation.by == the_office()
    assert Entry.objects.filter(verb="estimation.asked").count() == 1


def test_a_job_that_runs_twice_writes_once(sample: Sample) -> None:
    first = commands.ask_for_estimation(sample_id=sample.pk, actor=the_office(), at=NINE)
    jobs.estimate_survey(first.pk)
    jobs.estimate_survey(first.pk)
    second = commands.ask_for_estimation(sample_id=sample.pk, actor=the_office(), at=NINE)
    jobs.estimate_survey(second.pk)

    second.refresh_from_db()
    assert second.estimation == Estimation.objects.get()


def test_a_job_that_cannot_says_why(sample: Sample) -> None:
    for each in sample.responses.all():
        Exclusion.objects.create(response=each, reason="TEST", note="试填", at=NINE)
    run = commands.ask_for_estimation(sample_id=sample.pk, actor=the_office(), at=NINE)

    jobs.estimate_survey(run.pk)

    run.refresh_from_db()
    assert (run.state, run.failure, run.estimation) == ("FAILED", "no_sheets", None)


def test_a_run_is_over_with_what_came_out(sample: Sample) -> None:
    run = commands.ask_for_estimation(sample_id=sample.pk, actor=the_office(), at=NINE)

    for wrong in (
        {"state": "DONE"}, {"progress": 101}, {"failure": "broken"}, {"done_at": NINE},
        {"state": "FAILED", "done_at": NINE},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            EstimationRun.objects.filter(pk=run.pk).update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_two_who_estimate_at_once_make_one() -> None:
    sample = an_answered_survey(SMALL).samples.get()
    office, barrier, found = the_office(), threading.Barrier(2), []

    def estimate() -> None:
        barrier.wait()
        try:
            found.append(
                commands.estimate_sample(sample_id=sample.pk, actor=office, at=NINE).pk
            )
        finally:
            connection.close()

    both = [threading.Thread(target=estimate) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert len(found) == 2
    assert len(set(found)) == 1
