"""The scripts of the surveyor's phone decide as the program does: the same vectors for both."""

import gzip
import json
import random
import re
import shutil
import subprocess
from datetime import date, timedelta
from typing import Any

import pytest

from xinfeng.base.shells import FOLDER
from xinfeng.surveys import interview_shell
from xinfeng.surveys.asking import arranged, asked, bank_of, screened_out
from xinfeng.surveys.asking.flow import ARRANGEMENTS
from xinfeng.surveys.drawing.adults import Adult, Birthday, by_birthday, by_kish
from xinfeng.surveys.queries.doors import MOST_ADULTS, adult_numbers

from .answers import SCREENED
from .build import DOCUMENT, scaled

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")
SEED = "secret 3 5 1 HOUSEHOLD"
SEVERAL: dict[str, Any] = {
    **DOCUMENT,
    "blocks": [
        {
            "code": "heard", "rotates": True, "title": {"zh": "知晓"},
            "questions": [
                {"code": "how", "kind": "several", "most": 2, "text": {"zh": "怎样知道？"},
                 "options": [{"code": c, "text": {"zh": c}} for c in ("tv", "web", "none")]},
                scaled("news", "报道？", "News?", only_if=[
                    {"question": "how", "among": ["tv", "web"]}]),
                scaled("site", "网站？", "Site?", only_if=[
                    {"question": "how", "among": ["web"]},
                    {"question": "news", "among": ["not", "not_at_all"]}]),
            ],
        },
        *DOCUMENT["blocks"],
    ],
}  # fmt: skip


