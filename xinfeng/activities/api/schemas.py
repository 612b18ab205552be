"""The things of this room as the interface writes them."""

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from xinfeng.activities import queries
from xinfeng.activities.models import Activity, Signup
from xinfeng.base import clock
from xinfeng.base.contract import Moment
from xinfeng.base.refusal import Refusal
from xinfeng.people.tokens import visitor_of

# One for all modules: an address that is read in one and written in another is one address.
router = Router(tags=["activities"])
DIVISIONS = 10**12
LARGEST = 2**63 - 1


class ShiftBrief(Schema):
    """One stretch of an activity that people sign up for; metres when asked from a point."""

    id: int
    activity: str
    title: str
    category: str
    place: str | None
    division: int
    starts_at: Moment
    ends_at: Moment
    capacity: int
    free: int
    waiting: int
    metres: int | None


class Obstacle(Schema):
    """Why the asker cannot sign up, by the code that signing up would be refused with."""

    code: str
    detail: str


class Attended(Schema):
    """One person's place on a shift, from waiting or booking to leaving."""

    id: int
    shift: int
    post: int | None
    part: str
    state: str
    arrived_at: Moment | None
    left_at: Moment | None
    grade: str


class PostLeft(Schema):
    """A part of a shift with conditions of its own, and the places left on it."""

    id: int
    name: str
    part: str
    conditions: str
    skills: list[str]
    qualifications: list[str]
    min_age: int | None
    max_age: int | None
    free: int
    obstacle: Obstacle | None


class ShiftOffer(Schema):
    """`position` is my place in the waiting list, from 1."""

    shift: ShiftBrief
    posts: list[PostLeft]
    mine: Attended | None
    position: int | None
    obstacle: Obstacle | None


class ActivityDetail(Schema):
    """All that the law wants stated before anybody signs up. The leader: family name only."""

    code: str
    title: str
    state: str
    nature: str
    category: str
    division: int
    place: str | None
    team: str | None
    leader: str
    content: str
    conditions: str
    risk: str
    risks: str
    protection: str
    insurance: str
    contact: str
    meeting_point: str
    latitude: float | None
    longitude: float | None
    shifts: list[ShiftOffer]


def known(request: HttpRequest, code: str) -> Activity:
    """The activity, if the asker may know of it; drafts and invitations are for few."""
    found = Activity.objects.select_related("category", "place", "team").filter(code=code)
    activity = found.first()
    if activity is None or not queries.may_know(
        activity,
        visitor=visitor_of(request),
        standing=request.standing,  # type: ignore[attr-defined]
    ):
        raise Http404
    return activity


def detail(request: HttpRequest, code: str) -> ActivityDetail:
    activity = known(request, code)
    page = queries.activity_page(
        activity,
        visitor=visitor_of(request),
        standing=request.standing,  # type: ignore[attr-defined]
        at=clock.now(),
    )
    if page is None:
        raise Http404
    latitude, longitude = page.position or (None, None)
    return ActivityDetail(
        code=activity.code,
        title=activity.title,
        state=activity.state,
        nature=activity.nature,
        category=activity.category.code,
        division=activity.division_id,
        place=activity.place.code if activity.place else None,
        team=activity.team.code if activity.team else None,
        leader=page.leader,
        content=activity.content,
        conditions=activity.conditions,
        risk=activity.risk,
        risks=activity.risks,
        protection=activity.protection,
        insurance=activity.insurance,
        contact=activity.contact,
        meeting_point=activity.meeting_point,
        latitude=None if latitude is None else latitude / 1e6,
        longitude=None if longitude is None else longitude / 1e6,
        shifts=[_offer(offer) for offer in page.offers],
    )


def brief(line: queries.Line) -> ShiftBrief:
    shift, activity = line.shift, line.shift.activity
    return ShiftBrief(
        id=shift.pk,
        activity=activity.code,
        title=activity.title,
        category=activity.category.code,
        place=activity.place.code if activity.place else None,
        division=activity.division_id,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        capacity=shift.capacity,
        free=line.free,
        waiting=line.waiting,
        metres=line.metres,
    )


def attended(signup: Signup) -> Attended:
    return Attended(
        id=signup.pk,
        shift=signup.shift_id,
        post=signup.post_id,
        part=signup.part,
        state=signup.state,
        arrived_at=signup.arrived_at,
        left_at=signup.left_at,
        grade=signup.grade,
    )


def _offer(offer: queries.Offer) -> ShiftOffer:
    return ShiftOffer(
        shift=brief(offer.line),
        posts=[
            PostLeft(
                id=left.post.pk,
                name=left.post.name,
                part=left.post.part,
                conditions=left.post.conditions,
                skills=left.post.skills,
                qualifications=left.post.qualifications,
                min_age=left.post.min_age,
                max_age=left.post.max_age,
                free=left.free,
                obstacle=_obstacle(left.obstacle),
            )
            for left in offer.posts
        ],
        mine=attended(offer.mine) if offer.mine else None,
        position=offer.position,
        obstacle=_obstacle(offer.obstacle),
    )


def _obstacle(refusal: Refusal | None) -> Obstacle | None:
    return Obstacle(code=refusal.code, detail=str(refusal)) if refusal else None
