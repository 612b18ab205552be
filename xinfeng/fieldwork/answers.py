"""The documents of the OpenRosa protocol."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpResponse

from .commands.receiving import Receipt
from .models import FormMedia, FormVersion

_RESPONSE = "http://openrosa.org/http/response"
_LIST = "http://openrosa.org/xforms/xformsList"
_MANIFEST = "http://openrosa.org/xforms/xformsManifest"
# Beside the message, in a name space of its own, which Collect passes over.
_OURS = "urn:xinfeng:receipt"


def message(text: str, nature: str, status: int, *, code: str) -> HttpResponse:
    """What the phone shows to who holds it; the code of a refusal for our own pages."""
    root = Element("OpenRosaResponse", xmlns=_RESPONSE)
    SubElement(root, "message", nature=nature).text = text
    SubElement(root, "refused", xmlns=_OURS, code=code)
    return _document(root, status)


def received(text: str, receipt: Receipt) -> HttpResponse:
    """What the phone shows, and for our own pages how many files are here and which are not."""
    root = Element("OpenRosaResponse", xmlns=_RESPONSE)
    SubElement(root, "message", nature="submit_success").text = text
    counts = {"arrived": str(receipt.arrived), "expected": str(receipt.expected)}
    told = SubElement(root, "received", counts, xmlns=_OURS)
    for name in receipt.missing:
        SubElement(told, "missing").text = name
    return _document(root, 201)


def form_list(forms: Iterable[tuple[FormVersion, str, str | None]]) -> HttpResponse:
    """Each version with its address, and that of its manifest when it shows files."""
    root = Element("xforms", xmlns=_LIST)
    for version, address, manifest in forms:
        form = SubElement(root, "xform")
        SubElement(form, "formID").text = version.form.form_id
        SubElement(form, "name").text = version.title
        SubElement(form, "version").text = version.version
        SubElement(form, "hash").text = f"md5:{version.md5}"
        SubElement(form, "downloadUrl").text = address
        if manifest:
            SubElement(form, "manifestUrl").text = manifest
    return _document(root, 200)


def manifest(media: Iterable[tuple[FormMedia, str]]) -> HttpResponse:
    root = Element("manifest", xmlns=_MANIFEST)
    for each, address in media:
        file = SubElement(root, "mediaFile")
        SubElement(file, "filename").text = each.name
        SubElement(file, "hash").text = f"md5:{each.md5}"
        SubElement(file, "downloadUrl").text = address
    return _document(root, 200)


def _document(root: Element, status: int) -> HttpResponse:
    content = tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(content, status=status, content_type="text/xml; charset=utf-8")
