"""A round's whole way, everybody on their own page: planned, drawn, visited by a scripted
OpenRosa client and by the inspector's own page with the network cut, scored; its findings put
right, re-checked, appealed and judged; and its ranking with intervals stands on the board.
"""

import io
import re
import urllib.request
from uuid import uuid4
from xml.etree import ElementTree as Xml

import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image, ImageDraw

from .conftest import held
from .test_field import Tiny, fill_in
from .test_main_way import assert_fits, picture, serious_barriers, sign_in

NAME = "第三轮实地测评"
XHTML = "{http://www.w3.org/1999/xhtml}"
XFORMS = "{http://www.w3.org/2002/xforms}"
LIST = "{http://openrosa.org/xforms/xformsList}"
VERSION = {"X-OpenRosa-Version": "1.0"}
# Who holds what of the round, and whether anybody repeats its draw.
HELD = """
from xinfeng.base import scope
from xinfeng.inspections.models import Reading, Round, RoundPoint
with scope.whole_city():
    points = RoundPoint.objects.filter(round__code="{code}").exclude(state="REPLACED")
    print(points.count(), points.filter(state="VISITED").count(),
          Reading.objects.filter(round_point__in=points, verdict="NOT_MET").count())
"""


@pytest.fixture(scope="module")
def demo():
    with held(Tiny) as city:
        yield city


