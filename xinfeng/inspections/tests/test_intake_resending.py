"""Whatever phones repeat, in whatever order it is read: readings and findings stay the same."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from xinfeng.base import scope
from xinfeng.fieldwork.models import Submission
from xinfeng.findings.models import Finding, FindingFile
from xinfeng.inspections import commands
from xinfeng.inspections.commands import Found
from xinfeng.inspections.models import Intake, Reading, Verdict
from xinfeng.places.tests.build import NINE

from .phones_build import (
    Phone,
    a_form,
    a_round_with_forms,
    everything,
    newest,
    photos_of,
    points_of,
    run_jobs,
)
from .rounds_build import some_points, the_office
from .test_races import at_once

LATER = NINE + timedelta(days=8)
WRONG = ("I-1-1", "I-1-2")
_runs = count(1)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: NINE)


def a_point():
    some_points()
    opened = a_round_with_forms()
    return next(each for each in points_of(opened) if each.type == "farm-market")


def raised() -> tuple:
    return (
        tuple(Finding.objects.order_by("pk").values_list("pk", "origin", "state", "text")),
        tuple(FindingFile.objects.order_by("pk").values_list("finding", "file")),
    )


def forms_of(point) -> list[tuple[bytes, list]]:
    """A form, two amendments of it, one for a point that is not there, and a second one."""
    run = next(_runs)
    first, second, third = (f"uuid:{run}-{n}" for n in (1, 2, 3))
    return [
        (a_form(point, WRONG, number=first), photos_of(WRONG)),
        (a_form(point, WRONG[:1], number=second, amends=first), photos_of(WRONG[:1])),
        (a_form(point, WRONG[1:], number=third, amends=second), photos_of(WRONG[1:])),
        (a_form(point, number=f"uuid:{run}-4", point_code="NOSUCH"), []),
        (a_form(point, number=f"uuid:{run}-5"), []),
    ]


@pytest.fixture
def market(db):
    return a_point()


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_resending_anything_in_any_order_changes_no_reading_and_no_finding(market, data):
    with transaction.atomic():
        point = market
        phone, forms = Phone(point.person), forms_of(point)
        for xml, files in forms:
            assert phone.send(xml, files[:1])[0] == 201
        _read_in(data.draw(st.permutations(range(len(forms)))))
        _read_in(range(len(forms)))
        said, before_end = newest(point), everything()
        for which in data.draw(st.lists(st.sampled_from(range(len(forms))), max_size=6)):
            xml, files = forms[which]
            assert phone.send(xml, files) == [201]
            run_jobs()
        assert everything() == before_end
        assert (said["I-1-1"], said["I-1-2"]) == ("MET", "NOT_MET")
        commands.close_round(round_id=point.round_id, actor=the_office(), at=LATER)
        _raise(point)
        after_end, findings = everything(), raised()
        for which in data.draw(st.lists(st.sampled_from(range(len(forms))), max_size=4)):
            phone.send(*forms[which])
            run_jobs()
            _raise(point)
        assert (everything(), raised()) == (after_end, findings)
        assert [origin.rpartition(":")[2] for _pk, origin, *_ in findings[0]] == ["I-1-2"]
        transaction.set_rollback(True)


def _read_in(order) -> None:
    with scope.whole_city():
        sent = list(Submission.objects.order_by("pk").values_list("pk", flat=True))
    for number in order:
        commands.read_submission(submission_id=sent[number], at=NINE)


def _raise(point) -> None:
    commands.raise_round_findings(round_id=point.round_id, actor=the_office(), at=LATER)


# Several at once


@pytest.mark.django_db(transaction=True)
def test_a_form_that_several_workers_read_at_once_is_read_once():
    point = a_point()
    Phone(point.person).send(a_form(point, WRONG))
    with scope.whole_city():
        sent = Submission.objects.get().pk

    at_once(lambda: commands.read_submission(submission_id=sent, at=NINE))

    with scope.whole_city():
        assert Intake.objects.count() == 1
        assert Reading.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_of_two_amendments_at_once_one_counts():
    point = a_point()
    phone = Phone(point.person)
    phone.send(a_form(point, WRONG, number="uuid:1"))
    run_jobs()
    made = iter([
        a_form(point, WRONG[:1], number=f"uuid:{n}", amends="uuid:1") for n in (2, 3, 4, 5)
    ])  # fmt: skip
    turn = threading.Lock()

    def act():
        with turn:
            xml = next(made)
        return phone.send(xml)[0]

    told = at_once(act)
    run_jobs()

    assert sorted(told) == [201, 409, 409, 409]
    with scope.whole_city():
        assert Intake.objects.filter(state="COUNTED").count() == 1
    assert newest(point)["I-1-2"] == "MET"


@pytest.mark.django_db(transaction=True)
def test_a_form_that_meets_the_end_counts_in_the_score_or_waits_with_the_reason():
    point = a_point()
    Phone(point.person).send(a_form(point, WRONG))
    with scope.whole_city():
        sent = Submission.objects.get().pk
    turns, office = count(), the_office()

    def act():
        if next(turns) % 2:
            return commands.close_round(round_id=point.round_id, actor=office, at=LATER)
        return commands.read_submission(submission_id=sent, at=NINE)

    at_once(act)

    with scope.whole_city():
        intake = Intake.objects.get()
        # It had come before the end, so that whichever was first has read it.
        assert (intake.state, Reading.objects.count()) == ("COUNTED", 4)


@pytest.mark.django_db(transaction=True)
def test_a_form_that_comes_while_the_round_closes_waits_and_then_finds_it_closed():
    point, office = a_point(), the_office()
    phone = Phone(point.person)

    def read():
        try:
            run_jobs()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            commands.close_round(round_id=point.round_id, actor=office, at=LATER)
            sending = pool.submit(lambda: (phone.send(a_form(point)), read()))
            wait([sending], timeout=1.5)
        sending.result(timeout=30)

    with scope.whole_city():
        assert (Intake.objects.get().state, Intake.objects.get().why) == (
            "NOT_COUNTED", "NOT_OPEN",
        )  # fmt: skip
        assert Reading.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_findings_raised_by_several_at_once_are_there_once():
    point, office = a_point(), the_office()
    Phone(point.person).send(a_form(point, WRONG), photos_of(WRONG))
    run_jobs()
    commands.close_round(round_id=point.round_id, actor=office, at=LATER)

    told = at_once(
        lambda: commands.raise_round_findings(round_id=point.round_id, actor=office, at=LATER)
    )

    assert sum(each.new for each in told) == Finding.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_form_counted_at_two_points_at_once_counts_at_one():
    point, office = a_point(), the_office()
    Phone(point.person).send(a_form(point, point_code="NOSUCH"))
    run_jobs()
    with scope.whole_city():
        which = Intake.objects.get().pk
    same = [each.pk for each in points_of(point.round) if each.type == point.type]
    turns = count()

    at_once(
        lambda: commands.count_form(
            intake_id=which, round_point_id=same[next(turns) % 2], actor=office, at=NINE
        )
    )

    with scope.whole_city():
        points = set(Reading.objects.values_list("round_point", flat=True))
        assert points == {Intake.objects.get().round_point_id}


@pytest.mark.django_db(transaction=True)
def test_two_corrections_of_one_line_at_once_both_stay_and_the_last_one_counts():
    point, office = a_point(), the_office()
    verdicts = iter([Verdict.MET, Verdict.NOT_MET] * 2)
    turn = threading.Lock()

    def act():
        with turn:
            verdict = next(verdicts)
        return commands.amend_reading(
            round_point_id=point.pk, found=Found("I-1-1", verdict, note=f"核对 {verdict}"),
            actor=office, at=NINE,
        )  # fmt: skip

    at_once(act)

    with scope.whole_city():
        rows = list(Reading.objects.filter(line="I-1-1").order_by("pk"))
    assert 2 <= len(rows) <= 4
    assert newest(point)["I-1-1"] == rows[-1].verdict
