"""Points when two accounts are one person; within the merge.

Points follow the hours: the ledger takes the hours back from the one account and credits them
to the other, and the next count does the same with their points. What the one had spent
already becomes a debt of the other.
"""

from datetime import datetime

from xinfeng.people.models import Person
from xinfeng.points.models import Merchant, Redemption, RedemptionState


def move_redemptions(keep: Person, gone: Person, actor: Person, at: datetime) -> None:
    """What is still to be picked up is picked up, or given back, by whoever goes on."""
    Redemption.objects.filter(person=gone, state=RedemptionState.RESERVED).update(person=keep)
    Merchant.objects.filter(keeper=gone).exclude(decided_by=keep).update(keeper=keep)
