"""What this room tells of a surveyor, and what becomes of it when accounts end or become one.

Of whoever answered there is nothing to tell: no sheet leads to anybody.
"""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from xinfeng.people import leaving, merging, records, sealing
from xinfeng.people.records import Row

from .commands.leaving import end_of_interviews, move_interviews
from .contacts import about_address, about_phone
from .models import Attempt, SampleUnit, Surveyor, SurveySheet

leaving.declare(end_of_interviews)
merging.declare(move_interviews)
sealing.declare(SampleUnit, "address_sealed", lambda row: about_address(row.code))
sealing.declare(SampleUnit, "phone_sealed", lambda row: about_phone(row.code))
sealing.declare(SurveySheet, "content_sealed", lambda row: row.bound)


@records.section("surveyed", _("Surveys in which I asked"))
def surveyed(person_id: int) -> Iterable[Row]:
    mine = Surveyor.objects.filter(person=person_id).select_related("survey")
    for each in mine.order_by("pk"):
        yield {
            "survey": each.survey.code, "name": each.survey.name, "number": each.number,
            "communities": each.communities.count(),
        }  # fmt: skip


@records.section("tries", _("My tries to reach households"))
def tries(person_id: int) -> Iterable[Row]:
    mine = Attempt.objects.filter(by=person_id).select_related("unit__sample__survey")
    for each in mine.order_by("on", "pk"):
        yield {
            "survey": each.unit.sample.survey.code, "household": each.unit.code,
            "on": each.on, "part": each.part, "disposition": each.disposition,
        }  # fmt: skip
