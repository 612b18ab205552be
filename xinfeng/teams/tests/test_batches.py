"""Tables of people: read with every mess, imported whole or not at all, taken up again."""

import io
from datetime import timedelta

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from xinfeng.base import clock, crypto, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people.models import Invitee, Notice
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, TODAY, a_city
from xinfeng.teams import commands, jobs, reading
from xinfeng.teams.commands import batches
from xinfeng.teams.models import Batch, Invitation
from xinfeng.teams.reading import Unreadable

from .build import a_membership, a_team
from .test_invitations import phone_of

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "手机号", "身份证号", "备注"]
CARD = "11010519491231002X"


def number(n):
    return f"138{n:08d}"


def people(count):
    return [[f"王小{n}", number(n), "", ""] for n in range(count)]


def excel(rows, head=HEAD):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for row, cells in enumerate([head, *rows]):
        sheet.write_row(row, 0, cells)
    book.close()
    return file.getvalue()


def csv(rows, head=HEAD, encoding="utf-8-sig"):
    return "\n".join(",".join(row) for row in [head, *rows]).encode(encoding)


def read(data):
    return reading.read(data, on=TODAY)


def told(data):
    return [(p.row, p.column, p.code) for p in read(data).problems]


def unreadable(data):
    with pytest.raises(Unreadable) as problem:
        read(data)
    return problem.value.code


@pytest.fixture(autouse=True)
def _at_nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


@pytest.fixture
def team():
    return a_team(leader=a_person("lan"))


def upload(team, data, code="TABLE"):
    return commands.add_batch(
        team_id=team.pk, code=code, file_name="名单.xlsx", content=data, actor=team.leader,
        at=NINE,
    )  # fmt: skip


def looked_through(team, data, code="TABLE"):
    batch = upload(team, data, code)
    jobs.read_batch(batch.pk)
    return now(batch)


def imported(team, data, code="TABLE"):
    batch = looked_through(team, data, code)
    commands.start_import(batch_id=batch.pk, actor=team.leader, at=NINE)
    jobs.import_batch(batch.pk)
    return now(batch)


def now(batch):
    with scope.whole_city():
        return Batch.objects.get(pk=batch.pk)


def count(model):
    with scope.whole_city():
        return model.objects.count()


def waiting_jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.parametrize(
    "data",
    [
        excel([["王小梅", "13800001234", CARD, ""]]),
        excel([["王小梅", 13800001234, CARD, ""]]),
        excel([["王小梅", "１３８ 0000-1234", CARD.lower(), ""]]),
        csv([["王小梅", "+8613800001234", CARD, ""]]),
        csv([["王小梅", "13800001234", CARD, ""]], encoding="utf-8"),
        csv([["王小梅", "13800001234", CARD, ""]], encoding="gb18030"),
        excel([["王小梅", "13800001234", CARD]], head=["* 姓 名", "联系电话", "身份证号码"]),
        excel([["", ""], HEAD[:3], ["王小梅", "13800001234", CARD]], head=["某队名单"]),
    ],
)
def test_a_table_is_read_with_the_mess_of_real_ones(data):
    found = read(data)

    (row,) = found.rows
    assert (row.name, row.phone, row.id_number) == ("王小梅", "13800001234", CARD)
    assert found.problems == []


def test_every_problem_is_named_by_its_row_and_column():
    rows = [
        ["王小梅", number(1), CARD],
        ["", number(2), ""],
        ["王" * 61, number(3), ""],
        ["王小梅", "", ""],
        ["王小梅", "1380000", ""],
        ["王小梅", "23800000000", ""],
        ["王小梅", "没有", ""],
        ["王小梅", number(8), "110105194912310021"],
        ["王小梅", number(9), "11010519491231"],
        ["王小梅", number(10), "110105491231002"],
        ["王小梅", number(11), "110105194912310000"],
        ["王小梅", number(1), ""],
    ]

    assert told(excel(rows)) == [
        (3, "name", "name_missing"),
        (4, "name", "name_long"),
        (5, "phone", "phone_missing"),
        (6, "phone", "phone_length"),
        (7, "phone", "phone_begin"),
        (8, "phone", "phone_digits"),
        (9, "id_number", "id_wrong"),
        (10, "id_number", "id_length"),
        (11, "id_number", "id_old"),
        (12, "id_number", "id_rounded"),
        (13, "phone", "phone_double"),
    ]


def test_a_double_names_the_row_where_it_stands_first():
    problems = read(excel([["甲", number(1)], ["乙", number(2)], ["丙", number(1)]])).problems

    assert [(p.row, p.first) for p in problems] == [(4, 2)]


def test_a_number_that_the_spreadsheet_rounded_is_told_so():
    assert told(excel([["王小梅", number(1), 110105194912310021]]))[0][2] == "id_rounded"


def test_a_formula_without_a_value_is_a_missing_cell():
    book = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append(["王小梅", "=1&2", "", ""])
    file = io.BytesIO()
    book.save(file)

    assert told(file.getvalue()) == [(2, "phone", "phone_missing")]


