"""Addresses and telephones of drawn households: taken in whole and sealed, or not at all."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people import sealing
from xinfeng.people.models import Person
from xinfeng.people.tests.build import a_person
from xinfeng.surveys import commands, jobs
from xinfeng.surveys.commands import NewSample
from xinfeng.surveys.commands.sheets import preview_of
from xinfeng.surveys.contacts import address_of, phone_of
from xinfeng.surveys.models import (
    Mode,
    Sample,
    SampleUnit,
    SheetKind,
    Survey,
    SurveySheet,
)
from xinfeng.surveys.queries.doors import told_to
from xinfeng.units.tests.build import a_member, a_unit

from .drawn_build import (
    NINE,
    a_drawn,
    a_plan,
    a_surveyor_person,
    at_the_door,
    opened,
    the_office,
)

pytestmark = pytest.mark.django_db
HEAD = "户编号,地址,电话"
STREET, NUMBER = "幸福路 7 号 301 室", "13812345678"


@pytest.fixture
def drawn() -> Survey:
    return a_drawn()


def sample_of(survey: Survey) -> Sample:
    return survey.samples.get()


def units_of(survey: Survey) -> list[SampleUnit]:
    with scope.whole_city():
        return list(SampleUnit.objects.filter(sample__survey=survey).order_by("pk"))


def told(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *rows)).encode()


def sent(
    survey: Survey, content: bytes, code: str = "T1", actor: Person | None = None
) -> SurveySheet:
    return commands.add_address_sheet(
        sample_id=sample_of(survey).pk, code=code, name="地址.csv", content=content,
        actor=actor or the_office(), at=NINE,
    )  # fmt: skip


def taken_in(code: str = "T1", actor: Person | None = None) -> SurveySheet:
    return commands.import_address_sheet(code=code, actor=actor or the_office(), at=NINE)


def known(survey: Survey) -> list[tuple[str, str]]:
    return [(address_of(each), phone_of(each)) for each in units_of(survey)]


def test_addresses_and_telephones_are_taken_in_sealed(drawn: Survey) -> None:
    first, second = units_of(drawn)[:2]
    sent(drawn, told(f"{first.code},{STREET},+86 138-1234-5678", f"{second.code},东风路 1 号,"))

    sheet = taken_in()
    again = taken_in()

    assert known(drawn)[:3] == [(STREET, NUMBER), ("东风路 1 号", ""), ("", "")]
    kept = units_of(drawn)[0]
    assert STREET not in kept.address_sealed
    assert NUMBER not in kept.phone_sealed
    assert (sheet.added, sheet.content_sealed, again.pk) == (2, "", sheet.pk)


def test_the_journal_tells_numbers_and_nobody(drawn: Survey) -> None:
    sent(drawn, told(f"{units_of(drawn)[0].code},{STREET},{NUMBER}"))
    taken_in()

    entry = Entry.objects.get(verb="survey.addresses_taken_in")
    assert entry.details == {
        "mode": "HOUSEHOLD", "households": 1, "addresses": 1, "telephones": 1,
    }  # fmt: skip


def test_a_household_is_found_by_its_community_and_number(drawn: Survey) -> None:
    with scope.whole_city():
        unit = SampleUnit.objects.select_related("community").order_by("pk")[3]
    head = "区划代码,名册序号,地址,电话"
    sent(drawn, told(f"{unit.community.division_id},{unit.number},{STREET},", head=head))
    taken_in()
    assert known(drawn)[3] == (STREET, "")


def test_an_empty_cell_leaves_what_was_known(drawn: Survey) -> None:
    code = units_of(drawn)[0].code
    sent(drawn, told(f"{code},{STREET},"))
    taken_in()
    later = sent(drawn, told(f"{code},,{NUMBER}"), "T2")

    found = preview_of(later)
    taken_in("T2")

    assert (found.new, found.changed, found.same) == (0, 1, 0)
    assert known(drawn)[0] == (STREET, NUMBER)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("{code},新华路 1 号,12345", "电话"),
        ("{code},新华路 1 号,0734-8123456", "电话"),
        ("{code},,", "地址"),
        ("{first},新华路 1 号,", "户编号"),
        ("XXXXXXXXXX,新华路 1 号,", "户编号"),
        (",新华路 1 号,", "区划代码"),
        ("{code}," + "长" * 121 + ",", "地址"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_stops_it_all(
    drawn: Survey, row: str, column: str
) -> None:
    first, other = units_of(drawn)[:2]
    rows = [f"{first.code},{STREET},{NUMBER}", row.format(code=other.code, first=first.code)]
    sheet = sent(drawn, told(*rows))

    problems = preview_of(sheet).problems
    with pytest.raises(Refusal) as refused:
        taken_in()

    assert (problems[0].row, problems[0].column) == (3, column)
    assert refused.value.code == "sheet_has_problems"
    assert set(known(drawn)) == {("", "")}


def test_households_of_another_sample_are_unknown(drawn: Survey) -> None:
    sheet = sent(drawn, told("ABCDEFGHJK,新华路 1 号,13812345678"))
    assert NUMBER not in str(preview_of(sheet).problems)
    assert len(preview_of(sheet).problems) == 1


def test_before_the_draw_and_after_the_close_nothing_is_taken_in() -> None:
    planned = a_plan()
    with pytest.raises(Refusal, match="from the draw to the close"):
        sent(planned, told("A,B,"))


def test_the_close_erases_what_is_known_and_tables_not_taken_in(drawn: Survey) -> None:
    code = units_of(drawn)[0].code
    opened(drawn)
    sent(drawn, told(f"{code},{STREET},{NUMBER}"))
    taken_in()
    sent(drawn, told(f"{code},新华路 2 号,"), "T2")

    commands.close_survey(survey_id=drawn.pk, actor=the_office(), at=NINE + timedelta(40))

    assert set(known(drawn)) == {("", "")}
    assert list(SurveySheet.objects.values_list("code", flat=True)) == ["T1"]
    with pytest.raises(Forbidden):
        taken_in("T2")
    with pytest.raises(Refusal, match="from the draw to the close"):
        sent(drawn, told(f"{code},{STREET},"), "T3")


def test_a_survey_called_off_forgets_addresses_too(drawn: Survey) -> None:
    sent(drawn, told(f"{units_of(drawn)[0].code},{STREET},{NUMBER}"))
    taken_in()
    commands.call_off_survey(survey_id=drawn.pk, actor=the_office(), at=NINE)
    assert set(known(drawn)) == {("", "")}


def test_only_whoever_runs_the_survey_takes_addresses_in(drawn: Survey) -> None:
    content = told(f"{units_of(drawn)[0].code},{STREET},{NUMBER}")
    with pytest.raises(Forbidden):
        sent(drawn, content, actor=a_person("stranger"))
    sent(drawn, content)
    with pytest.raises(Forbidden):
        taken_in(actor=a_person("other"))
    a_member(the_office(), a_unit())
    with pytest.raises(Forbidden):
        taken_in()
    assert set(known(drawn)) == {("", "")}


def test_a_table_of_addresses_is_not_imported_as_a_frame(drawn: Survey) -> None:
    sent(drawn, told(f"{units_of(drawn)[0].code},{STREET},"))
    with pytest.raises(Forbidden):
        commands.import_survey_sheet(code="T1", actor=the_office(), at=NINE)


def test_addresses_are_opened_for_a_reason_that_is_written_down(drawn: Survey) -> None:
    unit = units_of(drawn)[0]
    sent(drawn, told(f"{unit.code},{STREET},{NUMBER}"))
    taken_in()
    who = {"community_id": unit.community_id, "at": NINE}

    with pytest.raises(Refusal, match="reason"):
        commands.open_addresses(reason="", actor=the_office(), **who)
    with pytest.raises(Forbidden):
        commands.open_addresses(reason="VISITS", actor=a_person("stranger"), **who)
    shown = commands.open_addresses(reason="VISITS", actor=the_office(), **who)

    assert shown == {unit.pk: STREET}
    entry = Entry.objects.get(verb="survey.addresses_opened")
    assert (entry.details["why"], entry.details["households"]) == ("VISITS", 1)


def test_tables_that_nobody_took_in_go_within_a_week(drawn: Survey) -> None:
    sent(drawn, told(f"{units_of(drawn)[0].code},{STREET},"))
    assert commands.forget_survey_sheets(at=NINE + timedelta(6)) == 0
    SurveySheet.objects.update(added_at=NINE - timedelta(3000))
    jobs.forget_survey_sheets(0)
    assert not SurveySheet.objects.exists()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("kind_is_known", {"kind": "NAMES"}),
        ("forgets_its_table_with_the_import", {"imported_at": NINE}),
        ("forgets_its_table_with_the_import", {"content_sealed": ""}),
        ("says_what_it_is_of", {"sample": None}),
        ("says_what_it_is_of", {"kind": SheetKind.FRAME}),
        ("says_what_it_is_of", {"kind": SheetKind.TOTALS}),
    ],
)
def test_the_database_keeps_a_table_whole(drawn: Survey, name: str, change) -> None:
    sheet = sent(drawn, told(f"{units_of(drawn)[0].code},{STREET},"))
    with pytest.raises(IntegrityError, match=f"survey_sheet_{name}"), transaction.atomic():
        SurveySheet.objects.filter(pk=sheet.pk).update(**change)


def test_an_office_uploads_looks_and_takes_over(client, drawn: Survey) -> None:
    client.force_login(the_office())
    unit = units_of(drawn)[0]
    where = [drawn.code, sample_of(drawn).pk]
    table = SimpleUploadedFile("t.csv", told(f"{unit.code},{STREET},{NUMBER}"))

    shown = client.post(
        reverse("surveys:addresses", args=where), {"code": "T1", "table": table}, follow=True
    )
    done = client.post(shown.redirect_chain[-1][0], follow=True)
    sheet = client.get(reverse("surveys:sample", args=where))
    book = client.get(reverse("surveys:sample_book", args=where))
    opening = {"community": unit.community_id, "reason": "CHECK"}
    seen = client.post(reverse("surveys:addresses_opened", args=where), opening)

    assert client.get(reverse("surveys:addresses", args=where)).status_code == 200
    assert done.status_code == book.status_code == 200
    for page in (shown, done, sheet):
        assert STREET not in page.content.decode()
    assert STREET in seen.content.decode()
    assert NUMBER not in seen.content.decode()
    assert seen["Cache-Control"] == "no-store, private"
    assert client.get(reverse("surveys:frame_preview", args=["T1"])).status_code == 404


def test_a_wrong_table_is_told_on_the_page(client, drawn: Survey) -> None:
    client.force_login(the_office())
    where = [drawn.code, sample_of(drawn).pk]
    table = SimpleUploadedFile("t.csv", told("NOBODY,新华路 1 号,1"))
    shown = client.post(
        reverse("surveys:addresses", args=where), {"code": "T1", "table": table}, follow=True
    )
    assert shown.content.decode().count("<tr>") == 3
    empty = client.post(reverse("surveys:addresses", args=where), {"code": "T2"})
    assert empty.status_code == 422


@pytest.mark.parametrize("page", ["addresses", "addresses_preview", "addresses_opened"])
def test_strangers_and_the_assessed_find_no_addresses(client, drawn: Survey, page) -> None:
    sent(drawn, told(f"{units_of(drawn)[0].code},{STREET},"))
    more = ["T1"] if page == "addresses_preview" else []
    address = reverse(f"surveys:{page}", args=[drawn.code, sample_of(drawn).pk, *more])
    client.force_login(a_person("stranger"))
    assert client.post(address).status_code == 404
    a_member(the_office(), a_unit())
    client.force_login(the_office())
    assert client.post(address).status_code == 404


def test_what_is_known_of_households_is_hidden_outside_the_scope(drawn: Survey) -> None:
    sent(drawn, told(f"{units_of(drawn)[0].code},{STREET},"))
    taken_in()
    assert not SampleUnit.objects.exclude(address_sealed="").exists()


def test_many_addresses_are_written_in_one_statement(
    drawn: Survey, django_assert_max_num_queries
) -> None:
    rows = [f"{each.code},幸福路 {each.number} 号,{NUMBER}" for each in units_of(drawn)]
    sent(drawn, told(*rows))
    with django_assert_max_num_queries(24) as met:
        taken_in()
    writes = [each for each in met if each["sql"].strip().startswith("UPDATE surveys_sample")]
    assert len(writes) == 1
    assert all(address for address, _phone in known(drawn))


def test_the_surveyor_and_the_telephone_desk_are_told_what_was_taken_in() -> None:
    phone = NewSample(Mode.PHONE, communities=9, per_community=5, is_headline=False)
    survey, lan = a_drawn("S1", at_the_door(), phone), a_surveyor_person()
    opened(survey, lan)
    for sample in survey.samples.order_by("pk"):
        rows = [f"{each.code},{STREET},{NUMBER}" for each in units_of(survey)]
        with scope.whole_city():
            codes = set(sample.units.values_list("code", flat=True))
        kept = [row for row in rows if row.partition(",")[0] in codes]
        commands.add_address_sheet(
            sample_id=sample.pk, code=sample.mode, name="t.csv", content=told(*kept),
            actor=the_office(), at=NINE,
        )  # fmt: skip
        taken_in(sample.mode)

    doors = told_to(lan.pk)["surveys"][0]["communities"]
    called = survey.samples.get(mode=Mode.PHONE)
    unit = commands.take_next(sample_id=called.pk, actor=lan, at=NINE)

    assert {each["address"] for one in doors for each in one["households"]} == {STREET}
    assert NUMBER not in str(doors)
    assert unit is not None
    assert commands.open_phone(unit_id=unit.pk, actor=lan, at=NINE) == NUMBER


def test_a_new_key_reaches_addresses_telephones_and_tables() -> None:
    declared = {(each.model, each.column) for each in sealing.columns()}
    assert declared >= {
        (SampleUnit, "address_sealed"), (SampleUnit, "phone_sealed"),
        (SurveySheet, "content_sealed"),
    }  # fmt: skip
