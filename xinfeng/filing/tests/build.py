"""Builders: a published standard, a unit's task and a paper in one line."""

import io
from datetime import date
from itertools import count

from pypdf import PdfWriter

from xinfeng.filing import commands
from xinfeng.filing.commands import NewPaper, NewTask
from xinfeng.filing.models import Part, Task
from xinfeng.inspections import commands as inspections
from xinfeng.inspections.models import Standard
from xinfeng.inspections.tests.test_city_standard import SMALL
from xinfeng.people.models import Person, Role
from xinfeng.people.tests.build import a_grant, a_person
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.units.models import Unit
from xinfeng.units.tests.build import a_member, a_unit

_numbers = count(1)


def a_standard(text: str = SMALL) -> Standard:
    a_city()
    made = inspections.import_standard(text=text, source="small.yaml", actor=None, at=NINE)
    return inspections.publish(standard_id=made.pk, actor=None, at=NINE)


def somebody() -> Person:
    return a_person(f"person{next(_numbers)}")


def an_office() -> Person:
    """Somebody of the city office."""
    return a_grant(somebody(), Role.CITY_OFFICE, division=a_city().city).person


def a_clerk(unit: Unit) -> Person:
    return a_member(somebody(), unit).person


def a_task(
    standard: Standard | None = None, unit: Unit | None = None, *, line: str = "Ⅲ-1",
    due_on: date | None = None,
) -> Task:  # fmt: skip
    new = NewTask(line, (unit or a_unit()).pk, Part.LEAD, due_on=due_on)
    return commands.give_task(
        standard_id=(standard or a_standard()).pk, new=new, actor=an_office(), at=NINE
    )


def a_pdf(number: int = 1) -> bytes:
    """One blank page; another number gives other bytes."""
    out, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Title": str(number)})
    writer.write(out)
    return out.getvalue()


def a_new_paper(number: int = 1, *, dated_on: date | None = None) -> NewPaper:
    return NewPaper(
        f"年度计划 {number}", dated_on or NINE.date(), True,
        a_pdf(number), f"plan-{number}.pdf",
    )  # fmt: skip
