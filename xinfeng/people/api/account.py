"""One's own account over the interface: who I am, what I agreed to, what I was told."""

from datetime import date

from django.http import Http404, HttpRequest
from ninja import Query, Schema
from pydantic import Field

from xinfeng.base import clock, scope
from xinfeng.base.contract import PAGE, Moment, answers, number_key
from xinfeng.base.policies import Policy
from xinfeng.people import commands, notices, policies, queries
from xinfeng.people.models import Channel, Consent, ConsentKind, Grant, Notice
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .routing import router

_LARGEST = 2**63


class Role(Schema):
    """A role held, over one division or one place."""

    role: str
    division: int | None
    place: str | None
    starts_on: date


class Me(Schema):
    username: str
    name: str | None
    division: int
    registered_on: date | None
    roles: list[Role]


class PolicyText(Schema):
    """The text of one kind of consent that holds today; agreeing names its version.

    The Chinese words are what one agrees to, and what the digest is of.
    """

    kind: ConsentKind
    version: str
    digest: str
    title: str
    text: str
    title_en: str
    text_en: str


class Agreed(Schema):
    """A consent of mine, and when it was withdrawn if it was."""

    kind: str
    version: str
    channel: str
    given_at: Moment
    withdrawn_at: Moment | None


class Agreement(Schema):
    kind: ConsentKind
    version: str = Field(min_length=1, max_length=20)


class Told(Schema):
    """A message in my inbox."""

    id: int
    kind: str
    sentence: str
    href: str
    told_at: Moment
    read_at: Moment | None


class Inbox(Schema):
    unread: int
    items: list[Told]
    next: str | None


class InboxAfter(Schema):
    after: str = Field("", max_length=20)


class MarkedRead(Schema):
    marked: int


@router.get("/me", response=answers(Me), auth=needs(Scope.RECORD), summary="Who I am here")
def me(request: TokenRequest) -> Me:
    found = queries.me(request.user, clock.today())
    return Me(
        username=found.person.username,
        name=found.identity.name if found.identity else None,
        division=found.person.division_id,
        registered_on=found.person.registered_on,
        roles=[_role(grant) for grant in found.grants],
    )


@router.get(
    "/policies",
    response=answers(list[PolicyText]),
    auth=None,
    summary="What one agrees to, in its very words",
)
def texts(request: HttpRequest) -> list[PolicyText]:
    held = [(kind, policies.current(kind, clock.today())) for kind in ConsentKind]
    return [_text(kind, policy) for kind, policy in held if policy]


@router.get(
    "/me/consents",
    response=answers(list[Agreed]),
    auth=needs(Scope.RECORD),
    summary="What I agreed to",
)
def consents(request: TokenRequest) -> list[Agreed]:
    with scope.reading(person_id=request.user.pk, spans=[]):
        own = Consent.objects.filter(person_id=request.user.pk)
        return [_agreed(consent) for consent in own.order_by("given_at", "pk")]


@router.post(
    "/me/consents",
    response=answers(Agreed),
    auth=needs(Scope.PART),
    summary="Agree to a text",
)
def give_consent(request: TokenRequest, agreement: Agreement) -> Agreed:
    return _agreed(
        commands.give_consent(
            person_id=request.user.pk,
            kind=agreement.kind,
            version=agreement.version,
            channel=Channel.API,
            actor=request.user,
            at=clock.now(),
        )
    )


@router.post(
    "/me/consents/{kind}/withdrawal",
    response=answers(Agreed),
    auth=needs(Scope.PART),
    summary="Take a consent back",
)
def withdraw_consent(request: TokenRequest, kind: ConsentKind) -> Agreed:
    return _agreed(
        commands.withdraw_consent(
            person_id=request.user.pk, kind=kind, actor=request.user, at=clock.now()
        )
    )


@router.get(
    "/me/notices",
    response=answers(Inbox),
    auth=needs(Scope.RECORD),
    summary="My messages, newest first",
)
def inbox(request: TokenRequest, page: Query[InboxAfter]) -> Inbox:
    before = number_key(page.after) or _LARGEST - 1
    with scope.reading(person_id=request.user.pk, spans=[]):
        own = Notice.objects.filter(person_id=request.user.pk)
        unread = own.unread().count()
        found = list(own.filter(pk__lt=before).order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    return Inbox(
        unread=unread,
        items=[_told(notice) for notice in shown],
        next=str(shown[-1].pk) if len(found) > PAGE else None,
    )


@router.post(
    "/me/notices/{notice_id}/reading",
    response=answers(MarkedRead),
    auth=needs(Scope.PART),
    summary="Mark one of my messages as read, or all",
)
def mark_read(request: TokenRequest, notice_id: str) -> MarkedRead:
    chosen = None if notice_id == "all" else number_key(notice_id)
    if chosen == 0:
        raise Http404
    return MarkedRead(
        marked=commands.mark_read(actor=request.user, at=clock.now(), notice_id=chosen)
    )


def _role(grant: Grant) -> Role:
    return Role(
        role=grant.role,
        division=grant.division_id,
        place=grant.place.code if grant.place else None,
        starts_on=grant.starts_on,
    )


def _text(kind: ConsentKind, policy: Policy) -> PolicyText:
    return PolicyText(
        kind=kind,
        version=policy.code,
        digest=policy.digest,
        title=policy.title,
        text=policy.text,
        title_en=policy.title_en,
        text_en=policy.text_en,
    )


def _agreed(consent: Consent) -> Agreed:
    return Agreed(
        kind=consent.kind,
        version=consent.version,
        channel=consent.channel,
        given_at=consent.given_at,
        withdrawn_at=consent.withdrawn_at,
    )


def _told(notice: Notice) -> Told:
    return Told(
        id=notice.pk,
        kind=notice.kind,
        sentence=notices.sentence(notice.kind, notice.words),
        href=notice.href,
        told_at=notice.told_at,
        read_at=notice.read_at,
    )
