"""Certificates: one's own, their files, whether their public page answers, and that page."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Schema

from xinfeng.base import clock, short_code
from xinfeng.base.contract import Problem, answers
from xinfeng.hours import commands
from xinfeng.hours.commands.certificates import CODE_SIGNS, Period
from xinfeng.hours.models import Certificate
from xinfeng.hours.public_log import public_log
from xinfeng.hours.queries import certificates as reading
from xinfeng.hours.serving import answer_file, keep_pace, plain
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .routing import router

A_PDF = {
    "responses": {
        200: {
            "description": "OK",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


class CertificateBrief(Schema):
    """Anybody with the code may check it at `/certificates/<code>/`, while `is_public`."""

    code: str
    first_on: date
    last_on: date
    service_minutes: int
    training_minutes: int
    state: str
    is_public: bool


class CertificateWish(Schema):
    """From the first to the last day, both included."""

    first_on: date
    last_on: date


class Visibility(Schema):
    """Whether the public page answers to the code; the file stays valid either way."""

    is_public: bool


class CertificateChecked(Schema):
    """What anybody with the code learns; of the name, the first sign only.

    `line` is the certificate's line of the public log, null until it stands there;
    `taken_back` counts credits that were reversed since.
    """

    name: str
    unit: str
    first_on: date
    last_on: date
    service_minutes: int
    training_minutes: int
    issued_on: date
    is_revoked: bool
    reason: str
    line: int | None
    taken_back: int


@router.get(
    "/me/certificates",
    response=answers(list[CertificateBrief]),
    auth=needs(Scope.RECORD),
    summary="My certificates",
)
def certificates(request: TokenRequest) -> list[CertificateBrief]:
    mine = reading.my_certificates(request.user)
    return [_certificate(made) for made in mine.certificates]


@router.post(
    "/me/certificates",
    response=answers(CertificateBrief),
    auth=needs(Scope.PART),
    summary="Have a certificate issued, free",
)
def issue(request: TokenRequest, wish: CertificateWish) -> CertificateBrief:
    made = commands.issue(
        period=Period(wish.first_on, wish.last_on),
        code=short_code.new(CODE_SIGNS),
        actor=request.user,
        at=clock.now(),
    )
    return _certificate(made)


@router.get(
    "/me/certificates/{code}/file",
    response=dict.fromkeys((401, 403, 404, 409, 422, 429), Problem),
    openapi_extra=A_PDF,
    auth=needs(Scope.RECORD),
    summary="A certificate of mine as a signed PDF with its proof in it",
)
def certificate_file(request: TokenRequest, code: str) -> HttpResponse:
    return answer_file(request, _own(request, code))


@router.post(
    "/me/certificates/{code}/visibility",
    response=answers(CertificateBrief),
    auth=needs(Scope.PART),
    summary="Open or close the public page of a certificate of mine",
)
def set_visibility(request: TokenRequest, code: str, wish: Visibility) -> CertificateBrief:
    verb = commands.show_certificate if wish.is_public else commands.hide_certificate
    made = _own(request, code)
    return _certificate(verb(certificate_id=made.pk, actor=request.user, at=clock.now()))


@router.get(
    "/certificates/{code}",
    response=answers(CertificateChecked),
    auth=None,
    summary="Check a certificate by the code that stands on it",
)
def check_certificate(request: HttpRequest, code: str) -> CertificateChecked:
    keep_pace(request)
    found = reading.check(plain(code), public_log())
    if found is None:
        raise Http404
    return CertificateChecked(
        name=found.name,
        unit=found.unit,
        first_on=found.first_on,
        last_on=found.last_on,
        service_minutes=found.service_minutes,
        training_minutes=found.training_minutes,
        issued_on=found.issued_on,
        is_revoked=found.is_revoked,
        reason=found.reason,
        line=found.line,
        taken_back=found.taken_back,
    )


def _own(request: TokenRequest, code: str) -> Certificate:
    made = reading.own_certificate(request.user, plain(code))
    if made is None:
        raise Http404
    return made


def _certificate(made: Certificate) -> CertificateBrief:
    return CertificateBrief(
        code=made.code,
        first_on=made.first_on,
        last_on=made.last_on,
        service_minutes=made.service_minutes,
        training_minutes=made.training_minutes,
        state=made.state,
        is_public=made.is_public,
    )
