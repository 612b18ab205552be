"""What leaves the house: one job for each notice, deferred in the change that tells of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from procrastinate.contrib.django import app

from xinfeng.base import scope
from xinfeng.people import delivering, notices
from xinfeng.people.models import Identity, Notice

JOB = "send_notice"
# A reminder that comes a day late helps nobody.
FRESH_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Message:
    address: str
    sentence: str


def defer_sending(told: Iterable[Notice]) -> None:
    """In the caller's transaction: what is rolled back is not sent."""
    jobs: list[dict[str, Any]] = [{"notice_id": notice.pk} for notice in told]
    if jobs and delivering.is_on():
        app.configure_task(JOB).batch_defer(*jobs)


@scope.command
def to_send(*, notice_id: int, at: datetime) -> Message | None:
    """As the gateway gets it; None when it was sent, is stale, or would reach nobody."""
    notice = Notice.objects.select_related("person").filter(pk=notice_id, sent_at=None).first()
    if notice is None or at >= notice.told_at + FRESH_FOR or not notice.person.is_active:
        return None
    identity = Identity.objects.filter(pk=notice.person_id).first()
    address = delivering.address_of(identity) if identity else None
    if address is None:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        return Message(address, notices.sentence(notice.kind, notice.words))


@scope.command
def mark_sent(*, notice_id: int, at: datetime) -> None:
    """The gateway took it."""
    Notice.objects.filter(pk=notice_id, sent_at=None).update(sent_at=at)
