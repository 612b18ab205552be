"""The way to a star: apply, check, public notice with objection, award or refusal; bans."""

from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, pack, scope, workdays
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.hours import permissions
from xinfeng.hours.models import (
    LEVELS,
    ApplicationState,
    BanGround,
    ObjectionState,
    Star,
    StarApplication,
    StarBan,
    StarObjection,
    StarRefusal,
)
from xinfeng.hours.queries.stars import rules, service_minutes, star_standing
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of

journal.declare(
    {
        "star.applied": gettext_lazy("applied for a star"),
        "star.withdrawn": gettext_lazy("withdrew an application for a star"),
        "star.published": gettext_lazy("put an application for a star up for public notice"),
        "star.refused": gettext_lazy("refused a star"),
        "star.objected": gettext_lazy("objected to a star"),
        "star.objection_upheld": gettext_lazy("upheld an objection to a star"),
        "star.objection_dismissed": gettext_lazy("did not uphold an objection to a star"),
        "star.awarded": gettext_lazy("awarded a star"),
        "star.replaced": gettext_lazy("replaced a star by a higher one"),
        "star.banned": gettext_lazy("kept a person from stars for a time"),
    }
)
notices.declare(
    {
        "star.published": gettext_lazy(
            "Your %(level)s stars stand on public notice until %(until)s."
        ),
        "star.awarded": gettext_lazy("You were awarded %(level)s stars, number %(number)s."),
        "star.refused": gettext_lazy("Your application for stars was refused: %(reason)s."),
        "star.banned": gettext_lazy(
            "You cannot apply for stars until %(until)s: %(reason)s. You may contest this at"
            " the office."
        ),
    }
)
MY_STARS = "/stars/mine/"
MOST_YEARS = 3


@scope.command
def apply_for_star(*, level: int, actor: Person, at: datetime) -> StarApplication:
    """A volunteer asks for the star that the hours give."""
    assert level in LEVELS
    person, today = _person(actor.pk), clock.local_date(at)
    waiting = StarApplication.objects.filter(
        person=person, state__in=[ApplicationState.APPLIED, ApplicationState.NOTICE]
    )
    if already := waiting.order_by("pk").first():
        if already.level == level:
            return already
        raise Refusal("application_open", _("You have an application that is not decided yet."))
    _refuse_what_lacks(person, level, today)
    made = StarApplication.objects.create(
        person=person, division_id=person.division_id, level=level,
        minutes=service_minutes(person.pk), applied_at=at,
    )  # fmt: skip
    journal.record(
        "star.applied", made, actor=actor, at=at, where=made.division_id, level=level
    )
    return made


@scope.command
def withdraw_star(*, application_id: int, actor: Person, at: datetime) -> StarApplication:
    """The volunteer takes the application back."""
    made = _locked(application_id)
    if made is None or made.person_id != actor.pk:
        raise Forbidden("not_your_application", _("This is not your application."))
    if made.state == ApplicationState.WITHDRAWN:
        return made
    made.move_to(ApplicationState.WITHDRAWN)
    made.save(update_fields=["state"])
    journal.record("star.withdrawn", made, actor=actor, at=at, where=made.division_id)
    return made


@scope.command
def publish_star(*, application_id: int, actor: Person, at: datetime) -> StarApplication:
    """The office has checked: the public may object for some working days."""
    made, today = _judged(application_id, actor, at), clock.local_date(at)
    if made.state == ApplicationState.NOTICE:
        return made
    _refuse_what_lacks(made.person, made.level, today)
    made.move_to(ApplicationState.NOTICE)
    made.checked_by, made.minutes = actor, service_minutes(made.person_id)
    made.notice_from = today
    made.notice_until = workdays.after(today, rules().star_notice_workdays)
    made.save(update_fields=["state", "checked_by", "minutes", "notice_from", "notice_until"])
    journal.record("star.published", made, actor=actor, at=at, where=made.division_id)
    tell(
        "star.published", [made.person_id], at=at, href=MY_STARS, level=made.level,
        until=made.notice_until,
    )  # fmt: skip
    return made


@scope.command
def refuse_star(
    *, application_id: int, refusal: StarRefusal, actor: Person, at: datetime
) -> StarApplication:
    """The office says no, and why."""
    made = _judged(application_id, actor, at)
    if made.state == ApplicationState.REFUSED:
        return made
    return _refuse(made, refusal, actor, at)


