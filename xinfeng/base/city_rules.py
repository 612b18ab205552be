"""Numbers that the city sets for itself: `rules.yaml` in its pack, each with our default.

A field is added here, with its default, before a room reads it; the file may leave any out.
"""

from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from .worktime import OfficeHours


@dataclass(frozen=True)
class CityRules:
    """What the field's rules leave to a city; units stand in the names."""

    # Service that counts on one day of one person; training is counted apart and not cut.
    service_minutes_a_day: int = 480
    # Of the planned time: who gave less is not credited at all.
    least_attendance_percent: int = 60
    # Points: how much checked-in service makes one, and how many count in a calendar month.
    minutes_a_point: int = 60
    points_a_month: int = 100
    # How long before the 31st of December people are told that their points expire.
    points_notice_days: int = 30
    # After that a team's invitation is over and what was entered of the person is erased.
    invitation_days: int = 30
    # How long an office has to verify a contested credit; order 67 sets no days.
    contest_working_days: int = 10
    # Objections to the publicity list that one address may send in an hour.
    objections_an_hour: int = 5
    # Calendar months that the publicity list of hours shows, the present one among them.
    publicity_months: int = 3
    # Service hours for one to five stars, and how long one must have been registered for them.
    star_1_hours: int = 100
    star_2_hours: int = 300
    star_3_hours: int = 600
    star_4_hours: int = 1000
    star_5_hours: int = 1500
    star_1_months: int = 6
    star_2_months: int = 6
    star_3_months: int = 12
    star_4_months: int = 12
    star_5_months: int = 12
    # How many working days the public may object, and from which star on the city decides.
    star_notice_workdays: int = 5
    star_of_the_city: int = 4
    # How far from home a volunteer is asked to serve, and how many orders one may hold ahead.
    order_reach_m: int = 8_000
    orders_at_once: int = 3
    # When offices work on a working day, in minutes after midnight: 8:30–12:00, 14:30–17:30.
    office_opens_minute: int = 510
    lunch_from_minute: int = 720
    lunch_until_minute: int = 870
    office_closes_minute: int = 1050
    # How long a draft of an order is kept, and whom a service was for after it has ended.
    order_draft_days: int = 14
    order_contact_days: int = 180
    # Orders that one address, without an account, may place in an hour.
    orders_an_hour: int = 5
    # Night school: days a lecturer has to answer, days a learner may rate after the last
    # session, and what an enrolment, an attendance and a good rating add to popularity.
    class_answer_days: int = 4
    class_rating_days: int = 30
    popularity_enrolment: int = 3
    popularity_attendance: int = 2
    popularity_good_rating: int = 4
    # Findings: working days to confirm and order, to re-check, to object before it is closed,
    # and to judge an appeal; how often a deadline may be extended, and by how much at most.
    finding_desk_workdays: int = 1
    finding_recheck_workdays: int = 3
    finding_close_workdays: int = 3
    finding_appeal_workdays: int = 5
    finding_extensions: int = 2
    finding_extension_days: int = 30
    # Snap reports that one address may send in an hour, and what counts as the same thing.
    snap_reports_an_hour: int = 10
    snap_duplicate_m: int = 60
    snap_duplicate_days: int = 7
    # How long the contact of who reported is kept after the finding ended.
    snap_contact_days: int = 180

    @property
    def office_hours(self) -> OfficeHours:
        return OfficeHours(
            opens=self.office_opens_minute,
            lunch_from=self.lunch_from_minute,
            lunch_until=self.lunch_until_minute,
            closes=self.office_closes_minute,
        )

    def star_minutes(self, level: int) -> int:
        """Minutes of service that a star asks for."""
        return int(getattr(self, f"star_{level}_hours")) * 60

    def star_months(self, level: int) -> int:
        """Months of registration that a star asks for."""
        return int(getattr(self, f"star_{level}_months"))


NAMES = tuple(field.name for field in fields(CityRules))


def number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(_("a whole number is needed, not “%(value)s”.") % {"value": value})
    return value


def unknown(name: str) -> str:
    words = _("unknown key “%(key)s”; known are %(known)s")
    return words % {"key": name, "known": ", ".join(NAMES)}
