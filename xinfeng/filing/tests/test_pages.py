"""The pages: a clerk files, a reviewer judges, the office shares lines out, everybody reads."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from xinfeng.base import clock
from xinfeng.base.previews import LARGEST
from xinfeng.filing import commands, tables
from xinfeng.filing.models import Paper, Sanction, Task
from xinfeng.filing.tests.build import (
    a_clerk,
    a_new_paper,
    a_pdf,
    a_standard,
    a_task,
    an_office,
    somebody,
)
from xinfeng.places.tests.build import NINE, TODAY
from xinfeng.units.tests.build import a_member, a_unit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def test_a_clerk_files_on_the_page_of_a_line(client):
    task = a_task()
    client.force_login(a_clerk(task.unit))
    assert "Ⅲ-1" in client.get("/filing/").content.decode()
    answer = client.post(
        f"/filing/tasks/{task.pk}/",
        {
            "file": SimpleUploadedFile("plan.pdf", a_pdf()), "title": "年度计划",
            "dated_on": TODAY.isoformat(), "is_stamped": "on",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    paper = Paper.objects.get()
    page = client.get(answer["Location"]).content.decode()
    assert "年度计划" in page
    sent = client.get(f"/filing/papers/{paper.pk}/file/")
    assert b"".join(sent.streaming_content) == a_pdf()


def test_a_paper_out_of_the_window_is_told_beside_the_form(client):
    task = a_task()
    client.force_login(a_clerk(task.unit))
    old = TODAY - timedelta(days=800)
    answer = client.post(
        f"/filing/tasks/{task.pk}/",
        {
            "file": SimpleUploadedFile("p.pdf", a_pdf()),
            "title": "旧",
            "dated_on": old.isoformat(),
        },
    )
    assert answer.status_code == 422
    assert old.isoformat() in answer.content.decode()
    assert not Paper.objects.exists()


def test_a_reviewer_returns_and_grades(client):
    task = a_task()
    paper = commands.file_paper(
        task_id=task.pk, new=a_new_paper(), actor=a_clerk(task.unit), at=NINE
    )
    client.force_login(an_office())
    assert paper.title in client.get("/filing/review/").content.decode()
    client.post(f"/filing/papers/{paper.pk}/verdict/", {"verdict": "return", "reason": "过期"})
    assert "过期" in client.get(f"/filing/tasks/{task.pk}/").content.decode()
    client.post(f"/filing/tasks/{task.pk}/grades/", {"letter": "C#", "note": ""})
    assert task.grades.get().letter == "C#"


def test_another_unit_sees_nothing_of_it(client):
    task = a_task()
    paper = commands.file_paper(
        task_id=task.pk, new=a_new_paper(), actor=a_clerk(task.unit), at=NINE
    )
    client.force_login(a_clerk(a_unit()))
    assert client.get(f"/filing/tasks/{task.pk}/").status_code == 403
    assert client.get(f"/filing/papers/{paper.pk}/file/").status_code == 403
    client.force_login(somebody())
    assert client.get("/filing/review/").status_code == 403


def test_the_table_goes_out_is_filled_and_comes_back(client):
    standard, unit = a_standard(), a_unit()
    client.force_login(an_office())
    there = f"/filing/{standard.name}/{standard.version}/tasks/"
    book = load_workbook(io.BytesIO(client.get(f"{there}table/").content))
    sheet = book.active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["Ⅲ-1", "Ⅲ-2", "Ⅲ-3"]
    sheet["D2"], sheet["F2"], sheet["G2"] = unit.code, "牵头", "2022-09-30"
    out = io.BytesIO()
    book.save(out)
    answer = client.post(
        f"{there}import/", {"table": SimpleUploadedFile("t.xlsx", out.getvalue())}
    )
    assert answer.status_code == 302
    task = Task.objects.get()
    assert (task.line, task.unit, task.part) == ("Ⅲ-1", unit, "LEAD")
    assert task.due_on.isoformat() == "2022-09-30"
    assert unit.name in client.get(there).content.decode()


def test_a_wrong_table_is_told_by_row_and_nothing_is_taken_over():
    standard, unit = a_standard(), a_unit()
    text = (
        "编号,单位编号,分工,截止日期\n"
        f"Ⅲ-1,{unit.code},牵头,2022-09-30\n"
        f"Ⅲ-9,{unit.code},牵头,\n"
        "Ⅲ-2,X,牵头,\n"
        f"Ⅲ-2,{unit.code},看着,bald\n"
    )
    tasks, wrong = tables.read(standard, text.encode())
    assert tasks == []
    assert [each.row for each in wrong] == [3, 4, 5, 5]


def test_a_table_that_is_too_large_is_not_even_read(client):
    standard = a_standard()
    client.force_login(an_office())
    large = SimpleUploadedFile("t.csv", b"," * (LARGEST + 1))
    there = f"/filing/{standard.name}/{standard.version}/tasks/import/"
    answer = client.post(there, {"table": large})
    assert "请拆分" in answer.content.decode()
    assert not Task.objects.exists()


def test_everybody_reads_where_the_city_stands(client):
    standard = a_standard()
    page = client.get(f"/filing/{standard.name}/{standard.version}/standing/")
    assert page.status_code == 200
    assert (
        client.get(f"/filing/{standard.name}/{standard.version}/negative/").status_code == 200
    )


def test_an_entry_of_the_negative_list_is_entered_and_confirmed(client):
    standard = a_standard()
    there = f"/filing/{standard.name}/{standard.version}/negative/"
    client.force_login(an_office())
    client.post(
        there,
        {
            "entry": "N1", "division": "430405000000", "happened_on": TODAY.isoformat(),
            "what": "某工地发生事故", "source": "应急〔2022〕7号",
        },
    )  # fmt: skip
    client.logout()
    assert "某工地" not in client.get(there).content.decode()
    client.force_login(an_office())
    client.post(
        f"/filing/sanctions/{Sanction.objects.get().pk}/verdict/", {"verdict": "confirm"}
    )
    client.logout()
    assert "某工地" in client.get(there).content.decode()


def test_the_lists_cost_the_same_whatever_they_hold(client):
    task, lan = a_task(), an_office()
    mei = a_clerk(task.unit)
    commands.file_paper(task_id=task.pk, new=a_new_paper(), actor=mei, at=NINE)
    pages = [
        (mei, "/filing/"),
        (lan, "/filing/review/"),
        (lan, reverse("filing:matrix", args=[task.standard.name, task.standard.version])),
    ]

    def costs():
        found = []
        for person, address in pages:
            client.force_login(person)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            found.append(len(captured))
        return found

    costs()
    before = costs()
    for number in range(2, 6):
        other = a_task(task.standard, a_unit())
        a_member(mei, other.unit)
        clerk = a_clerk(other.unit)
        commands.file_paper(task_id=other.pk, new=a_new_paper(number), actor=clerk, at=NINE)

    assert costs() == before
