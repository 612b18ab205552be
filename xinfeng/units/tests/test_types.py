"""The 29 types of the pack, taken over as they stand there."""

from pathlib import Path

import pytest
from django.conf import settings

from xinfeng.base import pack
from xinfeng.base.pack import PackError
from xinfeng.base.refusal import Forbidden
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE
from xinfeng.units import commands
from xinfeng.units.models import PointType

from .build import a_type

pytestmark = pytest.mark.django_db


def test_the_pack_brings_29_types_with_two_names():
    commands.renew_point_types(at=NINE)

    types = list(PointType.objects.filter(is_active=True).order_by("position"))
    assert len(types) == 29
    assert all(one.name and one.name_en for one in types)
    assert types[0].charge == "ROAD"
    assert Entry.objects.get().details == {"types": 29}


def test_renewed_again_nothing_doubles_and_what_is_gone_is_not_active():
    a_type("old-kind")
    commands.renew_point_types(at=NINE)
    commands.renew_point_types(at=NINE)

    assert PointType.objects.filter(is_active=True).count() == 29
    assert PointType.objects.get(code="old-kind").is_active is False


def test_nobody_renews_types_on_a_page():
    with pytest.raises(Forbidden):
        commands.renew_point_types(at=NINE, actor=a_person())


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("{code: a}", "name"),
        ("{code: a, name: 甲, charge: lake}", "lake"),
        ("{code: a, name: 甲, weight: many}", "weight"),
        ("{code: a, name: 甲, size: 3}", "size"),
        ("{code: a, name: 甲}\n  - {code: a, name: 乙}", "a"),
    ],
)
def test_what_is_wrong_with_a_type_is_told_with_its_line(tmp_path, line, word):
    for file in Path(settings.CITY_PACK).iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "point_types.yaml").write_text(f"point_types:\n  - {line}\n")

    with pytest.raises(PackError) as error:
        pack.load(tmp_path)

    assert f"point_types.yaml:{3 if chr(10) in line else 2}" in str(error.value)
    assert word in str(error.value)
