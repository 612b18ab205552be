"""Messages: declared, told within a change, read in one's own inbox and no other."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.people import commands, notices
from xinfeng.people.models import CareKind, CareState, Guardianship, Notice, PersonState
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE

pytestmark = pytest.mark.django_db
LATER = NINE + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    monkeypatch.setattr(notices, "_sentences", {})
    notices.declare({"test.called_off": gettext_lazy("%(title)s is called off (%(at)s)")})


def told(*people, **words):
    with scope.whole_city():
        count = commands.tell("test.called_off", [p.pk for p in people], at=NINE, **words)
    with scope.whole_city():
        return count, list(Notice.objects.order_by("person_id", "pk"))


def test_each_person_is_told_once_in_words_that_are_read_later():
    mei, lan = a_person("mei"), a_person("lan")

    count, rows = told(mei, lan, mei, title="清扫楼道")

    assert count == 2
    assert [row.person_id for row in rows] == [mei.pk, lan.pk]
    words = rows[0].words | {"at": "9:00"}
    assert notices.sentence(rows[0].kind, words) == "清扫楼道 is called off (9:00)"


def test_times_are_kept_as_the_city_reads_them():
    when = datetime(2022, 7, 18, 1, 0, tzinfo=UTC)

    _count, rows = told(a_person(), title="x", when=when, day=date(2022, 7, 18), n=3)

    assert rows[0].words == {
        "title": "x", "when": "2022-07-18 09:00", "day": "2022-07-18", "n": 3,
    }  # fmt: skip


def test_whoever_answers_for_somebody_is_told_too():
    mei, lan, refused = a_person("mei"), a_person("lan"), a_person("refused")
    with scope.whole_city():
        for guardian, state in ((lan, CareState.CONFIRMED), (refused, CareState.ASKED)):
            Guardianship.objects.create(
                ward=mei, guardian=guardian, division_id=mei.division_id,
                kind=CareKind.GUARDIAN, state=state, asked_at=NINE,
                confirmed_at=NINE if state == CareState.CONFIRMED else None,
            )  # fmt: skip

    _count, rows = told(mei, title="x")

    assert [(row.person_id, row.ward_id) for row in rows] == [(mei.pk, None), (lan.pk, mei.pk)]


@pytest.mark.parametrize("state", [PersonState.CLOSED, PersonState.ERASED])
def test_who_has_gone_is_told_nothing(state):
    mei = a_person()
    mei.state = state
    mei.save(update_fields=["state"])

    assert told(mei, title="x") == (0, [])


def test_an_undeclared_notice_is_a_mistake_in_the_program():
    with pytest.raises(AssertionError, match="not declared"), scope.whole_city():
        commands.tell("test.nonsense", [], at=NINE)
    with pytest.raises(AssertionError, match="declared twice"):
        notices.declare({"test.called_off": "again"})


def test_one_reads_ones_own_messages_only():
    mei, lan = a_person("mei"), a_person("lan")
    _count, (own, other) = told(mei, lan, title="x")

    assert commands.mark_read(actor=mei, at=LATER, notice_id=other.pk) == 0
    assert commands.mark_read(actor=mei, at=LATER, notice_id=own.pk) == 1
    assert commands.mark_read(actor=mei, at=LATER) == 0
    with scope.whole_city():
        assert Notice.objects.unread().get() == other


def test_a_notice_of_a_kind_that_is_gone_still_shows_its_words():
    assert notices.sentence("gone.kind", {"title": "清扫楼道"}) == "清扫楼道"
