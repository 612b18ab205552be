"""What phones sign and send, at once or late."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from threading import Barrier

import pytest
from django.db import connection

from xinfeng.activities import commands, door, doorway, signing
from xinfeng.activities.models import CheckIn, Signup
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal
from xinfeng.hours.models import Credit
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE

from .build import EIGHT, ONE_HOUR, a_shift, a_signup, an_activity
from .phones import Phone, sent

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ELEVEN = NINE + 2 * ONE_HOUR


@pytest.fixture
def lan():
    """Lan leads the shift."""
    return a_person("lan", name="兰队长")


@pytest.fixture
def mei():
    """Mei volunteers."""
    return a_person("mei")


@pytest.fixture
def signup(lan, mei):
    """Mei is booked from nine to eleven."""
    return a_signup(volunteer=mei, leader=lan)


@pytest.fixture
def phone():
    return Phone()


@pytest.fixture
def key(phone, mei):
    return phone.register(mei, EIGHT)


def code_at(signup, at):
    return str(door.shown(signup.shift.activity.code, at))


def received(message, *, at, sent_at=None):
    return commands.receive(message=signing.read(sent(message, at=sent_at or at)), at=at)


def again(signup):
    with scope.whole_city():
        return Signup.objects.get(pk=signup.pk)


def rows():
    with scope.whole_city():
        return list(CheckIn.objects.order_by("pk"))


def credited():
    with scope.whole_city():
        return list(Credit.objects.order_by("pk").values_list("minutes", "grade"))


def verbs():
    entries = Entry.objects.exclude(verb="device.registered")
    return [entry.verb for entry in entries.order_by("pk")]


def test_a_signed_code_of_the_moment_checks_in(phone, key, signup, mei):
    message = phone.say(key, said_at=NINE, signup=signup.pk, code=code_at(signup, NINE))

    outcome = received(message, at=NINE)

    now = again(signup)
    assert (now.state, now.arrived_at, now.grade) == ("PRESENT", NINE, "B")
    assert (outcome.moves, outcome.saying.skew_s) == (True, 0)
    (row,) = rows()
    assert (row.code_held, row.device_id, row.device_counter) == (True, key.device_id, 1)
    assert (row.is_late, row.recorded_by_id) == (False, None)
    assert verbs() == ["signup.arrived"]
    assert Entry.objects.get(verb="signup.arrived").actor_id == mei.pk


def test_going_by_the_code_credits_the_time(phone, key, signup):
    come = phone.say(key, said_at=NINE, signup=signup.pk, code=code_at(signup, NINE))
    go = phone.say(
        key, said_at=ELEVEN, signup=signup.pk, phase="OUT", code=code_at(signup, ELEVEN)
    )

    received(come, at=NINE)
    received(go, at=ELEVEN)

    assert credited() == [(120, "B")]
    with scope.whole_city():
        credit = Credit.objects.get()
    assert (credit.starts_at, credit.ends_at) == (NINE, ELEVEN)
    assert verbs() == ["signup.arrived", "credit.posted", "signup.left"]


def test_the_leaders_word_before_leaving_makes_the_best_grade(phone, key, signup, lan):
    received(
        phone.say(key, said_at=NINE, signup=signup.pk, code=code_at(signup, NINE)), at=NINE
    )
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE + MINUTE)
    assert again(signup).grade == "A"

    go = phone.say(
        key, said_at=ELEVEN, signup=signup.pk, phase="OUT", code=code_at(signup, ELEVEN)
    )
    received(go, at=ELEVEN)

    assert credited() == [(120, "A")]
    with scope.whole_city():
        credit = Credit.objects.get()
    assert (credit.recorded_by_id, credit.confirmed_by_id) == (signup.person_id, lan.pk)


def test_what_is_sent_twice_counts_once(phone, key, signup):
    come = phone.say(key, said_at=NINE, signup=signup.pk, code=code_at(signup, NINE))
    go = phone.say(
        key, said_at=ELEVEN, signup=signup.pk, phase="OUT", code=code_at(signup, ELEVEN)
    )
    for message, at in [(come, NINE), (go, ELEVEN)]:
        first = received(message, at=at)
        second = received(message, at=at + MINUTE)
        assert (first.state, second.state, second.moves) == (first.state, first.state, False)

    assert len(rows()) == 2
    assert credited() == [(120, "B")]
    assert verbs() == ["signup.arrived", "credit.posted", "signup.left"]


def test_what_waited_for_a_network_counts_from_when_its_code_was_shown(phone, key, signup):
    come = phone.say(key, said_at=NINE, signup=signup.pk, code=code_at(signup, NINE))

    outcome = received(come, at=NINE + 5 * ONE_HOUR)

    assert outcome.saying.is_late
    assert again(signup).arrived_at == NINE
    (row,) = rows()
    assert (row.is_late, row.received_at, row.counted_at) == (True, NINE + 5 * ONE_HOUR, NINE)


def test_a_clock_that_is_wrong_is_marked_and_corrected(phone, key, signup):
    ahead = timedelta(minutes=20)
    come = phone.say(key, said_at=NINE + ahead, signup=signup.pk, code=code_at(signup, NINE))

    received(come, at=NINE + ONE_HOUR, sent_at=NINE + ONE_HOUR + ahead)

    (row,) = rows()
    assert (row.skew_s, row.counted_at, row.is_late) == (1200, NINE, True)


def test_an_old_code_sent_as_new_is_refused(phone, key, signup):
    later = NINE + 5 * MINUTE
    come = phone.say(key, said_at=later, signup=signup.pk, code=code_at(signup, NINE))

    with pytest.raises(Refusal) as refusal:
        received(come, at=later)

    assert refusal.value.code == "code_passed"
    assert rows() == []


def test_a_late_code_that_disagrees_with_its_time_is_refused(phone, key, signup):
    come = phone.say(key, said_at=NINE - 20 * MINUTE, signup=signup.pk,
                     code=code_at(signup, NINE))  # fmt: skip

    with pytest.raises(Refusal) as refusal:
        received(come, at=NINE + ONE_HOUR)

    assert refusal.value.code == "code_passed"


def test_a_made_up_code_is_refused(phone, key, signup):
    seen = door.shown(signup.shift.activity.code, NINE)
    made_up = f"{seen.activity}.{seen.step}.{'A' * 16}"

    with pytest.raises(Refusal) as refusal:
        received(phone.say(key, said_at=NINE, signup=signup.pk, code=made_up), at=NINE)

    assert refusal.value.code == "code_passed"


def test_the_code_of_another_activity_is_refused(phone, key, signup, lan):
    other = a_shift(activity=an_activity(leader=lan))
    code = str(door.shown(other.activity.code, NINE))

    with pytest.raises(Refusal) as refusal:
        received(phone.say(key, said_at=NINE, signup=signup.pk, code=code), at=NINE)

    assert refusal.value.code == "code_of_another"


def test_another_phones_signature_is_not_believed(phone, key, signup):
    message = phone.say(key, said_at=NINE, signup=signup.pk, code=code_at(signup, NINE))
    message["signature"] = Phone().sign(message["said"])

    with pytest.raises(Refusal) as refusal:
        received(message, at=NINE)

    assert (refusal.value.code, refusal.value.status) == ("device_unknown", 401)


def test_a_device_taken_back_is_believed_no_more(phone, key, signup, mei):
    commands.revoke_device(keyholder_id=key.pk, actor=mei, at=EIGHT)
    message = phone.say(key, said_at=NINE, signup=signup.pk, code=code_at(signup, NINE))

    with pytest.raises(Refusal) as refusal:
        received(message, at=NINE)

    assert refusal.value.code == "device_unknown"


def test_nobody_checks_in_somebody_else(phone, signup):
    bo = a_person("bo")
    key = phone.register(bo, EIGHT)
    message = phone.say(key, said_at=NINE, signup=signup.pk, code=code_at(signup, NINE))

    with pytest.raises(Refusal) as refusal:
        received(message, at=NINE)

    assert refusal.value.code == "signup_unknown"


def test_a_number_used_twice_speaks_of_a_copied_key(phone, key, signup, lan, mei):
    received(
        phone.say(key, said_at=NINE, signup=signup.pk, code=code_at(signup, NINE)), at=NINE
    )
    phone.counter = 0
    go = phone.say(
        key, said_at=ELEVEN, signup=signup.pk, phase="OUT", code=code_at(signup, ELEVEN)
    )

    with pytest.raises(Refusal) as refusal:
        received(go, at=ELEVEN)

    assert refusal.value.code == "said_before"
    assert (again(signup).state, credited()) == ("PRESENT", [])


def test_a_walk_in_is_booked_and_arrives_in_one_step(phone, key, lan):
    shift = a_shift(leader=lan, capacity=1)
    ten = NINE + ONE_HOUR
    code = str(door.shown(shift.activity.code, ten))

    outcome = received(phone.say(key, said_at=ten, code=code), at=ten)

    assert outcome.state == "PRESENT"
    assert verbs() == ["signup.booked", "signup.arrived"]


def test_a_walk_in_finds_no_place_where_all_are_taken(phone, key, lan):
    shift = a_shift(leader=lan, capacity=1)
    a_signup(volunteer=a_person("bo"), shift=shift)
    code = str(door.shown(shift.activity.code, NINE))

    with pytest.raises(Refusal) as refusal:
        received(phone.say(key, said_at=NINE - MINUTE, code=code), at=NINE - MINUTE)

    assert refusal.value.code == "shift_full"
    assert verbs() == []


def test_six_digits_are_tried_a_few_times_only(phone, key, signup):
    right = door.digits_shown(signup.shift.activity.code, NINE)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    told = []
    for digits in [wrong] * 6 + [right]:
        message = phone.say(
            key, said_at=NINE, signup=signup.pk, means="SIX_DIGITS", code=digits
        )
        with pytest.raises(Refusal) as refusal:
            received(message, at=NINE)
        told.append(refusal.value.code)

    assert told == ["wrong_digits"] * 5 + ["too_many_tries"] * 2
    assert verbs() == ["signup.guessed"]


def test_the_leaders_phone_calls_the_roll_late_in_order(phone, signup, lan):
    key = phone.register(lan, EIGHT)
    come = phone.say(key, said_at=NINE, signup=signup.pk, means="ROLL_CALL")
    go = phone.say(key, said_at=ELEVEN, signup=signup.pk, means="ROLL_CALL", phase="OUT")

    for message in (come, go):
        received(message, at=ELEVEN + 3 * ONE_HOUR)

    assert credited() == [(120, "C")]
    assert [row.recorded_by_id for row in rows()] == [lan.pk, lan.pk]


def test_the_leaders_own_phone_does_not_vouch_for_the_leader(phone, lan):
    own = a_signup(volunteer=lan, leader=lan)
    key = phone.register(lan, EIGHT)

    for words in ({"means": "ROLL_CALL"}, {"code": code_at(own, NINE)}):
        with pytest.raises(Refusal) as refusal:
            received(phone.say(key, said_at=NINE, signup=own.pk, **words), at=NINE)
        assert refusal.value.code == "own_attendance"


def test_a_position_counts_with_consent_only(phone, key, signup):
    spot = {"inside": True, "distance": 50, "accuracy": 20}
    message = phone.say(key, said_at=NINE, signup=signup.pk, means="FENCE", spot=spot)

    with pytest.raises(Refusal) as refusal:
        received(message, at=NINE)

    assert refusal.value.code == "nothing_shown"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b'"a"', b"\xff", b"x" * 3000, b"[" * 1900,
        b'{"key": 1, "said": "{}", "signature": "", "sent_at": 1}',
        b'{"key": "a", "said": "[]", "signature": "AA", "sent_at": 1}',
        b'{"key": "a", "said": "{}", "signature": "AA", "sent_at": 1e400}',
    ],
)  # fmt: skip
def test_nonsense_is_answered_and_breaks_nothing(body):
    status, answer = asked(body)

    assert (status, answer["code"]) == ("400 Bad Request", "malformed")


def asked(body):
    """Through the address itself, as the server calls it."""
    told = []
    environ = {
        "PATH_INFO": doorway.PATH,
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    assert doorway.is_meant(environ)
    answer = doorway.application(environ, lambda *given: told.append(given))
    return told[0][0], json.loads(b"".join(answer))


def test_the_address_answers_in_words_and_numbers(phone, key, signup, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)
    message = phone.say(key, said_at=NINE, signup=signup.pk, code=code_at(signup, NINE))
    early = phone.say(key, said_at=NINE, signup=404, code=code_at(signup, NINE))

    status, answer = asked(sent(message, at=NINE))
    refused, why = asked(sent(early, at=NINE))

    assert (status, answer["state"], answer["already"]) == ("200 OK", "PRESENT", False)
    assert (refused, why["code"]) == ("404 Not Found", "signup_unknown")
    assert why["detail"]


@pytest.mark.django_db(transaction=True)
def test_the_same_place_from_many_phones_at_once_is_credited_once(signup, mei):
    phones = [Phone() for _ in range(8)]
    keys = [phone.register(mei, EIGHT) for phone in phones]
    first = phones[0].say(keys[0], said_at=NINE, signup=signup.pk, code=code_at(signup, NINE))
    received(first, at=NINE)
    words = {"signup": signup.pk, "phase": "OUT", "code": code_at(signup, ELEVEN)}
    messages = [
        phone.say(key, said_at=ELEVEN, **words) for phone, key in zip(phones, keys, strict=True)
    ]
    everyone_is_connected = Barrier(8)

    def leave(message):
        try:
            connection.ensure_connection()
            everyone_is_connected.wait(timeout=10)
            return received(message, at=ELEVEN).moves
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        moved = list(crowd.map(leave, messages))

    assert sorted(moved) == [False] * 7 + [True]
    assert credited() == [(120, "B")]


@pytest.mark.django_db(transaction=True)
def test_one_message_sent_by_eight_at_once_is_kept_once(phone, key, signup):
    message = phone.say(key, said_at=NINE, signup=signup.pk, code=code_at(signup, NINE))
    everyone_is_connected = Barrier(8)

    def send(_):
        try:
            connection.ensure_connection()
            everyone_is_connected.wait(timeout=10)
            return received(message, at=NINE).state
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        states = set(crowd.map(send, range(8)))

    assert states == {"PRESENT"}
    assert len(rows()) == 1
    assert verbs() == ["signup.arrived"]