def test_empty_rows_are_not_counted_but_rows_keep_their_numbers():
    found = read(excel([["甲", number(1)], [], ["乙", "1"], ["丙", number(3)]]))

    assert found.total == 3
    assert [problem.row for problem in found.problems] == [4]
    assert [(row.index, row.number) for row in found.rows] == [(1, 2), (3, 5)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x00\x01\x02", "unreadable"),
        (b"PK\x03\x04 torn", "unreadable"),
        (b"\xd0\xcf\x11\xe0 torn", "unreadable"),
        (excel([], head=["甲", "乙"]), "no_head"),
        (b"\xef\xbb\xbf", "no_head"),
        (excel([]), "no_rows"),
        (excel([["", ""], [" ", ""]]), "no_rows"),
    ],
)
def test_a_file_that_is_no_table_says_why(data, code):
    assert unreadable(data) == code


def test_one_row_too_many_is_refused_and_the_last_one_allowed_is_not(monkeypatch):
    assert unreadable(csv(people(100_001))) == "too_many_rows"

    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    assert len(read(csv(people(3))).rows) == 3
    assert unreadable(csv(people(4))) == "too_many_rows"


def test_a_huge_file_is_refused_before_it_is_read(client, team, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 10)
    monkeypatch.setattr(InMemoryUploadedFile, "read", None)
    client.force_login(team.leader)
    table = io.BytesIO(b"x" * 11)

    answer = client.post(
        reverse("teams:upload", args=[team.code]), {"code": "X", "table": table}
    )

    assert answer.status_code == 409
    assert count(Batch) == 0


def test_the_table_is_kept_sealed_and_read_by_a_job_of_the_same_change(team):
    batch = upload(team, excel(people(3)))
    again = upload(team, excel(people(3)))

    assert again.pk == batch.pk
    assert waiting_jobs() == ["teams.read_batch"]
    kept = now(batch).content
    assert kept.startswith("1.")
    assert number(1) not in kept
    with pytest.raises(crypto.Unsealable):
        crypto.unseal(kept, about="batch:OTHER")


def test_a_preview_invites_nobody(team):
    batch = looked_through(team, excel([*people(3), ["", "1"], ["丁", "2"]]))

    assert (batch.state, batch.rows, batch.wrong, batch.left_out) == ("READ", 5, 2, 0)
    assert count(Invitation) == count(Invitee) == 0
    assert "王小" not in str(batch.problems)


def test_members_and_invited_are_left_out_and_told_by_row(team):
    a_membership(team, phone_of(a_person(), number(0)))
    commands.invite(
        team_id=team.pk, to=number(1), name="", code="ONE", actor=team.leader, at=NINE
    )

    batch = looked_through(team, excel(people(4)))

    assert (batch.rows, batch.wrong, batch.left_out) == (4, 0, 2)
    assert [problem[2] for problem in batch.problems] == ["member", "invited"]


def test_an_import_makes_invitations_forgets_the_table_and_tells_who_has_an_account(team):
    mei = phone_of(a_person(), number(2))

    batch = imported(team, excel([*people(4), ["", "1"]]))
    jobs.tell_invited(batch.pk)
    jobs.tell_invited(batch.pk)

    assert (batch.state, batch.done, batch.invited, batch.content) == ("DONE", 5, 4, "")
    assert count(Invitation) == count(Invitee) == 4
    with scope.whole_city():
        row = Invitation.objects.get(row_number=3)
        assert row.invitee.name() == "王小1"
        assert row.invitee.phone() == number(1)
        assert [n.person_id for n in Notice.objects.all()] == [mei.pk]
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["batch.added", "batch.read", "batch.started", "batch.finished"]


def test_a_table_sent_again_invites_nobody_twice(team):
    imported(team, excel(people(3)))

    batch = looked_through(team, excel(people(4)), "AGAIN")

    assert batch.left_out == 3


def test_who_was_invited_while_the_import_ran_is_left_out_and_not_kept(team):
    batch = looked_through(team, excel(people(3)))
    commands.start_import(batch_id=batch.pk, actor=team.leader, at=NINE)
    (chunk,) = batches.chunks(batch_id=batch.pk, at=NINE)
    commands.invite(
        team_id=team.pk, to=number(1), name="", code="ONE", actor=team.leader, at=NINE
    )

    assert commands.import_rows(batch_id=batch.pk, at=NINE, **chunk)

    assert (now(batch).invited, count(Invitation), count(Invitee)) == (2, 3, 3)


