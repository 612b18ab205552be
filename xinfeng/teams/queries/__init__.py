"""What the pages of teams show; counts for everybody, people only for those who may."""

from . import invitations
from .teams import (
    PAGE,
    Desk,
    Line,
    Member,
    Page,
    Relative,
    TeamPage,
    desk,
    member_counts,
    page,
    relatives_of,
    team_page,
    teams_of,
    waiting,
)

__all__ = [
    "PAGE",
    "Desk",
    "Line",
    "Member",
    "Page",
    "Relative",
    "TeamPage",
    "desk",
    "invitations",
    "member_counts",
    "page",
    "relatives_of",
    "team_page",
    "teams_of",
    "waiting",
]
