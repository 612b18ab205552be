import re

import pytest
from django.test import Client

from xinfeng.base import clock, scope
from xinfeng.dispatch import commands
from xinfeng.dispatch.models import CallBack, Complaint, Order
from xinfeng.journal import commands as journal
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_grant, a_keeper, a_person, an_office, everyone
from xinfeng.places.tests.build import a_city, a_place

from .build import (
    HOUR,
    MONDAY,
    a_contact,
    a_desk,
    a_served_order,
    a_verified_order,
    an_order,
    seen,
)
from .desk_build import some_orders

pytestmark = pytest.mark.django_db
LATER = MONDAY + 4 * HOUR


@pytest.fixture(autouse=True)
def _monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def desk(client):
    """The township's office, signed in."""
    client.force_login(a_desk())
    return client


def sheet(order):
    return f"/orders/desk/orders/{order.code}/"


def act(browser, order, verb, **said):
    return browser.post(f"{sheet(order)}{verb}/", said)


def test_the_desk_verifies_by_a_method_and_the_order_waits_to_be_dispatched(desk):
    order = an_order()

    act(desk, order, "verification", how="PHONE")

    assert (seen(order).state, seen(order).verified_how) == ("TO_DISPATCH", "PHONE")


def test_a_method_has_to_be_chosen_and_the_page_says_so(desk):
    order = an_order()

    answer = act(desk, order, "verification")

    assert answer.status_code == 200
    assert 'class="error"' in answer.content.decode()
    assert seen(order).state == "TO_VERIFY"


def test_an_order_is_refused_with_a_reason_that_the_list_offers(desk):
    order, other = an_order(), an_order()

    act(desk, order, "refusal", reason="PAID_TRADE")
    act(desk, other, "refusal", reason="CHANGED_MIND")

    assert (seen(order).state, seen(order).reason) == ("REFUSED", "PAID_TRADE")
    assert seen(other).state == "TO_VERIFY"


def test_an_order_is_held_taken_up_again_handed_over_and_cancelled(desk):
    order, other = a_verified_order(), a_verified_order()

    act(desk, order, "hold", reason="WEATHER")
    held = seen(order).state
    act(desk, order, "resumption")
    resumed = seen(order).state
    act(desk, order, "transfer", number="HY20220718001")
    act(desk, other, "cancellation", reason="SOLVED")

    assert (held, resumed) == ("ON_HOLD", "TO_DISPATCH")
    assert (seen(order).state, seen(order).hotline_number) == ("TRANSFERRED", "HY20220718001")
    assert seen(other).state == "CANCELLED"


def test_every_act_stands_on_the_timeline_of_the_page(desk):
    order = a_verified_order()
    act(desk, order, "hold", reason="WEATHER")

    page = desk.get(sheet(order)).content.decode()

    told = page[page.index('id="timeline"') :]
    said = [str(journal.sentences()[step.verb]) for step in order.steps.order_by("-pk")]
    assert len(said) == 3
    assert re.findall(r'<li><div class="grow"><span>([^<：]+)', told)[:3] == said


def test_duplicates_are_shown_side_by_side_and_one_ends_in_the_other(desk):
    first, second = an_order(), an_order(item_id=an_order().item_id)

    page = desk.get(f"{sheet(second)}doubles/").content.decode()
    act(desk, second, "merger", into=first.code)

    assert first.code in page
    assert seen(second).merged_into_id == first.pk


def test_another_telephone_in_another_village_is_no_duplicate(desk):
    first = an_order()
    other = an_order(
        division_id=a_city().next_village.pk, contact=a_contact(phone="13873400002")
    )

    page = desk.get(f"{sheet(other)}doubles/").content.decode()

    assert first.code not in page


def test_the_contact_opens_for_one_answer_and_is_written_down(desk):
    order = a_verified_order()
    before = desk.get(sheet(order)).content.decode()

    opened = act(desk, order, "contact").content.decode()
    after = desk.get(sheet(order)).content.decode()

    assert "13873400001" in opened
    assert "张桂英" in opened
    for page in (before, after):
        assert "13873400001" not in page
        assert "张桂英" not in page
        assert "张**" in page
    assert Entry.objects.filter(verb="order.contact_opened").count() == 1


def test_a_poor_rating_comes_back_to_the_desk_and_is_settled_by_a_call(desk):
    order = a_served_order(a_person())
    act(desk, order, "rating", overall="1", fee_asked="yes", how="PHONE")
    waiting = desk.get("/orders/desk/calls/").content.decode()

    act(desk, order, "call", outcome="SETTLED", note="已当面致歉")

    assert order.code in waiting
    assert seen(order).state == "CLOSED"
    with scope.whole_city():
        assert CallBack.objects.get().note() == "已当面致歉"
    assert order.code not in desk.get("/orders/desk/calls/").content.decode()


def test_what_was_not_said_of_a_service_stays_unsaid(desk):
    order = a_served_order(a_person())

    act(desk, order, "rating", overall="4", how="PHONE")

    with scope.whole_city():
        rating = seen(order).ratings.get()
    assert (rating.overall, rating.punctual, rating.fee_asked) == (4, None, None)


def test_a_complaint_is_read_and_answered_by_the_desk(desk):
    order = a_served_order(a_person())
    made = commands.complain(
        order_id=order.pk, code="K1", kind="CONDUCT", text="来得太晚", actor=None,
        at=LATER, secret="a secret of the address",
    )  # fmt: skip
    listed = desk.get("/orders/desk/complaints/").content.decode()

    page = desk.get("/orders/desk/complaints/K1/").content.decode()
    desk.post("/orders/desk/complaints/K1/", {"answer": "已核实并提醒志愿者"})

    assert "/orders/desk/complaints/K1/" in listed
    assert "来得太晚" in page
    with scope.whole_city():
        assert Complaint.objects.get(pk=made.pk).answer() == "已核实并提醒志愿者"


