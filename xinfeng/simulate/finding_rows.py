"""Findings as rows: what they are, and where their own timelines have left them."""

import numpy as np

from xinfeng.base import positions
from xinfeng.base.snap_classes import SnapClass
from xinfeng.findings.models import Category, Escalation, Finding, Warned

from . import days
from . import finding_course as c
from . import finding_steps as steps
from . import finding_words as words
from . import findings as f
from .activities import Grounds
from .copy_binary import coded
from .errands import NEVER, Moments
from .finding_steps import Lines, Told
from .findings import REASONS, SOURCES, TERMS, Findings, Flags
from .ground import Ints
from .loading import Loader
from .order_course import due_after
from .scale import Chance

_DESK = (steps.REPORTED, steps.CONFIRMED, steps.REOPENED)
_OPEN = (
    *_DESK,
    steps.ORDERED,
    steps.REPAIRING,
    steps.REPAIRED,
    steps.SENT_BACK,
    steps.VERIFIED,
)
_NEEDS_REASON = (steps.REFUSED, steps.SENT_BACK, steps.REOPENED)
_WITH_UNIT = (steps.ORDERED, steps.REPAIRING, steps.SENT_BACK)


def load_classes(loader: Loader, classes: tuple[SnapClass, ...]) -> None:
    """As the pack has them."""
    loader.add(
        Category,
        {
            "id": np.arange(1, len(classes) + 1),
            "code": [one.code for one in classes],
            "name": [one.name for one in classes],
            "name_en": [one.name_en for one in classes],
            "hint": [one.hint for one in classes],
            "hint_en": [one.hint_en for one in classes],
            "term": [one.term for one in classes],
            "position": np.arange(len(classes)),
            "is_active": np.ones(len(classes), np.bool_),
        },
    )


def load(
    loader: Loader, told: Told, origins: list[str], codes: list[str], chance: Chance
) -> None:
    on, found, lines = told.on, told.found, told.lines
    n, last = len(found), lines.last()
    state, moved = lines.to[last], lines.at[last]
    reason = np.where(np.isin(state, _NEEDS_REASON), lines.reason[last], 0)
    cells = [
        0 if none else positions.cell(y, x)
        for none, y, x in zip(
            found.nowhere.tolist(), found.lat.tolist(), found.lon.tolist(), strict=True
        )
    ]
    loader.add(
        Finding,
        {
            "id": np.arange(1, n + 1),
            "code": codes,
            "origin": origins,
            "source": coded(found.source.astype(np.uint8), [one.value for one in SOURCES]),
            "submission_id": None,
            "point_id": _or_none(found.point),
            "line": "",
            "category_id": _or_none(found.category),
            "division_id": found.division,
            **_ordered(told, state),
            "lat_e6": np.ma.array(found.lat, mask=found.nowhere),
            "lon_e6": np.ma.array(found.lon, mask=found.nowhere),
            "cell": np.ma.array(cells, mask=found.nowhere),
            "text": _texts(found, on, chance("words of findings")),
            "is_praise": found.is_praise,
            "state": coded(state.astype(np.uint8), [one.value for one in steps.STATES]),
            **_deadlines(told, state, moved),
            "attempt": lines.attempt[last],
            "extended": lines.count("extension.granted", n),
            "sent_back": lines.count("finding.sent_back", n),
            "reopened": lines.count("finding.reopened", n)
            + lines.count("snap.not_satisfied", n),
            "late_repairs": _late(lines, n),
            "reason": coded(reason.astype(np.uint8), REASONS),
            "merged_into_id": np.ma.array(
                found.original + 1, mask=state != steps.MERGED
            ),
            "found_by_id": _or_none(found.found_by),
            **_reached(told, state),
            "reminded_at": None,
            "moved_at": moved,
        },
    )  # fmt: skip


def _or_none(index: Ints) -> np.ma.MaskedArray:
    return np.ma.array(index + 1, mask=index < 0)


def _ordered(told: Told, state: Ints) -> dict[str, object]:
    """The unit that has it, or had it last; none from an upheld appeal to the next order."""
    found, course, lines = told.found, told.course, told.lines
    n = len(found)
    ordered = lines.reached(steps.ORDERED, n)
    # Given back to be ordered anew, and not yet so.
    waits = (state == steps.CONFIRMED) | np.isnat(ordered)
    wrongly = ordered == course.wrongly
    unit = np.where(wrongly, course.wrong_unit, found.unit)
    term = np.where(waits, len(TERMS), found.term)
    return {
        "unit_id": np.ma.array(unit + 1, mask=waits),
        "term": coded(term.astype(np.uint8), [*(one.value for one in TERMS), ""]),
    }


def _late(lines: Lines, n: int) -> Ints:
    late = (lines.verb == steps.VERBS.index("finding.repaired")) & (lines.at > lines.was_due)
    return np.bincount(lines.finding[late], minlength=n)


