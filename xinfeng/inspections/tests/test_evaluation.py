"""Evaluations: verdicts, what is not known, what is added when something changes."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from xinfeng.base import figures
from xinfeng.base.figures import Window
from xinfeng.base.refusal import Refusal
from xinfeng.inspections import commands, comparing, queries
from xinfeng.inspections.models import Filing, Result, Score, Verdict
from xinfeng.places.models import Facility
from xinfeng.places.tests.build import LONG_AGO, NINE, TODAY, a_city, a_place

from .build import PLAIN, a_standard

pytestmark = pytest.mark.django_db


def a_hall(place, seats: int):
    return Facility.objects.create(place=place, kind="HALL", seats=seats, starts_on=LONG_AGO)


def a_list(place, on: date):
    return Filing.objects.create(place=place, item="MONTHLY_LIST", on=on, filed_at=NINE)


def judge(standard, period: str = "2022Q2", at=NINE):
    return commands.evaluate(standard_id=standard.pk, period=period, actor=None, at=at)


def verdicts(evaluation, place) -> dict[str, str]:
    found = queries.results_of(evaluation, place)
    return {line: result.verdict for line, result in found.items()}


def test_a_place_is_judged_by_the_rows_of_the_period():
    place = a_place()
    a_hall(place, 30)
    for month in (4, 5, 6):
        a_list(place, date(2022, month, 2))
    evaluation = judge(a_standard())
    assert verdicts(evaluation, place) == {
        "V1-1": Verdict.MET,
        "V1-2": Verdict.NOT_KNOWN,
        "A1-1": Verdict.MET,
    }
    assert (evaluation.places, evaluation.judged, evaluation.appended) == (1, 3, 3)


def test_what_nobody_entered_is_not_known_and_weighs_nothing():
    place = a_place()
    evaluation = judge(a_standard())
    assert verdicts(evaluation, place)["V1-1"] == Verdict.NOT_KNOWN
    whole = queries.scores_of(evaluation, place)[""]
    assert "V1-1" in whole.not_known
    assert whole.known < whole.applicable


def test_a_standard_may_say_that_what_is_missing_is_not_met():
    place = a_place()
    evaluation = judge(a_standard(PLAIN.replace("missing: not_known", "missing: not_met")))
    assert verdicts(evaluation, place)["V1-1"] == Verdict.NOT_MET


def test_thresholds_and_lines_follow_the_tier():
    institute = a_place(division=a_city().township)
    a_hall(institute, 30)
    evaluation = judge(a_standard())
    assert verdicts(evaluation, institute) == {"V1-1": Verdict.NOT_MET}
    result = queries.results_of(evaluation, institute)["V1-1"]
    assert (result.numerator, result.threshold) == (30, 50)


def test_a_tier_the_standard_does_not_name_is_not_judged():
    centre = a_place(division=a_city().county)
    evaluation = judge(a_standard())
    assert evaluation.places == 0
    assert verdicts(evaluation, centre) == {}


def test_only_places_open_at_the_end_of_the_period_are_judged():
    a_place(state="SUSPENDED")
    late = a_place(since=date(2022, 7, 1))
    standard = a_standard()
    assert judge(standard).places == 0
    assert judge(standard, "2022-07").places == 1
    assert late.pk


def test_a_period_under_way_is_read_up_to_today():
    place = a_place()
    a_list(place, date(2022, 7, 1))
    evaluation = judge(a_standard(), "2022Q3")
    assert verdicts(evaluation, place)["A1-1"] == Verdict.MET
    evidence = queries.results_of(evaluation, place)["A1-1"].evidence
    assert evidence["until"] == "2022-07-18"


def test_a_period_to_come_cannot_be_judged():
    standard = a_standard()
    with pytest.raises(Refusal, match="begun"):
        judge(standard, "2022Q4")
    with pytest.raises(Refusal, match="2022Q2"):
        judge(standard, "spring")


def test_the_evidence_is_the_very_rows_that_were_counted():
    place = a_place()
    for day in (2, 9):
        a_list(place, date(2022, 5, day))
    a_list(place, date(2022, 7, 2))
    evaluation = judge(a_standard())
    result = queries.results_of(evaluation, place)["A1-1"]
    asked = result.evidence
    window = Window(date.fromisoformat(asked["since"]), date.fromisoformat(asked["until"]))
    rows = figures.rows(asked["figure"], window, unit_id=asked["unit"])
    assert len(rows) == asked["rows"] == 2
    assert (result.numerator, result.denominator, result.verdict) == (1, 3, Verdict.NOT_MET)


def test_the_same_rows_judged_again_add_nothing():
    a_hall(a_place(), 30)
    standard = a_standard()
    first, second = judge(standard), judge(standard)
    assert first.appended == 3
    assert second.appended == 0
    assert Result.objects.count() == 3
    assert set(Score.objects.values_list("evaluation", flat=True)) == {second.pk}


def test_a_changed_row_adds_one_result_and_keeps_the_old_one():
    place = a_place()
    hall = a_hall(place, 10)
    standard = a_standard()
    first = judge(standard)
    hall.seats = 40
    hall.save()
    second = judge(standard)
    assert second.appended == 1
    old, new = (queries.results_of(each, place)["V1-1"] for each in (first, second))
    assert (old.verdict, new.verdict) == (Verdict.NOT_MET, Verdict.MET)
    (moved,) = comparing.evaluations(first, second)
    assert (moved.line, moved.before.value, moved.after.value) == ("V1-1", 10, 40)
    assert len(queries.history_of(second, place, "V1-1")) == 2


def test_another_threshold_in_a_copy_changes_scores_and_shows_the_difference():
    place = a_place()
    a_hall(place, 25)
    standard = a_standard()
    before = judge(standard)
    copy = commands.copy_draft(standard_id=standard.pk, version="2", actor=None, at=NINE)
    text = copy.document.replace("station: 20,", "station: 30,")
    copy = commands.rewrite(standard_id=copy.pk, text=text, actor=None, at=NINE)
    after = judge(copy)
    (moved,) = comparing.evaluations(before, after)
    assert (moved.place_id, moved.line) == (place.pk, "V1-1")
    assert (moved.before.threshold, moved.after.threshold) == (20, 30)
    means = [queries.means(each)[""].permille for each in (before, after)]
    assert means[0] > means[1]


def test_a_draft_moves_no_published_figure():
    a_hall(a_place(), 25)
    text = PLAIN.replace("name: small", "name: five-haves")
    judge(a_standard(text))
    window = Window(date(2022, 7, 1), date(2022, 7, 18))
    published = figures.value("standard_score", window)
    draft = a_standard(
        text.replace("station: 20,", "station: 30,").replace('version: "1"', 'version: "2"'),
        published=False,
    )
    judge(draft)
    assert figures.value("standard_score", window) == published
    assert published.rows == 1


def test_scores_weigh_lines_and_projects():
    place = a_place()
    a_hall(place, 25)
    for month in (4, 5):
        a_list(place, date(2022, month, 2))
    evaluation = judge(a_standard(PLAIN.replace("missing: not_known", "missing: not_met")))
    scores = queries.scores_of(evaluation, place)
    # Seats 3 of 4 points, no plaque; two lists of three.
    assert scores["V"].score_permille == 750
    assert scores["A"].score_permille == 666
    assert scores[""].score_permille == 716
    assert scores[""].not_met == ["V1-2", "A1-1"]


def test_results_can_only_be_added():
    a_hall(a_place(), 30)
    judge(a_standard())
    for verb in ("UPDATE inspections_result SET line = 'x'", "DELETE FROM inspections_result"):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(verb)


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "MET", "score_permille": None},
        {"verdict": "NOT_KNOWN", "score_permille": 10},
        {"verdict": "MET", "score_permille": 1001},
        {"verdict": "PERHAPS", "score_permille": None},
    ],
)
def test_the_database_refuses_impossible_results(change):
    place = a_place()
    evaluation = judge(a_standard())
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.create(
            evaluation=evaluation,
            place=place,
            division_id=place.division_id,
            line="X",
            inputs_hash="0" * 64,
            evidence={},
            **change,
        )


def test_queries_do_not_grow_with_places(django_assert_max_num_queries):
    standard = a_standard()
    for _ in range(5):
        a_hall(a_place(), 30)
    with django_assert_max_num_queries(22):
        judge(standard)
    assert TODAY


def test_one_standing_entry_per_place_item_and_day_and_a_withdrawn_one_makes_room():
    place = a_place()
    a_list(place, date(2022, 5, 2))
    with pytest.raises(IntegrityError), transaction.atomic():
        a_list(place, date(2022, 5, 2))


@pytest.mark.parametrize(
    "change",
    [
        {"valid_until": date(2022, 5, 2)},
        {"item": "SONG"},
        {"withdrawn_at": NINE},
    ],
)
def test_the_database_refuses_impossible_entries(change):
    place = a_place()
    fields = {"item": "BUDGET", "on": date(2022, 5, 2), "filed_at": NINE} | change
    with pytest.raises(IntegrityError), transaction.atomic():
        Filing.objects.create(place=place, **fields)