@scope.command
def award_star(*, application_id: int, actor: Person, at: datetime) -> Star:
    """After the notice: the star with its number; a lower one ends."""
    made, today = _judged(application_id, actor, at), clock.local_date(at)
    if made.star_id is not None:
        return Star.objects.get(pk=made.star_id)
    if made.notice_until is None or today <= made.notice_until:
        raise Refusal("notice_stands", _("The public notice is not over yet."))
    if made.objections.filter(state=ObjectionState.OPEN).exists():
        raise Refusal("objections_open", _("An objection waits to be looked into."))
    # Hours may have been taken back, or held, since the check.
    _refuse_what_lacks(made.person, made.level, today)
    _end_current(made.person, actor, at)
    star = Star.objects.create(
        number=_next_number(today), person=made.person, division_id=made.person.division_id,
        level=made.level, awarded_on=today,
    )  # fmt: skip
    made.move_to(ApplicationState.AWARDED)
    made.star, made.decided_by, made.decided_at = star, actor, at
    made.save(update_fields=["state", "star", "decided_by", "decided_at"])
    journal.record(
        "star.awarded", star, actor=actor, at=at, where=star.division_id, on=today,
        level=star.level, application_id=made.pk,
    )  # fmt: skip
    tell(
        "star.awarded", [made.person_id], at=at, href=MY_STARS, level=star.level,
        number=star.number,
    )  # fmt: skip
    return star


@scope.command
def object_to_star(
    *, application_id: int, words: str, actor: Person, at: datetime
) -> StarObjection:
    """Anybody with an account may object while the notice stands; only the office reads it."""
    made, today = _locked(application_id), clock.local_date(at)
    if made is None or made.state != ApplicationState.NOTICE:
        raise Refusal("no_notice", _("There is no public notice to object to."))
    assert made.notice_until is not None
    if today > made.notice_until:
        raise Refusal("notice_over", _("The public notice is over."))
    if made.person_id == actor.pk:
        raise Forbidden(
            "your_own_star", _("This is your own application; you can withdraw it.")
        )
    if already := made.objections.filter(person=actor).order_by("pk").first():
        return already
    said = StarObjection.objects.create(
        application=made, person=actor, division_id=made.division_id, words=words, at=at
    )
    journal.record("star.objected", said, actor=actor, at=at, where=made.division_id)
    return said


@scope.command
def uphold_star_objection(*, objection_id: int, actor: Person, at: datetime) -> StarObjection:
    """The objection is right: the star is refused."""
    said, made = _objection(objection_id, actor, at)
    if said.state == ObjectionState.UPHELD:
        return said
    _decide(said, ObjectionState.UPHELD, actor, at)
    journal.record("star.objection_upheld", said, actor=actor, at=at, where=said.division_id)
    _refuse(made, StarRefusal.OBJECTION_UPHELD, actor, at)
    return said


@scope.command
def dismiss_star_objection(*, objection_id: int, actor: Person, at: datetime) -> StarObjection:
    """The objection was looked into and does not stand in the way."""
    said, _made = _objection(objection_id, actor, at)
    if said.state == ObjectionState.DISMISSED:
        return said
    _decide(said, ObjectionState.DISMISSED, actor, at)
    journal.record("star.objection_dismissed", said, actor=actor, at=at, where=said.division_id)
    return said


@scope.command
def ban_from_stars(
    *, person_id: int, years: int, ground: BanGround, actor: Person, at: datetime
) -> StarBan:
    """No star for one to three years; what is applied for is refused."""
    assert 1 <= years <= MOST_YEARS
    person, today = _person(person_id), clock.local_date(at)
    if not permissions.may_ban(standing_of(actor, today), person):
        raise Forbidden("not_your_person", _("Only the city or county office can do this."))
    ends_on = today + relativedelta(years=years)
    standing = StarBan.objects.filter(person=person, ground=ground, ends_on=ends_on)
    if already := standing.order_by("pk").first():
        return already
    ban = StarBan.objects.create(
        person=person, division_id=person.division_id, ground=ground, starts_on=today,
        ends_on=ends_on, imposed_by=actor,
    )  # fmt: skip
    journal.record("star.banned", ban, actor=actor, at=at, where=ban.division_id, years=years)
    waiting = StarApplication.objects.select_for_update(of=("self",)).filter(
        person=person, state__in=[ApplicationState.APPLIED, ApplicationState.NOTICE]
    )
    for made in waiting.order_by("pk"):
        _refuse(made, StarRefusal.FALSE_HOURS, actor, at)
    tell(
        "star.banned", [person.pk], at=at, href=MY_STARS, until=ends_on,
        reason=str(BanGround(ground).label),
    )  # fmt: skip
    return ban


