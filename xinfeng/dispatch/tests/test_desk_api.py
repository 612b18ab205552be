"""A program of an office works at the desk as its pages do, with the same refusals."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from xinfeng.base import clock, scope
from xinfeng.dispatch import commands
from xinfeng.dispatch.commands import planning
from xinfeng.dispatch.models import OfferState, Plan
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_keeper, a_person, an_office
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import a_city, a_place
from xinfeng.teams.tests.build import a_membership, a_team

from .build import (
    HOUR,
    MONDAY,
    SECRET,
    a_contact,
    a_desk,
    a_served_order,
    a_verified_order,
    an_item,
    an_order,
    seen,
)
from .desk_build import some_orders
from .volunteers import a_volunteer

pytestmark = pytest.mark.django_db
DESK = "/api/v1/desk"
LATER = MONDAY + 4 * HOUR


@pytest.fixture(autouse=True)
def _monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def desk(client):
    """The township's office by a token of a program."""
    return Desk(client, a_desk())


class Desk:
    def __init__(self, client, person, *scopes):
        self.client = client
        self.headers = bearer(person, *(scopes or [Scope.OFFICE]))

    def get(self, address, **query):
        return self.client.get(f"{DESK}/{address}", query, headers=self.headers)

    def post(self, address, **said):
        return self.client.post(
            f"{DESK}/{address}", said, "application/json", headers=self.headers
        )

    def act(self, order, act, **said):
        return self.post(f"orders/{order.code}/{act}", **said)


# Lists


def test_pages_of_the_list_join_without_gap_in_the_order_of_the_page(desk):
    for warned in (0, 2, 1):
        some_orders(11, warned=warned)
        some_orders(11, warned=warned, is_urgent=True)
    codes, after = [], ""
    while after is not None:
        page = desk.get("orders", after=after).json()
        codes += [(one["deadline"], one["is_urgent"]) for one in page["items"]]
        after = page["next"]

    assert codes == [
        (colour, urgent)
        for colour in ("RED", "YELLOW", "NOT")
        for urgent in (True, False)
        for _ in range(11)
    ]
    assert page["counts"]["overdue"] == page["counts"]["due_soon"] == 22


def test_the_list_is_narrowed_and_nonsense_is_told(desk):
    some_orders(4, warned=2)
    some_orders(3, state="ON_HOLD", held_from="TO_DISPATCH", reason="WEATHER")

    numbers = [
        len(desk.get("orders", **narrowed).json()["items"])
        for narrowed in ({"deadline": "RED"}, {"state": "ON_HOLD"}, {"mode": "GRAB"},
                         {"menu_class": "elder-care"}, {"within": 430405007007})
    ]  # fmt: skip

    assert numbers == [4, 3, 0, 7, 0]
    for wrong in ({"deadline": "PINK"}, {"state": "DRAFT"}, {"within": 7}, {"after": "x"}):
        assert desk.get("orders", **wrong).status_code == 422, wrong


def test_a_list_names_nobody_and_says_who_is_proposed_and_asked(desk):
    mei, order = a_volunteer("mei"), a_verified_order(people=2)
    commands.offer_to(order_id=order.pk, person_ids=[mei.pk], actor=a_desk(), at=LATER)

    listed = desk.get("orders")

    (one,) = listed.json()["items"]
    assert (one["code"], one["state"], one["asked"]) == (order.code, "DISPATCHED", 1)
    for told in ("张", "1387340", "茶山村3组", "小梅"):
        assert told not in listed.content.decode()


def test_a_list_of_thirty_costs_no_more_than_a_list_of_one(desk):
    some_orders(1)
    desk.get("orders")

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert desk.get("orders").status_code == 200
        return len(asked)

    one = cost()
    some_orders(40)
    assert cost() == one


# One order


def test_one_order_is_told_whole_with_a_masked_name(desk):
    order = an_order(wished_parts=1 | 1 << 20)
    desk.act(order, "verification", how="VISIT")

    answer = desk.get(f"orders/{order.code}")

    told = answer.json()
    assert told["served"] == "张**"
    assert (told["state"], told["verified_how"]) == ("TO_DISPATCH", "VISIT")
    assert told["wished_parts"] == ["1-MORNING", "7-EVENING"]
    assert [line["verb"] for line in told["timeline"]] == ["order.placed", "order.verified"]
    assert told["may_dispatch"]
    assert not told["may_verify"]
    for secret in ("张桂英", "13873400001", "3组12号", SECRET):
        assert secret not in answer.content.decode()