def _reached(told: Told, state: Ints) -> dict[str, object]:
    """What an attempt reached is not reached by the next one."""
    found, lines, who = told.found, told.lines, told.who
    n = len(found)
    reopened = lines.reached(steps.REOPENED, n)
    confirmed = lines.reached(steps.CONFIRMED, n)
    ended = np.fmax(
        np.fmax(lines.reached(steps.REFUSED, n), lines.reached(steps.MERGED, n)),
        lines.reached(steps.CLOSED, n),
    )
    confirmed = np.where(found.is_praise, ended, confirmed).astype("M8[s]")
    ordered = lines.reached(steps.ORDERED, n)
    repaired = _since(lines.reached(steps.REPAIRED, n), reopened)
    verified = _since(lines.reached(steps.VERIFIED, n), reopened)
    by = np.where(found.source == f.INSPECTION, told.staff.inspector, found.office)
    return {
        "confirmed_by_id": _by(by, confirmed),
        "ordered_by_id": _by(found.office, ordered),
        "repaired_by_id": _by(who.member, repaired),
        "rechecked_by_id": _by(who.rechecker, verified),
        "found_at": found.found,
        "confirmed_at": confirmed,
        "ordered_at": ordered,
        "taken_at": _since(lines.reached(steps.REPAIRING, n), reopened),
        "repaired_at": repaired,
        "verified_at": verified,
        "closed_at": np.where(np.isin(state, _OPEN), NEVER, ended).astype("M8[s]"),
        "reopened_at": reopened,
        "sent_back_at": lines.reached(steps.SENT_BACK, n),
    }


def _since(at: Moments, reopened: Moments) -> Moments:
    gone = ~np.isnat(reopened) & (at < reopened)
    return np.where(gone, NEVER, at).astype("M8[s]")


def _by(person: Ints, at: Moments) -> np.ma.MaskedArray:
    return np.ma.array(person + 1, mask=np.isnat(at))


def _deadlines(told: Told, state: Ints, moved: Moments) -> dict[str, object]:
    """By when somebody must act, and what the sweep has told of it until now."""
    on, found, course = told.on, told.found, told.course
    now, n = days.moment(on.ground.pack.demo_start), len(found)
    is_open = np.isin(state, _OPEN)
    waits = np.isin(state, _WITH_UNIT) & (course.appealed <= now) & (course.judged > now)
    waits &= found.fate == f.GOES_ON
    yellow, due = _due(told, state, moved, waits)
    due, yellow = np.where(is_open, due, NEVER), np.where(is_open, yellow, NEVER)
    # While an appeal waits, and before time closes it, nobody is warned.
    warns = is_open & ~waits & (state != steps.VERIFIED)
    above = due_after(swept := steps.swept(due), on, 1)
    again = due_after(steps.swept(above), on, 1)
    red = warns & (swept <= now)
    risen = (steps.swept(above) <= now).astype(np.int64) + (steps.swept(again) <= now)
    warned = np.where(red, Warned.RED, np.where(warns & (steps.swept(yellow) <= now), 1, 0))
    nexts = np.choose(risen, [above, again, np.full(n, NEVER)])
    return {
        "due_at": due.astype("M8[s]"),
        "yellow_at": yellow.astype("M8[s]"),
        "warned": warned,
        "escalation": np.where(red, np.minimum(risen, Escalation.CITY), 0),
        "escalates_at": np.where(red, nexts, NEVER).astype("M8[s]"),
        "appealed_at": np.where(waits, course.appealed, NEVER).astype("M8[s]"),
    }


def _due(told: Told, state: Ints, moved: Moments, waits: Flags) -> tuple[Moments, Moments]:
    """As the program sets them; an open appeal has not yet given any time back."""
    on, found, course, lines = told.on, told.found, told.course, told.lines
    first, second = course.attempts
    attempt = lines.attempt[lines.last()]
    spans = {**dict.fromkeys(_DESK, c.DESK_DAYS), steps.REPAIRED: c.RECHECK_DAYS,
             steps.VERIFIED: c.CLOSE_DAYS}  # fmt: skip
    due = np.full(len(found), NEVER)
    for one, count in spans.items():
        due = np.where(state == one, due_after(moved, on, count), due)
    yellow = c.three_quarters(moved, due.astype("M8[s]"))
    unit_due = np.where(attempt == 1, first.due, second.due)
    unit_yellow = np.where(attempt == 1, first.yellow, second.yellow)
    # While an appeal or a request for time is open, the deadline is as it was ordered.
    now = days.moment(on.ground.pack.demo_start)
    asked = (course.asked <= now) & (course.decided > now) & (found.fate == f.GOES_ON)
    still = (waits | asked) & (state == steps.ORDERED)
    plain = c.due_of(found.term, moved, on)
    unit_due = np.where(still, plain, unit_due)
    unit_yellow = np.where(still, c.three_quarters(moved, plain), unit_yellow)
    own = np.isin(state, _WITH_UNIT)
    return (
        np.where(own, unit_yellow, yellow).astype("M8[s]"),
        np.where(own, unit_due, due).astype("M8[s]"),
    )


def _texts(found: Findings, on: Grounds, rng: np.random.Generator) -> list[str]:
    """A sentence of the class; no two alike by wish, many alike by nature."""
    classes = [one.code for one in on.ground.pack.snap_classes]
    n = len(found)
    drawn, spots = rng.random(n).tolist(), rng.integers(0, len(words.SPOTS), n).tolist()
    told = []
    for praise, kind, point, luck, spot in zip(
        found.is_praise.tolist(), found.category.tolist(), found.point.tolist(), drawn, spots,
        strict=True,
    ):  # fmt: skip
        if praise:
            said = words.PRAISED
        elif kind >= 0:
            said = words.SEEN.get(classes[kind], words.OTHERS)
        else:
            said = words.INSPECTED if point >= 0 else words.OTHERS
        told.append(said[int(luck * len(said))].format(words.SPOTS[spot]))
    return told
