"""What a device signed, at once or after it was without a network.

This is the way that thousands take at nine o'clock: few round trips to the database, and the
same rules as everywhere. Sent twice counts once, and so does said twice.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.activities import door, signing
from xinfeng.activities.attending import (
    NOWHERE,
    Outcome,
    Saying,
    Scene,
    Timing,
    judge,
    timing,
)
from xinfeng.activities.models import Keyholder, Means, Phase
from xinfeng.activities.signing import Message, Said
from xinfeng.base import scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.people.models import Person

from .attendance import settle
from .doors import count_try, place_of
from .keeping import COLUMNS, JOINS, LOCK, keep_sql, keep_values, said_once

_CONSENT = """EXISTS (SELECT FROM people_consent c WHERE c.person_id = k.person_id
    AND c.kind = 'LOCATION' AND c.withdrawn_at IS NULL)"""


def _asked(may_locate: str) -> str:
    return f"""
        SELECT {COLUMNS}, k.person_id, k.device_id, d.public_key, {may_locate}
        {JOINS}
        LEFT JOIN activities_keyholder k ON k.code = %s AND k.revoked_at IS NULL
        LEFT JOIN activities_device d ON d.id = k.device_id
        WHERE s.id = %s {LOCK}"""


# Consent to one's position is asked for only where a position was sent.
_BY_KEY, _BY_KEY_AND_CONSENT = _asked("false"), _asked(_CONSENT)


class Unsigned(Refusal):
    """Not signed by a device that we know: register it again, then send."""

    status = 401


def receive(*, message: Message, at: datetime) -> Outcome:
    """Believe what a registered device signed, as far as the rules allow."""
    said = message.said
    if said.means == Means.SIX_DIGITS:
        # Each try is counted for good before it is looked at, whatever comes of it.
        count_try(code=said.code, signup_id=said.signup_id, person=_signer(message), at=at)
    if said.signup_id is not None:
        return _received(message, said.signup_id, at)
    with scope.whole_city():
        actor = _signer(message)
        signup = place_of(actor, _seen(said.code).activity, phase=said.phase, at=at)
        return _received(message, signup.pk, at)


def _received(message: Message, signup_id: int, at: datetime) -> Outcome:
    if message.said.phase == Phase.OUT:
        # Who goes is credited in the same transaction, by the ledger's own command.
        with scope.whole_city():
            return _decided(message, signup_id, at)
    return _decided(message, signup_id, at)


def _decided(message: Message, signup_id: int, at: datetime) -> Outcome:
    with said_once(), scope.whole_city_in_few_trips() as cursor:
        statement = _BY_KEY if message.said.spot is NOWHERE else _BY_KEY_AND_CONSENT
        cursor.execute(statement, [message.key, signup_id], prepare=True, binary=True)
        outcome = judged(message, cursor.fetchone(), at)
        if outcome.earns:
            settle(outcome, actor=Person.objects.get(pk=outcome.saying.by), at=at)
        elif outcome.is_kept:
            statement = keep_sql(many=False, moves=outcome.moves)
            cursor.execute(statement, keep_values(outcome), prepare=True)
    return outcome


def judged(message: Message, row: tuple[Any, ...] | None, at: datetime) -> Outcome:
    """What follows from a message about the place that was found and locked for it."""
    if row is None:
        raise Unknown("signup_unknown", _("You have no such sign-up."))
    *columns, by, device_id, public_key, may_locate = row
    if by is None or not signing.is_signed(message, public_key):
        raise _unsigned()
    scene, said = Scene(*columns), message.said
    seen = _seen(said.code) if said.means == Means.ROTATING else None
    when = timing(said.said_at, message.sent_at, at, seen)
    saying = Saying(
        client_id=said.client_id,
        phase=said.phase,
        means=said.means,
        by=by,
        by_office=False,
        said_at=when.said_at,
        received_at=at,
        counted_at=when.counted_at,
        skew_s=when.skew_s,
        is_late=when.is_late,
        code_held=_holds(said, scene.activity_code, seen, when),
        # A position is nobody's business without consent, even if it was sent.
        spot=said.spot if may_locate and said.means != Means.ROLL_CALL else NOWHERE,
        device_id=device_id,
        device_counter=said.counter,
    )
    return judge(scene, saying)


def _holds(said: Said, activity: str, seen: door.Seen | None, when: Timing) -> bool:
    """Is the code that was seen one of this activity, of the time it was seen at?"""
    if said.means == Means.SIX_DIGITS:
        return door.digits_hold(activity, said.code, when.counted_at)
    if seen is None:
        return False
    if seen.activity != activity:
        raise Refusal("code_of_another", _("This code belongs to another activity."))
    return door.is_genuine(seen) and when.agrees


def _seen(code: str) -> door.Seen:
    seen = door.read(code)
    if seen is None:
        raise Refusal("not_a_code", _("This is not the code of an activity."))
    return seen


def _signer(message: Message) -> Person:
    holders = Keyholder.objects.filter(code=message.key, revoked_at=None)
    with scope.whole_city():
        holder = holders.select_related("device", "person").first()
    if holder is None or not signing.is_signed(message, bytes(holder.device.public_key)):
        raise _unsigned()
    return holder.person


def _unsigned() -> Unsigned:
    return Unsigned("device_unknown", _("This device is not registered. Sign in once more."))
