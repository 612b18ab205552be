"""The surveyor's pages against the real server: the network is cut, households are asked, and
when it is back everything has arrived once."""

import json

import pytest

from .conftest import PHONE, held
from .test_field import Tiny, sign_in

# Six households of a survey that is in the field, at the doors of whom the tiny city calls
# “inspector”; he gets the role for it.
MADE = """
from datetime import timedelta
from xinfeng.base import clock, scope
from xinfeng.people.models import Grant, Person, Role
from xinfeng.places.models import Division
from xinfeng.surveys.models import Questionnaire, Surveyor
from xinfeng.surveys.tests import build
at = clock.now()
city = Division.objects.order_by("code").first()
village = Division.objects.order_by("-code").first()
who = Person.objects.get(username="inspector")
Grant.objects.create(person=who, role=Role.SURVEYOR, division=city,
                     starts_on=clock.local_date(at) - timedelta(days=1))
version = build.a_version(city, at, code="doors")
frame = build.a_frame(city, {village.code: 300}, at)
survey = build.a_survey(city, version, at - timedelta(days=3), frame=frame, series="doors")
with scope.whole_city():
    sample = build.a_sample(survey, per_community=6)
    asks = Surveyor.objects.create(survey=survey, person=who, number=1,
                                   division_id=survey.division_id)
    sample.units.update(surveyor=asks, person=who)
    sample.drawn.update(surveyor=asks)
    sample.units.filter(number=1).update(is_called_back=True)
"""
STORED = """
import json
from xinfeng.base import scope
from xinfeng.surveys.models import Attempt, Response, SampleUnit
with scope.whole_city():
    units = SampleUnit.objects.filter(sample__survey__series="doors").order_by("number")
    print(json.dumps({
        "units": [[u.number, u.disposition, u.is_final, u.attempts, bool(u.pair)]
                  for u in units],
        "tries": Attempt.objects.filter(unit__in=units).count(),
        "sheets": [[r.answers.get("overall"), r.adults, r.is_complete, bool(r.pair),
                    r.started_at is not None, r.surveyor.number]
                   for r in Response.objects.filter(sample__survey__series="doors")],
    }))
"""
KEPT = """
async () => {
  const person = localStorage.getItem("field-person");
  const db = await new Promise((done) => {
    const r = indexedDB.open(`field-${person}`); r.onsuccess = () => done(r.result);
  });
  const all = (name) => new Promise((done) => {
    const r = db.transaction(name).objectStore(name).getAll();
    r.onsuccess = () => done(r.result);
  });
  const found = { sheets: await all("sheets"), kept: await all("kept") };
  const seals = await all("seals");
  const exported = await Promise.all(seals.map((key) =>
    crypto.subtle.exportKey("raw", key).then(() => true, () => false)));
  db.close();
  return { text: JSON.stringify(found), sheets: found.sheets.length, seals: seals.length,
           exported: exported.some(Boolean) };
}
"""


@pytest.fixture(scope="module")
def tiny():
    with held(Tiny) as city:
        city.run("shell", "--no-imports", "--verbosity", "0", "--command", MADE)
        yield city


@pytest.fixture
def context(chromium, tiny):
    opened = chromium.new_context(viewport=PHONE, base_url=tiny.address, locale="zh-CN")
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


def stored(tiny):
    ran = tiny.run("shell", "--no-imports", "--verbosity", "0", "--command", STORED)
    return json.loads(ran.splitlines()[-1])


def open_door(page, number):
    rows = page.locator("section .point")
    rows.filter(has=page.locator(".order", has_text=str(number))).first.locator("a").click()
    page.wait_for_selector("#interview, #refused, .state")


def ask(page, number, birthdays, satisfied="quite", agrees=False):
    open_door(page, number)
    page.click("#interview")
    page.locator("#counts button").nth(len(birthdays) - 1).click()
    if len(birthdays) > 1:
        for place, (month, day) in enumerate(birthdays):
            page.fill(f"#month-{place}", str(month))
            page.fill(f"#day-{place}", str(day))
    page.click("#begin")
    page.wait_for_selector("#question")
    # Seven questions, one of them only for whoever called.
    while page.locator("#question").count():
        code = page.get_attribute("#question", "data-question")
        value = {"used_hotline": "yes", "sex": "f", "age": "a40_65"}.get(code, satisfied)
        page.locator(f"#question label[data-choice={value}]").click()
        page.click("#next")
        page.wait_for_function(
            "(c) => document.querySelector('#question')?.dataset.question !== c", arg=code
        )
    page.locator(f"#agreement label[data-choice={'yes' if agrees else 'no'}]").click()
    page.click("#finish")
    page.wait_for_selector("#waiting")


def note_try(page, number, disposition, again=""):
    open_door(page, number)
    page.click(f"[data-disposition={disposition}]")
    if again:
        page.fill("#again-on", again)
        page.dispatch_event("#again-on", "change")
        page.locator("#again-part label[data-choice=EVENING]").click()
    page.click("#keep-try")
    page.wait_for_selector("section .point")


