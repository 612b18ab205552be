"""Standards: what is refused with its line, what is frozen, who may change what."""

import pytest

from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.inspections import commands, comparing, reading
from xinfeng.inspections.commands.standards import BadStandard
from xinfeng.inspections.models import Standard, StandardState
from xinfeng.journal.models import Entry
from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_grant, a_person
from xinfeng.places.tests.build import NINE, a_city

from .build import PLAIN, a_standard

pytestmark = pytest.mark.django_db


def refused(text: str) -> list[str]:
    with pytest.raises(BadStandard) as error:
        commands.import_standard(text=text, source="small.yaml", actor=None, at=NINE)
    return str(error.value).splitlines()


def line_of(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize(
    ("right", "wrong", "at", "said"),
    [
        ("weight: {station: 60,", "weight: {station: 50,", "projects:", "sum to 90"),
        ("place_seats,", "place_seatz,", "place_seatz", "place_seats"),
        ("kind: binary", "kind: binery", "binery", "binary"),
        ("code: V1-2", "code: V1-1", None, "twice"),
        ("missing: not_known", "missing: guess", "missing: guess", "not_known"),
        ("at_least: 1, every_months: 1", "at_least: 1", "place_monthly_lists", "every_weeks"),
        ("station: 20, institute: 50}", "station: 20}", "place_seats", "institute"),
        ("figure: place_plaque", "figure: volunteers", "volunteers", "per place"),
        ("tiers: [station,", "tiers: [statoin,", "statoin", "station"),
    ],
)
def test_a_wrong_standard_names_the_line_and_what_belongs_there(right, wrong, at, said):
    text = PLAIN.replace(right, wrong)
    assert text != PLAIN
    lines = refused(text)
    assert any(said in line for line in lines), lines
    if at is not None:
        assert any(line.startswith(f"small.yaml:{line_of(text, at)}:") for line in lines)
    assert not Standard.objects.exists()
    assert not Entry.objects.exists()


def test_broken_yaml_is_refused_with_its_line():
    text = PLAIN.replace("title: {zh: 座位, en: Seats}", "title: {zh: 座位, en: Seats")
    (line,) = refused(text)
    assert line.startswith(f"small.yaml:{line_of(text, 'en: Seats') + 1}:")


def test_all_problems_are_said_at_once():
    text = PLAIN.replace("place_seats", "place_seatz").replace("kind: binary", "kind: bin")
    assert len(refused(text)) >= 2


def test_a_draft_may_be_imported_again_and_is_replaced():
    first = a_standard(published=False)
    again = commands.import_standard(
        text=PLAIN.replace("station: 20,", "station: 30,"), source="x", actor=None, at=NINE
    )
    assert again.pk == first.pk
    assert reading.tree_of(again).lines["V1-1"].rule.for_tier("STATION") == {"at_least": 30}


def test_a_published_version_is_frozen():
    standard = a_standard()
    assert a_standard().pk == standard.pk
    with pytest.raises(Refusal, match="copy"):
        commands.import_standard(
            text=PLAIN.replace("station: 20,", "station: 30,"), source="x", actor=None, at=NINE
        )
    with pytest.raises(Refusal, match="copy"):
        commands.rewrite(
            standard_id=standard.pk,
            text=PLAIN.replace("station: 20,", "station: 30,"),
            actor=None,
            at=NINE,
        )
    standard.refresh_from_db()
    assert "station: 20," in standard.document


def test_a_copy_is_a_draft_that_differs_in_its_version_only():
    standard = a_standard()
    copy = commands.copy_draft(standard_id=standard.pk, version="2", actor=None, at=NINE)
    assert copy.state == StandardState.DRAFT
    assert copy.copied_from == standard
    assert copy.digest == standard.digest
    assert comparing.versions(reading.tree_of(standard), reading.tree_of(copy)) == []
    with pytest.raises(Refusal, match="2"):
        commands.copy_draft(standard_id=standard.pk, version="2", actor=None, at=NINE)


def test_the_difference_of_two_versions_names_line_amount_before_and_after():
    standard = a_standard()
    copy = commands.copy_draft(standard_id=standard.pk, version="2", actor=None, at=NINE)
    text = copy.document.replace("station: 20,", "station: 30,")
    copy = commands.rewrite(standard_id=copy.pk, text=text, actor=None, at=NINE)
    (change,) = comparing.versions(reading.tree_of(standard), reading.tree_of(copy))
    assert (change.line, change.what) == ("V1-1", "at_least")
    assert "station 20" in change.before
    assert "station 30" in change.after


def test_a_draft_keeps_its_name_and_version():
    draft = a_standard(published=False)
    with pytest.raises(Refusal, match="another"):
        commands.rewrite(
            standard_id=draft.pk,
            text=PLAIN.replace('version: "1"', 'version: "9"'),
            actor=None,
            at=NINE,
        )


def test_only_the_city_office_keeps_standards():
    city = a_city()
    clerk = a_person("clerk")
    a_grant(clerk, Role.COUNTY_OFFICE, division=city.county)
    with pytest.raises(Forbidden):
        commands.import_standard(text=PLAIN, source="x", actor=clerk, at=NINE)
    head = a_person("head")
    a_grant(head, Role.CITY_OFFICE, division=city.city)
    standard = commands.import_standard(text=PLAIN, source="x", actor=head, at=NINE)
    for forbidden in (
        lambda: commands.publish(standard_id=standard.pk, actor=clerk, at=NINE),
        lambda: commands.copy_draft(standard_id=standard.pk, version="2", actor=clerk, at=NINE),
        lambda: commands.rewrite(standard_id=standard.pk, text=PLAIN, actor=clerk, at=NINE),
        lambda: commands.evaluate(
            standard_id=standard.pk, period="2022Q2", actor=clerk, at=NINE
        ),
    ):
        with pytest.raises(Forbidden):
            forbidden()


def test_publishing_is_journalled_once():
    standard = a_standard()
    commands.publish(standard_id=standard.pk, actor=None, at=NINE)
    assert Entry.objects.filter(verb="standard.published").count() == 1
