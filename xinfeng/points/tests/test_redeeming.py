from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from xinfeng.base import scope, short_code
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, VILLAGE, a_city
from xinfeng.points import commands
from xinfeng.points.commands import NewMerchant, NewReward
from xinfeng.points.models import Merchant, PickUpTally, Redemption, RefundReason, Reward

from .build import (
    a_merchant,
    a_reward,
    balance_of,
    balances_add_up,
    redeem,
    with_points,
)

pytestmark = pytest.mark.django_db


def refused(wanted, verb, /, **given):
    with pytest.raises(Refusal) as refusal:
        verb(**given, at=NINE)
    assert refusal.value.code == wanted


def give_back(redemption, actor, reason=RefundReason.CHANGED_MIND):
    return commands.give_back(redemption_id=redemption.pk, reason=reason, actor=actor, at=NINE)


def hand_out(redemption, actor):
    return commands.hand_out(
        merchant_id=redemption.merchant_id, code=redemption.code, actor=actor, at=NINE
    )


def stock_of(reward):
    return Reward.objects.get(pk=reward.pk).stock


def test_points_are_redeemed_for_a_piece_under_a_code():
    mei, reward = with_points(a_person(), 7), a_reward(price=5, stock=3)

    redemption = redeem(reward, mei)

    assert (redemption.state, redemption.price_points) == ("RESERVED", 5)
    assert (balance_of(mei), stock_of(reward)) == (2, 2)
    assert Entry.objects.filter(verb="reward.redeemed").count() == 1
    assert balances_add_up()


def test_the_form_sent_twice_redeems_once_and_shows_the_same_code():
    mei, reward, form = with_points(a_person(), 12), a_reward(price=5), uuid4()

    first, again = (
        commands.redeem(reward_id=reward.pk, client_id=form, code=code, actor=mei, at=NINE)
        for code in ("AAAA", "BBBB")
    )

    assert (first.pk, first.code, balance_of(mei)) == (again.pk, again.code, 7)


def test_nobody_redeems_what_they_cannot_pay():
    mei, reward = with_points(a_person(), 4), a_reward(price=5)

    refused("too_few_points", redeem_now, reward=reward, person=mei)

    assert (balance_of(mei), stock_of(reward)) == (4, 3)


def redeem_now(*, reward, person, at):
    return redeem(reward, person, at=at)


def test_what_is_gone_or_withdrawn_is_not_redeemed():
    shop = a_merchant()
    mei, reward = with_points(a_person(), 20), a_reward(shop, price=5, stock=1)
    redeem(reward, mei)
    refused("out_of_stock", redeem_now, reward=reward, person=mei)

    commands.restock(reward_id=reward.pk, pieces=2, actor=shop.keeper, at=NINE)
    commands.withdraw(reward_id=reward.pk, actor=shop.keeper, at=NINE)
    refused("reward_withdrawn", redeem_now, reward=reward, person=mei)

    office = an_office(a_city().township)
    commands.end_merchant(merchant_id=shop.pk, actor=office, at=NINE)
    refused("reward_withdrawn", redeem_now, reward=reward, person=mei)


def test_a_closed_account_redeems_nothing():
    mei, reward = with_points(a_person(), 7), a_reward(price=5)
    mei.state = "CLOSED"

    with pytest.raises(Forbidden):
        redeem(reward, mei)


def test_the_merchant_confirms_the_code_once():
    shop = a_merchant()
    redemption = redeem(a_reward(shop), with_points(a_person(), 7))

    done = hand_out(redemption, shop.keeper)

    assert (done.state, done.confirmed_by_id) == ("PICKED_UP", shop.keeper_id)
    refused(
        "code_used", commands.hand_out, merchant_id=shop.pk, code=redemption.code,
        actor=shop.keeper,
    )  # fmt: skip


def test_a_code_is_good_at_its_own_merchant_only_and_strangers_learn_nothing():
    shop, other = a_merchant(), a_merchant()
    redemption = redeem(a_reward(shop), with_points(a_person(), 7))

    for merchant, actor in [(other, other.keeper), (shop, other.keeper), (shop, a_person("x"))]:
        refused(
            "code_unknown", commands.hand_out, merchant_id=merchant.pk, code=redemption.code,
            actor=actor,
        )  # fmt: skip


def test_a_clerk_hands_out_but_nobody_to_themselves():
    shop, lan = a_merchant(), a_person("lan")
    commands.name_clerk(merchant_id=shop.pk, person_id=lan.pk, actor=shop.keeper, at=NINE)
    reward = a_reward(shop)
    own = redeem(reward, with_points(lan, 7))

    with pytest.raises(Forbidden):
        hand_out(own, lan)
    assert hand_out(own, shop.keeper).state == "PICKED_UP"
    assert hand_out(redeem(reward, with_points(a_person(), 7)), lan).state == "PICKED_UP"

    commands.relieve_clerk(merchant_id=shop.pk, person_id=lan.pk, actor=shop.keeper, at=NINE)
    refused(
        "code_unknown", commands.hand_out, merchant_id=shop.pk, code="X", actor=lan
    )  # fmt: skip


