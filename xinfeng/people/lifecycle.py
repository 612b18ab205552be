"""What this room tells of a person, forgets in time, and keeps sealed."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from xinfeng.journal.models import Entry

from . import commands, notices, policies, records, sealing, sweeping
from .models import (
    Consent,
    Contact,
    Disclosure,
    Grant,
    Guardianship,
    Identity,
    IdentityDispute,
    Invitee,
    Notice,
    Person,
    Profile,
    Qualification,
    about,
    about_contact,
)
from .records import Row

sealing.declare(Identity, "id_number_sealed", lambda row: about("id_number", row.person_id))
sealing.declare(Identity, "phone_sealed", lambda row: about("phone", row.person_id))
sealing.declare(Qualification, "number_sealed", lambda row: row.bound)
sealing.declare(Invitee, "name_sealed", lambda row: about("invitee.name", row.pk))
sealing.declare(Invitee, "phone_sealed", lambda row: about("invitee.phone", row.pk))
sealing.declare(Contact, "name_sealed", lambda row: about_contact("name", row.pk))
sealing.declare(Contact, "phone_sealed", lambda row: about_contact("phone", row.pk))
sealing.declare(Contact, "address_sealed", lambda row: about_contact("address", row.pk))
sealing.declare(Contact, "note_sealed", lambda row: about_contact("note", row.pk))
sealing.declare(IdentityDispute, "contact_sealed", lambda row: row.about("contact"))
sealing.declare(IdentityDispute, "statement_sealed", lambda row: row.about("statement"))

sweeping.declare("notices", _("notices: 180 days after reading, one year at most"))(
    commands.forget_notices
)
sweeping.declare("guardianships", _("questions to guardians: 30 days without an answer"))(
    commands.forget_questions
)
sweeping.declare(
    "contacts", _("whom a service was for: after its end as long as the city's rules say")
)(commands.erase_contacts)
sweeping.declare("disclosures", _("approvals that were not used: one day"))(
    commands.forget_approvals
)


@records.section("account", _("My account"))
def account(person_id: int) -> Iterable[Row]:
    for person in Person.objects.filter(pk=person_id).select_related("division"):
        yield {
            "username": person.username,
            "state": person.state,
            "division": person.division_id,
            "division_name": person.division.name,
            "registered_on": person.registered_on,
            "left_on": person.left_on,
            "last_login": person.last_login,
        }


@records.section("identity", _("My identity"))
def identity(person_id: int) -> Iterable[Row]:
    for known in Identity.objects.filter(pk=person_id):
        yield {
            "name": known.name,
            "id_number": known.id_number(),
            "phone": known.phone(),
            "sex": known.sex,
            "born_on": known.born_on,
            "verified_at": known.verified_at,
            "verified_how": known.verified_how,
        }


@records.section("consents", _("My consents"))
def consents(person_id: int) -> Iterable[Row]:
    for consent in Consent.objects.filter(person=person_id).order_by("given_at", "pk"):
        policy = policies.by_code(consent.version)
        yield {
            "kind": consent.kind,
            "version": consent.version,
            "text": policy.text if policy else None,
            "text_digest": consent.text_digest,
            "channel": consent.channel,
            "given_at": consent.given_at,
            "given_by_me": consent.given_by_id == person_id,
            "withdrawn_at": consent.withdrawn_at,
        }


@records.section("profile", _("My profile"))
def profile(person_id: int) -> Iterable[Row]:
    for told in Profile.objects.filter(pk=person_id):
        yield {
            "skills": told.skills,
            "categories": told.categories,
            "languages": told.languages,
            "availability": told.free_parts(),
        }


@records.section("qualifications", _("My qualifications"))
def qualifications(person_id: int) -> Iterable[Row]:
    for paper in Qualification.objects.filter(person=person_id).order_by("code"):
        yield {
            "code": paper.code,
            "number": paper.number(),
            "valid_until": paper.valid_until,
            "entered_at": paper.entered_at,
            "checked_at": paper.checked_at,
        }


@records.section("roles", _("My roles"))
def roles(person_id: int) -> Iterable[Row]:
    for grant in Grant.objects.filter(person=person_id).order_by("starts_on", "pk"):
        yield {
            "role": grant.role,
            "division": grant.division_id,
            "place": grant.place_id,
            "starts_on": grant.starts_on,
            "ends_on": grant.ends_on,
        }


@records.section("family", _("Whom I answer for, and who answers for me"))
def family(person_id: int) -> Iterable[Row]:
    own = Guardianship.objects.filter(ward=person_id)
    for care in (own | Guardianship.objects.filter(guardian=person_id)).order_by("pk"):
        yield {
            "kind": care.kind,
            "i_am": "ward" if care.ward_id == person_id else "guardian",
            "state": care.state,
            "asked_at": care.asked_at,
            "confirmed_at": care.confirmed_at,
            "ended_at": care.ended_at,
        }


@records.section("notices", _("My notices"))
def told(person_id: int) -> Iterable[Row]:
    for notice in Notice.objects.filter(person=person_id).order_by("told_at", "pk"):
        yield {
            "sentence": notices.sentence(notice.kind, notice.words),
            "told_at": notice.told_at,
            "read_at": notice.read_at,
        }


@records.section("disclosures", _("Who saw my numbers in full"))
def disclosures(person_id: int) -> Iterable[Row]:
    for shown in Disclosure.objects.filter(person=person_id).order_by("asked_at", "pk"):
        yield {
            "reason": shown.reason,
            "state": shown.state,
            "asked_at": shown.asked_at,
            "opened_at": shown.opened_at,
        }


@records.section("requests", _("My requests"))
def requests(person_id: int) -> Iterable[Row]:
    for dispute in IdentityDispute.objects.filter(person=person_id).order_by("pk"):
        yield {
            "code": dispute.code,
            "kind": dispute.kind,
            "state": dispute.state,
            "asked_at": dispute.asked_at,
            "decided_at": dispute.decided_at,
            "answer": dispute.answer,
        }


@records.section("journal", _("What was done with my account"))
def journal(person_id: int) -> Iterable[Row]:
    entries = Entry.objects.filter(subject=f"people.person:{person_id}").order_by("pk")
    for entry in entries:
        yield {"verb": entry.verb, "at": entry.at, "by_me": entry.actor_id == person_id}
