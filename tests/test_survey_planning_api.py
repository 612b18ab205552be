"""Planning and holding a survey over the interface: the steps and refusals of the pages."""

from datetime import timedelta
from uuid import uuid4

import pytest

from xinfeng.base import clock, scope
from xinfeng.config import api
from xinfeng.config.urls import interface
from xinfeng.people.models import Person, Role
from xinfeng.people.tests.build import a_grant, a_person
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.surveys import jobs
from xinfeng.surveys.models import (
    CallBack,
    Disposition,
    Exclusion,
    Frame,
    IntegrityRun,
    Mode,
    SampleCommunity,
    SampleUnit,
    Survey,
    SurveyState,
)
from xinfeng.surveys.tests.build import a_response
from xinfeng.surveys.tests.drawn_build import (
    DICE,
    TODAY,
    a_drawn,
    a_made_frame,
    a_plan,
    a_surveyor_person,
    listed,
    opened,
    the_office,
    the_version,
)
from xinfeng.units.tests.build import a_member, a_unit

pytestmark = pytest.mark.django_db
JSON = "application/json"
OF_ONE = sorted(
    (method, address)
    for address, operation in api.operations(interface)
    for method in operation.methods
    if "/surveys/{code}" in address and api.scopes_of(operation)
)
QUOTA = {"cell": {"sex": "f"}, "wanted": 5}


@pytest.fixture(autouse=True)
def nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)
    monkeypatch.setattr(api.Paced, "allow_request", lambda self, request: True)


def send(client, path: str, said: object = None, person: Person | None = None):
    headers = bearer(person or the_office(), Scope.OFFICE)
    return client.post(f"/api/v1/{path}", said or {}, content_type=JSON, headers=headers)


def read(client, path: str, person: Person | None = None, **query: object):
    headers = bearer(person or the_office(), Scope.OFFICE)
    return client.get(f"/api/v1/{path}", query, headers=headers)


def frame_of(rows: list[dict[str, object]], code: str = "F9") -> dict[str, object]:
    return {"code": code, "name": "2022 年户数", "as_of": TODAY.isoformat(), "rows": rows}


def rows_of() -> list[dict[str, object]]:
    return [
        {"division": each.division_id, "is_urban": each.is_urban, "households": each.households}
        for each in listed()
    ]


def plan_of(frame: str = "", /, **more: object) -> dict[str, object]:
    version = the_version()
    drawn = {"mode": "HOUSEHOLD", "communities": 9, "per_community": 5}
    return {
        "code": "S9", "name": "2022 年满意度调查", "year": 2022, "since": TODAY.isoformat(),
        "until": (TODAY + timedelta(20)).isoformat(), "frame": frame, "samples": [drawn],
        "questionnaire": version.questionnaire.code, "version": version.number,
    } | more  # fmt: skip


def in_the_street(wanted: int = 5) -> dict[str, object]:
    return {"mode": "INTERCEPT", "quotas": [QUOTA | {"wanted": wanted}]}


def test_a_program_of_the_office_takes_a_survey_from_its_frame_to_the_field(client):
    made = send(client, "frames", frame_of(rows_of())).json()
    assert (made["communities"], len(made["strata"]), made["totals"]) == (24, 4, [])

    planned = send(client, "surveys", plan_of("F9")).json()

    assert (planned["state"], planned["dice"]) == ("PLANNED", "")
    assert planned["frame_digest"] == made["digest"]
    assert sum(each["wanted"] for each in planned["samples"][0]["strata"]) == 9
    early = send(client, "surveys/S9/opening")
    assert refused_with(early) == (409, "not_drawn_yet")
    drawn = send(client, "surveys/S9/draw", {"dice": DICE}).json()
    assert (drawn["state"], drawn["samples"][0]["households"]) == ("DRAWN", 45)
    lan = a_surveyor_person()
    assert read(client, "surveys/S9/able-surveyors").json()["items"][0]["person"] == lan.pk
    named = send(client, "surveys/S9/surveyors", {"people": [lan.pk]}).json()["surveyors"]
    assert [(each["number"], each["households"]) for each in named] == [(1, 45)]
    assert "兰调查" not in named[0]["name"]
    assert send(client, "surveys/S9/opening").json()["state"] == "IN_FIELD"
    assert refused_with(send(client, "surveys/S9/closing")) == (409, "households_wait")
    assert refused_with(send(client, "surveys/S9/calling-off")) == (409, "survey_state")
    assert "secret" not in read(client, "surveys/S9").json()


