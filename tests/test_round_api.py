"""Standards and rounds over the interface; the assessed learn no point before the end."""

import json

import pytest

from xinfeng.base import clock, scope
from xinfeng.config import api
from xinfeng.config.urls import interface
from xinfeng.inspections import commands
from xinfeng.inspections.models import Reading, Round, Standard
from xinfeng.inspections.tests.build import a_standard
from xinfeng.inspections.tests.rounds_build import (
    DICE,
    a_drawn_round,
    a_published_round,
    a_standard_of_points,
    an_inspector,
    an_open_round,
    points_of,
    read_all,
    some_points,
    the_office,
)
from xinfeng.inspections.tests.test_city_standard import SMALL
from xinfeng.people.models import Person, Role
from xinfeng.people.tests.build import a_grant, a_person, everyone
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE, a_city, a_place
from xinfeng.units.models import MemberRole, Unit
from xinfeng.units.tests.build import a_member

pytestmark = pytest.mark.django_db
JSON = "application/json"
OF_ROUNDS = sorted(
    (method, address)
    for address, operation in api.operations(interface)
    for method in operation.methods
    if "/rounds/{code}" in address
)


@pytest.fixture(autouse=True)
def nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)
    monkeypatch.setattr(api.Paced, "allow_request", lambda self, request: True)


@pytest.fixture
def office():
    return bearer(the_office(), Scope.OFFICE)


def get(client, address: str, headers=None, **query):
    return client.get(f"/api/v1{address}", query, headers=headers or {})


def post(client, address: str, said: dict | None = None, *, headers):
    return client.post(f"/api/v1{address}", said or {}, JSON, headers=headers)


# ---- standards


def test_a_standard_is_read_whole_by_everybody(client):
    a_standard(SMALL)

    listed = get(client, "/standards").json()["items"]
    whole = get(client, "/standards/small-city/1").json()

    assert [(each["name"], each["lines"]) for each in listed] == [("small-city", 3)]
    lines = whole["projects"][0]["contents"][0]["lines"]
    assert [line["method"] for line in lines] == ["filing", "field", "survey"]
    assert lines[1]["points"] == ["main-street", "back-street"]
    assert [each["deduct"] for each in whole["negative"]] == [3, None]


def test_the_city_office_brings_a_text_in_copies_and_publishes_it(client, office):
    a_city()
    draft = post(client, "/standards", {"text": SMALL, "version": "7"}, headers=office).json()
    again = post(client, "/standards", {"text": SMALL, "version": "7"}, headers=office).json()
    assert draft == again
    assert draft["state"] == "DRAFT"
    done = post(client, "/standards/small-city/7/publication", headers=office).json()
    assert done["state"] == "PUBLISHED"
    copy = post(client, "/standards/small-city/7/copies", {"version": "8"}, headers=office)
    assert copy.json()["state"] == "DRAFT"
    wrong = post(client, "/standards", {"text": "name: x"}, headers=office)
    assert refused_with(wrong) == (422, "standard_is_wrong")


def test_nobody_else_keeps_standards(client):
    told = post(client, "/standards", {"text": SMALL}, headers=bearer(a_person()))

    assert refused_with(told)[0] in (403, 409)
    assert not Standard.objects.exists()


# ---- a round from its plan to its result


def test_a_round_is_planned_drawn_read_scored_and_published_over_the_interface(client, office):
    some_points()
    standard = a_standard_of_points()
    said = {
        "code": "R9", "name": "第九轮", "standard": standard.name,
        "version": standard.version, "since": "2022-07-17", "until": "2022-07-24", "size": 10,
    }  # fmt: skip
    said |= {"since": str(NINE.date()), "until": str(NINE.date().replace(day=28))}
    planned = post(client, "/rounds", said, headers=office)
    assert planned.status_code == 200, planned.json()
    assert post(client, "/rounds", said, headers=office).json() == planned.json()
    assert (
        post(client, "/rounds/R9/draw", {"dice": DICE}, headers=office).json()["points"] == 10
    )
    lan, feng = an_inspector("lan"), an_inspector("feng")
    able = get(client, "/rounds/R9/able-inspectors", office).json()["items"]
    assert {each["person_id"] for each in able} == {lan.pk, feng.pk}
    people = [{"person_id": lan.pk}, {"person_id": feng.pk}]
    post(client, "/rounds/R9/inspectors", {"people": people}, headers=office)
    found = Round.objects.get(code="R9")
    commands.find_ways(round_id=found.pk, at=NINE)
    assert post(client, "/rounds/R9/opening", headers=office).json()["state"] == "IN_FIELD"

    mine = get(client, "/rounds/R9/mine", bearer(lan)).json()["items"]
    one = get(client, f"/rounds/R9/points/{mine[0]['id']}", office).json()
    read = {"found": [{"line": line, "verdict": "NOT_KNOWN"} for line in one["lines"]]}
    sent = post(
        client, f"/rounds/R9/points/{mine[0]['id']}/readings", read, headers=bearer(lan)
    )
    assert sent.status_code in (200, 404)
    strange = post(
        client, f"/rounds/R9/points/{mine[0]['id']}/readings", read, headers=bearer(feng)
    )
    assert refused_with(strange) == (404, "unknown")
    read_all(found)
    assert post(client, "/rounds/R9/closing", headers=office).status_code == 200
    assert post(client, "/rounds/R9/score", headers=office).json()["state"] == "SCORED"
    assert refused_with(get(client, "/rounds/R9/result")) == (404, "unknown")
    done = post(client, "/rounds/R9/publication", headers=office).json()
    assert done["state"] == "PUBLISHED"
    result = get(client, "/rounds/R9/result").json()
    assert result["whole"]["scope"] == "ROUND"
    assert result["total"]["least"] <= result["total"]["most"]


