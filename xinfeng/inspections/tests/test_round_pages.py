"""The pages of a round: blind until it is over, and then open to whoever asks."""

from io import BytesIO

import pytest
from django.conf import settings
from django.urls import reverse
from docx import Document
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from xinfeng.base import scope
from xinfeng.inspections import commands
from xinfeng.inspections.models import Reading, Round, RoundPoint
from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_grant, a_person, everyone
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import NINE, a_city, a_place
from xinfeng.units.models import Unit
from xinfeng.units.tests.build import a_member

from .rounds_build import (
    a_drawn_round,
    a_round,
    a_scored_round,
    a_standard_of_points,
    an_inspector,
    an_open_round,
    points_of,
    read_all,
    some_points,
    the_office,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_day(monkeypatch):
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: NINE)
    some_points()


def at(name: str, found: Round, *more: object) -> str:
    return reverse(f"inspections:{name}", args=[found.code, *more])


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def as_(client, person):
    client.force_login(person)
    return client


# Everything that tells of a round's points or days before it is over.
SECRETS = (
    "round",
    "round_points",
    "round_frame",
    "round_result",
    "round_what_if",
    "round_mine",
)


def secrets_of(found: Round) -> list[str]:
    point = points_of(found)[0]
    code = Unit.objects.get(pk=point.unit_id).code
    return [
        *(at(name, found) for name in SECRETS),
        at("round_point", found, point.pk),
        at("round_unit", found, code),
        at("round_questions", found, code, "xlsx"),
        at("round_ranking", found),
        at("round_brief", found),
    ]


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.CITY_OFFICE])
def test_before_the_end_nobody_of_the_assessed_city_sees_points_or_days(client, role):
    opened = an_open_round()
    as_(client, everyone(a_place())[role])

    for address in secrets_of(opened):
        assert client.get(address).status_code in (403, 404), address
    for address in (reverse("inspections:rounds"), at("round_proof", opened)):
        page = text_of(client.get(address))
        assert opened.name not in page
        assert opened.secret not in page
        assert opened.dice not in page
        assert not any(point.point.code in page for point in points_of(opened))


def test_an_office_that_acts_for_a_unit_is_as_blind_as_the_unit(client):
    opened = an_open_round()
    clerk = a_person("clerk", division=a_city().city)
    a_grant(clerk, Role.CITY_OFFICE, division=a_city().city)
    as_(client, clerk)
    assert client.get(at("round_points", opened)).status_code == 200

    a_member(clerk, Unit.objects.order_by("pk").first())

    for address in secrets_of(opened):
        assert client.get(address).status_code in (403, 404), address


def test_an_inspector_sees_the_own_way_and_no_other(client):
    opened = an_open_round()
    mine = points_of(opened)[0]
    lan = mine.person
    as_(client, lan)

    page = text_of(client.get(at("round_mine", opened)))

    for point in points_of(opened):
        assert (f">{point.point.code} ·" in page) == (point.person_id == lan.pk)
    assert opened.name in text_of(client.get(reverse("inspections:rounds")))
    assert client.get(at("round_points", opened)).status_code == 404


def test_a_round_is_planned_drawn_shared_out_opened_closed_scored_and_published(client):
    standard = a_standard_of_points()
    people = [an_inspector("lan"), an_inspector("feng")]
    as_(client, the_office())
    plan = reverse("inspections:round_plan")
    text_of(client.get(plan))
    sent = {
        "name": "第一轮测评", "standard": standard.pk, "since": "2022-07-17",
        "until": "2022-07-24", "size": 500, "least": 1, "cycle_year": "1",
    }  # fmt: skip
    assert "24" in text_of(client.post(plan, sent))
    assert client.post(plan, sent | {"size": 12}).status_code == 302
    made = Round.objects.get()
    assert made.cycle_year == 1

    def go_on(name: str, *more: object, **given: object) -> str:
        answer = client.post(at(name, made, *more), given, follow=True)
        made.refresh_from_db()
        return text_of(answer)

    go_on("round_draw", dice="3 4")
    assert made.state == "DRAWN"
    go_on("round_inspectors", people=[person.pk for person in people])
    commands.find_ways(round_id=made.pk, at=NINE)
    assert "feng" in text_of(client.get(at("round", made)))
    go_on("round_step", "opening")
    assert "12" in text_of(client.get(at("round", made)))
    read_all(made, met=lambda point, line: line != "I-1-1")
    go_on("round_step", "closing")
    go_on("round_step", "score")
    assert client.get(at("round_result", made)).status_code == 200
    client.logout()
    assert client.get(at("round_result", made)).status_code == 404
    as_(client, the_office())
    go_on("round_step", "publication")
    assert made.state == "PUBLISHED"
    client.logout()
    assert "第一轮测评" in text_of(client.get(at("round_result", made)))


def published(**more) -> Round:
    scored = a_scored_round(met=lambda point, line: line != "I-1-1", **more)
    return commands.publish_round(round_id=scored.pk, actor=the_office(), at=NINE)


def test_the_result_says_ties_and_what_is_not_known_in_words(client):
    found = published()

    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = text_of(client.get(at("round_result", found)))

    assert "overlap" in page
    assert "40 of 100 are known" in page
    assert "tied with" in page
    assert "Korn and Graubard" in page
    assert page.count('class="bar span"') >= 4


