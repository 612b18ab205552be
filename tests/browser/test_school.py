"""A class from a station's wish to a learner's marks: everybody on their own page."""

import re
from datetime import timedelta

from .test_main_way import assert_fits, picture, serious_barriers, sign_in
from .test_volunteer import an_id_number

LECTURER, LEARNER = "濮阳·兰", "夏侯·梅"
PASSWORD = "ye xiao xue tang 2022"


def looked_at(page, name):
    assert_fits(page)
    assert serious_barriers(page) == [], name
    picture(page, name, whole=True)


def test_a_station_orders_a_class_that_is_held_counted_and_rated(open_page, demo):
    keeper, office = open_page("phone"), open_page("desk")
    lecturer, learner = open_page("phone"), open_page("phone")
    register(lecturer, LECTURER, "19790311", "13800790311")
    register(learner, LEARNER, "19910822", "13800910822")
    apply_to_lecture(lecturer)
    sign_in(office, demo, "city")
    approve(office)
    sign_in(keeper, demo, "keeper")
    wish, first_on = order(keeper)
    place_with(office, wish, first_on)
    code = accept(lecturer)
    publish(keeper, wish)
    enrol(learner, code)
    month, day, hour, minute = first_evening(keeper, code)
    starts = demo.now.replace(
        month=month, day=day, hour=hour, minute=minute, second=0, microsecond=0
    )
    demo.later(starts - demo.now + timedelta(minutes=1))
    attend(keeper, "签到")
    demo.later(timedelta(minutes=95))
    attend(keeper, "签退")
    demo.later(timedelta(minutes=30))
    rate(learner, code)
    hours(lecturer, learner)


def register(page, name, born, phone):
    """A new volunteer of the first village that the list names."""
    page.goto("/register/")
    while not page.locator("[name=id_number]").count():
        page.locator("main ul.list a").first.click()
        page.wait_for_load_state()
    page.locator("[name=name]").fill(name)
    page.locator("[name=id_number]").fill(an_id_number(born))
    page.locator("[name=phone]").fill(phone)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=agreed]").check()
    page.get_by_role("button", name="注册").click()
    page.wait_for_url("**/me/welcome/")


def apply_to_lecture(page):
    """Whoever can do something offers it: what, which evenings, how far."""
    page.goto("/school/lecturing/offer/")
    for tick in page.locator("[name=fields_taught], [name=evenings]").all():
        tick.check()
    page.locator("[name=reach_km]").select_option("50")
    page.locator("[name=capacity_a_week]").fill("7")
    looked_at(page, "school-offer")
    page.locator("form button.primary").last.click()
    page.wait_for_load_state()
    looked_at(page, "school-applied")


def approve(page):
    page.goto("/school/desk/")
    looked_at(page, "school-desk")
    page.locator("#lecturers a", has_text=LECTURER[:1]).first.click()
    page.wait_for_load_state()
    looked_at(page, "school-lecturer-case")
    page.locator("main form button.primary").first.click()
    page.wait_for_load_state()


def order(page):
    """The keeper of a station asks for a class on the telephone; gives back its code."""
    page.goto("/school/places/")
    page.wait_for_load_state()
    if page.url.rstrip("/").endswith("/places"):
        page.locator("main ul a").first.click()
        page.wait_for_load_state()
    looked_at(page, "school-station")
    page.get_by_role("link", name="点课开班").first.click()
    page.wait_for_load_state()
    page.locator("[name=course]").select_option(index=1)
    for tick in page.locator("[name=evenings]").all():
        tick.check()
    page.locator("[name=heads]").fill("12")
    page.locator("[name=room]").fill("老幼活动室")
    looked_at(page, "school-ask")
    first_on = page.locator("[name=wished_from]").input_value()
    page.locator("form button.primary").last.click()
    page.wait_for_load_state()
    page.locator("#requests a").first.click()
    page.wait_for_load_state()
    return re.search(r"/requests/([^/]+)/", page.url)[1], first_on


def place_with(page, wish, first_on):
    """The office gives it to the new lecturer, by hand, and asks."""
    page.goto(f"/school/requests/{wish}/")
    page.locator("#first_on").fill(first_on)
    looked_at(page, "school-placing")
    page.locator("tr", has_text=LECTURER[:1]).locator("button").first.click()
    page.wait_for_load_state()
    looked_at(page, "school-placed")
    assert page.locator("form[action$='/proposal/']").count(), page.locator("main").inner_text()
    page.locator("form[action$='/proposal/'] button").click()
    page.wait_for_load_state()


def accept(page):
    """On the lecturer's telephone: what, where, when; yes. Gives back the class's code."""
    page.goto("/school/lecturing/")
    looked_at(page, "school-asked")
    form = page.locator("form[action$='/acceptance/']").first
    code = re.search(r"/classes/([^/]+)/", form.get_attribute("action"))[1]
    form.locator("button").click()
    page.wait_for_load_state()
    looked_at(page, "school-accepted")
    return code


def publish(page, wish):
    page.goto(f"/school/requests/{wish}/")
    page.get_by_role("button", name="发布").click()
    page.wait_for_load_state()


def enrol(page, code):
    page.goto(f"/school/classes/{code}/")
    looked_at(page, "school-class")
    page.get_by_role("button", name="报名").click()
    page.wait_for_load_state()
    looked_at(page, "school-enrolled")


def first_evening(page, code):
    """When the class begins, as its page says it; the keeper's page of that evening opens."""
    page.goto(f"/school/classes/{code}/")
    evening = page.locator("#sessions li").first
    told = re.search(r"(\d+)月(\d+)日.*?(\d+):(\d+)", evening.inner_text())
    evening.get_by_role("link", name="考勤").click()
    page.wait_for_load_state()
    looked_at(page, "school-evening")
    month, day, hour, minute = map(int, told.groups())
    return month, day, hour, minute


def attend(page, word):
    """The keeper ticks whoever is there; the lecturer's row is one of them."""
    page.reload()
    rows = page.locator("#list tbody tr")
    assert rows.count() == 2
    for tick in page.locator("#list [type=checkbox]").all():
        tick.check()
    looked_at(page, "school-attendance-" + ("in" if word == "签到" else "out"))
    page.locator("#list .thumb button").click()
    page.wait_for_load_state()


def rate(page, code):
    page.goto(f"/school/classes/{code}/")
    for name, mark in (("content", 5), ("teaching", 4), ("arrangement", 5)):
        box = page.locator(f"#rate [name={name}]")
        if box.first.evaluate("e => e.tagName") == "SELECT":
            box.select_option(str(mark))
        else:
            page.locator(f"#rate [name={name}][value='{mark}']").check()
    looked_at(page, "school-rate")
    page.locator("#rate button.primary").click()
    page.wait_for_load_state()
    looked_at(page, "school-rated")
    assert "您的评分" in page.content()


def hours(lecturer, learner):
    """Whoever taught has served; whoever learnt has not."""
    lecturer.goto("/hours/")
    looked_at(lecturer, "school-lecturer-hours")
    assert "1 小时 30 分" in lecturer.content() or "1 小时" in lecturer.content()
    learner.goto("/hours/")
    assert "尚无" in learner.content() or "还没有" in learner.content()
