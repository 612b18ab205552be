"""What follows findings: repairs, re-checks, requests for time, appeals, and snap reports."""

from collections.abc import Sequence

import numpy as np

from xinfeng.findings.models import (
    Appeal,
    AppealState,
    Cause,
    Extension,
    ExtensionState,
    Ground,
    Recheck,
    Repair,
    SnapReport,
    State,
    Verdict,
)
from xinfeng.people.models import Contact

from . import days, names
from . import finding_course as c
from . import finding_steps as steps
from . import finding_words as words
from .copy_binary import coded
from .errands import NEVER, Moments, codes
from .finding_course import Course
from .finding_steps import Lines, Told
from .findings import REASONS, Flags
from .ground import Ints
from .loading import Loader
from .order_course import due_after
from .order_rows import digests, sealed
from .scale import Chance

_KEPT = np.timedelta64(180 * 86_400, "s")
_NAMED, _NAMED_ACCOUNT = 0.34, 0.6
_PHONE = "199000{:05}"


def load(loader: Loader, told: Told, chance: Chance) -> None:
    rng = chance("after findings")
    _load_repairs(loader, told.lines, rng)
    _load_rechecks(loader, told.lines, rng)
    _load_extensions(loader, told, rng)
    _load_appeals(loader, told, rng)


def _rows(lines: Lines, *verbs: str) -> Ints:
    return np.flatnonzero(np.isin(lines.verb, [steps.VERBS.index(verb) for verb in verbs]))


def _drawn(texts: Sequence[str], n: int, rng: np.random.Generator) -> list[str]:
    return [texts[k] for k in rng.integers(0, len(texts), n).tolist()]


def _load_repairs(loader: Loader, lines: Lines, rng: np.random.Generator) -> None:
    own = _rows(lines, "finding.repaired")
    if not len(own):
        return
    loader.add(
        Repair,
        {
            "id": np.arange(1, len(own) + 1),
            "finding_id": lines.finding[own] + 1,
            "attempt": lines.attempt[own],
            "words": _drawn(words.REPAIRED, len(own), rng),
            "repaired_by_id": lines.actor[own] + 1,
            "at": lines.at[own],
            "due_at": lines.was_due[own],
        },
    )


def _load_rechecks(loader: Loader, lines: Lines, rng: np.random.Generator) -> None:
    own = _rows(lines, "finding.verified", "finding.sent_back")
    if not len(own):
        return
    back = lines.to[own] == steps.SENT_BACK
    said = _drawn(words.RECHECKED, len(own), rng)
    missing = _drawn(words.NOT_YET, len(own), rng)
    repairs = _rows(lines, "finding.repaired")
    before = np.searchsorted(repairs, own) - 1
    loader.add(
        Recheck,
        {
            "id": np.arange(1, len(own) + 1),
            "finding_id": lines.finding[own] + 1,
            # Of the attempt that was looked at, not of the one that sending back begins.
            "attempt": lines.attempt[own] - back,
            "verdict": coded(back.astype(np.uint8), [Verdict.MET.value, Verdict.NOT_MET.value]),
            "reason": coded(lines.reason[own].astype(np.uint8), REASONS),
            "words": [
                no if failed else yes
                for failed, yes, no in zip(back.tolist(), said, missing, strict=True)
            ],
            "repaired_by_id": lines.actor[repairs[before]] + 1,
            "checked_by_id": lines.actor[own] + 1,
            "at": lines.at[own],
        },
    )


def _load_extensions(loader: Loader, told: Told, rng: np.random.Generator) -> None:
    on, found, course, lines, who = told.on, told.found, told.course, told.lines, told.who
    of = lines.finding[_rows(lines, "extension.asked")]
    if not len(of):
        return
    decided = course.decided[of] <= days.moment(on.ground.pack.demo_start)
    granted = decided & course.granted[of]
    state = np.where(granted, 1, np.where(decided, 2, 0))
    states = [ExtensionState.ASKED, ExtensionState.GRANTED, ExtensionState.REFUSED]
    causes = [one.value for one in Cause]
    loader.add(
        Extension,
        {
            "id": np.arange(1, len(of) + 1),
            "finding_id": of + 1,
            "asked_by_id": who.member[of] + 1,
            "asked_at": course.asked[of],
            "was_due_at": c.due_of(found.term[of], course.attempts[0].since[of], on),
            "until": course.until[of],
            "cause": coded(rng.integers(0, len(causes), len(of)).astype(np.uint8), causes),
            "state": coded(state.astype(np.uint8), [one.value for one in states]),
            "decided_by_id": np.ma.array(found.office[of] + 1, mask=~decided),
            "decided_at": np.where(decided, course.decided[of], NEVER).astype("M8[s]"),
        },
    )


