"""Who comes without having enrolled: somebody known gets a place, heads are counted apart."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import commands as activities
from xinfeng.activities import passes
from xinfeng.activities.models import CHECK_IN_LEAD, Card, Part, Signup, SignupState
from xinfeng.base import crypto, scope
from xinfeng.base import phone as phones
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Identity, Person
from xinfeng.people.queries import Likely
from xinfeng.school.models import ClassState, NightClass, Session, SessionState, WalkIns
from xinfeng.school.queries.walking_in import is_last_digits, likely

from .publishing import lock_to_run

journal.declare(
    {
        "session.walked_in": gettext_lazy("let somebody into a session who had not enrolled"),
        "session.heads_counted": gettext_lazy("counted unknown heads at a session"),
    }
)
# Counted in the evening itself or on the days after, as the register is.
_COUNTED_WITHIN = timedelta(days=3)


@scope.command
def let_in(
    *, session_id: int, who: str, actor: Person, at: datetime, chosen_id: int | None = None
) -> Signup:
    """Somebody stands at the door with their card, or says their telephone number: they get a
    place for this evening and are marked as here.

    The last digits do where the person is known at the place; `chosen_id` is which one of
    several.
    """
    session, night_class = _lock(session_id, actor, at)
    if session.shift is None or not (session.starts_at - CHECK_IN_LEAD <= at < session.ends_at):
        raise Refusal("session_not_on", _("This session is not on now."))
    person = _known(session, who.strip(), chosen_id, at)
    if person.pk == night_class.lecturer.person_id:
        raise Refusal("own_class", _("You give this class yourself."))
    post = session.shift.posts.get(part=Part.LEARNER)
    signup = activities.book(
        shift_id=session.shift.pk, person_id=person.pk, post_id=post.pk, actor=actor, at=at
    )
    if signup.state == SignupState.BOOKED:
        signup = activities.check_in(signup_id=signup.pk, actor=actor, at=at)
        _record("session.walked_in", session, night_class, actor, at)
    return signup


@scope.command
def count_heads(*, session_id: int, heads: int, actor: Person, at: datetime) -> WalkIns:
    """How many came whom nobody knows; the last count stands, apart from all learners."""
    session, night_class = _lock(session_id, actor, at)
    if not session.starts_at - CHECK_IN_LEAD <= at < session.ends_at + _COUNTED_WITHIN:
        raise Refusal("session_not_on", _("This session is not on now."))
    if not 0 <= heads <= 500:
        raise Refusal("heads_counted", _("Count 0 to 500 heads."))
    already = WalkIns.objects.filter(session=session).first()
    if already is not None and already.heads == heads:
        return already
    counted, _made = WalkIns.objects.update_or_create(
        session=session, defaults={"heads": heads, "counted_by": actor, "counted_at": at}
    )
    _record("session.heads_counted", session, night_class, actor, at, heads=heads)
    return counted


def _lock(session_id: int, actor: Person, at: datetime) -> tuple[Session, NightClass]:
    found = Session.objects.filter(pk=session_id).values_list("night_class_id", flat=True)
    night_class = lock_to_run(found.first() or 0, actor, at)
    session = Session.objects.select_related("shift").get(pk=session_id)
    if (
        night_class.state not in {ClassState.PUBLISHED, ClassState.ENDED}
        or session.state != SessionState.PLANNED
    ):
        raise Refusal("session_not_on", _("This session is not on now."))
    return session, night_class


def _known(session: Session, who: str, chosen_id: int | None, at: datetime) -> Person:
    """By the code of a card, the whole telephone number, or its last digits among those known
    at the place; nobody else is searched for."""
    if is_last_digits(who):
        return _of_several(likely(session, who, at), chosen_id)
    typed = who.upper()
    code = typed if typed.isalnum() and not typed.isdigit() else passes.code_of("card", who)
    if code:
        card = Card.objects.valid().filter(code=code).select_related("person").first()
        if card is not None:
            return card.person
    elif (digest := _digest(who)) is not None:
        found = Identity.objects.filter(phone_digest=digest).select_related("person").first()
        if found is not None:
            return found.person
    raise _nobody()


def _of_several(found: list[Likely], chosen_id: int | None) -> Person:
    ids = [one.person_id for one in found]
    if chosen_id is not None:
        ids = [pk for pk in ids if pk == chosen_id]
    if len(ids) > 1:
        raise Refusal("several_fit", _("Several people fit; say which one."))
    if not ids:
        raise _nobody()
    return Person.objects.get(pk=ids[0])


def _nobody() -> Refusal:
    return Unknown("person_unknown", _("Nobody is known by this; count a head instead."))


def _digest(text: str) -> bytes | None:
    try:
        return crypto.digest("phone", phones.parse(text))
    except ValueError:
        return None


def _record(
    verb: str,
    session: Session,
    night_class: NightClass,
    actor: Person,
    at: datetime,
    **details: Any,
) -> None:
    journal.record(
        verb, session, actor=actor, at=at, where=night_class.division_id, on=session.on,
        **details,
    )  # fmt: skip
