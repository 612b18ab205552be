"""The pages of entries, contests and desks: the wiring, for whom each opens."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from xinfeng.base import clock, scope
from xinfeng.hours import commands
from xinfeng.hours.commands import Fact, NewEntry, NewLine
from xinfeng.hours.models import (
    Contest,
    Counter,
    Credit,
    Doubt,
    EntryKind,
    EntryLine,
    EntryReason,
    Hold,
    HourEntry,
    Objection,
    Source,
)
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import NINE, TODAY, VILLAGE, a_city
from xinfeng.teams.tests.build import a_team

from .build import a_credit

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
FORM = {
    "day": "2022-07-16", "begins": "09:00", "ends": "11:00", "title": "清理河岸",
    "counter": "1", "reason": "UNPLANNED", "remark": "", "evidence": "签名表",
}  # fmt: skip


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


@pytest.fixture
def mei():
    return a_person("mei")


@pytest.fixture
def office():
    return an_office(a_city().county)


def page_of(client, person, name, *args, **query):
    client.force_login(person)
    answer = client.get(reverse(f"hours:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def send(client, person, name, *args, **data):
    client.force_login(person)
    return client.post(reverse(f"hours:{name}", args=args), data)


def an_entry(mei, **more):
    new = NewEntry(uuid4(), EntryKind.OWN, "清理河岸", VILLAGE, EntryReason.UNPLANNED, **more)
    line = NewLine(mei.pk, NINE - 26 * HOUR, NINE - 24 * HOUR)
    return commands.submit(new=new, lines=[line], actor=mei, at=NINE)


def the(model):
    with scope.whole_city():
        return model.objects.get()


def test_a_volunteer_applies_on_the_phone_and_sees_where_it_stands(client, mei):
    assert 'name="client_id"' in page_of(client, mei, "apply")

    file = SimpleUploadedFile("list.png", PNG)
    answer = send(client, mei, "apply", client_id=uuid4(), file=file, **FORM)

    entry = the(HourEntry)
    assert answer["Location"] == reverse("hours:entry", args=[entry.pk])
    line = the(EntryLine)
    assert (line.minutes, clock.local_time(line.starts_at)) == (120, "09:00")
    assert "待第二人确认" in page_of(client, mei, "entries")
    assert "签名表" in page_of(client, mei, "entry", entry.pk)


def test_an_end_before_the_beginning_is_the_next_morning(client, mei):
    send(client, mei, "apply", client_id=uuid4(), **FORM | {"begins": "22:00", "ends": "01:30"})

    assert the(EntryLine).minutes == 210


def test_what_is_wrong_is_said_at_its_field(client, mei):
    large = SimpleUploadedFile("list.png", PNG + b"0" * 2 * 2**20)

    answer = send(client, mei, "apply", client_id=uuid4(), file=large, **FORM | {"day": ""})

    assert answer.content.decode().count('class="error"') == 2


def test_the_office_confirms_at_the_desk(client, mei, office):
    entry = an_entry(mei)
    desk = page_of(client, office, "desk")

    send(client, office, "confirm", entry.pk)

    assert "清理河岸" in desk
    assert the(Credit).minutes == 120
    assert "清理河岸" not in page_of(client, office, "desk")
    assert "已确认" in page_of(client, mei, "entry", entry.pk)
    assert "清理河岸" in page_of(client, mei, "mine")


def test_the_office_refuses_with_a_reason_that_the_volunteer_reads(client, mei, office):
    entry = an_entry(mei)

    send(client, office, "refuse", entry.pk, reason="NO_EVIDENCE")

    assert "证据不能说明" in page_of(client, mei, "entries")


def test_an_entry_opens_for_those_concerned_alone(client, mei):
    entry = an_entry(mei, file=PNG)
    for person in (a_person("bo"), an_office(a_city().other_county)):
        client.force_login(person)
        for name in ("entry", "evidence"):
            for number in (entry.pk, 404):
                address = reverse(f"hours:{name}", args=[number])
                assert client.get(address).status_code == 404


def test_evidence_is_saved_and_never_shown_in_the_page(client, mei, office):
    entry = an_entry(mei, file=PNG)
    client.force_login(office)

    answer = client.get(reverse("hours:evidence", args=[entry.pk]))

    assert answer.content == PNG
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_leader_enters_a_group_from_the_roster(client, mei):
    lan = a_person("lan", name="陈兰")
    team = a_team(leader=lan, members=(mei,))
    assert "王** · mei" in page_of(client, lan, "group_entry", team.code)

    send(client, lan, "group_entry", team.code, client_id=uuid4(), people=[mei.pk], **FORM)

    assert the(EntryLine).person_id == mei.pk
    assert "清理河岸" not in page_of(client, lan, "desk")
    client.force_login(mei)
    address = reverse("hours:group_entry", args=[team.code])
    assert client.get(address).status_code == 404


def test_an_office_enters_old_hours_by_account(client, mei, office):
    assert "430405000000" in page_of(client, office, "office_entry")
    old = FORM | {
        "kind": "HISTORICAL", "division": str(VILLAGE), "accounts": "mei\nmei nobody",
    }  # fmt: skip

    told = send(client, office, "office_entry", client_id=uuid4(), **old).content.decode()
    send(client, office, "office_entry", client_id=uuid4(), **old | {"accounts": "mei"})

    assert "没有账号 nobody" in told
    assert the(HourEntry).kind == "HISTORICAL"


def test_a_volunteer_contests_a_line_and_the_office_corrects_it(client, mei, office):
    fact = Fact(Source.ATTENDANCE, 1, VILLAGE, TODAY, starts_at=NINE - 3 * HOUR, ends_at=NINE)
    credit = commands.post(person=mei, minutes=120, fact=fact, actor=office, at=NINE)

    send(
        client, mei, "own_credit", credit.pk, doubt="TOO_LITTLE", text="", begins="06:00",
        ends="09:00",
    )  # fmt: skip
    contest = the(Contest)
    desk = page_of(client, office, "contests")
    shown = page_of(client, office, "contest", contest.pk)
    send(
        client,
        office,
        "correct",
        contest.pk,
        finding="WRONG_TIME",
        begins="06:00",
        ends="09:00",
    )

    assert "少计时长" in desk
    assert 'value="06:00"' in shown
    with scope.whole_city():
        minutes = Credit.objects.order_by("pk").values_list("minutes", flat=True)
        assert list(minutes) == [120, -120, 180]
    assert "已更正" in page_of(client, mei, "contest", contest.pk)
    history = page_of(client, office, "credit", credit.pk)
    assert history.count("<tr>") >= 4
    assert "核实异议并更正时长记录" in history


def test_one_time_without_the_other_is_no_span(client, mei):
    credit = a_credit(mei)

    answer = send(client, mei, "own_credit", credit.pk, doubt="NOT_ME", begins="06:00")

    assert 'class="error"' in answer.content.decode()
    with scope.whole_city():
        assert not Contest.objects.exists()


def test_the_office_keeps_a_record_and_the_volunteer_withdraws_another(client, mei, office):
    credits = [a_credit(mei), a_credit(mei)]
    found = [
        commands.contest(credit_id=c.pk, doubt=Doubt.TOO_MUCH, actor=mei, at=NINE)
        for c in credits
    ]

    send(client, office, "keep", found[0].pk, finding="EVIDENCE_AGREES")
    send(client, mei, "recant", found[1].pk)

    with scope.whole_city():
        states = Contest.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == ["REFUSED", "WITHDRAWN"]


def test_a_contest_opens_for_its_volunteer_and_the_offices_above(client, mei):
    credit = a_credit(mei)
    found = commands.contest(credit_id=credit.pk, doubt=Doubt.NOT_ME, actor=mei, at=NINE)
    for person in (a_person("bo"), an_office(a_city().other_county)):
        client.force_login(person)
        assert client.get(reverse("hours:contest", args=[found.pk])).status_code == 404
        assert client.get(reverse("hours:own_credit", args=[credit.pk])).status_code == 404


def test_an_objection_is_taken_up_at_its_desk(client, mei, office):
    credit = a_credit(mei)
    made = commands.object_to(
        credit_id=credit.pk, doubt=Doubt.NOT_SERVED, text="那天没有活动", address="1.2.3.4",
        actor=None, at=NINE,
    )  # fmt: skip
    assert "那天没有活动" in page_of(client, office, "objections")

    send(client, office, "take_up", made.pk)

    contest = the(Contest)
    # The volunteer is asked, and never told by whom or in which words.
    assert "那天没有活动" not in page_of(client, mei, "contest", contest.pk)
    assert "那天没有活动" in page_of(client, office, "contest", contest.pk)
    assert the(Objection).contest_id == contest.pk


def test_training_and_what_is_under_review_stand_apart(client, mei):
    held = a_credit(mei, 60)
    a_credit(mei, 90)
    fact = Fact(Source.ATTENDANCE, 77, VILLAGE, TODAY, Counter.TRAINING)
    commands.post(person=mei, minutes=30, fact=fact, actor=mei, at=NINE)
    with scope.whole_city():
        Hold.objects.create(
            credit=held, rule="round_hours", person=mei, division_id=VILLAGE, earned_on=TODAY,
            details={}, held_at=NINE,
        )  # fmt: skip

    page = page_of(client, mei, "mine")

    assert "2.5" in page
    assert "0.5" in page
    assert "核查中" in page
    assert "正在核查" in page_of(client, mei, "own_credit", held.pk)


def test_desks_and_lists_cost_the_same_however_long(client, mei, office):
    for number in range(6):
        a_credit(mei, 60 + number)
        an_entry(mei)
    client.force_login(office)
    for name in ("desk", "contests", "objections", "publicity"):
        with at_most(20):
            client.get(reverse(f"hours:{name}"))


def test_a_team_and_a_place_have_their_own_list(client):
    team = a_team()
    for query in ({"team": team.code}, {"team": "?"}, {"place": "?"}, {"within": "x"}):
        status = client.get(reverse("hours:publicity"), query).status_code
        assert status == (404 if "?" in query.values() else 200)
