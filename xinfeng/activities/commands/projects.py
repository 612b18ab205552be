"""Programmes of the city and projects of its places, which activities belong to."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import permissions
from xinfeng.activities.models import Programme, Project
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Place

journal.declare(
    {
        "programme.added": gettext_lazy("added a programme of the city"),
        "project.started": gettext_lazy("started a service project"),
        "project.ended": gettext_lazy("ended a service project"),
    }
)


@scope.command
def add_programme(*, code: str, name: str, actor: Person, at: datetime) -> Programme:
    """A brand of the whole city; only its office names one."""
    if not permissions.may_name_programmes(standing_of(actor, clock.local_date(at))):
        raise Forbidden("not_your_area", _("Only the city office names programmes."))
    programme, made = Programme.objects.get_or_create(code=code, defaults={"name": name})
    if made:
        journal.record("programme.added", programme, actor=actor, at=at)
    return programme


@scope.command
def start_project(
    *,
    place_id: int,
    name: str,
    content: str,
    actor: Person,
    at: datetime,
    programme_id: int | None = None,
    is_brand: bool = False,
) -> Project:
    """A lasting service of a place; its activities are listed under it."""
    place = _place(place_id, actor, at)
    # The place stands for its projects: two at once of one name are one.
    Place.objects.select_for_update(no_key=True).get(pk=place.pk)
    running = Project.objects.filter(place=place, name=name, ends_on=None)
    if already := running.order_by("pk").first():
        return already
    today = clock.local_date(at)
    project = Project.objects.create(
        place=place, name=name, content=content, programme_id=programme_id,
        is_brand=is_brand, starts_on=today,
    )  # fmt: skip
    journal.record(
        "project.started", project, actor=actor, at=at, where=place.division_id, on=today
    )
    return project


@scope.command
def end_project(*, project_id: int, actor: Person, at: datetime) -> Project:
    """The project is over from today; what was done under it stays."""
    project = Project.objects.select_for_update(no_key=True).filter(pk=project_id).first()
    if project is None:
        raise _not_your_place()
    place, today = _place(project.place_id, actor, at), clock.local_date(at)
    if project.ends_on is not None:
        return project
    if today <= project.starts_on:
        raise Refusal("project_too_young", _("A project lasts a day at least."))
    project.ends_on = today
    project.save(update_fields=["ends_on"])
    journal.record(
        "project.ended", project, actor=actor, at=at, where=place.division_id, on=today
    )
    return project


def _place(place_id: int, actor: Person, at: datetime) -> Place:
    place = Place.objects.filter(pk=place_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if place is None or not permissions.may_announce(standing, place.division_id, place, None):
        raise _not_your_place()
    return place


def _not_your_place() -> Refusal:
    return Forbidden("not_your_place", _("Only the keeper or an office above can do this."))
