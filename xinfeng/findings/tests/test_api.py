"""Findings over the interface: the same acts, the same refusals as on the pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinfeng.base import clock
from xinfeng.findings.models import Finding, FindingFile, Source, Stage, State
from xinfeng.people.tests.build import a_person
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.units.tests.build import a_member, a_unit

from .build import (
    DAY,
    HOUR,
    MONDAY,
    a_category,
    a_county,
    a_finding,
    a_repaired,
    a_verified,
    an_inspector,
    an_office_here,
    an_ordered,
    mei,
    seen,
    the_unit,
)
from .test_pages import jpeg

pytestmark = pytest.mark.django_db
HOME = "/api/v1"


@pytest.fixture(autouse=True)
def afternoon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 6 * HOUR)


class By:
    """Somebody by a token of a program."""

    def __init__(self, client, person, *scopes):
        self.client = client
        self.headers = bearer(person, *(scopes or [Scope.OFFICE]))

    def get(self, address, **query):
        return self.client.get(f"{HOME}/{address}", query, headers=self.headers)

    def act(self, finding, act, **said):
        return self.client.post(
            f"{HOME}/findings/{finding.code}/{act}", said, "application/json",
            headers=self.headers,
        )  # fmt: skip

    def send(self, finding, act, **form):
        return self.client.post(
            f"{HOME}/findings/{finding.code}/{act}", form, headers=self.headers
        )


@pytest.fixture
def office(client):
    return By(client, an_office_here())


@pytest.fixture
def unit(client):
    return By(client, mei())


@pytest.fixture
def inspector(client):
    return By(client, an_inspector())


def test_a_finding_goes_its_whole_way_over_the_interface(office, unit, inspector):
    finding = a_finding()

    ordered = office.act(finding, "order", unit=the_unit().code, term="WD3").json()
    assert (ordered["state"], ordered["unit"]) == (State.ORDERED, "UNIT")
    assert unit.act(finding, "taking").json()["state"] == State.REPAIRING
    done = unit.send(finding, "repair", words="已清运。", after=[jpeg()]).json()
    assert (done["state"], [p["stage"] for p in done["pictures"]]) == ("REPAIRED", ["AFTER"])
    passed = inspector.send(finding, "recheck", verdict="MET").json()
    assert passed["state"] == State.VERIFIED
    assert office.act(finding, "closing").json()["state"] == State.CLOSED
    assert office.act(finding, "reopening", reason="CAME_BACK").json()["attempt"] == 2


def test_what_is_already_so_answers_alike(office):
    finding = a_finding()
    first = office.act(finding, "order", unit=the_unit().code, term="WD3")
    again = office.act(finding, "order", unit=the_unit().code, term="WD3")
    assert first.json() == again.json()


def test_a_unit_asks_for_time_and_the_office_grants_it(office, unit):
    finding = an_ordered()
    until = (MONDAY + 8 * DAY).isoformat()
    assert unit.act(finding, "extension", until=until, cause="WEATHER").status_code == 200
    granted = office.act(finding, "extension/granting").json()
    assert [one["state"] for one in granted["extensions"]] == ["GRANTED"]
    assert office.act(finding, "extension/granting").status_code == 404


def test_the_deadline_may_also_stand(office, unit):
    finding = an_ordered()
    unit.act(finding, "extension", until=(MONDAY + 8 * DAY).isoformat(), cause="MONEY")
    told = office.act(finding, "extension/refusal").json()
    assert [one["state"] for one in told["extensions"]] == ["REFUSED"]


def test_an_appeal_is_judged_by_somebody_apart(client, office, unit):
    finding = an_ordered()
    made = unit.send(
        finding, "appeal", ground="NO_FINDING", words="现场整洁。", pictures=[jpeg()]
    )
    assert made.json()["appeals"][0]["state"] == "OPEN"

    own = office.act(finding, "appeal/upholding", judgement="成立")
    assert refused_with(own)[0] == 403, "the office ordered it"
    apart = By(client, a_county())
    assert [one["finding"] for one in apart.get("finding-appeals").json()["items"]]
    judged = apart.act(finding, "appeal/upholding", judgement="成立").json()
    assert judged["state"] == State.REFUSED


def test_an_appeal_may_be_rejected(client, unit):
    finding = an_ordered()
    unit.send(finding, "appeal", ground="NO_FINDING", words="现场整洁。")
    judged = By(client, a_county()).act(finding, "appeal/rejection", judgement="不成立").json()
    assert [one["state"] for one in judged["appeals"]] == ["REJECTED"]


def test_a_report_is_confirmed_merged_refused_or_praise_passed_on(office):
    more = {"source": Source.SELF, "found_by_id": None, "line": ""}
    first, second, third = (a_finding(**more) for _n in range(3))
    praise = a_finding(**more, is_praise=True)
    a_category("parking", position=1)

    told = office.act(first, "confirmation", text="路口有垃圾", category="parking").json()
    assert (told["text"], told["category"], told["state"]) == (
        "路口有垃圾",
        "parking",
        "CONFIRMED",
    )
    assert office.act(second, "merger", into=first.code).json()["merged_into"] == first.code
    assert office.act(third, "refusal", reason="NOT_THERE").json()["reason"] == "NOT_THERE"
    assert office.act(praise, "praise").json()["state"] == State.CLOSED


def test_a_unit_is_reminded(office):
    told = office.act(an_ordered(), "reminder").json()
    assert "finding.reminded" in [step["verb"] for step in told["timeline"]]


def test_nobody_re_checks_their_own_unit(client):
    finding = a_repaired()
    hong = an_inspector()
    a_member(hong, the_unit())
    answer = By(client, hong).send(finding, "recheck", verdict="MET")
    assert refused_with(answer) == (403, "not_your_finding")
    assert seen(finding).state == State.REPAIRED


def test_a_stranger_finds_nothing(client):
    finding = an_ordered()
    stranger = By(client, a_person("stranger"))
    assert stranger.get(f"findings/{finding.code}").status_code == 404
    assert stranger.get("findings").status_code == 404
    assert stranger.get("unit-findings").status_code == 404
    for act in ("taking", "closing", "reminder", "reporter", "extension/granting"):
        assert stranger.act(finding, act).status_code == 404


def test_another_unit_reads_nothing_of_it(client):
    finding = an_ordered()
    other = a_unit(code="OTHER")
    person = a_person("chen")
    a_member(person, other)
    chen = By(client, person)
    assert chen.get(f"findings/{finding.code}").status_code == 404
    assert chen.send(finding, "repair", words="x", after=[jpeg()]).status_code == 404


def test_a_token_for_something_else_opens_no_desk(client):
    answer = By(client, an_office_here(), Scope.PART).get("findings")
    assert refused_with(answer) == (403, "scope_missing")


@pytest.mark.parametrize(
    ("act", "said"),
    [("order", {"unit": "UNIT", "term": "YEARS"}), ("refusal", {"reason": "NOT_DONE"}),
     ("confirmation", {"text": "长" * 1001}), ("confirmation", {"text": "a\0b"}),
     ("extension", {"until": "2022-08-01T00:00:00", "cause": "WEATHER"})],
    ids=str,
)  # fmt: skip
def test_what_is_no_word_of_the_list_is_misread(office, act, said):
    the_unit()
    assert refused_with(office.act(a_finding(), act, **said)) == (422, "misread")


def test_a_file_that_is_no_picture_is_refused_and_changes_nothing(unit):
    finding = an_ordered()
    page = jpeg()
    page.file.seek(0)
    page.file.write(b"<html><script>alert(1)</script>")
    page.file.truncate()
    page.file.seek(0)
    answer = unit.send(finding, "repair", words="已清运。", after=[page])
    assert answer.status_code == 415
    assert seen(finding).state == State.ORDERED


def test_a_form_with_the_sign_nul_is_misread(unit):
    answer = unit.send(an_ordered(), "repair", words="a\0b", after=[jpeg()])
    assert refused_with(answer) == (422, "misread")


def test_a_broken_form_is_unreadable(client, unit):
    finding = an_ordered()
    answer = client.post(
        f"{HOME}/findings/{finding.code}/repair", b"nonsense",
        content_type="multipart/form-data", headers=unit.headers,
    )  # fmt: skip
    assert refused_with(answer) == (400, "unreadable")


def test_a_picture_larger_than_any_text_is_taken(unit, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = unit.send(an_ordered(), "repair", words="已清运。", after=[jpeg()])
    assert answer.status_code == 200, answer.content


# Lists


def test_pages_of_the_list_join_without_gap(office):
    codes = {a_finding().code for _n in range(65)}
    found, after = [], ""
    while after is not None:
        page = office.get("findings", after=after).json()
        found += [one["code"] for one in page["items"]]
        after = page["next"]
    assert len(found) == len(set(found)) == 65
    assert set(found) == codes


def test_the_list_is_narrowed_as_the_desk_is(office):
    ordered, plain = an_ordered(), a_finding(source=Source.SELF, found_by_id=None)

    def codes(**query):
        return [one["code"] for one in office.get("findings", **query).json()["items"]]

    assert codes(state="ORDERED") == [ordered.code]
    assert codes(source="SELF") == [plain.code]
    assert codes(unit="UNIT") == [ordered.code]
    assert codes(unit="NONE") == []
    assert codes(deadline="RED") == []
    assert set(codes(within=430405007000)) == {ordered.code, plain.code}
    assert office.get("findings", after="x").json()["code"] == "after_unreadable"
    assert office.get("findings", state="DONE").status_code == 422


def test_the_list_costs_as_much_for_many_as_for_few(office):
    def cost():
        with CaptureQueriesContext(connection) as questions:
            assert office.get("findings").status_code == 200
        return len(questions)

    an_ordered()
    few = cost()
    for _n in range(10):
        an_ordered()
    assert cost() == few <= 12


def test_a_unit_sees_what_it_has_to_do(unit):
    todo, back = an_ordered(), a_repaired()
    told = unit.get("unit-findings").json()
    assert [one["code"] for one in told["to_repair"]] == [todo.code]
    assert [one["code"] for one in told["given_back"]] == [back.code]


def test_an_inspector_sees_what_may_be_re_checked(inspector):
    repaired = a_repaired()
    a_verified()
    told = inspector.get("finding-rechecks").json()["items"]
    assert [one["code"] for one in told] == [repaired.code]


def test_a_picture_is_fetched_by_its_number(unit):
    finding = an_ordered()
    unit.send(finding, "repair", words="已清运。", after=[jpeg()])
    number = FindingFile.objects.get(finding=finding, stage=Stage.AFTER).pk
    answer = unit.get(f"findings/{finding.code}/pictures/{number}")
    b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "image/jpeg"
    assert unit.get(f"findings/{a_finding().code}/pictures/{number}").status_code == 404
    assert unit.get(f"findings/{finding.code}/pictures/{10**30}").status_code == 404


def test_the_sheet_says_what_its_reader_may_do(office, unit):
    finding = an_ordered()
    told = unit.get(f"findings/{finding.code}").json()
    assert (told["may_repair"], told["may_order"]) == (True, False)
    assert told["named"] is None
    told = office.get(f"findings/{finding.code}").json()
    assert (told["may_repair"], told["may_order"]) == (False, True)
    assert Finding.objects.count() == 1
