"""Rules over every address: the anonymous are kept out, and no page breaks for anybody."""

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from xinfeng.activities.models import Programme, Project
from xinfeng.activities.tests.build import a_shift
from xinfeng.base import clock
from xinfeng.dispatch.tests.build import an_item
from xinfeng.dispatch.tests.desk_build import an_order
from xinfeng.fieldwork.tests.build import a_version
from xinfeng.filing.tests.build import a_task
from xinfeng.findings.tests.build import a_finding
from xinfeng.insight import commands as insight
from xinfeng.insight.published import published
from xinfeng.inspections import commands as inspections
from xinfeng.inspections.models import Filing, Standard
from xinfeng.inspections.tests.build import PLAIN, a_standard
from xinfeng.inspections.tests.rounds_build import a_published_round, an_inspector, some_points
from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_person, everyone
from xinfeng.places.models import Facility, Place, Sheet
from xinfeng.places.tests.build import CITY, LONG_AGO, NINE, TODAY, a_place
from xinfeng.points.tests.build import a_merchant, a_reward
from xinfeng.school.tests.build import a_class, a_timetable
from xinfeng.surveys.tests.answered import a_published_survey
from xinfeng.teams.tests.build import a_team

from .public_urls import PUBLIC

pytestmark = pytest.mark.django_db

FOLDERS = ("LOG_FOLDER", "FILES_FOLDER")