def ran(script: str, vectors: Any) -> Any:
    """What a script of the phone makes of each vector."""
    assert NODE is not None
    lines = f"""
        const vectors = JSON.parse((await import("node:fs")).readFileSync(0, "utf-8"));
        {script}
        console.log(JSON.stringify(vectors.map(answer)));
    """
    done = subprocess.run(  # noqa: S603
        [NODE, "--no-warnings", "--input-type=module", "--eval", lines],
        input=json.dumps(vectors), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def imported(names: str, file: str) -> str:
    # Node takes a script without a package beside it for a module only by its text.
    text = (FOLDER / "interviews" / file).read_text("utf-8")
    return text.replace("export const", "const")


@needs_node
def test_the_phone_chooses_the_same_adult_by_kish():
    chance = random.Random(1949)  # noqa: S311
    vectors = [
        {
            "adults": [
                {"age": chance.randint(18, 65), "isMan": chance.random() < 0.5}
                for _ in range(chance.randint(1, MOST_ADULTS))
            ],
            "household": f"h{number}",
            **adult_numbers(SEED, f"h{number}"),
        }
        for number in range(400)
    ]

    told = ran(
        imported("byKish", "adults.js")
        + "const answer = ({ adults, kish }) => byKish(adults, kish);",
        vectors,
    )

    lists = [[Adult(a["age"], a["isMan"]) for a in each["adults"]] for each in vectors]
    assert told == [
        by_kish(adults, each["household"], SEED)[0]
        for adults, each in zip(lists, vectors, strict=True)
    ]


@needs_node
def test_the_phone_chooses_the_same_adult_by_the_last_birthday():
    chance = random.Random(1983)  # noqa: S311
    days = [date(2023, 12, 25) + timedelta(days=n) for n in range(75)]
    vectors = []
    for number in range(400):
        # So few days that twins, leap days and the turn of the year are among them.
        listed = [chance.choice(days) for _ in range(chance.randint(1, MOST_ADULTS))]
        vectors.append(
            {
                "birthdays": [{"month": day.month, "day": day.day} for day in listed],
                "on": (date(chance.choice([2023, 2024, 2025]), 1, 1)
                       + timedelta(days=chance.randint(0, 90))).isoformat(),
                "household": f"h{number}",
                **adult_numbers(SEED, f"h{number}"),
            }
        )  # fmt: skip

    told = ran(
        imported("byBirthday", "adults.js")
        + "const answer = ({ birthdays, on, ties }) => byBirthday(birthdays, on, ties);",
        vectors,
    )

    assert told == [
        by_birthday(
            [Birthday(b["month"], b["day"]) for b in each["birthdays"]],
            date.fromisoformat(each["on"]), each["household"], SEED,
        )[0]
        for each in vectors
    ]  # fmt: skip


def test_a_household_is_told_its_own_numbers_and_nothing_of_the_seed():
    numbers = adult_numbers(SEED, "h1")

    assert [len(each) for each in numbers.values()] == [MOST_ADULTS, MOST_ADULTS]
    assert sorted(numbers["ties"]) == list(range(MOST_ADULTS))
    assert all(place < below for below, place in enumerate(numbers["kish"], start=1))


@needs_node
@pytest.mark.parametrize("document", [DOCUMENT, SCREENED, SEVERAL])
def test_the_phone_asks_the_same_questions_in_the_same_order(document):
    chance, bank = random.Random(42), bank_of(document)  # noqa: S311
    vectors = []
    for _ in range(200):
        answers: dict[str, Any] = {}
        for question in bank.questions.values():
            codes = [each.code for each in question.options]
            if chance.random() < 0.25:
                continue
            several = question.kind == "several"
            answers[question.code] = (
                chance.sample(codes, chance.randint(0, 2)) if several else chance.choice(codes)
            )
        vectors.append({"answers": answers, "turn": chance.randrange(ARRANGEMENTS)})

    told = ran(
        imported("asked, arranged, screenedOut", "flow.js")
        + f"const form = {json.dumps(document)};"
        "const answer = ({ answers, turn }) => [screenedOut(form, answers),"
        " asked(form, answers), arranged(form, turn).map((block) =>"
        " [block.code, block.questions.map((q) => [q.code, q.options.map((o) => o.code)])])];",
        vectors,
    )

    assert told == [
        [
            screened_out(bank, each["answers"]),
            [question.code for question in asked(bank, each["answers"])],
            [
                [
                    block.code,
                    [[q.code, [o.code for o in q.options]] for q in block.questions],
                ]
                for block in arranged(bank, each["turn"])
            ],
        ]
        for each in vectors
    ]


@needs_node
def test_the_phone_asks_for_what_the_server_would_miss():
    vectors: list[dict[str, Any]] = [{}, {"used_hotline": "yes", "sex": "f"}]

    told = ran(
        imported("missing", "flow.js")
        + f"const form = {json.dumps(DOCUMENT)}; const answer = (a) => missing(form, a);",
        vectors,
    )

    assert told == [["used_hotline", "sex", "age"], ["age"]]


def scripts() -> list[str]:
    return [file for file in interview_shell.SHELL if file.endswith(".js")]


def test_the_shell_holds_every_script_that_another_one_imports():
    wanted = set()
    for file in scripts():
        folder = file.split("/")[0]
        for place in re.findall(r'from "(\.[^"]+)"', (FOLDER / file).read_text()):
            wanted.add(f"{folder}/{place[2:]}" if place.startswith("./") else place[3:])

    assert wanted <= set(scripts())
    assert all((FOLDER / file).is_file() for file in interview_shell.SHELL)


def test_the_scripts_stay_within_what_a_phone_is_asked_to_fetch():
    sizes = [len(gzip.compress((FOLDER / file).read_bytes())) for file in scripts()]

    assert sum(sizes) <= 40 * 1024


def test_every_word_that_the_scripts_say_is_there_and_none_that_they_do_not():
    text = "".join((FOLDER / file).read_text() for file in scripts())
    # `say(…)` may choose between words, so all strings inside of it count.
    said = {
        word
        for call in re.findall(r"\bsay\(([^{}]*?)[,)]", text)
        for word in re.findall(r'"([a-z_]+)"', call)
    }
    known = interview_shell.words()

    # Distances are only told to inspectors.
    assert said - set(known) == {"m", "km"}
    of_codes = {name for name in known if name.startswith(("d_", "desk_")) or name.isupper()}
    of_states = {f"is_{state}" for state in ("draft", "ready", "refused")}
    assert [n for n in set(known) - of_codes - of_states if f'"{n}"' not in text] == []
