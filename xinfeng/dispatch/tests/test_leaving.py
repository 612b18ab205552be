"""An account ends or becomes another: what it ordered and what it promised."""

import json
import zipfile
from io import BytesIO

import pytest

from xinfeng.base import scope
from xinfeng.dispatch import commands
from xinfeng.dispatch.commands import NewRating
from xinfeng.dispatch.models import Offer, State, Step
from xinfeng.people import commands as people
from xinfeng.people import records
from xinfeng.people.models import Contact
from xinfeng.people.tests.build import a_person, an_id_number, an_office, numbered
from xinfeng.places.tests.build import a_city

from .build import (
    DAY,
    HOUR,
    MONDAY,
    SECRET,
    a_desk,
    a_served_order,
    a_verified_order,
    accepted,
    an_accepted_order,
    an_order,
    scheduled,
    seen,
)

pytestmark = pytest.mark.django_db
LATER = MONDAY + 6 * HOUR


@pytest.fixture
def mei():
    return a_person()


def closes(person):
    people.close_account(person_id=person.pk, actor=person, at=LATER)


def test_what_somebody_ordered_for_themselves_ends_with_the_account(mei):
    own = an_order(actor=mei, is_mine=True)
    neighbour = an_order(actor=mei, relation="NEIGHBOUR")
    closes(mei)

    assert (seen(own).state, seen(own).reason) == ("CANCELLED", "CHANGED_MIND")
    assert seen(neighbour).state == State.TO_VERIFY
    with scope.whole_city():
        assert Contact.objects.get(pk=own.contact_id).name_sealed == ""
        assert Contact.objects.get(pk=neighbour.contact_id).name() == "张桂英"


def test_a_promise_goes_back_to_the_desk_with_the_account(mei):
    order = scheduled(an_accepted_order(mei), a_desk())
    closes(mei)

    found = seen(order)
    assert (found.state, found.accepted, found.shift_id) == ("TO_DISPATCH", 0, None)
    with scope.whole_city():
        assert Offer.objects.get(order=order).state == "WITHDRAWN"
    assert Step.objects.filter(order=order).order_by("-pk").first().reason == "GAVE_BACK"


def test_where_somebody_else_comes_too_the_order_stays(mei):
    lan = a_person("lan")
    order = accepted(a_verified_order(people=2), mei, lan)
    closes(mei)

    assert (seen(order).state, seen(order).accepted) == ("ACCEPTED", 1)


def test_what_was_served_stays_when_the_account_ends(mei):
    order = a_served_order(mei)
    closes(mei)

    assert (seen(order).state, seen(order).accepted) == ("TO_CONFIRM", 1)
    with scope.whole_city():
        assert Offer.objects.get(order=order).person == mei


def merged(keep, gone):
    people.merge_people(
        keep_id=keep.pk, gone_id=gone.pk, actor=an_office(a_city().city), at=LATER
    )


@pytest.fixture
def twice(mei):
    """The same human being with two accounts."""
    return numbered(mei, id_number=an_id_number()), a_person("mei2")


def test_orders_and_promises_go_to_the_account_that_stays(twice):
    keep, gone = twice
    own, other = an_order(actor=gone, is_mine=True), an_accepted_order(gone)
    merged(keep, gone)

    assert (seen(own).requester, seen(own).placed_by) == (keep, keep)
    with scope.whole_city():
        offer = Offer.objects.get(order=other)
        assert (offer.person, offer.answered_by, offer.state) == (keep, keep, "ACCEPTED")
        assert Contact.objects.get(pk=own.contact_id).person == keep


def test_nobody_serves_their_own_order_by_a_merge(twice):
    keep, gone = twice
    order = an_accepted_order(gone, actor=keep, relation="NEIGHBOUR")
    merged(keep, gone)

    assert (seen(order).state, seen(order).accepted) == ("TO_DISPATCH", 0)


def test_nobody_serves_an_order_twice_by_a_merge(twice):
    keep, gone = twice
    order = accepted(a_verified_order(people=2), keep, gone)
    merged(keep, gone)

    assert (seen(order).state, seen(order).accepted) == ("ACCEPTED", 1)


def test_a_person_s_record_tells_of_their_orders_ratings_and_offers(mei):
    lan = a_person("lan")
    order = a_served_order(mei, actor=lan, is_mine=True)
    commands.rate(
        order_id=order.pk, rating=NewRating(5, comment="好"), actor=lan, at=LATER + 2 * DAY
    )
    commands.complain(
        order_id=order.pk, code="C", kind="OTHER", text="小事", actor=lan, at=LATER + 2 * DAY
    )

    told, of_mei = told_of(lan), told_of(mei)
    assert [row["name"] for row in told["orders"]] == ["张桂英"]
    assert [row["comment"] for row in told["order_ratings"]] == ["好"]
    assert [row["text"] for row in told["order_complaints"]] == ["小事"]
    assert [row["state"] for row in of_mei["order_offers"]] == ["ACCEPTED"]
    assert of_mei["orders"] == []


def test_who_ordered_for_a_neighbour_gets_no_copy_of_the_neighbour_s_data(mei):
    an_order(actor=mei, relation="NEIGHBOUR")

    assert [(row["for_me"], row["name"]) for row in told_of(mei)["orders"]] == [(False, None)]


def told_of(person):
    with scope.whole_city():
        whole = zipfile.ZipFile(BytesIO(records.archive(person.pk, LATER)))
    return json.loads(whole.read("record.json"))["sections"]


def test_the_secret_is_in_no_record(mei):
    an_order(actor=mei, is_mine=True)

    assert SECRET not in json.dumps(told_of(mei))
