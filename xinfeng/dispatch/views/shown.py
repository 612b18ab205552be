"""What everybody may see: the services with their deadlines, and what was dispatched."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xinfeng.base import clock
from xinfeng.base.service_menu import Step
from xinfeng.dispatch.forms.desk import ShownForm
from xinfeng.dispatch.queries import shown as queries
from xinfeng.people.http import VisitorRequest

STEPS = {
    Step.VERIFY: _("verified within"),
    Step.DISPATCH: _("dispatched within"),
    Step.ACCEPT: _("accepted within"),
    Step.CONTACT: _("a time agreed within"),
    Step.FINISH: _("served within"),
}


@require_safe
def shown(request: VisitorRequest) -> HttpResponse:
    form = ShownForm(request.GET)
    choice = form.chosen()
    page = {"shown": queries.shown(choice, after=form.key()), "choice": choice}
    return render(request, "dispatch/shown.html", page)


@require_safe
def services(request: VisitorRequest) -> HttpResponse:
    page = {"services": queries.services(clock.today().month), "steps": STEPS}
    return render(request, "dispatch/services.html", page)
