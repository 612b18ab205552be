"""One's own pages: messages, profile, consents, record, account."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock, scope, short_code
from xinfeng.base.numbers import numbers_in
from xinfeng.people import commands, notices, queries, records, telling
from xinfeng.people.forms import (
    PasswordForm,
    PhoneForm,
    ProfileForm,
    QualificationForm,
    StatementForm,
)
from xinfeng.people.http import SignedInRequest
from xinfeng.people.models import Channel, ConsentKind, PartOfDay
from xinfeng.people.permissions import is_office
from xinfeng.people.record_words import LABELS


@require_GET
@login_required
def me(request: SignedInRequest) -> HttpResponse:
    page = {
        "me": queries.me(request.user, clock.today()),
        "is_office": is_office(request.standing),
        "outdated": [
            c for c in queries.consents_of(request.user.pk, clock.today()) if c.is_outdated
        ],
    }
    return render(request, "people/me.html", page)


@require_GET
@login_required
def welcome(request: SignedInRequest) -> HttpResponse:
    return render(request, "people/welcome.html", {"person": request.user})


@require_GET
@login_required
def inbox(request: SignedInRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    box = queries.inbox(request.user, number)
    told = [(notice, notices.sentence(notice.kind, notice.words)) for notice in box.notices]
    return render(request, "people/notices.html", {"box": box, "told": told})


@require_POST
@login_required
def read(request: SignedInRequest, notice_id: int | None = None) -> HttpResponse:
    """Mark one message read and go where it leads, or all of them."""
    commands.mark_read(actor=request.user, at=clock.now(), notice_id=notice_id)
    leads = request.POST.get("leads", "")
    safe = url_has_allowed_host_and_scheme(leads, allowed_hosts=None) and leads[:1] == "/"
    return redirect(leads if safe else "people:notices")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: SignedInRequest) -> HttpResponse:
    told, papers = queries.profile_of(request.user.pk)
    initial = {
        name: getattr(told, name) for name in ("skills", "categories", "languages") if told
    }
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        commands.tell_profile(
            person_id=request.user.pk, told=form.told(), actor=request.user, at=clock.now()
        )
        messages.success(request, _("Saved."))
        return redirect("people:profile")
    page = {
        "form": form,
        "free": _free(request, told.availability if told else None),
        "parts": PartOfDay,
        "papers": papers,
        "paper": QualificationForm(),
        "today": clock.today(),
    }
    return render(request, "people/profile.html", page)


def _free(request: SignedInRequest, availability: int | None) -> set[int]:
    if request.method == "POST":
        return set(numbers_in(request.POST.getlist("free")))
    return {bit for bit in range(21) if (availability or 0) >> bit & 1}


@require_POST
@login_required
def enter_qualification(request: SignedInRequest) -> HttpResponse:
    form = QualificationForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(e) for of in form.errors.values() for e in of))
        return redirect("people:profile")
    commands.enter_qualification(
        person_id=request.user.pk, **form.cleaned_data, actor=request.user, at=clock.now()
    )
    messages.success(request, _("Entered. It counts when an office has seen the paper."))
    return redirect("people:profile")


@require_POST
@login_required
def remove_qualification(request: SignedInRequest, qualification_id: int) -> HttpResponse:
    commands.remove_qualification(
        qualification_id=qualification_id, actor=request.user, at=clock.now()
    )
    return redirect("people:profile")


@require_GET
@login_required
def consents(request: SignedInRequest) -> HttpResponse:
    page = {"consents": queries.consents_of(request.user.pk, clock.today())}
    return render(request, "people/consents.html", page)


@require_POST
@login_required
def give_consent(request: SignedInRequest, kind: str) -> HttpResponse:
    commands.give_consent(
        person_id=request.user.pk, kind=_kind(kind), version=request.POST.get("version", ""),
        channel=Channel.PAGE, actor=request.user, at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("Your consent is recorded."))
    return redirect("people:consents")


@require_POST
@login_required
def withdraw_consent(request: SignedInRequest, kind: str) -> HttpResponse:
    commands.withdraw_consent(
        person_id=request.user.pk, kind=_kind(kind), actor=request.user, at=clock.now()
    )
    messages.success(request, _("Your consent is withdrawn."))
    return redirect("people:consents")


def _kind(kind: str) -> ConsentKind:
    if kind.upper() not in ConsentKind.values:
        raise Http404
    return ConsentKind(kind.upper())


@require_GET
@login_required
def record(request: SignedInRequest) -> HttpResponse:
    """Everything held about me, as rows."""
    with scope.reading(person_id=request.user.pk, spans=[]):
        sections = queries.record_of(request.user.pk)
    return render(
        request, "people/record.html", {"sections": sections, "ward": None, "labels": LABELS}
    )


@require_GET
@login_required
def archive(request: SignedInRequest) -> HttpResponse:
    with scope.reading(person_id=request.user.pk, spans=[]):
        made = records.archive(request.user.pk, clock.now())
    answer = HttpResponse(made, content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="record.zip"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def requests(request: SignedInRequest) -> HttpResponse:
    form = StatementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        commands.contest_record(
            person_id=request.user.pk, statement=form.cleaned_data["statement"],
            code=short_code.new(8), actor=request.user, at=clock.now(),
        )  # fmt: skip
        messages.success(request, _("Your request is with the office of your township."))
        return redirect("people:requests")
    page = {"form": form, "requests": queries.requests_of(request.user.pk)}
    return render(request, "people/requests.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account(request: SignedInRequest) -> HttpResponse:
    """The telephone, and the two ways to end."""
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        with telling.a_few_times(f"person {request.user.pk}", at=now):
            commands.change_phone(**form.cleaned_data, actor=request.user, at=now)
        messages.success(request, _("Your mobile number is changed."))
        return redirect("people:account")
    page = {"form": form, "me": queries.me(request.user, clock.today()), "wrong": ""}
    return render(request, "people/account.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def password(request: SignedInRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = commands.change_password(
            **form.cleaned_data, actor=request.user, at=clock.now()
        )
        # Other sessions end; this one goes on.
        update_session_auth_hash(request, person)
        messages.success(request, _("The password is changed."))
        return redirect("people:account")
    return render(request, "account/password_change.html", {"form": form})


@require_POST
@login_required
def end(request: SignedInRequest, verb: str) -> HttpResponse:
    """Close or erase, with the password: it cannot be undone by a slip of the thumb."""
    if verb not in {"closing", "erasure"}:
        raise Http404
    if not request.user.check_password(request.POST.get("password", "")):
        messages.error(request, _("The password is not right."))
        return redirect("people:account")
    act = commands.close_account if verb == "closing" else commands.erase_account
    act(person_id=request.user.pk, actor=request.user, at=clock.now())
    request.session.flush()
    return render(request, "people/ended.html", {"erased": verb == "erasure"})
