"""Who may do what here, and what stands in the way. Pure questions, nothing is raised."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from xinfeng.base import clock
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.standing import Standing
from xinfeng.people.models import Person, Role
from xinfeng.people.permissions import OFFICES, SEES_PEOPLE, is_volunteer
from xinfeng.places.models import Place
from xinfeng.teams.models import Team

from . import vocabulary
from .checklist import OF_AGE, RISKY
from .fitness import WITH_GUARDIAN, Fitness
from .models import Activity, ActivityState, Audience, Card, Part, Post, Shift

LEAST_AGE = 6


def may_announce(
    standing: Standing, division_id: int, place: Place | None, team: Team | None
) -> bool:
    """The offices above, the keeper of the place, the leader of the team."""
    if team is not None and team.leader_id == standing.person_id:
        return team.division_id == division_id
    keeps = place is not None and place.pk in standing.places
    return keeps or standing.covers(division_id, OFFICES)


def may_name_programmes(standing: Standing) -> bool:
    """Programmes are brands of the whole city."""
    return bool(standing.spans({Role.CITY_OFFICE}))


def may_run(standing: Standing, activity: Activity) -> bool:
    """Call it off, close it, enter its records: its leader, a deputy, or an office above."""
    leads = standing.person_id in (activity.leader_id, *activity.deputies)
    return leads or standing.covers(activity.division_id, OFFICES)


def may_see_roster(standing: Standing, activity: Activity) -> bool:
    """Who runs it, the keeper of its place, and the auditor."""
    keeps = activity.place_id in standing.places
    oversees = standing.covers(activity.division_id, SEES_PEOPLE)
    return keeps or oversees or may_run(standing, activity)


def may_print_card(reader: Person, standing: Standing, card: Card) -> bool:
    """Its holder, and the offices where the holder lives."""
    return reader.pk == card.person_id or standing.covers(card.division_id, OFFICES)


def what_forbids_sign_up(
    shift: Shift,
    *,
    post: Post | None,
    others: Iterable[Shift],
    person: Person,
    fit: Fitness,
    at: datetime,
    asked_by: Standing | None = None,
) -> Refusal | None:
    """Why this person can neither take a place on this shift nor wait for one; None: may.

    `others` are the shifts the person already holds; a full shift forbids nothing. `asked_by`
    is whoever wants to book somebody else, and hears only of what they may see anyway.
    """
    if not _may_take(post, person):
        return Forbidden("not_a_volunteer", _("Register as a volunteer first."))
    if shift.activity.state != ActivityState.ANNOUNCED:
        return Refusal("activity_closed", _("This activity takes no more sign-ups."))
    if not shift.is_open_for_sign_up(at):
        return Refusal("shift_begun", _("Sign-up ended when the activity began."))
    if unfit := what_forbids_post(shift.activity, post, fit):
        return unfit
    if clash := next((other for other in others if other.overlaps(shift)), None):
        known = asked_by is None or may_see_roster(asked_by, clash.activity)
        return Refusal("shift_overlaps", _overlap(clash) if known else _busy())
    return None


def what_is_not_offered(shift: Shift, post: Post | None) -> Refusal | None:
    """Why nobody takes a place here by oneself; who is asked is booked by the upper room."""
    if shift.activity.is_open and (post is None or post.audience == Audience.OPEN):
        return None
    return Refusal("by_invitation", _("Whoever serves here is asked one by one."))


def _may_take(post: Post | None, person: Person) -> bool:
    """Whoever has an account may learn; only volunteers serve."""
    learns = post is not None and post.part == Part.LEARNER
    return person.is_active if learns else is_volunteer(person)


def what_forbids_post(activity: Activity, post: Post | None, fit: Fitness) -> Refusal | None:
    """Fit to age, skill and qualification (regulations, articles 15–17); None: fit."""
    if post is not None and post.part == Part.LEARNER:
        # A learner brings nothing but themselves; small children come with their guardian.
        return _unaccompanied(fit) or _age_outside(activity, post, fit.age)
    return (
        _too_small(fit)
        or _age_outside(activity, post, fit.age)
        or (post and _unable(post, fit))
        or None
    )


def _too_small(fit: Fitness) -> Refusal | None:
    if fit.age is None:
        return None
    if fit.age < LEAST_AGE:
        return Refusal("too_small", _("Children under six do not volunteer yet."))
    return _unaccompanied(fit)


def _unaccompanied(fit: Fitness) -> Refusal | None:
    if fit.age is None:
        return None
    if fit.age < WITH_GUARDIAN and not fit.is_accompanied:
        return Refusal(
            "guardian_needed",
            _("A child under ten comes with a guardian: the guardian signs up first."),
        )
    return None


def _age_outside(activity: Activity, post: Post | None, age: int | None) -> Refusal | None:
    least, most = _ages(activity, post)
    if least is None and most is None:
        return None
    if age is None:
        return Refusal(
            "age_unknown",
            _("This post asks for an age, and yours is not known: verify your identity first."),
        )
    if least is not None and age < least:
        return Refusal(
            "too_young", _("This post is for %(age)s years and over.") % {"age": least}
        )
    if most is not None and age > most:
        return Refusal("too_old", _("This post is for up to %(age)s years.") % {"age": most})
    return None


def _ages(activity: Activity, post: Post | None) -> tuple[int | None, int | None]:
    """Dangerous service is for adults, whatever the post says."""
    least = post.min_age if post else None
    if activity.risk in RISKY or (post is not None and post.is_dangerous):
        least = max(least or 0, OF_AGE)
    return least, post.max_age if post else None


def _unable(post: Post, fit: Fitness) -> Refusal | None:
    if lacking := sorted(set(post.skills) - fit.skills):
        words = _("This post asks for skills that your record does not name: %(skills)s.")
        return Refusal(
            "skill_missing", words % {"skills": vocabulary.named(lacking, vocabulary.skills())}
        )
    if lacking := sorted(set(post.qualifications) - fit.qualifications):
        words = _("This post asks for a qualification valid on the day: %(names)s.")
        names = vocabulary.named(lacking, vocabulary.qualifications())
        return Refusal("qualification_missing", words % {"names": names})
    return None


def _busy() -> str:
    return _("At this time this person is signed up for something else. Choose another time.")


def _overlap(clash: Shift) -> str:
    return _(
        "At this time you are signed up for something else (%(from)s–%(to)s %(title)s)."
        " Choose another time."
    ) % {
        "from": clock.local_time(clash.starts_at),
        "to": clock.local_time(clash.ends_at),
        "title": clash.activity.title,
    }
