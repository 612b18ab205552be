"""A round's checklists become forms, once for each version of its standard."""

import pytest

from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.fieldwork.models import Form, FormVersion
from xinfeng.inspections import commands, jobs, queries
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.units.tests.build import a_type

from .build import a_standard
from .rounds_build import TEXT, a_drawn_round, a_round, some_points, the_office

pytestmark = pytest.mark.django_db
# What is read at points of the tiny standard, of the types that are registered.
TYPES = {"farm-market", "community", "main-street"}


@pytest.fixture(autouse=True)
def _points(db, monkeypatch):
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: NINE)
    some_points()


def published(found) -> int:
    return commands.publish_forms(round_id=found.pk, actor=the_office(), at=NINE)


def test_each_type_that_is_read_gets_a_form_of_its_own():
    a_type("no-lines", name="没有检查项")

    assert published(a_round()) == len(TYPES)

    forms = Form.objects.order_by("form_id")
    assert [form.form_id for form in forms] == sorted(f"tiny-city.{code}" for code in TYPES)
    assert {(form.subject, form.owner_id) for form in forms} == {("point", a_city().city.pk)}
    assert {each.version for each in FormVersion.objects.offered()} == {"1"}


def test_a_form_asks_what_the_standard_reads_there():
    published(a_round())

    version = FormVersion.objects.get(form__form_id="tiny-city.farm-market")
    asked = {each["name"]: each for each in version.questions["questions"]}

    lines = [each["line"] for each in asked.values() if "line" in each]
    assert lines == ["I-1-1", "I-1-2", "I-2-1", "I-2-2"]
    assert asked["l_I_1_1"]["group"] == {"zh": "环境卫生", "en": "Cleanliness"}
    assert asked["l_I_1_1_photo"]["required"]
    assert not asked["l_I_2_2_photo"].get("required")
    assert asked["l_I_2_2_value"]["type"] == "integer"
    assert {"round_code", "point_code", "place"} <= asked.keys()


def test_published_again_nothing_is_added():
    found = a_round()
    published(found)
    before = list(FormVersion.objects.values_list("pk", "published_at").order_by("pk"))

    assert published(found) == 0

    assert list(FormVersion.objects.values_list("pk", "published_at").order_by("pk")) == before
    assert Entry.objects.filter(verb="round.forms_published").count() == 1


def test_a_new_version_of_the_standard_is_a_new_version_of_the_forms():
    published(a_round())
    newer = a_standard(TEXT.replace('version: "1"', 'version: "2"'))
    published(a_round("R2", standard_id=newer.pk))

    assert Form.objects.count() == len(TYPES)
    assert {each.version for each in FormVersion.objects.offered()} == {"2"}
    # Phones that still hold the old one are listened to.
    assert FormVersion.objects.filter(version="1", state="PUBLISHED").count() == len(TYPES)


def test_a_version_that_somebody_closed_stays_closed():
    found = a_round()
    published(found)
    FormVersion.objects.filter(form__form_id="tiny-city.community").update(
        state="CLOSED", closed_at=NINE
    )

    assert published(found) == 0
    assert FormVersion.objects.filter(state="CLOSED").count() == 1


def test_only_whoever_holds_the_round_publishes_its_checklists():
    found = a_round()

    with pytest.raises(Forbidden):
        commands.publish_forms(round_id=found.pk, actor=a_person("stranger"), at=NINE)
    assert not Form.objects.exists()


def test_a_round_that_is_called_off_needs_no_checklists():
    found = a_drawn_round()
    commands.call_off_round(round_id=found.pk, actor=the_office(), at=NINE)

    with pytest.raises(Refusal) as refused:
        published(found)
    assert refused.value.code == "round_is_over"


def test_the_job_publishes_for_whoever_named_the_inspectors():
    found = a_round()

    jobs.publish_forms(round_id=found.pk, person_id=the_office().pk)

    assert all(each.is_out for each in queries.forms_of(found.standard))


def test_the_page_of_a_round_shows_what_is_out_and_publishes_the_rest(client):
    found, office = a_round(), the_office()
    client.force_login(office)
    before = client.get(f"/rounds/{found.code}/").content.decode()

    answer = client.post(f"/rounds/{found.code}/forms/", follow=True)

    button = f'action="/rounds/{found.code}/forms/"'
    assert button in before
    assert answer.status_code == 200
    assert button not in answer.content.decode()


def test_a_job_that_comes_after_the_end_has_nothing_to_do():
    found = a_drawn_round()
    commands.call_off_round(round_id=found.pk, actor=the_office(), at=NINE)

    jobs.publish_forms(round_id=found.pk, person_id=the_office().pk)

    assert not Form.objects.exists()