def test_nobody_sees_an_invitation_before_the_import_is_whole(team, client, monkeypatch):
    monkeypatch.setattr(batches, "ROWS_AT_ONCE", 2)
    batch = looked_through(team, excel(people(5)))
    commands.start_import(batch_id=batch.pk, actor=team.leader, at=NINE)
    first, *_rest = batches.chunks(batch_id=batch.pk, at=NINE)
    commands.import_rows(batch_id=batch.pk, at=NINE, **first)

    with scope.whole_city():
        assert not Invitation.objects.made().exists()
        code = Invitation.objects.order_by("pk")[0].code
    assert client.get(reverse("teams:invitation", args=[code])).status_code == 404
    with pytest.raises(Refusal):
        commands.accept(code=code, actor=a_person(), at=NINE)


def test_a_job_that_died_goes_on_where_it_was(team, monkeypatch):
    monkeypatch.setattr(batches, "ROWS_AT_ONCE", 2)
    batch = looked_through(team, excel([*people(3), ["", "1"], ["丁", number(9)]]))
    commands.start_import(batch_id=batch.pk, actor=team.leader, at=NINE)
    first, *_rest = batches.chunks(batch_id=batch.pk, at=NINE)
    commands.import_rows(batch_id=batch.pk, at=NINE, **first)
    assert not commands.import_rows(batch_id=batch.pk, at=NINE, **first)

    assert commands.resume_batches(at=NINE + timedelta(minutes=2)) == 0
    before = len(waiting_jobs())
    assert commands.resume_batches(at=NINE + timedelta(minutes=10)) == 1
    assert waiting_jobs()[before:] == ["teams.import_batch"]
    jobs.import_batch(batch.pk)

    assert (now(batch).state, now(batch).invited, count(Invitation)) == ("DONE", 4, 4)


def test_a_cancelled_import_leaves_nothing(team, monkeypatch):
    monkeypatch.setattr(batches, "ROWS_AT_ONCE", 2)
    batch = looked_through(team, excel(people(5)))
    commands.start_import(batch_id=batch.pk, actor=team.leader, at=NINE)
    first, *_rest = batches.chunks(batch_id=batch.pk, at=NINE)
    commands.import_rows(batch_id=batch.pk, at=NINE, **first)

    for _ in range(2):
        commands.cancel_batch(batch_id=batch.pk, actor=team.leader, at=NINE)
    jobs.import_batch(batch.pk)
    jobs.erase_batch(batch.pk)

    assert (now(batch).state, now(batch).content) == ("CANCELLED", "")
    assert count(Invitation) == count(Invitee) == 0
    assert imported(team, excel(people(5)), "AGAIN").invited == 5


def test_what_is_over_cannot_be_cancelled_or_started(team):
    batch = imported(team, excel(people(2)))

    with pytest.raises(Refusal) as refusal:
        commands.cancel_batch(batch_id=batch.pk, actor=team.leader, at=NINE)
    assert refusal.value.code == "import_over"
    bad = looked_through(team, excel([["", ""], ["甲", "1"]]), "BAD")
    with pytest.raises(Refusal) as refusal:
        commands.start_import(batch_id=bad.pk, actor=team.leader, at=NINE)
    assert refusal.value.code == "nothing_to_import"


def test_a_table_that_nobody_looks_at_is_forgotten(team):
    batch = looked_through(team, excel(people(2)))

    commands.resume_batches(at=NINE + timedelta(days=3))

    assert (now(batch).state, now(batch).content) == ("CANCELLED", "")


def test_only_those_who_lead_the_team_import(team):
    batch = looked_through(team, excel(people(2)))

    for actor in (a_person(), an_office(a_city().other_county)):
        for verb in (commands.start_import, commands.cancel_batch):
            with pytest.raises(Forbidden):
                verb(batch_id=batch.pk, actor=actor, at=NINE)


def test_a_leader_uploads_looks_through_and_imports_by_pages(client, team):
    client.force_login(team.leader)
    table = SimpleUploadedFile("名单.xlsx", excel([*people(2), ["丁", "1"]]))
    address = reverse("teams:upload", args=[team.code])
    page = client.post(address, {"code": "T1", "table": table})["Location"]
    assert 'hx-trigger="every 1s"' in client.get(page).content.decode()

    jobs.read_batch(now_id())
    shown = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "邀请 2 人" in shown
    assert "手机号应为 11 位" in shown
    problems = client.get(reverse("teams:problems", args=[team.code, "T1"])).content.decode()
    assert "4,手机号,手机号应为 11 位。,请更正号码。" in problems

    client.post(reverse("teams:start_import", args=[team.code, "T1"]))
    jobs.import_batch(now_id())
    assert "已邀请 2 人" in client.get(page).content.decode()


def now_id():
    with scope.whole_city():
        return Batch.objects.order_by("-pk")[0].pk


def test_an_unreadable_table_says_why_on_its_page(client, team):
    looked_through(team, b"\x00\x01")
    client.force_login(team.leader)

    page = client.get(reverse("teams:batch", args=[team.code, "TABLE"])).content.decode()

    assert "不是可读取的 Excel 或 CSV" in page


def test_the_template_has_the_right_head(client, team):
    client.force_login(team.leader)

    table = client.get(reverse("teams:template", args=[team.code])).content

    assert unreadable(table) == "no_rows"
