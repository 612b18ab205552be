"""Sending beyond the inbox, against a gateway that listens on this machine."""

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from xinfeng.base import clock, crypto, scope
from xinfeng.base.refusal import Refusal
from xinfeng.people import commands, delivering, jobs, notices
from xinfeng.people.models import Identity, Notice, Person, PersonState
from xinfeng.people.models.identity import about
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


class Gateway(ThreadingHTTPServer):
    """Takes what it is sent, or answers as it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.taken: list[dict[str, str]] = []
        self.answer = 200

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.server_port}/send"


class Answering(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.answer == 200:
            self.server.taken.append(json.loads(body) | {"path": self.path})
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def gateway(settings, monkeypatch) -> Iterator[Gateway]:
    monkeypatch.setattr(notices, "_sentences", {})
    notices.declare({"test.called_off": gettext_lazy("%(title)s is called off")})
    monkeypatch.setattr(clock, "now", lambda: NINE)
    with Gateway() as gateway:
        settings.NOTICE_GATEWAY = gateway.address + "?:to={phone}"
        Thread(target=gateway.serve_forever, daemon=True).start()
        yield gateway
        gateway.shutdown()


def with_phone(username: str = "mei", phone: str = PHONE) -> Person:
    person = a_person(username)
    with scope.whole_city():
        Identity.objects.filter(pk=person.pk).update(
            phone_sealed=crypto.seal(phone, about=about("phone", person.pk)),
            phone_digest=crypto.digest("phone", phone),
        )
    return person


def told(person: Person, title: str = "清扫楼道 & <河道>") -> int:
    with scope.whole_city():
        commands.tell("test.called_off", [person.pk], at=NINE, title=title)
        return Notice.objects.get(person=person).pk


def sent_at(notice_id: int):
    with scope.whole_city():
        return Notice.objects.get(pk=notice_id).sent_at


def test_the_gateway_gets_the_sentence_the_telephone_number_and_nothing_else(gateway):
    mei = with_phone()
    notice_id = told(mei)

    jobs.send_notice(notice_id)

    (taken,) = gateway.taken
    assert taken["message"] == "清扫楼道 & <河道> is called off"
    assert taken["to"] == PHONE
    assert taken["path"] == "/send"
    assert "王小梅" not in json.dumps(taken, ensure_ascii=False)
    assert sent_at(notice_id) == NINE


def test_a_gateway_that_knows_people_by_its_own_name_is_not_told_their_number(
    gateway, settings
):
    settings.NOTICE_GATEWAY = gateway.address + "?:to={person}"
    mei = with_phone()

    jobs.send_notice(told(mei))

    assert len(gateway.taken[0]["to"]) == 24
    assert PHONE not in json.dumps(gateway.taken)


def test_sent_once_it_is_not_sent_again(gateway):
    notice_id = told(with_phone())

    jobs.send_notice(notice_id)
    jobs.send_notice(notice_id)

    assert len(gateway.taken) == 1


def test_what_the_gateway_does_not_take_is_tried_again_later(gateway):
    notice_id = told(with_phone())
    gateway.answer = 503

    with pytest.raises(delivering.NotDelivered) as failed:
        jobs.send_notice(notice_id)

    assert sent_at(notice_id) is None
    assert [_waits(failed.value, attempts) for attempts in (0, 1, 2, 7)] == [3, 9, 27, 6561]
    assert _waits(failed.value, 8) is None
    gateway.answer = 200
    jobs.send_notice(notice_id)
    assert len(gateway.taken) == 1


def _waits(failure: Exception, attempts: int) -> int | None:
    """After so many attempts, in how many seconds the next one is due; None: no more."""
    job = Job(
        id=1, queue="q", lock=None, queueing_lock=None, task_name="send_notice",
        attempts=attempts,
    )  # fmt: skip
    decision = jobs.AGAIN.get_retry_decision(exception=failure, job=job)
    if decision is None:
        return None
    assert decision.retry_at
    return round((decision.retry_at - timezone.now()).total_seconds())


def test_a_mistake_of_ours_is_not_tried_again():
    assert _waits(ValueError(), 0) is None


def test_a_job_is_deferred_in_the_change_and_goes_with_it(gateway):
    mei = with_phone()
    told(mei)
    deferred = ProcrastinateJob.objects.filter(task_name="send_notice")
    assert deferred.count() == 1

    def refused() -> None:
        with scope.whole_city():
            commands.tell("test.called_off", [mei.pk], at=NINE, title="x")
            raise Refusal("no", "no")

    with pytest.raises(Refusal):
        refused()

    assert deferred.count() == 1


def test_without_a_gateway_nothing_is_deferred(gateway, settings):
    settings.NOTICE_GATEWAY = ""

    told(with_phone())

    assert not ProcrastinateJob.objects.filter(task_name="send_notice").exists()


@pytest.mark.parametrize("why", ["no telephone", "closed account", "a day later", "no notice"])
def test_who_cannot_or_need_not_be_reached_is_left_in_peace(gateway, monkeypatch, why):
    person = a_person() if why == "no telephone" else with_phone()
    notice_id = told(person)
    if why == "closed account":
        Person.objects.filter(pk=person.pk).update(state=PersonState.CLOSED)
    if why == "a day later":
        monkeypatch.setattr(clock, "now", lambda: NINE + timedelta(days=1))

    jobs.send_notice(notice_id + 1 if why == "no notice" else notice_id)

    assert gateway.taken == []


@pytest.mark.parametrize("address", ["json://127.0.0.1/", "json://h/?:to={phone}{name}"])
def test_a_gateway_that_asks_for_nobody_or_for_more_is_a_mistake(settings, address):
    settings.NOTICE_GATEWAY = address

    with pytest.raises(ImproperlyConfigured):
        delivering.wanted()