def addresses(
    patterns: list[URLPattern | URLResolver], space: str = ""
) -> Iterator[tuple[str, list[str]]]:
    """Every named address with the names of its parameters."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, inner)
        elif pattern.name:
            yield space + pattern.name, list(pattern.pattern.regex.groupindex)


ALL = sorted(addresses(get_resolver().url_patterns))


@pytest.fixture(scope="module")
def city_of_all(django_db_setup, django_db_blocker, tmp_path_factory):
    """The city, its log and its files, built once: an open transaction that every test,
    itself rolled back to a savepoint, finds as it was."""
    folder = tmp_path_factory.mktemp("city")
    with pytest.MonkeyPatch.context() as during, django_db_blocker.unblock():
        during.setattr(clock, "now", lambda: NINE)
        for name in FOLDERS:
            during.setattr(settings, name, folder / name)
        building = transaction.atomic()
        building.__enter__()
        built = a_city()
    yield built, folder
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        building.__exit__(None, None, None)


@pytest.fixture
def city(city_of_all, db, monkeypatch):
    """One of everything that an address can name, in log and files too."""
    monkeypatch.setattr(clock, "now", lambda: NINE)
    built, folder = city_of_all
    for name in FOLDERS:
        if (folder / name).exists():
            shutil.copytree(folder / name, getattr(settings, name), dirs_exist_ok=True)
    return built


def a_city():
    place = a_place()
    hall = Facility.objects.create(place=place, kind="HALL", seats=30, starts_on=LONG_AGO)
    standard = a_standard(PLAIN.replace("name: small", "name: five-haves"))
    evaluation = inspections.evaluate(
        standard_id=standard.pk, period="2022Q2", actor=None, at=NINE
    )
    filing = Filing.objects.create(
        place=place, item="BUDGET", on=TODAY, filed_at=NINE, valid_until="2023-01-01"
    )
    shift, team = a_shift(leader=a_person("leader")), a_team()
    programme = Programme.objects.create(code="act", name="衡阳群众在行动")
    project = Project.objects.create(place=place, name="银龄课堂", starts_on=LONG_AGO)
    sheet = Sheet.objects.create(name="a.csv", content=b"x", digest="0" * 64, added_at=NINE)
    shop = a_merchant(code="SHOP")
    reward = a_reward(shop, code="SHOP")
    item = an_item()
    task = a_task()
    night_class, plan = a_class(state="PUBLISHED"), a_timetable(work=False)
    some_points()
    version = a_version()
    finding = a_finding(found_by_id=None)
    # In this world the school has a 兰 of its own.
    round_ = a_published_round(inspectors=[an_inspector("su"), an_inspector("feng")])
    survey = a_published_survey()
    insight.rebuild(names=published().names, as_of=TODAY, at=NINE)
    return {
        "place": place,
        "values": {
            "places": {"code": place.code, "sheet_id": sheet.pk, "facility_id": hall.pk},
            "hours": {"code": team.code},
            "teams": {"code": team.code, "batch_code": "NONE", "invitation_id": 1},
            "people": {
                "code": "registration-2022", "kind": "location",
                "person_id": shift.activity.leader_id,
            },
            "activities": {
                "code": shift.activity.code, "shift_id": shift.pk, "project_id": project.pk,
                "programme_code": programme.code, "calendar_pass": "NONE.NONE",
                "place_code": place.code,
            },
            "points": {"code": reward.code, "redemption_id": 1},
            "dispatch": {"code": an_order().code, "item_code": item.code},
            "school": {
                "class_code": night_class.code, "course_code": night_class.course.code,
                "request_code": night_class.request.code, "place_code": place.code,
                "lecturer_code": night_class.lecturer.code, "division_code": CITY,
                "session_id": night_class.sessions.order_by("number").first().pk,
                "timetable_code": plan.code, "material_code": "NONE",
            },
            "answer": {"code": "NONE", "open_code": "NONE", "survey_code": survey.code},
            "surveys": {
                "survey_code": survey.code, "sample_id": survey.samples.get().pk, "run_id": 1,
                "code": "residents", "number": 1, "block": "living", "question": "estate",
                "scale": "satisfaction",
                "kind": "IDENTICAL", "unit_code": "NONE",
                "response_id": survey.samples.get().responses.first().pk,
                "step": "opening", "sheet_code": "NONE", "frame_code": "NONE",
            },
            "units": {
                "code": "U001", "point_code": "P001", "sheet_id": 1, "member_id": 1,
                "verb": "suspension", "kind": "units",
            },
            "snap": {"kind": "litter", "key": "NONE.NONE", "file_id": 1},
            # Nobody has set up this phone: the protocol answers so.
            "fieldwork": {
                "token": "NONE", "version_id": version.pk, "media_id": 1, "form_id": "market",
                "verb": "closing", "submission_id": 1, "file_id": 1, "device_id": 1,
                "person_id": version.form.created_by_id,
            },
            "findings": {
                "code": finding.code, "file_id": 1, "how": "grant", "verb": "order",
                "program_code": "NONE", "sheet_code": "NONE", "endpoint": "none",
            },
            "open311": {"code": "litter", "number": "NONE", "token": "NONE", "rest": "x"},
            "filing": {
                "name": task.standard.name, "version": task.standard.version,
                "task_id": task.pk,
            },
            "insight": {"code": CITY, "name": "places"},
            "inspections": {
                "name": standard.name, "version": standard.version, "period": "2022Q2",
                "code": "V1-1", "pk": evaluation.pk, "filing_id": filing.pk,
                "place_code": place.code, "round_code": round_.code, "step": "opening",
                "unit_code": "U001", "kind": "xlsx", "point_id": 1,
            },
        },
    }  # fmt: skip


def address_of(city, name: str, parameters: list[str]) -> str:
    known = city["values"].get(name.partition(":")[0], {})
    filled = {p: known.get(p, "opening" if p == "verb" else 1) for p in parameters}
    return reverse(name, kwargs=filled)


def test_the_list_of_public_pages_names_nothing_that_is_gone():
    assert {name for name, _ in ALL} >= PUBLIC


@pytest.mark.parametrize(("name", "parameters"), ALL, ids=[name for name, _ in ALL])
def test_the_anonymous_are_kept_out_unless_a_page_is_public(client, city, name, parameters):
    address = address_of(city, name, parameters)
    for ask in (client.get, client.post):
        answer = ask(address)
        assert answer.status_code < 500
        # One address of the interface serves several operations: tests/test_api.py asks each.
        if name not in PUBLIC and not name.startswith("api:"):
            sent_away = answer.status_code == 302 and "/sign-in/" in answer["Location"]
            refused = {401, 403, 404, 405}
            # Browsers do not speak the protocol of phones.
            refused |= {400} if name.startswith("fieldwork:") else set()
            assert sent_away or answer.status_code in refused, answer.status_code


@pytest.mark.parametrize("role", list(Role.values))
def test_no_page_breaks_for_any_role(client, city, role):
    client.force_login(everyone(city["place"])[role])
    broken = {}
    for name, parameters in ALL:
        if name == "account_logout":
            continue
        for query in ({}, {"after": "x", "within": "y", "period": "?", "as_of": "z"}):
            status = client.get(address_of(city, name, parameters), query).status_code
            if status >= 500:
                broken[name] = status
    assert broken == {}


def test_nobody_but_offices_and_the_keeper_writes_about_a_place(client, city):
    place = city["place"]
    before = list(Place.objects.values_list("state", "name"))
    filings, standards = Filing.objects.count(), Standard.objects.count()
    cast = everyone(place)
    writers = {"CITY_OFFICE", "COUNTY_OFFICE", "TOWNSHIP", "KEEPER"}
    for role in Role.values:
        if role in writers:
            continue
        client.force_login(cast[role])
        for name, parameters in ALL:
            if name.partition(":")[0] in {"places", "inspections"}:
                client.post(address_of(city, name, parameters), {"item": "BUDGET", "on": TODAY})
    assert list(Place.objects.values_list("state", "name")) == before
    assert (Filing.objects.count(), Standard.objects.count()) == (filings, standards)
