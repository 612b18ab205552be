"""A module beside the projects (minors: gate 85, 20 percent) is scored apart."""

import pytest
from django.urls import reverse

from xinfeng.base import scope
from xinfeng.filing.queries import city_standing
from xinfeng.filing.scoring import Gate
from xinfeng.inspections import queries, reporting
from xinfeng.inspections.models import RoundScore
from xinfeng.inspections.tests.build import a_standard
from xinfeng.inspections.tests.rounds_build import (
    TEXT,
    TODAY,
    a_scored_round,
    some_points,
    the_office,
)
from xinfeng.inspections.tree import Method

pytestmark = pytest.mark.django_db
MINORS = (
    TEXT.replace("name: tiny-city", "name: tiny-minors")
    + """
modules:
  - code: M
    title: {zh: 未成年人模块, en: Minors}
    gate: 85
    share: 20
    contents:
      - code: M1
        title: {zh: 社会环境, en: Surroundings}
        lines:
          - code: M1-1
            title: {zh: 有活动场所, en: A room for minors}
            mend: {zh: 开放, en: Open it}
            method: field
            weight: 8
            points: [community]
            effort_minutes: 10
"""
)


@pytest.fixture
def scored(db):
    """Everything is met but the line of the module."""
    some_points()
    standard = a_standard(MINORS)
    return a_scored_round(
        standard_id=standard.pk, size=12, met=lambda point, line: line != "M1-1"
    )


def score(found, scope_of: str, key: str = "") -> RoundScore:
    return RoundScore.objects.get(round=found, scope=scope_of, key=key)


def test_the_field_score_does_not_know_the_module_and_the_module_has_its_own(scored):
    assert score(scored, "ROUND").score_e4 == 10_000
    assert score(scored, "METHOD", "field").score_e4 == 10_000
    areas = RoundScore.objects.filter(round=scored, scope="AREA")
    assert {row.score_e4 for row in areas} == {10_000}
    module = score(scored, "MODULE", "M")
    assert (module.score_e4, module.met) == (0, 0)
    assert module.known == score(scored, "LINE", "M1-1").known > 0


def test_what_to_mend_first_weighs_no_line_of_a_module_and_counts_them(scored):
    with scope.whole_city():
        plan = queries.what_if(scored, 10_000)

    assert (plan.open, plan.chosen) == (0, [])
    assert plan.apart == score(scored, "MODULE", "M").known


def test_the_city_stands_with_the_module_apart_and_its_gate_missed(scored):
    scored.state = "PUBLISHED"
    scored.published_at = scored.scored_at
    scored.save(update_fields=["state", "published_at"])

    found, _round = city_standing(scored.standard, TODAY)

    assert found.modules[0].gate is Gate.MISSED
    assert found.modules[0].reached.got == 0
    field = next(each for each in found.methods if each.method is Method.FIELD)
    assert field.reached.got == field.reached.known
    # The methods share out the 80 percent that are not the module's.
    assert found.whole.got == field.reached.got * 80 / 100


def test_page_and_sheet_show_the_module_by_itself(scored, client, monkeypatch):
    client.force_login(the_office())

    page = client.get(reverse("inspections:round_result", args=[scored.code])).content.decode()

    assert "未成年人模块" in page
    outcome = queries.outcome_of(scored)
    assert [each.key for each in outcome.modules] == ["M"]
    assert reporting.ranking_sheet(scored, outcome)
