"""A survey's whole way: planned, drawn, answered by a resident with a personal code and at the
door with the network cut, closed, estimated, compared with last year's, on the board with its
interval; and an outsider repeats every number from what can be downloaded.
"""

import json
import re
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest

from .conftest import held
from .test_field import Tiny
from .test_main_way import assert_fits, picture, serious_barriers, sign_in

NAME = "2022 年居民满意度复核调查"
SHELL = ("shell", "--no-imports", "--verbosity", "0", "--command")
# Whoever holds a letter has the code; the door is one of the surveyor's households.
TOLD = """
import json
from xinfeng.base import scope
from xinfeng.surveys.models import Sample, SampleUnit
from xinfeng.surveys.queries.samples import web_codes
with scope.whole_city():
    letters = web_codes(Sample.objects.get(survey__code="{code}", mode="WEB_CODE"))
    doors = SampleUnit.objects.filter(
        sample__survey__code="{code}", sample__mode="HOUSEHOLD", person__username="surveyor")
    print(json.dumps([min(letters.values()), doors.order_by("pk").first().code]))
"""
# All other households, as their surveyor's phone and their own would send them.
OTHERS = """
from uuid import uuid5, NAMESPACE_URL
from xinfeng.base import clock, scope
from xinfeng.surveys import commands
from xinfeng.surveys.models import DayPart, Disposition, Sample, SampleUnit
from xinfeng.surveys.queries.samples import web_codes
from xinfeng.surveys.sent import Sheet
at = clock.now()
STEPS = ["very", "quite", "quite", "fairly", "quite", "very", "fairly", "not"]
with scope.whole_city():
    waiting = list(SampleUnit.objects.filter(
        sample__survey__code="{code}", sample__mode="HOUSEHOLD", disposition="").order_by("pk"))
    for number, unit in enumerate(waiting):
        key, day = uuid5(NAMESPACE_URL, unit.code), clock.local_date(at)
        if number % 9 == 8:
            commands.record_attempt(
                unit_id=unit.pk, key=key, disposition=Disposition.REFUSAL, on=day,
                part=DayPart.EVENING, actor=unit.person, at=at)
            continue
        answers = {
            "estate": STEPS[number % 7], "counters": STEPS[number % 5],
            "used_hotline": "not_called",
            "overall": STEPS[number % 8] if number % 3 else "quite",
            "sex": "fm"[number % 2], "age": ["a18_39", "a40_65"][number // 2 % 2],
        }
        commands.interview(
            unit_code=unit.code, key=key, on=day, part=DayPart.EVENING,
            actor=unit.person, at=at,
            sheet=Sheet(answers, adults=1 + number % 3, seconds=120 + number))
    letters = web_codes(Sample.objects.get(survey__code="{code}", mode="WEB_CODE"))
    for number, letter in enumerate(letters.values()):
        commands.answer_by_code(
            code=letter, at=at, sheet=Sheet({
                "used_hotline": "not_called", "overall": STEPS[number % 8],
                "sex": "fm"[number % 2], "age": "a40_65"}, adults=1))
"""


@pytest.fixture(scope="module")
def demo():
    with held(Tiny) as city:
        yield city


def looked_at(page, name, *, keep=False):
    assert_fits(page)
    assert serious_barriers(page) == [], name
    if keep:
        picture(page, name)


def test_a_survey_from_its_plan_to_the_board_and_to_an_outsider(open_page, demo, tmp_path):
    office = open_page("desk")
    sign_in(office, demo, "city")
    code = plan(office, demo)
    draw_and_open(office, code)
    letter, door = json.loads(demo.run(*SHELL, TOLD.format(code=code)).splitlines()[-1])
    answer_by_code(open_page("phone"), letter)
    phone = open_page("phone", service_workers="allow")
    sign_in(phone, demo, "surveyor")
    answer_at_the_door(phone, door)
    demo.run(*SHELL, OTHERS.replace("{code}", code))

    close_estimate_publish(office, code)
    assert "ok" in demo.run("draw", "--check", code)
    visitor = open_page("phone")
    share = read_the_results(visitor, code)
    repeat_every_number(visitor, code, tmp_path)
    # A board shows what had ended before its day.
    demo.later(timedelta(days=2))
    assert share in read_the_board(visitor)


def plan(page, demo):
    """Questionnaire, frame and design are looked at, then bound with a secret."""
    page.goto("/surveys/plan/")
    for name, value in {
        "name": NAME,
        "year": "2022",
        "series": "residents",
        "communities": "4",
        "per_community": "30",
        "since": f"{demo.now:%Y-%m-%d}",
    }.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=questionnaire]").select_option(index=0)
    page.locator("[name=frame]").select_option(index=1)
    page.locator("[name=modes][value=WEB_CODE]").check()
    page.locator("button[value=look]").click()
    page.wait_for_selector("#strata")
    looked_at(page, "survey-plan", keep=True)
    page.locator("#strata button[value=bind]").click()
    page.wait_for_url("**/design/")
    return re.search(r"/surveys/([^/]+)/design/", page.url)[1]


