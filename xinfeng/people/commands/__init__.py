"""Every write in this room. One function, one transaction, one journal entry."""

from .accounts import close_account
from .consents import give_consent, withdraw_consent
from .family import (
    ask_carer,
    confirm_guardianship,
    decline_guardianship,
    withdraw_guardianship,
)
from .grants import grant, revoke_grant
from .making import GROWN_UP, OF_AGE_TO_CONSENT, YOUNGEST, NewPerson
from .notices import mark_read, tell
from .registration import name_first_office, register_oneself, register_person
from .sign_in import count_try, forget_tries

__all__ = [
    "GROWN_UP",
    "OF_AGE_TO_CONSENT",
    "YOUNGEST",
    "NewPerson",
    "ask_carer",
    "close_account",
    "confirm_guardianship",
    "count_try",
    "decline_guardianship",
    "forget_tries",
    "give_consent",
    "grant",
    "mark_read",
    "name_first_office",
    "register_oneself",
    "register_person",
    "revoke_grant",
    "tell",
    "withdraw_consent",
    "withdraw_guardianship",
]
