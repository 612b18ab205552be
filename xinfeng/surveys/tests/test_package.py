"""Whoever has the package repeats every published number, and finds nobody in it."""

import csv
import io
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from xinfeng.places.tests.build import NINE
from xinfeng.surveys import commands
from xinfeng.surveys.models import Survey
from xinfeng.surveys.queries.packages import write_package

from .answered import Shape, an_answered_survey, the_office

pytestmark = pytest.mark.django_db
SHAPE = Shape(counties=(430405000000, 430406000000), drawn=4, per_community=20, certain=True)


@pytest.fixture
def survey() -> Survey:
    found = an_answered_survey(SHAPE)
    for sample in found.samples.all():
        commands.estimate_sample(sample_id=sample.pk, actor=the_office(), at=NINE)
    return commands.publish_survey(survey_id=found.pk, actor=the_office(), at=NINE)


@pytest.fixture
def package(survey: Survey, tmp_path: Path) -> Path:
    out = io.BytesIO()
    write_package(survey, out)
    with zipfile.ZipFile(out) as packed:
        packed.extractall(tmp_path)
    return tmp_path / survey.code


def repeated(package: Path) -> subprocess.CompletedProcess[str]:
    """In a process that cannot reach this program."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-I", package / "repeat.py"], cwd=package, env={"PATH": ""},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def rows(package: Path, name: str) -> list[dict[str, str]]:
    with (package / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_an_outsider_repeats_every_published_number(package: Path) -> None:
    done = repeated(package)

    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 differ" in done.stdout
    shown = [row for row in rows(package, "estimates.csv") if row["se"]]
    assert len(shown) > 20


def test_one_answer_changed_is_found(package: Path) -> None:
    text = (package / "data.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    head = text[0].rstrip("\n").split(",")
    at = head.index("overall")
    line = next(n for n, row in enumerate(text[1:], 1) if row.split(",")[at] == "very")
    cells = text[line].split(",")
    cells[at] = "not_at_all"
    text[line] = ",".join(cells)
    (package / "data.csv").write_text("".join(text), encoding="utf-8")

    done = repeated(package)

    assert done.returncode == 1
    assert "overall" in done.stdout


def test_nobody_stands_alone_in_what_an_outsider_can_tell(package: Path) -> None:
    cells = Counter(
        (row["stratum"], row["chance"], row["sex"], row["age"])
        for row in rows(package, "data.csv")
        if row["age"] or row["sex"]
    )

    assert min(cells.values()) >= 2


def test_no_community_household_surveyor_or_time_is_given_out(survey, package: Path) -> None:
    listed = {str(each.division_id) for each in survey.frame.listed.all()}
    text = "".join(path.read_text(encoding="utf-8") for path in package.iterdir())

    assert not [code for code in listed if code in text]
    head = set(rows(package, "data.csv")[0])
    assert not head & {"spot", "surveyor", "on", "seconds", "started_at", "ended_at", "pair"}


def test_the_same_survey_gives_the_same_package(survey: Survey) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    write_package(survey, first)
    write_package(survey, second)

    assert first.getvalue() == second.getvalue()


def test_everybody_gets_the_package_of_a_published_survey(survey: Survey, client) -> None:
    answer = client.get(f"/surveys/{survey.code}/package.zip")

    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        assert f"{survey.code}/repeat.py" in packed.namelist()


def test_nobody_gets_a_package_before_publication(client) -> None:
    closed = an_answered_survey(SHAPE)

    assert client.get(f"/surveys/{closed.code}/package.zip").status_code == 404
