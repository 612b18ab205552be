"""The OpenRosa protocol, as phones speak it: lists, forms, files, and what they send."""

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xinfeng.base import clock
from xinfeng.fieldwork import commands
from xinfeng.fieldwork.answers import form_list, manifest, received
from xinfeng.fieldwork.commands.receiving import Receipt
from xinfeng.fieldwork.opening import DoorRequest, door
from xinfeng.fieldwork.parcels import unpack
from xinfeng.fieldwork.queries import forms_for, media_of, version_for
from xinfeng.files import store
from xinfeng.files.queries import open_original


@require_safe
@door
def forms(request: DoorRequest) -> HttpResponse:
    offered = forms_for(request.rights, request.GET.get("formID", ""))
    return form_list(
        (
            version,
            _address(request, "xform", version_id=version.pk),
            _address(request, "manifest", version_id=version.pk)
            if version.media.all()
            else None,
        )
        for version in offered
    )


@require_safe
@door
def xform(request: DoorRequest, *, version_id: int) -> HttpResponse:
    version = version_for(request.rights, version_id)
    # Exactly the bytes whose digest the list told.
    return HttpResponse(bytes(version.xform), content_type="text/xml; charset=utf-8")


@require_safe
@door
def shown(request: DoorRequest, *, version_id: int) -> HttpResponse:
    version = version_for(request.rights, version_id)
    return manifest(
        (each, _address(request, "media", version_id=version.pk, media_id=each.pk))
        for each in version.media.order_by("pk")
    )


@require_safe
@door
def media(request: DoorRequest, *, version_id: int, media_id: int) -> FileResponse:
    found = media_of(request.rights, version_id, media_id)
    return FileResponse(open_original(found.file), content_type=found.file.kind)


@require_http_methods(["HEAD", "POST"])
@door
def submission(request: DoorRequest) -> HttpResponse:
    if request.method == "HEAD":
        return HttpResponse(status=204)
    with store.receiving() as arriving:
        parcel = unpack(request.read, request.headers.get("Content-Type", ""), arriving)
        receipt = commands.receive(
            xml=parcel.xml, files=parcel.files, sender=request.sender, at=clock.now()
        )
    return received(_told(receipt), receipt)


def _told(receipt: Receipt) -> str:
    if receipt.is_whole:
        return _("Received, nothing is missing.")
    return _("Received; %(arrived)s of %(expected)s files are here.") % {
        "arrived": receipt.arrived,
        "expected": receipt.expected,
    }


def _address(request: DoorRequest, name: str, **kwargs: int) -> str:
    """Under the same key as the request, so that the phone need not show it otherwise."""
    match = request.resolver_match
    token = match.kwargs.get("token") if match else None
    name = f"fieldwork:key_{name}" if token else f"fieldwork:{name}"
    more = {"token": token} if token else {}
    return request.build_absolute_uri(reverse(name, kwargs=kwargs | more))
