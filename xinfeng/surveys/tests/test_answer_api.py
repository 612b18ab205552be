"""A household answers over the interface by the code of its letter, as on the page."""

import logging
from datetime import timedelta

import pytest
from django.test import Client

from xinfeng.base import clock
from xinfeng.journal.models import Entry
from xinfeng.places.tests.build import NINE
from xinfeng.surveys.guessing import WRONG_CODES
from xinfeng.surveys.models import Response, SurveyState
from xinfeng.surveys.personal_codes import grouped

from .answers import GOOD, SCREENED, a_coded, codes_of

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE + timedelta(days=2))
    monkeypatch.setattr(WRONG_CODES, "_empty_at", WRONG_CODES._empty_at.__class__())


def ask(client: Client, code: str):
    return client.post("/api/v1/survey-letters/questions", {"code": code}, JSON)


def send(client: Client, code: str, **more):
    said = {"code": code, "answers": GOOD, "adults": 2, "seconds": 140} | more
    return client.post("/api/v1/survey-letters/answers", said, JSON)


def test_the_questions_of_a_letter_come_arranged_and_their_answers_are_kept(client):
    code = codes_of(a_coded())[0]

    sheet = ask(client, grouped(code).lower()).json()

    questions = {each["code"]: each for block in sheet["blocks"] for each in block["questions"]}
    assert questions.keys() >= GOOD.keys()
    assert questions["hotline"]["only_if"] == [{"question": "used_hotline", "among": ["yes"]}]
    first = questions["overall"]["options"][0]["code"]
    assert first == ("not_at_all" if sheet["arrangement"] % 2 else "very")
    sent = send(client, code, arrangement=sheet["arrangement"])
    assert sent.json() == {"receipt": "RECEIVED"}
    kept = Response.objects.get()
    assert (kept.answers, kept.adults, kept.seconds) == (GOOD, 2, 140)
    assert kept.arrangement == sheet["arrangement"]
    assert not client.cookies


def test_sent_twice_it_is_there_once_and_the_questions_are_not_shown_again(client):
    code = codes_of(a_coded())[0]
    send(client, code)

    assert send(client, code).json() == {"receipt": "ALREADY"}

    sheet = ask(client, code).json()
    assert sheet["is_answered"]
    assert sheet["blocks"] == []
    assert Response.objects.count() == 1


def test_what_is_wrong_is_told_by_its_question(client):
    code = codes_of(a_coded())[0]
    wrong = {**GOOD, "overall": "excellent"}
    del wrong["sex"]

    told = send(client, code, answers=wrong)

    assert (told.status_code, told.json()["code"]) == (422, "answers_wrong")
    assert {each["where"] for each in told.json()["mistakes"]} == {"overall", "sex"}
    assert all(each["detail"] for each in told.json()["mistakes"])
    assert not Response.objects.exists()


def test_of_whoever_is_not_asked_nothing_is_kept_and_somebody_else_may_answer(client):
    code = codes_of(a_coded(SCREENED))[0]

    told = send(client, code, answers={**GOOD, "age": "outside"})

    assert told.json() == {"receipt": "NOT_ELIGIBLE"}
    assert not Response.objects.exists()
    assert send(client, code).json() == {"receipt": "RECEIVED"}


@pytest.mark.parametrize("state", [SurveyState.DRAWN, SurveyState.CLOSED])
def test_words_and_answers_of_a_survey_pass_in_the_field_only(client, state):
    code = codes_of(a_coded(state=state))[0]

    for told in (ask(client, code), send(client, code)):
        assert (told.status_code, told.json()["code"]) == (409, "survey_not_in_field")
    assert not Response.objects.exists()


def test_whoever_guesses_codes_waits_here_and_on_the_page(client):
    code = codes_of(a_coded())[0]
    for n in range(20):
        guess = ask if n % 2 else send
        assert guess(client, f"GUESS{n}").status_code == 404

    for told in (ask(client, code), send(client, code)):
        assert (told.status_code, told.json()["code"]) == (429, "too_many_codes")
        assert int(told["Retry-After"]) > 0
    assert client.get(f"/answer/{code}/").status_code == 429
    assert not Response.objects.exists()


def test_no_log_and_no_entry_tells_the_code(client, caplog):
    caplog.set_level(logging.DEBUG)
    code = codes_of(a_coded())[0]

    ask(client, code)
    send(client, code, answers={**GOOD, "overall": "excellent"})
    send(client, code, adults=-1)
    send(client, code)

    logged = [each for each in caplog.records if not each.name.startswith("django.db")]
    assert not [each for each in logged if code in each.getMessage()]
    answered = Entry.objects.filter(verb="survey.answered").values_list("details", flat=True)
    assert list(answered) == [{"mode": "WEB_CODE"}]
