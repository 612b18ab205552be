"""Each finding's own timeline, line by line, as far as it had come when the demo begins."""

from dataclasses import dataclass, field

import numpy as np

from xinfeng.findings.models import REFUSALS, SENDS_BACK, FindingStep, State

from . import days
from . import finding_course as c
from . import findings as f
from .activities import Grounds
from .copy_binary import coded, documents
from .errands import NEVER, SECOND, Moments
from .finding_course import Attempt, Course
from .findings import REASONS, SOURCES, TERMS, Findings, Flags, Staff
from .ground import Ints
from .loading import Loader
from .order_course import due_after
from .scale import Chance
from .units import Register

STATES = list(State)
(REPORTED, CONFIRMED, REFUSED, MERGED, ORDERED, REPAIRING, REPAIRED, SENT_BACK, VERIFIED,
 CLOSED, REOPENED) = range(len(STATES))  # fmt: skip
# In the order of a finding's life; each is a verb of the journal.
VERBS = [
    "finding.raised", "snap.joined", "finding.confirmed", "finding.refused", "finding.merged",
    "finding.praised", "finding.ordered", "appeal.made", "appeal.upheld", "appeal.rejected",
    "extension.asked", "extension.granted", "extension.refused", "finding.taken_up",
    "finding.warned", "finding.overdue", "finding.escalated", "finding.repaired",
    "finding.verified", "finding.sent_back", "finding.closed", "finding.closed_by_time",
    "finding.reopened", "snap.not_satisfied", "finding.absorbed",
]  # fmt: skip
_BEGINS = len(STATES)
_STAYS = (-1, -1)
_APPEAL, _CAME_BACK = REASONS.index("APPEAL"), REASONS.index("CAME_BACK")
_NOT_SATISFIED = REASONS.index("NOT_SATISFIED")
# From where, to where, and in which attempt it is then, unless it is the first.
Moves = tuple[Ints | int, ...]


@dataclass(frozen=True)
class People:
    """Who does what about each finding."""

    # Of the unit, in both attempts, and of the unit that it was ordered to wrongly.
    member: Ints
    wrong_member: Ints
    rechecker: Ints
    raiser: Ints
    refused_for: Ints
    sent_back_for: Ints


@dataclass(frozen=True)
class Lines:
    """All lines in order: of one finding after the other, each by time."""

    finding: Ints
    at: Moments
    verb: Ints
    left: Ints
    to: Ints
    attempt: Ints
    actor: Ints
    reason: Ints
    was_due: Moments

    @property
    def moves(self) -> Flags:
        return np.asarray(self.left != self.to)

    def reached(self, state: int, n: int) -> Moments:
        """When each of n findings came to a state, the last time."""
        rows = self.moves & (self.to == state)
        at = np.full(n, NEVER)
        at[self.finding[rows]] = self.at[rows]
        return at.astype("M8[s]")

    def last(self) -> Ints:
        """The last line of each finding that moved it."""
        rows = np.flatnonzero(self.moves)
        of = self.finding[rows]
        found: Ints = rows[np.append(of[1:] != of[:-1], True)]
        return found

    def count(self, verb: str, n: int) -> Ints:
        own = self.finding[self.verb == VERBS.index(verb)]
        return np.bincount(own, minlength=n)


@dataclass(frozen=True)
class Told:
    """All that the city knows of its findings."""

    on: Grounds
    staff: Staff
    found: Findings
    course: Course
    who: People
    lines: Lines


