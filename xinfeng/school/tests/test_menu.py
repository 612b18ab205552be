"""The course menu, its materials, and what stations ask for."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from xinfeng.base.pack import PackError
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_keeper, a_person, an_office
from xinfeng.places.tests.build import NINE, a_city, a_place
from xinfeng.school import commands, handouts, menu
from xinfeng.school.commands import NewCourse
from xinfeng.school.models import (
    ClassRequest,
    Course,
    Field,
    Material,
    MaterialFile,
    Series,
    Timetable,
)

from .build import (
    MONDAY,
    a_class,
    a_course,
    a_field,
    a_request,
    a_timetable,
    a_wish,
    fresh,
    the_keeper,
    the_office,
)

pytestmark = pytest.mark.django_db
HENGYANG = settings.ROOT / "cities" / "hengyang"
TINY = settings.ROOT / "tests" / "cities" / "tiny"
PDF = b"%PDF-1.7 handout"


def a_new_course(**more):
    fields = {
        "code": "NEW", "field_id": a_field().pk, "title": "太极拳", "outline": "二十四式",
        "sessions": 4, "minutes": 60, "division_id": a_city().county.pk,
    } | more  # fmt: skip
    return NewCourse(**fields)


def offer(actor, **more):
    return commands.offer_course(new=a_new_course(**more), actor=actor, at=NINE)


# The pack


def test_the_city_offers_forty_courses_in_seven_fields():
    city = menu.load(HENGYANG)

    assert (len(city.fields), len(city.courses) >= 40) == (7, True)
    assert {
        "八段锦",
        "智能手机使用",
        "民法典与生活",
        "衡阳渔鼓",
        "剪纸",
        "短视频制作",
        "急救知识",
    } <= {course.title for course in city.courses}
    assert {course.field for course in city.courses} == {field.code for field in city.fields}


def test_bringing_the_menu_twice_adds_it_once():
    a_city()

    added = [commands.bring_menu(at=NINE) for _time in range(2)]

    assert added == [Course.objects.count(), 0]
    assert Field.objects.count() == 7
    assert Series.objects.filter(is_topic=True).exists()
    assert Entry.objects.filter(verb="menu.brought").count() == 1


def test_all_that_is_wrong_in_the_menu_is_told_at_once(tmp_path):
    for file in TINY.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / menu.FILE).write_text(
        "fields:\n"
        "  - {code: law, name: 法律, category: nothing}\n"
        "courses:\n"
        "  - {code: a, field: nowhere, title: 甲, outline: 甲, sessions: 1, minutes: 60}\n"
        "  - {code: b, field: law, title: 乙, outline: 乙, sessions: 0, minutes: 60}\n",
        encoding="utf-8",
    )

    with pytest.raises(PackError) as wrong:
        menu.load(Path(tmp_path))

    lines = [problem.split(":")[1] for problem in wrong.value.problems]
    assert lines == ["2", "4", "5"]


# Courses


def test_an_office_offers_a_course_of_its_area():
    clerk = an_office(a_city().county)

    course = offer(clerk)

    assert offer(clerk) == course
    assert (course.title, course.division_id) == ("太极拳", a_city().county.pk)


def test_nobody_offers_courses_beyond_their_area():
    for other in (an_office(a_city().township), a_person("mei"), the_keeper(a_place())):
        with pytest.raises(Forbidden):
            offer(other)


@pytest.mark.parametrize(
    ("code", "lie"),
    [
        ("course_words", {"title": " "}),
        ("course_length", {"sessions": 31}),
        ("course_length", {"minutes": 20}),
        ("qualification_unknown", {"qualifications": ("wizard",)}),
    ],
)
def test_an_impossible_course_is_refused(code, lie):
    with pytest.raises(Refusal) as refusal:
        offer(the_office(), **lie)

    assert refusal.value.code == code


def test_a_course_taken_off_is_not_asked_for_and_comes_back_renewed():
    course, place = a_course(), a_place()
    commands.withdraw_course(course_id=course.pk, actor=the_office(), at=NINE)

    with pytest.raises(Unknown):
        a_request(place)
    commands.renew_course(
        course_id=course.pk, new=a_new_course(sessions=2), actor=the_office(), at=NINE
    )

    assert (fresh(course).is_active, fresh(course).sessions) == (True, 2)
    assert a_request(place).state == "ASKED"


def test_a_course_of_one_county_is_not_on_the_menu_of_another():
    course = offer(the_office(), division_id=a_city().other_county.pk)

    with pytest.raises(Unknown):
        a_request(course_id=course.pk)


# Materials


def add(course, actor, content=PDF, title="讲义", code="M1"):
    return commands.add_material(
        course_id=course.pk, code=code, title=title, content=content, actor=actor, at=NINE
    )


def an_office_file(*parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for part in parts:
            file.writestr(part, "x")
    return made.getvalue()


def test_the_same_file_stands_once():
    course = a_course()

    first = add(course, the_office())

    assert add(course, the_office(), code="M2") == first
    assert (first.media_type, first.size) == ("application/pdf", len(PDF))


def test_a_lecturer_of_the_course_hands_in_and_another_does_not():
    made = a_class(state="CONFIRMED")

    assert add(made.course, made.lecturer.person).pk
    with pytest.raises(Forbidden):
        add(made.course, a_person("x"), PDF + b"2", code="M2")


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("material_empty", b""),
        ("material_kind", b"MZ a program"),
        ("material_kind", an_office_file("anything.txt")),
        ("material_kind", b"PK\x03\x04 broken"),
        ("material_macros", an_office_file("word/document.xml", "word/vbaProject.bin")),
        ("material_large", b"%PDF-" + bytes(Material.MOST_BYTES)),
    ],
    ids=["empty", "program", "zip", "broken", "macros", "large"],
)
def test_what_is_no_handout_is_refused(code, content):
    with pytest.raises(Refusal) as refusal:
        handouts.media_type_of(content)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("part", "ending"),
    [
        ("word/document.xml", "docx"),
        ("ppt/presentation.xml", "pptx"),
        ("xl/workbook.xml", "xlsx"),
    ],
)
def test_office_files_are_known_by_what_they_hold(part, ending):
    kind = handouts.media_type_of(an_office_file("[Content_Types].xml", part))

    assert Material(media_type=kind).extension == ending


def test_a_material_removed_is_gone_with_its_bytes():
    material = add(a_course(), the_office())

    for _time in range(2):
        commands.remove_material(material_id=material.pk, actor=the_office(), at=NINE)

    assert not MaterialFile.objects.exists()
    assert Entry.objects.filter(verb="material.removed").count() == 1


# What stations ask for


def test_a_keeper_asks_for_their_own_place():
    place = a_place()
    new = a_wish(place)

    first = commands.request_class(new=new, actor=the_keeper(place), at=NINE)

    assert commands.request_class(new=new, actor=the_keeper(place), at=NINE) == first
    assert (first.state, first.wished_from) == ("ASKED", MONDAY)


def test_nobody_asks_for_the_place_of_another():
    place, other = a_place(), a_place(division=a_city().other_village)

    for stranger in (
        a_keeper(other, "other"),
        an_office(a_city().other_township),
        a_person("x"),
    ):
        with pytest.raises(Forbidden):
            commands.request_class(new=a_wish(place), actor=stranger, at=NINE)


@pytest.mark.parametrize(
    ("code", "lie"),
    [
        ("week_over", {"wished_from": MONDAY - timedelta(weeks=2)}),
        ("evenings_needed", {"evenings": 0}),
        ("begins", {"begins_minute": 5 * 60}),
        ("heads", {"heads": 0}),
        ("room_needed", {"room": " "}),
    ],
)
def test_an_impossible_wish_is_refused(code, lie):
    with pytest.raises(Refusal) as refusal:
        a_request(**lie)

    assert refusal.value.code == code


def test_an_office_refuses_with_a_reason_and_the_keeper_cannot():
    wanted = a_request()
    refusing = {"request_id": wanted.pk, "at": NINE}

    with pytest.raises(Forbidden):
        commands.refuse_request(reason="不行", actor=the_keeper(wanted.place), **refusing)
    with pytest.raises(Refusal, match="原因"):
        commands.refuse_request(reason="", actor=the_office(), **refusing)
    commands.refuse_request(reason="经费不足", actor=the_office(), **refusing)

    assert (fresh(wanted).state, fresh(wanted).reason) == ("REFUSED", "经费不足")


# What the database itself refuses


def broken(row, lie):
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**lie)


@pytest.mark.parametrize(
    "lie",
    [
        {"evenings": 0}, {"evenings": 128}, {"heads": 0}, {"begins_minute": 359},
        {"wished_from": MONDAY + timedelta(days=1)}, {"state": "UNPLACED"},
        {"why": "NOBODY_FREE"}, {"state": "SERVED"}, {"closed_at": NINE},
        {"state": "REFUSED", "closed_at": NINE}, {"state": "INVENTED"},
    ],
)  # fmt: skip
def test_a_request_is_possible(lie):
    broken(a_request(), lie)
    assert ClassRequest.objects.count() == 1


@pytest.mark.parametrize(
    "lie",
    [
        {"first_week": MONDAY + timedelta(days=1)}, {"weeks": 0}, {"weeks": 27},
        {"progress": 101}, {"placed": 1}, {"state": "DRAFT"}, {"published_at": NINE},
        {"state": "INVENTED"},
    ],
)  # fmt: skip
def test_a_timetable_is_possible(lie):
    broken(a_timetable(work=False), lie)
    assert Timetable.objects.count() == 1


@pytest.mark.parametrize(
    "lie", [{"sessions": 0}, {"sessions": 31}, {"minutes": 29}, {"minutes": 181}]
)
def test_a_course_is_possible(lie):
    broken(a_course(), lie)


def test_a_series_ends_after_it_starts():
    a_city()
    commands.bring_menu(at=NINE)
    series = Series.objects.order_by("pk")[0]

    broken(series, {"ends_on": series.starts_on})


def test_a_material_has_a_size():
    material = add(a_course(), the_office())

    broken(material, {"size": 0})
    broken(material, {"size": Material.MOST_BYTES + 1})
