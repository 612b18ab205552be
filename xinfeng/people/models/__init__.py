"""The nouns of this room, one file each."""

from .consents import NEEDED, Channel, Consent, ConsentKind
from .contacts import Contact, ContactConsent, about_contact
from .disclosures import Disclosure, DisclosureState
from .disputes import DisputeKind, DisputeState, IdentityDispute
from .family import CareKind, CareState, Guardianship
from .grants import Grant, GrantQuerySet, Role
from .identity import Identity, Sex, about
from .invitees import Invitee
from .notices import Notice
from .person import Person, PersonManager, PersonState, SignInTally
from .profile import MOST_CATEGORIES, SLOTS, PartOfDay, Profile, Qualification

__all__ = [
    "MOST_CATEGORIES",
    "NEEDED",
    "SLOTS",
    "CareKind",
    "CareState",
    "Channel",
    "Consent",
    "ConsentKind",
    "Contact",
    "ContactConsent",
    "Disclosure",
    "DisclosureState",
    "DisputeKind",
    "DisputeState",
    "Grant",
    "GrantQuerySet",
    "Guardianship",
    "Identity",
    "IdentityDispute",
    "Invitee",
    "Notice",
    "PartOfDay",
    "Person",
    "PersonManager",
    "PersonState",
    "Profile",
    "Qualification",
    "Role",
    "Sex",
    "SignInTally",
    "about",
    "about_contact",
]
