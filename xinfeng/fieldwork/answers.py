"""The documents of the OpenRosa protocol."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpResponse

from .models import FormMedia, FormVersion

_RESPONSE = "http://openrosa.org/http/response"
_LIST = "http://openrosa.org/xforms/xformsList"
_MANIFEST = "http://openrosa.org/xforms/xformsManifest"


def message(text: str, nature: str, status: int) -> HttpResponse:
    """What the phone shows to who holds it."""
    root = Element("OpenRosaResponse", xmlns=_RESPONSE)
    SubElement(root, "message", nature=nature).text = text
    return _document(root, status)


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
