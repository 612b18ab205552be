"""Pages about programs, and the addresses at which programs ask to be let in."""

import time
from urllib.parse import urlsplit

from allauth.idp.oidc import views as allauth
from allauth.idp.oidc.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.signing import BadSignature, Signer
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from xinfeng.base import addresses, clock
from xinfeng.base.contract import Misread, TooMany
from xinfeng.base.pace import Pace
from xinfeng.base.refusal import Forbidden
from xinfeng.people.http import SignedInRequest
from xinfeng.people.tokens import Scope

from . import commands, queries
from .forms import ProgramForm
from .permissions import may_keep_programs

# Each costs a password hash, so nobody may ask for many.
TOKEN_PACE = Pace(settings.TOKEN_CALLS_A_MINUTE, 60)


@require_safe
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    """What I lent to whom."""
    return render(request, "access/mine.html", {"lent": queries.lent_by(request.user)})


@require_POST
@login_required
def take_back(request: SignedInRequest, program_id: str) -> HttpResponse:
    commands.take_back(program_id=program_id, actor=request.user, at=clock.now())
    messages.success(request, _("The program no longer acts for you."))
    return redirect("access:mine")


@require_safe
@login_required
def programs(request: SignedInRequest) -> HttpResponse:
    """Which programs the city has let in."""
    return _programs_page(request, ProgramForm())


@require_POST
@login_required
def register(request: SignedInRequest) -> HttpResponse:
    form = ProgramForm(request.POST)
    if not form.is_valid():
        return _programs_page(request, form)
    given = form.cleaned_data
    new = commands.NewProgram(
        name=given["name"],
        addresses=given["addresses"],
        scopes=tuple(given["scopes"]),
        keeps_secrets=given["keeps_secrets"],
    )
    made = commands.register_program(new=new, actor=request.user, at=clock.now())
    # Shown once, to whoever hands it over; it is kept nowhere.
    return render(request, "access/registered.html", {"made": made})


@require_POST
@login_required
def close(request: SignedInRequest, program_id: str) -> HttpResponse:
    commands.close_program(program_id=program_id, actor=request.user, at=clock.now())
    messages.success(request, _("The program is closed."))
    return redirect("access:programs")


def _programs_page(request: SignedInRequest, form: ProgramForm) -> HttpResponse:
    if not may_keep_programs(request.standing):
        raise Forbidden("not_the_city_office", _("Programs are kept by the city office."))
    return render(
        request, "access/programs.html", {"programs": queries.programs(), "form": form}
    )


@login_required
def authorize(request: SignedInRequest) -> HttpResponse:
    """A program asks to act for somebody, who decides here."""
    if request.method == "POST":
        return _decided(request)
    asked = request.GET
    if asked.get("prompt"):
        # allauth would let `none` reuse what was lent to another program.
        raise Misread("prompt_unknown", _("The person is always asked; leave `prompt` out."))
    if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
        raise Misread("pkce_needed", _("The program must use PKCE with S256."))
    answer: HttpResponse = allauth.authorization(request)
    if answer.status_code == 200 and not hasattr(answer, "context_data"):
        answer.status_code = 400
    _let_the_form_lead_to(answer, asked.get("redirect_uri", ""))
    return answer


def _decided(request: SignedInRequest) -> HttpResponse:
    answer: HttpResponse = allauth.authorization(request)
    if answer.status_code == 302 and "code=" in answer["Location"]:
        try:
            _scopes, asked = Signer().unsign_object(request.POST["request"])
        except BadSignature:
            raise Misread("form_unknown", _("Begin again in the program.")) from None
        commands.let_in(
            program_id=asked["client_id"],
            scopes=request.POST.getlist("scopes"),
            actor=request.user,
            at=clock.now(),
        )
    return answer


def _let_the_form_lead_to(answer: HttpResponse, address: str) -> None:
    """Browsers follow a form's redirect only where the policy says so."""
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
    if answer.status_code == 200 and not set(origin) & set(" ;,'\""):
        answer._csp_update = {"form-action": [origin]}  # type: ignore[attr-defined]


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """A code or a refresh token becomes tokens, and each of them only once."""
    if wait := TOKEN_PACE.take(addresses.of(request), time.monotonic()):
        raise TooMany(
            "too_many_calls", _("Too many calls; wait a little."), wait_seconds=int(wait) + 1
        )
    given = request.POST.get("code") or request.POST.get("refresh_token") or ""
    with transaction.atomic():
        # allauth reads and then deletes; without the lock, two at once would both be served.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [given])
        answer: HttpResponse = allauth.token(request)
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
def configuration(request: HttpRequest) -> JsonResponse:
    """What a program must know of us to begin (RFC 8414, OpenID Connect Discovery)."""

    def address(name: str) -> str:
        return request.build_absolute_uri(reverse(f"idp:oidc:{name}"))

    return JsonResponse(
        {
            "issuer": get_adapter().get_issuer(),
            "authorization_endpoint": address("authorization"),
            "token_endpoint": address("token"),
            "revocation_endpoint": address("revoke"),
            "userinfo_endpoint": address("userinfo"),
            "jwks_uri": address("jwks"),
            "scopes_supported": ["openid", *Scope.values],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic", "client_secret_post", "none",
            ],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
    )  # fmt: skip
