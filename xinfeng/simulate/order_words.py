"""What follows an order: offers and their answers, ratings, calls, complaints.

No plan and no proposal: those come from the engine alone, which is asked once the city stands.
"""

import numpy as np

from xinfeng.base import crypto
from xinfeng.dispatch.models import (
    CallBack,
    CallOutcome,
    Complaint,
    ComplaintKind,
    ComplaintState,
    Decline,
    Offer,
    OfferState,
    Rater,
    Rating,
)

from . import days
from . import orders as o
from .activities import Grounds
from .copy_binary import Fixed, coded, documents, texts
from .errands import NEVER, SECOND, Moments, codes, on_days
from .ground import Ints
from .loading import Loader
from .order_course import HOUR, Course, due_after
from .order_people import Serving
from .orders import Orders
from .scale import Chance

_OFFERS = list(OfferState.values)
_PROPOSED, OFFERED, ACCEPTED, DECLINED, LAPSED, _WITHDRAWN = range(len(_OFFERS))
DECLINES = ["", *Decline.values]
_COMPLAINTS = list(ComplaintKind.values)
OUTCOMES = list(CallOutcome.values)
WORDS = {
    "FEE": "服务人员提出收取材料费以外的费用。",
    "CONDUCT": "服务人员说话不耐烦。",
    "NOT_DONE": "约好的时间没有来，也没有打电话。",
    "OTHER": "服务后留下的垃圾没有带走。",
}
_ANSWER = "已核实情况，向您致歉，并已重新安排服务。"


def load(
    loader: Loader, orders: Orders, course: Course, serving: Serving, on: Grounds,
    chance: Chance,
) -> None:  # fmt: skip
    _load_offers(loader, orders, course, serving, on, chance("offers"))
    _load_ratings(loader, orders, course, on, chance("ratings of orders"))
    _load_calls(loader, orders, course, on)
    _load_complaints(loader, orders, course, on, chance("complaints"))


