"""People without a phone, the kiosk, forgotten check-outs, and codes on pages."""

from datetime import timedelta
from uuid import uuid4

import pytest

from xinfeng.activities import commands, door, passes
from xinfeng.activities.models import CheckIn, Phase, Signup
from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.hours.models import Credit
from xinfeng.journal.models import Entry
from xinfeng.people.models import Notice
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, a_city

from .build import EIGHT, ONE_HOUR, a_shift, a_signup, an_activity

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ELEVEN = NINE + 2 * ONE_HOUR


@pytest.fixture
def lan():
    """Lan leads the shift."""
    return a_person("lan", name="兰队长")


@pytest.fixture
def mei():
    """Mei volunteers, and has no phone."""
    return a_person("mei")


@pytest.fixture
def signup(lan, mei):
    return a_signup(volunteer=mei, leader=lan)


@pytest.fixture
def card(mei):
    commands.issue_card(person_id=mei.pk, code="CARD22", actor=mei, at=EIGHT)
    return passes.signed("card", "CARD22")


@pytest.fixture
def kiosk(signup, lan):
    commands.open_kiosk(shift_id=signup.shift_id, code="KIOSK22", actor=lan, at=EIGHT)
    return passes.signed("kiosk", "KIOSK22")


def again(signup):
    with scope.whole_city():
        return Signup.objects.get(pk=signup.pk)


def credits():
    with scope.whole_city():
        return list(Credit.objects.order_by("pk").values_list("minutes", "grade"))


def at_kiosk(kiosk, card, at):
    return commands.scan_at_kiosk(kiosk_pass=kiosk, text=card, client_id=uuid4(), at=at)


def test_a_card_at_the_kiosk_brings_in_and_takes_out(kiosk, card, signup, lan):
    came = at_kiosk(kiosk, card, NINE)
    left = at_kiosk(kiosk, card.lower(), ELEVEN)

    assert (came.state, left.state) == ("PRESENT", "LEFT")
    # The kiosk alone witnesses the place; nobody has seen the person.
    assert credits() == [(120, "")]
    with scope.whole_city():
        assert set(CheckIn.objects.values_list("means", "recorded_by_id")) == {
            ("KIOSK", lan.pk)
        }


def test_a_card_held_out_twice_does_not_send_its_holder_home(kiosk, card):
    at_kiosk(kiosk, card, NINE)

    assert at_kiosk(kiosk, card, NINE + 2 * MINUTE).state == "PRESENT"


def test_a_card_scanned_by_the_leader_is_two_witnesses(card, signup, lan):
    for at in (NINE, ELEVEN):
        commands.scan_card(
            text=card, shift_id=signup.shift_id, client_id=uuid4(), actor=lan, at=at
        )

    assert credits() == [(120, "B")]


def test_a_holder_who_did_not_sign_up_is_booked_where_there_is_room(kiosk, card, signup):
    bo = a_person("bo")
    commands.issue_card(person_id=bo.pk, code="CARD33", actor=bo, at=EIGHT)

    came = at_kiosk(kiosk, passes.signed("card", "CARD33"), NINE)

    assert (came.person_id, came.state) == (bo.pk, "PRESENT")


def test_a_lost_card_is_worth_nothing_when_the_next_is_issued(kiosk, card, mei):
    commands.issue_card(person_id=mei.pk, code="CARD44", actor=mei, at=EIGHT + MINUTE)

    with pytest.raises(Unknown):
        at_kiosk(kiosk, card, NINE)

    assert at_kiosk(kiosk, passes.signed("card", "CARD44"), NINE).state == "PRESENT"
    verbs = Entry.objects.filter(verb__startswith="card.").order_by("pk")
    assert [entry.verb for entry in verbs] == ["card.issued", "card.revoked", "card.issued"]


def test_a_forged_card_or_kiosk_opens_nothing(kiosk, card):
    for made_up in ("CARD22.AAAAAAAAAAAAAAAA", "CARD2", "", "\u4e2d"):
        with pytest.raises(Unknown):
            at_kiosk(kiosk, made_up, NINE)
        with pytest.raises(Unknown):
            at_kiosk(made_up, card, NINE)


