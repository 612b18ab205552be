"""What phones sent becomes readings, or waits for the office with the reason why not."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from xinfeng.base import scope
from xinfeng.fieldwork import followers
from xinfeng.fieldwork.models import Submission, Withdrawal
from xinfeng.inspections.models import (
    Intake,
    IntakeState,
    Reading,
    Round,
    RoundPoint,
    RoundState,
    WhyNot,
)
from xinfeng.inspections.queries import naming
from xinfeng.inspections.sent import SUBJECT, Sent, said_by
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from . import findings
from .readings import Seen, add, locked_point, mark_visited
from .taking_back import newest_of, send_again, take_back

journal.declare(
    {
        "round.form_counted": gettext_lazy("counted a form from the field at a point"),
        "round.form_not_counted": gettext_lazy(
            "kept a form from the field without counting it"
        ),
        "round.form_left_out": gettext_lazy("left a form from the field out of a round"),
        "round.form_amended": gettext_lazy(
            "put an amended form in the place of the former one"
        ),
        "round.form_withdrawn": gettext_lazy("took back what a withdrawn form said of a point"),
    }
)
JOB = "inspections.read_submission"
_VERBS = {
    IntakeState.COUNTED: "round.form_counted",
    IntakeState.NOT_COUNTED: "round.form_not_counted",
    IntakeState.LEFT_OUT: "round.form_left_out",
    IntakeState.AMENDED: "round.form_amended",
    IntakeState.WITHDRAWN: "round.form_withdrawn",
}
# Once the result is public, nothing of it changes.
STILL_OPEN = (RoundState.IN_FIELD, RoundState.CLOSED, RoundState.SCORED)


@followers.declare
def follow(submission: Submission, verb: str) -> None:
    """Forms about points of rounds are read by a job; those of one round in their order."""
    if submission.form_version.form.subject == SUBJECT:
        defer(submission)


def defer(submission: Submission) -> None:
    lock = f"forms_of_round_{submission.subjects.get('round', '')}"
    app.configure_task(JOB, lock=lock).defer(submission_id=submission.pk)


@scope.command
def read_submission(*, submission_id: int, at: datetime) -> Intake | None:
    """Read what came, as often as somebody asks; what has been read already stays as it is.

    It counts as its sender's own reading, if they were sent to the point that it names; whether
    they were is decided here, since the phone asked nobody. None: it is about something else.
    """
    submission = Submission.objects.select_related("form_version__form").get(pk=submission_id)
    if submission.form_version.form.subject != SUBJECT:
        return None
    chain = naming.chain_of(submission)
    held = set(hold(chain))
    # Of two forms about one point the first that came counts, whichever is read first.
    for other in _unread_before(chain[0]):
        others = naming.chain_of(other)
        if held.issuperset(_rounds(others)):
            _read(next(each for each in others if each.pk == other.pk), others, at)
    return _read(next(each for each in chain if each.pk == submission_id), chain, at)


def _unread_before(first: Submission) -> QuerySet[Submission]:
    read = Intake.objects.filter(submission=OuterRef("pk"))
    return (
        Submission.objects.annotate(first=Coalesce("root_id", "pk"))
        .filter(
            ~Exists(read), person=first.person_id, division_id=first.division_id,
            first__lt=first.pk, form_version__form__subject=SUBJECT,
        ).select_related("form_version__form").order_by("first", "pk")
    )  # fmt: skip


def read_waiting(held: Round, at: datetime) -> int:
    """What had come when the round was closed is read before; the caller holds the round."""
    read = Intake.objects.filter(submission=OuterRef("pk"))
    waiting = (
        Submission.objects.filter(
            ~Exists(read), division_id=held.division_id, received_at__gte=held.opened_at,
            subjects__round=held.code, form_version__form__subject=SUBJECT,
        ).select_related("form_version__form").order_by("pk")
    )  # fmt: skip
    count = 0
    for submission in waiting:
        chain = naming.chain_of(submission)
        # Another round would have to be held first; the job does that.
        if _rounds(chain) == [held.pk]:
            _read(next(each for each in chain if each.pk == submission.pk), chain, at)
            count += 1
    return count


def hold(chain: Sequence[Submission]) -> list[int]:
    """Everything that these submissions may touch, until commit: their rounds."""
    rounds = Round.objects.select_for_update(no_key=True).filter(pk__in=_rounds(chain))
    return list(rounds.order_by("pk").values_list("pk", flat=True))


def _rounds(chain: Sequence[Submission]) -> list[int]:
    """The rounds that are named, and those in which something of the chain is read."""
    named = {naming.round_named(each, said_by(each).round_code) for each in chain}
    read = Intake.objects.filter(
        submission__in=[each.pk for each in chain], round__isnull=False
    )
    ids = {each.pk for each in named if each} | set(read.values_list("round_id", flat=True))
    return sorted(pk for pk in ids if pk is not None)


def _read(submission: Submission, chain: Sequence[Submission], at: datetime) -> Intake:
    former = Intake.objects.filter(submission=submission).first()
    if any(each.deprecates_id == submission.pk for each in chain):
        return _ended(submission, former, IntakeState.AMENDED, at)
    if Withdrawal.objects.filter(submission=submission).exists():
        return _withdrawn(submission, chain, former, at)
    if former is not None and former.state != IntakeState.NOT_COUNTED:
        return former
    sent = said_by(submission)
    named = naming.named_by(submission, sent)
    why = naming.why_not(list(chain), submission, sent, named, at)
    intake = former or _new(submission, at)
    if why is None and named.point is not None:
        return count(intake, submission, chain, named.point, at)
    heir = _decided(submission, sent)
    if why != WhyNot.OWN_UNIT and heir is not None and heir.round_point is not None:
        intake.decided_by, intake.decided_at = heir.decided_by, heir.decided_at
        return count(intake, submission, chain, heir.round_point, at)
    if former is None:
        # The reason is that of the moment when it came; later ones do not hide it.
        intake.round, intake.round_point = named.round, named.point
        intake.state, intake.why = IntakeState.NOT_COUNTED, why or WhyNot.NO_POINT
        keep(intake, submission.person, at)
    return intake


def count(
    intake: Intake,
    submission: Submission,
    chain: Sequence[Submission],
    point: RoundPoint,
    at: datetime,
) -> Intake:
    """Write down what it says; of an amendment, what it says otherwise than before."""
    seen, ids = locked_point(point.pk), [each.pk for each in chain]
    sent, how = said_by(submission), _how(submission, at)
    lines = naming.answered(submission, sent, seen.round, seen)
    take_all_back(submission, ids, at, but=seen.pk)
    repeated = newest_of(seen, ids)
    take_back(seen, ids, how, but=lines.keys())
    add(seen, [each for each in sent.found if each.line in lines], how, repeated=repeated)
    mark_visited(seen, min(submission.ended_at or at, submission.received_at))
    intake.round, intake.round_point = seen.round, seen
    intake.state, intake.why = IntakeState.COUNTED, ""
    intake.unread = sorted({each.line[:60] for each in sent.found if each.line not in lines})
    keep(intake, intake.decided_by or submission.person, at)
    return intake


def keep(intake: Intake, actor: Person, at: datetime) -> None:
    """The row as it is now, with its line of the journal."""
    if intake.pk is None:
        intake.save(force_insert=True)
    else:
        intake.save(update_fields=["round", "round_point", "state", "why", "unread",
                                   "decided_by", "decided_at"])  # fmt: skip
    journal.record(
        _VERBS[IntakeState(intake.state)], intake, actor=actor, at=at, where=intake.division_id,
        submission=intake.submission_id, point=intake.round_point_id, why=intake.why,
    )  # fmt: skip


def take_all_back(
    submission: Submission,
    chain: Sequence[int],
    at: datetime,
    *,
    but: int | None = None,
    actor: Person | None = None,
) -> None:
    """At every point (`but` one) that a form and its amendments were read at."""
    read = Reading.objects.filter(submission__in=chain)
    if but is not None:
        read = read.exclude(round_point=but)
    for pk in sorted(set(read.values_list("round_point_id", flat=True))):
        seen = locked_point(pk)
        if seen.round.state in STILL_OPEN:
            take_back(seen, chain, _how(submission, at))
            send_again(seen)
            if actor is not None:
                findings.follow_amendment(seen.round, actor)


def _ended(
    submission: Submission, former: Intake | None, state: IntakeState, at: datetime
) -> Intake:
    if former is not None and former.state == state:
        return former
    intake = former or _new(submission, at)
    if former is None:
        named = naming.named_by(submission, said_by(submission))
        intake.round, intake.round_point = named.round, named.point
    intake.state, intake.why = state, ""
    keep(intake, submission.person, at)
    return intake


def _withdrawn(
    submission: Submission, chain: Sequence[Submission], former: Intake | None, at: datetime
) -> Intake:
    if former is None or former.state != IntakeState.WITHDRAWN:
        by = Withdrawal.objects.select_related("by").get(submission=submission).by
        take_all_back(submission, [each.pk for each in chain], at, actor=by)
    return _ended(submission, former, IntakeState.WITHDRAWN, at)


def _decided(submission: Submission, sent: Sent) -> Intake | None:
    """What an office decided of the form that this one amends, if it names the same point."""
    if submission.deprecates is None:
        return None
    decided = Intake.objects.filter(
        submission=submission.deprecates, decided_by__isnull=False,
        round_point__isnull=False, round__state=RoundState.IN_FIELD, why="",
    )  # fmt: skip
    before = said_by(submission.deprecates)
    same = (before.round_code, before.point_code) == (sent.round_code, sent.point_code)
    return decided.select_related("round_point", "decided_by").first() if same else None


def _how(submission: Submission, at: datetime) -> Seen:
    return Seen(submission.person, at, submission.ended_at, submission.pk)


def _new(submission: Submission, at: datetime) -> Intake:
    return Intake(
        submission=submission, division_id=submission.division_id, person=submission.person,
        at=at,
    )  # fmt: skip