def _person(person_id: int) -> Person:
    return Person.objects.select_for_update(no_key=True).get(pk=person_id)


def _locked(application_id: int) -> StarApplication | None:
    found = StarApplication.objects.select_for_update(of=("self",))
    return found.select_related("person").filter(pk=application_id).first()


def _judged(application_id: int, actor: Person, at: datetime) -> StarApplication:
    """The application, locked, for an office that decides on stars of its level."""
    made = _locked(application_id)
    standing = standing_of(actor, clock.local_date(at))
    if made is None or not permissions.may_judge_star(standing, made, rules().star_of_the_city):
        raise Forbidden(
            "not_your_application", _("Another office decides on this application.")
        )
    return made


def _objection(
    objection_id: int, actor: Person, at: datetime
) -> tuple[StarObjection, StarApplication]:
    said = StarObjection.objects.filter(pk=objection_id).first()
    if said is None:
        raise Forbidden(
            "not_your_application", _("Another office decides on this application.")
        )
    made = _judged(said.application_id, actor, at)
    said.refresh_from_db()
    if actor.pk == said.person_id:
        raise Forbidden("your_own_objection", _("Somebody else looks into your objection."))
    return said, made


def _refuse_what_lacks(person: Person, level: int, today: date) -> None:
    lacks = star_standing(person, today).way(level).lacks
    if lacks:
        raise Refusal(lacks, why(lacks))


def why(lacks: str) -> str:
    """What stands in the way of a star, in words."""
    return {
        "not_a_volunteer": _("Only registered volunteers are given stars."),
        "banned": _("You are kept from stars for a time because of false hours."),
        "star_held": _("This star, or a higher one, is held already."),
        "not_enough_hours": _("The valid service hours do not suffice for this star."),
        "too_early": _("The time since registration is too short for this star."),
    }[lacks]


def _refuse(
    made: StarApplication, refusal: StarRefusal, actor: Person, at: datetime
) -> StarApplication:
    made.move_to(ApplicationState.REFUSED)
    made.refusal, made.decided_by, made.decided_at = refusal, actor, at
    made.save(update_fields=["state", "refusal", "decided_by", "decided_at"])
    journal.record(
        "star.refused", made, actor=actor, at=at, where=made.division_id, refusal=refusal
    )
    tell(
        "star.refused", [made.person_id], at=at, href=MY_STARS,
        reason=str(StarRefusal(refusal).label),
    )  # fmt: skip
    return made


def _decide(said: StarObjection, state: ObjectionState, actor: Person, at: datetime) -> None:
    if said.state != ObjectionState.OPEN:
        raise Refusal("objection_decided", _("This objection is decided already."))
    said.state, said.decided_by, said.decided_at = state, actor, at
    said.save(update_fields=["state", "decided_by", "decided_at"])


def _end_current(person: Person, actor: Person, at: datetime) -> None:
    today = clock.local_date(at)
    current = Star.objects.select_for_update().filter(person=person, ended_on=None)
    for star in current.order_by("pk"):
        if star.awarded_on >= today:
            raise Refusal("star_of_today", _("A star was awarded today; try again tomorrow."))
        star.ended_on = today
        star.save(update_fields=["ended_on"])
        # Told where the old star counted, which may be elsewhere.
        journal.record(
            "star.replaced", star, actor=actor, at=at, where=star.division_id, on=today
        )


def _next_number(today: date) -> str:
    """City, year, and the next number of that year; one at a time."""
    begin = f"{str(pack.load(settings.CITY_PACK).code)[:4]}-{today.year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('hours.star_number'))")
        cursor.execute(
            "SELECT coalesce(max(split_part(number, '-', 3)::bigint), 0) FROM hours_star"
            " WHERE starts_with(number, %s)",
            [begin],
        )
        return f"{begin}{cursor.fetchone()[0] + 1:05}"
