"""Programmes and projects with what is done under them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from xinfeng.activities import permissions
from xinfeng.activities.models import Activity, ActivityState, Programme, Project, Shift
from xinfeng.base import scope
from xinfeng.base.standing import Standing

from .listing import Line, places_of, with_words

PAGE = 30


@dataclass(frozen=True)
class ProgrammePage:
    programme: Programme
    held: int
    coming: list[Line]
    projects: list[Project]


@dataclass(frozen=True)
class ProjectPage:
    project: Project
    held: int
    coming: list[Line]
    past: list[Activity]
    may_end: bool


def programmes() -> list[tuple[Programme, int]]:
    """Every programme of the city with the number of its running projects."""
    counted = dict(
        Project.objects.filter(ends_on=None, programme__isnull=False)
        .order_by("programme_id")
        .values_list("programme_id")
        .annotate(projects=Count("pk"))
    )
    return [(one, counted.get(one.pk, 0)) for one in Programme.objects.order_by("code", "pk")]


def programme_page(programme: Programme, *, at: datetime) -> ProgrammePage:
    running = Project.objects.filter(programme=programme, ends_on=None)
    return ProgrammePage(
        programme,
        _held(Q(programme=programme)),
        _coming(Q(activity__programme=programme), at),
        list(running.select_related("place").order_by("name", "pk")[:PAGE]),
    )


def project_page(
    project: Project, *, standing: Standing, at: datetime, today: date
) -> ProjectPage:
    held = Activity.objects.public().filter(project=project, state=ActivityState.HELD)
    place = project.place
    may = permissions.may_announce(standing, place.division_id, place, None)
    return ProjectPage(
        project,
        _held(Q(project=project)),
        _coming(Q(activity__project=project), at),
        list(held.order_by("-held_on", "-pk")[:PAGE]),
        may and project.ends_on is None and today > project.starts_on,
    )


def _held(of: Q) -> int:
    return Activity.objects.public().filter(of, state=ActivityState.HELD).count()


def _coming(of: Q, at: datetime) -> list[Line]:
    with scope.whole_city():
        shifts = list(with_words(Shift.objects.upcoming(at).filter(of))[:PAGE])
        places = places_of(shifts)
    return [Line(shift, *places[shift.pk]) for shift in shifts]
