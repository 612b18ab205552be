"""随手拍: what it is, where it is, a picture and a few words; then the page that follows it."""

import re
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.activities import drawing
from xinfeng.base import addresses, clock, short_code
from xinfeng.base.codes import Level
from xinfeng.base.refusal import Refusal
from xinfeng.files import serving
from xinfeng.findings import commands
from xinfeng.findings.commands import NewReport
from xinfeng.findings.forms.snaps import SnapForm, StarsForm, signed
from xinfeng.findings.models import Category
from xinfeng.findings.queries import snaps as queries
from xinfeng.findings.queries.snaps import Tracked
from xinfeng.findings.queries.where import nearest_village
from xinfeng.people.http import VisitorRequest
from xinfeng.people.models import Person
from xinfeng.people.queries import divisions_below
from xinfeng.places.models import Division
from xinfeng.places.queries import trail_of

PRAISE = "praise"
_DEGREES = re.compile(r"-?[0-9]{1,9}")


@require_GET
def choose(request: VisitorRequest) -> HttpResponse:
    """The ten classes, and praise."""
    return render(request, "findings/snap.html", {"categories": Category.objects.offered()})


@require_GET
def where(request: VisitorRequest, kind: str) -> HttpResponse:
    """By the phone's own position, or by tapping down to the village."""
    category = _category(kind)
    spot = _spot(request)
    above = _division(request)
    village = nearest_village(*spot) if spot else None
    if spot and village is not None:
        lat, lon = spot
        answer = redirect("snap:report", kind)
        answer["Location"] += f"?within={village}&lat={lat}&lon={lon}"
        return answer
    below = divisions_below(above.pk if above else None, clock.today())
    if above is not None and not below:
        answer = redirect("snap:report", kind)
        answer["Location"] += f"?within={above.pk}"
        return answer
    trail = trail_of(above.pk)[1:] if above is not None else []
    page = {"kind": kind, "category": category, "below": below, "trail": trail}
    return render(request, "findings/snap_where.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: VisitorRequest, kind: str) -> HttpResponse:
    category, division, spot = _category(kind), _division(request), _spot(request)
    if division is None or division.level < Level.TOWNSHIP:
        return redirect("snap:where", kind)
    known = []
    if category is not None and spot is not None:
        known = queries.known_near(*spot, category.pk, clock.now())
    new = signed(uuid4(), short_code.new(8), short_code.new(20))
    form = SnapForm(
        request.POST or None,
        request.FILES or None,
        known=known,
        initial={"form": new},
        asks=category.asks if category else (),
    )
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            return _sent(request, form, category, division, spot)
        except Refusal as refusal:
            # Everything stays as it was said; only pictures have to be chosen once more.
            refused = str(refusal)
    page = {
        "kind": kind, "category": category, "form": form, "refused": refused, "known": known,
        "trail": trail_of(division.pk)[1:], "has_spot": spot is not None,
    }  # fmt: skip
    wrong = bool(refused or form.errors)
    return render(request, "findings/snap_report.html", page, status=422 if wrong else 200)


@require_GET
def track(request: VisitorRequest, key: str) -> HttpResponse:
    return _page(request, key, _tracked(key))


@require_POST
def rate(request: VisitorRequest, key: str) -> HttpResponse:
    found, form = _tracked(key), StarsForm(request.POST)
    if not form.is_valid():
        return _page(request, key, found, stars=form)
    commands.rate(
        report_id=found.report.pk, secret=queries.split(key)[1], actor=_visitor(request),
        at=clock.now(), **form.cleaned_data,
    )  # fmt: skip
    messages.success(request, _("Thank you for telling us."))
    return redirect("snap:track", key)


@require_GET
def picture(request: VisitorRequest, key: str, file_id: int) -> HttpResponseBase:
    """A picture of one's own report, or of its repair: only ever the public copy."""
    found = _tracked(key)
    shown = next((o for o in (*found.before, *found.after) if o.pk == file_id), None)
    if shown is None:
        raise Http404
    return serving.respond(shown.file, public=True, small="small" in request.GET)


def _sent(
    request: VisitorRequest,
    form: SnapForm,
    category: Category | None,
    division: Division,
    spot: tuple[int, int] | None,
) -> HttpResponse:
    given = form.cleaned_data
    mark, code, secret = given["form"]
    same = given.get("same_as") or ""
    lat, lon = spot or (None, None)
    commands.report(
        new=NewReport(
            client_id=mark, code=code, secret=secret, division_id=division.pk,
            text=given["text"], category_id=category.pk if category else None,
            lat_e6=lat, lon_e6=lon, name=given["name"], phone=given["phone"],
            is_praise=category is None, address=addresses.of(request),
            pictures=tuple(given["pictures"]), answers=form.answers(),
        ),
        actor=_visitor(request),
        at=clock.now(),
        same_as_id=int(same) if same else None,
    )  # fmt: skip
    messages.success(request, _("Your report has come in. Keep the address of this page."))
    return redirect("snap:track", f"{code}.{secret}")


def _page(
    request: VisitorRequest, key: str, found: Tracked, stars: StarsForm | None = None
) -> HttpResponse:
    address = request.build_absolute_uri(request.path)
    page = {
        "page": found, "key": key, "stars": stars or StarsForm(), "address": address,
        "qr": drawing.poster(address),
    }  # fmt: skip
    answer = render(request, "findings/snap_track.html", page, status=422 if stars else 200)
    # The address is the key: kept in no cache, and told to no other site.
    answer["Cache-Control"] = "no-store, private"
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _tracked(key: str) -> Tracked:
    found = queries.tracked(key)
    if found is None:
        raise Http404
    return found


def _category(kind: str) -> Category | None:
    """The class in an address; None: praise."""
    if kind == PRAISE:
        return None
    return get_object_or_404(Category.objects.offered(), code=kind)


def _division(request: VisitorRequest) -> Division | None:
    text = request.GET.get("within", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        return None
    return Division.objects.as_of(clock.today()).filter(pk=int(text)).first()


def _spot(request: VisitorRequest) -> tuple[int, int] | None:
    """Micro-degrees as the phone told them; nonsense is no position."""
    texts = (request.GET.get("lat", ""), request.GET.get("lon", ""))
    if not all(_DEGREES.fullmatch(text) for text in texts):
        return None
    lat, lon = (int(text) for text in texts)
    within = abs(lat) <= 90_000_000 and abs(lon) <= 180_000_000
    return (lat, lon) if within else None


def _visitor(request: VisitorRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None
