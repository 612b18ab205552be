"""Materials of a course: handed in, read by learners, taken away."""

from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.school import handouts, permissions
from xinfeng.school.models import TAUGHT, Course, Material, MaterialFile, NightClass

journal.declare(
    {
        "material.added": gettext_lazy("added a material to a course"),
        "material.removed": gettext_lazy("removed a material of a course"),
    }
)
# Of one course; more is a library.
MOST = 30


@scope.command
def add_material(
    *, course_id: int, code: str, title: str, content: bytes, actor: Person, at: datetime
) -> Material:
    """Hand in a file; its type is what the file shows. The same file stands once."""
    course = _lock(course_id, actor, at)
    media_type, digest = handouts.media_type_of(content), sha256(content).hexdigest()
    live = Material.objects.filter(course=course, removed_at=None)
    if already := live.filter(digest=digest).first():
        return already
    if not title.strip():
        raise Refusal("material_title", _("Give the material a title."))
    if live.count() >= MOST:
        raise Refusal("materials_full", _("This course has %(most)s materials already.")
                      % {"most": MOST})  # fmt: skip
    material = Material.objects.create(
        code=code, course=course, title=title.strip(), media_type=media_type,
        size=len(content), digest=digest, added_by=actor, added_at=at,
    )  # fmt: skip
    MaterialFile.objects.create(material=material, content=content)
    _record("material.added", material, course, actor, at)
    return material


@scope.command
def remove_material(*, material_id: int, actor: Person, at: datetime) -> Material:
    """Nobody reads it any more; its bytes go."""
    found = Material.objects.filter(pk=material_id).values_list("course_id", flat=True).first()
    course = _lock(found or 0, actor, at)
    material = Material.objects.get(pk=material_id)
    if material.removed_at is None:
        material.removed_at = at
        material.save(update_fields=["removed_at"])
        MaterialFile.objects.filter(material=material).delete()
        _record("material.removed", material, course, actor, at)
    return material


def _lock(course_id: int, actor: Person, at: datetime) -> Course:
    course = Course.objects.select_for_update(of=("self",)).filter(pk=course_id).first()
    given = NightClass.objects.filter(course_id=course_id, state__in=TAUGHT)
    teaches = given.filter(lecturer__person=actor).exists()
    standing = standing_of(actor, clock.local_date(at))
    if course is None or not permissions.may_add_material(standing, course, teaches):
        raise Forbidden(
            "not_your_course", _("Only its office and its lecturers hand in materials.")
        )
    return course


def _record(verb: str, material: Material, course: Course, actor: Person, at: datetime) -> None:
    journal.record(
        verb, material, actor=actor, at=at, where=course.division_id, on=clock.local_date(at)
    )
