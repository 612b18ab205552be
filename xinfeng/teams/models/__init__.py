"""The nouns of this room, by what they are about."""

from .invitations import Batch, BatchState, Invitation, InvitationQuerySet, InvitationState
from .memberships import Channel, Ending, Membership, MembershipQuerySet
from .teams import Team, TeamKind, TeamQuerySet, TeamState

__all__ = [
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
