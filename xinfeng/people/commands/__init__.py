"""Every write in this room. One function, one transaction, one journal entry."""

from .accounts import close_account
from .grants import grant, revoke_grant
from .notices import mark_read, tell
from .registration import NewPerson, name_first_office, register_person
from .sign_in import count_try, forget_tries

__all__ = [
    "NewPerson",
    "close_account",
    "count_try",
    "forget_tries",
    "grant",
    "mark_read",
    "name_first_office",
    "register_person",
    "revoke_grant",
    "tell",
]
