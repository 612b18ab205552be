"""Findings go to servers of others, once each; what these say comes back as steps."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError
from django.urls import reverse

from xinfeng.base import clock
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.findings import commands, handing
from xinfeng.findings.commands import handing as wording
from xinfeng.findings.models import Finding, Handover, HandoverState, State
from xinfeng.findings.open311 import asking, endpoints
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import a_city

from .build import HOUR, MONDAY, a_category, a_finding, a_wish, an_office_here, verbs

pytestmark = pytest.mark.django_db
NOW = MONDAY + 2 * HOUR
MINUTE = timedelta(minutes=1)


class Other:
    """A server of others on this machine: it answers as the test tells it to."""

    def __init__(self):
        self.asked, self.answers = [], {}
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers["Content-Length"])
                said = parse_qs(self.rfile.read(size).decode())
                mark = self.headers["Idempotency-Key"]
                told.asked.append((self.path, {k: v[0] for k, v in said.items()}, mark))
                self._answer()

            def do_GET(self):
                told.asked.append((self.path, {}, None))
                self._answer()

            def _answer(self):
                status, body = told.answers.get(self.path.split("?")[0], (404, ""))
                if body is None:
                    # As a machine that dies: the connection ends without a word.
                    self.close_connection = True
                    return
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_words):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def says(self, path, inner, status=200):
        body = f"<service_requests><request>{inner}</request></service_requests>"
        self.answers[path] = (status, body)

    def sent(self):
        return [said for path, said, _mark in self.asked if path == "/requests.xml"]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def other():
    made = Other()
    made.says("/requests.xml", "<service_request_id>311-7</service_request_id>")
    yield made
    made.stop()


@pytest.fixture
def named(other, settings, tmp_path):
    """The operator has named the server."""
    file = tmp_path / "out.yaml"
    file.write_text(listed(other.url), encoding="utf-8")
    settings.OPEN311_OUT = str(file)
    return other


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def listed(url, more=""):
    return (
        f"endpoints:\n  - {{name: roads, title: 公路局, url: '{url}', jurisdiction: roads.test,"
        f" api_key: SECRET, classes: {{litter: TRASH}}{more}}}\n"
    )


def a_report(**changes):
    a_category()
    report = commands.report(
        new=a_wish(name="张小梅", phone="13812345678", **changes), actor=None, at=MONDAY
    )
    return commands.confirm(
        finding_id=report.finding_id, actor=an_office_here(), at=MONDAY + HOUR, text="有垃圾"
    )


def wanted(finding, at=NOW):
    return commands.hand_over(
        finding_id=finding.pk, endpoint="roads", actor=an_office_here(), at=at
    )


def handed(named):
    finding = a_report()
    wanted(finding)
    handing.send_due(NOW)
    return finding, Handover.objects.get()


def test_nothing_leaves_where_the_operator_has_named_nobody():
    finding = a_report()
    with pytest.raises(Refusal):
        wanted(finding)
    assert handing.send_due(NOW) == 0
    assert not Handover.objects.exists()


def test_a_confirmed_finding_goes_there_in_the_words_of_the_office(named):
    finding, handover = handed(named)

    assert (handover.state, handover.number) == (HandoverState.HANDED, "311-7")
    [said] = named.sent()
    assert said == {
        "jurisdiction_id": "roads.test", "api_key": "SECRET", "service_code": "TRASH",
        "description": "有垃圾", "address_string": "茶山村", "lat": "26.890000",
        "long": "112.700000",
    }  # fmt: skip
    assert verbs(finding)[-2:] == ["handover.wanted", "handover.taken"]


def test_nobody_is_named_to_others(named):
    handed(named)
    assert not [w for w in ("小梅", "138") if w in str(named.asked)]


def test_it_is_sent_once_however_often_it_is_wanted(named):
    finding, _handover = handed(named)
    wanted(finding)
    for _n in range(3):
        handing.send_due(NOW + MINUTE)
    assert len(named.sent()) == 1
    with pytest.raises(IntegrityError):
        Handover.objects.create(
            finding=finding, endpoint="roads", state="WAITING", next_at=NOW,
            wanted_by=an_office_here(), wanted_at=NOW,
        )  # fmt: skip


def test_what_the_operator_wants_goes_by_itself_once_it_is_confirmed(named, settings, tmp_path):
    file = tmp_path / "by_itself.yaml"
    file.write_text(listed(named.url, ", by_itself: true"), encoding="utf-8")
    settings.OPEN311_OUT = str(file)
    a_report()
    assert handing.send_due(NOW) == 1
    assert len(named.sent()) == 1


def test_a_no_is_kept_and_it_may_be_sent_again(named):
    words = "<errors><error><description>unknown code</description></error></errors>"
    named.answers["/requests.xml"] = (400, words)
    finding, handover = handed(named)
    assert (handover.state, handover.next_at) == (HandoverState.REFUSED, None)
    assert "unknown code" in handover.trouble

    named.says("/requests.xml", "<service_request_id>8</service_request_id>")
    wanted(finding)
    handing.send_due(NOW)
    assert Handover.objects.get().number == "8"


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_later_under_the_same_mark(named, status):
    named.answers["/requests.xml"] = (status, "")
    finding, handover = handed(named)
    assert (handover.state, handover.tries) == (HandoverState.WAITING, 1)
    assert handing.send_due(NOW + MINUTE) == 0
    named.says("/requests.xml", "<service_request_id>9</service_request_id>")
    handing.send_due(NOW + 2 * MINUTE)

    assert Handover.objects.get().number == "9"
    assert len({mark for _path, _said, mark in named.asked}) == 1
    assert finding.pk


def test_whoever_is_never_there_is_given_up(named, monkeypatch):
    def away(*_given):
        raise asking.NotReached("refused")

    monkeypatch.setattr(asking, "report", away)
    wanted(a_report())
    at = NOW
    for _n in range(wording.TRIES):
        handing.send_due(at)
        at += timedelta(minutes=2**9)
    assert Handover.objects.get().state == HandoverState.REFUSED


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, None), (500, "x"), (200, "<broken"), (200, "<a/>"),
     (200, "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
     (200, "<a>" + "x" * (1 << 20) + "</a>")],
    ids=["dies", "500", "broken", "says nothing", "entities", "endless"],
)  # fmt: skip
def test_what_was_sent_without_an_answer_is_not_sent_again_by_itself(named, status, body):
    named.answers["/requests.xml"] = (status, body)
    finding, handover = handed(named)
    assert (handover.state, handover.next_at) == (HandoverState.UNSURE, None)
    for n in range(5):
        handing.send_due(NOW + n * HOUR)
    assert len(named.sent()) == 1
    assert verbs(finding)[-1] == "handover.unsure"


def test_a_redirect_is_not_followed(named):
    named.answers["/requests.xml"] = (302, "")
    _finding, handover = handed(named)
    assert handover.state == HandoverState.REFUSED
    assert len(named.asked) == 1


def test_what_a_dead_process_was_sending_is_not_known_to_have_arrived(named):
    wanted(a_report())
    assert len(commands.claim_parcels(at=NOW)) == 1
    assert commands.claim_parcels(at=NOW + MINUTE) == []
    assert commands.claim_parcels(at=NOW + 11 * MINUTE) == []
    assert Handover.objects.get().state == HandoverState.UNSURE


def test_an_answer_that_comes_after_all_changes_nothing(named):
    wanted(a_report())
    [parcel] = commands.claim_parcels(at=NOW)
    commands.claim_parcels(at=NOW + 11 * MINUTE)
    late = asking.Taken("late")
    commands.taken_there(handover_id=parcel.handover_id, taken=late, at=NOW + 12 * MINUTE)
    assert Handover.objects.get().state == HandoverState.UNSURE


# What they say


def said_there(named, state, words=""):
    named.says(
        "/requests/311-7.xml",
        f"<status>{state}</status><status_notes>{words}</status_notes>",
    )


def test_their_state_is_asked_each_hour_and_what_is_new_is_a_step(named):
    finding, _handover = handed(named)
    said_there(named, "open", "派工")
    assert handing.ask_due(NOW + MINUTE) == 0
    for n in (1, 2, 3):
        handing.ask_due(NOW + n * HOUR)

    assert verbs(finding).count("handover.heard") == 1
    handover = Handover.objects.get()
    assert (handover.their_state, handover.their_words) == ("open", "派工")


def test_their_end_is_no_re_check_of_ours(named):
    finding, _handover = handed(named)
    said_there(named, "closed", "已清运")
    handing.ask_due(NOW + HOUR)
    handing.ask_due(NOW + 5 * HOUR)

    assert Handover.objects.get().state == HandoverState.ENDED
    finding.refresh_from_db()
    assert finding.state == State.CONFIRMED
    assert len([path for path, *_rest in named.asked if "311-7" in path]) == 1


def test_a_token_becomes_a_number_in_time(named):
    named.says("/requests.xml", "<token>t-1</token>")
    _finding, handover = handed(named)
    assert (handover.state, handover.number) == (HandoverState.HANDED, "")
    named.says("/tokens/t-1.xml", "<token>t-1</token>")
    handing.ask_due(NOW + HOUR)
    named.says("/tokens/t-1.xml", "<service_request_id>311-7</service_request_id>")
    said_there(named, "open")
    handing.ask_due(NOW + 2 * HOUR)
    handover.refresh_from_db()
    assert (handover.number, handover.their_state) == ("311-7", "open")


def test_a_server_that_is_away_is_asked_again(named):
    handed(named)
    handing.ask_due(NOW + HOUR)
    assert Handover.objects.get().next_at == NOW + 2 * HOUR


# Who and what


def test_only_an_office_of_the_area_hands_over(named):
    finding = a_report()
    for who in (a_person("mei"), a_person("stranger")):
        with pytest.raises((Forbidden, Unknown)):
            commands.hand_over(finding_id=finding.pk, endpoint="roads", actor=who, at=NOW)


def test_what_is_not_confirmed_or_not_theirs_stays_here(named):
    a_category("parking", position=1)
    strange = a_finding(category_id=a_category("parking").pk)
    with pytest.raises(Refusal):
        wanted(strange)
    report = commands.report(new=a_wish(), actor=None, at=MONDAY)
    with pytest.raises(Refusal):
        wanted(Finding.objects.get(pk=report.finding_id))


def test_what_ended_before_it_was_sent_stays_here(named):
    finding = a_report()
    wanted(finding)
    commands.refuse(finding_id=finding.pk, reason="NOT_THERE", actor=an_office_here(), at=NOW)
    assert handing.send_due(NOW) == 0
    assert Handover.objects.get().state == HandoverState.REFUSED


def test_the_page_shows_where_it_is_and_what_they_say(client, named):
    finding = a_report()
    client.force_login(an_office_here())
    page = reverse("findings:finding", args=[finding.code])
    assert "转给公路局" in client.get(page).content.decode()
    client.post(reverse("findings:hand_over", args=[finding.code, "roads"]))
    handing.send_due(NOW)
    told = client.get(page).content.decode()
    assert "311-7" in told
    assert "转给公路局" not in told


@pytest.mark.parametrize(
    "text",
    ["endpoints: 5", "x", "endpoints: [{name: a}]", listed("http://example.org"),
     listed("ftp://example.org"), listed("https://u:p@example.org"), listed("https://e.org?x=1"),
     listed("https://e.org", ", strange: 1"), listed("https://e.org") + listed("https://e.org")[11:]],
    ids=range(9),
)  # fmt: skip
def test_a_list_of_servers_that_is_wrong_fails_loudly(settings, tmp_path, text):
    file = tmp_path / "wrong.yaml"
    file.write_text(text, encoding="utf-8")
    settings.OPEN311_OUT = str(file)
    with pytest.raises(ImproperlyConfigured):
        endpoints.endpoints()


def test_a_server_may_take_a_part_of_the_city_only(settings, tmp_path):
    file = tmp_path / "part.yaml"
    file.write_text(listed("https://e.org", ", within: [430499]"), encoding="utf-8")
    settings.OPEN311_OUT = str(file)
    assert a_city()
    [one] = endpoints.endpoints()
    assert not one.takes(a_report())


@pytest.mark.parametrize(
    "changes",
    [{"state": "HANDED", "next_at": NOW}, {"state": "WAITING", "next_at": None},
     {"state": "REFUSED", "next_at": NOW}, {"state": "GONE", "next_at": NOW}],
    ids=str,
)  # fmt: skip
def test_the_database_keeps_no_handover_that_cannot_be(named, changes):
    wanted(a_report())
    with pytest.raises(IntegrityError):
        Handover.objects.update(**changes)
