"""The desk of a survey in the browser: from the frame to the close, and who sees it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from xinfeng.base import clock, scope
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import a_city
from xinfeng.surveys import sizing
from xinfeng.surveys.commands import NewSample
from xinfeng.surveys.models import Frame, Mode, SampleUnit, Survey, SurveyState
from xinfeng.units.tests.build import a_member, a_unit

from .drawn_build import (
    DICE,
    a_drawn,
    a_made_frame,
    a_plan,
    a_surveyor_person,
    opened,
    the_office,
    the_version,
)

pytestmark = pytest.mark.django_db
CSV = "区划代码,城乡,户数\n430405007006,城镇,200\n430405007007,111,300\n430405008001,乡村,90\n"


@pytest.fixture
def office(client):
    client.force_login(the_office())
    return client


def said(**more):
    today = clock.today()
    return {
        "name": "2026 年", "year": 2026, "questionnaire": the_version().pk,
        "since": today, "until": today.replace(year=today.year + 1), "modes": ["HOUSEHOLD"],
        "frame": a_made_frame().pk, "communities": 9, "per_community": 5, "least": 2,
        "allocation": "PROPORTIONAL", "way": "SYSTEMATIC", "adult": "BIRTHDAY",
        "lonely": "ADJUST",
    } | more  # fmt: skip


def send_frame(office, text: str):
    table = SimpleUploadedFile("f.csv", text.encode())
    return office.post(
        reverse("surveys:frames"),
        {
            "code": "T1",
            "name": "户数",
            "as_of": "2022-01-01",
            "source": "公安局",
            "table": table,
        },
        follow=True,
    )


def test_a_frame_is_seen_before_it_is_taken_in(office) -> None:
    a_city()
    shown = send_frame(office, CSV)
    assert not Frame.objects.exists()
    address = shown.redirect_chain[-1][0]

    office.post(address)
    office.post(address)

    frame = Frame.objects.get()
    assert (frame.communities, frame.households) == (3, 590)
    assert office.get(reverse("surveys:frame", args=[frame.code])).status_code == 200


def test_what_is_wrong_in_a_frame_is_told_by_its_row(office) -> None:
    a_city()
    shown = send_frame(office, CSV + "430405007006,城镇,0\n430405007000,海里,5\n")
    page = shown.content.decode()
    assert page.count("<tr>") >= 4
    office.post(shown.redirect_chain[-1][0])
    assert not Frame.objects.exists()


def test_known_numbers_are_added_to_a_frame(office) -> None:
    frame = a_made_frame()
    table = SimpleUploadedFile(
        "t.csv", "指标,取值,人数\n县区,珠晖区,90000\n性别,f,52000\n".encode()
    )
    shown = office.post(
        reverse("surveys:frame_totals", args=[frame.code]), {"code": "T2", "table": table},
        follow=True,
    )  # fmt: skip
    office.post(shown.redirect_chain[-1][0])
    assert list(frame.totals.order_by("margin").values_list("margin", "key", "people")) == [
        ("county", "430405000000", 90000), ("sex", "f", 52000),
    ]  # fmt: skip


def test_the_shares_of_the_strata_are_seen_before_they_are_bound(office) -> None:
    looked = office.post(reverse("surveys:plan"), said(do="look"))
    assert looked.status_code == 200
    assert "珠晖区" in looked.content.decode()
    assert not Survey.objects.exists()

    bound = office.post(reverse("surveys:plan"), said(do="bind"))

    survey = Survey.objects.get()
    assert bound["Location"] == reverse("surveys:design", args=[survey.code])
    assert len(survey.secret) == 32


def test_a_plan_that_does_not_fit_says_so_beside_the_form(office) -> None:
    answer = office.post(reverse("surveys:plan"), said(do="look", communities=100))
    assert answer.status_code == 422
    assert "24" in answer.content.decode()


def test_a_survey_goes_from_the_draw_into_the_field_on_its_page(office) -> None:
    planned, lan = a_plan(), a_surveyor_person()
    step = lambda name: reverse("surveys:step", args=[planned.code, name])  # noqa: E731
    office.post(reverse("surveys:draw", args=[planned.code]), {"dice": DICE})
    office.post(reverse("surveys:surveyors", args=[planned.code]), {"people": [lan.pk]})
    assert office.get(reverse("surveys:design", args=[planned.code])).status_code == 200
    office.post(step("opening"))
    assert Survey.objects.get().state == SurveyState.IN_FIELD
    assert office.get(reverse("surveys:design", args=[planned.code])).status_code == 200
    assert office.get(reverse("surveys:surveys")).status_code == 200


def test_a_sample_goes_out_on_a_sheet_and_in_letters(office) -> None:
    drawn = a_drawn("S1", NewSample(Mode.WEB_CODE, communities=9, per_community=2))
    sample = drawn.samples.get()
    page = office.get(reverse("surveys:sample", args=[drawn.code, sample.pk]))
    with scope.whole_city():
        assert SampleUnit.objects.order_by("pk").first().code in page.content.decode()
    book = office.get(reverse("surveys:sample_book", args=[drawn.code, sample.pk]))
    assert book.content[:2] == b"PK"
    letters = office.get(reverse("surveys:letters", args=[drawn.code, sample.pk]))
    assert letters.content[:4] == b"%PDF"


@pytest.mark.parametrize("page", ["design", "draw", "surveyors"])
def test_whoever_acts_for_a_unit_finds_no_survey(office, page: str) -> None:
    drawn = a_drawn()
    a_member(the_office(), a_unit())
    address = reverse(f"surveys:{page}", args=[drawn.code])
    answer = office.get(address) if page == "design" else office.post(address)
    assert answer.status_code == 404


@pytest.mark.parametrize("page", ["sample", "sample_book", "letters"])
def test_whoever_is_assessed_or_a_stranger_sees_no_household(client, page: str) -> None:
    drawn = a_drawn("S1", NewSample(Mode.WEB_CODE, communities=9, per_community=2))
    address = reverse(f"surveys:{page}", args=[drawn.code, drawn.samples.get().pk])
    client.force_login(a_person("stranger"))
    assert client.get(address).status_code == 404
    a_member(the_office(), a_unit())
    client.force_login(the_office())
    assert client.get(address).status_code == 404


def test_the_calculator_says_what_could_be_seen(office) -> None:
    page = office.get(reverse("surveys:size"), {
        "share": 98.5, "margin": 1, "last": 97.4, "per_community": 1, "likeness": 0,
        "response": 100,
    })  # fmt: skip
    assert page.status_code == 200
    told = sizing.told(
        share=98.5, margin=1, last=97.4, per_community=1, likeness=0, population=None,
        response=100,
    )  # fmt: skip
    assert told.for_change is not None
    assert told.for_change.answers == 2604


def test_the_draw_of_a_survey_is_checked_by_command(capsys) -> None:
    drawn = a_drawn()
    call_command("draw", "--check", drawn.code)
    assert "45 households with their chances: ok" in capsys.readouterr().out
    with scope.whole_city():
        SampleUnit.objects.filter(is_called_back=True).update(is_called_back=False)
    with pytest.raises(CommandError, match="not what was promised"):
        call_command("draw", "--check", drawn.code)


def test_the_menu_leads_only_where_the_ways_of_asking_need(office) -> None:
    planned = a_plan()
    page = office.get(reverse("surveys:survey", args=[planned.code])).content.decode()
    field = reverse("surveys:field", args=[planned.code])
    assert f'href="{field}"' in page
    assert "/sample/" not in page
    assert reverse("surveys:methods", args=[planned.code]) not in page

    drawn = a_drawn("S2", NewSample(Mode.WEB_CODE, communities=9, per_community=5))
    page = office.get(reverse("surveys:survey", args=[drawn.code])).content.decode()
    sheet = drawn.samples.get()
    assert reverse("surveys:sample", args=[drawn.code, sheet.pk]) in page
    assert reverse("surveys:field", args=[drawn.code]) not in page


def test_surveyors_begin_the_day_with_the_surveys_that_name_them(client) -> None:
    lan, other = a_surveyor_person(), a_surveyor_person("other")
    asked = opened(a_drawn(), lan)
    client.force_login(lan)
    begun = client.get(reverse("today"), follow=True)
    assert begun.redirect_chain[-1][0] == reverse("surveys:surveys")
    assert asked.name in begun.content.decode()
    assert reverse("interviews:shell") in begun.content.decode()

    client.force_login(other)
    assert asked.name not in client.get(reverse("surveys:surveys")).content.decode()


def test_known_numbers_are_told_in_the_words_of_the_questionnaire(office) -> None:
    frame = a_plan().frame
    assert frame is not None
    frame.totals.create(margin="sex", key="f", people=4_070)
    frame.totals.create(margin="county", key="430405000000", people=6_147)
    page = office.get(reverse("surveys:frame", args=[frame.code])).content.decode()
    assert "女" in page
    assert "430405000000" not in page
