"""The pages of the hotline's tables, and the workbook that goes back."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from xinfeng.base import clock
from xinfeng.findings import commands
from xinfeng.findings.models import Finding, HotlineSheet, HotlineWord, State, Term, Verdict
from xinfeng.findings.queries import hotline as queries
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import OTHER_COUNTY, a_city, a_division

from .build import (
    HOUR,
    MONDAY,
    a_category,
    a_wish,
    an_inspector,
    an_office_here,
    repaired,
    the_unit,
)
from .hotline_build import a_row, a_table, added, imported, tickets

pytestmark = pytest.mark.django_db
HOME = reverse("findings:hotline")


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 5 * HOUR)
    a_category()


@pytest.fixture
def office(client):
    client.force_login(an_office_here())
    return client


def sent(client, content, code="FORM1"):
    file = SimpleUploadedFile("7月.xlsx", content)
    return client.post(HOME, {"code": code, "table": file})


def test_a_table_is_sent_previewed_and_imported(office):
    answer = sent(office, a_table(a_row()))
    shown = office.get(answer["Location"])
    assert shown["Cache-Control"] == "no-store, private"
    assert "导入 1 件工单" in shown.content.decode()
    assert not Finding.objects.exists()

    office.post(answer["Location"])
    told = office.get(answer["Location"]).content.decode()
    assert "已于" in told or "导入" in told
    assert Finding.objects.count() == 1


def test_the_same_form_keeps_one_table(office):
    for _n in range(2):
        sent(office, a_table(a_row()))
    assert HotlineSheet.objects.count() == 1


def test_no_page_shows_who_called(office):
    answer = sent(office, a_table(a_row(), a_row("RX-2", 诉求内容="")))
    pages = [office.get(answer["Location"]), office.get(HOME)]
    for page in pages:
        assert "小梅" not in page.content.decode()
        assert "1381234" not in page.content.decode()


def test_problems_stand_with_row_column_and_how_to_mend_them(office):
    answer = sent(office, a_table(a_row(联系电话="123")))
    page = office.get(answer["Location"]).content.decode()
    assert "联系电话" in page
    assert "请更正，或留空。" in page
    assert "导入 1 件工单" not in page


def test_words_are_said_on_the_preview(office):
    preview = sent(office, a_table(a_row(诉求类别="市容环境")))["Location"]
    assert "市容环境 (1)" in office.get(preview).content.decode()

    office.post(f"{preview}words/", {"word0": ""})
    assert not HotlineWord.objects.exists()
    office.post(f"{preview}words/", {"word0": a_category().pk})
    assert HotlineWord.objects.get().word == "市容环境"
    assert "导入 1 件工单" in office.get(preview).content.decode()


def test_a_double_is_ticked_and_joined(office):
    commands.report(new=a_wish(), actor=None, at=MONDAY)
    known = Finding.objects.get()
    preview = sent(office, a_table(a_row()))["Location"]
    assert f'value="2:{known.pk}"' in office.get(preview).content.decode()

    office.post(preview, {"join": [f"2:{known.pk}", "x", "2:", f"{'9' * 40}:1"]})
    assert tickets()[0].finding.merged_into == known


def test_a_table_is_not_there_for_anybody_else(client, office):
    preview = sent(office, a_table(a_row()))["Location"]
    client.force_login(an_office(a_city().city, "city"))
    for ask in (client.get, client.post):
        assert ask(preview).status_code == 404
    assert client.post(f"{preview}words/").status_code == 404


@pytest.mark.parametrize("who", [lambda: a_person("stranger"), an_inspector])
def test_whoever_is_no_office_finds_nothing(client, who):
    client.force_login(who())
    for address in (HOME, reverse("findings:hotline_export")):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("content", [b"x\0y", b"PK\x03\x04", b"<html>"])
def test_a_broken_file_is_told_and_breaks_nothing(office, content):
    answer = sent(office, content)
    assert office.get(answer["Location"]).status_code == 200


def test_a_form_without_a_file_is_shown_again(office):
    assert office.post(HOME, {"code": "F"}).status_code == 422


def test_the_sheet_of_a_finding_tells_the_offices_of_the_hotline(client, office):
    imported(a_table(a_row(办理时限="2022-07-25 18:00")))
    [ticket] = tickets()
    page = reverse("findings:finding", args=[ticket.finding.code])
    told = office.get(page).content.decode()
    assert "RX-1" in told
    assert "小梅" not in told

    client.force_login(an_inspector())
    assert "RX-1" not in client.get(page).content.decode()


# What goes back


def exported(client, **query):
    answer = client.get(reverse("findings:hotline_export"), query)
    rows = [*openpyxl.load_workbook(BytesIO(answer.content)).active.values]
    heads = [str(head).split()[0] for head in rows[0]]
    return [dict(zip(heads, row, strict=True)) for row in rows[1:]]


def test_the_hotline_gets_its_numbers_back_with_state_unit_times_and_result(office):
    imported(a_table(a_row("RX-1"), a_row("RX-2", 诉求内容="路灯不亮。")))
    first, second = (ticket.finding for ticket in tickets())
    lan, later = an_office_here(), MONDAY + HOUR
    commands.confirm(finding_id=first.pk, actor=lan, at=later)
    commands.order(
        finding_id=first.pk, unit_id=the_unit().pk, term=Term.H24, actor=lan, at=later
    )
    repaired(first, MONDAY + 2 * HOUR)
    assert exported(office)[0]["办理结果"] in (None, "")
    commands.recheck(
        finding_id=first.pk, verdict=Verdict.MET, actor=an_inspector(), at=MONDAY + 3 * HOUR
    )
    commands.refuse(finding_id=second.pk, reason="NOT_OURS", actor=lan, at=later)

    one, two = exported(office)
    assert (one["工单编号"], one["责任单位"], one["办理结果"]) == (
        "RX-1", "市城市管理局", "已清运并冲洗。",
    )  # fmt: skip
    assert one["整改时间"] == "2022-07-18 11:00"
    assert (two["工单编号"], two["状态"]) == ("RX-2", str(State.REFUSED.label))


def test_a_joined_matter_tells_of_what_it_was_joined_to(office):
    commands.report(new=a_wish(), actor=None, at=MONDAY)
    known = Finding.objects.get()
    imported(a_table(a_row()), joins={2: known.pk})
    [row] = exported(office)
    assert row["办理编号"] == known.code
    assert "合并" in row["办理结果"]


def test_only_the_days_asked_for_and_the_own_area_are_told(client, office):
    imported(a_table(a_row()))
    assert len(exported(office, since="2022-07-18", until="2022-07-18")) == 1
    assert exported(office, since="2022-07-19", until="2022-07-20") == []
    assert exported(office, until="2022-07-17") == []
    for until in ("9999-12-31", "0001-01-01"):
        assert exported(office, since="nonsense", until=until) == []
    client.force_login(an_office(a_city().county, "county"))
    assert len(exported(client)) == 1
    client.force_login(an_office(a_division(OTHER_COUNTY, "雁峰区"), "other"))
    assert exported(client) == []


def test_a_long_export_is_read_some_at_a_time(office, monkeypatch):
    monkeypatch.setattr(queries, "_AT_ONCE", 2)
    imported(a_table(*(a_row(f"RX-{n}") for n in range(5))))
    assert [row["工单编号"] for row in exported(office)] == [f"RX-{n}" for n in range(5)]


def test_what_a_caller_writes_is_no_formula(office):
    imported(a_table(a_row("=1+1")))
    assert exported(office)[0]["工单编号"] == "'=1+1"


def test_the_codes_of_a_table_are_not_to_be_guessed(office):
    sheet = added(a_table(a_row()), at=MONDAY + timedelta(hours=2))
    assert office.get(reverse("findings:hotline_preview", args=["NONE"])).status_code == 404
    assert office.get(reverse("findings:hotline_preview", args=[sheet.code])).status_code == 200