def test_the_contact_opens_and_is_written_down(desk):
    order = a_verified_order()

    opened = desk.act(order, "contact").json()

    assert (opened["name"], opened["phone"]) == ("张桂英", "13873400001")
    entry = Entry.objects.get(verb="order.contact_opened")
    assert (entry.actor_id, entry.details["why"]) == (a_desk().pk, "desk")


def test_doubles_are_told_and_merged_without_telling_a_telephone(desk):
    first, second = an_order(), an_order(item_id=an_order().item_id)

    alike = desk.get(f"orders/{second.code}/doubles")
    merged = desk.act(second, "merger", into=first.code).json()

    assert first.code in {one["code"] for one in alike.json()["items"] if one["same_phone"]}
    assert "1387340" not in alike.content.decode()
    assert (merged["state"], merged["merged_into"]) == ("MERGED", first.code)
    assert desk.act(second, "merger", into="NOSUCH").status_code == 404


# Acts


def test_an_order_is_verified_held_taken_up_and_handed_over(desk):
    order = an_order()

    states = [
        desk.act(order, "verification", how="PHONE").json()["state"],
        desk.act(order, "hold", reason="WEATHER").json()["state"],
        desk.act(order, "resumption").json()["state"],
        desk.act(order, "transfer", number="HY20220718001").json()["state"],
    ]

    assert states == ["TO_DISPATCH", "ON_HOLD", "TO_DISPATCH", "TRANSFERRED"]
    assert seen(order).hotline_number == "HY20220718001"


def test_an_order_is_refused_or_cancelled_only_for_a_reason_that_fits(desk):
    order, other = an_order(), an_order()

    wrong = desk.act(order, "refusal", reason="CHANGED_MIND")
    right = desk.act(order, "refusal", reason="PAID_TRADE").json()
    cancelled = desk.act(other, "cancellation", reason="SOLVED").json()

    assert refused_with(wrong) == (409, "reason_wrong")
    assert (right["state"], right["reason"]) == ("REFUSED", "PAID_TRADE")
    assert (cancelled["state"], cancelled["reason"]) == ("CANCELLED", "SOLVED")


def test_a_service_is_confirmed_and_rated_poorly_then_called_about(desk):
    order = a_served_order(a_person())

    confirmed = desk.act(order, "confirmation", how="PHONE").json()["state"]
    rated = desk.act(order, "rating", how="PHONE", overall=1, fee_asked=True).json()
    tried = desk.act(order, "calls", outcome="NOT_REACHED").json()
    settled = desk.act(order, "calls", outcome="SETTLED", note="已当面致歉").json()

    assert confirmed == "TO_RATE"
    assert (rated["state"], rated["ratings"][0]["punctual"]) == ("CALL_BACK", None)
    assert (tried["state"], len(tried["calls"])) == ("CALL_BACK", 1)
    assert (settled["state"], settled["calls"][0]["note"]) == ("CLOSED", "已当面致歉")


def test_what_was_not_done_is_called_about_and_dispatched_again(desk):
    order = a_served_order(a_person())

    denied = desk.act(order, "denial").json()["state"]
    again = desk.act(order, "calls", outcome="AGAIN").json()

    assert denied == "CALL_BACK"
    assert (again["state"], again["attempt"]) == ("TO_DISPATCH", 2)


# Whom it asks


def test_candidates_come_with_reasons_and_those_chosen_are_asked(desk):
    mei = a_volunteer("mei")
    order = a_verified_order()

    found = desk.get(f"orders/{order.code}/candidates").json()
    asked = desk.act(order, "offers/people", people=[found["items"][0]["person"]]).json()

    assert [one["person"] for one in found["items"]] == [mei.pk]
    assert found["items"][0]["reasons"]
    assert (asked["state"], asked["offers"][0]["state"]) == ("DISPATCHED", "OFFERED")
    assert "小梅" not in str(found)


def test_where_nobody_can_one_sentence_says_why(desk):
    a_volunteer("mei")
    order = a_verified_order(item_id=an_item("law", skills=["law"]).pk)

    found = desk.get(f"orders/{order.code}/candidates").json()
    wrong = desk.act(order, "offers/people", people=[10**9])

    assert found["items"] == []
    assert found["why"]
    assert refused_with(wrong) == (409, "not_fit")