def test_a_day_without_a_network_arrives_once(tiny, context):
    page = sign_in(context, tiny)
    page.goto("/interviews/")
    page.wait_for_selector("section .point")
    assert page.locator(".point.to-visit").count() == 6
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    context.set_offline(True)
    page.reload()
    ask(page, 1, [(3, 4), (3, 4), (12, 31)], agrees=True)
    ask(page, 2, [(5, 1)], satisfied="very", agrees=True)
    # Closed in the middle: the next morning it goes on where it was.
    open_door(page, 3)
    page.click("#interview")
    page.locator("#counts button").first.click()
    page.click("#begin")
    page.locator("#question label[data-choice=not]").click()
    page.click("#next")
    page.wait_for_selector("#back")
    page.close()
    page = context.new_page()
    page.goto("/interviews/")
    page.locator(".point.begun a").click()
    page.click("#go-on")
    page.wait_for_selector("#question")
    while page.locator("#question").count():
        code = page.get_attribute("#question", "data-question")
        value = {"used_hotline": "no", "sex": "m", "age": "a18_39"}.get(code, "not")
        page.locator(f"#question label[data-choice={value}]").click()
        page.click("#next")
        page.wait_for_function(
            "(c) => document.querySelector('#question')?.dataset.question !== c", arg=code
        )
    page.click("#finish")
    note_try(page, 4, "REFUSAL")
    note_try(page, 5, "COME_AGAIN", again=_today_of(page))
    page.wait_for_selector("#waiting")
    assert page.locator(".point.waiting").count() == 5
    before = page.evaluate(KEPT)
    assert before["sheets"] == 5
    assert not before["exported"]
    assert "overall" not in before["text"]
    assert stored(tiny)["tries"] == 0

    # The first answer is lost on the way: the phone sends it all again.
    sent = []
    page.route("**/interviews/sheets/", lambda route: _lose_the_first(route, sent))
    context.set_offline(False)
    page.wait_for_function("() => document.querySelector('#send-now:not(:disabled)')")
    page.click("#send-now")
    page.wait_for_selector("#waiting", state="detached")

    assert len(sent) >= 2
    found = stored(tiny)
    assert found["units"] == [
        [1, "COMPLETE", True, 1, True], [2, "COMPLETE", True, 1, False],
        [3, "COMPLETE", True, 1, False], [4, "REFUSAL", True, 1, False],
        [5, "COME_AGAIN", False, 1, False], [6, "", False, 0, False],
    ]  # fmt: skip
    assert sorted(found["sheets"]) == [
        ["not", 1, True, False, True, 1], ["quite", 3, True, True, True, 1],
        ["very", 1, True, False, True, 1],
    ]  # fmt: skip
    assert found["tries"] == 5
    page.wait_for_selector(".point.due")
    after = page.evaluate(KEPT)
    # What is left is sealed households; of what was answered neither bytes nor key.
    assert (after["sheets"], after["seals"]) == (0, 1)
    assert "约定" in page.inner_text(".point.due")


def test_a_household_that_was_done_elsewhere_is_told_and_can_be_dropped(tiny, context):
    page = sign_in(context, tiny)
    page.goto("/interviews/")
    page.wait_for_selector("section .point")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(True)
    note_try(page, 6, "VACANT")
    tiny.run("shell", "--no-imports", "--verbosity", "0", "--command", ELSEWHERE)

    context.set_offline(False)
    page.locator(".point.wrong a").click()
    page.wait_for_selector("#refused")

    assert "household_done" in page.inner_text("#refused")
    page.locator("#refused .primary").click()
    page.wait_for_selector("#refused", state="detached")
    assert stored(tiny)["units"][5] == [6, "REFUSAL", True, 1, False]


ELSEWHERE = """
from uuid import uuid4
from xinfeng.base import clock, scope
from xinfeng.people.models import Person
from xinfeng.surveys import commands
from xinfeng.surveys.models import DayPart, Disposition, SampleUnit
at = clock.now()
with scope.whole_city():
    unit = SampleUnit.objects.get(sample__survey__series="doors", number=6)
commands.record_attempt(
    unit_id=unit.pk, key=uuid4(), disposition=Disposition.REFUSAL, on=clock.local_date(at),
    part=DayPart.MORNING, actor=Person.objects.get(username="inspector"), at=at,
)
"""


def _today_of(page):
    """The day that the pages take for today."""
    told = "() => document.querySelector('#again-on')?.min"
    open_door(page, 5)
    page.click("[data-disposition=COME_AGAIN]")
    page.wait_for_selector("#again-on")
    today = page.evaluate(told)
    page.locator("#choosing .button").last.click()
    page.click(".back")
    page.wait_for_selector("section .point")
    return today


def _lose_the_first(route, sent):
    sent.append(route.request.post_data)
    if len(sent) == 1:
        route.fetch()
        route.abort()
    else:
        route.continue_()
