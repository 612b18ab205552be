"""The monthly draw: a seed nobody knows before, a sample anybody can draw again."""

import hashlib
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.hours import auditing, commands
from xinfeng.hours.models import (
    AuditCase,
    AuditDraw,
    AuditState,
    Checkpoint,
    Credit,
    Finding,
    Source,
)
from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_grant, a_person, an_office
from xinfeng.places.tests.build import NINE, TODAY, VILLAGE, a_city

pytestmark = pytest.mark.django_db
JUNE = date(2022, 6, 1)
AFTER = auditing.midnight(date(2022, 7, 1)) + timedelta(hours=1)
SEED = "00" * 32


def june_credits(person, many: int) -> list[int]:
    with scope.whole_city():
        made = Credit.objects.bulk_create(
            Credit(
                person=person, division_id=VILLAGE, minutes=60, earned_on=JUNE,
                source_kind=Source.ATTENDANCE, source_id=number,
            )
            for number in range(many)
        )  # fmt: skip
    return [credit.pk for credit in made]


def a_checkpoint(at, size=10, root=b"\x00" * 32):
    return Checkpoint.objects.create(size=size, root=root, note="-", at=at)


def cases(draw):
    with scope.whole_city():
        return sorted(draw.cases.values_list("credit_id", flat=True))


def test_the_sample_is_the_one_that_the_seed_says_and_about_one_in_a_hundred():
    ids = june_credits(a_person(), 3000)
    a_checkpoint(AFTER)

    draw = commands.draw_by_log(month=JUNE, actor=None, at=NINE)

    own = [
        pk for pk in ids
        if int.from_bytes(hashlib.sha256(f"{SEED}:{pk}".encode()).digest()[:8], "big")
        < 2**64 * 10 // 1000
    ]  # fmt: skip
    assert cases(draw) == own == auditing.drawn(SEED, ids, 10)
    assert 15 <= len(own) <= 50
    assert draw.population == 3000


def test_the_first_checkpoint_after_the_month_gives_the_seed():
    june_credits(a_person(), 5)
    a_checkpoint(AFTER - timedelta(hours=2), size=5, root=b"\x01" * 32)
    a_checkpoint(AFTER, size=10)
    a_checkpoint(AFTER + timedelta(days=1), size=20, root=b"\x02" * 32)

    draw = commands.draw_by_log(month=date(2022, 6, 17), actor=None, at=NINE)

    assert (draw.seed, draw.checkpoint_size, draw.month) == (SEED, 10, JUNE)


def test_drawing_again_changes_nothing():
    june_credits(a_person(), 300)
    a_checkpoint(AFTER)

    first = commands.draw_by_log(month=JUNE, actor=None, at=NINE)
    second = commands.draw_by_log(month=JUNE, actor=None, at=NINE + timedelta(days=1))

    assert first == second
    assert AuditDraw.objects.count() == 1


def test_a_month_is_not_drawn_from_before_it_is_over_nor_without_a_seed():
    for month, code in ((TODAY, "month_not_over"), (JUNE, "no_checkpoint_yet")):
        with pytest.raises(Refusal) as told:
            commands.draw_by_log(month=month, actor=None, at=NINE)
        assert told.value.code == code


def test_two_persons_give_the_words_and_one_alone_draws_nothing():
    june_credits(a_person(), 300)
    first, second = an_office(a_city().city), a_person("auditor")
    a_grant(second, Role.AUDITOR, division=a_city().city)

    begun = commands.give_word(month=JUNE, word="spring water", actor=first, at=NINE)
    with pytest.raises(Refusal) as told:
        commands.give_word(month=JUNE, word="autumn", actor=first, at=NINE)
    draw = commands.give_word(month=JUNE, word="winter snow", actor=second, at=NINE)

    assert told.value.code == "second_person_needed"
    assert begun.seed == ""
    assert draw.seed == auditing.seed_of_words("spring water", "winter snow")
    with pytest.raises(Forbidden):
        commands.give_word(month=JUNE, word="x", actor=a_person("stranger"), at=NINE)


def drawn_case(person) -> AuditCase:
    (credit,) = june_credits(person, 1)
    with scope.whole_city():
        draw = AuditDraw.objects.create(
            month=JUNE, origin="CHECKPOINT", checkpoint_size=1, seed=SEED, population=1,
            drawn_at=NINE,
        )  # fmt: skip
        return AuditCase.objects.create(
            draw=draw, credit_id=credit, person=person, division_id=VILLAGE
        )


def test_a_false_credit_is_taken_back_and_one_in_order_stands():
    office, mei = an_office(a_city().county), a_person()
    case = drawn_case(mei)

    for _again in range(2):
        commands.check(case_id=case.pk, finding=Finding.NOT_SERVED, actor=office, at=NINE)
    with pytest.raises(Refusal):
        commands.check(case_id=case.pk, finding=Finding.EVIDENCE_AGREES, actor=office, at=NINE)

    with scope.whole_city():
        case.refresh_from_db()
        assert Credit.objects.of(mei).minutes() == 0
    assert case.state == AuditState.FAULTY


def test_nobody_audits_their_own_hours():
    office = an_office(a_city().county)
    case = drawn_case(office)

    with pytest.raises(Forbidden):
        commands.check(case_id=case.pk, finding=Finding.EVIDENCE_AGREES, actor=office, at=NINE)
    with (
        pytest.raises(IntegrityError, match="nobody_audits_their_own_hours"),
        scope.whole_city(),
        transaction.atomic(),
    ):
        AuditCase.objects.filter(pk=case.pk).update(
            state="IN_ORDER", finding="EVIDENCE_AGREES", checked_by=office, checked_at=NINE
        )


def test_the_command_draws_and_anybody_draws_the_same_again(monkeypatch):
    june_credits(a_person(), 500)
    a_checkpoint(AFTER)
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: NINE)
    said = StringIO()

    call_command("draw_audit", "2022-06", stdout=said)
    call_command("draw_audit", "2022-06", "--check", stdout=said)

    assert "of 500 credits again" in said.getvalue()
    with scope.whole_city(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM hours_auditcase WHERE id = (SELECT min(id) FROM hours_auditcase)"
        )
    with pytest.raises(CommandError, match="the seed draws"):
        call_command("draw_audit", "2022-06", "--check", stdout=said)


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "CHECKPOINT"},
        {"origin": "TWO_PERSONS"},
        {"origin": "CHECKPOINT", "checkpoint_size": 1, "seed": "x"},
        {"origin": "CHECKPOINT", "checkpoint_size": 1, "permille": 0},
        {"origin": "CHECKPOINT", "checkpoint_size": 1, "second_word": "x"},
    ],
)
def test_a_draw_that_contradicts_itself_is_refused_by_the_database(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditDraw.objects.create(month=JUNE, **wrong)
