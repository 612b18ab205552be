"""What the database keeps, whatever a command forgets: contradictions are refused."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.db.models import F

from xinfeng.base import scope
from xinfeng.dispatch.models import (
    Complaint,
    Offer,
    Order,
    Rating,
    Step,
    Unserved,
)
from xinfeng.dispatch.models.menu import EVERY_MONTH, MenuItem
from xinfeng.people.models import Contact
from xinfeng.people.tests.build import a_person
from xinfeng.teams.tests.build import a_team

from .build import DAY, HOUR, MONDAY, a_desk, a_served_order, a_verified_order, an_order

pytestmark = pytest.mark.django_db


def contradicted(name, rows, **fields):
    with (
        pytest.raises(IntegrityError, match=name),
        transaction.atomic(),
        scope.whole_city(),
    ):
        rows.update(**fields)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("order_state_is_known", {"state": "LOST", "due_at": None, "yellow_at": None,
                                  "closed_at": MONDAY}),
        ("open_order_has_a_deadline", {"due_at": None}),
        ("open_order_has_a_deadline", {"yellow_at": None}),
        ("open_order_has_a_deadline", {"due_at": MONDAY, "yellow_at": MONDAY + DAY}),
        ("open_order_has_a_deadline", {"closed_at": MONDAY}),
        ("open_order_has_a_deadline", {"state": "CLOSED", "closed_at": MONDAY}),
        ("open_order_has_a_deadline", {"state": "CLOSED", "due_at": None, "yellow_at": None}),
        ("only_a_draft_has_no_contact", {"contact": None}),
        ("only_a_draft_has_no_contact", {"track_digest": None}),
        ("only_a_draft_has_no_contact", {"placed_at": None}),
        ("draft_belongs_to_somebody", {"state": "DRAFT"}),
        ("order_by_proxy_says_who", {"is_proxy": True}),
        ("order_by_proxy_says_who", {"relation": "FAMILY"}),
        ("order_by_proxy_says_who", {"is_for_minor": True}),
        ("order_position_is_whole", {"lat_e6": 1}),
        ("order_position_is_whole", {"lat_e6": 1, "lon_e6": 1}),
        ("order_wishes_are_possible", {"wished_until": F("wished_from") - DAY}),
        ("order_wishes_are_possible", {"wished_parts": 0}),
        ("order_wishes_are_possible", {"wished_parts": 2**21}),
        ("no_more_accept_than_are_needed", {"accepted": 2}),
        ("no_more_accept_than_are_needed", {"people": 0}),
        ("no_more_accept_than_are_needed", {"attempt": 0}),
        ("nobody_is_set_to_an_order_without_accepting", {"state": "ACCEPTED"}),
        ("nobody_is_set_to_an_order_without_accepting", {"state": "ACCEPTED", "accepted": 1}),
        (
            "scheduled_order_has_its_shift",
            {"state": "SCHEDULED", "accepted": 1, "accepted_at": MONDAY},
        ),
        ("order_verified_by_another", {"state": "CALL_BACK", "verified_at": None,
                                       "verified_by": None, "verified_how": ""}),
        ("order_verified_by_another", {"verified_how": ""}),
        ("order_verified_by_another", {"verified_by": None}),
        ("order_on_hold_knows_where_it_goes_on", {"state": "ON_HOLD", "reason": "WEATHER"}),
        ("order_on_hold_knows_where_it_goes_on", {"held_from": "TO_VERIFY"}),
        (
            "order_on_hold_knows_where_it_goes_on",
            {"state": "ON_HOLD", "reason": "WEATHER", "held_from": "CLOSED"},
        ),
        ("order_merged_into_another", {"state": "MERGED", "due_at": None, "yellow_at": None,
                                       "closed_at": MONDAY}),
        ("order_merged_into_another", {"merged_into": F("id")}),
        ("order_transferred_has_its_number", {"hotline_number": "1"}),
        ("order_transferred_has_its_number", {"state": "TRANSFERRED", "due_at": None,
                                              "yellow_at": None, "closed_at": MONDAY}),
        ("order_refused_held_or_cancelled_for_a_reason", {"reason": "UNSAFE"}),
        (
            "order_refused_held_or_cancelled_for_a_reason",
            {"state": "REFUSED", "due_at": None, "yellow_at": None, "closed_at": MONDAY},
        ),
    ],
)  # fmt: skip
def test_an_order_cannot_contradict_itself(name, fields):
    order = a_verified_order()

    contradicted(name, Order.objects.filter(pk=order.pk), **fields)


@pytest.mark.parametrize("who", ["placed_by", "requester"])
def test_nobody_verifies_their_own_order_whatever_the_command_says(who):
    order = a_verified_order()

    contradicted(
        "order_verified_by_another", Order.objects.filter(pk=order.pk), **{who: a_desk()}
    )


def test_one_shift_serves_one_order():
    first, second = a_served_order(a_person()), a_served_order(a_person("lan"))

    contradicted(
        "a_shift_serves_one_order", Order.objects.filter(pk=second.pk), shift=first.shift
    )


@pytest.fixture
def offer():
    order = a_verified_order()
    with scope.whole_city():
        return Offer.objects.create(
            order=order, attempt=1, division_id=order.division_id, person=a_person(),
            state="OFFERED", starts_at=MONDAY + DAY, ends_at=MONDAY + DAY + HOUR,
            proposed_at=MONDAY, offered_at=MONDAY, answer_by=MONDAY + DAY,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("offer_is_to_a_person_or_a_team", {"person": None}),
        ("offer_ends_after_it_starts", {"ends_at": F("starts_at")}),
        ("offer_times_agree_with_state", {"state": "ACCEPTED"}),
        ("offer_times_agree_with_state", {"state": "PROPOSED"}),
        ("offer_times_agree_with_state", {"state": "LAPSED"}),
        ("offer_times_agree_with_state", {"answer_by": None}),
        ("offer_times_agree_with_state", {"state": "LOST"}),
        ("offer_declined_for_a_reason", {"state": "DECLINED", "answered_at": MONDAY}),
        ("offer_declined_for_a_reason", {"words": "路远"}),
    ],
)
def test_an_offer_cannot_contradict_itself(offer, name, fields):
    if fields.get("state") == "DECLINED":
        fields = fields | {"answered_by": offer.person}

    contradicted(name, Offer.objects.filter(pk=offer.pk), **fields)


def test_nobody_else_writes_a_person_s_acceptance(offer):
    contradicted(
        "a_person_accepts_for_themselves", Offer.objects.filter(pk=offer.pk),
        state="ACCEPTED", answered_at=MONDAY, answered_by=a_desk(),
    )  # fmt: skip


def test_an_offer_is_not_to_a_person_and_a_team_at_once(offer):
    contradicted(
        "offer_is_to_a_person_or_a_team", Offer.objects.filter(pk=offer.pk), team=a_team()
    )


def test_a_person_has_one_live_offer_of_an_order(offer):
    offer.pk = None
    with (
        pytest.raises(IntegrityError, match="one_live_offer_of_an_order_to_a_person"),
        transaction.atomic(),
        scope.whole_city(),
    ):
        Offer.objects.bulk_create([offer])


@pytest.fixture
def rating():
    order = a_served_order(a_person())
    with scope.whole_city():
        return Rating.objects.create(
            order=order, attempt=1, division_id=order.division_id, overall=5, by="RESIDENT",
            rated_at=MONDAY, rated_on=MONDAY.date(),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("rating_is_one_to_five", {"overall": 0}),
        ("rating_is_one_to_five", {"overall": 6}),
        ("rating_is_one_to_five", {"skill": 6}),
        ("rating_is_one_to_five", {"punctual": 0}),
        ("rating_by_call_names_the_caller", {"by": "CALL_BACK"}),
    ],
)
def test_a_rating_cannot_contradict_itself(rating, name, fields):
    contradicted(name, Rating.objects.filter(pk=rating.pk), **fields)


def test_an_attempt_is_rated_once(rating):
    rating.pk = None
    with (
        pytest.raises(IntegrityError, match="one_rating_of_an_attempt"),
        transaction.atomic(),
        scope.whole_city(),
    ):
        Rating.objects.bulk_create([rating])


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("complaint_answer_agrees_with_state", {"state": "ANSWERED"}),
        ("complaint_answer_agrees_with_state", {"answer_sealed": "x"}),
        ("complaint_has_its_text_until_erased", {"due_at": F("made_at")}),
        ("complaint_has_its_text_until_erased", {"kind": "GOSSIP"}),
    ],
)
def test_a_complaint_cannot_contradict_itself(name, fields):
    order = an_order()
    with scope.whole_city():
        made = Complaint.objects.create(
            code="C", order=order, attempt=1, division_id=order.division_id, kind="FEE",
            text_sealed="x", made_at=MONDAY, due_at=MONDAY + timedelta(days=7),
        )  # fmt: skip

    contradicted(name, Complaint.objects.filter(pk=made.pk), **fields)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("contact_phone_is_sealed_and_indexed", {"phone_sealed": ""}),
        ("contact_phone_is_sealed_and_indexed", {"phone_digest": None}),
        ("contact_erased_holds_nothing", {"erased_at": MONDAY}),
        ("contact_erased_holds_nothing", {"name_sealed": ""}),
        ("contact_consented_somehow", {"consent_how": "GUESSED"}),
    ],
)
def test_a_contact_cannot_contradict_itself(name, fields):
    contradicted(name, Contact.objects.filter(pk=an_order().contact_id), **fields)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("menu_item_needs_time_and_people", {"minutes": 0}),
        ("menu_item_needs_time_and_people", {"people": 0}),
        ("menu_item_mode_is_known", {"mode": "LOT"}),
        ("menu_item_risk_is_known", {"risk": "FUN"}),
        ("menu_item_has_months", {"months": 0}),
        ("menu_item_has_months", {"months": EVERY_MONTH}),
    ],
)
def test_an_item_cannot_contradict_itself(name, fields):
    contradicted(name, MenuItem.objects.filter(pk=an_order().item_id), **fields)


def test_unserved_says_why():
    assert "unserved_says_why" in {c.name for c in Unserved._meta.constraints}


def test_a_line_of_the_timeline_is_never_changed():
    order = an_order()
    Step.objects.create(
        order=order, attempt=1, to_state=order.state, verb="order.placed", at=order.moved_at
    )

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Step.objects.update(verb="order.verified")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Step.objects.all().delete()
