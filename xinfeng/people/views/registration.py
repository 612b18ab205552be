"""Registering oneself, and saying that an account is not one's own."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xinfeng.base import addresses, clock, short_code
from xinfeng.base.refusal import Refusal
from xinfeng.people import commands, policies, queries, telling
from xinfeng.people.forms import ApplyForm, NotMeForm
from xinfeng.people.models import ConsentKind, PersonState
from xinfeng.places.models import Division
from xinfeng.places.queries import trail_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """Where one lives by tapping, then one form; under 14 it ends at the guardian."""
    if request.user.is_authenticated:
        return redirect("people:me")
    within = _division(request.POST.get("home") or request.GET.get("within", ""))
    below = queries.divisions_below(within.pk if within else None, clock.today())
    if below:
        choices = {"below": below, "trail": _trail(within)}
        return render(request, "people/apply_where.html", choices)
    if within is None:
        raise Refusal("city_is_empty", _("There is no city yet; import its divisions first."))
    policy = policies.needed(ConsentKind.REGISTRATION, clock.today())
    form = ApplyForm(
        request.POST or None,
        today=clock.today(),
        initial={"home": within.pk, "version": policy.code},
    )
    if request.method == "POST" and form.is_valid():
        answer = _register(request, form)
        if answer is not None:
            return answer
    page = {"form": form, "policy": policy, "trail": _trail(within), "home": within}
    return render(request, "people/apply.html", page)


def _register(request: HttpRequest, form: ApplyForm) -> HttpResponse | None:
    """The account, and the way in; None when the form shows what was refused."""
    now = clock.now()
    try:
        with telling.a_few_times(f"from {addresses.of(request)}", at=now):
            person = commands.register_oneself(
                new=form.new(f"v{short_code.new(8).lower()}"),
                division_id=form.cleaned_data["home"].pk,
                guardian=form.cleaned_data["guardian"],
                at=now,
            )
    except Refusal as refusal:
        if refusal.code == "too_many_tries":
            raise
        # At the field, with everything else still in the form: it was typed on a telephone.
        form.refuse(refusal)
        return None
    if person.state == PersonState.ASLEEP:
        return render(request, "people/asleep.html", {"person": person})
    login(request, person, backend=BACKEND)
    messages.success(request, _("You are registered as a volunteer."))
    return redirect("people:welcome")


@require_http_methods(["GET", "HEAD", "POST"])
def not_me(request: HttpRequest) -> HttpResponse:
    """The answer is the same whether or not there is such an account."""
    form = NotMeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = f"not-me|{addresses.of(request)}"
        if not commands.count_try(username=address, at=clock.now()):
            raise Refusal("too_many_tries", _("Too many tries. Wait a quarter of an hour."))
        dispute = commands.say_not_me(
            claim=form.claim(),
            division_id=form.cleaned_data["county"].pk,
            code=short_code.new(8),
            at=clock.now(),
        )
        return render(request, "people/not_me_said.html", {"code": dispute.code})
    return render(request, "people/not_me.html", {"form": form})


@require_safe
def text(request: HttpRequest, code: str) -> HttpResponse:
    """One version of a text that people agree to; anybody may read it."""
    policy = policies.by_code(code)
    if policy is None:
        raise Http404
    return render(request, "people/text.html", {"policy": policy})


def _division(code: str) -> Division | None:
    if not code:
        return None
    if not (code.isascii() and code.isdigit() and len(code) == 12):
        raise Http404
    return get_object_or_404(Division.objects.as_of(clock.today()), pk=int(code))


def _trail(within: Division | None) -> list[Division]:
    """From the county down to what was tapped last; the city goes without saying."""
    return trail_of(within.pk)[1:] if within else []