def test_the_letters_of_a_card_may_be_typed(kiosk, card):
    assert at_kiosk(kiosk, "card22 ", NINE).state == "PRESENT"


def test_a_closed_kiosk_takes_nobody(kiosk, card, signup, lan):
    number = signup.shift.kiosks.get().pk
    commands.close_kiosk(kiosk_id=number, actor=lan, at=NINE)
    commands.close_kiosk(kiosk_id=number, actor=lan, at=NINE + MINUTE)

    with pytest.raises(Unknown):
        at_kiosk(kiosk, card, NINE)

    assert Entry.objects.filter(verb="kiosk.closed").count() == 1


def test_a_kiosk_ends_an_hour_after_its_shift(kiosk, card):
    with pytest.raises(Unknown):
        at_kiosk(kiosk, card, ELEVEN + ONE_HOUR)


def test_the_leaders_own_card_is_not_taken_at_the_leaders_kiosk(kiosk, signup, lan):
    a_signup(volunteer=lan, shift=signup.shift)
    commands.issue_card(person_id=lan.pk, code="CARD55", actor=lan, at=EIGHT)

    with pytest.raises(Refusal) as refusal:
        at_kiosk(kiosk, passes.signed("card", "CARD55"), NINE)

    assert refusal.value.code == "own_attendance"


def test_strangers_open_no_kiosk_scan_no_card_and_issue_none(signup, card, mei):
    stranger = a_person("stranger")
    other = an_office(a_city().other_county)
    for actor in (stranger, mei, other):
        with pytest.raises(Forbidden):
            commands.open_kiosk(shift_id=signup.shift_id, code="X", actor=actor, at=EIGHT)
        with pytest.raises(Forbidden):
            commands.scan_card(
                text=card, shift_id=signup.shift_id, client_id=uuid4(), actor=actor, at=NINE
            )
    for actor in (stranger, other):
        with pytest.raises(Forbidden):
            commands.issue_card(person_id=mei.pk, code="X", actor=actor, at=EIGHT)


def test_the_office_of_a_persons_home_issues_a_card(mei):
    office = an_office(a_city().county)

    card = commands.issue_card(person_id=mei.pk, code="CARD66", actor=office, at=EIGHT)

    assert card.issued_by_id == office.pk
    commands.revoke_card(card_id=card.pk, actor=office, at=NINE)
    with scope.whole_city():
        card.refresh_from_db()
    assert card.revoked_at == NINE


# Codes on pages where one is signed in


def test_the_code_of_the_screen_checks_in_on_a_page(signup, mei):
    code = str(door.shown(signup.shift.activity.code, NINE))

    commands.scan(
        client_id=uuid4(), code=code, seen_at=NINE, phase=Phase.IN, actor=mei, at=NINE + MINUTE
    )

    assert again(signup).arrived_at == NINE + MINUTE


@pytest.mark.parametrize(
    ("seen_at", "at"),
    [(NINE + 5 * MINUTE, NINE + 5 * MINUTE), (NINE, NINE + 11 * MINUTE)],
    ids=["too old when it was opened", "opened too long ago"],
)
def test_an_old_code_books_nobody(lan, mei, seen_at, at):
    shift = a_shift(leader=lan)
    code = str(door.shown(shift.activity.code, NINE))

    with pytest.raises(Refusal) as refusal:
        commands.scan(
            client_id=uuid4(), code=code, seen_at=seen_at, phase=Phase.IN, actor=mei, at=at
        )

    assert refusal.value.code == "code_passed"
    assert not Entry.objects.exists()


def test_typed_digits_check_in_and_wrong_ones_are_counted(signup, mei):
    digits = door.digits_shown(signup.shift.activity.code, NINE)
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    words = {"signup_id": signup.pk, "phase": Phase.IN, "actor": mei, "at": NINE}

    for _ in range(3):
        with pytest.raises(Refusal):
            commands.type_digits(client_id=uuid4(), digits=wrong, **words)
    commands.type_digits(client_id=uuid4(), digits=digits, **words)

    assert again(signup).state == "PRESENT"


