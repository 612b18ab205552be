"""The rules of coming and going, without a query.

Pages, kiosk, roll call and the phones' own address all ask here, so that nobody is treated
differently at another door.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from xinfeng.base import clock
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.base.units import Minutes

from . import door
from .evidence import Evidence, grade
from .models import (
    CHECK_IN_LEAD,
    CREDITED,
    ActivityState,
    Means,
    Part,
    Phase,
    SignupState,
)

# What came later than this was waiting for a network.
LATE_AFTER = timedelta(seconds=90)
# Going home takes its time; after that the leader enters when people left.
CHECK_OUT_GRACE = timedelta(minutes=30)
# How long a phone may keep what it could not send.
KEPT_FOR = timedelta(days=7)
BY_ONESELF = frozenset({Means.ROTATING, Means.SIX_DIGITS, Means.FENCE})
BY_LEADER = frozenset({Means.ROLL_CALL, Means.CARD})
ARRIVED = frozenset({SignupState.PRESENT, SignupState.LEFT})


@dataclass(frozen=True, slots=True)
class Scene:
    """One place on a shift as it stood when it was locked, with all that the rules ask."""

    signup_id: int
    state: str
    arrived_at: datetime | None
    left_at: datetime | None
    person_id: int
    division_id: int
    starts_at: datetime
    ends_at: datetime
    activity_code: str
    activity_state: str
    recorded_on: date | None
    nature: str
    part: str
    leader_id: int
    deputies: list[int]
    fence_m: int | None
    person_state: str
    had_code: bool | None
    had_presence: bool | None
    # Who of those that run it has already said so.
    led_by_id: int | None

    @property
    def evidence(self) -> Evidence:
        return Evidence(
            bool(self.had_code), bool(self.had_presence), self.led_by_id is not None
        )

    def is_run_by(self, person_id: int) -> bool:
        return person_id == self.leader_id or person_id in self.deputies


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a phone said it was: never the position, only inside or not, and bands."""

    is_inside: bool | None = None
    distance_band_m: int | None = None
    accuracy_band_m: int | None = None


NOWHERE = Spot()


