"""Answers that tell whether somebody is known are given a few times only."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import gettext as _

from xinfeng.base.refusal import Refusal
from xinfeng.people import commands
from xinfeng.people.models import SignInTally

TELLING = {"username_taken", "id_number_taken", "phone_taken", "guardian_unknown"}
# In a quarter of an hour from one address or account: enough for a school class that mistypes,
# too few to find out who has an account.
MOST = 30


@contextmanager
def a_few_times(
    who: str,
    *,
    at: datetime,
    telling: Collection[str] = frozenset(TELLING),
    most: int | None = None,
) -> Iterator[None]:
    """Count such answers to `who`, and beyond the limit try nothing at all.

    A limit that looked only at what was refused would itself tell: whoever is not known would
    still get through.
    """
    most = MOST if most is None else most
    key = f"telling|{who}"
    tally = SignInTally.objects.filter(pk=SignInTally.digest(key)).first()
    if tally is not None and tally.is_locked(at, most):
        raise Refusal("too_many_tries", _("Too many tries. Wait a quarter of an hour."))
    try:
        yield
    except Refusal as refusal:
        if refusal.code in telling:
            commands.count_try(username=key, at=at, most=most)
        raise
