"""What this room tells of a person, and whose the uploads are when two accounts are one."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from xinfeng.people import merging, records
from xinfeng.people.records import Row

from .commands.merging import move
from .models import File

merging.declare(move)


@records.section("files", _("Pictures and documents I sent"))
def files(person_id: int) -> Iterable[Row]:
    for file in File.objects.filter(uploaded_by=person_id).order_by("pk"):
        yield {
            "number": file.pk,
            "name": file.name,
            "kind": file.kind,
            "size": file.size,
            "taken_at": file.taken_at,
            "lat_e6": file.lat_e6,
            "lon_e6": file.lon_e6,
            "state": file.state,
            "at": file.at,
        }