def test_people_are_asked_at_a_time_that_lies_ahead_and_not_too_far(desk):
    mei = a_volunteer("mei")
    order = a_verified_order()

    past = desk.act(order, "offers/people", people=[mei.pk], starts_at=MONDAY.isoformat())
    far = desk.act(order, "offers/people", people=[mei.pk], starts_at="9999-12-30T23:00Z")
    never = desk.act(order, "offers/people", people=[mei.pk], starts_at="9999-12-31T23:00Z")

    assert refused_with(past) == (409, "time_passed")
    assert refused_with(far) == (409, "time_too_far")
    assert refused_with(never) == (422, "misread")


def test_a_team_is_asked_by_its_code_and_what_was_asked_is_withdrawn(desk):
    team = a_team(place=a_place(), leader=a_volunteer("lan"))
    a_membership(team, a_volunteer("mei"))
    order = a_verified_order()

    near = desk.get(f"orders/{order.code}/candidates").json()["teams"]
    asked = desk.act(order, "offers/team", team=team.code).json()
    (offer,) = asked["offers"]
    back = desk.act(order, f"offers/{offer['id']}/withdrawal").json()

    assert [one["code"] for one in near] == [team.code]
    assert (asked["state"], offer["team"], offer["name"]) == (
        "DISPATCHED",
        team.code,
        team.name,
    )
    assert (back["state"], back["offers"][0]["state"]) == ("TO_DISPATCH", "WITHDRAWN")
    assert desk.act(order, "offers/team", team="NOSUCH").status_code == 404
    assert desk.act(an_order(), f"offers/{offer['id']}/withdrawal").status_code == 404


def test_an_order_is_opened_only_where_the_service_is_for_whoever_is_first(desk):
    open_one = a_verified_order(item_id=an_item("grab", mode="GRAB").pk)
    other = a_verified_order()

    assert desk.act(open_one, "opening").json()["state"] == "DISPATCHED"
    assert refused_with(desk.act(other, "opening")) == (409, "not_to_grab")


# Plans


def test_a_plan_is_asked_for_once_worked_out_and_what_it_proposes_is_confirmed(desk):
    mei = a_volunteer("mei")
    order = a_verified_order()

    asked = desk.post("plans", code="first").json()
    again = desk.post("plans", code="second").json()
    planning.work_out(Plan.objects.get(code="first").pk, LATER)
    done = desk.get("plans/first").json()
    proposed = desk.get(f"orders/{order.code}").json()
    confirmed = desk.act(order, "offers").json()

    assert (asked["state"], asked["orders"], again["code"]) == ("QUEUED", None, "first")
    assert ProcrastinateJob.objects.filter(task_name=planning.JOB).count() == 1
    assert (done["state"], done["progress_percent"]) == ("DONE", 100)
    assert (done["orders"], done["proposed"], done["unserved"]) == (1, 1, 0)
    assert done["bound_m"] <= done["cost_m"]
    assert [one["state"] for one in proposed["offers"]] == [OfferState.PROPOSED]
    assert [one["person"] for one in confirmed["offers"]] == [mei.pk]
    assert confirmed["offers"][0]["state"] == OfferState.OFFERED
    assert [one["code"] for one in desk.get("plans").json()["items"]] == ["first"]


def test_a_plan_that_failed_says_so_in_words(desk):
    desk.post("plans", code="first")
    plan = Plan.objects.get()
    commands.fail_plan(plan_id=plan.pk, problem="stalled", at=LATER)

    told = desk.get("plans/first").json()

    assert told["state"] == "FAILED"
    assert told["problem"] == "运算程序中途停止，方案未完成，请重新发起。"


def test_nobody_plans_beyond_their_area_or_under_a_code_that_is_taken(client, desk):
    city = Desk(client, an_office(a_city().city))
    city.post("plans", code="whole")

    foreign = desk.post("plans", code="x", within=a_city().other_township.pk)
    taken = desk.post("plans", code="whole")

    assert refused_with(foreign) == (403, "not_your_area")
    assert refused_with(taken) == (409, "code_taken")
    assert desk.get("plans/whole").status_code == 404


# Complaints


