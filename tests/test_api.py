"""Rules over the whole interface: its contract, who may ask what, and how it says no."""

import json
import re
import sys
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client as Browser
from ninja import Schema

from xinfeng.activities import doorway
from xinfeng.base import clock
from xinfeng.base.contract import TooMany
from xinfeng.base.pace import Pace
from xinfeng.base.refusal import Refusal
from xinfeng.config import api, problems
from xinfeng.config.urls import interface
from xinfeng.people.models import Person, PersonState
from xinfeng.people.tests.build import a_person
from xinfeng.people.tests.tokens import bearer
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE

pytestmark = pytest.mark.django_db
OPERATIONS = [
    (method, address, operation)
    for address, operation in api.operations(interface)
    for method in operation.methods
]
NAMES = [f"{method} {address}" for method, address, _ in OPERATIONS]
# What anybody may ask without signing in; a new one is a decision, so it is written here.
OPEN = {
    "GET /api/v1/activities",
    "GET /api/v1/activities/{code}",
    "POST /api/v1/activities/near",
    "POST /api/v1/orders",
    "POST /api/v1/orders/{key}/cancellation",
    "POST /api/v1/orders/{key}/complaints",
    "POST /api/v1/orders/{key}/confirmation",
    "POST /api/v1/orders/{key}/denial",
    "POST /api/v1/orders/{key}/rating",
    "GET /api/v1/certificates/{code}",
    "GET /api/v1/class-sessions",
    "GET /api/v1/classes",
    "GET /api/v1/classes/{code}",
    "GET /api/v1/courses",
    "GET /api/v1/lecturers/{code}",
    "GET /api/v1/popular-courses",
    "GET /api/v1/menu",
    "GET /api/v1/orders/{key}",
    "GET /api/v1/orders/{key}/door",
    "GET /api/v1/policies",
    "GET /api/v1/rewards",
    "GET /api/v1/snap-classes",
    "GET /api/v1/snap-reports/{key}",
    "GET /api/v1/snap-reports/{key}/pictures/{file_id}",
    "POST /api/v1/snap-reports",
    "POST /api/v1/snap-reports/near",
    "POST /api/v1/snap-reports/{key}/rating",
    "GET /api/v1/stars/notices",
    "GET /api/v1/teams",
    "GET /api/v1/teams/{code}",
    "GET /api/v1/bound-rounds",
    "GET /api/v1/rounds",
    "GET /api/v1/rounds/{code}/proof",
    "GET /api/v1/rounds/{code}/result",
    "GET /api/v1/rounds/{code}/scores",
    "GET /api/v1/questionnaires",
    "GET /api/v1/questionnaires/{code}/{number}",
    "POST /api/v1/survey-letters/answers",
    "POST /api/v1/survey-letters/questions",
    "GET /api/v1/surveys",
    "GET /api/v1/surveys/{code}/numbers",
    "GET /api/v1/surveys/{code}/results",
    "GET /api/v1/standards",
    "GET /api/v1/standards/{name}/{version}",
    "GET /api/v1/standards/{name}/{version}/sanctions",
    "GET /api/v1/standards/{name}/{version}/standing",
}


SAMPLES = {"kind": "LOCATION", "which": "arrival"}


def filled(address: str) -> str:
    """The address of nothing in particular, but one that the router knows."""

    def sample(name: re.Match[str]) -> str:
        return SAMPLES.get(name[1], "1" if name[1].endswith("_id") else "x")

    return re.sub(r"{(\w+)}", sample, address)


def test_the_contract_is_committed_as_the_program_keeps_it():
    committed = api.COMMITTED.read_text(encoding="utf-8")

    assert api.written(interface.get_openapi_schema()) == committed, (
        "The interface changed. Look at the difference, then renew it: xinfeng openapi"
    )


def test_a_form_sent_where_json_is_read_is_told_and_breaks_nothing(client):
    answer = client.post("/api/v1/activities/near", {"lat": "1"})

    assert answer.status_code in (400, 422)
    assert answer.json()["code"]


def test_what_is_open_to_all_is_listed():
    opened = {
        name
        for name, (_, _, operation) in zip(NAMES, OPERATIONS, strict=True)
        if not api.scopes_of(operation)
    }

    assert opened == OPEN


@pytest.mark.parametrize(("method", "address", "operation"), OPERATIONS, ids=NAMES)
def test_nothing_else_answers_without_a_token_or_a_session(client, method, address, operation):
    asked = filled(address)

    answer = client.generic(method, asked, b"{}", content_type="application/json")

    if not api.scopes_of(operation):
        assert answer.status_code < 500
    else:
        assert answer.status_code == 401
        assert answer.json()["code"] == "sign_in_first"
        assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "address", "operation"), OPERATIONS, ids=NAMES)
def test_a_token_reaches_only_what_it_was_given_for(client, method, address, operation):
    wanted = api.scopes_of(operation)
    others = [scope for scope in Scope if scope not in wanted]
    headers = bearer(a_person(), *others)
    asked = filled(address)

    answer = client.generic(
        method, asked, b"{}", content_type="application/json", headers=headers
    )

    if wanted:
        assert answer.status_code == 403
        assert answer.json()["code"] == "scope_missing"


