"""The menu follows the city pack: changed, added, no longer offered."""

import shutil

import pytest

from xinfeng.activities.tests.build import a_category
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.tests.test_pack import TINY
from xinfeng.dispatch import commands
from xinfeng.dispatch.models import MenuItem
from xinfeng.journal.models import Entry
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path, settings):
    """A copy of the tiny city whose menu a test may change."""
    settings.CITY_PACK = str(shutil.copytree(TINY, tmp_path / "city"))
    a_category("elderly"), a_category("sanitation")
    return tmp_path / "city"


def test_the_menu_is_taken_over_with_what_each_item_needs(city):
    taken = commands.renew_menu(at=NINE)

    appliance = MenuItem.objects.get(code="appliance")
    assert (taken.classes, taken.items) == (2, 5)
    assert appliance.skills == ["repairs"]
    assert appliance.is_risky
    assert appliance.min_age == 18
    assert Entry.objects.filter(verb="menu.renewed").count() == 1


def test_an_item_of_the_summer_is_not_offered_in_winter(city):
    commands.renew_menu(at=NINE)

    care = MenuItem.objects.get(code="heat-care")
    assert [month for month in range(1, 13) if care.is_offered_in(month)] == [6, 7, 8, 9]
    assert MenuItem.objects.get(code="company").is_offered_in(1)


def test_what_the_pack_no_longer_names_stays_but_is_not_offered(city, settings):
    commands.renew_menu(at=NINE)
    text = (city / "menu.yaml").read_text()
    shorter = "\n".join(line for line in text.splitlines() if "code: company" not in line)
    (city / "menu.yaml").write_text(shorter.replace("minutes: 90", "minutes: 75"))
    other = shutil.copytree(city, city.parent / "renewed")

    settings.CITY_PACK = str(other)
    commands.renew_menu(at=NINE)

    offered = set(MenuItem.objects.offered().values_list("code", flat=True))
    assert offered == {"appliance", "first-aid-visit", "home-cleaning", "heat-care"}
    assert MenuItem.objects.get(code="appliance").minutes == 75
    assert MenuItem.objects.count() == 5


def test_a_category_that_is_not_there_refuses_the_whole_menu(city):
    a_category("sanitation").delete()

    with pytest.raises(Refusal) as refused:
        commands.renew_menu(at=NINE)

    assert refused.value.code == "category_unknown"
    assert not MenuItem.objects.exists()


def test_nobody_renews_the_menu_on_a_page(city):
    with pytest.raises(Forbidden):
        commands.renew_menu(at=NINE, actor=a_person())
