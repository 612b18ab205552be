"""A few forms of a demo's rounds as phones send them: the same bytes, the same way in.

What was found is simulated as for all other points; the photos are drawn and say so.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from PIL import Image, ImageDraw

from xinfeng.fieldwork import building
from xinfeng.fieldwork import commands as fieldwork
from xinfeng.fieldwork.commands.receiving import Sender
from xinfeng.fieldwork.models import FormVersion, Submission
from xinfeng.fieldwork.parcels import MOST_FILE_BYTES
from xinfeng.files import store
from xinfeng.inspections import checklists, commands
from xinfeng.inspections.commands.readings import lines_of, verdict_of
from xinfeng.inspections.models import RoundPoint, Verdict
from xinfeng.inspections.wishes import Found

_META = "http://openrosa.org/xforms"
_TOOK = timedelta(minutes=18)
_COLOURS = ("#7f8c6d", "#8a7a66", "#6d7f8c", "#8c6d7a", "#707070")


def send(
    point: RoundPoint, found: Sequence[Found], at: datetime, *, code: str = ""
) -> Submission | None:
    """The inspector's form, with a photo of each line not met; None: no form is out.

    `code` is what they typed, when it is not the point's.
    """
    assert point.person is not None, "somebody is sent there"
    form_id = checklists.form_id(point.round.standard, point.type)
    version = FormVersion.objects.filter(
        form__form_id=form_id, version=point.round.standard.version
    ).first()
    if version is None:
        return None
    said = _said(point, found, at, code or point.point.code)
    photos = {
        str(name): _picture(str(name), number)
        for number, (question, name) in enumerate(said.items())
        if question.endswith("_photo")
    }
    xml = _xml(version, form_id, said, f"{point.round.code}/{point.point.code}/{code}")
    with store.receiving() as arriving:
        files = {
            name: store.receive(io.BytesIO(content), MOST_FILE_BYTES, arriving)
            for name, content in photos.items()
        }
        receipt = fieldwork.receive(xml=xml, files=files, sender=Sender(point.person), at=at)
    commands.read_submission(submission_id=receipt.submission.pk, at=at)
    return receipt.submission


def _said(point: RoundPoint, found: Sequence[Found], at: datetime, code: str) -> dict[str, Any]:
    place = point.point
    said: dict[str, Any] = {
        "start": (at - _TOOK).isoformat(), "end": at.isoformat(),
        "round_code": point.round.code, "point_code": code,
    }  # fmt: skip
    if place.lat_e6 is not None and place.lon_e6 is not None:
        # Some twenty metres off, as phones are.
        said["place"] = f"{(place.lat_e6 + 150) / 1e6} {(place.lon_e6 + 120) / 1e6} 0 12"
    lines = lines_of(point.round, point.type)
    for each in found:
        name = building.name_of(each.line)
        verdict = verdict_of(lines[each.line], each)
        said[name] = verdict.value
        said[f"{name}_of"], said[f"{name}_value"] = each.out_of, each.value
        if verdict == Verdict.NOT_MET:
            said[f"{name}_photo"] = f"{point.point.code}-{name}.jpg"
    return {name: value for name, value in said.items() if value is not None}


def _xml(version: FormVersion, form_id: str, said: Mapping[str, Any], named: str) -> bytes:
    root = Element("data", {"id": form_id, "version": version.version})
    asked = [*version.questions["hidden"], *version.questions["questions"]]
    for question in asked:
        if question["name"] in said:
            _put(root, question["path"], str(said[question["name"]]))
    meta = SubElement(root, f"{{{_META}}}meta")
    instance_id = uuid5(NAMESPACE_URL, f"demo/{named}")
    SubElement(meta, f"{{{_META}}}instanceID").text = f"uuid:{instance_id}"
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _put(root: Element, path: Sequence[str], text: str) -> None:
    at = root
    for name in path:
        known = at.find(name)
        at = SubElement(at, name) if known is None else known
    at.text = text


def _picture(name: str, number: int) -> bytes:
    """No photograph: a drawn sheet that says so."""
    picture = Image.new("RGB", (960, 720), _COLOURS[number % len(_COLOURS)])
    pen = ImageDraw.Draw(picture)
    pen.rectangle((60, 420, 900, 660), fill="#4c4c48")
    pen.text((80, 80), f"DEMO, NOT A PHOTOGRAPH\n{name}", fill="white", font_size=40)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out.getvalue()