@pytest.mark.parametrize("state", [s for s in PersonState if s != PersonState.ACTIVE])
def test_the_token_of_an_account_that_is_not_active_opens_nothing(client, state):
    mei = a_person()
    headers = bearer(mei, Scope.RECORD)
    assert client.get("/api/v1/me", headers=headers).status_code == 200

    into = a_person("other") if state == PersonState.MERGED else None
    Person.objects.filter(pk=mei.pk).update(state=state, merged_into=into)

    assert client.get("/api/v1/me", headers=headers).json()["code"] == "token_invalid"


def test_a_token_ends(client):
    headers = bearer(a_person(), Scope.RECORD, lasts=-1)

    assert client.get("/api/v1/me", headers=headers).status_code == 401


def test_a_wrong_token_is_not_replaced_by_the_session(client):
    client.force_login(a_person())

    wrong = {"Authorization": "Bearer nonsense"}

    assert client.get("/api/v1/me").status_code == 200
    assert client.get("/api/v1/me", headers=wrong).status_code == 401


def test_a_session_writes_only_with_the_csrf_token_of_a_page():
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(a_person())

    answer = browser.post("/api/v1/me/nothing", b"{}", content_type="application/json")
    assert answer.status_code == 404

    written = next((a for m, a, o in OPERATIONS if m == "POST" and api.scopes_of(o)), None)
    if written:
        asked = filled(written)
        answer = browser.post(asked, b"{}", content_type="application/json")
        assert answer.json()["code"] == "csrf_failed"


def test_a_name_in_the_contract_stands_for_one_thing():
    """ninja puts all schemas under their bare names; a second one would replace the first."""
    seen: dict[str, type] = {}
    for room in settings.ROOMS:
        if find_spec(f"xinfeng.{room}.api"):
            import_module(f"xinfeng.{room}.api")
    modules = [module for name, module in sys.modules.items() if ".api" in name]
    for module in modules:
        for name, kind in vars(module).items():
            if isinstance(kind, type) and issubclass(kind, Schema):
                assert seen.setdefault(name, kind) is kind, name


def test_an_address_or_a_way_of_asking_that_does_not_exist_is_told_in_json(client):
    unknown = client.get("/api/v1/no/such/thing")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown")

    wrong = client.delete("/api/v1/me")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_unknown")
    assert wrong["Allow"] == "GET"


def test_the_signed_check_in_answers_alike_whichever_way_it_is_served(client):
    body = b'{"said": "nonsense"}'
    environ = {
        "PATH_INFO": doorway.PATH, "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body),
    }  # fmt: skip
    told: list[str] = []

    short = doorway.application(environ, lambda status, headers: told.append(status))
    long = client.post(doorway.PATH, body, content_type="application/json")

    assert (told, [long.content]) == (["400 Bad Request"], [*short])
    assert (long.status_code, long.json()["code"]) == (400, "malformed")
    assert client.get(doorway.PATH).json()["code"] == "method_unknown"


def test_a_sentence_comes_in_the_language_that_was_asked_for(client):
    chinese = client.get("/api/v1/me", headers={"Accept-Language": "zh-CN,en;q=0.5"})
    english = client.get("/api/v1/me", headers={"Accept-Language": "en"})

    assert chinese.json()["detail"] == "请先登录，或发送令牌。"
    assert english.json()["detail"] == "Sign in first, or send a token."


def test_a_refusal_keeps_its_status_its_code_and_its_sentence(rf):
    answer = problems.of_refusal(rf.get("/"), Refusal("no_place_left", "满员了。"))

    assert answer.status_code == 409
    assert json.loads(answer.content) == {
        "code": "no_place_left",
        "detail": "满员了。",
        "mistakes": [],
    }


def test_who_asks_too_often_is_told_how_long_to_wait(rf, monkeypatch):
    paced = api.Paced()
    paced.pace = Pace(2, 60)
    monkeypatch.setattr(clock, "now", lambda: NINE)
    assert paced.allow_request(rf.get("/"))
    assert paced.allow_request(rf.get("/"))

    with pytest.raises(TooMany) as refused:
        paced.allow_request(rf.get("/"))

    answer = problems.of_refusal(rf.get("/"), refused.value)
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 31


@pytest.mark.parametrize("address", ["invitations/%00/refusal", "teams?words=%00"])
def test_the_sign_that_no_text_may_hold_is_told(client, address):
    answer = (
        client.post(f"/api/v1/{address}")
        if "refusal" in address
        else client.get(f"/api/v1/{address}")
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "misread")


def test_the_sign_that_no_text_may_hold_is_told_in_a_body_too(client):
    client.force_login(a_person("mei"))

    answer = client.post(
        "/api/v1/me/family/carers", {"username": "a\0b"}, content_type="application/json"
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "misread")