def test_between_two_shifts_one_goes_before_one_comes(lan, mei):
    activity = an_activity(leader=lan)
    first = a_signup(volunteer=mei, shift=a_shift(activity=activity))
    a_signup(volunteer=mei, shift=a_shift(activity=activity, starts_at=ELEVEN))
    commands.check_in(signup_id=first.pk, actor=lan, at=NINE)
    code = str(door.shown(activity.code, ELEVEN))

    left = commands.scan(
        client_id=uuid4(), code=code, seen_at=ELEVEN, phase=Phase.OUT, actor=mei, at=ELEVEN
    )

    assert (left.pk, left.state) == (first.pk, "LEFT")


# Forgotten check-outs


def test_a_review_sets_the_planned_end_and_who_reviewed(signup, lan):
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE + MINUTE)

    roll = commands.call_roll(arrived=[], left=[signup.pk], actor=lan, at=NINE + 9 * ONE_HOUR)

    now = again(signup)
    assert roll.saved == 1
    assert (now.left_at, now.reviewed_by_id) == (ELEVEN, lan.pk)
    assert credits() == [(119, "C")]


def test_nobody_reviews_themselves(signup, lan):
    own = a_signup(volunteer=lan, shift=signup.shift)
    deputy = an_office(a_city().county)
    commands.check_in(signup_id=own.pk, actor=deputy, at=NINE)

    with pytest.raises(Forbidden):
        commands.call_roll(arrived=[], left=[own.pk], actor=lan, at=NINE + 9 * ONE_HOUR)
    commands.call_roll(arrived=[], left=[own.pk], actor=deputy, at=NINE + 9 * ONE_HOUR)

    assert again(own).reviewed_by_id == deputy.pk


def test_the_leader_is_asked_once_for_a_review(signup, lan):
    commands.check_in(signup_id=signup.pk, actor=lan, at=NINE)

    told = [commands.ask_for_reviews(at=ELEVEN + wait) for wait in (MINUTE, ONE_HOUR, ONE_HOUR)]

    assert told == [0, 1, 0]
    with scope.whole_city():
        (notice,) = Notice.objects.filter(kind="shift.review_asked")
    assert (notice.person_id, notice.words["count"]) == (lan.pk, 1)


# The whole roster at once


def test_a_roster_is_saved_at_once_and_whom_a_rule_forbids_stays(signup, lan):
    others = [a_signup(volunteer=a_person(f"p{n}"), shift=signup.shift) for n in range(3)]
    waiting = others[2]
    with scope.whole_city():
        Signup.objects.filter(pk=waiting.pk).update(state="WAITING")
    everyone = [signup.pk, *(other.pk for other in others)]

    come = commands.call_roll(arrived=everyone, left=[], actor=lan, at=NINE)
    go = commands.call_roll(arrived=[], left=everyone, actor=lan, at=ELEVEN)
    again_go = commands.call_roll(arrived=[], left=everyone[:3], actor=lan, at=ELEVEN)

    assert (come.saved, set(come.refused)) == (3, {waiting.pk})
    assert (go.saved, set(go.refused)) == (3, {waiting.pk})
    assert again_go.saved == 0
    assert credits() == [(120, "C")] * 3


def test_one_overlap_does_not_keep_the_others_from_their_hours(signup, lan, mei):
    bo = a_person("bo")
    other = a_signup(volunteer=bo, shift=signup.shift)
    elsewhere = a_signup(volunteer=mei, shift=a_shift(activity=an_activity(leader=lan)))
    for one in (signup, other, elsewhere):
        commands.check_in(signup_id=one.pk, actor=lan, at=NINE)
    commands.check_out(signup_id=elsewhere.pk, actor=lan, at=ELEVEN)

    roll = commands.call_roll(arrived=[], left=[signup.pk, other.pk], actor=lan, at=ELEVEN)

    assert (roll.saved, [r.code for r in roll.refused.values()]) == (1, ["hours_overlap"])
    assert (again(signup).state, again(other).state) == ("PRESENT", "LEFT")


def test_a_stranger_saves_nothing_of_a_roster(signup, lan):
    mine = a_signup(volunteer=a_person("bo"), leader=a_person("other"))

    with pytest.raises(Forbidden):
        commands.call_roll(arrived=[signup.pk, mine.pk], left=[], actor=lan, at=NINE)

    assert again(signup).state == "BOOKED"
