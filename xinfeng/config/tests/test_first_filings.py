"""The filing of a demo goes through the commands, and every document says it is a sample."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from xinfeng.base import clock, pack
from xinfeng.config import first_filings
from xinfeng.files.queries import open_original
from xinfeng.filing.models import Grade, Paper, Part, Sanction, Task
from xinfeng.filing.queries import city_standing
from xinfeng.inspections import commands, reading
from xinfeng.inspections.models import Standard
from xinfeng.inspections.tests.test_city_standard import EXAMPLE
from xinfeng.journal.models import Entry
from xinfeng.simulate.build import build
from xinfeng.simulate.sample_papers import Sample, document, picture

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
TINY = Path(__file__).resolve().parents[3] / "tests" / "cities" / "tiny"


@pytest.fixture
def held(settings, monkeypatch, tmp_path):
    """The tiny city with the example standard, after its offices have shared it out."""
    monkeypatch.setenv("XINFENG_HOME", str(tmp_path))
    settings.CITY_PACK = str(TINY)
    city = pack.load(TINY)
    ahead = city.demo_start - datetime.now(UTC)
    settings.CLOCK_OFFSET_SECONDS = round(ahead.total_seconds())
    build(city, "tiny", progress=lambda line: None)
    made = commands.import_standard(
        text=EXAMPLE.read_text(), source=EXAMPLE.name, actor=None, at=clock.now()
    )
    commands.publish(standard_id=made.pk, actor=None, at=clock.now())
    said: list[str] = []
    first_filings.hold(city.code, said.append)
    return said


def test_lines_have_leaders_papers_have_been_judged_and_the_ledger_has_entries(held):
    assert len(held) == 1
    standard = Standard.objects.get()
    lines = set(Task.objects.filter(part=Part.LEAD).values_list("line", flat=True))
    assert len(lines) == len(reading.tree_of(standard).lines)
    states = set(Paper.objects.values_list("state", flat=True))
    assert states == {"FILED", "ACCEPTED", "RETURNED"}
    assert set(Grade.objects.values_list("letter", flat=True)) >= {"A"}
    assert set(Sanction.objects.values_list("state", flat=True)) == {
        "PROPOSED", "STANDING", "LIFTED"
    }  # fmt: skip
    found, _round = city_standing(standard, clock.today())
    filing = next(each.reached for each in found.methods if each.method == "filing")
    assert 0 < filing.got < filing.whole
    assert found.taken.points > 0
    assert Entry.objects.filter(verb="paper.filed").count() == Paper.objects.count()


def test_every_document_says_that_it_is_a_sample(held):
    papers = list(Paper.objects.select_related("file"))

    assert all("（示例）" in paper.title for paper in papers)
    assert len({paper.digest for paper in papers}) == len(papers)
    kinds = {paper.file.kind for paper in papers}
    assert kinds == {"application/pdf", "image/jpeg"}
    first = next(paper for paper in papers if paper.file.kind == "application/pdf")
    with open_original(first.file) as stream:
        assert "示例" in PdfReader(stream).pages[0].extract_text()


def test_the_same_document_is_the_same_bytes():
    sample = Sample(
        "材料", "某局", "1", "标准", "Ⅲ-1", "条目", "上报。", "2022年6月1日", is_stamped=True
    )

    assert document(sample) == document(sample)
    assert picture(sample) == picture(sample)
