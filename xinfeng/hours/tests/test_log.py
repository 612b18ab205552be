"""The sequencer: places without gaps, one growing tree, heads that never deny an older one."""

import shutil
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import rfc8785
from django.db import IntegrityError, connection, transaction

from xinfeng.base import merkle, scope, tiles, tlog
from xinfeng.base.canonical import canonical
from xinfeng.base.note import SecretKey
from xinfeng.hours import commands, commitments
from xinfeng.hours.commands import log as sequencer
from xinfeng.hours.models import Checkpoint, Credit, Leaf, LeafKind
from xinfeng.hours.public_log import LogProblem
from xinfeng.journal.models import Entry
from xinfeng.people import queries as people
from xinfeng.people.models import Identity
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import CITY, NINE

from .build import a_credit
from .build_log import a_log

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(tmp_path):
    return a_log(tmp_path)


def leaves():
    return list(Leaf.objects.order_by("index").values_list("index", "kind", "record_id"))


def record_of(credit):
    return commitments.credit_record(CITY)(
        tuple(getattr(credit, name) for name in commitments.CREDIT_COLUMNS)
    )


def test_credits_get_places_without_gaps_and_the_head_is_shown(log):
    mei = a_person("mei")
    first, second = a_credit(mei), a_credit(mei, 90)

    sealed = commands.seal(log=log, at=NINE)

    assert leaves() == [(0, 1, first.pk), (1, 1, second.pk)]
    assert sealed.added == 2
    assert log.head() == sealed.head
    assert sealed.head.size == 2


def test_a_leaf_commits_to_the_record_and_opens_with_its_salt_only(log):
    mei = a_person("mei")
    credit = a_credit(mei)
    commands.seal(log=log, at=NINE)

    secret = people.secrets([mei.pk])[mei.pk]
    salt = commitments.salt(secret, LeafKind.CREDIT, credit.pk)
    stored = bytes(Leaf.objects.get(index=0).commitment)

    assert stored == commitments.commitment(salt, record_of(credit))
    assert stored != commitments.commitment(bytes(32), record_of(credit))
    assert salt != commitments.salt(secret, LeafKind.CREDIT, credit.pk + 1)


def test_records_are_written_as_the_reference_library_writes_them():
    credit = a_credit(a_person("mei"))
    reversal = Credit(
        pk=9, person_id=1, minutes=-120, earned_on=credit.earned_on, division_id=CITY,
        source_kind=2, source_id=1, counter=2, grade="A", recorded_by_id=2, confirmed_by_id=3,
        starts_at=NINE, ends_at=NINE + timedelta(hours=2, microseconds=5), recorded_at=NINE,
    )  # fmt: skip

    for record in (
        record_of(credit),
        record_of(reversal),
        commitments.certificate_record(CITY, 1, bytes(32)),
        commitments.revocation_record(CITY, 1, NINE, "REPLACED"),
    ):
        assert canonical(record) == rfc8785.dumps(record)


def test_sealing_again_adds_nothing_and_signs_nothing(log):
    a_credit(a_person("mei"))
    commands.seal(log=log, at=NINE)

    again = commands.seal(log=log, at=NINE)

    assert again.added == 0
    assert Checkpoint.objects.count() == 1
    assert Entry.objects.filter(verb="log.sealed").count() == 1


def test_an_empty_ledger_has_no_head(log):
    sealed = commands.seal(log=log, at=NINE)

    assert sealed.head is None
    assert log.published() is None


def test_every_head_begins_with_the_one_before(log):
    mei = a_person("mei")
    heads = []
    for count in (1, 3, 300, 20):
        for _n in range(count):
            a_credit(mei)
        heads.append(commands.seal(log=log, at=NINE).head)

    tree = log.files.tree(heads[-1].size)
    for head in heads:
        merkle.check_consistency(
            old=head.size, new=heads[-1].size, proof=tree.consistency(head.size),
            old_root=head.root, new_root=heads[-1].root,
        )  # fmt: skip
    data = [
        bytes(c) for c in Leaf.objects.order_by("index").values_list("commitment", flat=True)
    ]
    assert heads[-1].root == merkle.root_of([merkle.leaf_hash(entry) for entry in data])


def test_bundles_show_what_was_committed_and_nothing_else(log):
    a_credit(a_person("mei"))
    commands.seal(log=log, at=NINE)

    packed = log.files.fetch(tlog.tile_address("entries", 0, 1))

    assert tiles.entries(packed) == [bytes(Leaf.objects.get().commitment)]


def test_a_credit_posted_with_a_journal_entry_is_followed(log):
    mei, lan = a_person("mei"), a_person("lan")
    old = a_credit(mei)
    commands.seal(log=log, at=NINE)
    fact = commands.Fact(kind=1, id=77, where=old.division_id, on=old.earned_on)

    credit = commands.post(person=mei, minutes=60, fact=fact, actor=lan, at=NINE)
    commands.seal(log=log, at=NINE)

    assert leaves()[1:] == [(1, 1, credit.pk)]


def test_credits_loaded_in_bulk_are_taken_in_by_their_numbers_in_several_runs(log, monkeypatch):
    monkeypatch.setattr(sequencer, "BACKFILL", 4)
    mei = a_person("mei")
    made = [a_credit(mei).pk for _n in range(10)]

    first = commands.seal(log=log, at=NINE)
    assert (first.added, first.more) == (4, True)

    commands.seal_everything(log=log, at=NINE)

    assert [record for _i, _k, record in leaves()] == made


