"""What upper rooms do when a submission came or is whole: they say it once, when loaded.

    @followers.declare
    def follow(submission: Submission, verb: str) -> None:
        read_submission.defer(submission_id=submission.pk)

It runs in the transaction that took the submission in, so it must only defer a job. `verb` is
"submission.received" (once), "submission.completed" (once, when the last file is there; at the
same moment when none is expected) or "submission.withdrawn".
"""

from collections.abc import Callable

from .models import Submission

Follower = Callable[[Submission, str], None]
_followers: list[Follower] = []


def declare(follow: Follower) -> Follower:
    _followers.append(follow)
    return follow


def tell(submission: Submission, verb: str) -> None:
    for follow in _followers:
        follow(submission, verb)
