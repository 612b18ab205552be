"""Findings go to servers of others, and what these say comes back as steps.

What is sent stands in these commands; the sending itself is a job's, outside transactions.
Their word moves nothing here: a finding is closed by our own re-check alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import crypto, scope
from xinfeng.base.refusal import Refusal
from xinfeng.findings import permissions
from xinfeng.findings.models import Finding, FindingFile, Handover, HandoverState, Stage
from xinfeng.findings.open311 import endpoints
from xinfeng.findings.open311.asking import Heard, Taken
from xinfeng.findings.open311.endpoints import Endpoint
from xinfeng.findings.queries.requests import OF_RESIDENTS
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .asking import lock_for
from .moving import lock, note

journal.declare(
    {
        "handover.wanted": gettext_lazy("had a finding handed over to others"),
        "handover.taken": gettext_lazy("others took the finding on"),
        "handover.not_taken": gettext_lazy("others did not take the finding on"),
        "handover.unsure": gettext_lazy("sent a finding to others, without an answer"),
        "handover.heard": gettext_lazy("others told what became of the finding"),
        "handovers.claimed": gettext_lazy("took up what is to be handed over"),
    }
)
# 2, 4, 8 … minutes, eight hours in all.
TRIES: Final = 8
ASK_EVERY = timedelta(hours=1)
# A process that took something to send is done with it by then, or has died.
_SENT_BY = timedelta(minutes=10)
_BATCH = 20
_AGAIN = (HandoverState.REFUSED, HandoverState.UNSURE)


@dataclass(frozen=True)
class Parcel:
    """What is sent, to whom, under a mark that stays the same."""

    handover_id: int
    endpoint: Endpoint
    said: dict[str, str]
    mark: str


@dataclass(frozen=True)
class Question:
    """About which of theirs we ask; the token where they have given no number yet."""

    handover_id: int
    endpoint: Endpoint
    number: str
    token: str


@scope.command
def hand_over(*, finding_id: int, endpoint: str, actor: Person, at: datetime) -> Handover:
    """An office gives a confirmed finding to a server that the operator has named.

    Again only after a no, or when it was sent without an answer and somebody has asked there.
    """
    finding, _caller = lock_for(finding_id, actor, at, permissions.may_order)
    known = Handover.objects.select_for_update(of=("self",)).filter(finding=finding)
    made = known.filter(endpoint=endpoint).first()
    if made is not None and made.state not in _AGAIN:
        return made
    to = endpoints.named(endpoint)
    if to is None or not to.takes(finding):
        raise Refusal("not_their_business", _("They take no findings of this kind."))
    if not finding.is_open or finding.confirmed_at is None:
        raise Refusal("not_confirmed", _("Only what is confirmed and open is handed over."))
    return _want(finding, to, actor, at, made)


def hand_over_by_itself(finding: Finding, actor: Person, at: datetime) -> None:
    """What the operator wants to go on without being told to; in the confirming command."""
    for to in endpoints.endpoints():
        fits = to.by_itself and to.takes(finding)
        if fits and not Handover.objects.filter(finding=finding, endpoint=to.name).exists():
            _want(finding, to, actor, at, None)


@scope.command
def claim_parcels(*, at: datetime) -> list[Parcel]:
    """What is to be sent now, each taken by one worker only."""
    due = Handover.objects.select_for_update(of=("self",), skip_locked=True).filter(
        next_at__lte=at
    )
    for lost in due.filter(state=HandoverState.SENDING).order_by("next_at", "pk")[:_BATCH]:
        _end(lost, HandoverState.UNSURE, "handover.unsure", "", at)
    parcels = []
    waiting = due.filter(state=HandoverState.WAITING).select_related(
        "finding__category", "finding__division"
    )
    for one in waiting.order_by("next_at", "pk")[:_BATCH]:
        to = endpoints.named(one.endpoint)
        if to is None or not to.takes(one.finding) or not one.finding.is_open:
            _end(one, HandoverState.REFUSED, "handover.not_taken", "not ours any more", at)
            continue
        one.state, one.tries, one.next_at = HandoverState.SENDING, one.tries + 1, at + _SENT_BY
        one.save(update_fields=["state", "tries", "next_at"])
        parcels.append(Parcel(one.pk, to, _said(one.finding, to), _mark(one)))
    if parcels:
        journal.record(
            "handovers.claimed", Handover(pk=parcels[0].handover_id), actor=None, at=at,
            parcels=len(parcels),
        )  # fmt: skip
    return parcels


@scope.command
def taken_there(*, handover_id: int, taken: Taken, at: datetime) -> Handover:
    """They have it, under a number of theirs."""
    one = _sending(handover_id)
    if one is None:
        return Handover.objects.get(pk=handover_id)
    one.state, one.number, one.token = HandoverState.HANDED, taken.number, taken.token
    one.handed_at, one.trouble, one.next_at = at, "", at + ASK_EVERY
    one.save(update_fields=["state", "number", "token", "handed_at", "trouble", "next_at"])
    _note(one, "handover.taken", at)
    return one


@scope.command
def refused_there(*, handover_id: int, trouble: str, at: datetime) -> Handover:
    """They said no; the desk may mend it and hand it over again."""
    one = _sending(handover_id)
    if one is None:
        return Handover.objects.get(pk=handover_id)
    return _end(one, HandoverState.REFUSED, "handover.not_taken", trouble, at)


@scope.command
def lost_on_the_way(*, handover_id: int, trouble: str, at: datetime) -> Handover:
    """It was sent and nobody knows; sending it once more is for a person to decide."""
    one = _sending(handover_id)
    if one is None:
        return Handover.objects.get(pk=handover_id)
    return _end(one, HandoverState.UNSURE, "handover.unsure", trouble, at)


@scope.command
def not_reached(*, handover_id: int, trouble: str, at: datetime) -> Handover:
    """Nothing arrived there: later again, and after eight times it is a no."""
    one = _sending(handover_id)
    if one is None:
        return Handover.objects.get(pk=handover_id)
    if one.tries >= TRIES:
        return _end(one, HandoverState.REFUSED, "handover.not_taken", trouble, at)
    one.state, one.trouble = HandoverState.WAITING, trouble[: Handover.LONGEST]
    one.next_at = at + timedelta(minutes=2**one.tries)
    one.save(update_fields=["state", "trouble", "next_at"])
    journal.record("handovers.claimed", one, actor=None, at=at, tries=one.tries)
    return one


@scope.command
def claim_questions(*, at: datetime) -> list[Question]:
    """About what we ask now; asked again an hour later, whatever comes of it."""
    due = Handover.objects.select_for_update(of=("self",), skip_locked=True).filter(
        Q(state=HandoverState.HANDED), next_at__lte=at
    )
    questions = []
    for one in due.order_by("next_at", "pk")[:_BATCH]:
        one.next_at = at + ASK_EVERY
        one.save(update_fields=["next_at"])
        to = endpoints.named(one.endpoint)
        if to is not None:
            questions.append(Question(one.pk, to, one.number, one.token))
    if questions:
        journal.record(
            "handovers.claimed", Handover(pk=questions[0].handover_id), actor=None, at=at,
            questions=len(questions),
        )  # fmt: skip
    return questions


@scope.command
def heard(*, handover_id: int, number: str, said: Heard | None, at: datetime) -> Handover:
    """What they say now; what is new becomes a step of the finding."""
    handovers = Handover.objects.select_for_update(of=("self",))
    one = handovers.get(pk=handover_id)
    if one.state != HandoverState.HANDED:
        return one
    was = (one.number, one.their_state, one.their_words)
    one.number = number or one.number
    if said is not None:
        one.their_state, one.their_words = said.state, said.words
    if was == (one.number, one.their_state, one.their_words):
        return one
    one.heard_at = at
    if said is not None and said.state == "closed":
        one.state, one.next_at = HandoverState.ENDED, None
    one.save(
        update_fields=["number", "their_state", "their_words", "heard_at", "state", "next_at"]
    )
    _note(one, "handover.heard", at)
    return one


def _want(
    finding: Finding, to: Endpoint, actor: Person, at: datetime, made: Handover | None
) -> Handover:
    one = made or Handover(finding=finding, endpoint=to.name)
    one.state, one.tries, one.trouble, one.next_at = HandoverState.WAITING, 0, "", at
    one.wanted_by, one.wanted_at = actor, at
    one.save()
    note(finding, verb="handover.wanted", actor=actor, at=at, endpoint=to.name)
    return one


def _sending(handover_id: int) -> Handover | None:
    """As long as it is ours to tell: an answer that comes after all else is late."""
    found = Handover.objects.select_for_update(of=("self",)).get(pk=handover_id)
    return found if found.state == HandoverState.SENDING else None


def _end(one: Handover, state: HandoverState, verb: str, why: str, at: datetime) -> Handover:
    one.state, one.next_at, one.trouble = state, None, why[: Handover.LONGEST]
    one.save(update_fields=["state", "next_at", "trouble"])
    _note(one, verb, at)
    return one


def _note(one: Handover, verb: str, at: datetime) -> None:
    finding = lock(one.finding_id)
    assert finding is not None
    note(finding, verb=verb, actor=None, at=at, endpoint=one.endpoint, handover=one.state)


def _mark(one: Handover) -> str:
    return crypto.derive("open311 handover", str(one.pk), one.wanted_at.isoformat()).hex()[:32]


def _said(finding: Finding, to: Endpoint) -> dict[str, str]:
    """The words of the office, where it is, and a picture that is public already."""
    assert finding.category is not None
    said = {
        "service_code": to.classes[finding.category.code],
        "description": finding.text,
        "address_string": finding.division.name,
    }
    if finding.lat_e6 is not None and finding.lon_e6 is not None:
        said |= {"lat": f"{finding.lat_e6 / 1e6:.6f}", "long": f"{finding.lon_e6 / 1e6:.6f}"}
    if address := _picture(finding):
        said["media_url"] = address
    return said


def _picture(finding: Finding) -> str:
    if not settings.PUBLIC_ADDRESS or finding.source not in OF_RESIDENTS:
        return ""
    public = FindingFile.objects.filter(finding=finding, is_public=True, stage=Stage.BEFORE)
    first = public.order_by("pk").values_list("pk", flat=True).first()
    if first is None:
        return ""
    path = reverse("open311:picture", args=[finding.code, first])
    return f"{settings.PUBLIC_ADDRESS.rstrip('/')}{path}"