def test_a_unit_sees_its_questions_and_takes_them_away_as_excel_and_word(client):
    found = published()
    unit = Unit.objects.order_by("pk").first()
    member = a_person("member")
    a_member(member, unit)
    as_(client, member)

    assert "I-1-1" in text_of(client.get(at("round_unit", found, unit.code)))
    sheet = client.get(at("round_questions", found, unit.code, "xlsx"))
    rows = CalamineWorkbook.from_filelike(BytesIO(sheet.content)).get_sheet_by_index(0)
    cells = rows.to_python()
    with scope.whole_city():
        mine = RoundPoint.objects.filter(round=found, unit=unit).count()
    assert [row[3] for row in cells[2:]] == ["I-1-1"] * mine
    letter = client.get(at("round_questions", found, unit.code, "docx"))
    table = Document(BytesIO(letter.content)).tables[0]
    assert len(table.rows) == mine + 1
    assert "清扫保洁" in table.rows[1].cells[4].text
    as_(client, a_person("stranger"))
    assert client.get(at("round_questions", found, unit.code, "xlsx")).status_code == 404


def test_everybody_sees_a_units_result_by_line_and_only_those_who_work_which_point(client):
    found = published()
    unit = Unit.objects.order_by("pk").first()
    with scope.whole_city():
        mine = RoundPoint.objects.filter(round=found, unit=unit).select_related("point")
        names = [each.point.name for each in mine]

    page = text_of(client.get(at("round_unit", found, unit.code)))

    assert "I-1-1" in page
    assert f"应测 {len(names)} 项" in page
    assert not any(name in page for name in names)
    as_(client, the_office())
    assert names[0] in text_of(client.get(at("round_unit", found, unit.code)))


def test_the_ranking_sheet_and_the_brief_say_what_the_page_says(client):
    found = published()

    sheet = client.get(at("round_ranking", found))
    book = CalamineWorkbook.from_filelike(BytesIO(sheet.content))
    assert book.sheet_names == ["责任单位", "县（市、区）", "点位类型", "测评条目"]
    assert "不分先后" in book.get_sheet_by_index(0).to_python()[2][11]
    brief = client.get(at("round_brief", found))
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(brief.content)).pages)
    assert "第一轮测评简报" in words
    assert "不分先后" in words
    assert len(PdfReader(BytesIO(brief.content)).pages) <= 2


def test_what_to_mend_first_names_the_lines_and_proves_that_nothing_beats_them(client):
    found = published()
    as_(client, the_office())
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = text_of(client.get(at("round_what_if", found), {"hours": 3}))

    assert "this is proven" in page
    assert page.count("I-1-1") == 3
    assert "of 3 given" in page
    text_of(client.get(at("round_what_if", found), {"hours": "many", "unit": "?"}))


def test_when_it_is_over_the_proof_has_everything_to_repeat_the_draw(client):
    found = published()

    page = text_of(client.get(at("round_proof", found)))

    assert found.secret in page
    assert found.dice in page
    assert all(point.point.code in page for point in points_of(found))
    assert client.get(at("round_frame", found)).content.decode() == found.frame


def test_steps_out_of_turn_are_refused_and_nobody_else_takes_them(client):
    planned = a_round()
    as_(client, the_office())
    assert client.post(at("round_step", planned, "score")).status_code == 409
    assert client.post(at("round_step", planned, "nonsense")).status_code == 404
    as_(client, everyone(a_place())[Role.COUNTY_OFFICE])
    for name, more in (
        ("round_step", ["opening"]),
        ("round_draw", []),
        ("round_inspectors", []),
    ):
        assert client.post(at(name, planned, *more)).status_code == 404
    planned.refresh_from_db()
    assert planned.state == "PLANNED"


def test_a_point_is_replaced_on_its_page(client):
    drawn = a_drawn_round()
    point = points_of(drawn)[0]
    as_(client, the_office())

    text_of(client.get(at("round_point", drawn, point.pk)))
    answer = client.post(at("round_replace", drawn, point.pk), {"why": "GONE"}, follow=True)

    assert point.point.code in text_of(answer)
    assert client.post(at("round_replace", drawn, point.pk), {"why": "x"}).status_code == 409


def test_lists_of_rounds_and_points_need_few_queries(client):
    opened = an_open_round(size=20)
    as_(client, the_office())
    for address in (
        reverse("inspections:rounds"),
        at("round", opened),
        at("round_points", opened),
        at("round_points", opened) + "?state=TO_VISIT",
    ):
        client.get(address)
        with at_most(24):
            text_of(client.get(address))


def test_an_inspector_reads_a_point_on_a_phone_and_corrects_it(client):
    opened = an_open_round()
    point = next(p for p in points_of(opened) if p.type == "farm-market")
    as_(client, point.person)
    address = at("round_visit", opened, point.pk)
    page = text_of(client.get(address))
    assert page.count('name="verdict') == 4
    assert page.count('name="value') == 1

    # Lines of a farm market: I-1-1, I-1-2, I-2-1 by verdict, I-2-2 counted.
    sent = {"verdict0": "NOT_MET", "note0": "门口积水", "verdict1": "MET", "value3": "2"}
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    with scope.whole_city():
        told = {each.line: each for each in Reading.objects.order_by("pk")}
    assert len(told) == 3
    assert (told["I-1-1"].verdict, told["I-1-1"].note) == ("NOT_MET", "门口积水")
    assert (told["I-2-2"].verdict, told["I-2-2"].value) == ("MET", 2)
    client.post(address, {"verdict0": "MET"})
    with scope.whole_city():
        assert Reading.objects.filter(line="I-1-1").count() == 2
    assert client.post(address, {"value3": "-1"}).status_code == 200


def test_nobody_reads_a_point_of_somebody_else_or_before_the_field_is_open(client):
    drawn, stranger = an_open_round(), an_inspector("stranger")
    point = points_of(drawn)[0]
    for person in (stranger, the_office()):
        as_(client, person)
        address = at("round_visit", drawn, point.pk)
        assert client.get(address).status_code == 404
        assert client.post(address, {"verdict0": "MET"}).status_code == 404
