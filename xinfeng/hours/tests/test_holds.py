"""What becomes of a hold: an appeal, a decision, and who may not decide."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.hours import commands
from xinfeng.hours.models import (
    AGAINST,
    FOR,
    Appeal,
    Credit,
    Finding,
    Hold,
    HoldState,
    Reason,
    Source,
)
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, TODAY, a_city

from .build import a_credit, a_hold

pytestmark = pytest.mark.django_db
IN_ORDER, NOT_SERVED = Finding.EVIDENCE_AGREES, Finding.NOT_SERVED


@pytest.fixture
def mei():
    return a_person("mei")


@pytest.fixture
def office():
    return an_office(a_city().county)


def decide(hold, finding, actor):
    return commands.decide(hold_id=hold.pk, finding=finding, actor=actor, at=NINE)


def the_minutes(person):
    with scope.whole_city():
        return Credit.objects.of(person).minutes()


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True))


def test_a_hold_in_order_is_released_and_the_time_stands(mei, office):
    hold = a_hold(a_credit(mei, 90))

    decide(hold, IN_ORDER, office)

    with scope.whole_city():
        hold.refresh_from_db()
        assert not Hold.objects.open().exists()
    assert (hold.state, hold.finding, hold.decided_by, hold.decided_at) == (
        HoldState.RELEASED, IN_ORDER, office, NINE,
    )  # fmt: skip
    assert the_minutes(mei) == 90
    assert verbs() == ["hold.released"]


def test_an_upheld_hold_takes_the_time_back_and_deletes_nothing(mei, office):
    credit = a_credit(mei, 90)
    hold = a_hold(credit)

    decide(hold, NOT_SERVED, office)

    with scope.whole_city():
        assert Credit.objects.filter(pk=credit.pk).exists()
        (reversal,) = Credit.objects.reversals([credit.pk])
        hold.refresh_from_db()
    assert hold.state == HoldState.UPHELD
    assert reversal.minutes == -90
    assert the_minutes(mei) == 0
    assert verbs() == ["hold.upheld", "credit.posted", "credit.reversed"]


def test_taking_a_credit_back_answers_all_of_its_holds(mei, office):
    credit = a_credit(mei)
    hold, other = a_hold(credit), a_hold(credit, rule="long_day")

    decide(hold, NOT_SERVED, office)

    with scope.whole_city():
        other.refresh_from_db()
    assert other.state == HoldState.UPHELD


def test_releasing_one_hold_leaves_the_others_to_be_looked_at(mei, office):
    credit = a_credit(mei)
    hold, other = a_hold(credit), a_hold(credit, rule="long_day")

    decide(hold, IN_ORDER, office)

    with scope.whole_city():
        assert list(Hold.objects.open()) == [other]


def test_the_same_decision_again_changes_nothing_and_another_is_refused(mei, office):
    hold = a_hold(a_credit(mei))
    decide(hold, NOT_SERVED, office)

    decide(hold, NOT_SERVED, office)
    with pytest.raises(Refusal) as told:
        decide(hold, IN_ORDER, office)

    assert told.value.code == "hold_decided"
    assert verbs().count("hold.upheld") == 1


def test_nobody_decides_on_their_own_hours_or_those_they_entered_or_confirmed(office):
    stranger = a_person("stranger")
    behind = [
        a_hold(a_credit(office)),
        a_hold(a_credit(a_person("a")), recorded_by_id=office.pk),
        a_hold(a_credit(a_person("b")), confirmed_by_id=office.pk),
    ]
    for hold in behind:
        with pytest.raises(Forbidden):
            decide(hold, IN_ORDER, office)
        with pytest.raises(Forbidden):
            decide(hold, IN_ORDER, stranger)
        with (
            pytest.raises(IntegrityError, match="nobody_decides_on_their_own_hours"),
            scope.whole_city(),
            transaction.atomic(),
        ):
            Hold.objects.filter(pk=hold.pk).update(
                state="RELEASED", finding=IN_ORDER, decided_by=office, decided_at=NINE
            )


def test_an_office_elsewhere_and_an_unknown_hold_get_the_same_answer(mei):
    elsewhere = an_office(a_city().other_county)
    hold = a_hold(a_credit(mei))

    for hold_id in (hold.pk, 404):
        with pytest.raises(Forbidden) as told:
            commands.decide(hold_id=hold_id, finding=IN_ORDER, actor=elsewhere, at=NINE)
        assert told.value.code == "not_your_hold"


def test_several_are_decided_at_once_or_none_is(mei, office):
    holds = [a_hold(a_credit(mei)) for _ in range(3)]
    own = a_hold(a_credit(office))

    with pytest.raises(Forbidden):
        commands.decide_several(
            hold_ids=[h.pk for h in [*holds, own]], finding=IN_ORDER, actor=office, at=NINE
        )
    with scope.whole_city():
        assert Hold.objects.to_look_at().count() == 4
    count = commands.decide_several(
        hold_ids=[h.pk for h in holds], finding=IN_ORDER, actor=office, at=NINE
    )

    assert count == 3
    with scope.whole_city():
        assert list(Hold.objects.to_look_at()) == [own]


def test_the_volunteer_says_why_it_is_wrong_once(mei, office):
    hold = a_hold(a_credit(mei))
    later = NINE + timedelta(hours=1)

    for text, at in ((" 我一直在现场 ", NINE), ("another", later)):
        commands.appeal(hold_id=hold.pk, reason=Appeal.I_WAS_THERE, text=text, actor=mei, at=at)

    with scope.whole_city():
        hold.refresh_from_db()
    assert (hold.appeal, hold.appeal_text, hold.appealed_at) == (
        Appeal.I_WAS_THERE, "我一直在现场", NINE,
    )  # fmt: skip
    assert verbs() == ["hold.appealed"]
    # The journal holds the word of the list, never the volunteer's own text.
    assert "现场" not in str(Entry.objects.get().details)


def test_only_the_volunteer_appeals_and_only_before_the_decision(mei, office):
    hold = a_hold(a_credit(mei))

    with pytest.raises(Unknown):
        commands.appeal(hold_id=hold.pk, reason=Appeal.OTHER, actor=office, at=NINE)
    decide(hold, IN_ORDER, office)
    with pytest.raises(Refusal):
        commands.appeal(hold_id=hold.pk, reason=Appeal.OTHER, actor=mei, at=NINE)


def test_only_the_city_office_has_the_rules_asked(office, mei):
    days = {"since": TODAY, "until": TODAY + timedelta(days=1), "at": NINE}
    for person in (office, mei):
        with pytest.raises(Forbidden):
            commands.look(actor=person, **days)

    commands.look(actor=an_office(a_city().city), **days)

    assert verbs() == ["hold.looked"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "RELEASED"},
        {"state": "UPHELD", "finding": "NOT_SERVED"},
        {"state": "RELEASED", "finding": "NOT_SERVED", "decided_at": NINE, "decided_by": True},
        {"state": "UPHELD", "finding": "FAMILY", "decided_at": NINE, "decided_by": True},
        {"state": "HELD", "finding": "FAMILY"},
        {"state": "HELD", "decided_at": NINE},
        {"appeal": "OTHER"},
        {"appealed_at": NINE},
        {"appeal_text": "x"},
    ],
)
def test_a_hold_that_contradicts_itself_is_refused_by_the_database(mei, office, wrong):
    hold = a_hold(a_credit(mei))
    fields = wrong | ({"decided_by": office} if wrong.get("decided_by") else {})

    with pytest.raises(IntegrityError), scope.whole_city(), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(**fields)


def test_a_rule_holds_a_credit_once(mei):
    credit = a_credit(mei)
    a_hold(credit)

    with pytest.raises(IntegrityError, match="a_rule_holds_a_credit_once"):
        a_hold(credit)


def test_every_finding_either_releases_or_takes_back_with_a_reason_of_the_ledger():
    assert {*AGAINST, *FOR} == set(Finding)
    assert all(Reason(finding.value) for finding in AGAINST)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_told():
    mei, ready, told = a_person("mei"), Barrier(2), []
    first, second = an_office(a_city().county), an_office(a_city().city)
    credit = a_credit(mei)
    hold = a_hold(credit)

    def run(finding, actor):
        ready.wait()
        try:
            told.append(decide(hold, finding, actor).state)
        except Refusal as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    threads = [
        Thread(target=run, args=args) for args in ((NOT_SERVED, first), (IN_ORDER, second))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert "hold_decided" in told
    with scope.whole_city():
        taken_back = Credit.objects.filter(source_kind=Source.REVERSAL).count()
        hold.refresh_from_db()
    assert taken_back == (hold.state == HoldState.UPHELD)
