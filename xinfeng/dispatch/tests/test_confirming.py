"""After the service: confirmed or denied, rated or not, called back, done again."""

import pytest

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.dispatch import commands
from xinfeng.dispatch.commands import NewRating
from xinfeng.dispatch.models import CallBack, Offer, Rating, State, Step
from xinfeng.people.commands import erase_contacts
from xinfeng.people.models import Contact
from xinfeng.people.tests.build import a_keeper, a_person, an_office
from xinfeng.places.tests.build import a_city, a_place

from .build import (
    DAY,
    HOUR,
    MONDAY,
    SECRET,
    a_desk,
    a_served_order,
    a_verified_order,
    an_accepted_order,
    an_order,
    scheduled,
    seen,
)

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + DAY + 2 * HOUR


def refusal(verb, **arguments):
    with pytest.raises(Refusal) as refused:
        verb(**arguments)
    return refused.value.code


def rated(order, overall=5, *, actor=None, secret=SECRET, **more):
    return commands.rate(
        order_id=order.pk, rating=NewRating(overall=overall, **more), actor=actor,
        at=TUESDAY, secret=secret,
    )  # fmt: skip


@pytest.fixture
def mei():
    return a_person()


def test_the_resident_confirms_by_the_address(mei):
    order = a_served_order(mei)
    commands.confirm(order_id=order.pk, actor=None, at=TUESDAY, secret=SECRET)
    commands.confirm(order_id=order.pk, actor=None, at=TUESDAY + HOUR, secret=SECRET)

    assert (seen(order).state, seen(order).confirmed_at) == ("TO_RATE", TUESDAY)


def test_an_office_confirms_when_it_says_how_it_asked(mei):
    order = a_served_order(mei)
    confirm = {"order_id": order.pk, "actor": a_desk(), "at": TUESDAY}

    assert refusal(commands.confirm, **confirm) == "how_missing"
    commands.confirm(how="PHONE", **confirm)
    assert Step.objects.get(verb="order.confirmed").details == {"how": "PHONE"}


def test_who_served_neither_confirms_nor_rates_even_with_the_address(mei):
    order = a_served_order(mei)

    with pytest.raises(Forbidden):
        commands.confirm(order_id=order.pk, actor=mei, at=TUESDAY, secret=SECRET)
    with pytest.raises(Forbidden):
        rated(order, actor=mei)
    with pytest.raises(Unknown):
        rated(order, actor=mei, secret="")


def test_what_was_not_served_yet_cannot_be_confirmed(mei):
    order = scheduled(an_accepted_order(mei), a_desk())

    assert (
        refusal(commands.confirm, order_id=order.pk, actor=None, at=TUESDAY, secret=SECRET)
        == "order_state"
    )
    assert (
        refusal(commands.deny, order_id=order.pk, actor=None, at=TUESDAY, secret=SECRET)
        == "order_state"
    )


def test_a_service_that_was_not_given_brings_a_call(mei):
    order = a_served_order(mei)
    commands.deny(order_id=order.pk, actor=None, at=TUESDAY, secret=SECRET)
    commands.deny(order_id=order.pk, actor=None, at=TUESDAY, secret=SECRET)

    assert (seen(order).state, seen(order).confirmed_at) == ("CALL_BACK", None)
    assert Step.objects.filter(verb="order.denied").count() == 1


def test_a_good_rating_closes_the_order_and_what_was_not_said_stays_unsaid(mei):
    order = a_served_order(mei)
    rated(order, 4, punctual=5)
    rated(order, 1)

    with scope.whole_city():
        rating = Rating.objects.get()
    assert (rating.overall, rating.punctual) == (4, 5)
    assert (rating.attitude, rating.skill, rating.fee_asked) == (None, None, None)
    found = seen(order)
    assert (found.state, found.rated_at, found.closed_at) == ("CLOSED", TUESDAY, TUESDAY)


@pytest.mark.parametrize("said", [{"overall": 2}, {"overall": 1}, {"fee_asked": True}])
def test_a_poor_rating_or_a_fee_brings_a_call(mei, said):
    order = a_served_order(mei)
    rated(order, **said)

    assert seen(order).state == State.CALL_BACK
    assert seen(order).due_at > TUESDAY


