"""Whom a service is for is seen by few, for a while, in writing; afterwards nothing is left."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from psycopg.sql import SQL, Identifier

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal
from xinfeng.dispatch import commands, queries
from xinfeng.dispatch.commands import NewRating
from xinfeng.dispatch.models import CallBack, Complaint, Decline, Offer, Rating, Step
from xinfeng.journal.models import Entry
from xinfeng.people import commands as people
from xinfeng.people.models import Contact
from xinfeng.people.tests.build import a_keeper, a_person, an_office, everyone
from xinfeng.places.tests.build import a_city, a_place
from xinfeng.teams.tests.build import a_membership, a_team

from .build import (
    DAY,
    HOUR,
    MONDAY,
    SECRET,
    a_contact,
    a_desk,
    a_verified_order,
    an_accepted_order,
    an_item,
    an_order,
    scheduled,
    seen,
    served,
)
from .volunteers import a_volunteer

pytestmark = pytest.mark.django_db
LATER = MONDAY + 4 * HOUR
NAME, PHONE, ADDRESS, NOTE = "欧阳金丝雀", "13912345678", "茶山村9组77号", "耳背，请敲窗"
WHOM = (NAME, "金丝雀", PHONE, ADDRESS, NOTE)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    moment = [LATER]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


def a_canary():
    return a_contact(name=NAME, phone=PHONE, address=ADDRESS, note=NOTE)


def opens(order, person, at=LATER):
    try:
        commands.open_contact(order_id=order.pk, actor=person, at=at)
    except Refusal as refusal:
        return refusal.code
    return "opened"


def asked(order, *people_asked):
    return commands.offer_to(
        order_id=order.pk, person_ids=[p.pk for p in people_asked], actor=a_desk(), at=LATER
    )


# Who opens it, and when


def test_of_all_roles_only_the_desk_of_the_village_opens_an_open_order():
    order, place = an_order(contact=a_canary()), a_place()

    said = {role: opens(order, person) for role, person in everyone(place).items()}

    assert {role for role, word in said.items() if word == "opened"} == {
        "CITY_OFFICE", "COUNTY_OFFICE", "TOWNSHIP", "KEEPER",
    }  # fmt: skip
    # All others learn nothing, not even that it exists.
    assert {word for word in said.values() if word != "opened"} == {"order_unknown"}
    assert opens(order, an_office(a_city().other_township)) == "order_unknown"


def test_a_keeper_of_the_next_village_does_not_open_it():
    order = an_order(contact=a_canary(), division_id=a_city().next_village.pk)

    assert opens(order, a_keeper(a_place())) == "order_unknown"


@pytest.mark.parametrize("end", ["refused", "cancelled", "handed over", "merged"])
def test_the_desk_opens_it_no_longer_once_the_order_has_ended(end):
    order, other = an_order(contact=a_canary()), an_order()
    hand = {"order_id": order.pk, "actor": a_desk(), "at": LATER}
    {
        "refused": lambda: commands.refuse(reason="UNSAFE", **hand),
        "cancelled": lambda: commands.cancel(reason="SOLVED", **hand),
        "handed over": lambda: commands.transfer(number="1", **hand),
        "merged": lambda: commands.merge(into_id=other.pk, **hand),
    }[end]()

    assert opens(order, a_desk()) == "not_your_order"


def test_whoever_is_asked_opens_it_neither_before_nor_after_saying_no():
    mei, lan, tao = (a_volunteer(name) for name in ("mei", "lan", "tao"))
    order = a_verified_order(contact=a_canary(), item_id=an_item("two", people=2).pk)
    of_mei, of_lan, _tao = asked(order, mei, lan, tao)
    before = [opens(order, person) for person in (mei, lan, tao)]

    commands.accept(offer_id=of_mei.pk, actor=mei, at=LATER)
    commands.decline(offer_id=of_lan.pk, reason=Decline.NO_TIME, words="", actor=lan, at=LATER)

    assert before == ["order_unknown"] * 3
    assert [opens(order, person) for person in (mei, lan, tao)] == [
        "opened", "order_unknown", "order_unknown",
    ]  # fmt: skip


def test_who_has_given_it_back_opens_it_no_longer():
    mei = a_volunteer("mei")
    order = a_verified_order(contact=a_canary())
    (offer,) = asked(order, mei)
    commands.accept(offer_id=offer.pk, actor=mei, at=LATER)

    commands.give_back(offer_id=offer.pk, actor=mei, at=LATER)

    assert opens(order, mei) == "order_unknown"


def test_a_team_s_leader_answers_for_it_without_seeing_whom_it_is_for():
    lan, mei = a_volunteer("lan"), a_volunteer("mei")
    team = a_team(place=a_place(), leader=lan)
    a_membership(team, mei)
    order = a_verified_order(contact=a_canary())
    offer = commands.offer_to_team(order_id=order.pk, team_id=team.pk, actor=a_desk(), at=LATER)
    commands.accept_for_team(offer_id=offer.pk, member_ids=[mei.pk], actor=lan, at=LATER)
    assert [opens(order, person) for person in (lan, mei)] == ["order_unknown"] * 2

    with scope.whole_city():
        mine = Offer.objects.get(order=order, person=mei)
    commands.accept(offer_id=mine.pk, actor=mei, at=LATER)

    assert [opens(order, person) for person in (lan, mei)] == ["order_unknown", "opened"]


def test_until_two_days_after_the_service_and_not_a_minute_longer():
    mei = a_person("mei")
    order = served(scheduled(an_accepted_order(mei, contact=a_canary()), a_desk()))
    over = MONDAY + DAY + HOUR + 2 * DAY

    assert opens(order, mei, at=over) == "opened"
    assert opens(order, mei, at=over + timedelta(minutes=1)) == "order_unknown"


# In writing


def test_each_opening_stands_in_the_journal_and_on_the_order_without_a_name():
    order = an_order(contact=a_canary())
    for _again in range(2):
        opens(order, a_desk())

    entries = Entry.objects.filter(verb__in=["order.contact_opened", "contact.opened"])
    steps = Step.objects.filter(order=order, verb="order.contact_opened")

    assert entries.count() == 4
    assert {entry.actor_id for entry in entries} == {a_desk().pk}
    assert [step.actor_id for step in steps] == [a_desk().pk] * 2
    written = " ".join(str(row.details) for row in [*entries, *steps])
    assert [whom for whom in WHOM if whom in written] == []


def test_a_refused_opening_writes_nothing():
    order = an_order(contact=a_canary())

    assert opens(order, a_person("stranger")) == "order_unknown"

    assert not Entry.objects.filter(verb__endswith="contact_opened").exists()
    assert not Entry.objects.filter(verb="contact.opened").exists()


# In no list


def pages_of(order):
    """Every page on which this order may stand, with its own sheet and pages by its key."""
    desk = "/orders/desk/"
    own = f"{desk}orders/{order.code}/"
    key = queries.key_of(order.code, SECRET)
    return [
        desk, f"{desk}orders.geojson", f"{desk}verify/", f"{desk}calls/", f"{desk}complaints/",
        f"{desk}plans/", own, f"{own}doubles/", f"{own}candidates/", "/orders/dispatched/",
        "/orders/services/", "/orders/asked/", f"/orders/asked/{order.code}/",
        "/orders/mine/", f"/orders/track/{key}/", f"/orders/track/{key}/slip/", "/todo/",
    ]  # fmt: skip


def heard(person, order):
    browser = Client()
    if person is not None:
        browser.force_login(person)
    pages = {address: browser.get(address).content.decode() for address in pages_of(order)}
    return {(address, whom) for address, page in pages.items() for whom in WHOM if whom in page}


def an_order_in(state, mei):
    if state == "TO_VERIFY":
        return an_order(contact=a_canary())
    if state == "TO_DISPATCH":
        return a_verified_order(contact=a_canary())
    order = an_accepted_order(mei, contact=a_canary())
    if state == "ACCEPTED":
        return order
    order = served(scheduled(order, a_desk()))
    if state == "CALL_BACK":
        commands.rate(
            order_id=order.pk, rating=NewRating(1, fee_asked=True), actor=None, secret=SECRET,
            at=MONDAY + 2 * DAY,
        )  # fmt: skip
    return order


@pytest.mark.parametrize(
    "state", ["TO_VERIFY", "TO_DISPATCH", "ACCEPTED", "TO_CONFIRM", "CALL_BACK"]
)
def test_no_page_tells_whom_an_order_is_for_before_somebody_opens_it(state, now):
    mei = a_person("mei")
    order = an_order_in(state, mei)
    now[0] = MONDAY + 2 * DAY
    assert seen(order).state == state

    for person in (a_desk(), a_keeper(a_place()), mei, a_person("stranger"), None):
        assert heard(person, order) == set(), person


# In time nothing is left


def told_everything(mei):
    """An order from an address and a position, with a reason of a no in a volunteer's words."""
    lan = a_volunteer("lan")
    order = a_verified_order(
        contact=a_canary(), address="203.0.113.9", lat_e6=26944600, lon_e6=112671900,
        item_id=an_item("two", people=2).pk,
    )  # fmt: skip
    for offer in asked(order, mei, lan):
        if offer.person_id == lan.pk:
            commands.decline(
                offer_id=offer.pk,
                reason=Decline.OTHER,
                words=f"认识{NAME}",
                actor=lan,
                at=LATER,
            )
        else:
            commands.accept(offer_id=offer.pk, actor=mei, at=LATER)
    return order


