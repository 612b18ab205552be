"""Every write in this room. One function, one transaction, one journal entry."""

from .batches import (
    add_batch,
    cancel_batch,
    import_rows,
    read_batch,
    resume_batches,
    start_import,
)
from .founding import (
    NewTeam,
    appoint_leader,
    approve,
    count_heads,
    describe,
    dissolve,
    found,
    name_deputy,
    propose,
    refuse,
    relieve_deputy,
)
from .invitations import (
    accept,
    decline,
    expire_invitations,
    invite,
    register_and_accept,
    withdraw_invitation,
)
from .memberships import contest, join, join_for, leave, leave_for, remove

__all__ = [
    "NewTeam",
    "accept",
    "add_batch",
    "appoint_leader",
    "approve",
    "cancel_batch",
    "contest",
    "count_heads",
    "decline",
    "describe",
    "dissolve",
    "expire_invitations",
    "found",
    "import_rows",
    "invite",
    "join",
    "join_for",
    "leave",
    "leave_for",
    "name_deputy",
    "propose",
    "read_batch",
    "refuse",
    "register_and_accept",
    "relieve_deputy",
    "remove",
    "resume_batches",
    "start_import",
    "withdraw_invitation",
]
