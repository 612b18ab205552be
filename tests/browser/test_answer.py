"""A resident answers by the code of a letter on a phone whose network comes and goes."""

from pathlib import Path

import pytest
import yaml

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_main_way import assert_fits, picture, serious_barriers
from xinfeng.base import clock
from xinfeng.surveys.models import Response
from xinfeng.surveys.tests.answers import a_coded, codes_of

QUESTIONS = Path(__file__).resolve().parents[2] / "cities/hengyang/questionnaires"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module", autouse=True)
def _beside():
    # The browser's loop runs in this thread, from which the database is asked all the same.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def letters():
    document = yaml.safe_load((QUESTIONS / "residents.yaml").read_text(encoding="utf-8"))
    return codes_of(a_coded(document, at=clock.now()))


@pytest.fixture
def open_phone(letters, chromium, live_server):
    contexts = []

    def opened(size=PHONE, **more):
        contexts.append(
            chromium.new_context(
                viewport=size, base_url=live_server.url, locale="zh-CN", **more
            )
        )
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        page.size = "desk" if size == DESK else "phone"
        return page

    yield opened
    for context in contexts:
        context.close()


def choose(page, question, answer):
    page.locator(f"[data-question={question}]").get_by_text(answer, exact=True).click()


def on(page):
    page.get_by_role("button", name="下一步").click()


def test_a_sheet_is_answered_block_by_block_with_the_network_cut_between(open_phone, letters):
    page = open_phone()
    page.goto("/answer/")
    assert serious_barriers(page) == []
    picture(page, "answer-enter")
    page.get_by_label("答题码").fill(letters[0].lower())
    page.get_by_role("button", name="开始答题").click()
    assert_fits(page)
    assert serious_barriers(page) == []
    picture(page, "answer-welcome")

    page.context.set_offline(True)
    on(page)
    assert page.get_by_text("请回答这一题").is_visible()
    choose(page, "adults", "2")
    on(page)
    choose(page, "lived_here", "住满六个月")
    choose(page, "age", "30 至 44 岁")
    on(page)
    choose(page, "estate", "满意")
    picture(page, "answer-block")
    on(page)
    choose(page, "used_hotline", "打过")
    choose(page, "schoolchild", "没有")
    on(page)
    assert page.locator("[data-question=hotline]").is_visible()
    # Back, and another mind: what depended on it is asked no more.
    page.get_by_role("button", name="上一步").click()
    choose(page, "used_hotline", "没打过")
    on(page)
    assert page.locator("[data-question=hotline]").is_hidden()
    page.context.set_offline(False)

    # The phone was switched off: what was said is still there.
    page.reload()
    assert page.get_by_text("您上次填的内容还在").is_visible()
    assert serious_barriers(page) == []
    on(page)
    on(page)
    assert "总体评价" in page.locator("main").inner_text()
    choose(page, "overall", "满意")
    choose(page, "sex", "女")
    page.context.set_offline(True)
    page.get_by_role("button", name="提交答卷").click()
    page.get_by_text("没有网络").wait_for()
    picture(page, "answer-offline")
    assert not Response.objects.exists()

    page.context.set_offline(False)
    page.wait_for_url("**/answer/thanks/**")
    page.get_by_text("您的回答已收到").wait_for()
    picture(page, "answer-thanks")
    kept = Response.objects.get()
    assert kept.answers == {
        "lived_here": "half_year", "age": "a30_44", "estate": "quite",
        "used_hotline": "not_called", "schoolchild": "has_not", "overall": "quite", "sex": "f",
    }  # fmt: skip
    assert page.evaluate("Object.keys(localStorage).length") == 0
    assert page.context.cookies() == []


def test_without_a_script_it_is_one_long_page(open_phone, letters):
    page = open_phone(DESK, java_script_enabled=False)
    page.goto(f"/answer/{letters[1]}/?in=en")
    picture(page, "answer-whole", whole=True)
    page.locator("[name=adults][value='1']").check()
    for code, value in {
        "lived_here": "half_year", "age": "a60_65", "used_hotline": "not_called",
        "hotline": "very", "schoolchild": "has_not", "overall": "not",
    }.items():  # fmt: skip
        page.locator(f"[name='q.{code}'][value='{value}']").check()
    page.get_by_role("button", name="Send the answers").click()
    # Something that has to be answered is missing; all else stands as it was said.
    assert page.locator("[id^=wrong-]").count() == 1
    page.locator("[name='q.sex'][value='m']").check()
    page.get_by_role("button", name="Send the answers").click()

    assert page.get_by_text("your answers have arrived").is_visible()
    assert "hotline" not in Response.objects.get().answers


def test_somebody_too_old_hands_the_phone_on(open_phone, letters):
    page = open_phone()
    page.goto(f"/answer/{letters[2]}/")
    choose(page, "adults", "1")
    on(page)
    choose(page, "lived_here", "住满六个月")
    choose(page, "age", "未满 18 岁或超过 65 岁")
    on(page)
    assert_fits(page)
    picture(page, "answer-not-you")
    page.get_by_role("button", name="换一位家人来答").click()
    assert page.locator("[name=adults]:checked").count() == 0
    choose(page, "adults", "1")
    on(page)
    choose(page, "age", "未满 18 岁或超过 65 岁")
    on(page)
    page.get_by_role("button", name="没有，家里没有符合条件的人").click()
    page.get_by_text("您家没有调查对象").wait_for()
    assert not Response.objects.exists()
