"""The pages on integrity: rates for everybody, sheets for whoever runs the survey."""

import pytest

from xinfeng.base import scope
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE
from xinfeng.surveys import commands
from xinfeng.surveys.models import Exclusion, IntegrityRun

from .answered import Shape, an_answered_survey, the_office
from .test_integrity_commands import (  # noqa: F401
    a_household,
    a_surveyor,
    reported,
    sample,
    some_sheets,
    survey,
)

pytestmark = pytest.mark.django_db


def test_the_office_sees_signs_and_the_sheets_behind_them(survey, sample, client) -> None:  # noqa: F811
    some_sheets(sample, [a_surveyor(survey), a_surveyor(survey, "wang", 2)])
    reported(sample)
    client.force_login(the_office())

    page = client.get(f"/surveys/{survey.code}/integrity/")
    behind = client.get(f"/surveys/{survey.code}/integrity/samples/{sample.pk}/IDENTICAL/")

    assert page.status_code == behind.status_code == 200
    assert "/IDENTICAL/" in page.text
    assert "sheets/" in behind.text


def test_the_office_asks_for_a_report(survey, sample, client) -> None:  # noqa: F811
    client.force_login(the_office())

    client.post(f"/surveys/{survey.code}/integrity/samples/{sample.pk}/report/")

    run = IntegrityRun.objects.get()
    page = client.get(f"/surveys/{survey.code}/integrity/runs/{run.pk}/")
    assert page.status_code == 200


def test_a_sheet_is_left_out_on_its_page(survey, sample, client) -> None:  # noqa: F811
    some_sheets(sample, [a_surveyor(survey)], each=1)
    response = sample.responses.first()
    client.force_login(the_office())
    there = f"/surveys/{survey.code}/integrity/sheets/{response.pk}/"

    assert client.get(there).status_code == 200
    client.post(there, {"reason": "COPIED", "note": "Five are the same."})

    assert Exclusion.objects.get().response_id == response.pk


def test_a_household_is_called_back_on_its_page(survey, sample, client) -> None:  # noqa: F811
    unit = a_household(sample, a_surveyor(survey))
    client.force_login(the_office())
    there = f"/surveys/{survey.code}/integrity/calls/"

    assert unit.code in client.get(there).text
    assert "13800000000" not in client.get(f"{there}{unit.code}/").text
    assert "13800000000" in client.post(f"{there}{unit.code}/reach/").text
    client.post(
        f"{there}{unit.code}/",
        {"outcome": "CONFIRMED", "minutes": "9", "answer_overall": "very"},
    )

    with scope.whole_city():
        unit.refresh_from_db()
        assert unit.call_back.answers == {"overall": "very"}


def test_everybody_reads_rates_and_nobody_which_sheets(client) -> None:
    found = an_answered_survey(Shape(counties=(430405000000,), drawn=3, per_community=10))
    made = found.samples.get()
    commands.report_integrity(sample_id=made.pk, seed=1, actor=the_office(), at=NINE)
    commands.estimate_sample(sample_id=made.pk, actor=the_office(), at=NINE)
    commands.publish_survey(survey_id=found.pk, actor=the_office(), at=NINE)

    page = client.get(f"/surveys/{found.code}/integrity/")

    assert page.status_code == 200
    assert "/samples/" not in page.text
    client.force_login(a_person("stranger"))
    behind = client.get(f"/surveys/{found.code}/integrity/samples/{made.pk}/STRAIGHT/")
    assert behind.status_code == 404
