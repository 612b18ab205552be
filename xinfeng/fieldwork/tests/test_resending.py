"""Whatever a phone repeats, in whatever order, at whatever moment: the same in the end."""

import threading
from itertools import count

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.fieldwork import commands
from xinfeng.fieldwork.models import Completion, Submission, SubmissionFile
from xinfeng.fieldwork.parcels import unpack
from xinfeng.fieldwork.tests.build import (
    AT,
    a_version,
    an_inspector,
    answers,
    everything,
    multipart,
    sender,
)
from xinfeng.files import store
from xinfeng.files.tests.build import a_picture, original
from xinfeng.people.models import Person

PICTURES = {colour: a_picture(colour=colour) for colour in ("red", "blue", "green")}
NAMES = ("a.jpg", "b.jpg")
TIMES = 6
_runs = count(1)


def deliver(person: Person, xml: bytes, files=()) -> int:
    """As the view does it; the answer's status."""
    body = iter([multipart(xml, files)])
    with store.receiving() as arriving:
        parcel = unpack(
            lambda _size: next(body, b""), "multipart/form-data; boundary=BOUNDARY", arriving
        )
        try:
            commands.receive(xml=parcel.xml, files=parcel.files, sender=sender(person), at=AT)
        except Refusal as refusal:
            return refusal.status
    return 201


def form(run: int, number: int) -> bytes:
    """One of three forms, each of which amends the one before."""
    former = f"uuid:{run}-{number - 1}" if number > 1 else ""
    return answers(f"uuid:{run}-{number}", photos=NAMES, deprecates=former)


FILES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(sorted(PICTURES))),
    max_size=2, unique_by=lambda each: each[0],
)  # fmt: skip
PARCELS = st.lists(st.tuples(st.sampled_from([1, 2, 3]), FILES), min_size=1, max_size=8)


@pytest.fixture
def mei(db):
    with scope.whole_city():
        a_version()
        yield an_inspector("mei")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(parcels=PARCELS, again=st.data())
def test_resending_anything_in_any_order_changes_nothing(mei, parcels, again):
    run, taken, first = next(_runs), [], {}
    for number, files in parcels:
        sent = [(name, PICTURES[colour]) for name, colour in files]
        if deliver(mei, form(run, number), sent) == 201:
            taken.append((number, sent))
            _remember(first, number, sent)
    before = everything()

    for number, sent in again.draw(st.permutations(taken * 2)):
        assert deliver(mei, form(run, number), sent) == 201

    assert everything() == before
    for (number, name), content in first.items():
        if not name:
            continue
        row = SubmissionFile.objects.get(
            submission__instance_id=f"uuid:{run}-{number}", name=name
        )
        assert original(row.file) == content
    for number in {number for number, _name in first}:
        kept = Submission.objects.get(instance_id=f"uuid:{run}-{number}")
        whole = {name for at, name in first if at == number} >= set(NAMES)
        assert Completion.objects.filter(submission=kept).exists() == whole


def _remember(first, number, sent):
    """The first file of a name stays; an amendment begins with those of what it amends."""
    is_new = not any(at == number for at, _name in first) and (number, "") not in first
    first_now = dict(sent)
    if is_new:
        first[number, ""] = b""
        for name in NAMES:
            if (number - 1, name) in first and name not in first_now:
                first[number, name] = first[number - 1, name]
    for name, content in first_now.items():
        first.setdefault((number, name), content)


def together(*runs) -> None:
    """All at once: they start at a barrier."""
    barrier = threading.Barrier(len(runs))

    def at_once(run):
        barrier.wait()
        run()
        connection.close()

    threads = [threading.Thread(target=at_once, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def field(transactional_db):
    with scope.whole_city():
        a_version()
        return an_inspector("mei")


def test_one_form_sent_by_several_connections_at_once_is_one(field):
    xml, answered = answers(photos=NAMES), []
    parcels = [[("a.jpg", PICTURES["red"])], [("b.jpg", PICTURES["blue"])], []]

    together(*[
        lambda files=files: answered.append(deliver(field, xml, files))
        for files in parcels * 2
    ])  # fmt: skip

    assert answered == [201] * TIMES
    with scope.whole_city():
        assert Submission.objects.count() == 1
        assert SubmissionFile.objects.count() == 2
        assert Completion.objects.count() == 1


def test_of_different_answers_under_one_id_exactly_one_is_taken(field):
    answered = []

    together(*[
        lambda n=n: answered.append(
            deliver(field, answers(more=f"<l_1_1_note>{n}</l_1_1_note>"))
        )
        for n in range(TIMES)
    ])  # fmt: skip

    assert sorted(answered) == [201] + [409] * (TIMES - 1)
    with scope.whole_city():
        assert Submission.objects.count() == 1


def test_of_several_amendments_at_once_exactly_one_is_taken(field):
    deliver(field, answers("uuid:1"))
    answered = []

    together(*[
        lambda n=n: answered.append(
            deliver(field, answers(f"uuid:a{n}", deprecates="uuid:1"))
        )
        for n in range(TIMES)
    ])  # fmt: skip

    assert sorted(answered) == [201] + [409] * (TIMES - 1)
    with scope.whole_city():
        assert Submission.objects.standing().count() == 1


def test_of_different_files_under_one_name_exactly_one_stays(field):
    xml, answered = answers(photos=["a.jpg"]), []

    together(*[
        lambda colour=colour: answered.append(
            deliver(field, xml, [("a.jpg", PICTURES[colour])])
        )
        for colour in sorted(PICTURES) * 2
    ])  # fmt: skip

    assert answered == [201] * TIMES
    with scope.whole_city():
        assert SubmissionFile.objects.count() == 1
        assert Completion.objects.count() == 1
