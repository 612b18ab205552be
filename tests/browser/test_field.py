"""The inspector's pages against the real server: with the network cut, with answers that are
lost on the way, with a photo that arrives broken; and nothing of it is ever lost or doubled."""

import io
import json
import re

import pytest
from PIL import Image

from .conftest import PHONE, Tiny, held

# What the server holds of a point: of each submission the newest first.
STORED = """
import json
from xinfeng.base import scope
from xinfeng.fieldwork.models import Submission
from xinfeng.inspections.models import Reading
with scope.whole_city():
    print(json.dumps([
        {
            "id": each.instance_id, "point": each.subjects["point"], "expects": each.expects,
            "files": sorted(each.files.values_list("name", flat=True)),
            "placed": each.lat_e6 is not None, "device": each.device.name,
            "taken": [str(f.file.taken_at) for f in each.files.all()],
            "sides": [max(f.file.width, f.file.height) for f in each.files.all()],
            "sizes": [f.file.size for f in each.files.all()],
            "deprecates": each.deprecates and each.deprecates.instance_id,
            "read": Reading.objects.filter(submission=each).count(),
            "xml": bytes(each.xml).decode(), "xform": bytes(each.form_version.xform).decode(),
        }
        for each in Submission.objects.filter(device__isnull=False).order_by("-pk")
    ]))
"""


REFUSED = (
    '<OpenRosaResponse xmlns="http://openrosa.org/http/response"><message>停用</message>'
    '<refused xmlns="urn:xinfeng:receipt" code="%s"/></OpenRosaResponse>'
)


@pytest.fixture(scope="module")
def tiny():
    with held(Tiny) as city:
        yield city


@pytest.fixture
def phone(chromium, tiny):
    """A context with service workers, or without, where the test may meddle with requests."""
    opened = []

    def made(**more):
        context = chromium.new_context(
            viewport=PHONE, base_url=tiny.address, locale="zh-CN", permissions=["geolocation"],
            geolocation={"latitude": 20.01, "longitude": 110.3, "accuracy": 12}, **more,
        )  # fmt: skip
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield made
    for context in opened:
        context.close()