def test_no_fee_and_three_stars_bring_no_call(mei):
    order = a_served_order(mei)
    rated(order, 3, fee_asked=False)

    assert seen(order).state == State.CLOSED


@pytest.mark.parametrize("said", [{"overall": 0}, {"overall": 6}, {"skill": 9}])
def test_stars_are_one_to_five(mei, said):
    order = a_served_order(mei)

    assert refusal(rated, order=order, **said) == "rating_wrong"
    with scope.whole_city():
        assert not Rating.objects.exists()
    assert seen(order).state == State.TO_CONFIRM


def test_the_words_of_a_rating_are_sealed(mei):
    rated(a_served_order(mei), comment="小梅很耐心")

    with scope.whole_city():
        rating = Rating.objects.get()
    assert "小梅" not in rating.comment_sealed
    assert rating.comment() == "小梅很耐心"


def test_who_rated_is_told_apart(mei):
    lan, resident = a_person("lan"), a_person("resident")
    by_proxy = a_served_order(mei, actor=lan, relation="NEIGHBOUR")
    own = a_served_order(mei, actor=resident, is_mine=True)
    called = a_served_order(mei)

    assert rated(by_proxy, actor=lan, secret="").by == "PROXY"
    assert rated(own, actor=resident, secret="").by == "RESIDENT"
    by_call = commands.rate(
        order_id=called.pk, rating=NewRating(5), actor=a_desk(), at=TUESDAY, how="PHONE"
    )
    assert (by_call.by, by_call.rated_by) == ("CALL_BACK", a_desk())


def test_a_call_settles_it_or_finds_nobody_or_sends_it_out_again(mei):
    order = a_served_order(mei)
    rated(order, 1)
    call = {"order_id": order.pk, "actor": a_desk(), "at": TUESDAY + HOUR}
    commands.call_back(outcome="NOT_REACHED", **call)
    assert seen(order).state == State.CALL_BACK

    commands.call_back(outcome="SETTLED", note="已道歉", **call)
    assert seen(order).state == State.CLOSED
    assert refusal(commands.call_back, outcome="AGAIN", **call) == "order_state"
    with scope.whole_city():
        calls = list(CallBack.objects.order_by("number"))
    assert [one.number for one in calls] == [1, 2]
    assert calls[1].note() == "已道歉"
    assert "道歉" not in calls[1].note_sealed


def test_dispatched_again_is_a_new_attempt_and_the_first_one_s_record_stays(mei):
    order = a_served_order(mei)
    rated(order, 1)
    commands.call_back(order_id=order.pk, outcome="AGAIN", actor=a_desk(), at=TUESDAY)

    found = seen(order)
    assert (found.state, found.attempt, found.accepted) == ("TO_DISPATCH", 2, 0)
    assert (found.shift_id, found.confirmed_at, found.rated_at) == (None, None, None)
    with scope.whole_city():
        assert Offer.objects.get(attempt=1).state == "ACCEPTED"
        assert Rating.objects.get(attempt=1).overall == 1


def test_a_call_is_the_office_s_and_nobody_s_about_themselves(mei):
    order = a_served_order(mei)
    rated(order, 1)
    keeper = a_keeper(a_place())
    call = {"order_id": order.pk, "outcome": "SETTLED", "at": TUESDAY}

    with pytest.raises(Forbidden):
        commands.call_back(actor=keeper, **call)
    with pytest.raises(Unknown):
        commands.call_back(actor=mei, **call)


def test_a_complaint_is_sealed_told_and_answered(mei):
    order, desk = a_served_order(mei), a_desk()
    made = commands.complain(
        order_id=order.pk, code="C1", kind="FEE", text="要了二十元", actor=None, at=TUESDAY,
        secret=SECRET,
    )  # fmt: skip
    again = commands.complain(
        order_id=order.pk, code="C1", kind="FEE", text="要了二十元", actor=None, at=TUESDAY,
        secret=SECRET,
    )  # fmt: skip
    assert made.pk == again.pk
    assert made.text() == "要了二十元"
    assert "二十" not in made.text_sealed

    answered = commands.answer_complaint(
        complaint_id=made.pk, answer="已退还", actor=desk, at=TUESDAY + DAY
    )
    assert (answered.state, answered.answer()) == ("ANSWERED", "已退还")
    verbs = Step.objects.filter(order=order, verb__startswith="complaint.").order_by("pk")
    assert [step.verb for step in verbs] == ["complaint.made", "complaint.answered"]


