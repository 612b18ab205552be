"""The whole way of a volunteer, from a stranger to a certificate that anybody can verify."""

import os
import random
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from .conftest import ROOT
from .test_main_way import assert_fits, picture, serious_barriers, sign_in

PASSWORD = "weihe qingjie 2022"
NAME, TITLE = "欧阳·小雨", "清理江边步道"
SEEN: list[str] = []


def an_id_number(born: str = "19900417") -> str:
    """A number with a right check digit (GB 11643), of nobody."""
    body = f"430405{born}{random.Random(4304).randrange(100, 999)}"  # noqa: S311
    weighed = sum(int(d) * 2 ** (17 - i) for i, d in enumerate(body))
    return body + "10X98765432"[weighed % 11]


def looked_at(page, name):
    """A picture of the page, which fits the screen and has no serious barrier."""
    assert_fits(page)
    assert serious_barriers(page) == [], name
    picture(page, name, whole=True)


def test_a_stranger_becomes_a_volunteer_whose_hours_anybody_verifies(open_page, demo, tmp_path):
    leader = open_page("desk")
    code, point = announce(leader, demo)
    mei = open_page("phone", geolocation=point, permissions=["geolocation"])

    register(mei)
    join_a_team(mei)
    sign_up_nearby(mei)
    shift = come_and_go(leader, mei, demo, code)
    file = certificate(mei, demo, tmp_path)

    assert shift
    verify(file, mei, demo, tmp_path)


def announce(page, demo):
    """The keeper of a place announces what begins soon; where it is, as everybody reads it."""
    sign_in(page, demo, "keeper")
    starts = demo.now + timedelta(minutes=20)
    page.goto("/activities/new/")
    fill = {
        "title": TITLE, "day": f"{starts:%Y-%m-%d}", "starts": f"{starts:%H:%M}",
        "ends": f"{starts + timedelta(hours=1):%H:%M}", "capacity": "20",
        "meeting_point": "实践站门口", "content": "捡拾步道两侧的垃圾，清理宣传栏",
        "conditions": "身体健康，自愿参加", "contact": "实践站 0734-0000000",
        "risks": "江边地滑", "protection": "发放手套，专人看护",
    }  # fmt: skip
    for name, text in fill.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=category]").select_option(index=1)
    page.locator("[name=nature]").select_option("SERVICE")
    page.locator("[name=place]").select_option(index=1)
    looked_at(page, "announce")
    page.get_by_role("button", name="保存草稿").click()
    page.wait_for_url("**/activities/**")
    looked_at(page, "draft")
    page.get_by_role("button", name="发布").click()
    page.wait_for_load_state()
    code = re.search(r"/activities/([-\w]+)/", page.url)[1]
    told = page.request.get(f"/api/v1/activities/{code}").json()
    assert told["state"] == "ANNOUNCED"
    return code, {"latitude": told["latitude"], "longitude": told["longitude"]}


def register(page):
    """A stranger taps down to the village, fills one form and is in."""
    page.goto("/register/")
    looked_at(page, "register-where")
    while page.locator("[name=id_number]").count() == 0:
        page.locator("ul.list a").first.click()
        page.wait_for_load_state()
    page.locator("[name=name]").fill(NAME)
    page.locator("[name=id_number]").fill(an_id_number())
    page.locator("[name=phone]").fill("13800430417")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=agreed]").check()
    looked_at(page, "register")
    page.get_by_role("button", name="注册").click()
    page.wait_for_url("**/me/welcome/")
    looked_at(page, "welcome")


def join_a_team(page):
    page.goto("/teams/")
    looked_at(page, "teams")
    page.locator("table a, ul.list a, ul.rows a").first.click()
    page.wait_for_load_state()
    looked_at(page, "team")
    page.get_by_role("button", name="加入").click()
    page.wait_for_load_state()
    assert page.get_by_role("button", name="退出").count() == 1


def sign_up_nearby(page):
    """Only now the phone is asked where it is."""
    page.goto("/activities/near/")
    page.locator("[data-locate]").click()
    page.wait_for_selector(f"text={TITLE}")
    looked_at(page, "near")
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_load_state()
    looked_at(page, "activity")
    page.get_by_role("button", name="报名").first.click()
    page.wait_for_load_state()
    looked_at(page, "signed-up")


def come_and_go(leader, mei, demo, code):
    """In and out by the code that the leader's screen shows at the moment."""
    shift = leader.request.get(f"/api/v1/activities/{code}").json()["shifts"][0]["shift"]["id"]
    demo.later(timedelta(minutes=10))
    say(leader, mei, shift, "签到", picture_of="screen-at-the-door")
    assert "您已签到" in mei.content() or "签退" in mei.content()
    looked_at(mei, "door")
    demo.later(timedelta(minutes=65))
    say(leader, mei, shift, "签退")
    looked_at(mei, "door-left")
    return shift


def say(leader, mei, shift, word, *, picture_of=""):
    leader.goto(f"/activities/shifts/{shift}/screen/")
    if picture_of:
        looked_at(leader, picture_of)
    # The very address that the square on the screen holds; the camera opens it.
    address = leader.locator("#door-screen .code").get_attribute("data-address")
    assert address not in SEEN, "the code turns"
    SEEN.append(address)
    mei.goto(address)
    looked_at(mei, "code-" + ("in" if word == "签到" else "out"))
    mei.get_by_role("button", name=word).first.click()
    mei.wait_for_timeout(1500)
    mei.goto("/activities/door/")


def certificate(page, demo, folder: Path) -> Path:
    """The time is credited, and stated in a file that carries its proof."""
    page.goto("/hours/")
    assert TITLE in page.content()
    looked_at(page, "hours")
    page.goto("/certificates/mine/")
    page.get_by_role("button", name="开具").click()
    page.wait_for_load_state()
    looked_at(page, "certificate")
    link = page.locator("a[href$='certificate.pdf']").first.get_attribute("href")
    got = page.request.get(link)
    assert got.headers["content-type"] == "application/pdf"
    file = folder / "certificate.pdf"
    file.write_bytes(got.body())
    return file


def verify(file: Path, page, demo, folder: Path) -> None:
    """On a machine that has the program, the key and the file, and nothing else."""
    key = page.request.get("/log/key").text().strip()
    demo.stop()
    home = folder / "nothing"
    home.mkdir()
    clean = {"PATH": os.environ["PATH"], "XINFENG_HOME": str(home)}

    def asked(of: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "xinfeng", "verify", str(of), "--key", key],
            cwd=ROOT, env=clean, capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    good = asked(file)
    assert good.returncode == 0, good.stdout + good.stderr
    assert NAME in good.stdout
    assert list(home.iterdir()) == []
    whole = file.read_bytes()
    for place in (len(whole) // 7, len(whole) // 2, len(whole) - 900):
        changed = bytearray(whole)
        changed[place] ^= 1
        file.write_bytes(changed)
        assert asked(file).returncode == 1, place