def test_what_is_sent_twice_is_there_once(client):
    rows = rows_of()
    for _turn in range(2):
        assert send(client, "frames", frame_of(rows)).status_code == 200
        assert send(client, "surveys", plan_of("F9")).status_code == 200
        assert send(client, "surveys/S9/draw", {"dice": DICE}).json()["state"] == "DRAWN"

    assert (Frame.objects.count(), Survey.objects.count()) == (1, 1)
    other = send(client, "surveys/S9/draw", {"dice": "1 1 1"})
    assert refused_with(other) == (409, "survey_state")


def test_each_wrong_row_of_a_frame_is_told_by_its_place_and_nothing_is_kept(client):
    rows = rows_of()[:2]
    rows += [rows[0], {**rows[1], "division": a_city().county.pk}, {**rows[1], "division": 7}]

    told = send(client, "frames", frame_of(rows))

    assert (told.status_code, told.json()["code"]) == (422, "rows_have_problems")
    places = [each["where"] for each in told.json()["mistakes"]]
    assert places == ["rows.2.division", "rows.3.division", "rows.4.division"]
    assert all(each["detail"] for each in told.json()["mistakes"])
    assert not Frame.objects.exists()


def test_known_numbers_are_added_and_never_changed(client):
    a_made_frame()
    county = {"margin": "county", "key": "430405", "people": 9000, "source": "统计局"}
    women = {"margin": "sex", "key": "f", "people": 20_000}
    for _turn in range(2):
        made = send(client, "frames/F1/totals", {"rows": [county, women]}).json()
    assert [each["people"] for each in made["totals"]] == [9000, 20_000]

    other = send(client, "frames/F1/totals", {"rows": [women | {"people": 5}]})
    nowhere = send(client, "frames/F1/totals", {"rows": [county | {"key": "999999"}]})

    assert other.json()["mistakes"][0]["where"] == "rows.0.people"
    assert nowhere.json()["mistakes"][0]["where"] == "rows.0.key"
    assert read(client, "frames/F1").json()["totals"] == made["totals"]
    assert [each["code"] for each in read(client, "frames").json()["items"]] == ["F1"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"samples": [{"mode": "HOUSEHOLD"}]}, "sample_size"),
        ({"samples": [{"mode": "INTERCEPT"}]}, "quotas_wanted"),
        ({"until": "2020-01-01"}, "survey_days"),
        ({"samples": [{"mode": "WEB_OPEN", "is_headline": True}]}, "headline_is_drawn"),
        ({"frame": ""}, "frame_wanted"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused_as_on_the_page(client, more, code):
    a_made_frame()

    assert refused_with(send(client, "surveys", plan_of("F1", **more))) == (409, code)
    assert not Survey.objects.exists()


def test_the_calculator_says_what_the_page_says(client):
    told = read(client, "survey-size", share=90, margin=2, last=88).json()

    assert told["answers"] < told["asked"]
    assert told["change"] == 2
    assert 0 < told["power"] < 1
    alike = read(client, "survey-size", share=0.9, margin=0.5, last=0.9000000000000001).json()
    assert alike["power"] is None


def somebody(name: str) -> Person:
    """Whoever may not run surveys: of the office and of a unit, a surveyor, anybody."""
    if name == "of a unit":
        office = a_person("torn")
        a_grant(office, Role.CITY_OFFICE, division=a_city().city)
        a_member(office, a_unit())
        return office
    return a_surveyor_person("asks") if name == "a surveyor" else a_person("anybody")


@pytest.mark.parametrize("name", ["of a unit", "a surveyor", "anybody"])
def test_others_plan_nothing_and_find_no_survey_before_its_end(client, name):
    found, other = opened(a_drawn()), somebody(name)
    for path in ("frames", "frames/F1", "survey-size?share=90&margin=2"):
        assert read(client, path, other).status_code == 403, path
    assert send(client, "frames", frame_of(rows_of()), other).status_code == 403
    assert send(client, "surveys", plan_of("F1"), other).status_code == 403
    assert read(client, "surveys", other).json()["items"] == []
    sent = {
        "people": [other.pk], "dice": DICE, "mode": "HOUSEHOLD", "person": other.pk,
        "sheet": str(uuid4()), "reason": "TEST", "note": "一份试填的答卷",
        "outcome": "CONFIRMED",
    }  # fmt: skip
    for method, address in OF_ONE:
        path = address.removeprefix("/api/v1/").format(
            code=found.code, mode="HOUSEHOLD", household="X", community=1
        )
        answer = (send(client, path, sent, other) if method == "POST"
                  else read(client, path, other))  # fmt: skip
        assert answer.status_code in (403, 404), path
    found.refresh_from_db()
    assert found.state == SurveyState.IN_FIELD


def test_everybody_reads_the_list_of_what_is_published_and_no_more(client):
    a_plan()

    assert client.get("/api/v1/surveys").json() == {"items": [], "next": None}
    assert [each["code"] for each in read(client, "surveys").json()["items"]] == ["S1"]


def test_sheets_are_looked_through_left_out_and_households_called_back(client):
    found = opened(a_drawn())
    with scope.whole_city():
        sheet = a_response(SampleCommunity.objects.first(), {"overall": "very"}, TODAY)
        unit = SampleUnit.objects.filter(is_called_back=True).first()
        SampleUnit.objects.filter(pk=unit.pk).update(
            disposition=Disposition.COMPLETE, is_final=True, done_on=TODAY
        )
    run = send(client, f"surveys/{found.code}/integrity", {"mode": "HOUSEHOLD"}).json()
    assert run["state"] == "QUEUED"
    again = send(client, f"surveys/{found.code}/integrity", {"mode": "HOUSEHOLD"}).json()
    assert again["id"] == run["id"]
    jobs.report_integrity(run_id=run["id"])

    said = {"sheet": str(sheet.pk), "reason": "TEST", "note": "一份试填的答卷"}
    assert send(client, f"surveys/{found.code}/exclusions", said).json()["reason"] == "TEST"
    (to_call,) = read(client, f"surveys/{found.code}/call-backs").json()["items"]
    assert (to_call["household"], to_call["is_open"]) == (unit.code, True)
    call = {"outcome": "CONFIRMED", "minutes": 12}
    made = send(client, f"surveys/{found.code}/call-backs/{unit.code}", call).json()
    assert made["outcome"] == "CONFIRMED"

    (checked,) = read(client, f"surveys/{found.code}/integrity").json()["samples"]

    assert checked["report"]["sheets"] == 1
    assert checked["run"]["state"] == "DONE"
    assert checked["left_out"] == {"TEST": 1}
    assert checked["call_backs"]["outcomes"] == {"CONFIRMED": 1}
    other = {"outcome": "NEVER_ASKED"}
    differs = send(client, f"surveys/{found.code}/call-backs/{unit.code}", other)
    assert refused_with(differs) == (409, "called_back_already")
    with scope.whole_city():
        assert Exclusion.objects.count() == CallBack.objects.count() == 1
    assert IntegrityRun.objects.count() == 1


def test_a_sheet_of_another_survey_is_none_of_this_one(client):
    one, other = opened(a_drawn()), a_plan("S2", frame_id=Frame.objects.get().pk)
    with scope.whole_city():
        sheet = a_response(SampleCommunity.objects.first(), {"overall": "very"}, TODAY)
    said = {"sheet": str(sheet.pk), "reason": "TEST", "note": "一份试填的答卷"}

    assert send(client, f"surveys/{other.code}/exclusions", said).status_code == 404
    assert send(client, f"surveys/{one.code}/exclusions", said).status_code == 200


def test_a_survey_in_the_street_needs_no_draw_but_somebody_who_asks(client):
    said = plan_of("", samples=[in_the_street()])
    made = send(client, "surveys", said).json()
    assert [each["mode"] for each in made["samples"]] == [Mode.INTERCEPT]
    nobody = send(client, "surveys/S9/opening")
    assert refused_with(nobody) == (409, "nobody_asks")
    assert send(client, "surveys/S9/calling-off").json()["state"] == "CALLED_OFF"
