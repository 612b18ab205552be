"""How units and areas stand with what was found: for those who read findings."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xinfeng.base import clock, figures
from xinfeng.findings.forms.standing import StandingForm
from xinfeng.findings.permissions import READERS
from xinfeng.findings.queries import desk, standing
from xinfeng.people.http import SignedInRequest
from xinfeng.places.queries import city_code
from xinfeng.units.queries import units_of

BY = [("unit", _("responsible units")), ("area", _("areas"))]


@require_safe
@login_required
def compared(request: SignedInRequest) -> HttpResponse:
    """Units or areas, ranked where there is enough to rank them by."""
    spans = request.standing.spans(READERS)
    own, city = units_of(request.user.pk), city_code()
    if city is None or not (spans or own):
        raise Http404
    asked = StandingForm(request.GET).chosen(city)
    if asked.by == "area":
        table = standing.of_areas(asked.within, clock.today(), asked.ranked_by)
    else:
        table = standing.of_units(clock.today(), asked.ranked_by)
    page = {
        "table": table,
        "asked": asked,
        "ways": BY,
        "rankable": [(name, figures.get(name).title) for name in standing.RANKABLE],
        "own": own,
        "counts": desk.counted(spans) if spans else None,
    }
    return render(request, "findings/standing.html", page)