def a_picture(seed):
    made = io.BytesIO()
    noise = Image.effect_noise((2900, 2100), 60 + seed).convert("RGB")
    noise.save(made, "JPEG", quality=95)
    return {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def sign_in(context, tiny, username="inspector"):
    page = context.new_page()
    page.goto("/sign-in/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", tiny.password_of(username))
    page.click("main button.primary")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def open_the_round(page):
    """The checklists of a round are made by a job in the first seconds of the demo."""
    for _ in range(60):
        points = page.request.get("/field/rounds.json").json()["rounds"][0]["points"]
        if all(point["form"] for point in points):
            break
        page.wait_for_timeout(500)
    page.goto("/field/")
    page.wait_for_selector(".point a")


def begin_next(page):
    """The next point of the way, or anew one that another phone has sent; its code."""
    page.wait_for_selector(".point a")
    point = page.locator(".point.to-visit, .point.arrived:has-text('照片')").last
    code = point.get_attribute("data-point")
    is_sent = "arrived" in point.get_attribute("class")
    point.locator("a").click()
    if is_sent:
        page.click("#correct")
    page.wait_for_selector(".question")
    return code


def fill_in(page, photos):
    """So many lines are not met and have their photo; the rest is met."""
    lines = page.locator("fieldset.question")
    for number in range(lines.count()):
        value = "NOT_MET" if number < photos else "MET"
        lines.nth(number).locator(f"label:has([value={value}])").click()
    for number in range(photos):
        chosen = page.locator(".question:not([hidden]) input[type=file]").nth(number)
        chosen.set_input_files(a_picture(number))
        page.wait_for_function(
            "(n) => document.querySelectorAll('.photo img').length === n", arg=number + 1
        )


def stored(tiny):
    ran = tiny.run("shell", "--no-imports", "--verbosity", "0", "--command", STORED)
    return json.loads(ran.splitlines()[-1])


def read(tiny):
    """What is stored, once a job has made readings of all of it."""
    for _ in range(6):
        found = stored(tiny)
        if all(each["read"] for each in found):
            break
    return found


def paths(xml):
    """Below the root of the instance: each element without children, in order."""
    root = re.search(r"<data .*?</data>", xml, re.S)[0]
    stack, found = [], []
    for close, name, own in re.findall(r"<(/?)([\w:.-]+)[^>]*?(/?)>", root):
        if close:
            stack.pop()
            continue
        stack.append(name)
        found.append("/".join(stack))
        if own:
            stack.pop()
    return found


def test_two_visits_without_a_network_are_kept_and_arrive_whole_when_there_is_one(tiny, phone):
    context = phone()
    page = sign_in(context, tiny)
    open_the_round(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    context.set_offline(True)
    page.reload()
    codes = [begin_next(page)]
    fill_in(page, 2)
    # Closed in the middle: what was answered is there when it is opened again.
    page.close()
    page = context.new_page()
    page.goto("/field/")
    page.locator(".point.begun a").click()
    page.wait_for_function("() => document.querySelectorAll('.photo img').length === 2")
    page.click("#finish")
    codes.append(begin_next(page))
    fill_in(page, 1)
    page.click("#finish")
    page.wait_for_selector("#waiting")
    page.reload()
    page.wait_for_selector("#waiting")
    assert "没有网络" in page.inner_text("#band")
    assert page.locator(".point.waiting").count() == 2
    assert stored(tiny) == []

    # A new version of the pages takes over; what is kept stays where it is.
    context.set_offline(False)
    page.evaluate("navigator.serviceWorker.register('/field/sw.js?newer', {scope: '/field/'})")
    page.wait_for_selector("#waiting", state="detached")
    progress = page.locator(".point.arrived .progress").all_inner_texts()

    assert any("2 / 2" in text for text in progress)
    assert any("1 / 1" in text for text in progress)
    both = {each["point"]: each for each in read(tiny)}
    assert both.keys() == set(codes)
    for each in both.values():
        assert each["files"] == sorted(each["expects"])
        assert each["placed"]
        assert each["read"]
        assert each["device"].startswith("测评网页")
        assert "None" not in each["taken"]
        assert max(each["sides"]) == 2560
        assert max(each["sizes"]) <= 2 * 2**20
        # Nothing is said where the form has no question, and in the order of the form.
        form = paths(each["xform"])
        assert [path for path in form if path in paths(each["xml"])] == paths(each["xml"])


def meddle(context, how):
    """`how(number, body)` says what becomes of each sending: other bytes, a status with the
    code of a refusal, or None: its answer is lost."""
    sent = []

    def submission(route):
        body = route.request.post_data_buffer
        sent.append(body)
        changed = how(len(sent), body)
        if changed is None:
            route.fetch()
            route.abort()
        elif isinstance(changed, tuple):
            status, code = changed
            route.fulfill(status=status, body=REFUSED % code, content_type="text/xml")
        else:
            route.continue_(post_data=changed)

    context.route("**/or/submission", submission)
    return sent


def xml_of(body):
    return re.search(rb"<\?xml.*</data>", body, re.S)[0]


def test_lost_answers_double_nothing_and_a_broken_photo_holds_up_nothing(tiny, phone):
    context = phone(service_workers="block")
    page = sign_in(context, tiny)
    open_the_round(page)
    before = len(stored(tiny))

    sent = meddle(context, lambda number, body: None if number == 1 else body)
    code = begin_next(page)
    fill_in(page, 1)
    page.click("#finish")
    page.wait_for_function("() => document.querySelector('#send-now')?.disabled === false")
    page.click("#send-now")
    page.wait_for_selector(f".point.arrived[data-point={code}]")
    # The answer to the first was lost on the way back: sent again, the same bytes.
    assert len(sent) == 2
    assert xml_of(sent[0]) == xml_of(sent[1])
    assert len(stored(tiny)) == before + 1

    context.unroute("**/or/submission")
    broken = meddle(context, spoil)
    code = begin_next(page)
    fill_in(page, 2)
    page.click("#finish")
    page.wait_for_selector(f".point.partly[data-point={code}]")
    # Both together, then each alone: only the one at fault is still wanted.
    assert len(broken) == 3
    assert "1 / 2" in page.inner_text(f".point[data-point={code}] .progress")
    assert len(stored(tiny)[0]["files"]) == 1

    context.unroute("**/or/submission")
    page.click(f".point[data-point={code}] a")
    page.locator(".question.wrong input[type=file]").set_input_files(a_picture(7))
    page.wait_for_selector("#became.arrived")
    newest = stored(tiny)[0]
    assert newest["files"] == sorted(newest["expects"])

    # A correction is a submission of its own, which takes over the photos that stay.
    page.click("#correct")
    page.wait_for_selector("#questions")
    page.locator("fieldset.question").nth(1).locator("label:has([value=MET])").click()
    meddle(context, lambda number, body: (409, "form_closed") if number == 1 else body)
    page.click("#finish")
    # What the server will not take is told in words, and can be sent again.
    page.click(f".point.wrong[data-point={code}] a")
    page.wait_for_selector("#try-again")
    assert "停用" in page.inner_text("#screen [role=alert]")
    assert "请重新填完" in page.inner_text("#screen [role=alert]")
    page.click("#try-again")
    page.wait_for_selector("#became.arrived")
    context.unroute("**/or/submission")
    corrected = stored(tiny)[0]
    assert corrected["deprecates"] == newest["id"]
    assert corrected["files"] == corrected["expects"] == newest["expects"][:1]

    leave_and_come_back(context, tiny, page, code)


def spoil(_number, body):
    """The first photo of the visit does not survive the way."""
    name = re.search(rb"<l_\w+_photo>([^<]+)</", body)[1]
    head = b'filename="' + name + b'"'
    if head not in body:
        return body
    at = body.index(b"\xff\xd8", body.index(head))
    return body[: at + 3] + bytes(4000) + body[at + 4003 :]


def leave_and_come_back(context, tiny, page, code):
    """Signing out warns of what is not sent; the next person sees nothing of it."""
    page.click("#correct")
    page.wait_for_selector("#questions")
    page.goto("/me/")
    page.click("form[action='/sign-out/'] button")
    page.wait_for_selector("#leave")
    assert "1 个未填完" in page.inner_text("main")
    page.click("#leave")
    page.wait_for_selector("form[action='/sign-out/']")
    page.click("form[action='/sign-out/'] button")
    page.wait_for_url(lambda url: "sign-out" not in url)
    page.goto("/field/")
    page.wait_for_selector(".empty")
    assert page.locator(".point").count() == 0

    other = sign_in(context, tiny, "surveyor")
    other.goto("/field/")
    other.wait_for_selector(".empty")
    assert other.locator(".point").count() == 0
    context.clear_cookies()

    page = sign_in(context, tiny)
    page.goto("/field/")
    page.wait_for_selector(f".point.begun[data-point={code}]")
