"""What everybody finds: open classes, the menu of courses, materials, what is popular."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from xinfeng.base import clock, short_code
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.school import commands
from xinfeng.school.forms import MaterialForm
from xinfeng.school.models import Course, Material
from xinfeng.school.queries import catalogue, stations
from xinfeng.school.queries import popular as popularity

from .finding import after_of, choice_of


@require_GET
def open_classes(request: VisitorRequest) -> HttpResponse:
    choice = choice_of(request)
    page = {
        "found": catalogue.open_classes(choice, at=clock.now(), after=after_of(request)),
        "choice": choice,
        "best": popularity.board(clock.today()).rows[:5],
    }
    return render(request, "school/catalogue.html", page)


@require_GET
def courses(request: VisitorRequest) -> HttpResponse:
    choice = choice_of(request)
    page = {
        "menu": catalogue.menu(choice),
        "choice": choice,
        "fields": catalogue.fields(),
    }
    return render(request, "school/courses.html", page)


@require_GET
def course(request: VisitorRequest, course_code: str) -> HttpResponse:
    page = catalogue.course_page(course_code, standing=request.standing, at=clock.now())
    if page is None:
        raise Http404
    return render(
        request,
        "school/course.html",
        {
            "page": page,
            "form": MaterialForm(),
            "kept": stations.kept_places(request.standing),
        },
    )


@require_POST
@login_required
def add_material(request: SignedInRequest, course_code: str) -> HttpResponse:
    found = get_object_or_404(Course, code=course_code)
    form = MaterialForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Give the material a title and choose a file."))
        return redirect("school:course", course_code)
    # One byte more than allowed is enough to be refused.
    content = form.cleaned_data["file"].read(Material.MOST_BYTES + 1)
    commands.add_material(
        course_id=found.pk,
        code=short_code.new(),
        title=form.cleaned_data["title"],
        content=content,
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("The material is there for everybody who learns."))
    return redirect("school:course", course_code)


@require_safe
def material(request: VisitorRequest, material_code: str) -> HttpResponse:
    """The file itself, to be saved and not to be run."""
    materials = Material.objects.filter(removed_at=None).select_related("file")
    found = get_object_or_404(materials, code=material_code)
    answer = HttpResponse(bytes(found.file.content), content_type=found.media_type)
    name = f"{found.title}.{found.extension}"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@login_required
def remove_material(request: SignedInRequest, material_code: str) -> HttpResponse:
    found = get_object_or_404(Material.objects.select_related("course"), code=material_code)
    commands.remove_material(material_id=found.pk, actor=request.user, at=clock.now())
    messages.success(request, _("The material is gone."))
    return redirect("school:course", found.course.code)


@require_GET
def popular(request: VisitorRequest) -> HttpResponse:
    choice = choice_of(request)
    board = popularity.board(clock.today(), within=choice.within)
    return render(request, "school/popular.html", {"board": board, "choice": choice})


@require_GET
def behind(request: VisitorRequest, course_code: str) -> HttpResponse:
    choice = choice_of(request)
    found = popularity.behind(course_code, clock.today(), within=choice.within)
    if found is None:
        raise Http404
    return render(request, "school/popular_course.html", {"behind": found, "choice": choice})