def _load_appeals(loader: Loader, told: Told, rng: np.random.Generator) -> None:
    on, found, course, lines, who = told.on, told.found, told.course, told.lines, told.who
    of = lines.finding[_rows(lines, "appeal.made")]
    if not len(of):
        return
    now = days.moment(on.ground.pack.demo_start)
    wrong = ~np.isnat(course.wrongly[of])
    judged = course.judged[of] <= now
    upheld = course.upheld[of]
    grounds = np.where(wrong | (~upheld & (rng.random(len(of)) < 0.4)), 1, 0)
    kinds = [Ground.NO_FINDING.value, Ground.OTHER_UNIT.value]
    state = np.where(judged, np.where(upheld, 1, 2), 0)
    states = [AppealState.OPEN, AppealState.UPHELD, AppealState.REJECTED]
    due = due_after(course.appealed[of], on, c.APPEAL_DAYS)
    loader.add(
        Appeal,
        {
            "id": np.arange(1, len(of) + 1),
            "code": codes(len(of), rng, 5),
            "finding_id": of + 1,
            "unit_id": np.where(wrong, course.wrong_unit[of], found.unit[of]) + 1,
            "instance": np.ones(len(of), np.int64),
            "ground": coded(grounds.astype(np.uint8), kinds),
            "against": State.ORDERED.value,
            "words": [words.APPEALED[kinds[k]] for k in grounds.tolist()],
            "state": coded(state.astype(np.uint8), [one.value for one in states]),
            "made_by_id": np.where(wrong, who.wrong_member[of], who.member[of]) + 1,
            "made_at": course.appealed[of],
            "due_at": due,
            "warned": np.where(~judged & (steps.swept(due) <= now), 2, 0),
            "reviewer_id": np.ma.array(np.full(len(of), told.staff.city + 1), mask=~judged),
            "judged_at": np.where(judged, course.judged[of], NEVER).astype("M8[s]"),
            "judgement": [
                words.JUDGED[bool(yes)] if done else ""
                for done, yes in zip(judged.tolist(), upheld.tolist(), strict=True)
            ],
        },
    )


def load_reports(
    loader: Loader, told: Told, clients: np.ndarray, codes_: list[str], before: int,
    chance: Chance,
) -> None:  # fmt: skip
    """Of each snap report the contact, if one was left, and how it was rated.

    `before` contacts are there already.
    """
    on, found, course, lines = told.on, told.found, told.course, told.lines
    own = np.flatnonzero(found.is_snap)
    rng, n = chance("snap reports"), len(own)
    reporter = found.reporter[own]
    named = rng.random(n) < np.where(reporter >= 0, _NAMED_ACCOUNT, _NAMED)
    named &= ~found.is_praise[own] | (rng.random(n) < 0.5)
    contact = np.where(named, before + np.cumsum(named), 0)
    _load_contacts(loader, told, own[named], before, rng)
    now = days.moment(on.ground.pack.demo_start)
    at = course.rated[own]
    rated = _rated(course, lines, own, len(found)) & (at <= now)
    stars = np.where(rated, course.stars[own], 0)
    loader.add(
        SnapReport,
        {
            "id": np.arange(1, n + 1),
            "code": [codes_[k] for k in own.tolist()],
            "client_id": clients,
            "finding_id": own + 1,
            "category_id": np.ma.array(found.category[own] + 1, mask=found.category[own] < 0),
            "division_id": found.division[own],
            "contact_id": np.ma.array(contact, mask=~named),
            "reported_by_id": np.ma.array(reporter + 1, mask=reporter < 0),
            "track_digest": np.frombuffer(rng.bytes(32 * n), dtype="V32"),
            "address_digest": None,
            "reported_at": found.found[own],
            "stars": np.ma.array(stars, mask=~rated),
            "rated_at": np.where(rated, at, NEVER).astype("M8[s]"),
            "comment_sealed": "",
        },
    )


def _rated(course: Course, lines: Lines, own: Ints, n: int) -> Flags:
    """Only what was put right and re-checked by then can be rated."""
    first = np.full(n, NEVER)
    rows = _rows(lines, "finding.verified")[::-1]
    first[lines.finding[rows]] = lines.at[rows]
    return np.asarray(~np.isnat(course.rated[own]) & (first[own] <= course.rated[own]))


def _load_contacts(
    loader: Loader, told: Told, of: Ints, before: int, rng: np.random.Generator
) -> None:
    """Sealed for as long as they may be kept; then the row is empty and says since when."""
    found, lines = told.found, told.lines
    n, now = len(of), days.moment(told.on.ground.pack.demo_start)
    if not n:
        return
    erase = _ended(lines, len(found))[of] + _KEPT
    gone = ~np.isnat(erase) & (erase <= now)
    kept = np.flatnonzero(~gone)
    phones = [_PHONE.format(k) for k in (1000 + rng.integers(0, 90_000, len(kept))).tolist()]
    loader.add(
        Contact,
        {
            "id": before + np.arange(1, n + 1),
            "person_id": np.ma.array(
                found.reporter[of] + 1, mask=gone | (found.reporter[of] < 0)
            ),
            "division_id": found.division[of],
            "name_sealed": sealed("name", names.listed(rng, len(kept)), kept, n, before),
            "phone_sealed": sealed("phone", phones, kept, n, before),
            "phone_digest": digests(phones, kept, n),
            "address_sealed": "",
            "note_sealed": "",
            "consent_how": "PAGE",
            "consent_at": found.found[of],
            "erase_at": erase,
            "erased_at": np.where(gone, erase, NEVER).astype("M8[s]"),
        },
    )


def _ended(lines: Lines, n: int) -> Moments:
    """When each ended, if it has: its last line says so."""
    last = lines.last()
    ends = np.isin(lines.to[last], [steps.REFUSED, steps.MERGED, steps.CLOSED])
    at = np.full(n, NEVER)
    at[lines.finding[last][ends]] = lines.at[last][ends]
    return at.astype("M8[s]")