def test_points_are_given_back_before_the_pick_up():
    mei, reward = with_points(a_person(), 7), a_reward(stock=3)
    redemption = redeem(reward, mei)

    give_back(redemption, mei)
    give_back(redemption, mei)

    assert (balance_of(mei), stock_of(reward)) == (7, 3)
    refused(
        "code_refunded", commands.hand_out, merchant_id=redemption.merchant_id,
        code=redemption.code, actor=redemption.merchant.keeper,
    )  # fmt: skip
    assert balances_add_up()


def test_after_the_pick_up_only_merchant_or_office_give_points_back():
    shop, mei = a_merchant(), with_points(a_person(), 12)
    reward = a_reward(shop)
    first, second = redeem(reward, mei), redeem(reward, mei)
    for redemption in (first, second):
        hand_out(redemption, shop.keeper)

    for actor in (mei, a_person("stranger"), an_office(a_city().other_county)):
        with pytest.raises(Forbidden):
            give_back(first, actor)
    give_back(first, shop.keeper, RefundReason.FAULTY)
    give_back(second, an_office(a_city().county), RefundReason.FAULTY)

    assert balance_of(mei) == 12
    assert balances_add_up()


def a_wish(**changes):
    fields = {
        "code": "SHOP", "name": "便民超市", "division_id": VILLAGE, "address": "一号",
    }  # fmt: skip
    return NewMerchant(**fields | changes)


def test_a_merchant_takes_part_once_an_office_says_so():
    keeper, office = a_person("keeper"), an_office(a_city().township)

    merchant = commands.propose_merchant(new=a_wish(), actor=keeper, at=NINE)
    again = commands.propose_merchant(new=a_wish(), actor=keeper, at=NINE)
    assert (again.pk, merchant.state) == (merchant.pk, "PROPOSED")
    new = NewReward("OIL", "食用油", 5, 3)
    refused(
        "merchant_not_approved", commands.offer, merchant_id=merchant.pk, new=new, actor=keeper
    )

    commands.approve_merchant(merchant_id=merchant.pk, actor=office, at=NINE)
    commands.approve_merchant(merchant_id=merchant.pk, actor=office, at=NINE)
    reward = commands.offer(merchant_id=merchant.pk, new=new, actor=keeper, at=NINE)
    same = commands.offer(merchant_id=merchant.pk, new=new, actor=keeper, at=NINE)

    assert (same.pk, reward.stock, reward.supplied) == (reward.pk, 3, 3)
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["merchant.proposed", "merchant.approved", "reward.offered"]


def test_nobody_decides_on_their_own_shop_or_on_one_elsewhere():
    office = an_office(a_city().township)
    own = commands.propose_merchant(new=a_wish(), actor=office, at=NINE)
    other = commands.propose_merchant(
        new=a_wish(code="OTHER"), actor=a_person("keeper"), at=NINE
    )

    for merchant, actor in [
        (own, office), (other, an_office(a_city().other_county)), (other, a_person("x")),
    ]:  # fmt: skip
        for decide in (commands.approve_merchant, commands.refuse_merchant):
            with pytest.raises(Forbidden):
                decide(merchant_id=merchant.pk, actor=actor, at=NINE)


def test_a_refused_shop_stays_refused():
    office = an_office(a_city().township)
    shop = commands.propose_merchant(new=a_wish(), actor=a_person("keeper"), at=NINE)
    commands.refuse_merchant(merchant_id=shop.pk, actor=office, at=NINE)

    refused("merchant_decided", commands.approve_merchant, merchant_id=shop.pk, actor=office)


def test_a_form_of_somebody_else_is_not_taken_for_ones_own():
    commands.propose_merchant(new=a_wish(), actor=a_person("keeper"), at=NINE)

    refused("code_taken", commands.propose_merchant, new=a_wish(), actor=a_person("x"))


def test_strangers_change_no_reward():
    reward = a_reward()

    for verb, more in [(commands.restock, {"pieces": 1}), (commands.withdraw, {})]:
        with pytest.raises(Forbidden):
            verb(reward_id=reward.pk, actor=a_person(f"x{verb.__name__}"), at=NINE, **more)


@pytest.mark.parametrize(
    ("model", "change", "constraint"),
    [
        (Reward, {"stock": 4}, "reward_stock_is_possible"),
        (Reward, {"price_points": 0}, "reward_has_a_price"),
        (Merchant, {"decided_by": None}, "merchant_decision_agrees"),
        (Redemption, {"state": "PICKED_UP"}, "redemption_refund_agrees"),
        (Redemption, {"state": "REFUNDED"}, "redemption_refund_agrees"),
        (Redemption, {"picked_up_at": NINE}, "redemption_pick_up_is_whole"),
    ],
)
def test_the_database_refuses_what_contradicts_itself(model, change, constraint):
    redeem(a_reward(stock=3), with_points(a_person(), 7))

    with (
        pytest.raises(IntegrityError, match=constraint),
        transaction.atomic(),
        scope.whole_city(),
    ):
        model.objects.update(**change)


