"""The share of residents satisfied moves as surveys are published, as a recount would."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from xinfeng.base import asked, clock, figures, scope
from xinfeng.base.figures import Window
from xinfeng.config.follow import TOUCHED
from xinfeng.insight import commands as insight
from xinfeng.insight.models import MonthlyFigure
from xinfeng.places.tests.build import CITY, NINE
from xinfeng.surveys import commands, estimates, told
from xinfeng.surveys.models import Estimate, Exclusion, Held, Response, Survey
from xinfeng.surveys.tests.answered import Shape, an_answered_survey, the_office

pytestmark = pytest.mark.django_db(transaction=True)
AS_OF = clock.local_date(NINE)
NAME = "resident_satisfaction"
ZHUHUI, YANFENG = 430405000000, 430406000000
SHAPE = Shape(counties=(ZHUHUI, YANFENG), drawn=3, per_community=14)
LAST_YEAR = datetime(2021, 6, 1, 1, tzinfo=UTC)
NOW = Window.ending(AS_OF)


def published(at: datetime = LAST_YEAR, year: int = 2021, **more) -> Survey:
    survey = an_answered_survey(SHAPE, at=at, year=year, **more)
    return give_out(survey)


def give_out(survey: Survey) -> Survey:
    for sample in survey.samples.order_by("pk"):
        commands.estimate_sample(sample_id=sample.pk, actor=the_office(), at=NINE)
    return commands.publish_survey(survey_id=survey.pk, actor=the_office(), at=NINE)


def headline(survey: Survey, **more) -> Estimate:
    return Estimate.objects.get(
        estimation__sample__survey=survey, question="overall", statistic="SATISFIED",
        **{"domain": "WHOLE", **more},
    )  # fmt: skip


def counted(span=None) -> figures.Value:
    with scope.whole_city():
        return figures.value(NAME, NOW, span=span)


def stored(code: int = CITY) -> MonthlyFigure | None:
    return MonthlyFigure.objects.filter(
        figure=NAME, division_id=code, month=AS_OF.replace(day=1)
    ).first()


def test_the_figure_is_the_published_estimate_and_its_rows_are_the_sheets():
    survey = published()
    found = counted()

    assert found.share == pytest.approx(headline(survey).value, abs=1e-9)
    assert found.rows == headline(survey).n
    county = counted(span=(YANFENG, YANFENG + 10**6))
    assert county.share == pytest.approx(
        headline(survey, domain="COUNTY", key=str(YANFENG)).value, abs=1e-9
    )


def test_what_is_not_published_or_still_being_asked_moves_nothing():
    survey = an_answered_survey(SHAPE, at=LAST_YEAR)
    assert counted().share is None

    # Its field ends only after the day.
    published(at=NINE, year=2022, seed=2)
    assert counted().share is None

    give_out(survey)
    assert counted().share is not None


def test_a_publication_is_followed_and_nothing_differs_from_a_recount():
    insight.rebuild(names=[NAME], as_of=AS_OF, at=NINE)
    first = published()

    insight.follow_journal(names=[NAME], touched_by=TOUCHED, as_of=AS_OF, at=NINE)
    assert insight.reconcile(names=[NAME]) == []
    assert stored().rows == headline(first).n
    assert stored(YANFENG).rows == headline(first, domain="COUNTY", key=str(YANFENG)).n

    later = published(at=datetime(2022, 3, 1, 1, tzinfo=UTC), year=2022, seed=3)
    insight.follow_journal(names=[NAME], touched_by=TOUCHED, as_of=AS_OF, at=NINE)
    assert insight.reconcile(names=[NAME]) == []
    assert stored().rows == headline(later).n


def test_sheets_of_a_county_of_which_nothing_is_given_out_count_for_the_city_alone():
    survey = an_answered_survey(SHAPE, at=LAST_YEAR)
    few = list(Response.objects.filter(county=ZHUHUI).order_by("pk"))[20:]
    Exclusion.objects.bulk_create(
        Exclusion(response=each, reason="COPIED", note="两份相同", by=the_office(), at=NINE)
        for each in few
    )
    give_out(survey)
    assert headline(survey, domain="COUNTY", key=str(ZHUHUI)).held == Held.FEW
    insight.rebuild(names=[NAME], as_of=AS_OF, at=NINE)

    assert counted().rows == headline(survey).n
    assert counted(span=(ZHUHUI, ZHUHUI + 10**6)).share is None
    assert stored(ZHUHUI) is None
    assert told.headline(ZHUHUI, AS_OF).value is None
    assert insight.reconcile(names=[NAME]) == []


def test_the_board_shows_the_interval_who_answered_and_in_which_survey(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)
    survey = published()
    insight.rebuild(names=["places", NAME], as_of=AS_OF, at=NINE)
    found = headline(survey)

    for page in ("insight:board", "insight:figure"):
        address = reverse(page, args=[NAME] if page.endswith("figure") else [])
        said = client.get(address).content.decode()
        assert f"{100 * found.low:.1f}" in said
        assert f"{100 * found.high:.1f}" in said
        assert f"{found.n}" in said
        assert survey.name in said
    assert reverse("surveys:rows", args=[survey.code]) in said


def test_nobody_is_ranked_by_an_estimate_without_its_interval(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)
    published()
    insight.rebuild(names=["places", NAME], as_of=AS_OF, at=NINE)

    page = client.get(reverse("insight:board"), {"rank": NAME}).content.decode()
    assert f'value="{NAME}"' not in page


def test_other_rooms_read_the_newest_answers_before_a_day_and_every_year():
    first, later = (
        published(),
        published(at=datetime(2022, 3, 1, 1, tzinfo=UTC), year=2022, seed=3),
    )

    then = asked.newest(["overall", "nobody_asked"], CITY, date(2022, 2, 1))
    now = asked.newest(["overall"], CITY, AS_OF)
    assert (then.keys(), now.keys()) == ({"overall"}, {"overall"})
    assert then["overall"].value == headline(first).value
    assert (now["overall"].low, now["overall"].n) == (headline(later).low, headline(later).n)
    assert [each.year for each in asked.years("overall", CITY)] == [2021, 2022]
    assert asked.newest(["overall"], 430405007006, AS_OF) == {}


@pytest.mark.parametrize("low", [0.85, 0.899, 0.9, 0.92])
@pytest.mark.parametrize("high", [0.93, 0.9])
def test_a_line_is_judged_as_the_estimator_judges(low, high):
    row = estimates.Estimate(
        "", 400, 0, 0.0, 9, estimates.Method.LOGIT, 0.95, min(low, high), low=min(low, high),
        high=high,
    )  # fmt: skip
    words = {True: "MET", False: "NOT_MET", None: "NOT_KNOWN"}
    answered = asked.Answered(
        question="q", value=row.value, low=row.low, high=row.high, n=400, survey="",
        until=AS_OF, year=2021, href="",
    )  # fmt: skip
    assert words[answered.meets(0.9)] == estimates.verdict(row, 0.9)
