"""A phone as Collect is one: it fetches the forms, fills in the XForm itself, and sends it."""

from collections.abc import Mapping
from itertools import count
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from defusedxml.ElementTree import fromstring
from django.test import Client

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.fieldwork import commands as fieldwork
from xinfeng.fieldwork.models import FormVersion, Submission
from xinfeng.fieldwork.tests.build import multipart
from xinfeng.files.tests.build import a_picture
from xinfeng.inspections import commands, jobs
from xinfeng.inspections.commands.readings import lines_of
from xinfeng.inspections.models import Intake, Reading, Round, RoundPoint
from xinfeng.people.models import Person
from xinfeng.places.tests.build import NINE

from .rounds_build import an_open_round, the_office

VERSION = {"X-OpenRosa-Version": "1.0"}
_LIST, _ROSA = "{http://openrosa.org/xforms/xformsList}", "http://openrosa.org/xforms"
_numbers = count(1)
register_namespace("orx", _ROSA)


class Phone:
    """Somebody's phone, set up with a key of its own."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.token = f"key-of-{person.username}-0123456789"
        fieldwork.issue(
            person_id=person.pk, token=self.token, name="Redmi", actor=person, at=NINE
        )

    def forms(self) -> dict[str, Element]:
        """Every form on offer: the instance that its XForm begins with."""
        listed = fromstring(self._get(f"/or/key/{self.token}/formList"))
        found = {}
        for form in listed.findall(f"{_LIST}xform"):
            address = form.findtext(f"{_LIST}downloadUrl").partition("testserver")[2]
            found[form.findtext(f"{_LIST}formID")] = _instance(fromstring(self._get(address)))
        return found

    def send(self, xml: bytes, files=(), batches: int = 1) -> list[int]:
        """The same form with each batch of files, as Collect does; the answers' status."""
        told = []
        for part in range(batches):
            body = multipart(xml, list(files)[part::batches])
            answer = Client().post(
                f"/or/key/{self.token}/submission", data=body, headers=VERSION,
                content_type="multipart/form-data; boundary=BOUNDARY",
            )  # fmt: skip
            told.append(answer.status_code)
        return told

    def _get(self, address: str) -> bytes:
        answer = Client().get(address, headers=VERSION)
        assert answer.status_code == 200, address
        return answer.content


def instance_of_form(version: FormVersion) -> Element:
    return _instance(fromstring(bytes(version.xform)))


def _instance(xform: Element) -> Element:
    model = next(each for each in xform.iter() if each.tag.endswith("}instance"))
    return next(iter(model))


def filled(form: Element, answers: Mapping[str, str], instance_id: str, amends="") -> bytes:
    """The form's own XML with these answers; what was not asked stays empty."""
    said = dict(answers)
    root = fromstring(tostring(form))
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if not len(element) and name in said:
            element.text = said.pop(name)
    assert not said, f"the form does not ask {sorted(said)}"
    meta = next(each for each in root.iter() if each.tag.endswith("}meta"))
    next(each for each in meta if each.tag.endswith("instanceID")).text = instance_id
    if amends:
        SubElement(meta, f"{{{_ROSA}}}deprecatedID").text = amends
    return tostring(root, encoding="utf-8", xml_declaration=True)


def line_name(code: str) -> str:
    return "l_" + code.replace("-", "_")


def said_of(point: RoundPoint, wrong=(), **more: str) -> dict[str, str]:
    """Everything met at a point but the `wrong` lines, which have a photo each."""
    told = {"round_code": point.round.code, "point_code": point.point.code}
    told |= {"start": "2026-03-02T09:00:00+08:00", "end": "2026-03-02T09:20:00+08:00"}
    told["place"] = f"{point.point.lat_e6 / 1e6} {point.point.lon_e6 / 1e6} 0 5"
    for code, line in lines_of(point.round, point.type).items():
        name, is_met = line_name(code), code not in wrong
        told[name] = "MET" if is_met else "NOT_MET"
        if line.field.answer != "verdict":
            least, most = line.field.at_least, line.field.at_most
            good, bad = (least, least - 1) if least is not None else (most, most + 1)
            told[f"{name}_value"] = str(good if is_met else bad)
        if not is_met:
            told[f"{name}_photo"] = f"{code}.jpg"
    return told | more


def photos_of(wrong) -> list[tuple[str, bytes]]:
    colours = ("red", "blue", "green", "yellow", "black", "white")
    return [
        (f"{code}.jpg", a_picture(colour=colour))
        for code, colour in zip(wrong, colours, strict=False)
    ]


def a_round_with_forms(code: str = "R1", **more) -> Round:
    opened = an_open_round(code, **more)
    commands.publish_forms(round_id=opened.pk, actor=the_office(), at=NINE)
    return opened


def points_of(found: Round) -> list[RoundPoint]:
    with scope.whole_city():
        return list(
            RoundPoint.objects.filter(round=found)
            .select_related("point", "round__standard", "person")
            .order_by("pk")
        )


def a_form(point: RoundPoint, wrong=(), *, number: str = "", amends: str = "", **more) -> bytes:
    """What the inspector of a point fills in."""
    version = FormVersion.objects.get(
        form__form_id=f"{point.round.standard.name}.{point.type}",
        version=point.round.standard.version,
    )
    return filled(
        instance_of_form(version),
        said_of(point, wrong, **more),
        number or f"uuid:{next(_numbers)}",
        amends,
    )


def run_jobs() -> None:
    """What the worker does next, in the order in which it was deferred."""
    with scope.whole_city():
        waiting = list(Submission.objects.order_by("pk").values_list("pk", flat=True))
    for pk in waiting:
        jobs.read_submission(submission_id=pk)


def everything() -> tuple:
    with scope.whole_city():
        return (
            tuple(
                Reading.objects.order_by("pk").values_list(
                    "pk", "round_point", "line", "verdict", "value", "note", "submission"
                )
            ),
            tuple(
                Intake.objects.order_by("pk").values_list(
                    "pk", "submission", "state", "why", "round_point"
                )
            ),
            tuple(RoundPoint.objects.order_by("pk").values_list("pk", "state", "visited_at")),
        )


def newest(point: RoundPoint) -> dict[str, str]:
    with scope.whole_city():
        rows = Reading.objects.filter(round_point=point).newest()
        return {each.line: each.verdict for each in rows}


def refused(act) -> str:
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return ""
