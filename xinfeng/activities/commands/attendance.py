"""Coming and going by the leader's word: one by one, or the whole roster at once."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities.attending import Outcome, Saying, Scene, judge
from xinfeng.activities.models import Means, Phase, Signup
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.standing import Standing
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.permissions import OFFICES
from xinfeng.people.queries import standing_of

from .crediting import credit
from .keeping import keep, lock_scene, lock_scenes

journal.declare(
    {
        "signup.arrived": gettext_lazy("arrived for a shift"),
        "signup.left": gettext_lazy("left a shift"),
    }
)
# One word of one person about one sign-up has one id, so that saying it twice adds nothing.
_WORDS = UUID("6f1f5c6e-6c1c-4b4e-9c41-0d4f2f1f7a10")


@dataclass(frozen=True)
class Roll:
    """What a roll call of many changed, and whom it could not count, each with the reason."""

    saved: int
    refused: dict[int, Refusal]


@scope.command
def check_in(*, signup_id: int, actor: Person, at: datetime) -> Signup:
    """The leader says that the volunteer is here. Saying so twice changes nothing."""
    return _by_word(signup_id, Phase.IN, actor, at)


@scope.command
def check_out(*, signup_id: int, actor: Person, at: datetime) -> Signup:
    """The leader says that the volunteer leaves; the time given is credited, once.

    Long after the end this is the review of a forgotten check-out: the end is then the planned
    one, and who set it is kept.
    """
    return _by_word(signup_id, Phase.OUT, actor, at)


@scope.command
def call_roll(
    *, arrived: Collection[int], left: Collection[int], actor: Person, at: datetime
) -> Roll:
    """Enter a whole roster at once: who is here, and who leaves. Whom a rule forbids stays."""
    scenes = lock_scenes({*arrived, *left})
    standing = standing_of(actor, clock.local_date(at))
    outcomes: list[Outcome] = []
    refused: dict[int, Refusal] = {}
    for signup_id, phase in _in_order(arrived, left):
        scene = scenes.get(signup_id)
        try:
            outcomes.append(judge(scene, spoken(scene, phase, actor, standing, at)))
        except Forbidden:
            # Whose roster it is not learns nothing about any of its rows.
            raise
        except Refusal as refusal:
            refused[signup_id] = refusal
    refused |= credit(outcomes, actor=actor, at=at)
    outcomes = [one for one in outcomes if one.scene.signup_id not in refused]
    keep(outcomes)
    return Roll(sum(outcome.moves for outcome in outcomes), refused)


def spoken(
    scene: Scene | None, phase: str, actor: Person, standing: Standing, at: datetime
) -> Saying:
    """The word of whoever runs the activity, or of an office above it."""
    signup_id = scene.signup_id if scene else 0
    return Saying(
        client_id=uuid5(_WORDS, f"{signup_id}:{phase}:{actor.pk}"),
        phase=phase,
        means=Means.ROLL_CALL,
        by=actor.pk,
        by_office=scene is not None and standing.covers(scene.division_id, OFFICES),
        said_at=at,
        received_at=at,
        counted_at=at,
    )


def settle(outcome: Outcome, *, actor: Person, at: datetime) -> None:
    """Credit and keep what one saying changed; nothing of it where the ledger refuses."""
    for refusal in credit([outcome], actor=actor, at=at).values():
        raise refusal
    keep([outcome])


def _by_word(signup_id: int, phase: Phase, actor: Person, at: datetime) -> Signup:
    scene = lock_scene(signup_id)
    standing = standing_of(actor, clock.local_date(at))
    outcome = judge(scene, spoken(scene, phase, actor, standing, at))
    settle(outcome, actor=actor, at=at)
    return Signup.objects.select_related("shift__activity", "person").get(pk=signup_id)


def _in_order(arrived: Collection[int], left: Collection[int]) -> Iterator[tuple[int, Phase]]:
    """Nobody comes and goes in one saving: going needs a time in between."""
    if both := set(arrived) & set(left):
        raise Refusal(
            "came_and_went",
            _("%(count)d people are marked as here and as gone. Save the one, then the other.")
            % {"count": len(both)},
        )
    yield from ((pk, Phase.IN) for pk in sorted(arrived))
    yield from ((pk, Phase.OUT) for pk in sorted(left))
