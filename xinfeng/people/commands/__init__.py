"""Every write in this room. One function, one transaction, one journal entry."""

from xinfeng.people.wishes import Claim, NewPerson, Told

from .accounts import change_password, close_account, erase_account, reset_password
from .consents import give_consent, withdraw_consent
from .contacts import NewContact, Opened, erase_contacts, open_contact
from .disclosures import ask_disclosure, decide_disclosure, open_disclosure
from .disputes import contest_record, decide_dispute, report_double, say_not_me
from .family import (
    ask_carer,
    confirm_guardianship,
    decline_guardianship,
    withdraw_guardianship,
)
from .grants import grant, revoke_grant
from .identities import change_phone, correct_identity
from .merging import merge_people
from .notices import mark_read, tell, tell_counts
from .profiles import (
    check_qualification,
    enter_qualification,
    remove_qualification,
    tell_profile,
)
from .registration import name_first_office, register_oneself, register_person
from .relatives import NewRelative, register_relative
from .sign_in import count_try, forget_tries
from .sweeping import forget_approvals, forget_notices, forget_questions
from .viewing import note_view

__all__ = [
    "Claim",
    "NewContact",
    "NewPerson",
    "NewRelative",
    "Opened",
    "Told",
    "ask_carer",
    "ask_disclosure",
    "change_password",
    "change_phone",
    "check_qualification",
    "close_account",
    "confirm_guardianship",
    "contest_record",
    "correct_identity",
    "count_try",
    "decide_disclosure",
    "decide_dispute",
    "decline_guardianship",
    "enter_qualification",
    "erase_account",
    "erase_contacts",
    "forget_approvals",
    "forget_notices",
    "forget_questions",
    "forget_tries",
    "give_consent",
    "grant",
    "mark_read",
    "merge_people",
    "name_first_office",
    "note_view",
    "open_contact",
    "open_disclosure",
    "register_oneself",
    "register_person",
    "register_relative",
    "remove_qualification",
    "report_double",
    "reset_password",
    "revoke_grant",
    "say_not_me",
    "tell",
    "tell_counts",
    "tell_profile",
    "withdraw_consent",
    "withdraw_guardianship",
]
