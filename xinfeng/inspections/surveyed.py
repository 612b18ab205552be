"""Check lines that residents are asked about: met, not met, or not known.

What they answered is told by the room that asks them (`base.asked`), with its interval. A line
is met if the whole interval is at or above what the standard wants, and not met if it is all
below; one that straddles it leaves the line not known, however good the number looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from xinfeng.base import asked
from xinfeng.base.asked import Answered

from .models import Round, RoundScore, ScoreScope, Verdict
from .tree import NO_TIER, Line, Method, Tree

_E4 = 10_000
_VERDICTS = {True: Verdict.MET, False: Verdict.NOT_MET, None: Verdict.NOT_KNOWN}


@dataclass(frozen=True)
class AskedLine:
    """A line with what was answered last; None: nobody was asked yet."""

    line: Line
    answered: Answered | None

    @property
    def verdict(self) -> Verdict:
        if self.answered is None or self.line.asked is None:
            return Verdict.NOT_KNOWN
        return _VERDICTS[self.answered.meets(self.line.asked.at_least_permille / 1000)]

    @property
    def straddles(self) -> bool:
        """There is an interval, and what is wanted lies in it."""
        found = self.answered
        return found is not None and found.low is not None and self.verdict == Verdict.NOT_KNOWN


@dataclass(frozen=True)
class Counted:
    """How the lines of a standard divide, and what they weigh."""

    met: int
    not_met: int
    not_known: int
    worth_met: int
    worth_known: int
    worth: int


def asked_lines(tree: Tree, division_id: int, as_of: date) -> list[AskedLine]:
    """Every line that residents are asked about, in the order of the document."""
    lines = [line for line in tree.lines_by(Method.SURVEY) if line.asked is not None]
    wanted = {line.asked.question for line in lines if line.asked}
    found = asked.newest(wanted, division_id, as_of)
    return [AskedLine(each, found.get(each.asked.question)) for each in lines if each.asked]


def by_code(lines: Sequence[AskedLine]) -> Mapping[str, AskedLine]:
    return {each.line.code: each for each in lines}


def counted(lines: Sequence[AskedLine]) -> Counted:
    def of(*wanted: Verdict) -> list[AskedLine]:
        return [each for each in lines if each.verdict in wanted]

    met, not_met, not_known = (
        of(Verdict.MET), of(Verdict.NOT_MET), of(Verdict.NOT_KNOWN),
    )  # fmt: skip
    return Counted(
        len(met), len(not_met), len(not_known), _worth(met), _worth([*met, *not_met]),
        _worth(lines),
    )  # fmt: skip


def rows_of(found: Round, tree: Tree) -> list[RoundScore]:
    """The survey's part of a round's score, as of the round's last day: one row, and its lines.

    Its interval is what the lines that are not known leave open. Lines of modules are told, but
    stand in no method, as with those seen on the spot.
    """
    lines = asked_lines(tree, found.division_id, found.until)
    own = [each for each in lines if each.line.code not in tree.module_of]
    if not own:
        return []
    return [_method(found, counted(own)), *(_line(found, each) for each in lines)]


def _method(found: Round, told: Counted) -> RoundScore:
    is_known = told.met + told.not_met > 0
    # Rounded outwards, so that the score never leaves it.
    low, high = told.worth_met, told.worth_met + told.worth - told.worth_known
    return RoundScore(
        round=found, scope=ScoreScope.METHOD, key=Method.SURVEY.value, points=0,
        n=told.met + told.not_met + told.not_known, known=told.met + told.not_met, met=told.met,
        score_e4=round(_E4 * told.worth_met / told.worth_known) if is_known else None,
        low_e4=_E4 * low // told.worth if is_known else None,
        high_e4=-(-_E4 * high // told.worth) if is_known else None,
    )  # fmt: skip


def _line(found: Round, each: AskedLine) -> RoundScore:
    """Its score is the share satisfied, of so many who gave an opinion."""
    told = each.answered
    value = None if told is None else told.value
    n = 0 if told is None else told.n
    known = 0 if value is None else n
    return RoundScore(
        round=found, scope=ScoreScope.LINE, key=each.line.code, points=0, n=n, known=known,
        met=round((value or 0) * known), score_e4=_e4(value),
        low_e4=None if told is None or told.low is None else int(told.low * _E4),
        high_e4=None if told is None or told.high is None
        else min(_E4, -int(-told.high * _E4 // 1)),
    )  # fmt: skip


def _e4(share: float | None) -> int | None:
    return None if share is None else round(share * _E4)


def _worth(lines: Sequence[AskedLine]) -> int:
    return sum(each.line.weight[NO_TIER] for each in lines)
