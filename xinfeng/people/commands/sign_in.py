"""Tries at signing in are counted, so that guessing is stopped."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.journal import commands as journal
from xinfeng.people.models import SignInTally

journal.declare(
    {"sign_in.locked": gettext_lazy("locked an account name after failed sign-ins")}
)


@scope.command
def count_try(*, username: str, at: datetime, most: int = SignInTally.MOST) -> bool:
    """Count a sign-in before it is tried; False when the name is locked.

    Counted first, so that many tries at once cannot slip past the limit together.
    """
    tally, _made = SignInTally.objects.select_for_update().get_or_create(
        name_digest=SignInTally.digest(username), defaults={"last_at": at}
    )
    if tally.is_locked(at, most):
        return False
    tally.tries = 1 if tally.is_stale(at) else tally.tries + 1
    tally.last_at = at
    tally.save(update_fields=["tries", "last_at"])
    if tally.tries == most:
        journal.record("sign_in.locked", tally, actor=None, at=at)
    return True


@scope.command
def forget_tries(*, username: str) -> None:
    """The person came in: earlier slips no longer count."""
    SignInTally.objects.filter(pk=SignInTally.digest(username)).delete()