def at_once(*acts):
    """All at one moment; what each returned, or the code of its refusal."""
    everyone_is_connected = Barrier(len(acts))

    def run(act):
        try:
            connection.ensure_connection()
            everyone_is_connected.wait(timeout=20)
            return act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_eight_people_race_for_the_last_two_pieces():
    reward = a_reward(price=5, stock=2)
    people = [with_points(a_person(f"p{n}"), 7) for n in range(8)]

    answers = at_once(*[lambda person=person: redeem(reward, person) for person in people])

    assert answers.count("out_of_stock") == 6
    assert sorted(balance_of(person) for person in people) == [2, 2, *[7] * 6]
    assert stock_of(reward) == 0
    assert balances_add_up()


@pytest.mark.django_db(transaction=True)
def test_one_balance_pays_one_of_six_redemptions_at_once():
    mei = with_points(a_person(), 7)
    rewards = [a_reward(price=5) for _ in range(6)]

    answers = at_once(
        *[
            lambda reward=reward: redeem(reward, Person.objects.get(pk=mei.pk))
            for reward in rewards
        ]
    )

    assert answers.count("too_few_points") == 5
    assert balance_of(mei) == 2
    assert balances_add_up()


@pytest.mark.django_db(transaction=True)
def test_one_code_is_confirmed_once_by_six_tills_at_once():
    shop = a_merchant()
    redemption = redeem(a_reward(shop), with_points(a_person(), 7))

    answers = at_once(*[lambda: hand_out(redemption, shop.keeper) for _ in range(6)])

    assert answers.count("code_used") == 5


@pytest.mark.django_db(transaction=True)
def test_picking_up_and_giving_back_at_once_do_one_of_the_two():
    shop, mei = a_merchant(), with_points(a_person(), 7)
    reward = a_reward(shop, stock=1)
    redemption = redeem(reward, mei)

    answers = at_once(
        *[lambda: hand_out(redemption, shop.keeper), lambda: give_back(redemption, mei)] * 3
    )

    refunds = [answer for answer in answers[1::2] if isinstance(answer, Redemption)]
    pick_ups = [answer for answer in answers[::2] if isinstance(answer, Redemption)]
    assert (len(pick_ups), balance_of(mei), stock_of(reward)) in {(1, 2, 0), (0, 7, 1)}
    assert bool(refunds) is not bool(pick_ups)
    assert balances_add_up()


# Guessing


def tried(shop, code, actor=None, at=NINE):
    try:
        commands.hand_out(merchant_id=shop.pk, code=code, actor=actor or shop.keeper, at=at)
    except Refusal as refusal:
        return refusal.code
    return "handed out"


def test_after_five_wrong_codes_not_even_the_right_one_is_looked_at():
    shop = a_merchant()
    code = redeem(a_reward(shop), with_points(a_person(), 7)).code

    wrong = [tried(shop, f"WRONG{number}") for number in range(6)]

    assert wrong == ["code_unknown"] * 5 + ["too_many_tries"]
    assert tried(shop, code) == "too_many_tries"
    assert Entry.objects.filter(verb="reward.guessed").count() == 1


def test_a_quarter_of_an_hour_later_the_counter_is_open_again():
    shop = a_merchant()
    code = redeem(a_reward(shop), with_points(a_person(), 7)).code
    for number in range(5):
        tried(shop, f"WRONG{number}")

    assert tried(shop, code, at=NINE + PickUpTally.LOCKED_FOR) == "handed out"


def test_a_right_code_forgets_the_wrong_ones_before_it():
    shop = a_merchant()
    reward = a_reward(shop)
    code = redeem(reward, with_points(a_person(), 7)).code
    for number in range(4):
        tried(shop, f"WRONG{number}")

    assert tried(shop, code) == "handed out"
    assert [tried(shop, f"AGAIN{number}") for number in range(4)] == ["code_unknown"] * 4


def test_each_clerk_is_counted_alone_and_a_stranger_not_at_all():
    shop, clerk, stranger = a_merchant(), a_person("clerk"), a_person("x")
    commands.name_clerk(merchant_id=shop.pk, person_id=clerk.pk, actor=shop.keeper, at=NINE)
    for number in range(6):
        tried(shop, f"WRONG{number}", clerk)
        assert tried(shop, f"WRONG{number}", stranger) == "code_unknown"

    assert tried(shop, "WRONG", shop.keeper) == "code_unknown"
    with scope.whole_city():
        assert PickUpTally.objects.filter(person=stranger).count() == 0


def test_a_pickup_code_cannot_be_guessed():
    assert len(short_code.new()) >= 10
