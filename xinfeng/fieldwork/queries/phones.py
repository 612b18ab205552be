"""What phones are told: which forms there are, each as its exact bytes."""

from django.utils.translation import gettext as _

from xinfeng.base import scope
from xinfeng.base.refusal import Unknown
from xinfeng.base.standing import Standing
from xinfeng.fieldwork.models import (
    Device,
    FormMedia,
    FormState,
    FormVersion,
    VersionState,
)
from xinfeng.fieldwork.permissions import may_fill


def device_of(token_digest: str) -> Device | None:
    """The phone that carries a token, revoked or not."""
    with scope.whole_city():
        found = Device.objects.filter(token_digest=token_digest)
        return found.select_related("person").first()


def forms_for(rights: Standing, form_id: str = "") -> list[FormVersion]:
    """Of each open form that the person may fill in, the version published last."""
    offered = FormVersion.objects.offered().select_related("form__owner")
    if form_id:
        offered = offered.filter(form__form_id=form_id)
    offered = offered.defer("xform", "questions").prefetch_related("media")
    return [version for version in offered if may_fill(rights, version.form.owner.span)]


def version_for(rights: Standing, version_id: int) -> FormVersion:
    """One published version, older ones too: a phone may finish what it began."""
    found = FormVersion.objects.filter(
        pk=version_id, state=VersionState.PUBLISHED, form__state=FormState.OPEN
    )
    version = found.select_related("form__owner").first()
    if version is None or not may_fill(rights, version.form.owner.span):
        raise Unknown("form_unknown", _("There is no such form here."))
    return version


def media_of(rights: Standing, version_id: int, media_id: int) -> FormMedia:
    version = version_for(rights, version_id)
    media = version.media.filter(pk=media_id).select_related("file").first()
    if media is None:
        raise Unknown("file_gone", _("This file is not here, or not any more."))
    return media
