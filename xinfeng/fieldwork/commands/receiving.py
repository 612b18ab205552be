"""Taking in what phones send: once, whatever they repeat, and never changed afterwards."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope, standing
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.fieldwork import followers, hiding
from xinfeng.fieldwork.models import (
    Completion,
    Device,
    FormState,
    FormVersion,
    Submission,
    SubmissionFile,
    VersionState,
    Withdrawal,
)
from xinfeng.fieldwork.permissions import may_amend, may_fill
from xinfeng.fieldwork.reading import Inside, Instance, inside_of, instance_of
from xinfeng.files import store
from xinfeng.files.commands.keeping import Found, keep_all
from xinfeng.files.looking import look
from xinfeng.files.models import Kind
from xinfeng.files.store import Received
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

journal.declare(
    {
        "submission.received": gettext_lazy("sent a form from the field"),
        "submission.amended": gettext_lazy("sent an amended form from the field"),
        "submission.files_added": gettext_lazy("sent further files of a form"),
        "submission.completed": gettext_lazy("completed a form with its last file"),
    }
)

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(id, 78)) FROM unnest(%s::text[]) AS id"


@dataclass(frozen=True)
class Receipt:
    """What became of a parcel."""

    submission: Submission
    is_new: bool
    # Names that the answers mention and that have not come yet, in their order.
    missing: tuple[str, ...]

    @property
    def expected(self) -> int:
        return len(self.submission.expects)

    @property
    def arrived(self) -> int:
        return self.expected - len(self.missing)

    @property
    def is_whole(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Sender:
    """Who sends, and by which phone; None: from the own page of a signed-in person."""

    person: Person
    device: Device | None = None


def receive(
    *, xml: bytes, files: Mapping[str, Received], sender: Sender, at: datetime
) -> Receipt:
    """A form with some or all of its files, the first time or again.

    Files are looked into here, before the transaction, so that it stays short; those that the
    answers do not name are left where they are, for the caller to drop.
    """
    said = instance_of(xml)
    version = _version_of(said)
    inside = inside_of(said.root, version.questions)
    found = {
        name: Found(received, look(received.path, set(Kind), thorough=False), name)
        for name, received in files.items() if name in inside.names
    }  # fmt: skip
    store.settle(each.received for each in found.values())
    parcel = _Parcel(xml, said, inside, version, found)
    return take_in(parcel=parcel, sender=sender, at=at)


@dataclass(frozen=True)
class _Parcel:
    xml: bytes
    said: Instance
    inside: Inside
    version: FormVersion
    found: Mapping[str, Found]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.xml).hexdigest()


@scope.command
def take_in(*, parcel: _Parcel, sender: Sender, at: datetime) -> Receipt:
    """Add the submission, or only what is missing of it; all in one short transaction."""
    said = parcel.said
    alone(said.instance_id, said.deprecated_id)
    submission = _known(parcel, sender)
    is_new = submission is None
    if submission is None:
        submission = _new(parcel, sender, at)
    there = set(submission.files.order_by("pk").values_list("name", flat=True))
    if is_new:
        there |= _carry(submission, parcel, at)
    added = {name: found for name, found in parcel.found.items() if name not in there}
    _add(submission, added, sender, at)
    if added and not is_new:
        _record("submission.files_added", submission, sender, at, files=len(added))
    here = there | added.keys()
    missing = tuple(name for name in submission.expects if name not in here)
    if (is_new or added) and not missing:
        Completion.objects.create(submission=submission, at=at)
        _record("submission.completed", submission, sender, at, files=len(here))
        followers.tell(submission, "submission.completed")
    return Receipt(submission, is_new, missing)


def _version_of(said: Instance) -> FormVersion:
    versions = FormVersion.objects.filter(form__form_id=said.form_id)
    version = (
        versions.filter(version=said.version).exclude(state=VersionState.DRAFT)
        .select_related("form__owner").first()
    )  # fmt: skip
    if version is not None:
        return version
    if not versions.exclude(state=VersionState.DRAFT).exists():
        raise Unknown(
            "form_unknown", _("There is no form %(form)s here.") % {"form": said.form_id}
        )
    raise Unknown(
        "form_version_unknown",
        _("There is no version “%(version)s” of the form %(form)s here.")
        % {"version": said.version, "form": said.form_id},
    )


def alone(*ids: str) -> None:
    """Whoever sends the same id at this moment waits; two edits of one submission, too."""
    with connection.cursor() as cursor:
        # Hashes may come in any order of ids, so they are taken in the order of the text.
        cursor.execute(_LOCK, [sorted({each for each in ids if each})])


def _known(parcel: _Parcel, sender: Sender) -> Submission | None:
    kept = Submission.objects.filter(instance_id=parcel.said.instance_id).first()
    if kept is None:
        return None
    if kept.person_id != sender.person.pk:
        raise Refusal("submission_of_another", _("Somebody else has sent this form already."))
    if kept.sha256 != parcel.sha256:
        raise Refusal(
            "submission_differs",
            _("This form was sent before with other answers. Send an amendment instead."),
        )
    if Withdrawal.objects.filter(submission=kept).exists():
        raise Refusal(
            "submission_withdrawn",
            _("The office has withdrawn this form; it is not taken in again."),
        )
    return kept


def _new(parcel: _Parcel, sender: Sender, at: datetime) -> Submission:
    version, said, inside = parcel.version, parcel.said, parcel.inside
    _refuse_unless_open(version, sender)
    former = _former(said, version, sender) if said.deprecated_id else None
    place = inside.place
    submission = Submission.objects.create(
        instance_id=said.instance_id, form_version=version, person=sender.person,
        division_id=version.form.owner_id, device=sender.device, xml=parcel.xml,
        sha256=parcel.sha256, deprecates=former,
        root_id=(former.root_id or former.pk) if former else None, received_at=at,
        started_at=inside.started_at, ended_at=inside.ended_at, subjects=inside.subjects,
        lat_e6=round(place.lat * 1_000_000) if place else None,
        lon_e6=round(place.lon * 1_000_000) if place else None,
        expects=list(inside.names),
    )  # fmt: skip
    verb = "submission.amended" if former else "submission.received"
    _record(verb, submission, sender, at, expects=len(inside.names))
    followers.tell(submission, "submission.received")
    return submission


def _refuse_unless_open(version: FormVersion, sender: Sender) -> None:
    form = version.form
    # A person's rights are those of today, whatever the phone's clock says.
    rights = standing.of(sender.person, clock.today())
    if not may_fill(rights, form.owner.span):
        raise Forbidden("form_not_yours", _("You may not fill in this form."))
    if form.state == FormState.CLOSED or version.state == VersionState.CLOSED:
        raise Refusal("form_closed", _("This form is closed and takes nothing in any more."))


def _former(said: Instance, version: FormVersion, sender: Sender) -> Submission:
    seen = Submission.objects.filter(hiding.open_to(sender.person.pk))
    former = seen.filter(instance_id=said.deprecated_id).first()
    if former is None or former.form_version_id not in _versions(version):
        raise Unknown("amends_unknown", _("The form that this one amends is not here."))
    rights = standing.of(sender.person, clock.today())
    if not may_amend(rights, former.division_id, former.person_id):
        raise Forbidden("amends_another", _("You may not amend what somebody else sent."))
    if Submission.objects.filter(deprecates=former).exists():
        raise Refusal(
            "amends_old", _("The form that this one amends has been amended already.")
        )
    if Withdrawal.objects.filter(submission=former).exists():
        raise Refusal("amends_withdrawn", _("The form that this one amends was withdrawn."))
    return former


def _versions(version: FormVersion) -> set[int]:
    same = FormVersion.objects.filter(form=version.form_id)
    return set(same.order_by("pk").values_list("pk", flat=True))


def _carry(submission: Submission, parcel: _Parcel, at: datetime) -> set[str]:
    """Files that an amendment names and does not send again are those of the former one."""
    if submission.deprecates_id is None:
        return set()
    former = SubmissionFile.objects.filter(submission=submission.deprecates_id)
    wanted = set(submission.expects) - parcel.found.keys()
    rows = [
        SubmissionFile(submission=submission, name=each.name, file_id=each.file_id,
                       is_carried=True, at=at)
        for each in former.filter(name__in=wanted).order_by("pk")
    ]  # fmt: skip
    SubmissionFile.objects.bulk_create(rows)
    return {row.name for row in rows}


def _add(
    submission: Submission, added: Mapping[str, Found], sender: Sender, at: datetime
) -> None:
    if not added:
        return
    kept = keep_all(found=list(added.values()), actor=sender.person, at=at)
    SubmissionFile.objects.bulk_create(
        [
            SubmissionFile(submission=submission, name=name, file=file, at=at)
            for name, file in zip(added, kept, strict=True)
        ]
    )


def _record(
    verb: str, submission: Submission, sender: Sender, at: datetime, **details: Any
) -> None:
    journal.record(
        verb, submission, actor=sender.person, at=at, where=submission.division_id,
        on=clock.local_date(at), **details,
    )  # fmt: skip
