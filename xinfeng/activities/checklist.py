"""What the law wants stated before volunteers are invited (regulations, articles 12–17).

A pure function over an activity, its shifts and their posts: the page shows the list, and
publishing refuses with the same one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from xinfeng.base import clock
from xinfeng.base.refusal import Refusal

from .models import Activity, Audience, Nature, Post, Risk, Shift

OF_AGE = 18
RISKY = (Risk.MEDIUM, Risk.HIGH)
# Whom an upper room asks one by one has read and accepted there where it is, what it takes,
# and whom to ask; an activity by invitation does not repeat it.
_ASKED_BEFORE = ("conditions", "contact")


@dataclass(frozen=True)
class Missing:
    """One thing that stands in the way of publishing, and how to mend it."""

    code: str
    what: str
    mend: str


class NotReady(Refusal):
    """Publishing is refused with all that is missing, not only with the first."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        listed = "".join(f"\n· {one.what}：{one.mend}" for one in missing)
        super().__init__("not_ready", _("Before it can be announced:") + listed)
        self.missing = tuple(missing)


def missing(
    activity: Activity, shifts: Sequence[Shift], posts: Iterable[Post], at: datetime
) -> list[Missing]:
    """Everything that is still missing, in the order of the form; empty: it is ready."""
    return [
        *_about_time(shifts, at),
        *_about_words(activity),
        *_about_insurance(activity, shifts),
        *_about_posts(posts),
    ]


def _about_time(shifts: Sequence[Shift], at: datetime) -> Iterator[Missing]:
    if not shifts:
        yield Missing("time", _("Time"), _("add at least one shift with its number of places."))
    elif any(shift.starts_at < at for shift in shifts):
        yield Missing("time", _("Time"), _("a shift lies in the past; choose a later day."))


def _about_words(activity: Activity) -> Iterator[Missing]:
    if activity.nature not in Nature.values:
        yield Missing(
            "nature",
            _("Nature"),
            _("choose whether it is voluntary service or something else."),
        )
    invited = activity.audience == Audience.INVITED
    if not invited and activity.place_id is None and not activity.meeting_point.strip():
        yield Missing("place", _("Place"), _("choose a practice place or write where to meet."))
    wanted = [
        ("content", _("Content"), _("write what volunteers will do, step by step.")),
        ("conditions", _("Conditions"), _("write who can take part.")),
        ("contact", _("Contact"), _("write whom to ask, and by which telephone.")),
        ("risks", _("Risks"), _("write what could happen; “none known” is an answer too.")),
        ("protection", _("Protection"), _("write what is done so that nothing happens.")),
    ]
    for field, what, mend in wanted:
        if not (invited and field in _ASKED_BEFORE) and not getattr(activity, field).strip():
            yield Missing(field, what, mend)


def _about_insurance(activity: Activity, shifts: Sequence[Shift]) -> Iterator[Missing]:
    if activity.risk not in RISKY:
        return
    if not activity.insurance.strip():
        mend = _("from medium risk on, name the accident insurance and its policy number.")
        yield Missing("insurance", _("Insurance"), mend)
    elif not _covered(activity, shifts):
        mend = _(
            "the insurance must cover every day of the activity; enter its first and last day."
        )
        yield Missing("insured_days", _("Days insured"), mend)


def _covered(activity: Activity, shifts: Sequence[Shift]) -> bool:
    if activity.insured_from is None or activity.insured_until is None:
        return False
    days = [
        clock.local_date(moment)
        for shift in shifts
        for moment in (shift.starts_at, shift.ends_at)
    ]
    return all(activity.insured_from <= day <= activity.insured_until for day in days)


def _about_posts(posts: Iterable[Post]) -> Iterator[Missing]:
    for post in posts:
        if post.is_dangerous and (post.min_age is None or post.min_age < OF_AGE):
            what = _("Post “%(name)s”") % {"name": post.name}
            mend = _("a dangerous post is for adults: set the least age to 18 or more.")
            yield Missing("dangerous_post", what, mend)
