"""Two accounts are found to be one person: everything moves to the one that stays."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, crypto, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import merging, permissions
from xinfeng.people.models import (
    Guardianship,
    Identity,
    Notice,
    Person,
    PersonState,
    Profile,
    Qualification,
    about,
)
from xinfeng.people.queries import standing_of

from .accounts import end_grants, left_on
from .making import put_phone

journal.declare({"person.merged": gettext_lazy("merged two accounts of one person")})
_ALIVE = {PersonState.ACTIVE, PersonState.ASLEEP, PersonState.CLOSED}


@scope.command
def merge_people(*, keep_id: int, gone_id: int, actor: Person, at: datetime) -> Person:
    """An office joins two accounts of one person; the second one ends and points to the first.

    Roles do not move: they are given anew to whoever should have them.
    """
    pair = {
        person.pk: person
        for person in Person.objects.select_for_update()
        .filter(pk__in=[keep_id, gone_id])
        .order_by("pk")
    }
    keep, gone = pair.get(keep_id), pair.get(gone_id)
    today = clock.local_date(at)
    standing = standing_of(actor, today)
    if (
        keep is None
        or gone is None
        or actor.pk in pair
        or not all(permissions.may_look_after(standing, p.division_id) for p in pair.values())
    ):
        raise Forbidden("not_your_person", _("Both accounts have to lie in your area."))
    if gone.state == PersonState.MERGED and gone.merged_into_id == keep.pk:
        return keep
    if keep == gone or keep.state != PersonState.ACTIVE or gone.state not in _ALIVE:
        raise Refusal(
            "cannot_merge", _("Only two accounts that have not ended can become one.")
        )
    _refuse_two_people(keep, gone)
    merging.move_all(keep, gone, actor, at)
    _move(keep, gone)
    end_grants(gone, today)
    _join_dates(keep, gone)
    gone.move_to(PersonState.MERGED)
    gone.merged_into, gone.left_on = keep, left_on(gone, today)
    gone.username, gone.password = f"merged-{gone.pk}", make_password(None)
    gone.save(update_fields=["state", "merged_into", "left_on", "username", "password"])
    journal.record(
        "person.merged", keep, actor=actor, at=at, where=keep.division_id, on=today,
        gone=gone.pk,
    )  # fmt: skip
    return keep


def _refuse_two_people(keep: Person, gone: Person) -> None:
    """Two different ID numbers are two people, whoever says otherwise."""
    digests = Identity.objects.filter(pk__in=[keep.pk, gone.pk]).values_list(
        "id_number_digest", flat=True
    )
    if len({bytes(digest) for digest in digests if digest}) == 2:
        raise Refusal(
            "two_people", _("These accounts have two ID numbers, so they are two people.")
        )


def _join_dates(keep: Person, gone: Person) -> None:
    """A volunteer since the earlier of the two days."""
    days = [p.registered_on for p in (keep, gone) if p.registered_on is not None]
    keep.registered_on = min(days, default=None)
    keep.save(update_fields=["registered_on"])


def _move(keep: Person, gone: Person) -> None:
    _move_identity(keep, gone)
    if not Profile.objects.filter(pk=keep.pk).exists():
        for profile in Profile.objects.filter(pk=gone.pk):
            profile.pk, profile.division_id = keep.pk, keep.division_id
            profile.save(force_insert=True)
    Profile.objects.filter(pk=gone.pk).delete()
    held = set(Qualification.objects.filter(person=keep).values_list("code", flat=True))
    for paper in Qualification.objects.filter(person=gone).exclude(code__in=held):
        number = paper.number()
        paper.person, paper.division_id = keep, keep.division_id
        paper.number_sealed = paper.sealed(number)
        if paper.checked_by_id == keep.pk:
            paper.checked_by = paper.checked_at = None
        paper.save(
            update_fields=["person", "division_id", "number_sealed", "checked_by", "checked_at"]
        )
    Qualification.objects.filter(person=gone).delete()
    Notice.objects.filter(person=gone).update(person=keep, division_id=keep.division_id)
    _move_care(keep, gone)


def _move_identity(keep: Person, gone: Person) -> None:
    """What the account that stays does not know yet it takes over; the other forgets it.

    The secret stays with both: reversals of the old account's hours are still to be sealed.
    """
    both = Identity.objects.select_for_update().filter(pk__in=[keep.pk, gone.pk])
    known = {identity.pk: identity for identity in both}
    stays, goes = known.get(keep.pk), known.get(gone.pk)
    if goes is None or stays is None:
        return
    number, phone = goes.id_number(), goes.phone()
    digest, verified = goes.id_number_digest, (goes.verified_at, goes.verified_how)
    sex, born_on = goes.sex, goes.born_on
    put_phone(goes, "")
    goes.name, goes.sex, goes.born_on = "", "", None
    goes.id_number_sealed, goes.id_number_digest = "", None
    goes.verified_at, goes.verified_how = None, ""
    goes.save()
    if number and not stays.id_number_digest:
        stays.id_number_sealed = crypto.seal(number, about=about("id_number", keep.pk))
        stays.id_number_digest, stays.sex, stays.born_on = digest, sex, born_on
        stays.verified_at, stays.verified_how = verified
    if phone and not stays.phone_digest:
        put_phone(stays, phone)
    stays.sex, stays.born_on = stays.sex or sex, stays.born_on or born_on
    stays.save()


def _move_care(keep: Person, gone: Person) -> None:
    """Who answers for whom moves, unless it would say one thing twice or of oneself."""
    for mine, other in (("ward", "guardian"), ("guardian", "ward")):
        there = Guardianship.objects.open().filter(**{mine: keep})
        taken = {(getattr(g, f"{other}_id"), g.kind) for g in there} | {
            (keep.pk, kind) for kind in ("GUARDIAN", "CARER")
        }
        for care in Guardianship.objects.filter(**{mine: gone}).order_by("pk"):
            if (getattr(care, f"{other}_id"), care.kind) in taken:
                care.delete()
                continue
            setattr(care, mine, keep)
            care.save(update_fields=[mine])