@dataclass
class _Gathering:
    now: np.datetime64
    on: Grounds
    parts: list[dict[str, np.ndarray]] = field(default_factory=list)

    def add(
        self, rows: Flags, verb: str, at: Moments, moves: Moves = _STAYS, *,
        actor: Ints | int = -1, reason: Ints | int = 0, was_due: Moments | None = None,
    ) -> None:  # fmt: skip
        """Lines of those rows that have come so far."""
        own = np.flatnonzero(rows & ~np.isnat(at) & (at <= self.now))
        n = len(own)

        def column(value: object) -> np.ndarray:
            return value[own] if isinstance(value, np.ndarray) else np.full(n, value)

        self.parts.append({
            "finding": own,
            "at": at[own].astype("M8[s]"),
            "verb": np.full(n, VERBS.index(verb)),
            "left": column(moves[0]),
            "to": column(moves[1]),
            "attempt": column(moves[2] if len(moves) > len(_STAYS) else 1),
            "actor": column(actor),
            "reason": column(reason),
            "was_due": np.full(n, NEVER) if was_due is None else was_due[own].astype("M8[s]"),
        })  # fmt: skip

    def absorbed(self, found: Findings, course: Course) -> None:
        """What goes on says so of each duplicate that was joined to it."""
        duplicate = found.fate == f.MERGED
        by = np.where(course.joined, -1, found.office)
        self.add(duplicate, "finding.absorbed", course.merged, actor=by)
        self.parts[-1]["finding"] = found.original[self.parts[-1]["finding"]]

    def late(self, rows: Flags, yellow: Moments, due: Moments, until: Moments) -> None:
        """What the sweep of each minute says while somebody still has to act."""
        above = due_after(due, self.on, 1)
        for verb, at in (("finding.warned", yellow), ("finding.overdue", due),
                         ("finding.escalated", above),
                         ("finding.escalated", due_after(above, self.on, 1))):  # fmt: skip
            at = swept(at)
            self.add(rows & ~(at >= until), verb, at)

    def desk(self, rows: Flags, since: Moments, until: Moments, days_: int) -> Moments:
        """An office has so many working days; the deadline that it had."""
        due = due_after(since, self.on, days_)
        self.late(rows, c.three_quarters(since, due), due, until)
        return due

    def together(self) -> Lines:
        whole = {
            name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]
        }
        order = np.lexsort((whole["verb"], whole["at"], whole["finding"]))
        whole = {name: column[order] for name, column in whole.items()}
        # What stays where it is is where the last move has left it.
        moved = whole["left"] >= 0
        last = np.maximum.accumulate(np.where(moved, np.arange(len(moved)), 0))
        for name in ("to", "attempt"):
            whole[name] = whole[name][last]
        whole["left"] = np.where(moved, whole["left"], whole["to"])
        return Lines(**whole)


