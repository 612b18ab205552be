from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock, short_code
from xinfeng.hours import commands, permissions, signing
from xinfeng.hours.commands.certificates import CODE_SIGNS, Period
from xinfeng.hours.forms_certificates import CodeForm, PeriodForm, RevocationForm
from xinfeng.hours.models import Certificate, LeafKind, RevocationReason
from xinfeng.hours.public_log import public_log
from xinfeng.hours.queries import certificates as reading
from xinfeng.hours.serving import address_of, answer_file, keep_pace, plain
from xinfeng.people.http import SignedInRequest, VisitorRequest


@require_GET
def entry(request: HttpRequest) -> HttpResponse:
    """Where anybody types a code that stands on paper."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("certificates:check", form.cleaned_data["code"])
    return render(request, "hours/certificate_entry.html", {"form": form})


@require_GET
def check(request: VisitorRequest, code: str) -> HttpResponse:
    """The public answer; a code nobody was given and one not shown get the same."""
    keep_pace(request)
    log = public_log()
    found = reading.check(plain(code), log)
    office = reading.for_office(request.standing, plain(code))
    context = {
        "found": found, "log": log, "code": plain(code), "office": office,
        "may_revoke": office is not None and permissions.may_revoke(request.standing, office),
        "form": RevocationForm(),
    }  # fmt: skip
    status = 200 if found or office else 404
    answer = render(request, "hours/certificate_check.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_POST
@login_required
def revocation(request: SignedInRequest, code: str) -> HttpResponse:
    made = reading.for_office(request.standing, plain(code))
    if made is None:
        raise Http404
    form = RevocationForm(request.POST)
    if form.is_valid():
        reason = RevocationReason(form.cleaned_data["reason"])
        commands.revoke(
            certificate_id=made.pk, reason=reason, actor=request.user, at=clock.now()
        )
        commands.seal(log=public_log(), at=clock.now(), wanted={LeafKind.REVOCATION: [made.pk]})
    return redirect("certificates:check", made.code)


@require_http_methods(["GET", "POST"])
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    """My certificates, and a new one for a period."""
    today, page = clock.today(), reading.my_certificates(request.user)
    form = PeriodForm(request.POST or None, earliest=page.first_on or today, today=today)
    if request.method == "POST" and form.is_valid():
        made = commands.issue(
            period=Period(*form.period()), code=short_code.new(CODE_SIGNS),
            actor=request.user, at=clock.now(),
        )  # fmt: skip
        return redirect("certificates:own", made.code)
    return render(request, "hours/certificates.html", {"page": page, "form": form})


@require_http_methods(["GET", "POST"])
@login_required
def own(request: SignedInRequest, code: str) -> HttpResponse:
    """One of mine: get the file, show or hide its public page."""
    made = _own(request, code)
    if request.method == "POST":
        hide = request.POST.get("page") == "hidden"
        verb = commands.hide_certificate if hide else commands.show_certificate
        verb(certificate_id=made.pk, actor=request.user, at=clock.now())
        return redirect("certificates:own", made.code)
    context = {
        "made": made, "address": address_of(request, made), "trial": signing.office().is_trial
    }  # fmt: skip
    return render(request, "hours/certificate.html", context)


@require_GET
@login_required
def file(request: SignedInRequest, code: str) -> HttpResponse:
    return answer_file(request, _own(request, code))


def _own(request: SignedInRequest, code: str) -> Certificate:
    made = reading.own_certificate(request.user, plain(code))
    if made is None:
        raise Http404
    return made