def test_complaints_are_listed_read_and_answered(desk):
    order = a_served_order(a_person())
    for code in ("K1", "K2"):
        commands.complain(
            order_id=order.pk, code=code, kind="CONDUCT", text="来得太晚", actor=None,
            at=LATER, secret=SECRET,
        )  # fmt: skip

    listed = desk.get("complaints")
    answered = desk.post("complaints/K1/answer", answer="已核实并提醒志愿者").json()
    read = desk.get("complaints/K2").json()

    assert [one["code"] for one in listed.json()["items"]] == ["K1", "K2"]
    assert "来得太晚" not in listed.content.decode()
    assert (answered["about"]["state"], answered["answer"]) == (
        "ANSWERED",
        "已核实并提醒志愿者",
    )
    assert (read["text"], read["answer"]) == ("来得太晚", "")
    assert [one["code"] for one in desk.get("complaints").json()["items"]] == ["K2"]
    assert desk.get("complaints", after="?").status_code == 422


# Who may


ACTS = {
    "verification": {"how": "PHONE"}, "refusal": {"reason": "UNSAFE"}, "contact": {},
    "hold": {"reason": "WEATHER"}, "resumption": {}, "transfer": {"number": "1"},
    "merger": {"into": "X"}, "calls": {"outcome": "SETTLED"}, "denial": {},
    "confirmation": {"how": "PHONE"}, "rating": {"how": "PHONE", "overall": 5},
    "cancellation": {"reason": "SOLVED"}, "offers": {}, "offers/people": {"people": [1]},
    "offers/team": {"team": "T"}, "opening": {}, "offers/1/withdrawal": {},
}  # fmt: skip


@pytest.mark.parametrize("who", ["other office", "volunteer", "leader of the team"])
def test_a_foreign_order_is_not_there_whatever_is_asked_of_it(client, who):
    order = an_order()
    person = {
        "other office": lambda: an_office(a_city().other_township),
        "volunteer": a_volunteer,
        "leader of the team": lambda: a_team(place=a_place(), leader=a_person("lan")).leader,
    }[who]()
    stranger = Desk(client, person)

    for act, said in ACTS.items():
        assert stranger.act(order, act, **said).status_code == 404, act
    for address in ("", "/doubles", "/candidates"):
        assert stranger.get(f"orders/{order.code}{address}").status_code == 404
    if who != "other office":
        for address in ("orders", "plans", "complaints"):
            assert stranger.get(address).status_code == 404
    assert seen(order).state == "TO_VERIFY"


def test_a_keeper_verifies_in_the_own_village_but_decides_nothing(client):
    order, other = an_order(), an_order(division_id=a_city().next_village.pk)
    keeper = Desk(client, a_keeper(a_place()))

    refused = keeper.act(order, "refusal", reason="UNSAFE")
    sheet = keeper.get(f"orders/{order.code}").json()
    verified = keeper.act(order, "verification", how="KNOWN").json()

    assert refused_with(refused) == (403, "not_your_order")
    assert (sheet["may_verify"], sheet["may_decide"]) == (True, False)
    assert verified["state"] == "TO_DISPATCH"
    assert keeper.get(f"orders/{other.code}").status_code == 404


SAME = [
    ("verification", {"how": "PHONE"}, lambda: an_order(actor=a_desk(), channel="PHONE")),
    ("resumption", {}, an_order),
    ("opening", {}, a_verified_order),
    ("offers", {}, a_verified_order),
    ("offers", {}, an_order),
    ("merger", None, an_order),
    ("contact", {}, lambda: closed(an_order())),
]


def closed(order):
    return commands.refuse(order_id=order.pk, reason="UNSAFE", actor=a_desk(), at=LATER)


@pytest.mark.parametrize(("act", "said", "make"), SAME)
def test_a_refusal_is_the_same_on_the_page(client, desk, act, said, make):
    order = make()
    said = {"into": order.code} if said is None else said

    told = desk.act(order, act, **said)
    client.force_login(a_desk())
    shown = client.post(f"/orders/desk/orders/{order.code}/{act}/", said)

    assert refused_with(told) == refused_with(shown)
    assert told.status_code in {403, 404, 409}


def test_the_desk_of_another_scope_is_closed(client):
    order = an_order()
    lent = Desk(client, a_desk(), Scope.PART, Scope.LEAD, Scope.RECORD)

    assert refused_with(lent.act(order, "contact")) == (403, "scope_missing")
    assert not Entry.objects.filter(verb="order.contact_opened").exists()


def test_a_closed_order_opens_no_contact_over_the_interface(desk):
    order = closed(an_order(contact=a_contact(name="李四妹")))

    answer = desk.act(order, "contact")

    assert refused_with(answer) == (403, "not_your_order")
    with scope.whole_city():
        assert not Entry.objects.filter(verb="contact.opened").exists()