def test_a_foreign_order_is_not_there_whatever_is_asked_of_it(client):
    order = an_order()
    client.force_login(an_office(a_city().other_township))

    for address in ("", "doubles/", "candidates/"):
        assert client.get(sheet(order) + address).status_code == 404
    for verb, said in (
        ("verification", {"how": "PHONE"}), ("refusal", {"reason": "UNSAFE"}),
        ("contact", {}), ("merger", {"into": order.code}), ("offers", {}),
        ("people", {"person": "1"}), ("team", {"team": "1"}), ("opening", {}),
        ("offers/1/withdrawal", {}),
    ):  # fmt: skip
        assert act(client, order, verb, **said).status_code == 404, verb
    assert seen(order).state == "TO_VERIFY"
    assert order.code not in client.get("/orders/desk/").content.decode()
    assert order.code not in client.get("/orders/desk/orders.geojson").content.decode()


def test_only_offices_and_keepers_of_the_village_have_a_desk(client):
    place = a_place()
    order = an_order()
    cast = everyone(place)
    for role, person in cast.items():
        browser = Client()
        browser.force_login(person)
        status = browser.get(sheet(order)).status_code
        has_desk = role in {"CITY_OFFICE", "COUNTY_OFFICE", "TOWNSHIP", "KEEPER"}
        assert status == (200 if has_desk else 404), role


def test_a_keeper_verifies_in_the_own_village_but_refuses_nothing(client):
    place, order, other = a_place(), an_order(), an_order(division_id=a_city().next_village.pk)
    client.force_login(a_keeper(place))

    page = client.get(sheet(order)).content.decode()
    refused = act(client, order, "refusal", reason="UNSAFE")
    act(client, order, "verification", how="KNOWN")

    assert refused.status_code == 403
    assert "/refusal/" not in page
    assert "/verification/" in page
    assert seen(order).state == "TO_DISPATCH"
    assert client.get(sheet(other)).status_code == 404


def test_nobody_verifies_what_they_entered_themselves(client):
    clerk = a_desk()
    order = an_order(actor=clerk, channel="PHONE")
    client.force_login(clerk)

    page = client.get(sheet(order)).content.decode()

    assert "/verification/" not in page
    assert act(client, order, "verification", how="PHONE").status_code == 403


def test_nobody_signed_in_is_sent_to_sign_in(client):
    answer = client.get("/orders/desk/")
    assert answer.status_code == 302
    assert "/sign-in/" in answer["Location"]


def test_the_most_pressing_come_first_and_pages_join_without_gap(desk):
    for warned in (0, 2, 1):
        some_orders(15, warned=warned)
        some_orders(15, warned=warned, is_urgent=True)

    codes, address = [], "/orders/desk/"
    while address:
        page = desk.get(address).content.decode()
        codes += re.findall(r'<th scope="row"><a href="/orders/desk/orders/(\w+)/"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following and following[1].replace("&amp;", "&")

    with scope.whole_city():
        wanted = Order.objects.order_by("-warned", "-is_urgent", "due_at", "pk")
        assert codes == list(wanted.values_list("code", flat=True))


@pytest.mark.parametrize(
    ("query", "number"),
    [("warned=2", 4), ("state=ON_HOLD", 3), ("mode=GRAB", 0), ("kind=elder-care", 7),
     (f"within={430405007007}", 0), ("warned=x&within=1&state=?", 7)],
)  # fmt: skip
def test_the_desk_is_narrowed_by_what_stands_in_the_address(desk, query, number):
    some_orders(4, warned=2)
    some_orders(3, state="ON_HOLD", held_from="TO_DISPATCH", reason="WEATHER")

    page = desk.get(f"/orders/desk/?{query}").content.decode()
    points = desk.get(f"/orders/desk/orders.geojson?{query}").json()["features"]

    rows = len(re.findall(r'<th scope="row"><a href="/orders/desk/orders/', page))
    assert (rows, len(points)) == (number, number)


def test_the_map_is_kept_by_nobody_and_names_nobody(desk):
    an_order()
    some_orders(1, lat_e6=26945000, lon_e6=112672000, cell=1)

    answer = desk.get("/orders/desk/orders.geojson")

    assert answer["Cache-Control"] == "no-store, private"
    assert "张" not in answer.content.decode()
    where = [point["geometry"]["coordinates"] for point in answer.json()["features"]]
    # The one without a position stands where the city places its village.
    assert sorted(where) == [[112.67189, 26.94515], [112.672, 26.945]]


def test_navigation_of_an_office_leads_to_the_desk_with_what_is_overdue(desk):
    some_orders(3, warned=2)
    page = desk.get("/orders/desk/").content.decode()
    assert re.search(r'href="/orders/desk/"[^>]*>.*?<b class="badge">.*?3</b>', page, re.S)


def test_a_county_office_reaches_its_townships_and_no_other_county(client):
    order = an_order()
    office = a_person("both", division=a_city().county, volunteers=False)
    a_grant(office, "COUNTY_OFFICE", division=a_city().other_county)
    client.force_login(office)
    assert client.get(sheet(order)).status_code == 404

    a_grant(office, "COUNTY_OFFICE", division=a_city().county)
    assert client.get(sheet(order)).status_code == 200
