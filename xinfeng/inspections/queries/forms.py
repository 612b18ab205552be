"""Which checklists of a standard are out as forms. Whoever calls has asked for permission."""

from dataclasses import dataclass

from xinfeng.fieldwork.models import FormVersion, VersionState
from xinfeng.inspections import checklists, reading
from xinfeng.inspections.models import Standard
from xinfeng.units.models import PointType


@dataclass(frozen=True)
class TypeForm:
    """One type of point whose lines are read on the spot; None: phones do not have it yet."""

    type: PointType
    lines: int
    version: FormVersion | None

    @property
    def is_out(self) -> bool:
        return self.version is not None


def forms_of(standard: Standard) -> list[TypeForm]:
    """Every registered type that the standard reads something at; two queries."""
    tree = reading.tree_of(standard)
    types = list(PointType.objects.order_by("position", "pk"))
    lines = {kind.code: len(list(tree.lines_at(kind.code))) for kind in types}
    ids = {checklists.form_id(standard, code): code for code, n in lines.items() if n}
    out = FormVersion.objects.filter(form__form_id__in=ids, version=standard.version)
    # A version that somebody has closed was out: it is not published behind their back.
    versions = {
        ids[each.form.form_id]: each
        for each in out.exclude(state=VersionState.DRAFT)
        .select_related("form")
        .defer("xform", "questions")
    }
    return [
        TypeForm(kind, lines[kind.code], versions.get(kind.code))
        for kind in types
        if lines[kind.code]
    ]