def swept(at: Moments) -> Moments:
    """The minute in which the sweep finds it."""
    seconds = at.astype("M8[s]").astype(np.int64)
    whole = (-(-seconds // 60) * 60).astype("M8[s]")
    return np.where(np.isnat(at), NEVER, whole).astype("M8[s]")


def people(
    found: Findings, course: Course, known: Register, staff: Staff, chance: Chance
) -> People:
    rng, n = chance("who deals with findings"), len(found)
    return People(
        _of_units(known, found.unit, rng),
        _of_units(known, np.maximum(course.wrong_unit, 0), rng),
        np.where(course.by_inspector, staff.inspector, found.office),
        np.where(found.source == f.HOTLINE, staff.city, found.found_by),
        1 + rng.choice(len(REFUSALS), n, p=[0.28, 0.2, 0.14, 0.18, 0.08, 0.12]),
        REASONS.index(SENDS_BACK[0]) + rng.choice(3, n, p=[0.3, 0.45, 0.25]),
    )  # fmt: skip


def _of_units(known: Register, unit: Ints, rng: np.random.Generator) -> Ints:
    """The liaison or somebody of the staff; a head does not take it up himself."""
    first = np.searchsorted(known.member_of, unit) + 1
    last = np.searchsorted(known.member_of, unit, side="right")
    return known.member[rng.integers(first, np.maximum(last, first + 1))]


def made(found: Findings, course: Course, who: People, staff: Staff, on: Grounds) -> Lines:
    lines = _Gathering(days.moment(on.ground.pack.demo_start), on)
    _at_the_desk(lines, found, course, who)
    _appeals(lines, found, course, who, staff)
    goes_on = (found.fate == f.GOES_ON) & ~course.is_refused
    first, second = course.attempts
    _attempt(lines, goes_on, 1, first, np.full(len(found), ORDERED), course, found, who)
    _again(lines, goes_on, course, found)
    left = np.where(course.again == c.SENT_BACK, SENT_BACK, ORDERED)
    _attempt(lines, goes_on & course.is_second, 2, second, left, course, found, who)
    lines.absorbed(found, course)
    return lines.together()


def _at_the_desk(lines: _Gathering, found: Findings, course: Course, who: People) -> None:
    every, office = np.ones(len(found), np.bool_), found.office
    inspected, fate = found.source == f.INSPECTION, found.fate
    lines.add(every, "finding.raised", found.found,
              (_BEGINS, np.where(inspected, CONFIRMED, REPORTED)),
              actor=who.raiser)  # fmt: skip
    ends = np.where(fate == f.MERGED, course.merged, course.confirmed).astype("M8[s]")
    due = lines.desk(~inspected, found.found, ends, c.DESK_DAYS)
    lines.add(fate == f.REFUSED, "finding.refused", course.confirmed, (REPORTED, REFUSED),
              actor=office, reason=who.refused_for, was_due=due)  # fmt: skip
    lines.add(fate == f.PRAISED, "finding.praised", course.confirmed, (REPORTED, CLOSED),
              actor=office, was_due=due)  # fmt: skip
    duplicate = fate == f.MERGED
    lines.add(duplicate & course.joined, "snap.joined", course.merged, (REPORTED, MERGED),
              was_due=due)  # fmt: skip
    lines.add(duplicate & ~course.joined, "finding.merged", course.merged,
              (REPORTED, MERGED), actor=office, was_due=due)  # fmt: skip
    goes_on = fate == f.GOES_ON
    lines.add(goes_on & ~inspected, "finding.confirmed", course.confirmed,
              (REPORTED, CONFIRMED), actor=office, was_due=due)  # fmt: skip
    wrong, since = ~np.isnat(course.wrongly), course.attempts[0].since
    ordered = np.where(wrong, course.wrongly, since).astype("M8[s]")
    due = lines.desk(goes_on, course.confirmed, ordered, c.DESK_DAYS)
    lines.add(goes_on, "finding.ordered", ordered, (CONFIRMED, ORDERED), actor=office,
              was_due=due)  # fmt: skip
    due = lines.desk(goes_on & wrong, course.judged, since, c.DESK_DAYS)
    lines.add(goes_on & wrong, "finding.ordered", since, (CONFIRMED, ORDERED), actor=office,
              was_due=due)  # fmt: skip


def _appeals(
    lines: _Gathering, found: Findings, course: Course, who: People, staff: Staff
) -> None:
    goes_on, wrong = found.fate == f.GOES_ON, ~np.isnat(course.wrongly)
    first = course.attempts[0]
    waited = (course.judged - course.appealed).astype(np.int64) * SECOND
    lines.add(goes_on, "appeal.made", course.appealed,
              actor=np.where(wrong, who.wrong_member, who.member))  # fmt: skip
    was = c.due_of(found.term, course.wrongly, lines.on) + waited
    lines.add(goes_on & wrong, "appeal.upheld", course.judged, (ORDERED, CONFIRMED),
              actor=staff.city, was_due=was)  # fmt: skip
    refused = goes_on & course.is_refused
    lines.add(refused, "appeal.upheld", course.judged, (ORDERED, REFUSED), actor=staff.city,
              reason=_APPEAL, was_due=first.due + waited)  # fmt: skip
    lines.add(goes_on & ~course.upheld, "appeal.rejected", course.judged, actor=staff.city)
    lines.add(goes_on, "extension.asked", course.asked, actor=who.member)
    lines.add(goes_on & course.granted, "extension.granted", course.decided,
              actor=found.office)  # fmt: skip
    lines.add(goes_on & ~course.granted, "extension.refused", course.decided,
              actor=found.office)  # fmt: skip


def _attempt(
    lines: _Gathering, rows: Flags, number: int, one: Attempt, left: Ints, course: Course,
    found: Findings, who: People,
) -> None:  # fmt: skip
    """Taken up, repaired, looked at again; closed where nobody objects."""
    lines.late(rows, one.yellow, one.due, one.repaired)
    lines.add(rows, "finding.taken_up", one.taken, (left, REPAIRING, number),
              actor=who.member, was_due=one.due)  # fmt: skip
    at_work = np.where(np.isnat(one.taken), left, REPAIRING)
    lines.add(rows, "finding.repaired", one.repaired, (at_work, REPAIRED, number),
              actor=who.member, was_due=one.due)  # fmt: skip
    due = lines.desk(rows, one.repaired, one.rechecked, c.RECHECK_DAYS)
    back = (course.again == c.SENT_BACK) & (number == 1)
    lines.add(rows & ~back, "finding.verified", one.rechecked, (REPAIRED, VERIFIED, number),
              actor=who.rechecker, was_due=due)  # fmt: skip
    lines.add(rows & back, "finding.sent_back", one.rechecked, (REPAIRED, SENT_BACK, 2),
              actor=who.rechecker, reason=who.sent_back_for, was_due=due)  # fmt: skip
    ends = rows & ~back & ~((course.again == c.NOT_SATISFIED) & (number == 1))
    due = due_after(one.rechecked, lines.on, c.CLOSE_DAYS)
    lines.add(ends & one.by_hand, "finding.closed", one.closed,
              (VERIFIED, CLOSED, number), actor=found.office, was_due=due)  # fmt: skip
    lines.add(ends & ~one.by_hand, "finding.closed_by_time", one.closed,
              (VERIFIED, CLOSED, number), was_due=due)  # fmt: skip


def _again(lines: _Gathering, rows: Flags, course: Course, found: Findings) -> None:
    """Opened again by an office, or by a reporter who is not satisfied; and ordered anew."""
    came, poor = course.again == c.CAME_BACK, course.again == c.NOT_SATISFIED
    lines.add(rows & came, "finding.reopened", course.reopened, (CLOSED, REOPENED, 2),
              actor=found.office, reason=_CAME_BACK)  # fmt: skip
    due = due_after(course.attempts[0].rechecked, lines.on, c.CLOSE_DAYS)
    lines.add(rows & poor, "snap.not_satisfied", course.reopened, (VERIFIED, REOPENED, 2),
              reason=_NOT_SATISFIED, was_due=due)  # fmt: skip
    since = course.attempts[1].since
    due = lines.desk(rows & (came | poor), course.reopened, since, c.DESK_DAYS)
    lines.add(rows & (came | poor), "finding.ordered", since, (REOPENED, ORDERED, 2),
              actor=found.office, was_due=due)  # fmt: skip


def load(loader: Loader, told: Told, known: Register) -> None:
    lines = told.lines
    n, states = len(lines.finding), [*STATES, ""]
    loader.add(
        FindingStep,
        {
            "id": np.arange(1, n + 1),
            "finding_id": lines.finding + 1,
            "attempt": lines.attempt,
            "from_state": coded(lines.left.astype(np.uint8), states),
            "to_state": coded(lines.to.astype(np.uint8), states),
            "verb": coded(lines.verb.astype(np.uint8), VERBS),
            "at": lines.at,
            "actor_id": np.ma.array(lines.actor + 1, mask=lines.actor < 0),
            "reason": coded(lines.reason.astype(np.uint8), REASONS),
            "was_due_at": lines.was_due,
            "details": _details(told, known),
        },
    )


def _details(told: Told, known: Register) -> object:
    """Codes and numbers, as the commands write them: the source, the unit and its term."""
    lines, found, course = told.lines, told.found, told.course
    wrong = lines.at == course.wrongly[lines.finding]
    unit = np.where(wrong, course.wrong_unit[lines.finding], found.unit[lines.finding])
    source, term = found.source[lines.finding], found.term[lines.finding]
    ordered = lines.verb == VERBS.index("finding.ordered")
    raised = lines.verb == VERBS.index("finding.raised")
    terms, sources = len(TERMS), len(SOURCES)
    which = np.select([raised, ordered], [1 + source, 1 + sources + unit * terms + term], 0)
    words: list[dict[str, str]] = [{}, *({"source": one.value} for one in SOURCES)]
    words += [{"unit": one.code, "term": term.value} for one in known.units for term in TERMS]
    return documents(words, which)
