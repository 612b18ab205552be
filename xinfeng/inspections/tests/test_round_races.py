"""Two at once in a round: one draw, one substitute, and no reading after the end."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from django.db import connection, transaction

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.inspections import commands
from xinfeng.inspections.commands import Found
from xinfeng.inspections.models import (
    Reading,
    Round,
    RoundPoint,
    RoundScore,
    Verdict,
    WhyReplaced,
)
from xinfeng.journal.models import Entry
from xinfeng.places.tests.build import NINE

from .rounds_build import (
    a_round,
    an_open_round,
    points_of,
    read_all,
    some_points,
    the_office,
)
from .test_races import MANY, at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATE = NINE + timedelta(days=8)


@pytest.fixture(autouse=True)
def _points(db):
    some_points()


def test_of_several_throws_at_once_one_is_drawn_with():
    planned, office = a_round(), the_office()
    throws = iter(range(MANY))

    told = at_once(
        lambda: commands.draw_round(
            round_id=planned.pk, dice=f"throw {next(throws)}", actor=office, at=NINE
        )
    )

    assert sum(isinstance(each, Round) for each in told) == 1
    with scope.whole_city():
        assert RoundPoint.objects.count() == 10


def test_a_point_replaced_by_several_at_once_is_replaced_once():
    opened, office = an_open_round(), the_office()
    gone = points_of(opened)[0]

    told = at_once(
        lambda: commands.replace_point(
            round_point_id=gone.pk, why=WhyReplaced.GONE, actor=office, at=NINE
        )
    )

    assert len({each.pk for each in told}) == 1
    with scope.whole_city():
        assert RoundPoint.objects.filter(role="SUBSTITUTE").count() == 1


def test_what_is_sent_several_times_at_once_is_kept_once():
    opened = an_open_round()
    point = next(p for p in points_of(opened) if p.type == "farm-market")
    lan, found = point.person, [Found("I-1-1", Verdict.MET), Found("I-2-2", value=3)]

    at_once(
        lambda: commands.read_point(round_point_id=point.pk, found=found, actor=lan, at=NINE)
    )

    with scope.whole_city():
        assert Reading.objects.count() == 2


def test_a_reading_that_meets_the_end_counts_or_is_refused_and_never_comes_after():
    opened, office = an_open_round(), the_office()
    last = next(p for p in points_of(opened) if p.type == "farm-market")
    with scope.whole_city():
        RoundPoint.objects.filter(pk=last.pk).update(state="REPLACED")
        read_all(opened)
        RoundPoint.objects.filter(pk=last.pk).update(state="TO_VISIT")
        before = Reading.objects.count()
    lan, turns = last.person, iter(range(MANY))

    def act() -> object:
        if next(turns) % 2:
            return commands.close_round(round_id=opened.pk, actor=office, at=LATE)
        return commands.read_point(
            round_point_id=last.pk, found=[Found("I-1-1", Verdict.NOT_MET)], actor=lan, at=LATE
        )

    told = at_once(act)
    commands.score_round(round_id=opened.pk, actor=office, at=LATE)

    kept = [each for each in told if isinstance(each, list) and each]
    with scope.whole_city():
        assert Reading.objects.count() - before == len(kept) <= 1
    refused = [each for each in told if isinstance(each, Refusal)]
    assert all(each.code == "round_is_not_open" for each in refused)
    known = RoundScore.objects.get(scope="LINE", key="I-1-1").known
    with scope.whole_city():
        assert known == Reading.objects.filter(line="I-1-1").newest().count()


def test_closing_waits_for_who_is_just_sending():
    opened, office = an_open_round(), the_office()
    last = next(p for p in points_of(opened) if p.type == "farm-market")

    def closes():
        try:
            commands.close_round(round_id=opened.pk, actor=office, at=LATE)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            commands.read_point(
                round_point_id=last.pk, found=[Found("I-1-1", Verdict.MET)],
                actor=last.person, at=LATE,
            )  # fmt: skip
            # The office closes while this reading is not written down for good yet.
            closing = pool.submit(closes)
            wait([closing], timeout=0.5)
        closing.result(timeout=30)

    assert Entry.objects.get(verb="round.closed").details["not_visited"] == 9
