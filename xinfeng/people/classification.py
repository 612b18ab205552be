"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("people.Person", internal="registered_on left_on", personal="username last_login",
        sensitive="password")  # fmt: skip
declare(
    "people.Identity",
    personal="name sex born_on verified_at verified_how",
    sensitive="id_number_sealed id_number_digest phone_sealed phone_digest secret",
)
declare("people.Grant", internal="starts_on ends_on")
declare("people.SignInTally", internal="tries", sensitive="name_digest")
declare("people.Consent", internal="version text_digest", personal="kind")
declare("people.Profile", personal="skills categories languages availability")
declare("people.Qualification", personal="code valid_until", sensitive="number_sealed")
declare("people.Guardianship", sensitive="phone_digest")
declare("people.Notice", internal="kind href", personal="words")
declare("people.Disclosure", internal="reason")
declare("people.IdentityDispute", internal="code", personal="answer",
        sensitive="contact_sealed statement_sealed")  # fmt: skip
declare("people.Invitee", internal="erase_at",
        sensitive="name_sealed phone_sealed id_number_digest")  # fmt: skip
declare(
    "people.Contact",
    internal="consent_how erase_at",
    sensitive="name_sealed phone_sealed phone_digest address_sealed note_sealed",
)
