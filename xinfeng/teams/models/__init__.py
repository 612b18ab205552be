"""The nouns of this room, by what they are about."""

from .invitations import Batch, BatchState, Invitation, InvitationQuerySet, InvitationState
from .memberships import REMOVALS, Channel, Ending, Membership, MembershipQuerySet
from .teams import Team, TeamKind, TeamQuerySet, TeamState

__all__ = [
    "REMOVALS",
    "Batch",
    "BatchState",
    "Channel",
    "Ending",
    "Invitation",
    "InvitationQuerySet",
    "InvitationState",
    "Membership",
    "MembershipQuerySet",
    "Team",
    "TeamKind",
    "TeamQuerySet",
    "TeamState",
]
