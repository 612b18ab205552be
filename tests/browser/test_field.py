"""The inspector's pages with the network really cut: nothing is lost, all of it is sent later.

What takes submissions is another room's; here the browser answers for it, so that what the
phone does with each answer is tested by itself.
"""

import io
import re

import pytest
from PIL import Image

from .conftest import PHONE, ROOT, Demo, held

TAKEN = (
    '<OpenRosaResponse xmlns="http://openrosa.org/http/response"><message>ok</message>'
    "</OpenRosaResponse>"
)


class Tiny(Demo):
    """The smallest city: it is built in seconds."""

    scale = "tiny"

    @property
    def environment(self):
        return super().environment | {"XINFENG_CITY": str(ROOT / "tests" / "cities" / "tiny")}


@pytest.fixture(scope="module")
def tiny():
    with held(Tiny) as city:
        yield city


@pytest.fixture
def phone(chromium, tiny):
    context = chromium.new_context(
        viewport=PHONE, base_url=tiny.address, locale="zh-CN", permissions=["geolocation"],
        geolocation={"latitude": 20.01, "longitude": 110.3},
    )  # fmt: skip
    yield context
    context.close()


def a_picture():
    made = io.BytesIO()
    Image.effect_noise((2600, 1900), 80).convert("RGB").save(made, "JPEG", quality=95)
    return {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def answer_everything(page):
    """The first line is not met and has its photo; the rest is."""
    lines = page.locator("fieldset.question")
    for number in range(lines.count()):
        value = "NOT_MET" if number == 0 else "MET"
        lines.nth(number).locator(f"label:has([value={value}])").click()
    page.locator(".question:not([hidden]) input[type=file]").first.set_input_files(a_picture())
    page.wait_for_selector(".photo img")


def with_an_endpoint(context, answers):
    """`answers` says what each sending gets; what was sent is gathered."""
    sent = []

    def rounds(route):
        told = route.fetch().json()
        route.fulfill(json=told | {"submission": "/or/submission"})

    def submission(route):
        sent.append(route.request.post_data_buffer)
        status = answers[min(len(sent), len(answers)) - 1]
        if status is None:
            route.abort()
        else:
            route.fulfill(status=status, body=TAKEN, content_type="text/xml; charset=utf-8")

    context.route("**/field/rounds.json", rounds)
    context.route("**/or/submission", submission)
    return sent


def test_a_visit_without_a_network_is_kept_and_sent_when_there_is_one(tiny, phone):
    page = phone.new_page()
    page.goto("/sign-in/")
    page.fill("input[name=login]", "inspector")
    page.fill("input[name=password]", tiny.password_of("inspector"))
    page.click("main button.primary")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto("/field/")
    page.wait_for_selector(".point a")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    phone.set_offline(True)
    page.reload()
    page.locator(".point a").first.click()
    page.wait_for_selector(".question")
    answer_everything(page)
    page.close()
    page = phone.new_page()
    page.goto("/field/")
    page.locator(".point a").first.click()
    page.wait_for_selector(".photo img")
    page.click("#finish")
    page.wait_for_selector("#waiting")
    assert "没有网络" in page.inner_text("#band")
    kept = page.locator(".point.waiting").count()

    sent = with_an_endpoint(phone, [None, 201])
    # Requests of a page that a worker serves do not pass by the routes of the test.
    page.evaluate(
        "navigator.serviceWorker.getRegistration('/field/').then((r) => r.unregister())"
    )
    phone.set_offline(False)
    page.reload()
    page.wait_for_selector("#waiting")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector(".point.arrived")

    assert kept == 1
    assert "1 / 1" in page.inner_text(".point.arrived")
    first, second = sent[:2]
    xml = [re.search(rb"<\?xml.*</data>", body, re.S)[0] for body in (first, second)]
    # A resend is the same bytes.
    assert xml[0] == xml[1]
    picture = second[second.index(b"\xff\xd8") : second.rindex(b"\xff\xd9") + 2]
    assert len(picture) <= 2 * 2**20
    seen = Image.open(io.BytesIO(picture)).getexif()
    assert seen.get_ifd(0x8769)[0x9003]
    assert [float(part) for part in seen.get_ifd(0x8825)[2]] == [20, 0, 36]