def draw_and_open(page, code):
    page.locator("[name=dice]").fill("4 6 1 1 3")
    page.locator(f"form[action='/surveys/{code}/draw/'] button").click()
    page.wait_for_selector("#surveyors")
    for each in page.locator("#surveyors [name=people]").all():
        each.check()
    page.locator(f"form[action='/surveys/{code}/surveyors/'] button").click()
    page.wait_for_load_state()
    looked_at(page, "survey-drawn", keep=True)
    page.locator(f"form[action='/surveys/{code}/steps/opening/'] button").click()
    page.wait_for_selector("#close")


def answer_by_code(page, code):
    page.goto("/answer/")
    page.get_by_label("答题码").fill(code.lower())
    page.get_by_role("button", name="开始答题").click()
    said = {
        "used_hotline": "打过",
        "hotline": "满意",
        "sex": "女",
        "age": "18 至 39 岁",
        "adults": "2",
    }
    for _ in range(10):
        for question in page.locator("[data-question]:visible").all():
            asked = question.get_attribute("data-question")
            question.get_by_text(said.get(asked, "满意"), exact=True).click()
        looked_at(page, "answer-block")
        last = page.get_by_role("button", name="提交答卷")
        if last.is_visible():
            last.click()
            break
        page.get_by_role("button", name="下一步").click()
    page.wait_for_url("**/answer/thanks/**")
    # The letter's code is used up.
    page.goto(f"/answer/{code}/")
    assert "已" in page.locator("main").inner_text()


def answer_at_the_door(page, door):
    page.goto("/interviews/")
    page.wait_for_selector("section .point")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.reload()
    page.locator(f".point[data-unit='{door}'] a").click()
    page.click("#interview")
    page.locator("#counts button").first.click()
    page.click("#begin")
    page.wait_for_selector("#question")
    while page.locator("#question").count():
        code = page.get_attribute("#question", "data-question")
        value = {"used_hotline": "not_called", "sex": "m", "age": "a40_65"}.get(code, "quite")
        page.locator(f"#question label[data-choice={value}]").click()
        page.click("#next")
        page.wait_for_function(
            "(c) => document.querySelector('#question')?.dataset.question !== c", arg=code
        )
    if page.locator("#agreement").count():
        page.locator("#agreement label[data-choice=no]").click()
    page.click("#finish")
    page.wait_for_selector("#waiting")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("#waiting", state="detached")


def close_estimate_publish(page, code):
    page.goto(f"/surveys/{code}/design/")
    page.locator(f"form[action='/surveys/{code}/steps/closing/'] button").click()
    page.wait_for_load_state()
    page.goto(f"/surveys/{code}/estimates/")
    for place in range(page.locator("form[action*='/estimates/']").count()):
        page.locator("form[action*='/estimates/'] button").nth(place).click()
        page.wait_for_load_state()
    publish = page.locator(f"form[action='/surveys/{code}/publication/'] button")
    for _ in range(60):
        page.goto(f"/surveys/{code}/estimates/")
        if publish.count() and not page.locator("progress").count():
            break
        page.wait_for_timeout(500)
    looked_at(page, "survey-estimates", keep=True)
    publish.click()
    page.wait_for_load_state()


def read_the_results(page, code):
    """The share satisfied with its interval, and what changed since last year."""
    page.goto(f"/surveys/{code}/")
    looked_at(page, "survey-results", keep=True)
    told = page.locator("main").inner_text()
    assert "区间" in told
    assert "2021" in told
    return re.search(r"满意率为 ([\d.]+) %", told)[1]


def read_the_board(page):
    for _ in range(60):
        page.goto("/")
        card = page.locator("main a, main li", has_text="居民总体满意率").first
        told = card.inner_text()
        if "2022" in told:
            break
        page.wait_for_timeout(500)
    assert "区间" in told
    return told


def repeat_every_number(page, code, folder):
    """With numpy and scipy, and nothing of this program."""
    kept = folder / "package.zip"
    kept.write_bytes(page.request.get(f"/surveys/{code}/package.zip").body())
    with zipfile.ZipFile(kept) as package:
        package.extractall(folder)
    script = next(folder.rglob("repeat.py"))
    ran = subprocess.run(
        [sys.executable, "-I", script.name], cwd=script.parent, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
