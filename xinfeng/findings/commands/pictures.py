"""Pictures that come with an act: kept inside its transaction, and hung on the finding."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from xinfeng.base.refusal import Refusal
from xinfeng.files.commands import keep
from xinfeng.files.models import PICTURES
from xinfeng.findings.models import Finding, FindingFile, Stage
from xinfeng.findings.wishes import Picture, Upload
from xinfeng.people.models import Person

MOST_PICTURES: Final = 9
# A phone's picture in full; larger ones are no evidence more.
MOST_BYTES: Final = 20 * 1024 * 1024


def kept(pictures: Sequence[Picture], actor: Person | None, at: datetime) -> list[int]:
    """The files of what was sent; what another room has kept already is taken as it is."""
    if len(pictures) > MOST_PICTURES:
        raise Refusal(
            "too_many_pictures", _("At most %(most)s pictures.") % {"most": MOST_PICTURES}
        )
    ids = [
        keep(
            content=one.content, name=one.name, allowed=PICTURES, max_bytes=MOST_BYTES,
            actor=actor, at=at,
        ).pk
        if isinstance(one, Upload)
        else one
        for one in pictures
    ]  # fmt: skip
    return list(dict.fromkeys(ids))


def hang(
    finding: Finding,
    pictures: Sequence[Picture],
    stage: Stage,
    actor: Person | None,
    at: datetime,
) -> None:
    """Pictures for the attempt that it is in; inside the command that they belong to."""
    FindingFile.objects.bulk_create(
        [
            FindingFile(
                finding=finding, file_id=file_id, stage=stage, attempt=finding.attempt,
                added_by=actor, at=at,
            )
            for file_id in kept(pictures, actor, at)
        ],
        ignore_conflicts=True,
    )  # fmt: skip
