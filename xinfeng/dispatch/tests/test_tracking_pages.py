"""Following an order by its link: what it says, who comes, the door, confirming, rating."""

import pytest
from django.urls import reverse

from xinfeng.activities import door
from xinfeng.base import clock, scope
from xinfeng.dispatch.models import Complaint, Rating, State
from xinfeng.dispatch.queries import key_of
from xinfeng.people.models import ConsentKind
from xinfeng.people.tests.build import a_person

from .build import (
    DAY,
    HOUR,
    MONDAY,
    SECRET,
    a_desk,
    a_served_order,
    an_accepted_order,
    an_order,
    scheduled,
    seen,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(monkeypatch):
    def at(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    at(MONDAY + HOUR)
    return at


@pytest.fixture
def mei(now):
    return a_person("mei", name="李梅", volunteers=True)


def address(order, name="track"):
    return reverse(f"dispatch:{name}", args=[key_of(order.code, SECRET)])


def text_of(answer):
    return answer.content.decode()


def test_the_link_says_how_the_order_stands_in_plain_words(client, now):
    page = text_of(client.get(address(an_order())))

    assert "已收到您的点单" in page
    assert "已提交点单" in page


def test_the_link_shows_neither_name_nor_telephone_nor_address(client, now):
    page = text_of(client.get(address(an_order())))

    for personal in ("张桂英", "13873400001", "3组12号"):
        assert personal not in page


def test_neither_the_number_alone_nor_another_secret_opens_it(client, now):
    order = an_order()

    for key in (order.code, key_of(order.code, "OTHER"), f"{order.code}-", "-", "NONE"):
        assert client.get(reverse("dispatch:track", args=[key])).status_code == 404


def test_whoever_placed_it_signed_in_needs_no_link(client, now):
    lan = a_person("lan")
    order = an_order(actor=lan)
    client.force_login(lan)

    assert client.get(reverse("dispatch:track", args=[order.code])).status_code == 200
    assert order.code in text_of(client.get(reverse("dispatch:my_orders")))


def test_somebody_else_signed_in_finds_nothing(client, now):
    order = an_order(actor=a_person("lan"))
    client.force_login(a_person("stranger"))

    assert client.get(reverse("dispatch:track", args=[order.code])).status_code == 404
    assert order.code not in text_of(client.get(reverse("dispatch:my_orders")))


def test_my_orders_are_few_queries_however_many(client, now, django_assert_max_num_queries):
    lan = a_person("lan")
    for _n in range(12):
        an_order(actor=lan)
    client.force_login(lan)

    with django_assert_max_num_queries(14):
        client.get(reverse("dispatch:my_orders"))


def test_the_address_is_kept_out_of_caches_and_of_other_pages(client, now):
    answer = client.get(address(an_order()))

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_the_slip_shows_number_and_code(client, now):
    order = an_order()

    page = text_of(client.get(address(order, "track_slip")))

    assert order.code in page
    assert "<svg" in page
    assert address(order) in page


def test_who_comes_is_named_only_once_they_have_accepted(client, now, mei):
    before = text_of(client.get(address(an_order())))
    after = text_of(client.get(address(an_accepted_order(mei))))

    assert "志愿者李" not in before
    assert "志愿者李" in after
    assert "李梅" not in after


def test_whoever_agreed_to_be_named_is_named(client, now, mei, monkeypatch):
    def agrees(person_id, kind):
        return (person_id, kind) == (mei.pk, ConsentKind.PUBLICATION)

    monkeypatch.setattr("xinfeng.dispatch.queries.tracking.agreed", agrees)

    assert "志愿者李梅" in text_of(client.get(address(an_accepted_order(mei))))


def test_the_door_shows_the_code_of_the_moment_only_when_they_come(client, now, mei):
    order = scheduled(an_accepted_order(mei), a_desk())
    now(MONDAY + 5 * HOUR)
    early = text_of(client.get(address(order)))
    now(MONDAY + DAY)
    page = text_of(client.get(address(order)))
    digits = door.digits_shown(order.activity.code, MONDAY + DAY)
    now(MONDAY + 2 * DAY)
    late = text_of(client.get(address(order)))

    assert "door-code" not in early
    assert f"{digits[:3]} {digits[3:]}" in page
    assert "door-code" not in late


def test_the_fragment_of_the_door_tells_when_it_is_over(client, now):
    assert "现在不需要出示码" in text_of(client.get(address(an_order(), "track_door")))


def test_confirming_leads_to_rating(client, now, mei):
    order = a_served_order(mei)
    now(MONDAY + DAY + 2 * HOUR)

    page = client.post(address(order, "track_confirm"), follow=True)

    assert seen(order).state == State.TO_RATE
    assert "服务怎么样" in text_of(page)


def test_a_poor_rating_comes_back_to_the_desk(client, now, mei):
    order = a_served_order(mei)
    now(MONDAY + DAY + 2 * HOUR)
    client.post(address(order, "track_confirm"))

    marks = {"overall": "1", "punctual": "2", "fee_asked": "YES", "comment": "要了二十元"}
    client.post(address(order, "track_rate"), marks)

    with scope.whole_city():
        rating = Rating.objects.get(order=order)
    assert (rating.overall, rating.punctual, rating.skill) == (1, 2, None)
    assert rating.fee_asked is True
    assert seen(order).state == State.CALL_BACK


def test_what_is_left_out_stays_unrated(client, now, mei):
    order = a_served_order(mei)
    now(MONDAY + DAY + 2 * HOUR)
    client.post(address(order, "track_confirm"))

    client.post(address(order, "track_rate"), {"overall": "5", "fee_asked": ""})

    with scope.whole_city():
        rating = Rating.objects.get(order=order)
    assert (rating.punctual, rating.attitude, rating.fee_asked) == (None, None, None)
    assert seen(order).state == State.CLOSED


def test_a_rating_without_a_mark_is_asked_again(client, now, mei):
    order = a_served_order(mei)
    now(MONDAY + DAY + 2 * HOUR)
    client.post(address(order, "track_confirm"))

    answer = client.post(address(order, "track_rate"), {"comment": "很好"})

    assert answer.status_code == 422
    assert "请打 1 到 5 分" in text_of(answer)
    assert "很好" in text_of(answer)


def test_what_was_not_done_is_called_about(client, now, mei):
    order = a_served_order(mei)
    now(MONDAY + DAY + 2 * HOUR)

    client.post(address(order, "track_deny"))

    assert seen(order).state == State.CALL_BACK


def test_a_complaint_has_a_number_and_a_day(client, now, mei):
    order = a_served_order(mei)
    now(MONDAY + DAY + 2 * HOUR)

    said = {"kind": "FEE", "text": "收了二十元"}
    page = text_of(client.post(address(order, "track_complain"), said, follow=True))

    with scope.whole_city():
        code = Complaint.objects.get(order=order).code
    assert code in page
    assert "最迟" in page


def test_an_order_is_cancelled_for_a_reason(client, now):
    order = an_order()

    client.post(address(order, "track_cancel"), {})
    assert seen(order).state == State.TO_VERIFY
    client.post(address(order, "track_cancel"), {"reason": "SOLVED"})

    assert seen(order).state == State.CANCELLED
    assert "已取消" in text_of(client.get(address(order)))