def _load_offers(
    loader: Loader, orders: Orders, course: Course, serving: Serving, on: Grounds,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Of each round whoever took it, and some who did not; then what is still open."""
    parts = _accepted(orders, course, serving) + _refused(orders, course, serving, rng)
    parts += _waiting(orders, course, serving, on, rng)
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    # In the order of time, as their ids would be.
    order = np.lexsort((whole["person"], whole["proposed"]))
    whole = {name: column[order] for name, column in whole.items()}
    n, state = len(order), whole["state"]
    sent = whole["offered"]
    answered = np.isin(state, [ACCEPTED, DECLINED])
    why = np.where(
        state == DECLINED, rng.choice(6, n, p=[0.5, 0.2, 0.1, 0.08, 0.04, 0.08]) + 1, 0
    )
    # Of those days only the way is known; how busy they were or how rated nobody kept.
    ways, way = np.unique(whole["metres"], return_inverse=True)
    explained = [{} if metres < 0 else {"metres": metres} for metres in ways.tolist()]
    loader.add(
        Offer,
        {
            "id": np.arange(1, n + 1),
            "order_id": whole["order"] + 1,
            "attempt": whole["attempt"],
            "division_id": on.ground.village_codes[orders.village[whole["order"]]],
            "person_id": whole["person"] + 1,
            "team_id": None,
            "through_id": None,
            "plan_id": None,
            "state": coded(state.astype(np.uint8), _OFFERS),
            "starts_at": whole["starts"],
            "ends_at": whole["starts"] + 90 * 60 * SECOND,
            "metres": np.ma.array(whole["metres"], mask=whole["metres"] < 0),
            "why": documents(explained, way),
            "proposed_at": whole["proposed"],
            "proposed_by_id": None,
            "offered_at": sent,
            "answer_by": sent + 24 * HOUR * SECOND,
            "answered_at": np.where(answered, whole["answered"], NEVER),
            "answered_by_id": np.ma.array(whole["person"] + 1, mask=~answered),
            "ended_at": np.where(state == LAPSED, sent + 24 * HOUR * SECOND, NEVER),
            "reason": coded(why.astype(np.uint8), DECLINES),
            "words": "",
        },
    )


def _part(
    rows: Ints, person: Ints, state: int, moments: tuple[Moments, Moments, Moments],
    metres: Ints, attempt: Ints,
) -> dict[str, np.ndarray]:  # fmt: skip
    offered, answered, starts = moments
    return {
        "order": rows, "person": person, "state": np.full(len(rows), state),
        "proposed": offered - 1200 * SECOND, "offered": offered, "answered": answered,
        "starts": starts, "metres": metres, "attempt": attempt,
    }  # fmt: skip


def _accepted(orders: Orders, course: Course, serving: Serving) -> list[dict[str, np.ndarray]]:
    parts = []
    attempt = np.where(orders.again, 2, 1)
    sent, taken = course.last(orders, "dispatched", 2), course.last(orders, "accepted", 3)
    starts = course.last(orders, "starts", 4)
    starts = np.where(np.isnat(starts), taken + 48 * HOUR * SECOND, starts)
    for column in range(serving.last.shape[1]):
        rows = np.flatnonzero((serving.last[:, column] >= 0) & (course.level >= 3))
        parts.append(_part(
            rows, serving.last[rows, column], ACCEPTED, (sent[rows], taken[rows], starts[rows]),
            serving.metres[rows] if column == 0 else np.full(len(rows), -1), attempt[rows],
        ))  # fmt: skip
    rows, first = np.flatnonzero(serving.first >= 0), course.rounds[0]
    parts.append(_part(
        rows, serving.first[rows], ACCEPTED,
        (first.dispatched[rows], first.accepted[rows], first.starts[rows]),
        np.full(len(rows), -1), np.ones(len(rows), np.int64),
    ))  # fmt: skip
    return parts


def _refused(
    orders: Orders, course: Course, serving: Serving, rng: np.random.Generator
) -> list[dict[str, np.ndarray]]:
    """Some were asked before and had no time, or said nothing: somebody of the next order."""
    parts = []
    sent = course.last(orders, "dispatched", 2)
    taken = course.last(orders, "accepted", 3)
    order = np.lexsort((orders.village, orders.item))
    neighbour = np.full(len(orders), -1, dtype=np.int64)
    neighbour[order] = np.roll(serving.last[order, 0], 1)
    able = (course.level >= 3) & (neighbour >= 0)
    able &= ~(serving.last == neighbour[:, None]).any(axis=1)
    for state, share in ((DECLINED, 0.13), (LAPSED, 0.06)):
        enough = (taken - sent) > (1 if state == DECLINED else 24) * HOUR * SECOND
        rows = np.flatnonzero(able & enough & (rng.random(len(orders)) < share))
        able[rows] = False
        half = sent[rows] + ((taken - sent)[rows].astype(np.int64) // 2) * SECOND
        parts.append(_part(
            rows, neighbour[rows], state, (sent[rows], half, sent[rows] + 72 * HOUR * SECOND),
            np.full(len(rows), -1), np.where(orders.again, 2, 1)[rows],
        ))  # fmt: skip
    return parts


def _waiting(
    orders: Orders, course: Course, serving: Serving, on: Grounds, rng: np.random.Generator
) -> list[dict[str, np.ndarray]]:
    """Offers that wait for an answer."""
    sent = course.last(orders, "dispatched", 2)
    own = np.flatnonzero((orders.state == o.DISPATCHED) & (serving.last[:, 0] >= 0))
    day = (days.TODAY + rng.integers(1, 6, len(own))).astype("M8[s]")
    hour = rng.choice([60, 90, 390, 420], len(own)) * 60
    starts = np.asarray(day + hour * SECOND, "M8[s]")
    offered = sent[own]
    return [_part(
        own, serving.last[own, 0], OFFERED, (offered, offered, starts), serving.metres[own],
        np.ones(len(own), np.int64),
    )]  # fmt: skip


def _load_ratings(
    loader: Loader, orders: Orders, course: Course, on: Grounds, rng: np.random.Generator
) -> None:
    first = course.rounds[0]
    again = np.flatnonzero(orders.again & ~orders.nobody_came)
    last = course.last(orders, "rated", 8)
    rows = np.flatnonzero(~np.isnat(last))
    mark = np.where(orders.again, course.overall[1], course.overall[0])
    row = np.concatenate([again, rows])
    n = len(row)
    overall = np.concatenate([course.overall[0][again], mark[rows]])
    at = np.concatenate([first.rated[again], last[rows]])
    attempt = np.concatenate(
        [np.ones(len(again), np.int64), np.where(orders.again, 2, 1)[rows]]
    )
    fee = np.concatenate([np.zeros(len(again), np.int64), course.fee_asked[rows]])
    by = np.where(rng.random(n) < 0.09, 2, orders.is_proxy[row].astype(np.int64))
    marks = {}
    for name in ("punctual", "attitude", "skill"):
        value = np.clip(overall + rng.choice([-1, 0, 0, 0, 1], n), 1, 5)
        marks[name] = np.ma.array(value, mask=rng.random(n) < 0.16)
    # Who said nothing about a fee said neither yes nor no.
    said = fee < 0
    loader.add(
        Rating,
        {
            "id": np.arange(1, n + 1),
            "order_id": row + 1,
            "attempt": attempt,
            "division_id": on.ground.village_codes[orders.village[row]],
            "overall": overall,
            **marks,
            "fee_asked": Fixed((fee == 1).astype(np.uint8), said),
            "comment_sealed": "",
            "by": coded(by.astype(np.uint8), list(Rater.values)),
            "rated_by_id": np.ma.array(orders.office[row] + 1, mask=by != 2),
            "rated_at": at,
            "rated_on": on_days(at, on.ground),
        },
    )


def _load_calls(loader: Loader, orders: Orders, course: Course, on: Grounds) -> None:
    first, second = course.rounds
    again = orders.again & ~orders.nobody_came
    one = np.flatnonzero(~np.isnat(first.called) & (again | ~orders.again))
    two = np.flatnonzero(~np.isnat(second.called))
    row = np.concatenate([one, two])
    if not len(row):
        return
    attempt = np.repeat([1, 2], [len(one), len(two)])
    settled, dispatched = OUTCOMES.index("SETTLED"), OUTCOMES.index("AGAIN")
    outcome = np.where(np.concatenate([again[one], np.zeros(len(two), np.bool_)]),
                       dispatched, settled)  # fmt: skip
    number = np.concatenate([np.ones(len(one), np.int64), 1 + again[two]])
    loader.add(
        CallBack,
        {
            "id": np.arange(1, len(row) + 1),
            "order_id": row + 1,
            "attempt": attempt,
            "division_id": on.ground.village_codes[orders.village[row]],
            "number": number,
            "outcome": coded(outcome.astype(np.uint8), OUTCOMES),
            "note_sealed": "",
            "called_by_id": orders.office[row] + 1,
            "called_at": np.concatenate([first.called[one], second.called[two]]),
        },
    )


def _load_complaints(
    loader: Loader, orders: Orders, course: Course, on: Grounds, rng: np.random.Generator
) -> None:
    """Few; answered within a week, and the latest not yet."""
    now = days.moment(on.ground.pack.demo_start)
    ends = course.last(orders, "ends", 6)
    made = ends + 20 * HOUR * SECOND
    drawn = (made < now) & (rng.random(len(orders)) < 0.006)
    latest = np.flatnonzero(made < now)
    drawn[latest[np.argsort(made[latest])[-2:]]] = True
    row = np.flatnonzero(drawn)
    n = len(row)
    if not n:
        return
    kind = rng.integers(0, len(_COMPLAINTS), n)
    code = codes(n, rng, 3)
    answered = made[row] < now - 96 * HOUR * SECOND
    kept = made[row] > now - 180 * 24 * HOUR * SECOND
    text = [WORDS[_COMPLAINTS[k]] for k in kind.tolist()]
    said = [(text, row, code, kept), ([_ANSWER] * n, row, code, kept & answered)]
    loader.add(
        Complaint,
        {
            "id": np.arange(1, n + 1),
            "code": code,
            "order_id": row + 1,
            "attempt": np.where(orders.again, 2, 1)[row],
            "division_id": on.ground.village_codes[orders.village[row]],
            "kind": coded(kind.astype(np.uint8), _COMPLAINTS),
            "text_sealed": _sealed("text", *said[0]),
            "state": coded(answered.astype(np.uint8), list(ComplaintState.values)),
            "made_by_id": np.ma.array(
                orders.placed_by[row] + 1, mask=orders.placed_by[row] < 0
            ),
            "made_at": made[row],
            "due_at": due_after(made[row], on, 5),
            "warned": np.zeros(n, np.int64),
            "answer_sealed": _sealed("answer", *said[1]),
            "answered_by_id": np.ma.array(orders.office[row] + 1, mask=~answered),
            "answered_at": np.where(answered, made[row] + 50 * HOUR * SECOND, NEVER),
        },
    )


def _sealed(
    field: str, words: list[str], row: Ints, code: list[str], kept: np.ndarray
) -> object:
    about = [f"order.complaint.{field}:{k + 1}.{c}" for k, c in zip(row, code, strict=True)]
    pairs = [p for p, keep in zip(zip(words, about, strict=True), kept, strict=True) if keep]
    sealed = iter(crypto.seal_all(pairs))
    return texts([next(sealed) if keep else "" for keep in kept])
