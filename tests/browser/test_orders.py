"""An order from a neighbour's telephone to the second dispatch: everybody on their own page."""

import re
from datetime import timedelta

from .test_main_way import assert_fits, picture, serious_barriers, sign_in
from .test_volunteer import an_id_number

SERVED, MEI = "周桂兰", "欧阳·小梅"
PASSWORD = "lin li hu zhu 2022"
# The verbs of the order's own timeline, and whether the journal has the same ones.
TIMELINE = """
from xinfeng.base import scope
from xinfeng.dispatch.models import Order
from xinfeng.journal.models import Entry
with scope.whole_city():
    order = Order.objects.get(code="{code}")
    steps = list(order.steps.order_by("pk").values_list("verb", flat=True))
    entries = Entry.objects.filter(subject=f"dispatch.order:{{order.pk}}").order_by("pk")
    print(*steps, steps == list(entries.values_list("verb", flat=True)))
"""


def looked_at(page, name):
    assert_fits(page)
    assert serious_barriers(page) == [], name
    picture(page, name)


def test_a_home_visit_ordered_by_a_neighbour_is_served_rated_and_dispatched_again(
    open_page, demo
):
    neighbour, office, mei = open_page("phone"), open_page("desk"), open_page("phone")
    code, trail = order(neighbour, demo)
    register_next_door(mei, trail)
    verify_and_ask(office, demo, code)
    accept_and_agree(mei, demo, code)
    demo.later(timedelta(minutes=40))
    serve(neighbour, mei, demo, code, "签到")
    demo.later(timedelta(minutes=62))
    serve(neighbour, mei, demo, code, "签退")
    confirm_and_rate(neighbour, code)
    call_back_and_dispatch_again(office, demo, code)


def order(page, demo):
    """A neighbour orders for somebody old: four steps in large type."""
    sign_in(page, demo, "resident")
    page.goto("/orders/")
    looked_at(page, "order-menu")
    page.get_by_role("link", name=re.compile("为老服务")).first.click()
    page.wait_for_load_state()
    page.get_by_role("link", name=re.compile("代买药品")).first.click()
    page.wait_for_load_state()
    looked_at(page, "order-when")
    page.get_by_role("button", name="尽快").click()
    page.wait_for_load_state()
    looked_at(page, "order-who")
    trail = page.locator("form.who p.spread span").inner_text().split()
    page.locator("[name=for_whom][value=OTHER]").check()
    page.locator("[name=relation]").select_option("NEIGHBOUR")
    page.locator("[name=name]").fill(SERVED)
    page.locator("[name=phone]").fill("13873400017")
    page.locator("[name=address]").fill("三组十二号")
    page.locator("[name=agreed]").check()
    page.locator("form.who button.primary").click()
    page.wait_for_load_state()
    looked_at(page, "order-check")
    page.locator("main form button.primary").click()
    page.wait_for_url("**/slip/")
    looked_at(page, "order-slip")
    return re.search(r"/track/([^/]+)-[^/-]+/slip/", page.url)[1], trail


def register_next_door(page, trail):
    """A volunteer of the same village, who says when they have time."""
    page.goto("/register/")
    for name in trail:
        ways = page.locator("ul.list a", has_text=re.compile(rf"^\s*{name}"))
        if ways.count():
            ways.first.click()
            page.wait_for_load_state()
    page.locator("[name=name]").fill(MEI)
    page.locator("[name=id_number]").fill(an_id_number("19880609"))
    page.locator("[name=phone]").fill("13800880609")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=agreed]").check()
    page.get_by_role("button", name="注册").click()
    page.wait_for_url("**/me/welcome/")
    page.goto("/me/profile/")
    for tick in page.locator("[name=free]").all():
        tick.check()
    page.get_by_role("button", name="保存").first.click()
    page.wait_for_load_state()


def verify_and_ask(page, demo, code):
    """The desk makes sure that it is meant, sees who could go and why, and asks."""
    sign_in(page, demo, "township")
    page.goto("/orders/desk/")
    looked_at(page, "desk")
    page.goto("/orders/desk/verify/")
    looked_at(page, "desk-verify")
    page.goto(f"/orders/desk/orders/{code}/")
    looked_at(page, "desk-order")
    page.locator("#next [name=how][value=PHONE]").check()
    page.locator("#next form button.primary").first.click()
    page.wait_for_load_state()
    page.get_by_role("button", name="查看十位最合适人选").click()
    page.wait_for_selector("#candidates input[name=person]")
    looked_at(page, "desk-candidates")
    page.locator("#candidates label", has_text=MEI[:1]).locator("input").check()
    page.locator("#candidates form button.primary").first.click()
    page.wait_for_load_state()
    looked_at(page, "desk-asked")


def accept_and_agree(page, demo, code):
    """On the volunteer's telephone: why me, yes, whom it is for, when."""
    page.goto("/orders/asked/")
    looked_at(page, "asked")
    page.locator(f"a[href='/orders/asked/{code}/']").click()
    page.wait_for_load_state()
    assert SERVED not in page.content()
    looked_at(page, "asked-order")
    page.get_by_role("button", name="我能去").click()
    page.wait_for_load_state()
    page.get_by_role("button", name="查看").click()
    page.wait_for_load_state()
    assert SERVED in page.content()
    looked_at(page, "asked-contact")
    starts = demo.now + timedelta(minutes=45)
    page.locator("[name=starts_at]").fill(f"{starts:%Y-%m-%dT%H:%M}")
    page.locator("#time button").click()
    page.wait_for_load_state()
    looked_at(page, "asked-agreed")


def serve(neighbour, mei, demo, code, word):
    """At the door, by the code that stands on the resident's page at the moment."""
    neighbour.goto(f"/orders/track/{code}/")
    looked_at(neighbour, "track-" + ("in" if word == "签到" else "out"))
    address = neighbour.locator("#door .code").get_attribute("data-address")
    mei.goto(address)
    mei.get_by_role("button", name=word).first.click()
    mei.wait_for_timeout(1500)


def confirm_and_rate(page, code):
    """The minute's job has seen them leave; somebody is not content, and says so."""
    for _ in range(50):
        page.goto(f"/orders/track/{code}/")
        if page.locator("#confirm").count():
            break
        page.wait_for_timeout(2_000)
    page.locator("#confirm button.primary").click()
    page.wait_for_load_state()
    page.locator("[name=overall][value='1']").check()
    page.locator("[name=punctual][value='1']").check()
    looked_at(page, "track-rate")
    page.locator("#rate button.primary").click()
    page.wait_for_load_state()
    looked_at(page, "track-rated")


def call_back_and_dispatch_again(page, demo, code):
    """The poor rating comes back to the desk, which calls and looks for somebody once more."""
    page.goto("/orders/desk/calls/")
    assert page.locator(f"a[href='/orders/desk/orders/{code}/']").count() > 0
    looked_at(page, "desk-calls")
    page.goto(f"/orders/desk/orders/{code}/")
    looked_at(page, "desk-poor")
    page.locator("#next [name=outcome][value=AGAIN]").check()
    page.locator("#next [name=note]").fill("约好再派人去")
    page.locator("#next form button.primary").first.click()
    page.wait_for_load_state()
    assert "待派单" in page.content()
    looked_at(page, "desk-again")
    told = demo.run("shell", "-c", TIMELINE.format(code=code)).split()
    assert told[-1] == "True", told
    assert "order.rated" in told