def a_street(*, is_clean):
    """A drawn pavement with its bin: litter lies about, or it is swept."""
    drawn = Image.new("RGB", (1600, 1200), "#aab4bd")
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, 520, 1600, 1200), fill="#cfc8bb")
    for x in range(0, 1600, 160):
        pen.line((x, 520, x - 260, 1200), fill="#b7afa0", width=5)
    for y in (640, 790, 980):
        pen.line((0, y, 1600, y), fill="#b7afa0", width=5)
    pen.rounded_rectangle((1120, 300, 1360, 760), 24, fill="#2f6f57")
    pen.rectangle((1090, 280, 1390, 330), fill="#26594a")
    if not is_clean:
        for k, colour in enumerate(("#f4f1ea", "#c0352b", "#2b6cb0", "#e3b341", "#6b4f3a") * 4):
            x, y = 330 + 173 * k % 980, 760 + 97 * k % 360
            pen.polygon([(x, y), (x + 90, y - 30), (x + 120, y + 40), (x + 20, y + 60)], colour)
    made = io.BytesIO()
    drawn.save(made, "JPEG", quality=90)
    return {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def looked_at(page, name, *, keep=False):
    assert_fits(page)
    assert serious_barriers(page) == [], name
    if keep:
        picture(page, name)


def test_a_round_from_its_plan_to_the_board_and_its_findings_to_the_re_check(open_page, demo):
    office = open_page("desk")
    sign_in(office, demo, "city")
    code = plan(office, demo)
    draw_and_send_out(office, code)
    phone = open_page("phone", service_workers="allow")
    sign_in(phone, demo, "inspector")
    points = told_points(phone, code)
    assert knows_nothing(open_page("phone"), demo, code)
    visit_by_script(phone, demo, code, points[:-1])
    visit_without_a_network(phone, code, points[-1])
    all_, visited, not_met = demo.run("shell", "-c", HELD.format(code=code)).split()[-3:]
    assert all_ == visited == str(len(points))
    assert int(not_met) == len(points)

    close_score_publish(office, code)
    assert "ok" in demo.run("draw", "--check", code)
    county = open_page("desk")
    sign_in(county, demo, "county")
    first, second = order_to_their_units(office, county, code, points)
    unit = open_page("phone")
    sign_in(unit, demo, "leader")
    put_right(unit, first)
    appeal(unit, second)
    re_check_and_judge(county, first, second)
    look_at_the_board(open_page("phone"), code)


def plan(page, demo):
    """The list of points and the secret are bound before anybody knows the draw."""
    page.goto("/assessment/")
    looked_at(page, "assessment", keep=True)
    page.goto("/rounds/plan/")
    page.locator("[name=name]").fill(NAME)
    page.locator("[name=size]").fill("10")
    page.locator("[name=least]").fill("0")
    page.locator("[name=since]").fill(f"{demo.now:%Y-%m-%d}")
    page.locator("main form button.primary").click()
    page.wait_for_url(lambda url: "/plan/" not in url)
    code = re.search(r"/rounds/([^/]+)/", page.url)[1]
    looked_at(page, "round-planned")
    return code


def draw_and_send_out(page, code):
    page.locator("[name=dice]").fill("4 6 1 1 3")
    page.locator(f"form[action='/rounds/{code}/draw/'] button").click()
    page.wait_for_selector("#inspectors")
    page.locator("#inspectors label", has_text="inspector").locator("input").check()
    page.locator(f"form[action='/rounds/{code}/inspectors/'] button").click()
    opening = f"form[action='/rounds/{code}/steps/opening/'] button"
    for _ in range(60):
        # A job shares the points out, and another one gives phones the checklists.
        page.goto(f"/rounds/{code}/")
        if page.locator(opening).count():
            break
        page.wait_for_timeout(500)
    looked_at(page, "round-drawn")
    page.locator(opening).click()
    page.wait_for_selector("progress")


def told_points(page, code):
    """The points of the inspector's way, once each has its checklist."""
    for _ in range(60):
        told = page.request.get("/field/rounds.json").json()
        points = next(one for one in told["rounds"] if one["code"] == code)["points"]
        if all(point["form"] for point in points):
            return points
        page.wait_for_timeout(500)
    raise AssertionError("not every point has its checklist")


def knows_nothing(page, demo, code):
    """Whoever is assessed learns nothing of the round before it is over."""
    sign_in(page, demo, "county")
    page.goto("/assessment/")
    looked_at(page, "assessment-county")
    hidden = NAME not in page.content()
    statuses = {
        page.request.get(f"/rounds/{code}/{end}").status for end in ("", "points/", "frame.txt")
    }
    return hidden and statuses == {404}


def visit_by_script(page, demo, code, points):
    """As Collect does it: the list of forms, the form, one submission with its photo."""
    csrf = page.request.get("/field/rounds.json").json()["csrf"]
    # The phone's own token, as its settings code would bring it.
    token = page.request.post("/field/phone/", headers={"X-CSRFToken": csrf}).json()["token"]
    client = Collect(f"{demo.address}/or/key/{token}")
    forms = client.forms()
    told = page.request.get("/field/rounds.json").json()["forms"]
    for point in points:
        form = told[point["form"]]
        client.send(forms[form["form_id"]], code, point["code"])


class Collect:
    """A phone that knows OpenRosa and nothing else of the server."""

    def __init__(self, address):
        self.address = address

    def forms(self):
        listed = fromstring(self._ask(f"{self.address}/formList"))
        return {
            one.findtext(f"{LIST}formID"): one.findtext(f"{LIST}downloadUrl")
            for one in listed.iter(f"{LIST}xform")
        }

    def send(self, form, code, point):
        """The first line is not met, with a photo; everything else is met."""
        xform = fromstring(self._ask(form))
        data = xform.find(f"{XHTML}head/{XFORMS}model/{XFORMS}instance")[0]
        asked = [one.get("ref").split("/")[2:] for one in xform.iter(f"{XFORMS}select1")]
        for path in asked:
            _at(data, path).text = "NOT_MET" if path == asked[0] else "MET"
        photo = f"{uuid4()}.jpg"
        first = asked[0]
        _at(data, [*first[:-1], f"{first[-1]}_photo"]).text = photo
        _at(data, ["round_code"]).text, _at(data, ["point_code"]).text = code, point
        _at(data, ["meta", "instanceID"]).text = f"uuid:{uuid4()}"
        body, boundary = b"", uuid4().hex
        for name, kind, content in (
            ("xml_submission_file", "text/xml", Xml.tostring(data)),
            (photo, "image/jpeg", a_street(is_clean=False)["buffer"]),
        ):
            head = f'Content-Disposition: form-data; name="{name}"; filename="{name}"'
            body += f"--{boundary}\r\n{head}\r\nContent-Type: {kind}\r\n\r\n".encode()
            body += content + b"\r\n"
        kind = f"multipart/form-data; boundary={boundary}"
        body += f"--{boundary}--\r\n".encode()
        # Sent again as it is, as a phone does whose answer was lost: nothing doubles.
        for _ in range(2):
            self._ask(f"{self.address}/submission", body, {"Content-Type": kind})

    def _ask(self, address, body=None, more=None):
        request = urllib.request.Request(address, body, VERSION | (more or {}))
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.headers["X-OpenRosa-Version"] == "1.0"
            return answer.read()


def _at(data, path):
    """The element of an instance by the names on its way, whatever their namespaces."""
    for name in path:
        data = next(one for one in data if one.tag.rpartition("}")[2] == name)
    return data


def visit_without_a_network(page, code, point):
    page.goto("/field/")
    page.wait_for_selector(".point a")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.reload()
    page.locator(f"a[href='#/point/{code}/{point['code']}']").first.click()
    page.wait_for_selector(".question")
    fill_in(page, 1)
    page.click("#finish")
    page.wait_for_selector("#waiting")
    assert "没有网络" in page.inner_text("#band")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("#waiting", state="detached")


def close_score_publish(page, code):
    """Everything has been read by a job before the office closes the field."""
    for step in ("closing", "score", "publication"):
        button = f"form[action='/rounds/{code}/steps/{step}/'] button.primary"
        for _ in range(60):
            page.goto(f"/rounds/{code}/")
            if page.locator(button).count():
                break
            page.wait_for_timeout(500)
        page.locator(button).click()
        page.wait_for_load_state()
    page.goto(f"/rounds/{code}/result/")
    looked_at(page, "round-result", keep=True)


def order_to_their_units(office, county, code, points):
    """All at once; then two at points of the county, which has had no part in them yet."""
    button = f"form[action='/rounds/{code}/findings/orders/'] button"
    for _ in range(60):
        office.goto(f"/rounds/{code}/")
        if office.locator(button).count():
            break
        office.wait_for_timeout(500)
    looked_at(office, "round-findings")
    office.locator(button).click()
    codes = []
    for point in points:
        found = finding_at(county, point["code"])
        if found:
            codes.append(found)
            name_people(office, found)
        if len(codes) == 2:
            return codes
    raise AssertionError("fewer than two findings lie within the county")


def finding_at(page, point):
    """The finding of this round at a point, as the point's page shows it once it is ordered."""
    for _ in range(20):
        page.goto(f"/units/points/{point}/")
        newest = page.locator("#findings li").first
        if not newest.count():
            return None
        if "已交办" in newest.inner_text():
            address = newest.locator("a").get_attribute("href")
            return re.search(r"/findings/([^/]+)/", address)[1]
        page.wait_for_timeout(500)
    return None


def name_people(page, code):
    """Who acts for the unit is named by the office on the unit's page."""
    page.goto(f"/findings/{code}/")
    told = page.locator("dl.facts div", has=page.locator("dt", has_text="责任单位"))
    name = told.locator("dd").inner_text()
    page.goto(f"/units/?words={name}")
    page.get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_load_state()
    form = page.locator("form[action$='/members/']")
    form.locator("[name=username]").fill("leader")
    form.locator("[name=role]").select_option("LIAISON")
    form.locator("button").click()
    page.wait_for_load_state()
    looked_at(page, "unit")


def put_right(page, code):
    page.goto("/assessment/")
    looked_at(page, "assessment-unit", keep=True)
    page.goto(f"/findings/{code}/")
    form = page.locator(f"form[action='/findings/{code}/acts/repair/']")
    form.locator("[name=after]").set_input_files(a_street(is_clean=True))
    form.locator("[name=words]").fill("已清扫干净，并安排专人每日巡查。")
    form.locator("button.primary").click()
    page.wait_for_load_state()


def appeal(page, code):
    page.goto(f"/findings/{code}/")
    form = page.locator(f"form[action='/findings/{code}/acts/appeal/']")
    page.locator("details", has=form).locator("summary").click()
    form.locator("[name=ground]").select_option("NO_FINDING")
    form.locator("[name=words]").fill("现场已设专人管理，请复核。")
    form.locator("button").click()
    page.wait_for_load_state()


def re_check_and_judge(page, first, second):
    """Somebody else looks; a second reviewer who had no part says that the finding stands."""
    page.goto("/findings/rechecks/")
    assert page.locator(f"a[href='/findings/{first}/']").count() == 1
    page.goto(f"/findings/{first}/")
    page.locator(f"form[action='/findings/{first}/acts/passing/'] button").click()
    page.wait_for_load_state()
    looked_at(page, "finding-repaired", keep=True)
    page.locator(f"form[action='/findings/{first}/acts/closing/'] button").click()
    page.wait_for_load_state()
    page.goto("/findings/appeals/")
    assert page.locator(f"a[href^='/findings/{second}/']").count() == 1
    page.goto(f"/findings/{second}/")
    page.locator("[name=judgement]").fill("现场照片清楚，问题成立。")
    page.locator(f"button[formaction='/findings/{second}/judgement/reject/']").click()
    page.wait_for_load_state()
    assert "问题成立" in page.content()


def look_at_the_board(page, code):
    """A stranger reads the ranking with its intervals and opens one unit down to its lines."""
    page.goto("/")
    shown = page.locator("#round")
    assert NAME in shown.inner_text()
    assert shown.locator("svg.bar.span").count() > 0
    assert "区间" in shown.inner_text()
    shown.scroll_into_view_if_needed()
    looked_at(page, "board-round")
    shown.locator("ol a").first.click()
    page.wait_for_url(f"**/rounds/{code}/units/*/")
    assert "应测" in page.content()
    looked_at(page, "round-unit")
