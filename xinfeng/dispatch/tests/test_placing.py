"""An order is placed: by whom, through which channel, how often, and what is kept of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.dispatch import commands
from xinfeng.dispatch.models import Order, State, Step
from xinfeng.dispatch.queries.callers import track_digest
from xinfeng.journal.models import Entry
from xinfeng.people.models import Contact, Notice
from xinfeng.people.tests.build import a_keeper, a_person, an_office
from xinfeng.places.tests.build import TODAY, a_city, a_place

from .build import DAY, HOUR, MONDAY, SECRET, a_contact, a_wish, an_item, an_order, seen

pytestmark = pytest.mark.django_db


def refusal(verb, **arguments):
    with pytest.raises(Refusal) as refused:
        verb(**arguments)
    return refused.value.code


def refused_to_place(actor=None, **wish):
    return refusal(commands.place, new=a_wish(**wish), actor=actor, at=MONDAY)


def test_somebody_without_an_account_orders_and_the_desk_has_a_working_day():
    order = seen(an_order())

    assert order.state == State.TO_VERIFY
    assert order.due_at == MONDAY.replace(hour=17, minute=30) + DAY
    assert order.placed_at == MONDAY
    assert (order.placed_by, order.requester, order.is_proxy) == (None, None, False)


def test_a_placed_order_stands_on_its_timeline_and_in_the_journal():
    order = an_order()

    step = Step.objects.get(order=order)
    entry = Entry.objects.get(subject=f"dispatch.order:{order.pk}")
    assert (step.from_state, step.to_state, step.verb) == ("", "TO_VERIFY", "order.placed")
    assert (entry.verb, entry.division_id) == ("order.placed", order.division_id)
    assert entry.details["state"] == "TO_VERIFY"


def test_whom_it_is_for_is_sealed_and_stands_in_no_journal():
    order = seen(an_order(contact=a_contact(note="左耳听不清，请大声")))

    with scope.whole_city():
        contact = Contact.objects.get(pk=order.contact_id)
    row = [contact.name_sealed, contact.phone_sealed, contact.address_sealed]
    assert contact.name() == "张桂英"
    assert contact.masked_name == "张**"
    assert contact.note() == "左耳听不清，请大声"
    assert not any("张" in text or "茶山" in text for text in row)
    assert all("张" not in str(entry.details) for entry in Entry.objects.all())


def test_the_same_form_sent_twice_is_one_order():
    wish = a_wish()
    first = commands.place(new=wish, actor=None, at=MONDAY)
    again = commands.place(new=wish, actor=None, at=MONDAY + HOUR)

    assert first.pk == again.pk
    with scope.whole_city():
        assert (Order.objects.count(), Contact.objects.count()) == (1, 1)


def test_somebody_else_s_form_is_refused():
    wish = a_wish()
    commands.place(new=wish, actor=a_person(), at=MONDAY)

    assert refusal(commands.place, new=wish, actor=a_person("x"), at=MONDAY) == "form_used"
    guessed = replace(wish, secret="another")
    assert refusal(commands.place, new=guessed, actor=None, at=MONDAY) == "form_used"


def test_of_the_tracking_secret_only_a_digest_is_kept():
    order = seen(an_order())

    assert bytes(order.track_digest) == track_digest(order.code, SECRET)
    assert SECRET.encode() not in bytes(order.track_digest)


def test_a_signed_in_resident_orders_for_themselves_and_is_told():
    mei = a_person()
    order = seen(an_order(actor=mei, is_mine=True))

    assert (order.requester_id, order.placed_by_id) == (mei.pk, mei.pk)
    with scope.whole_city():
        assert Contact.objects.get(pk=order.contact_id).person_id == mei.pk
        assert Notice.objects.get(person=mei).kind == "order.placed"


def test_a_neighbour_orders_for_an_old_person_and_says_who_they_are():
    lan = a_person("lan")
    order = seen(an_order(actor=lan, relation="NEIGHBOUR"))

    assert (order.is_proxy, order.relation) == (True, "NEIGHBOUR")
    assert (order.requester_id, order.placed_by_id) == (None, lan.pk)


def test_for_a_child_somebody_grown_up_orders():
    assert refused_to_place(is_for_minor=True) == "minor_needs_adult"
    order = an_order(is_for_minor=True, relation="FAMILY")
    assert seen(order).is_for_minor


@pytest.mark.parametrize("channel", ["PHONE", "HOME_VISIT"])
def test_what_was_said_by_phone_or_at_the_door_is_entered_by_the_desk(channel):
    station = a_place()
    clerk, keeper = an_office(a_city().township), a_keeper(station)

    assert an_order(actor=clerk, channel=channel).channel == channel
    assert an_order(actor=keeper, channel=channel, place_id=station.pk).place_id == station.pk
    assert refused_to_place(channel=channel) == "not_your_area"
    assert refused_to_place(a_person(), channel=channel) == "not_your_area"
    assert refused_to_place(an_office(a_city().other_township), channel=channel) == (
        "not_your_area"
    )


def test_a_keeper_enters_nothing_for_another_village():
    keeper = a_keeper(a_place(division=a_city().next_village))

    assert refused_to_place(keeper, channel="HOME_VISIT") == "not_your_area"


def test_a_position_is_kept_to_a_hundred_metres():
    order = seen(an_order(lat_e6=26_893_456, lon_e6=112_571_987))

    assert (order.lat_e6, order.lon_e6) == (26_893_000, 112_572_000)
    assert order.cell is not None


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"wished_from": TODAY - 3 * DAY, "wished_until": TODAY}, "wish_in_the_past"),
        ({"wished_from": TODAY + 3 * DAY, "wished_until": TODAY + DAY}, "wish_in_the_past"),
        ({"wished_until": TODAY + timedelta(days=300)}, "wish_too_far"),
        ({"people": 0}, "people_wrong"),
        ({"people": 21}, "people_wrong"),
        ({"language": "klingon"}, "language_unknown"),
        ({"place_id": 10**9}, "place_elsewhere"),
        ({"item_id": 10**9}, "item_unknown"),
        ({"contact": None}, "contact_missing"),
        ({"is_mine": True}, "sign_in_first"),
    ],
)
def test_what_cannot_be_is_refused(wish, code):
    assert refused_to_place(**wish) == code
    with scope.whole_city():
        assert not Order.objects.exists()


def test_the_village_is_asked_for_not_the_town():
    assert refused_to_place(division_id=a_city().township.pk) == "village_missing"


def test_what_is_offered_in_summer_only_is_refused_for_the_winter():
    care = an_item("heat-care", months=0b001110000000)

    assert refused_to_place(item_id=care.pk) == "out_of_season"
    later = TODAY + 30 * DAY
    assert an_order(item_id=care.pk, wished_from=later, wished_until=later).pk


def test_an_item_that_is_no_longer_offered_is_unknown():
    item = an_item("old", is_active=False)

    with pytest.raises(Unknown):
        an_order(item_id=item.pk)


@pytest.mark.parametrize("number", ["12345", "1387340", "086"])
def test_a_telephone_that_is_none_is_refused(number):
    assert refused_to_place(contact=a_contact(phone=number)) == "phone_wrong"


def test_a_land_line_will_do():
    order = seen(an_order(contact=a_contact(phone="0734-8123456")))

    assert order.contact.phone() == "07348123456"


def test_one_address_without_an_account_cannot_flood_the_desk():
    numbers = [f"1387340000{n}" for n in range(6)]
    for number in numbers[:5]:
        an_order(contact=a_contact(phone=number), address="203.0.113.7")

    wish = {"contact": a_contact(phone=numbers[5]), "address": "203.0.113.7"}
    assert refused_to_place(**wish) == "too_many_orders"
    assert an_order(**wish | {"address": "203.0.113.8"}).pk
    assert an_order(**wish, placed_at=MONDAY + HOUR + timedelta(seconds=1)).pk


def test_one_number_cannot_be_flooded_from_many_addresses():
    for n in range(5):
        an_order(address=f"203.0.113.{n}")

    assert refused_to_place(address="203.0.113.99") == "too_many_orders"


def test_who_has_an_account_is_not_counted_by_address():
    mei = a_person()
    for _n in range(6):
        an_order(actor=mei, address="203.0.113.7")

    with scope.whole_city():
        assert Order.objects.filter(address_digest=None).count() == 6


def test_a_draft_is_kept_changed_and_sent():
    mei = a_person()
    wish = a_wish(contact=None)
    kept = commands.draft(new=wish, actor=mei, at=MONDAY)
    assert (seen(kept).state, seen(kept).contact) == ("DRAFT", None)

    whole = a_wish(client_id=wish.client_id, code=wish.code, people=2)
    commands.draft(new=whole, actor=mei, at=MONDAY + HOUR)
    sent = commands.place(new=whole, actor=mei, at=MONDAY + 2 * HOUR)

    order = seen(sent)
    assert (order.pk, order.state, order.people) == (kept.pk, "TO_VERIFY", 2)
    assert order.contact.name() == "张桂英"
    verbs = Step.objects.filter(order=order).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["order.drafted", "order.redrafted", "order.placed"]


def test_a_sent_order_is_no_draft_any_more():
    mei = a_person()
    wish = a_wish()
    order = commands.place(new=wish, actor=mei, at=MONDAY)

    commands.draft(new=wish, actor=mei, at=MONDAY + HOUR)

    assert seen(order).state == State.TO_VERIFY
    assert Step.objects.filter(order=order).count() == 1


def test_a_closed_account_orders_nothing():
    gone = a_person()
    gone.state = "CLOSED"
    gone.save(update_fields=["state"])

    with pytest.raises(Forbidden):
        an_order(actor=gone)