def test_what_is_wanted_comes_before_what_waits(log, monkeypatch):
    monkeypatch.setattr(sequencer, "BACKFILL", 2)
    mei = a_person("mei")
    made = [a_credit(mei).pk for _n in range(6)]

    sealed = commands.seal(log=log, at=NINE, wanted={LeafKind.CREDIT: made[4:]})
    assert [record for _i, _k, record in leaves()] == made[4:]
    assert sealed.head.size == 2

    commands.seal_everything(log=log, at=NINE)
    assert sorted(record for _i, _k, record in leaves()) == made
    assert [index for index, _k, _r in leaves()] == list(range(6))


def test_of_an_erased_person_the_leaf_stays_and_opens_no_more(log):
    mei = a_person("mei")
    a_credit(mei)
    before = commands.seal(log=log, at=NINE).head
    with scope.whole_city():
        Identity.objects.filter(pk=mei.pk).delete()
    a_credit(mei)

    after = commands.seal(log=log, at=NINE).head

    assert people.secrets([mei.pk]) == {}
    assert after.size == 2
    merkle.check_consistency(
        old=1, new=2, proof=log.files.tree(2).consistency(1), old_root=before.root,
        new_root=after.root,
    )  # fmt: skip


def test_tiles_that_are_gone_are_written_again_from_the_rows(log):
    mei = a_person("mei")
    for _n in range(300):
        a_credit(mei)
    head = commands.seal(log=log, at=NINE).head
    shutil.rmtree(log.path / "tile")
    a_credit(mei)

    after = commands.seal(log=log, at=NINE).head

    assert after.size == 301
    assert log.files.tree(300).root() == head.root


def test_a_run_killed_after_the_leaves_is_finished_by_the_next(log):
    a_credit(a_person("mei"))
    sequencer._take_in(log=log, wanted=None)
    assert log.published() is None

    head = commands.seal(log=log, at=NINE).head

    assert head.size == 1
    assert log.head() == head


def test_a_run_killed_before_showing_the_head_is_finished_by_the_next(log):
    mei = a_person("mei")
    a_credit(mei)
    commands.seal(log=log, at=NINE)
    a_credit(mei)
    sequencer._take_in(log=log, wanted=None)
    sequencer._sign(log=log, at=NINE)
    assert log.head().size == 1

    commands.seal(log=log, at=NINE)

    assert log.head().size == 2


def test_a_smaller_tree_is_not_signed(log):
    mei = a_person("mei")
    a_credit(mei)
    with transaction.atomic():
        a_credit(mei)
        commands.seal(log=log, at=NINE)
        # As a restored copy of the database that is older than the head the world has seen.
        transaction.set_rollback(True)

    with pytest.raises(LogProblem, match="older"):
        commands.seal(log=log, at=NINE)

    assert log.head().size == 2


def test_a_tree_that_denies_the_last_one_is_not_signed(log):
    mei, lan = a_person("mei"), a_person("lan")
    a_credit(mei)
    commands.seal(log=log, at=NINE)
    a_credit(lan)
    # The files are of another log than the rows.
    log.files.clear()
    log.files.grow(0, [b"another"])

    commands.seal(log=log, at=NINE)
    assert log.files.tree(1).root() == bytes(Checkpoint.objects.get(size=1).root)

    monkey = log.files.fetch("checkpoint")
    assert b"\n2\n" in monkey


def test_a_head_of_another_database_is_noticed(log, tmp_path):
    a_credit(a_person("mei"))
    commands.seal(log=log, at=NINE)
    other = tlog.Head(log.origin, 1, merkle.leaf_hash(b"another"))
    log.files.write("checkpoint", sequencer.note.sign(other.text(), [log.key]).encode())

    with pytest.raises(LogProblem, match="differ"):
        commands.seal(log=log, at=NINE)


def test_a_head_signed_by_another_key_is_not_taken_for_ours(log, tmp_path):
    a_credit(a_person("mei"))
    commands.seal(log=log, at=NINE)
    stranger = a_log(tmp_path, key=SecretKey("city.example/log", b"x" * 32))

    with pytest.raises(ValueError, match="nobody known"):
        commands.seal(log=stranger, at=NINE)


def test_the_app_cannot_change_a_leaf_and_a_record_has_one_place(log):
    a_credit(a_person("mei"))
    commands.seal(log=log, at=NINE)
    leaf = Leaf.objects.get()

    for bad in (
        {"index": 1, "kind": 1, "record_id": leaf.record_id, "commitment": bytes(32)},
        {"index": -1, "kind": 1, "record_id": 99, "commitment": bytes(32)},
        {"index": 1, "kind": 9, "record_id": 99, "commitment": bytes(32)},
        {"index": 1, "kind": 1, "record_id": 99, "commitment": bytes(31)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Leaf.objects.create(**bad)


def test_a_head_has_a_size_and_a_whole_root():
    for bad in ({"size": 0, "root": bytes(32)}, {"size": 1, "root": bytes(31)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Checkpoint.objects.create(note="", at=NINE, **bad)


@pytest.mark.django_db(transaction=True)
def test_two_sequencers_at_once_give_each_record_one_place(log):
    mei = a_person("mei")
    made = {a_credit(mei).pk for _n in range(50)}
    barrier, failed = Barrier(4), []

    def run():
        barrier.wait(10)
        try:
            commands.seal(log=log, at=NINE)
        except Exception as problem:
            failed.append(problem)
        finally:
            connection.close()

    threads = [Thread(target=run) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert {record for _i, _k, record in leaves()} == made
    assert [index for index, _k, _r in leaves()] == list(range(50))
    assert log.head().size == 50


@pytest.mark.django_db(transaction=True)
def test_a_restored_copy_looks_through_all_credits_again(log):
    mei = a_person("mei")
    a_credit(mei)
    commands.seal(log=log, at=NINE)
    sequencer.Reached.objects.update(journal_snapshot="9999999999:9999999999:")
    a_credit(mei)

    commands.seal(log=log, at=NINE)

    assert log.head().size == 2
