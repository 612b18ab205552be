"""Lines that residents are asked about: read off the interval, and open where it straddles."""

from datetime import date

import pytest
from django.urls import reverse

from xinfeng.base import asked
from xinfeng.base.asked import Answered
from xinfeng.inspections import queries, reading, surveyed
from xinfeng.inspections.models import RoundScore, Verdict
from xinfeng.places.tests.build import CITY, NINE, a_city

from .build import a_standard
from .rounds_build import TEXT, a_published_round, an_inspector, some_points

pytestmark = pytest.mark.django_db

ASKED = TEXT.replace(
    "method: survey\n            weight: 2",
    "method: survey\n            weight: 2\n"
    "            asked: {question: counters, at_least_permille: 900}\n"
    "          - code: II-1-5\n"
    "            title: {zh: 群众对热线满意, en: People are content with the hotline}\n"
    "            mend: {zh: 回访。, en: Call back.}\n"
    "            method: survey\n            weight: 6\n"
    "            asked: {question: hotline, at_least_permille: 850}",
).replace('version: "1"', 'version: "2"')
TODAY = NINE.date()


def told(question: str, value: float | None, low: float | None, high: float | None, n=400):
    return Answered(
        question=question, value=value, low=low, high=high, n=n, survey="2021 年满意度调查",
        until=date(2021, 11, 8), year=2021, href="/surveys/S2021/",
        note="" if value is not None else "too few answers",
    )  # fmt: skip


class Known:
    """A room that asks residents, as this room sees it."""

    def __init__(self, *rows: Answered) -> None:
        self.rows = {row.question: row for row in rows}

    def newest(self, questions, division_id, as_of):
        inside = division_id == CITY
        return {
            code: row for code, row in self.rows.items()
            if inside and code in questions and row.until < as_of
        }  # fmt: skip

    def years(self, question, division_id):
        return [row for code, row in self.rows.items() if code == question]


@pytest.fixture
def residents(monkeypatch):
    """Tell what residents answered; nothing before."""

    def tell(*rows: Answered) -> None:
        monkeypatch.setattr(asked, "_tells", [Known(*rows)])

    tell()
    return tell


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.900, 0.95, True), (0.899, 0.95, None), (0.85, 0.900, None), (0.85, 0.899, False),
        (None, None, None),
    ],
)  # fmt: skip
def test_a_line_is_met_only_if_the_whole_interval_is(low, high, verdict):
    assert told("counters", 0.9, low, high).meets(0.9) is verdict


def lines(tree):
    return surveyed.by_code(surveyed.asked_lines(tree, CITY, TODAY))


def test_an_interval_that_straddles_what_is_wanted_leaves_the_line_not_known(residents):
    residents(told("counters", 0.93, 0.89, 0.96), told("hotline", 0.80, 0.77, 0.83))
    found = lines(reading.parse(ASKED)[0])

    assert (found["II-1-4"].verdict, found["II-1-4"].straddles) == (Verdict.NOT_KNOWN, True)
    assert (found["II-1-5"].verdict, found["II-1-5"].straddles) == (Verdict.NOT_MET, False)


def test_what_nobody_was_asked_or_what_is_held_back_is_not_known(residents):
    residents(told("hotline", None, None, None, n=12))
    found = lines(reading.parse(ASKED)[0])

    assert found["II-1-4"].answered is None
    assert {each.verdict for each in found.values()} == {Verdict.NOT_KNOWN}
    assert not any(each.straddles for each in found.values())


def scored(residents, *rows: Answered):
    residents(*rows)
    some_points()
    round_ = a_published_round(inspectors=[an_inspector()], standard_id=a_standard(ASKED).pk)
    return round_, queries.outcome_of(round_)


def test_a_round_counts_the_lines_that_residents_answered(residents):
    _round, found = scored(
        residents, told("counters", 0.95, 0.93, 0.96), told("hotline", 0.80, 0.77, 0.83)
    )

    assert (found.survey.n, found.survey.known, found.survey.met) == (2, 2, 1)
    # Two points of eight: the one line is met, the heavier one is not.
    assert found.survey.score_e4 == 2500
    assert found.method_total.of == 60
    assert found.method_total.least == pytest.approx(40 * 1.0 + 20 * 0.25)


def test_what_a_straddling_line_weighs_stays_open_in_the_total(residents):
    _round, found = scored(
        residents, told("counters", 0.95, 0.93, 0.96), told("hotline", 0.86, 0.83, 0.89)
    )

    assert (found.survey.n, found.survey.known, found.survey.met) == (2, 1, 1)
    assert (found.survey.score_e4, found.survey.low_e4, found.survey.high_e4) == (
        10_000, 2500, 10_000,
    )  # fmt: skip
    assert found.method_total.of == pytest.approx(45)
    assert found.method_total.least == pytest.approx(45)
    assert found.method_total.most == pytest.approx(100)
    assert found.method_total.estimate is None


def test_without_a_survey_its_share_of_the_hundred_is_not_known(residents):
    round_, found = scored(residents)

    assert found.method_total.of == 40
    assert found.survey.score_e4 is None
    kept = RoundScore.objects.get(round=round_, scope="LINE", key="II-1-4")
    assert (kept.n, kept.score_e4) == (0, None)


def test_a_round_reads_what_was_answered_before_its_end_and_keeps_it(residents):
    late = told("counters", 0.95, 0.93, 0.96)
    round_, found = scored(residents, late)
    residents(told("counters", 0.5, 0.4, 0.6))

    assert queries.outcome_of(round_).survey.met == found.survey.met == 1


def test_pages_of_the_standard_and_of_the_line_say_value_interval_and_survey(client, residents):
    a_city()
    residents(told("counters", 0.934, 0.89, 0.962))
    standard = a_standard(ASKED)
    tree = client.get(reverse("inspections:standard", args=[standard.name, standard.version]))
    line = client.get(
        reverse("inspections:asked_line", args=[standard.name, standard.version, "II-1-4"])
    )

    for page in (tree.content.decode(), line.content.decode()):
        for said in ("93.4", "89.0", "96.2", "400", "2021 年满意度调查", "/surveys/S2021/"):
            assert said in page


def test_only_lines_that_residents_are_asked_have_such_a_page(client, residents):
    standard = a_standard(ASKED)
    address = reverse("inspections:asked_line", args=[standard.name, standard.version, "I-1-1"])
    assert client.get(address).status_code == 404