def test_nobody_answers_their_own_complaint_or_one_about_their_service():
    desk = a_desk()
    order = a_served_order(a_person())
    complain = {"order_id": order.pk, "kind": "OTHER", "text": "迟到", "at": TUESDAY}
    own = commands.complain(code="C1", actor=desk, **complain)

    answer = {"complaint_id": own.pk, "answer": "不算迟到", "at": TUESDAY}
    assert refusal(commands.answer_complaint, actor=desk, **answer) == "own_complaint"
    county = an_office(a_city().county)
    assert commands.answer_complaint(actor=county, **answer).answered_by == county


@pytest.mark.parametrize("text", ["", "  ", "很" * 2001])
def test_a_complaint_says_something(text):
    order = a_served_order(a_person())

    assert refusal(
        commands.complain, order_id=order.pk, code="C", kind="FEE", text=text, actor=None,
        at=TUESDAY, secret=SECRET,
    ) == "text_missing"  # fmt: skip


def opened(order, actor, at):
    return commands.open_contact(order_id=order.pk, actor=actor, at=at)


def test_the_desk_opens_the_contact_of_an_open_order_and_it_is_written_down():
    order = a_verified_order()

    assert opened(order, a_desk(), TUESDAY).phone == "13873400001"
    assert Step.objects.get(verb="order.contact_opened").actor == a_desk()
    commands.cancel(order_id=order.pk, reason="SOLVED", actor=a_desk(), at=TUESDAY)
    with pytest.raises(Forbidden):
        opened(order, a_desk(), TUESDAY)


def test_a_volunteer_opens_the_contact_from_accepting_until_two_days_after(mei):
    order = a_verified_order()
    with pytest.raises(Unknown):
        opened(order, mei, MONDAY + 2 * HOUR)

    served = a_served_order(mei)
    ends = seen(served).shift.ends_at
    assert opened(served, mei, ends + 2 * DAY).address == "茶山村3组12号"
    with pytest.raises(Unknown):
        opened(served, mei, ends + 2 * DAY + HOUR)


def test_who_declined_or_whose_offer_was_taken_back_never_opens_it(mei):
    order = an_accepted_order(mei)
    commands.hold(order_id=order.pk, reason="WEATHER", actor=a_desk(), at=TUESDAY)

    with pytest.raises(Unknown):
        opened(order, mei, TUESDAY)


def test_what_was_erased_cannot_be_opened(mei):
    order = a_served_order(mei, actor=a_person("r"), is_mine=True)
    rated(order)
    assert erase_contacts(at=TUESDAY + 179 * DAY) == 0
    assert erase_contacts(at=TUESDAY + 180 * DAY) == 1

    with scope.whole_city():
        contact = Contact.objects.get(pk=seen(order).contact_id)
    assert (contact.name_sealed, contact.phone_digest, contact.person) == ("", None, None)
    assert contact.masked_name == ""
    assert refusal(opened, order=order, actor=seen(order).placed_by, at=TUESDAY) == (
        "contact_erased"
    )


def test_words_are_erased_with_the_contact_and_the_stars_stay(mei):
    order = a_served_order(mei)
    rated(order, 5, comment="很好")

    assert commands.forget_words(at=TUESDAY + 179 * DAY) == 0
    assert commands.forget_words(at=TUESDAY + 180 * DAY) == 1
    with scope.whole_city():
        rating = Rating.objects.get()
    assert (rating.overall, rating.comment()) == (5, "")


def test_a_stranger_complains_about_nothing():
    with pytest.raises(Unknown):
        commands.complain(
            order_id=an_order().pk, code="C", kind="FEE", text="x", actor=a_person("s"),
            at=TUESDAY,
        )  # fmt: skip
