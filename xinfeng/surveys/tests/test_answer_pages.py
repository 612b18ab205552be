"""The pages of residents: without signing in, without cookies, without losing what was said."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from xinfeng.base import clock, scope
from xinfeng.places.tests.build import NINE
from xinfeng.surveys.guessing import WRONG_CODES
from xinfeng.surveys.models import Disposition, Response, SurveyState
from xinfeng.surveys.personal_codes import grouped

from .answers import GOOD, SCREENED, a_coded, an_open, codes_of

pytestmark = pytest.mark.django_db
FORM = {"by": "code", "adults": "2", "arrangement": "5", "seconds": "140"} | {
    f"q.{code}": value for code, value in GOOD.items()
}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE + timedelta(days=2))
    monkeypatch.setattr(WRONG_CODES, "_empty_at", WRONG_CODES._empty_at.__class__())


def text_of(response) -> str:
    return response.content.decode()


def test_the_code_is_typed_however_it_comes_and_leads_to_the_questions(client: Client):
    code = codes_of(a_coded())[0]

    led = client.post("/answer/", {"code": f" {grouped(code).lower()} "}, follow=True)

    assert led.redirect_chain == [(f"/answer/{code}/", 302)]
    assert "您对小区环境满意吗" in text_of(led)
    assert not led.cookies
    assert led["Referrer-Policy"] == "no-referrer"
    assert led["Cache-Control"] == "no-store, private"


def test_a_sheet_is_sent_and_thanked_for_and_nothing_is_remembered_of_the_browser(client):
    sample = a_coded()
    code = codes_of(sample)[0]

    sent = client.post(f"/answer/{code}/", FORM | {"survey": sample.survey.code}, follow=True)

    assert "您的回答已收到" in text_of(sent)
    assert not client.cookies
    kept = Response.objects.get()
    assert (kept.answers, kept.seconds, kept.arrangement, kept.adults) == (GOOD, 140, 5, 2)


def test_whoever_comes_again_is_told_kindly(client):
    sample = a_coded()
    code = codes_of(sample)[0]
    client.post(f"/answer/{code}/", FORM | {"survey": sample.survey.code})

    for again in (
        client.get(f"/answer/{code}/", follow=True),
        client.post(f"/answer/{code}/", FORM | {"survey": sample.survey.code}, follow=True),
    ):
        assert "已经收到" in text_of(again)
    assert Response.objects.count() == 1


def test_what_is_wrong_stands_beside_its_question_and_the_rest_as_it_was_said(client):
    code = codes_of(a_coded())[0]
    form = FORM | {"q.overall": "excellent", "q.estate": "fairly"}
    del form["adults"], form["q.sex"]

    shown = client.post(f"/answer/{code}/", form)

    page = text_of(shown)
    assert shown.status_code == 422
    assert 'id="wrong-adults"' in page
    del form["q.age"]
    page = text_of(client.post(f"/answer/{code}/", form | {"adults": "2"}))
    assert {*re.findall(r'id="wrong-(\w+)"', page)} == {"overall", "sex", "age"}
    assert re.search(r'name="q.estate" value="fairly" checked', page)
    assert 'name="arrangement" value="5"' in page
    assert not Response.objects.exists()


def test_scales_run_as_they_are_arranged(client):
    code = codes_of(a_coded())[0]
    ends = set()
    for _try in range(60):
        page = text_of(client.get(f"/answer/{code}/"))
        number = int(re.search(r'name="arrangement" value="(\d+)"', page)[1])
        first = re.search(r'name="q.overall" value="(\w+)"', page)[1]
        assert first == ("not_at_all" if number % 2 else "very")
        ends.add(first)
    assert ends == {"very", "not_at_all"}


def test_both_languages_and_no_cookie_for_them(client):
    code = codes_of(a_coded())[0]

    page = client.get(f"/answer/{code}/?in=en")

    assert "How satisfied are you with safety?" in text_of(page)
    assert page["Content-Language"] == "en"
    sent = client.post(f"/answer/{code}/?in=en", FORM, follow=False)
    assert sent["Location"].endswith("?in=en")
    assert Response.objects.get().language == "en"
    assert not client.cookies


def test_somebody_who_is_not_asked_is_offered_that_another_answers_or_nobody(client):
    sample = a_coded(SCREENED)
    code = codes_of(sample)[0]

    told = client.post(f"/answer/{code}/", FORM | {"q.age": "outside"})

    assert told.status_code == 409
    assert 'name="adults" value="0"' in text_of(told)
    done = client.post(
        f"/answer/{code}/", {"by": "code", "adults": "0", "survey": sample.survey.code},
        follow=True,
    )  # fmt: skip
    assert "没有调查对象" in text_of(done)
    with scope.whole_city():
        assert sample.units.get(number=1).disposition == Disposition.NO_ADULT


@pytest.mark.parametrize("state", [SurveyState.DRAWN, SurveyState.CLOSED])
def test_words_of_a_survey_are_shown_in_the_field_only(client, state):
    code = codes_of(a_coded(state=state))[0]

    page = client.get(f"/answer/{code}/")

    assert page.status_code == 409
    assert "您对小区环境满意吗" not in text_of(page)


def test_wrong_codes_are_not_tried_without_end(client):
    a_coded()
    told = [client.get("/answer/AAAAABBBBB/").status_code for _try in range(22)]

    assert told == [404] * 20 + [429] * 2


def test_the_open_address_says_what_its_answers_are_not(client):
    sample = an_open()
    page = text_of(client.get("/answer/open/happy22/"))

    assert "不代表全体居民" in page
    form = re.search(r'name="form" value="([\w-]+)"', page)[1]
    said = FORM | {"by": "open", "form": form, "survey": sample.survey.code}
    first = client.post("/answer/open/happy22/", said, follow=True)
    again = client.post("/answer/open/happy22/", said, follow=True)

    assert "您的回答已收到" in text_of(first)
    assert "已经收到" in text_of(again)
    assert Response.objects.count() == 1


def test_a_form_of_nobody_is_refused(client):
    an_open()

    assert client.post("/answer/open/happy22/", FORM | {"form": "x"}).status_code == 409
