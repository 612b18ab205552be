"""Whoever follows the journal sees each entry once, whenever its transaction ends."""

from threading import Event, Thread

import pytest
from django.db import connection, transaction

from xinfeng.journal import commands as journal
from xinfeng.journal import queries
from xinfeng.people.models import SignInTally
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE

pytestmark = pytest.mark.django_db(transaction=True)


def written(person):
    with transaction.atomic():
        return journal.record("person.closed", person, actor=None, at=NINE)


def test_an_entry_whose_transaction_ends_late_is_not_skipped():
    slow, quick = a_person("slow"), a_person("quick")
    wrote, may_end = Event(), Event()

    def write_slowly():
        with transaction.atomic():
            journal.record("person.closed", slow, actor=None, at=NINE)
            wrote.set()
            may_end.wait(10)
        connection.close()

    thread = Thread(target=write_slowly)
    thread.start()
    wrote.wait(10)
    before = queries.snapshot()
    # A later transaction ends first: the slow one now lies inside the snapshot's range.
    written(quick)
    reached, first = queries.fresh_entries(before)
    may_end.set()
    thread.join()

    again, second = queries.fresh_entries(reached)

    assert [line.subject_key for line in first] == [str(quick.pk)]
    assert [line.subject_key for line in second] == [str(slow.pk)]
    assert queries.fresh_entries(again)[1] == []


def test_only_the_verbs_asked_for_are_read():
    before = queries.snapshot()
    person = a_person("mei")
    written(person)

    assert [
        line.verb for line in queries.fresh_entries(before, verbs=["person.closed"])[1]
    ] == ["person.closed"]
    assert queries.fresh_entries(before, verbs=["person.registered"])[1] == []


def test_a_snapshot_of_the_future_tells_of_a_restored_copy():
    assert not queries.was_restored(queries.snapshot())
    assert queries.was_restored("9999999999:9999999999:")


def test_a_subject_whose_key_is_no_number_holds_nobody_up():
    since = queries.snapshot()
    tally = SignInTally.objects.create(name_digest="ab" * 20, last_at=NINE)
    with transaction.atomic():
        journal.record("sign_in.locked", tally, actor=None, at=NINE)

    _reached, lines = queries.fresh_entries(since)

    assert "ab" * 20 in {line.subject_key for line in lines}
