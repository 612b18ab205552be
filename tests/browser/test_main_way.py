"""The main way of each of the first users, with the screenshots that stand in the docs."""

import os
from pathlib import Path

import pytest

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
AXE = Path(__file__).resolve().parent / "vendor" / "axe.min.js"


def picture(page, name, *, whole=False):
    """Taken every time; kept in the docs when the tests are told to (PICTURES=1)."""
    taken = page.screenshot(full_page=whole, animations="disabled")
    assert len(taken) > 10_000, "an empty page"
    if os.environ.get("PICTURES"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        (PICTURES / f"{name}-{page.size}.png").write_bytes(taken)


def sign_in(page, demo, username):
    page.goto("/sign-in/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(demo.password_of(username))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def assert_fits(page):
    """Nothing sticks out sideways: a thumb scrolls down only."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def serious_barriers(page):
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (v["id"], v["nodes"][0]["html"])
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]


def test_the_board_shows_the_city_and_opens_down_to_a_row(page):
    page.goto("/")
    # Charts and maps are drawn when they come into sight.
    page.locator("#map").scroll_into_view_if_needed()
    page.wait_for_selector("canvas")
    page.wait_for_timeout(1500)
    page.evaluate("window.scrollTo(0, 0)")
    assert "3,527" in page.content()
    assert_fits(page)
    picture(page, "board")

    page.get_by_role("link", name="实践阵地").first.click()
    page.wait_for_url("**/figures/places/**")

    assert page.locator("table tbody tr").count() > 0
    picture(page, "figure")


def test_the_demo_time_stands_on_every_page(page):
    for address in ("/", "/figures/", "/places/", "/standards/", "/sign-in/"):
        page.goto(address)
        assert "2022年7月1" in page.locator(".band.demo").inner_text()


def test_the_drill_goes_from_city_to_village_to_place_to_line(page):
    page.goto("/boards/430421000000/")
    for _ in range(2):
        page.locator(".ranking a").first.click()
        page.wait_for_load_state()
    page.locator("#places .rows a").first.click()
    page.wait_for_url(lambda url: "/places/" in url)
    assert_fits(page)
    picture(page, "place", whole=True)

    page.get_by_role("link", name="达标情况").click()
    page.wait_for_load_state()
    assert serious_barriers(page) == []
    page.locator(".list a").first.click()
    page.wait_for_load_state()
    assert "背后的数据" in page.content() or page.locator("#rows").count() == 1
    assert_fits(page)
    picture(page, "line")


def test_a_keeper_sees_what_is_missing_and_what_to_do(page, demo):
    sign_in(page, demo, "keeper")
    page.goto("/worklist/")

    assert "未达标" in page.content()
    assert_fits(page)
    assert serious_barriers(page) == []
    picture(page, "worklist")


def test_the_big_screen_fills_a_screen(page):
    if page.size == "phone":
        pytest.skip("a big screen is big")
    page.goto("/screen/")
    page.wait_for_selector("canvas")
    page.wait_for_timeout(3000)
    picture(page, "screen")


def test_english_is_complete(page):
    page.goto("/")
    page.locator("button[value='en']").click()
    page.wait_for_selector("text=Practice places")
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize(
    "address",
    ["/", "/figures/places/", "/places/", "/standards/five-haves/newest/", "/sign-in/"],
)
def test_no_serious_barrier(page, address):
    page.goto(address)

    assert serious_barriers(page) == []


def test_a_keeper_enters_with_one_tap(page, demo):
    sign_in(page, demo, "keeper")
    page.goto("/worklist/")
    before = page.locator("#due .task").count()
    if not before:
        pytest.skip("the other size has entered everything already")
    page.locator("#due").get_by_role("button", name="今天已完成").first.click()
    page.wait_for_selector("text=已登记：")

    assert page.locator("#due .task").count() == before - 1
    assert_fits(page)


def test_the_city_office_tries_another_threshold_and_sees_what_it_changes(page, demo):
    sign_in(page, demo, "city")
    page.goto("/standards/five-haves/newest/")
    assert_fits(page)
    picture(page, "standard")
    version = f"2022.1-{page.size}"
    page.get_by_label("副本版本号").fill(version)
    page.get_by_role("button", name="复制", exact=True).click()
    text = page.locator("textarea")
    text.fill(
        text.input_value().replace("institute: 50, station: 20", "institute: 50, station: 45")
    )
    page.get_by_role("button", name="保存草案").click()
    page.wait_for_selector("text=站 45")

    page.goto(f"/standards/five-haves/{version}/")
    page.get_by_label("周期").fill("2022Q2")
    page.get_by_role("button", name="开始测评").click()
    page.get_by_role("link", name="查看副本带来的变化").click()
    page.wait_for_selector("#moved table")

    assert "报告厅" in page.content()
    assert_fits(page)
    picture(page, "difference")


def test_a_county_works_through_its_places(page, demo):
    sign_in(page, demo, "county")
    page.goto("/worklist/")
    page.locator("#lines td a").first.click()
    page.wait_for_url(lambda url: "line=" in url)

    assert page.locator("#places .list li").count() > 0
    assert_fits(page)
    picture(page, "county")