@dataclass(frozen=True, slots=True)
class Saying:
    """Somebody says that somebody is here, or goes."""

    client_id: UUID
    phase: str
    means: str
    # Who says it; where an office does, it was found to cover the place.
    by: int
    by_office: bool
    said_at: datetime
    received_at: datetime
    counted_at: datetime
    skew_s: int | None = None
    is_late: bool = False
    code_held: bool = False
    spot: Spot = NOWHERE
    device_id: int | None = None
    device_counter: int | None = None

    @property
    def evidence(self) -> Evidence:
        alone = self.means in BY_ONESELF
        return Evidence(
            code=self.code_held,
            # The leader's own phone says nothing about where somebody else is.
            presence=self.means in (Means.KIOSK, Means.CARD)
            or (alone and (self.device_id is not None or bool(self.spot.is_inside))),
            leader=self.means in BY_LEADER,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a saying changes: nothing but a further witness when it was already so."""

    scene: Scene
    saying: Saying
    moves: bool
    is_kept: bool
    state: str
    arrived_at: datetime | None
    left_at: datetime | None
    grade: str
    reviewed_by_id: int | None = None

    @property
    def earns(self) -> bool:
        left = self.moves and self.state == SignupState.LEFT
        # A learner comes and goes as everybody does, and earns nothing.
        serves = self.scene.nature in CREDITED and self.scene.part == Part.HELPER
        return left and serves and self.span is not None

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """The time given within the shift: coming early is welcome and earns nothing."""
        assert self.arrived_at
        assert self.left_at
        begun = max(self.arrived_at, self.scene.starts_at)
        return (begun, self.left_at) if begun < self.left_at else None

    def minutes(self, least_percent: int) -> Minutes:
        """Whole minutes, or none at all for too small a part of what was planned."""
        if self.span is None:
            return Minutes(0)
        given = (self.span[1] - self.span[0]) // timedelta(minutes=1)
        planned = (self.scene.ends_at - self.scene.starts_at) // timedelta(minutes=1)
        return Minutes(given if given * 100 >= planned * least_percent else 0)


@dataclass(frozen=True, slots=True)
class Timing:
    """When something was said, by our clock: corrected by what the device's own was off."""

    said_at: datetime
    skew_s: int
    is_late: bool
    counted_at: datetime
    # Was the code on the screen when the device says it saw it?
    agrees: bool


def timing(
    said_at: datetime, sent_at: datetime, received_at: datetime, seen: door.Seen | None
) -> Timing:
    """Count what arrives at once by our clock, and what waited by the code it had seen."""
    corrected = min(said_at + (received_at - sent_at), received_at)
    is_late = received_at - corrected > LATE_AFTER
    if seen and not is_late:
        # A slow network, or a code passed on: it is now, or it is not.
        is_late = not seen.is_of(received_at) and seen.is_of(corrected)
    counted_at = received_at
    if is_late:
        counted_at = seen.nearest(corrected) if seen else corrected
    return Timing(
        said_at=said_at,
        skew_s=round((sent_at - received_at).total_seconds()),
        is_late=is_late,
        counted_at=min(counted_at, received_at),
        agrees=seen is None or seen.is_of(corrected if is_late else received_at),
    )


def judge(scene: Scene | None, saying: Saying) -> Outcome:
    """What follows from the saying, or a refusal: may they, already so, can it."""
    if scene is None or not _may_say(scene, saying):
        raise _not_theirs(saying)
    if is_run_himself(scene, saying):
        raise Forbidden(
            "own_attendance",
            _("Nobody vouches for their own hours: a deputy or your office enters yours."),
        )
    forbidden = what_forbids(scene, saying)
    if _is_so_already(scene, saying):
        added = scene.evidence | saying.evidence
        keeps = forbidden is None and added != scene.evidence
        # Hours that are entered keep the grade they were entered with.
        open_still = scene.state == SignupState.PRESENT
        return _unmoved(scene, saying, keeps, grade(added) if keeps and open_still else "")
    if forbidden:
        raise forbidden
    return _moved(scene, saying)


def is_run_himself(scene: Scene, saying: Saying) -> bool:
    """The code on one's own screen, or one's own roll, proves nothing about oneself."""
    return saying.by == scene.person_id and scene.is_run_by(saying.by)


def what_forbids(scene: Scene, saying: Saying) -> Refusal | None:
    """Why this cannot be said now; None when it can. Who says it was asked before."""
    if scene.person_state != "ACTIVE":
        return Forbidden("not_a_volunteer", _("Register as a volunteer first."))
    if scene.activity_state == ActivityState.CALLED_OFF:
        return Refusal("activity_called_off", _("This activity was called off."))
    if scene.recorded_on is not None:
        return Refusal("records_closed", _("The records of this activity are closed."))
    if saying.received_at > scene.ends_at + KEPT_FOR and saying.means in BY_ONESELF:
        return Refusal("kept_too_long", _("This was sent too late to be counted."))
    if saying.means in BY_ONESELF and not (saying.code_held or saying.spot.is_inside):
        return _nothing_shown(saying)
    if saying.phase == Phase.IN:
        return _what_forbids_arriving(scene, saying)
    return _what_forbids_leaving(scene, saying)


def _may_say(scene: Scene, saying: Saying) -> bool:
    if saying.means in BY_ONESELF:
        return saying.by == scene.person_id
    return saying.by_office or scene.is_run_by(saying.by)


def _not_theirs(saying: Saying) -> Refusal:
    # Unknown and not-yours get the same answer, so ids cannot be probed.
    if saying.means in BY_ONESELF:
        return Unknown("signup_unknown", _("You have no such sign-up."))
    return Forbidden("not_your_roster", _("Only the leader of this shift can do this."))


def _is_so_already(scene: Scene, saying: Saying) -> bool:
    if saying.phase == Phase.IN:
        return scene.state in ARRIVED
    return scene.state == SignupState.LEFT


def _nothing_shown(saying: Saying) -> Refusal:
    if saying.means == Means.ROTATING:
        return Refusal(
            "code_passed", _("This code is no longer shown. Scan the one on the screen now.")
        )
    if saying.means == Means.SIX_DIGITS:
        return Refusal("wrong_digits", _("These are not the six digits on the screen now."))
    if saying.spot.is_inside is False:
        return Refusal(
            "outside_the_place",
            _("You seem to be somewhere else. Scan the code at the place, or ask the leader."),
        )
    return Refusal(
        "nothing_shown",
        _("Scan the code on the leader's screen or type its six digits, or ask the leader."),
    )


def _what_forbids_arriving(scene: Scene, saying: Saying) -> Refusal | None:
    if scene.state == SignupState.WAITING:
        return Refusal(
            "still_waiting", _("You are on the waiting list. Ask the leader whether to stay.")
        )
    # Who is here already may still be witnessed better.
    if scene.state not in (SignupState.BOOKED, SignupState.NO_SHOW, SignupState.PRESENT):
        return Refusal("signup_state", _("This sign-up is already closed or changed."))
    opens_at = scene.starts_at - CHECK_IN_LEAD
    if opens_at <= saying.counted_at < scene.ends_at:
        return None
    words = {"opens": clock.local_time(opens_at), "closes": clock.local_time(scene.ends_at)}
    if saying.counted_at < opens_at:
        sentence = _("Check-in opens at %(opens)s. It is open until %(closes)s.")
    else:
        sentence = _("Check-in was open from %(opens)s to %(closes)s. Ask the leader.")
    return Refusal("check_in_closed", sentence % words)


def _what_forbids_leaving(scene: Scene, saying: Saying) -> Refusal | None:
    if scene.state != SignupState.PRESENT:
        return Refusal("not_checked_in", _("Check in first."))
    last = scene.ends_at + CHECK_OUT_GRACE
    if saying.means in BY_ONESELF and saying.counted_at > last:
        return Refusal(
            "check_out_over",
            _("Check-out ended at %(closes)s. The leader enters when you left.")
            % {"closes": clock.local_time(last)},
        )
    return None


def _unmoved(scene: Scene, saying: Saying, keeps: bool, better: str) -> Outcome:
    return Outcome(
        scene=scene,
        saying=saying,
        moves=False,
        is_kept=keeps,
        state=scene.state,
        arrived_at=scene.arrived_at,
        left_at=scene.left_at,
        grade=better,
    )


def _moved(scene: Scene, saying: Saying) -> Outcome:
    arrived_at, left_at, reviewed_by = scene.arrived_at, None, None
    state: str = SignupState.PRESENT
    if saying.phase == Phase.IN:
        arrived_at = saying.counted_at
    else:
        assert arrived_at
        state = SignupState.LEFT
        # Forgetting to check out must not earn hours: the shift's end is the ceiling.
        left_at = max(arrived_at, min(saying.counted_at, scene.ends_at))
        if saying.counted_at > scene.ends_at + CHECK_OUT_GRACE:
            reviewed_by = saying.by
    return Outcome(
        scene=scene,
        saying=saying,
        moves=True,
        is_kept=True,
        state=state,
        arrived_at=arrived_at,
        left_at=left_at,
        grade=grade(scene.evidence | saying.evidence),
        reviewed_by_id=reviewed_by,
    )
