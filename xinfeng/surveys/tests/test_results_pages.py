"""What everybody reads of a survey, and what only whoever runs it."""

import pytest
from django.test import Client
from django.urls import reverse

from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE
from xinfeng.surveys import commands, jobs, queries
from xinfeng.surveys.asking import bank_of
from xinfeng.surveys.models import (
    Domain,
    Exclusion,
    Mode,
    Response,
    Sample,
    Survey,
    SurveyState,
)

from .answered import Shape, an_answered_survey, the_office

pytestmark = pytest.mark.django_db
SMALL = Shape(drawn=3, per_community=15)


def estimated(survey: Survey) -> None:
    for sample in survey.samples.all():
        commands.estimate_sample(sample_id=sample.pk, actor=the_office(), at=NINE)


def published(survey: Survey) -> Survey:
    estimated(survey)
    commands.publish_survey(survey_id=survey.pk, actor=the_office(), at=NINE)
    survey.refresh_from_db()
    return survey


@pytest.fixture
def survey() -> Survey:
    return published(an_answered_survey(SMALL))


def page(client: Client, name: str, survey: Survey, **query: str) -> str:
    answer = client.get(reverse(f"surveys:{name}", args=[survey.code]), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def status(client: Client, name: str, survey: Survey, **query: str) -> int:
    return client.get(reverse(f"surveys:{name}", args=[survey.code]), query).status_code


def whole(survey: Survey):
    return (
        survey.samples.get(is_headline=True)
        .estimations.get()
        .estimates.get(question="overall", statistic="SATISFIED", domain=Domain.WHOLE)
    )


def test_everybody_reads_the_headline_with_its_error(client, survey) -> None:
    text = page(client, "survey", survey)

    row = whole(survey)
    assert f"{100 * row.value:.1f} %" in text
    assert f"{100 * row.low:.1f} %" in text
    assert "270" in text  # households drawn
    assert "金甲" not in text


def test_before_publication_only_whoever_runs_it_sees_numbers(client) -> None:
    survey = an_answered_survey(SMALL)
    estimated(survey)

    assert status(client, "survey", survey) == 404
    client.force_login(the_office())
    assert "data-filters" in page(client, "question", survey)
    assert f"{100 * whole(survey).value:.1f} %" in page(client, "survey", survey)


def test_a_survey_without_numbers_says_so_to_whoever_runs_it(client) -> None:
    survey = an_answered_survey(SMALL)
    client.force_login(the_office())

    assert reverse("surveys:estimates", args=[survey.code]) in page(client, "survey", survey)


@pytest.mark.parametrize("by", ["county", "kind", "sex", "age"])
def test_all_questions_stand_beside_all_parts(client, survey, by) -> None:
    text = page(client, "survey", survey, by=by)

    assert text.count('<td class="num">') >= 4 * 2
    assert f"&amp;{by}=" in text


def test_a_question_is_crossed_by_any_division(client, survey) -> None:
    by_county = page(client, "question", survey, question="safety", by="county")
    choice = page(client, "question", survey, question="used_hotline", by="sex")

    assert "珠晖区" in by_county
    assert "打过" in choice


def test_an_unknown_question_is_not_there(client, survey) -> None:
    assert status(client, "question", survey, question="gossip") == 404
    assert status(client, "rows", survey, question="gossip") == 404


def test_a_number_leads_to_sheets_that_tell_of_nobody(client, survey) -> None:
    text = page(client, "rows", survey, question="overall", county="430405000000")

    assert text.count("<tr>") == 1 + min(
        50, Response.objects.filter(sample__survey=survey, county=430405000000).count()
    )
    for response in Response.objects.filter(sample__survey=survey)[:5]:
        assert str(response.pk) not in text.replace(f"after={response.pk}", "")


def test_sheets_go_on_by_key_and_none_comes_twice(client, survey) -> None:
    bank, seen, after = bank_of(survey.questionnaire.document), [], None
    estimation = survey.samples.get().estimations.get()
    while True:
        found = queries.sheets_behind(estimation, bank, bank.questions["overall"], after=after)
        seen += [each.key for each in found.sheets]
        if not found.next:
            break
        after = found.next

    assert len(seen) == len(set(seen)) == estimation.responses


def test_few_sheets_are_not_shown_and_neither_is_their_county(client) -> None:
    survey = published(an_answered_survey(Shape(drawn=2, per_community=6)))

    text = page(client, "rows", survey, question="overall", county="430405000000")
    everything = page(client, "rows", survey, question="overall")

    assert "<table" not in text
    assert "珠晖区" not in everything.split("<table")[1]


def test_held_back_numbers_are_not_in_the_page(client) -> None:
    survey = published(an_answered_survey(Shape(drawn=2, per_community=6)))
    rows = (
        survey.samples.get()
        .estimations.get()
        .estimates.filter(question="hotline", domain=Domain.COUNTY, statistic="SATISFIED")
    )

    text = page(client, "question", survey, question="hotline")

    assert all(row.held == "FEW" and row.value is not None for row in rows)
    parts = text.split('id="parts-list"')[1]
    assert "%" not in parts.split("</ol>")[0]


def test_the_methods_say_how_it_was_done(client, survey) -> None:
    text = page(client, "methods", survey)

    assert "RR1" in text
    assert survey.frame.digest[:32] in text
    assert "雁峰区" in text


def test_who_was_not_drawn_stands_apart_without_interval(client) -> None:
    survey = an_answered_survey(SMALL)
    open_one = Sample.objects.create(survey=survey, mode=Mode.WEB_OPEN, open_code="open")
    for _n in range(40):
        Response.objects.create(
            sample=open_one, division_id=survey.division_id, on=survey.since,
            answers={"overall": "very", "sex": "f", "age": "a18_39"},
        )  # fmt: skip
    published(survey)

    text = page(client, "survey", survey)
    other = page(client, "survey", survey, mode=Mode.WEB_OPEN)

    assert f"mode={Mode.WEB_OPEN}" in text
    assert "100.0 %" in other
    assert 'class="between"' not in other
    assert status(client, "methods", survey, mode=Mode.WEB_OPEN) == 200
    assert status(client, "question", survey, mode=Mode.WEB_OPEN) == 200
    assert status(client, "rows", survey, mode=Mode.WEB_OPEN) == 200


def test_years_of_a_series_stand_beside_each_other_with_a_test(client) -> None:
    first = an_answered_survey(Shape(drawn=4, satisfied=0.7), seed=2, year=2021)
    published(first)
    Survey.objects.filter(pk=first.pk).update(since=first.since.replace(year=2021))
    second = an_answered_survey(
        Shape(drawn=4, satisfied=0.95), seed=3, version=first.questionnaire
    )
    published(second)

    text = page(client, "survey", second)

    assert first.name in text
    assert "years-chart" in text
    client.cookies["django_language"] = "en"
    assert "since 2021 up by" in page(client, "survey", second)


def test_a_draft_is_shown_to_nobody_before_it_is_published(client) -> None:
    first = published(an_answered_survey(Shape(drawn=4), seed=2, year=2021))
    Survey.objects.filter(pk=first.pk).update(since=first.since.replace(year=2021))
    second = published(an_answered_survey(Shape(drawn=4), seed=3, version=first.questionnaire))
    sample = second.samples.get()
    for response in sample.responses.order_by("pk")[:100]:
        Exclusion.objects.create(response=response, reason="TEST", note="试填", at=NINE)
    draft = commands.estimate_sample(sample_id=sample.pk, actor=the_office(), at=NINE)

    text = page(client, "survey", second)
    client.force_login(the_office())
    own = page(client, "survey", second)

    said = draft.estimates.get(question="overall", statistic="SATISFIED", domain="WHOLE")
    written = f"{100 * said.value:.1f} %"
    assert written not in text.split('id="questions"')[0]
    assert written in own.split('id="questions"')[0]


def test_a_map_is_coloured_only_where_a_difference_is_shown(client, survey) -> None:
    answer = client.get(reverse("surveys:counties", args=[survey.code]))

    tones = {each["properties"]["tone"] for each in answer.json()["features"]}
    assert tones <= {"", "met", "not_met", "not_known"}


def test_whoever_runs_it_has_numbers_made_and_published_on_a_page(client) -> None:
    survey = an_answered_survey(SMALL)
    sample = survey.samples.get()
    client.force_login(the_office())

    client.post(reverse("surveys:estimate_sample", args=[survey.code, sample.pk]))
    run = sample.runs.get()
    assert "<progress" in page(client, "estimates", survey)
    waiting = client.get(reverse("surveys:estimation_run", args=[survey.code, run.pk]))
    jobs.estimate_survey(run.pk)
    done = client.get(reverse("surveys:estimation_run", args=[survey.code, run.pk]))
    client.post(reverse("surveys:publish", args=[survey.code]))

    survey.refresh_from_db()
    assert "HX-Refresh" not in waiting
    assert done["HX-Refresh"] == "true"
    assert survey.state == SurveyState.PUBLISHED


def test_nobody_else_reaches_the_desk_of_estimates(client, survey) -> None:
    sample = survey.samples.get()
    mei = a_person("mei")
    client.force_login(mei)

    assert status(client, "estimates", survey) == 404
    asked = client.post(reverse("surveys:estimate_sample", args=[survey.code, sample.pk]))
    assert asked.status_code == 404
    assert client.post(reverse("surveys:publish", args=[survey.code])).status_code == 404


def test_the_results_need_few_queries(client, survey, django_assert_max_num_queries) -> None:
    page(client, "survey", survey)
    for name, most in (("survey", 16), ("question", 16), ("rows", 16), ("methods", 16)):
        with django_assert_max_num_queries(most):
            page(client, name, survey)