def test_a_result_tells_intervals_ties_questions_and_what_to_mend(client, office):
    some_points()
    a_published_round(met=lambda point, line: line != "I-1-1")

    units = get(client, "/rounds/R1/scores", scope="UNIT").json()["items"]
    ranked = [each for each in units if each["rank"] is not None]
    questions = get(client, "/rounds/R1/questions", office).json()["items"]
    plan = get(client, "/rounds/R1/what-if", office, hours=1).json()

    assert all(each["low_e4"] <= each["score_e4"] <= each["high_e4"] for each in ranked)
    assert {each["line"] for each in questions} == {"I-1-1"}
    assert plan["items"]
    assert plan["gain"] <= plan["bound"] + 1e-9
    assert plan["minutes"] <= 60
    assert get(client, "/rounds/R1/questions", bearer(a_person())).status_code == 404


def test_scores_and_points_page_by_key(client, office, monkeypatch):
    some_points()
    a_published_round()
    for module in ("results", "visits"):
        monkeypatch.setattr(f"xinfeng.inspections.api.{module}.PAGE", 4)
    monkeypatch.setattr("xinfeng.inspections.api.routing.PAGE", 4)

    for address in ("/rounds/R1/scores", "/rounds/R1/points"):
        seen, after = [], ""
        while after is not None:
            page = get(client, address, office, after=after).json()
            assert len(page["items"]) <= 4
            seen += [str(each) for each in page["items"]]
            after = page["next"]
        assert len(seen) == len(set(seen)) > 4


def test_an_amendment_says_why_and_a_substitute_has_a_reason(client, office):
    some_points()
    opened = an_open_round(size=6)
    read_all(opened)
    row = points_of(opened)[0]
    address = f"/rounds/R1/points/{row.pk}"
    with scope.whole_city():
        line = Reading.objects.filter(round_point=row).first().line
    wordless = {"line": line, "verdict": "NOT_KNOWN"}

    assert refused_with(post(client, f"{address}/amendments", wordless, headers=office)) == (
        409,
        "no_reason",
    )
    told = post(
        client, f"{address}/amendments", wordless | {"note": "看错了"}, headers=office
    ).json()
    assert [each["counts"] for each in told["readings"] if each["line"] == line] == [
        True,
        False,
    ]
    late = post(client, f"{address}/substitute", {"why": "GONE"}, headers=office)
    assert refused_with(late) == (409, "round_state")


# ---- blindness: address × role


@pytest.fixture
def open_round(monkeypatch):
    """In the field; who is assessed: every role, a unit's liaison, and nobody signed in."""
    some_points()
    opened = an_open_round()
    cast = everyone(a_place())
    liaison = a_person("liaison")
    a_member(liaison, Unit.objects.order_by("pk").first(), role=MemberRole.LIAISON)
    city_clerk_of_a_unit = a_person("both")
    a_grant(city_clerk_of_a_unit, Role.CITY_OFFICE, division=a_city().city)
    a_member(city_clerk_of_a_unit, Unit.objects.order_by("pk").last())
    people: dict[str, Person | None] = {
        role: person for role, person in cast.items() if role != Role.CITY_OFFICE
    }
    return opened, people | {"liaison": liaison, "both": city_clerk_of_a_unit, "nobody": None}


@pytest.mark.parametrize(("method", "address"), OF_ROUNDS)
def test_nobody_who_is_assessed_learns_of_an_open_round(client, open_round, method, address):
    opened, people = open_round
    row = points_of(opened)[0]
    hidden = {each.point.code for each in points_of(opened)} | {opened.name, opened.secret}
    asked = address.format(code=opened.code, point_id=row.pk)
    body = {
        "dice": "1", "people": [{"person_id": 1}], "why": "GONE", "line": "I-1-1",
        "note": "x", "found": [{"line": "I-1-1", "verdict": "MET"}],
    }  # fmt: skip

    for who, person in people.items():
        headers = bearer(person, Scope.OFFICE) if person else {}
        answer = client.generic(method, asked, json.dumps(body), JSON, headers=headers)
        public = address.endswith("/proof")
        assert answer.status_code in ((200,) if public else (401, 403, 404)), (who, asked)
        text = answer.content.decode()
        assert not [each for each in hidden if each in text], (who, asked)
    with scope.whole_city():
        assert not Reading.objects.exists()


@pytest.mark.parametrize("where", ["/rounds", "/bound-rounds"])
def test_lists_say_nothing_of_an_open_round_but_what_was_bound(client, open_round, where):
    opened, people = open_round
    for person in people.values():
        headers = bearer(person, Scope.OFFICE) if person else {}
        text = get(client, where, headers).content.decode()
        assert opened.name not in text
        assert str(opened.since) not in text
        assert opened.secret not in text


def test_once_it_is_over_whoever_is_assessed_may_know_its_points(client):
    some_points()
    published = a_published_round()
    liaison = a_person("liaison")
    a_member(liaison, Unit.objects.order_by("pk").first(), role=MemberRole.LIAISON)

    found = get(client, "/rounds/R1/points", bearer(liaison, Scope.OFFICE)).json()["items"]
    proof = get(client, "/rounds/R1/proof").json()

    assert len(found) == 10
    assert proof["secret"] == published.secret
    assert len(proof["chosen"]) == 10


def test_the_secret_is_told_to_nobody_before_the_end(client, office):
    some_points()
    drawn = a_drawn_round()

    for address in ("/rounds/R1", "/rounds/R1/proof", "/rounds"):
        assert drawn.secret not in get(client, address, office).content.decode()
