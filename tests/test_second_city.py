"""Another folder makes another city: a tiny one, built, judged and rolled up."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from .built import TINY, put_into

ROOT = Path(__file__).resolve().parents[1]
# Of 100 planted credits so many are found; of 1,000 honest ones at most so many are kept out.
# A tiny city has a handful of rosters, and missing one of them misses a tenth of its credits.
RECALL, KEPT_OUT_PER_THOUSAND = 0.8, 40
COUNT = """
from django.db import connection
from xinfeng.base import scope
with scope.whole_city(), connection.cursor() as cursor:
    for table in ("places_place", "people_person", "hours_credit", "activities_activity"):
        cursor.execute(
            f"SELECT count(*), md5(string_agg(t::text, '' ORDER BY id)) FROM {table} t"
            if table != "people_person" else
            "SELECT count(*), md5(string_agg(id::text || division_id::text"
            " || registered_on::text, '' ORDER BY id)) FROM people_person"
            " WHERE registered_on IS NOT NULL"
        )
        print(table, *cursor.fetchone())
"""


def xinfeng(home: Path, *arguments: str) -> str:
    environment = {
        **os.environ,
        "XINFENG_HOME": str(home),
        "XINFENG_CITY": str(ROOT / "tests" / "cities" / "tiny"),
    }
    for name in ("XINFENG_CLOCK_OFFSET", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-m", "xinfeng", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def homes() -> Iterator[list[Path]]:
    made = [Path(tempfile.mkdtemp(prefix="xinfeng-city-")) for _ in range(2)]
    for home in made:
        home.chmod(0o755)
    yield made
    for home in made:
        rmtree(home, ignore_errors=True)


def test_a_second_city_is_built_from_its_own_folder_and_the_same_seed_is_the_same_city(homes):
    # The one is built here, the other was built for this and other tests.
    said = [
        xinfeng(homes[0], "demo", "--no-serve", "--scale", "tiny"),
        put_into(homes[1], "tiny", TINY),
    ]
    assert all("海口" in each for each in said)
    assert all("evaluated five-haves 2022Q2" in each for each in said)
    rows = [xinfeng(home, "shell", "-c", COUNT) for home in homes]
    assert rows[0] == rows[1]
    assert len(rows[0].splitlines()) >= 4

    again = xinfeng(homes[0], "demo", "--no-serve", "--scale", "tiny")
    assert "stands already" in again
    assert "No difference" in xinfeng(homes[0], "reconcile")
    evaluated = xinfeng(homes[0], "evaluate", "--standard", "five-haves", "--period", "2022Q2")
    assert " 0 results added" in evaluated
    _finds_what_was_planted(xinfeng(homes[0], "honesty_report"))


def _finds_what_was_planted(report: str) -> None:
    """The stated floors: of the kinds that a rule is for, and of honest credits kept out."""
    planted = re.findall(r"^\| (\w+) \| (\d+) \| (?:\d+) \| (\d+) \|", report, re.MULTILINE)
    assert len(planted) >= 10
    found = sum(int(any_rule) for _kind, _n, any_rule in planted)
    assert found >= RECALL * sum(int(n) for _kind, n, _any in planted)
    # Nothing tells invented hours from real ones: that is what the random audit is for.
    assert re.search(r"^\| invented \| \d+ \| no rule \|", report, re.MULTILINE)
    kept_out = re.search(r"\*\*([\d.]+)\*\* kept out", report)
    assert kept_out is not None
    assert float(kept_out.group(1)) <= KEPT_OUT_PER_THOUSAND
