"""Matters of the hotline come in as a table: looked through first, then all or nothing."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from xinfeng.base import clock, scope
from xinfeng.base.codes import Level
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.findings import commands
from xinfeng.findings.commands.hotline import content_of
from xinfeng.findings.hotline import reading
from xinfeng.findings.models import (
    Finding,
    HotlineSheet,
    HotlineTicket,
    HotlineWord,
    Source,
    State,
)
from xinfeng.journal.models import Entry
from xinfeng.people.models import Contact
from xinfeng.people.permissions import OFFICES
from xinfeng.people.queries import standing_of
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.models import Division
from xinfeng.places.tests.build import LONG_AGO, a_city

from .build import (
    HOUR,
    MONDAY,
    a_category,
    a_finding,
    a_wish,
    an_inspector,
    an_office_here,
    the_unit,
    verbs,
)
from .hotline_build import a_row, a_table, added, imported, tickets

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + HOUR)
    a_category()


def previewed(*rows, content=None):
    reach = standing_of(an_office_here(), clock.today()).spans(OFFICES)
    return reading.preview(content or a_table(*rows), MONDAY + HOUR, reach)


def problems(*rows):
    return [(one.row, one.column) for one in previewed(*rows).problems]


def test_a_matter_becomes_a_finding_that_waits_for_the_desk():
    imported(a_table(a_row()))

    [ticket] = tickets()
    finding = ticket.finding
    assert (finding.source, finding.state) == (Source.HOTLINE, State.REPORTED)
    assert (finding.text, finding.category.code) == ("菜市场门口垃圾无人清运。", "litter")
    assert timezone.localtime(finding.found_at) == datetime(
        2022, 7, 18, 9, 5, tzinfo=timezone.get_current_timezone()
    )
    assert finding.due_at is not None


def test_the_caller_is_sealed_and_opened_by_a_journalled_act():
    imported(a_table(a_row()))
    [ticket] = tickets()
    with scope.whole_city():
        kept = str([*Contact.objects.values(), *HotlineTicket.objects.values()])
    assert "小梅" not in kept
    assert "1381234" not in kept

    opened = commands.open_reporter(
        finding_id=ticket.finding_id, actor=an_office_here(), at=MONDAY + HOUR
    )
    assert (opened.name, opened.phone) == ("张小梅", "13812345678")
    assert "snap.contact_opened" in verbs(ticket.finding)


def test_the_table_is_sealed_until_it_is_imported_and_then_gone():
    content = a_table(a_row())
    sheet = added(content)
    assert content_of(sheet) == content
    assert content[:40].hex() not in sheet.content_sealed

    done = commands.import_hotline(
        code=sheet.code, joins={}, draw=lambda n: ["X" * 8] * n, actor=an_office_here(),
        at=MONDAY + HOUR,
    )  # fmt: skip
    assert done.content_sealed == ""
    with pytest.raises(IntegrityError):
        HotlineSheet.objects.filter(pk=sheet.pk).update(content_sealed="x")


def test_the_same_table_twice_changes_nothing():
    content = a_table(a_row("RX-1"), a_row("RX-2", 联系电话=""))
    first, second = imported(content), imported(content)

    assert (first.added, first.known) == (2, 0)
    assert (second.added, second.known) == (0, 2)
    assert Finding.objects.count() == 2
    with scope.whole_city():
        assert Contact.objects.count() == 2


def test_the_database_knows_a_number_once():
    imported(a_table(a_row()))
    [ticket] = tickets()
    other = a_finding()
    with pytest.raises(IntegrityError), scope.whole_city():
        HotlineTicket.objects.create(
            number=ticket.number, finding=other, division_id=other.division_id, word="x",
            called_at=MONDAY, sheet=ticket.sheet, imported_by=an_office_here(),
            imported_at=MONDAY,
        )  # fmt: skip


def test_a_table_imported_once_is_not_imported_again():
    sheet = imported(a_table(a_row()))
    again = commands.import_hotline(
        code=sheet.code, joins={}, draw=lambda n: ["Y" * 8] * n, actor=an_office_here(),
        at=MONDAY + 2 * HOUR,
    )  # fmt: skip
    assert again.imported_at == sheet.imported_at
    assert Entry.objects.filter(verb="hotline.imported").count() == 1


# What is wrong, and where


def test_a_table_that_is_right_has_no_problem():
    assert problems(a_row()) == []


@pytest.mark.parametrize(
    ("changes", "column"),
    [({"工单编号": ""}, "工单编号"), ({"受理时间": "昨天"}, "受理时间"),
     ({"受理时间": "2022-07-19 09:00"}, "受理时间"), ({"受理时间": "1999-01-01"}, "受理时间"),
     ({"诉求类别": "不知道"}, "诉求类别"), ({"诉求内容": ""}, "诉求内容"),
     ({"诉求内容": "长" * 801}, "诉求内容"), ({"区划代码": "110101001001"}, "区划代码"),
     ({"区划代码": "430400000000"}, "区划代码"), ({"区划代码": "x"}, "区划代码"),
     ({"联系电话": "123"}, "联系电话"), ({"联系电话": "138****5678"}, "联系电话"),
     ({"来电人": "名" * 41}, "来电人"), ({"经度": "26.9", "纬度": "112.6"}, "经度"),
     ({"工单编号": "9" * 61}, "工单编号"), ({"办理时限": "马上"}, "办理时限")],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_each_problem_names_its_row_and_column(changes, column):
    assert problems(a_row("RX-0"), a_row(**changes)) == [(3, column)]
    with pytest.raises(Refusal):
        imported(a_table(a_row("RX-0"), a_row(**changes)))
    assert not Finding.objects.exists()


def test_a_number_stands_in_a_table_once():
    assert problems(a_row("RX-1"), a_row("RX-1")) == [(3, "工单编号")]


def test_times_are_read_as_spreadsheets_and_people_write_them():
    for text in ("2022/7/18 9:05", "2022-07-18 09:05:00", "2022.07.18", "2022-07-18T09:05:00"):
        assert problems(a_row(受理时间=text)) == [], text


def test_a_place_may_be_named_from_the_county_down():
    city = a_city()
    named = {"区划代码": "", "县区": city.county.name, "乡镇街道": city.township.name}
    [row] = previewed(a_row(**named)).rows
    assert row.division_id == city.township.pk
    assert problems(a_row(区划代码="", 县区=city.county.name)) == [(2, "县区")]


def test_a_position_alone_finds_its_village(monkeypatch):
    village = a_city().village.pk
    monkeypatch.setattr(reading, "nearest_village", lambda *_spot: village)
    [row] = previewed(a_row(区划代码="", 经度="112.7", 纬度="26.89")).rows
    assert (row.division_id, row.lat_e6) == (village, 26_890_000)
    monkeypatch.setattr(reading, "nearest_village", lambda *_spot: None)
    assert problems(a_row(区划代码="", 经度="116.4", 纬度="39.9")) == [(2, "经度")]


@pytest.mark.parametrize(
    "content", [b"", b"nonsense\0", b"PK\x03\x04broken", b"a,b,c\n1,2,3\n"]
)
def test_a_file_that_is_no_such_table_says_why(content):
    if not content:
        with pytest.raises(Refusal):
            added(content)
        return
    [problem] = previewed(content=content).problems
    assert problem.reason


def test_a_table_too_long_is_to_be_split(monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    assert len(previewed(*(a_row(f"RX-{n}") for n in range(3))).problems) == 1


def test_a_preview_asks_as_much_for_many_as_for_few(django_assert_max_num_queries):
    content = a_table(*(a_row(f"RX-{n}") for n in range(200)))
    reach = standing_of(an_office_here(), clock.today()).spans(OFFICES)
    with django_assert_max_num_queries(8):
        assert reading.preview(content, MONDAY + HOUR, reach).new == 200


def test_sentences_keep_their_chinese_stops():
    [row] = previewed(a_row(诉求内容="垃圾桶满了，没人管！9:30 打过电话。")).rows
    assert row.text == "垃圾桶满了，没人管！9:30 打过电话。"


# Words


def test_a_word_that_is_not_known_is_said_once_and_kept():
    rows = [a_row(f"RX-{n}", 诉求类别="市容环境") for n in range(3)]
    found = previewed(*rows)
    assert found.words == {"市容环境": 3}
    assert len(found.problems) == 1

    for _n in range(2):
        commands.say_words(
            words={"市容环境": a_category().pk}, actor=an_office_here(), at=MONDAY
        )
    assert previewed(*rows).problems == []
    assert HotlineWord.objects.count() == 1


def test_a_word_is_a_class_that_is_offered():
    gone = a_category("gone", is_active=False)
    for words in ({"市容": gone.pk}, {"市容": 0}, {"": a_category().pk}, {"x" * 121: 1}):
        with pytest.raises(Refusal):
            commands.say_words(words=words, actor=an_office_here(), at=MONDAY)


# Doubles


def known_here(**changes):
    """What somebody else reported in the same village this morning."""
    report = commands.report(new=a_wish(**changes), actor=None, at=MONDAY)
    return Finding.objects.get(pk=report.finding_id)


def test_what_looks_the_same_is_offered_and_joined_if_it_is_ticked():
    known = known_here()
    [row] = previewed(a_row()).doubtful
    assert [one.pk for one in row.alike] == [known.pk]

    sheet = imported(a_table(a_row()), joins={2: known.pk})
    [ticket] = tickets()
    assert (sheet.joined, ticket.finding.merged_into) == (1, known)
    assert "finding.absorbed" in verbs(known)


def test_nothing_is_joined_by_itself():
    known_here()
    assert imported(a_table(a_row())).joined == 0


def test_only_what_was_offered_is_joined():
    far = a_finding()
    assert imported(a_table(a_row()), joins={2: far.pk, 99: far.pk}).joined == 0


@pytest.mark.parametrize(
    ("here", "there"),
    [({"经度": "112.7", "纬度": "26.8901"}, 1), ({"经度": "112.71", "纬度": "26.89"}, 0)],
)
def test_where_both_have_a_position_it_decides(here, there):
    known_here()
    assert len(previewed(a_row(**here)).doubtful) == there


def test_another_class_and_an_older_one_are_no_double():
    a_category("parking", name="车辆乱停", position=1)
    known_here()
    assert previewed(a_row(诉求类别="车辆乱停")).doubtful == []
    later = MONDAY + timedelta(days=9)
    reach = standing_of(an_office_here(), clock.today()).spans(OFFICES)
    assert reading.preview(a_table(a_row()), later, reach).doubtful == []


def test_what_lies_outside_the_reach_is_not_compared():
    known_here()
    elsewhere = [(430499000000, 430499001000)]
    assert reading.preview(a_table(a_row()), MONDAY + HOUR, elsewhere).doubtful == []


# Who


def test_only_offices_import():
    for who in (a_person("mei"), an_inspector()):
        with pytest.raises(Forbidden):
            added(a_table(a_row()), who)


def test_a_row_outside_the_area_stops_the_import():
    elsewhere = Division.objects.create(
        pk=430499001000, level=Level.TOWNSHIP, name="外地镇", valid_from=LONG_AGO
    )
    with pytest.raises(Forbidden):
        imported(a_table(a_row("RX-0"), a_row(区划代码=str(elsewhere.pk))))
    assert not Finding.objects.exists()


def test_nobody_imports_the_table_of_somebody_else():
    sheet = added(a_table(a_row()))
    with pytest.raises(Forbidden):
        commands.import_hotline(
            code=sheet.code, joins={}, draw=lambda n: ["Z"] * n,
            actor=an_office(a_city().city, "city"), at=MONDAY,
        )  # fmt: skip


def test_tables_left_lying_are_let_go():
    added(a_table(a_row()), at=MONDAY - timedelta(days=8))
    kept = added(a_table(a_row()))
    assert commands.forget_hotline_sheets(at=MONDAY + HOUR) == 1
    assert list(HotlineSheet.objects.all()) == [kept]


def test_the_contact_is_forgotten_some_time_after_the_end():
    imported(a_table(a_row()))
    [ticket] = tickets()
    commands.refuse(
        finding_id=ticket.finding_id, reason="NOT_THERE", actor=an_office_here(),
        at=MONDAY + HOUR,
    )  # fmt: skip
    with scope.whole_city():
        assert Contact.objects.get().erase_at == MONDAY + HOUR + timedelta(days=180)


def test_the_unit_never_learns_who_called():
    assert the_unit()
    imported(a_table(a_row()))
    [ticket] = tickets()
    assert "张" not in ticket.finding.text