def everything_written():
    """All rows of all tables as text, whoever may see them."""
    written = []
    with scope.whole_city(), connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(SQL("SELECT t::text FROM {} t").format(Identifier(table)))
            written += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    return "\n".join(written)


def test_what_is_kept_is_sealed_and_stands_in_clear_in_no_table():
    mei = a_volunteer("mei")
    order = told_everything(mei)
    opens(order, a_desk())
    commands.complain(
        order_id=order.pk, code="K1", kind="OTHER", text=f"我是{NAME}", actor=None, at=LATER,
        secret=SECRET,
    )  # fmt: skip

    written = everything_written()

    assert order.code in written
    for whom in (PHONE, ADDRESS, NOTE, "203.0.113.9"):
        assert whom not in written
    # A volunteer's own reason is theirs to read; whom they name in it goes with the contact.
    assert set(re.findall(rf"^(\w+): .*{NAME}", written, re.M)) == {"dispatch_offer"}


def test_after_its_days_nothing_is_left_but_what_was_done(now):
    mei = a_volunteer("mei")
    order = told_everything(mei)
    commands.complain(
        order_id=order.pk, code="K1", kind="OTHER", text=f"我是{NAME}", actor=None, at=LATER,
        secret=SECRET,
    )  # fmt: skip
    with scope.whole_city():
        complaint = Complaint.objects.get()
    commands.answer_complaint(
        complaint_id=complaint.pk, answer=f"{NAME}，已处理", actor=a_desk(), at=LATER
    )
    commands.cancel(order_id=order.pk, reason="SOLVED", actor=a_desk(), at=LATER)
    later = LATER + 180 * DAY
    people.erase_contacts(at=later - HOUR)
    commands.forget_words(at=later - HOUR)
    with scope.whole_city():
        assert Contact.objects.get(pk=order.contact_id).name() == NAME

    people.erase_contacts(at=later)
    commands.forget_words(at=later)

    left = seen(order)
    with scope.whole_city():
        contact = Contact.objects.get(pk=order.contact_id)
        complaint = Complaint.objects.get()
        words = set(Offer.objects.filter(order=order).values_list("words", flat=True))
    assert contact.erased_at == later
    assert (contact.name(), contact.phone(), contact.address(), contact.note()) == ("",) * 4
    assert contact.phone_digest is None
    assert (left.lat_e6, left.lon_e6, left.cell, left.address_digest) == (None,) * 4
    assert (complaint.text(), complaint.answer(), words) == ("", "", {""})
    for whom in WHOM:
        assert whom not in everything_written()
    # What was asked for, where, and how it ended is still there.
    assert (left.state, left.reason, left.item.code) == ("CANCELLED", "SOLVED", "two")
    now[0] = later
    assert heard(a_desk(), order) == set()
    assert opens(order, a_desk(), at=later) == "not_your_order"


def test_marks_stay_when_the_words_about_them_go():
    mei = a_person("mei")
    order = served(scheduled(an_accepted_order(mei, contact=a_canary()), a_desk()))
    commands.rate(
        order_id=order.pk, rating=NewRating(1, comment=f"{NAME}不满意"), actor=None,
        secret=SECRET, at=MONDAY + 2 * DAY,
    )  # fmt: skip
    commands.call_back(
        order_id=order.pk, outcome="SETTLED", note=f"{NAME}已谅解", actor=a_desk(),
        at=MONDAY + 2 * DAY,
    )  # fmt: skip

    commands.forget_words(at=MONDAY + 182 * DAY)

    with scope.whole_city():
        rating, call = Rating.objects.get(), CallBack.objects.get()
    assert (rating.overall, rating.comment(), call.note()) == (1, "", "")
    assert call.outcome == "SETTLED"
