"""From a lecturer's yes to open doors: each evening becomes an activity with one shift."""

from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import commands as activities
from xinfeng.activities.models import Activity, Category, Part, Shift
from xinfeng.base import clock, pack, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.school import evenings, permissions, wording
from xinfeng.school.models import ClassState, NightClass, Session
from xinfeng.school.queries.keepers import keepers

from .placing import lock_class, planned, record
from .telling import tell_of

journal.declare({"class.published": gettext_lazy("published a class for enrolment")})
notices.declare(
    {
        "class.published": gettext_lazy(
            "“%(course)s” at %(place)s is published; you are booked for all its sessions from"
            " %(day)s on."
        ),
    }
)


@scope.command
def publish_class(*, class_id: int, actor: Person, at: datetime) -> NightClass:
    """Announce the class: one activity an evening, the lecturer booked, enrolment open."""
    night_class = lock_to_run(class_id, actor, at)
    if night_class.state == ClassState.PUBLISHED:
        return night_class
    night_class.move_to(ClassState.PUBLISHED)
    sessions = planned(night_class)
    if not sessions or sessions[0].starts_at <= at:
        raise Refusal("class_begun", _("Its first evening has come; it is planned anew."))
    _announce(night_class, sessions, actor, at)
    for session in sessions:
        assert session.shift is not None
        _book_lecturer(session, night_class, actor, at)
    night_class.published_at, night_class.published_by = at, actor
    night_class.save(update_fields=["state", "published_at", "published_by"])
    tell_of(
        night_class, "class.published", [night_class.lecturer.person_id], at=at,
        day=night_class.first_on,
    )  # fmt: skip
    record("class.published", night_class, actor, at)
    return night_class


def lock_to_run(class_id: int, actor: Person, at: datetime) -> NightClass:
    """The class, held, for the keeper of its place or an office above."""
    night_class = lock_class(class_id)
    standing = standing_of(actor, clock.local_date(at))
    # Unknown and not-yours get the same answer, so ids cannot be probed.
    if night_class is None or not permissions.may_run(
        standing, night_class, night_class.lecturer
    ):
        raise Forbidden(
            "not_your_class",
            _("Only the keeper of its place or an office can do this, and never its lecturer."),
        )
    return night_class


def _announce(
    night_class: NightClass, sessions: list[Session], actor: Person, at: datetime
) -> None:
    """Announced once and repeated week by week; what was moved before is moved there, too."""
    first = wording.activity_of(
        night_class, sessions[0], category_id=_category(night_class).pk,
        deputies=_keepers(night_class, actor),
    )  # fmt: skip
    made = [activities.announce(new=first, actor=actor, at=at)]
    if len(sessions) > 1:
        rule, without = _weekly(sessions[0].on, len(sessions))
        made += activities.repeat(
            activity_id=made[0].pk, rrule=rule, without=without, actor=actor, at=at
        )
    shifts = _shifts(made)
    for session, activity in zip(sessions, made, strict=True):
        session.activity, session.shift = activity, shifts[activity.pk]
        session.save(update_fields=["activity", "shift"])
        if session.shift.starts_at != session.starts_at:
            activities.move_shift(
                shift_id=session.shift.pk, starts_at=session.starts_at,
                ends_at=session.ends_at, actor=actor, at=at,
            )  # fmt: skip


def _weekly(first: date, count: int) -> tuple[str, frozenset[date]]:
    """The rule of the series, and the days of it that are holidays."""
    days = evenings.weekly(first, count)
    weeks = (days[-1] - first) // evenings.WEEK + 1
    every = {first + n * evenings.WEEK for n in range(weeks)}
    return f"FREQ=WEEKLY;COUNT={weeks}", frozenset(every.difference(days))


def _shifts(made: list[Activity]) -> dict[int, Shift]:
    shifts = Shift.objects.filter(activity__in=[one.pk for one in made]).order_by("pk")
    return {shift.activity_id: shift for shift in shifts}


def _book_lecturer(
    session: Session, night_class: NightClass, actor: Person, at: datetime
) -> None:
    """Whoever accepted is booked; what forbids it is said instead of publishing."""
    assert session.shift is not None
    post = session.shift.posts.get(part=Part.HELPER)
    activities.book(
        shift_id=session.shift.pk, person_id=night_class.lecturer.person_id, post_id=post.pk,
        actor=actor, at=at,
    )  # fmt: skip


def _category(night_class: NightClass) -> Category:
    """The kind of service that the field of the course counts as."""
    known = {term.code: term for term in pack.load(settings.CITY_PACK).categories}
    code = night_class.course.field.category
    term = known.get(code) or next(iter(known.values()))
    category, _made = Category.objects.get_or_create(
        code=term.code, defaults={"name": term.name, "name_en": term.name_en}
    )
    return category


def _keepers(night_class: NightClass, actor: Person) -> tuple[int, ...]:
    """Those who keep the place run the evenings, too; the lecturer never does."""
    people = keepers(night_class.place_id, night_class.first_on).now
    return tuple(sorted(people - {actor.pk, night_class.lecturer.person_id}))
